#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What booting costs, in instructions by phase, for guests, harts and memory; and the RAM that the hypervisor keeps for itself.

Guests are of one hart (in the growth with harts: one guest of all harts) and do nothing, so that what is counted up to the last
one's entry is Bulkhead's and the firmware's. `make bench-boot` prints the tables, writes build/bench/boot.json and draws the pictures.
"""

import dataclasses
import json
import os
import re
import struct
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "test", "system"))
import boot_memory  # noqa: E402 (the first of them is found by the line above)
import count  # noqa: E402
import harness  # noqa: E402
import plot  # noqa: E402
from row import BULKHEAD, Judge, Row, See, guest, tree  # noqa: E402

IMAGE_SIZE = 0x2000
COUNTS = (1, 2, 4, 8)
SIZES = (16, 64, 256)  # MiB
# In the order of the boot. On the board's boot hart, before any other hart runs; then on each guest's own boot hart.
SERIAL = ("board", "request", "plan", "tables", "gstage", "images")
LOADING = ("hash", "copy", "zero")
# What the goal leaves out: what grows with images and memory, and what is for eyes only.
APART = LOADING + ("banner", "hash before the seal")
GOAL = 2_000_000        # of two guests, without what is apart
GROWTH_GOAL = 1.15      # times linear: of the same step from one number to the next, the last against the first


@dataclasses.dataclass(frozen=True)
class Case:
    guests: int
    harts: int        # of the board
    each: int = 1     # harts of one guest
    memory: int = 16  # MiB of one guest

    @property
    def name(self):
        return f"boot-{self.guests}x{self.each}of{self.harts}-{self.memory}M"


def image(number):
    """A kernel that waits for ever: an Image header, WFI, a jump back to it; no two are the same."""
    header = struct.pack("<IIQQQIIQQ4sI", 0x0400006f, 0, 0x200000, IMAGE_SIZE, 0, 2, 0, 0, 0, b"RSC\x05", 0)
    return (header + struct.pack("<II", 0x10500073, 0xffdff06f)).ljust(IMAGE_SIZE - 4, b"\0") + struct.pack("<I", number)


def base(number):
    """Where a guest's memory begins for it: its entry, 2 MiB above, is an address of its own."""
    return 0x88000000 + number * 0x10000000


def names(case):
    return [f"g{number}" for number in range(case.guests)]


def row(case, steps=()):
    nodes = [guest(name, harts=case.each, memory=f"{case.memory}M", kernel=f"{name}.bin", memory_base=base(number))
             for number, name in enumerate(names(case))]
    files = tuple((f"{name}.bin", image(number)) for number, name in enumerate(names(case)))
    return Row(case.name, steps, tree(*nodes), files=files, smp=case.harts, mem="512M", icount=True)


def numbers_of(line):
    return {name: int(value) for name, value in re.findall(r"([a-z-]+)=(\d+)", line)}


def phases(case):
    """What the hypervisor says itself: the pool's size, and instructions by phase, those of loading for one guest. Time under icount is the instructions
    of all harts, so that of the guests' equal numbers the least is the one that no other hart has disturbed."""
    said = []
    harness.run_row(row(case, (*(See(BULKHEAD, f"name={name} event=load", anywhere=True) for name in names(case)),
                               Judge(lambda run: said.extend(run.console.lines[BULKHEAD])))))
    counts = {match[1]: numbers_of(line)["instructions"]
              for line in said if (match := re.match(r"info boot phase=(\S+)", line))}
    counts["hash before the seal"] = counts.pop("hash")
    loads = [numbers_of(line) for line in said if " event=load " in line]
    counts["pool"] = next(int(match[1]) << 10 for line in said if (match := re.match(r" +pool +(\d+) KiB", line)))
    return counts | {kind: min(load[f"{kind}-instructions"] for load in loads) for kind in LOADING}


def measure(case, first):
    """Phases, and all instructions of all harts from the hypervisor's first to the last guest's first."""
    counts = phases(case)
    entries = [count.count_to(row(case), base(number) + 0x200000) - first
               for number in range(case.guests)]
    serial = sum(counts[name] for name in SERIAL) + counts["banner"]
    loading = case.guests * sum(counts[name] for name in LOADING)
    # The rest: switching the table on, the other harts' start, and their way into the guests.
    counts["start"] = max(entries) - serial - loading
    apart = loading + counts["banner"] + counts["hash before the seal"]
    pool = counts.pop("pool")
    return dataclasses.asdict(case) | {"pool": pool, "phases": counts, "total": max(entries), "own": max(entries) - apart}


def cases():
    by_guests = [Case(number, 8) for number in COUNTS]
    by_harts = [Case(1, number, each=number) for number in COUNTS]
    by_memory = [Case(1, 1, memory=size) for size in SIZES]
    others = [Case(guests, harts) for harts in COUNTS for guests in COUNTS if guests <= harts]
    return by_guests, by_harts, by_memory, others


def growth(entries, by):
    """How the last step's cost by unit compares to the first's: 1 is linear. Of the own instructions and, by memory, of zeroing."""
    values = [entry["phases"]["zero"] if by == "memory" else entry["own"] for entry in entries]
    slopes = [(after - before) / (next_entry[by] - entry[by])
              for before, after, entry, next_entry in zip(values, values[1:], entries, entries[1:])]
    return slopes[-1] / slopes[0]


COLUMNS = (*SERIAL, "start", "banner", *LOADING)


def print_table(entries):
    print(f"  {'guests harts memory':20}" + "".join(f"{name:>10}" for name in COLUMNS) + f"{'own':>11}{'all':>12}")
    for entry in entries:
        what = f"{entry['guests']:>2} x {entry['each']:<3} of {entry['harts']:<2} {entry['memory']:>4}M"
        print(f"  {what:20}" + "".join(f"{entry['phases'][name]:>10,}" for name in COLUMNS)
              + f"{entry['own']:>11,}{entry['total']:>12,}", flush=True)


def verdict(what, value, goal, text):
    print(f"  {what:58} {text:>14}   {'kept' if value <= goal else 'MISSED'}", flush=True)
    return {"what": what, "value": value, "goal": goal, "kept": value <= goal}


def draw(by_guests, by_harts, by_memory):
    pyplot = plot.pyplot
    figure, (*columns, legend) = pyplot.subplots(1, 4, figsize=(11, 4), gridspec_kw={"width_ratios": (4, 4, 4, 1)})
    colours = pyplot.get_cmap("tab20").colors
    for axes, entries, by, title in zip(columns, (by_guests, by_harts, by_memory), ("guests", "each", "memory"),
                                        ("guests (8 harts)", "harts of one guest", "MiB of one guest")):
        bottoms = [0] * len(entries)
        for colour, name in zip(colours, COLUMNS):
            times = [entry["guests"] if name in LOADING else 1 for entry in entries]
            heights = [entry["phases"][name] * n / 1e6 for entry, n in zip(entries, times)]
            axes.bar(range(len(entries)), heights, 0.7, bottoms, color=colour, label=name)
            bottoms = [bottom + height for bottom, height in zip(bottoms, heights)]
        axes.set(title=title, xticks=range(len(entries)), xticklabels=[entry[by] for entry in entries])
        axes.grid(False, axis="x")
    columns[0].set_ylabel("million instructions, all harts together")
    handles, labels = columns[0].get_legend_handles_labels()
    legend.legend(handles[::-1], labels[::-1], loc="center", frameon=False)
    legend.axis("off")
    plot.save(figure, "boot-phases")


def draw_growth(by_guests, by_harts, by_memory):
    figure, columns = plot.pyplot.subplots(1, 3, figsize=(11, 3.2))
    for axes, entries, by, title in ((columns[0], by_guests, "guests", "guests"), (columns[1], by_harts, "each", "harts")):
        axes.plot([entry[by] for entry in entries], [entry["own"] / 1e6 for entry in entries], "o-", color=plot.GUEST, label="measured")
        one, two = entries[0], entries[1]
        step = (two["own"] - one["own"]) / (two[by] - one[by])
        axes.plot([entry[by] for entry in entries], [(one["own"] + step * (entry[by] - one[by])) / 1e6 for entry in entries], "--",
                  color=plot.NATIVE, label="straight on from the first two")
        axes.set(xlabel=title, ylim=(0, None))
    columns[2].plot([entry["memory"] for entry in by_memory], [entry["phases"]["zero"] / 1e6 for entry in by_memory], "o-", color=plot.GUEST)
    columns[2].set(xlabel="MiB of the guest", ylim=(0, None), title="zeroing")
    columns[0].set(title="without loading and banner, by guests", ylabel="million instructions")
    columns[1].set(title="the same, by harts of the guest")
    columns[0].axhline(GOAL / 1e6, color=plot.FOCUS, linewidth=1)
    columns[0].annotate("goal for two guests", (COUNTS[0], GOAL / 1e6), (0, 3), textcoords="offset points", color=plot.FOCUS)
    columns[1].legend(frameon=False)
    plot.save(figure, "boot-growth")


def main():
    by_guests, by_harts, by_memory, others = cases()
    wanted = list(dict.fromkeys(by_guests + by_harts + by_memory + others))
    print("Instructions (-icount shift=0,sleep=off) by phase; hash, copy and zero are one guest's, all else all harts'")
    first = {harts: count.count_to(row(Case(1, harts)), count.ENTRY) for harts in COUNTS}
    entries = {case: measure(case, first[case.harts]) for case in wanted}
    print_table([entries[case] for case in wanted])
    series = [[entries[case] for case in part] for part in (by_guests, by_harts, by_memory)]
    print("Goals")
    two = entries[Case(2, 2)]["own"]
    verdicts = [verdict("two guests, without hash, copy, zero and banner: 2 M", two, GOAL, f"{two:,}")]
    for entries_of, by, what in zip(series, ("guests", "each", "memory"), ("guests", "harts", "memory (zeroing)")):
        times = growth(entries_of, by)
        verdicts.append(verdict(f"growth with {what}: at most {GROWTH_GOAL} times linear", times, GROWTH_GOAL, f"{times:.2f}"))
    memory = boot_memory.report(verdict, {(case.harts, case.guests): entry["pool"] for case, entry in entries.items()
                                          if case.each == 1 and case.memory == 16})
    draw(*series)
    draw_growth(*series)
    path = os.path.join(plot.FOLDER, "boot.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"boot": list(entries.values()), "goals": verdicts, "memory": memory}, file, indent=1)
    print(f"  figures: {os.path.relpath(path, ROOT)}")


if __name__ == "__main__":
    main()
