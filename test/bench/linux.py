#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What Bulkhead costs a whole Linux: instructions from its kernel's entry to /init and of loads of a fixed amount of work, beside
the same on bare OpenSBI; and how often an idle and a busy Linux leaves its machine. `make bench-linux`

All under -icount shift=0,sleep=off, where a nanosecond is an instruction of any mode, and idle time is skipped. Chance is
taken out as far as it can be: the seeds and boot arguments of count.py, and a bare board without the devices that a guest has not.
"""

import collections
import concurrent.futures
import json
import os
import re
import statistics
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "test", "system"))
import count  # noqa: E402 (it is found by the line above)
import harness  # noqa: E402
import linux_picture  # noqa: E402
import plot  # noqa: E402
from row import BULKHEAD, Ends, Row, guest, tree  # noqa: E402

MACHINES = {  # name: (goal, what QEMU is told)
    "AIA with guest files": (1.01, {"aia": "aplic-imsic", "aia_guests": 1}),
    "PLIC, no Sstc": (1.03, {"cpu": "rv64,sstc=off"}),
}
BOOT, FULL_BOOT = "kernel entry to /init", "the same, bare board with all its devices"
LOADS = {"forks": "200 forks and execs", "calls": "200,000 system calls", "memory": "24 MiB written, copied, read",
         "ipc": "1,920 messages among 16 processes"}
SEEDS = ("1", "2", "3")
ROUNDS = 2
MEMORY = "512M"
AT = 0x90000000  # of the guest's memory: where no address is the hypervisor's
BOOTARGS = count.BOOTARGS + " bulkhead.run={},poweroff"
# What QEMU's virt has and a guest has not (its test device is how OpenSBI switches it off).
FOREIGN = ["/flash@20000000", "/fw-cfg@10100000", "/platform-bus@4000000", "/soc/pci@30000000", "/soc/rtc@101000"] + [
    f"/soc/virtio_mmio@1000{number}000" for number in range(1, 9)]

# Exits are counted with two harts (a third one drains the console), so that there are IPIs and fences, by the difference of two runs.
HARTS = 2
IDLE, MORE_IDLE = 1, 101  # seconds; those of a run with a load are the ten before and after it (guest-images/linux/load.c)
LOAD, IDLE_OF_LOAD = 1, 10


def bare(name, run, seed, what, cut=True):
    edits = [(("-r",), (node,)) for node in FOREIGN] if cut else []
    edits.append((("-t", "x"), ("/chosen", "rng-seed", *(f"{int(seed) * 0x1234567 + word:x}" for word in range(8)))))
    return Row(name, (), kernel="linux/Image", initrd="linux/initramfs.cpio.gz", append=BOOTARGS.format(run), mem=MEMORY, icount=True,
               firmware_apart=False, dtb=tuple(edits), **what)


def under_bulkhead(name, run, seed, what, harts=1, **more):
    node = guest("linux", harts, MEMORY, kernel="linux/Image", initrd="linux/initramfs.cpio.gz", memory_base=AT,
                 bootargs=BOOTARGS.format(run))
    return Row(name, (Ends(),), tree(node), mem="1G", icount=True, args=("-seed", seed), limit=count.PATIENCE, **what, **more)


def to_init(row):
    """Instructions from reset to /init, and what the machine says until it switches itself off."""
    with count.Debugged(row) as run:
        run.debugger.run_to(count.INIT)
        instructions = run.monitor.instructions()
        run.debugger.leave()
        run.qemu.wait()
        return instructions, run.said()


def measure(make, name, entry, what, run):
    """Samples by name."""
    samples = collections.defaultdict(list)
    before = count.count_to(make(name, run, SEEDS[0], what), entry)
    for seed in SEEDS:
        instructions, said = to_init(make(name, run, seed, what))
        samples[BOOT].append(instructions - before)
        for load, took in re.findall(r"bulkhead-linux: bench (\w+) (\d+) ns", said):
            samples[LOADS[load]].append(int(took))
    if run.startswith("bench") and any(len(samples[name]) != ROUNDS * len(SEEDS) for name in LOADS.values()):
        raise RuntimeError(f"{name}: Linux did not end its loads:\n{said[-2000:]}")
    return samples


def exits(name, run, what):
    """What the hypervisor has counted when Linux has switched itself off, SBI calls by their extension."""
    said = harness.run_row(under_bulkhead(name, run, SEEDS[0], what, HARTS, smp=HARTS + 1)).console.lines[BULKHEAD]
    counts = collections.Counter()
    for event, text in re.findall(r"^info guest name=linux event=(exits|calls) (.*)$", "\n".join(said), re.M):
        counts.update({f"SBI {key}" if event == "calls" else key: int(n) for key, n in re.findall(r"([a-z-]+)=(\d+)", text)})
    return counts


def per_second(few, many, loaded):
    """By cause: (idle, busy), a second of virtual time."""
    for cause in many | loaded:
        if cause not in ("ticks", "ecall"):  # calls are told by extension
            idle = (many[cause] - few[cause]) / (MORE_IDLE - IDLE)
            yield cause, (max(idle, 0), max(loaded[cause] - few[cause] - (IDLE_OF_LOAD - IDLE) * idle, 0) / LOAD)


def run_all():
    """Two QEMUs at a time. Returns records of costs and of exits."""
    costs, rates = [], []
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        jobs = {}
        for number, (machine, (_, what)) in enumerate(MACHINES.items()):
            bench = f"bench={ROUNDS}"
            jobs[machine] = [
                pool.submit(measure, bare, f"bench-bare-{number}", count.ENTRY, what, bench),
                pool.submit(measure, under_bulkhead, f"bench-guest-{number}", AT + count.ENTRY - 0x80000000, what, bench),
                pool.submit(measure, lambda *row: bare(*row, cut=False), f"bench-full-{number}", count.ENTRY, what, "quiet=1"),
            ] + [pool.submit(exits, f"bench-exits-{number}-{n}", run, what)
                 for n, run in enumerate((f"quiet={IDLE:03}", f"quiet={MORE_IDLE:03}", f"load={LOAD:04}"))]  # printed alike
        for machine, (goal, _) in MACHINES.items():
            native, under, full, *counts = [job.result() for job in jobs[machine]]
            native[FULL_BOOT], under[FULL_BOOT] = full[BOOT], under[BOOT]
            for name in (BOOT, FULL_BOOT, *LOADS.values()):
                of = {side: round(statistics.median(samples[name])) for side, samples in (("native", native), ("guest", under))}
                costs.append({"name": name, "machine": machine, **of, "ratio": of["guest"] / of["native"], "goal": goal,
                              "native_samples": native[name], "guest_samples": under[name]})
            rates += [{"machine": machine, "cause": cause, "idle": idle, "busy": busy}
                      for cause, (idle, busy) in per_second(*counts) if cause == "all" or round(idle, 1) or round(busy)]
    return costs, rates


def report(costs, rates):
    print(f"Linux alone on one hart, {MEMORY}: instructions, medians (boot: {len(SEEDS)} seeds, loads: {len(SEEDS) * ROUNDS} times)")
    for machine, (goal, _) in MACHINES.items():
        print(f"  {machine + f' (goal {goal})':48}{'bare':>14}{'Bulkhead':>14}{'ratio':>9}")
        for cost in costs:
            if cost["machine"] == machine:
                print(f"    {cost['name']:46}{cost['native']:>14,}{cost['guest']:>14,}{cost['ratio']:>9.4f}"
                      f"{'  over the goal' if cost['ratio'] > goal else ''}")
    print(f"Exits of Linux on {HARTS} harts in a second of virtual time, both together")
    for machine in MACHINES:
        print(f"  {machine:48}{'idle':>14}{'busy':>14}")
        for rate in rates:
            if rate["machine"] == machine:
                print(f"    {rate['cause']:46}{rate['idle']:>14,.1f}{rate['busy']:>14,.0f}")


def main():
    costs, rates = run_all()
    report(costs, rates)
    os.makedirs(plot.FOLDER, exist_ok=True)
    with open(os.path.join(plot.FOLDER, "linux.json"), "w", encoding="utf-8") as file:
        json.dump({"costs": costs, "exits": rates}, file, indent=1)
        file.write("\n")
    linux_picture.draw(costs, rates)


if __name__ == "__main__":
    main()
