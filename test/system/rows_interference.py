# SPDX-License-Identifier: Apache-2.0
"""What a real-time guest's lateness is beside neighbours of every kind. Some of them are tests; `make bench-interference`
(test/bench/interference.py) measures all of them.
"""

from dataclasses import dataclass

import lateness
from row import Judge, Row, See, guest, linux, tree

MACHINES = {"plic": {}, "imsic": {"aia": "aplic-imsic", "aia_guests": 1}}
KINDS = ("ticks", "alarms")
PERIOD = 97  # microseconds, in no step with the console's millisecond
RTC = "/soc/rtc@101000"


@dataclass(frozen=True)
class Case:
    label: str
    neighbours: tuple
    smp: int = 3
    after: int = 20      # ms until pulse begins: neighbours are at work by then
    samples: int = 5000
    firmware_apart: bool = True


def stress(what, *harts, **properties):
    return guest("stress", list(harts), memory="32M", bootargs=f"do={what}", **properties)


def one_linux(run):
    return (linux(harts=[1], memory="160M", run=run),)


FLOOD = guest("flood", [1], bootargs="lines=1000000000")

# pulse is on hart 0, its neighbour on hart 1, the last hart is nobody's and drains the console. One neighbour's hart at a time, where
# that can be: with two that are busy QEMU's turns begin to show, see test/bench/README.md.
CASES = {
    "alone": Case("alone", (), smp=2),
    "idle": Case("Linux, idle", one_linux("shell"), after=3000),
    "forks": Case("Linux that forks", one_linux("forks=1000000"), after=3000),
    "cpu": Case("spins (CPU)", (stress("spin", 1),)),
    "timer": Case("spins, with a timer", (stress("ticks", 1),)),
    "memory": Case("streams memory", (stress("memory", 1),)),
    "exits": Case("exits of many kinds", (stress("exits", 1),), samples=2000),
    "opcodes": Case("illegal instructions", (guest("rude", [1], bootargs="do=opcodes"),), firmware_apart=False),
    "ipis": Case("IPIs, two harts", (stress("ipis", 1, 2),), smp=4, samples=1000),
    "fences": Case("remote fences, two harts", (stress("fences", 1, 2),), smp=4),
    "flood": Case("floods the console", (FLOOD,), samples=2000),
    "restarts": Case("restarts for ever", (guest("exit", [1], bootargs="how=loop"),)),
    "turns": Case("floods; another spins", (FLOOD, stress("spin", 2)), smp=4, samples=2000),
    "drains": Case("prints; no hart to spare", (stress("lines", 1, console="none"),), smp=2),
}


def after_linux(run):
    """Linux, where there is one, was up when pulse began."""
    lines = run.console.order
    begun = lines.index(("pulse", "pulse: begins"))
    assert "linux" not in run.console.names or any(
        source == "linux" and "init reached" in line for source, line in lines[:begun]), "pulse began before Linux was up"


def distributions(run, samples):
    told = {kind: lateness.read(run.console.lines["pulse"], kind) for kind in KINDS}
    ticks = told["ticks"].samples + told["ticks"].missed
    assert samples <= ticks < samples + 100, f"{ticks} ticks, {samples} were asked for"
    return told


def row(case, machine, samples, *judges):
    what = CASES[case]
    pulse = guest("pulse", [0], devices=RTC, bootargs=f"alarm period={PERIOD} after={what.after} histogram={samples}")
    return Row(f"interference-{case}-{machine}", (See("pulse", "^pulse: done"), Judge(after_linux), *judges),
               tree(pulse, *what.neighbours), smp=what.smp, mem="512M", icount=True, args=("-rtc", "clock=vm"), limit=240,
               firmware_apart=what.firmware_apart, **MACHINES[machine])


MOST = {"plic": 2000, "imsic": 200}  # instructions of an alarm, as in rows_irq.py
SAMPLES = 500


def undisturbed(machine):
    """99 of 100 alarms are late by what the least is, to the instruction, and ticks by one of `time` at most. One now and then is
    cut by QEMU's turn.
    """
    def check(run):
        told = distributions(run, SAMPLES)
        alarms, ticks = told["alarms"], told["ticks"]
        assert alarms.quantile(0.99) == alarms[0] <= MOST[machine], f"alarms: {alarms.counts}"
        assert ticks.quantile(0.99) <= lateness.UNIT["ticks"] and ticks.missed == alarms.missed == 0, f"ticks: {ticks.counts}"
    return Judge(check)


ROWS = tuple(row(case, machine, SAMPLES, undisturbed(machine))
             for case in ("alone", "exits", "opcodes", "fences", "flood", "restarts") for machine in MACHINES)
