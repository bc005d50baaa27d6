#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts how often Linux leaves its machine while it works: two harts, AIA, a load of CPU, timers, IPIs, memory and processes.
Every cause must be 0 but those that stand in REMAINING. `make zero-exits` runs a minute of it and prints the table, then what a
device's interrupt costs on each kind of board.

The counters are read by the console's key, which costs the guest nothing, in the idle seconds before and after the load. Time is
QEMU's own, that is the host's: an -icount fine enough to be deterministic makes 6 * 10^10 instructions of a minute, and runs the
harts in turn, so that they would hardly ever interrupt each other.
"""

import os
import re
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness  # noqa: E402 (it is found by the line above)
import rows_irq  # noqa: E402
from row import BULKHEAD, Ends, Judge, Quiet, Row, See, Type, linux, stopped, tree  # noqa: E402

HARTS = 2
IDLE = 5  # seconds before and after the load (guest-images/linux/load.c)

# What need not be 0: the most in a second of all harts together (None: any number), and why. There is nothing: Linux prints
# nothing meanwhile, its timer is vstimecmp, its IPIs and remote fences are stores to interrupt files.
REMAINING = {}
# Those that are worth a line also when they are 0.
TOLD = {
    "ecall": "SBI calls",
    "load": "reads of emulated devices: the UART's, when something is printed or it is polled",
    "store": "writes to them",
    "ipi": "messages from other harts",
    "timer": "the hypervisor's timer",
    "external": "interrupts of assigned devices (there are none here)",
    "fetch": "code where there is no memory",
    "virtual-instruction": "instructions that H keeps from guests",
}
KEY = Type("\x1de")
READ = tuple(See(BULKHEAD, rf"^info guest name=linux vcpu={vcpu} event=exits ") for vcpu in range(HARTS))


def readings(run):
    """For each vcpu its counts before and after, by name."""
    lines = [(source, line) for source, line in run.console.order]
    begin, end = (lines.index(("linux", f"bulkhead-linux: quiet {word}")) for word in ("begin", "end"))
    for vcpu in range(HARTS):
        start = f"info guest name=linux vcpu={vcpu} event=exits "
        found = [number for number, (source, line) in enumerate(lines) if source == BULKHEAD and line.startswith(start)]
        assert len(found) == 2, f"{len(found)} readings of vcpu {vcpu}"
        assert begin < found[0] and found[1] < end, "a reading is not between the lines that say quiet"
        yield [{name: int(count) for name, count in re.findall(r" ([a-z-]+)=(\d+)", lines[n][1].split("event=exits", 1)[1])}
               for n in found]


def table(run):
    """Lines of text, and the causes that are not 0 and have to be."""
    vcpus = list(readings(run))
    seconds = run.read_at[1] - run.read_at[0]
    names = [name for name in TOLD] + sorted({name for pair in vcpus for name in pair[1]} - set(TOLD) - {"all", "ticks"})
    lines, wrong = [f"  {'cause':20}" + "".join(f"{f'vcpu {n}':>12}" for n in range(HARTS))], []
    for name in names:
        counts = [after.get(name, 0) - before.get(name, 0) for before, after in vcpus]
        most, reason = REMAINING.get(name, (0, ""))
        is_wrong = most is not None and sum(counts) > most * seconds
        wrong += [name] if is_wrong else []
        why = f"MUST BE AT MOST {most} A SECOND" if is_wrong else reason if any(counts) else TOLD.get(name, "")
        lines.append(f"  {name:20}" + "".join(f"{count:>12,}" for count in counts) + f"  {why}")
    for name, what in (("all", "together"), ("ticks", "of time in the hypervisor")):
        lines.append(f"  {name:20}" + "".join(f"{after[name] - before[name]:>12,}" for before, after in vcpus) + f"  {what}")
    return lines, wrong


def judge(run):
    lines, wrong = table(run)
    assert not wrong, f"more exits than there may be: {', '.join(wrong)}\n" + "\n".join(lines)


def note_time(run):
    run.read_at = getattr(run, "read_at", []) + [time.monotonic()]


def row(seconds, *judges):
    """The third hart is nobody's: it drains the console."""
    steps = (See("linux", "quiet begin"), Quiet(IDLE / 2), KEY, *READ, Judge(note_time), Quiet(IDLE + seconds), KEY, *READ,
             Judge(note_time), See("linux", "quiet end"), stopped("linux"), Ends())
    return Row("zero-exits", steps + judges, tree(linux(harts=HARTS, run=f"load={seconds},poweroff")), smp=HARTS + 1, mem="512M",
               cpu="max", aia="aplic-imsic", aia_guests=1, limit=150 + 2 * seconds, marks=("linux",))


def main():
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    try:
        print(f"Exits of Linux on two harts under {seconds} seconds of load (AIA, QEMU's time)", flush=True)
        lines, wrong = table(harness.run_row(row(seconds)))
        print("\n".join(lines))
        print("Exits for each interrupt of an assigned device (level-sensitive, 3000 alarms of the RTC)", flush=True)
        for label, each in rows_irq.LATE.items():
            run = harness.run_row(each)  # which fails when there are more than there may be
            print(f"  {rows_irq.WAYS[label]:72}{rows_irq.exits_per_alarm(run):.2f}", flush=True)
    except harness.RowError as error:
        sys.exit(str(error))
    if wrong:
        sys.exit(f"  more than there may be: {', '.join(wrong)}")


if __name__ == "__main__":
    main()
