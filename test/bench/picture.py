# SPDX-License-Identifier: Apache-2.0
"""The benchmark's picture: each operation's least count on bare OpenSBI and under Bulkhead, one column per machine."""

import plot
from plot import pyplot

BAR = 0.38         # of the distance of two operations
ROW_HEIGHT = 0.23  # inches


def draw_machine(axes, names, entries, title):
    for entry in (entry for entry in entries if entry["name"] in names):
        place = names.index(entry["name"])
        for side, colour, offset in (("native", plot.NATIVE, -BAR / 2), ("guest", plot.GUEST, BAR / 2)):
            count = entry.get(f"{side}_min")
            if count is not None:  # 1 is a bar, too: the axis begins below it
                axes.barh(place + offset, max(count, 1), BAR, color=colour)
        if "guest_min" in entry:
            axes.annotate(f"{entry['guest_min']:,}", (max(entry["guest_min"], 1), place + BAR / 2), (2, 0), fontsize=6,
                          textcoords="offset points", verticalalignment="center")
    axes.set(title=title, xscale="log", xlim=(0.5, None))
    axes.grid(False, axis="y")


def draw(entries, machines):
    somewhere = {entry["name"] for entry in entries if "guest_min" in entry}
    names = [name for name in dict.fromkeys(entry["name"] for entry in entries) if name in somewhere]
    size = 4 + 2.6 * len(machines), 1.5 + ROW_HEIGHT * len(names)
    figure, columns = pyplot.subplots(1, len(machines), sharey=True, figsize=size)
    for axes, machine in zip(columns, machines):
        draw_machine(axes, names, [entry for entry in entries if entry["machine"] == machine], machine)
    columns[0].set(yticks=range(len(names)), yticklabels=names, ylim=(len(names) - 0.4, -0.6))
    figure.legend(handles=[pyplot.Rectangle((0, 0), 1, 1, color=colour, label=label) for colour, label in (
        (plot.NATIVE, "bare OpenSBI"), (plot.GUEST, "under Bulkhead"))], loc="upper left", ncols=2, frameon=False)
    figure.supxlabel("instructions, least of all samples; logarithmic")
    return plot.save(figure, "bench")
