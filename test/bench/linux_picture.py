# SPDX-License-Identifier: Apache-2.0
"""The picture of `make bench-linux`: what Linux pays under Bulkhead in percent, with the goals; exits by cause, idle and busy."""

import plot
from plot import pyplot


def draw_costs(axes, costs):
    machines = list(dict.fromkeys(cost["machine"] for cost in costs))
    names = list(dict.fromkeys(cost["name"] for cost in costs))
    for number, (machine, colour) in enumerate(zip(machines, (plot.GUEST, plot.NATIVE))):
        of = [cost for cost in costs if cost["machine"] == machine]
        places = [names.index(cost["name"]) + 0.38 * (number - 0.5) for cost in of]
        axes.barh(places, [(cost["ratio"] - 1) * 100 for cost in of], 0.36, color=colour, label=machine)
        axes.axvline((of[0]["goal"] - 1) * 100, color=colour, linestyle="--", linewidth=1)
    axes.axvline(0, color="black", linewidth=0.8)
    axes.set(yticks=range(len(names)), yticklabels=names, ylim=(len(names) - 0.5, -0.5),
             xlabel="instructions more than bare, % (dashed: the goals)")
    axes.legend(frameon=False, loc="lower right")
    axes.grid(False, axis="y")


def draw_exits(axes, rates):
    labels = [f"{rate['cause']} ({rate['machine'].split()[0].rstrip(',')})" for rate in rates]
    for side, colour, offset in (("idle", plot.NATIVE, -0.19), ("busy", plot.FOCUS, 0.19)):
        values = [rate[side] for rate in rates]
        axes.barh([place + offset for place in range(len(rates))], values, 0.36, color=colour, label=side)
        for place, value in enumerate(values):
            axes.annotate(f"{value:,.0f}" if value >= 100 else f"{value:.1f}", (value, place + offset), (2, 0), fontsize=7,
                          textcoords="offset points", verticalalignment="center")
    axes.set(yticks=range(len(rates)), yticklabels=labels, ylim=(len(rates) - 0.5, -0.5), xscale="symlog",
             xlabel="exits in a second of virtual time, two harts")
    axes.margins(x=0.15)
    axes.set_xlim(0, None)
    axes.legend(frameon=False, loc="lower right")
    axes.grid(False, axis="y")


def draw(costs, rates):
    figure, (above, below) = pyplot.subplots(2, 1, figsize=(8, 6.5), height_ratios=(6, max(2, len(rates))))
    draw_costs(above, costs)
    draw_exits(below, rates)
    return plot.save(figure, "linux")
