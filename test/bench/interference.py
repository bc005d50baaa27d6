#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How late a real-time guest's timer and device interrupts come, alone and beside neighbours of every kind: tables, a picture, and
build/bench/interference.json. `make bench-interference`; what it means stands in README.md. Words after it choose cases.
"""

import concurrent.futures
import json
import os
import sys

import plot

sys.path.insert(0, os.path.join(plot.ROOT, "test/system"))
import harness  # noqa: E402 (it is found by the line above)
from rows_interference import CASES, KINDS, MACHINES, PERIOD, distributions, row  # noqa: E402

TITLES = {"plic": "PLIC", "imsic": "APLIC + IMSICs with guest files"}
SHARES = (0.5, 0.99, 0.999)
# Cases that are not about the neighbour but about something else.
APART = {"turns": "QEMU's turns: the second neighbour never leaves its guest, and has no part in the first one's",
         "drains": "pulse's own hart drains the console; with a hart that is nobody's this is gone"}


def label(case):
    return CASES[case].label + (" *" if case in APART else "")


def measure(case, machine):
    samples = CASES[case].samples
    return distributions(harness.run_row(row(case, machine, samples)), samples)


def print_table(machine, kind, results):
    print(f"\n{TITLES[machine]}: lateness of {'timer' if kind == 'ticks' else 'device'} interrupts in instructions")
    print(f"  {'beside one that ...':28}" + "".join(f"{word:>10}" for word in ("min", "median", "99 %", "99.9 %", "max", "samples",
                                                                           "missed")))
    for case, told in results.items():
        one = told[kind]
        numbers = (one[0], *map(one.quantile, SHARES), one[-1], one.samples, one.missed)
        print(f"  {label(case):28}" + "".join(f"{number:>10,}" for number in numbers), flush=True)


def write_json(results):
    path = os.path.join(plot.FOLDER, "interference.json")
    os.makedirs(plot.FOLDER, exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        json.dump({machine: {case: {kind: {"missed": one.missed, "counts": one.counts} for kind, one in told.items()}
                             for case, told in cases.items()} for machine, cases in results.items()}, file, indent=1)
    print(f"\n  figures: {os.path.relpath(path, plot.ROOT)}")


def draw_one(axes, cases):
    """A line for each case, from its least to its most, and on it a dot for each lateness whose area is its share of all."""
    for place, (case, one) in enumerate(cases.items()):
        colour = plot.FOCUS if case in APART else plot.NATIVE if case == "alone" else plot.GUEST
        late = [max(value, 10) for value in one.counts]
        areas = [8 + 160 * times / one.samples for times in one.counts.values()]
        axes.plot([late[0], late[-1]], [place, place], color=colour, linewidth=0.7, alpha=0.6)
        axes.scatter(late, [place] * len(late), s=areas, color=colour, alpha=0.6, linewidths=0)
        axes.plot(max(one.quantile(0.999), 10), place, "|", color="black", markersize=9)
    axes.set_xscale("log")
    axes.set_yticks(range(len(cases)), [label(case) for case in cases])
    axes.set_ylim(len(cases) - 0.5, -0.5)


def draw(results):
    figure, grid = plot.pyplot.subplots(len(results), len(KINDS), figsize=(11, 7), sharex=True, sharey=True, squeeze=False)
    for line, (machine, cases) in zip(grid, results.items()):
        for axes, kind in zip(line, KINDS):
            draw_one(axes, {case: told[kind] for case, told in cases.items()})
            axes.set_title(f"{TITLES[machine]}: {'timer (Sstc)' if kind == 'ticks' else 'device (RTC)'}", fontsize=9)
    for axes in grid[-1]:
        axes.set_xlabel("instructions late (10: 10 or less)")
    figure.suptitle("Lateness beside a neighbour; a dot's area is its share of all interrupts, | is 99.9 %", fontsize=10)
    plot.save(figure, "interference")


def main():
    chosen = [case for case in CASES if case in sys.argv[1:] or not sys.argv[1:]]
    print(f"pulse: both each {PERIOD} us, -icount shift=0,sleep=off")
    with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("BULKHEAD_JOBS", "2"))) as pool:
        futures = {machine: {case: pool.submit(measure, case, machine) for case in chosen} for machine in MACHINES}
        try:
            results = {machine: {case: future.result() for case, future in cases.items()} for machine, cases in futures.items()}
        except (harness.RowError, AssertionError) as error:
            pool.shutdown(cancel_futures=True)
            sys.exit(str(error))
    for machine, cases in results.items():
        for kind in KINDS:
            print_table(machine, kind, cases)
    for case in (case for case in chosen if case in APART):
        print(f"  * {CASES[case].label}: {APART[case]}")
    write_json(results)
    draw(results)


if __name__ == "__main__":
    main()
