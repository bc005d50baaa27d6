# SPDX-License-Identifier: Apache-2.0
"""SBI PMU: a guest's counters, firmware events, snapshots and overflow interrupts, on machines with and without Sscofpmf."""

import re

import harness
from row import BULKHEAD, NEVER, Ends, Judge, Row, See, guest, passes, stopped, tree

VICTIM = guest("victim", 1, bootargs="rounds=2 ms=500")
UNDISTURBED = NEVER + (("victim", "DISTURBED|unexpected"),)


def told(run, name):
    """Numbers of the checks a guest has reported."""
    return [line for line in run.console.lines[name] if re.match(r"ok \d+", line)]


def assert_checked(run, wanted, name="pmu"):
    assert any(wanted in line for line in told(run, name)), f"nothing was checked of: {wanted}"


def checked(wanted):
    """A line among the checks: the part that the machine's features decide has really run."""
    return Judge(lambda run: assert_checked(run, wanted))


def overflow(name, otherwise):
    """Overflows interrupt where S-mode can have that; a guest of a machine that has not is told of no Sscofpmf."""
    return Judge(lambda run: assert_checked(run, "its overflow interrupts" if harness.machine_has("lcofi") else otherwise, name))


OVERFLOW = overflow("pmu", "without Sscofpmf there is no overflow interrupt")
NO_OVERFLOW = checked("without Sscofpmf there is no overflow interrupt")
OTHERS = checked("PMU: received")


SNAPSHOTS = {"pmu_snapshots": True, "bootargs": "snapshots=1"}
WITH_SNAPSHOTS = checked("two stop with a snapshot")
NO_SNAPSHOTS = checked("there are no snapshots")


def pmu(name, harts, *judges, features=(), properties=(), **machine):
    more = {"ignore_features": features} if features else {}
    more.update(properties)
    return Row(f"pmu-{name}", (passes("pmu"), stopped("pmu"), passes("victim"), stopped("victim"), Ends()) + judges,
               tree(guest("pmu", harts, **more), VICTIM), smp=harts + 1, never=UNDISTURBED, **machine)


def bare(name, *judges, **machine):
    """The same image on OpenSBI alone: the reference."""
    return Row(f"pmu-bare-{name}", (See(BULKHEAD, r"^# [1-9]\d* passed, 0 failed$"), Ends()) + judges, kernel="bare/pmu.bin",
               smp=2, **machine)


def alone(name, wanted, denied_sbi_extensions=(), **machine):
    """A guest without any counter that moves while its hart works for others, which drains the others' console as none is left over."""
    more = {"denied_sbi_extensions": denied_sbi_extensions} if denied_sbi_extensions else {}
    node = guest("pmu", 1, bootargs="neighbours=0", no_neighbour_counters=True, **more)
    return Row(f"pmu-no-neighbours-{name}", (passes("pmu"), stopped("pmu"), passes("victim"), stopped("victim"), Ends(), checked(wanted)),
               tree(node, VICTIM), smp=2, never=UNDISTURBED, **machine)


ROWS = (
    pmu("rv64", 2, NO_OVERFLOW, OTHERS, WITH_SNAPSHOTS, properties=SNAPSHOTS),
    pmu("alone", 1, NO_OVERFLOW, NO_SNAPSHOTS),
    pmu("nosstc-aplic", 3, NO_OVERFLOW, OTHERS, cpu="rv64,sstc=off", aia="aplic"),
    pmu("imsic", 2, NO_OVERFLOW, OTHERS, aia="aplic-imsic", aia_guests=1),
    pmu("max", 1, OVERFLOW, cpu="max"),
    pmu("max-imsic", 3, OVERFLOW, OTHERS, WITH_SNAPSHOTS, properties=SNAPSHOTS, cpu="max", aia="aplic-imsic", aia_guests=1),
    pmu("max-ignore-aia", 2, NO_OVERFLOW, features=("aia",), cpu="max"),
    pmu("max-ignore-sscofpmf", 1, NO_OVERFLOW, features=("sscofpmf",), cpu="max"),
    pmu("max-ignore-zihpm", 1, NO_OVERFLOW, WITH_SNAPSHOTS, features=("zihpm",), properties=SNAPSHOTS, cpu="max"),
    pmu("ignore-henvcfg", 1, checked("it counts"), features=("sstc", "henvcfg", "aia")),
    pmu("no-programmable", 1, NO_OVERFLOW, cpu="rv64,pmu-mask=0"),
    pmu("oldest-opensbi", 2, OVERFLOW, OTHERS, cpu="max", aia="aplic-imsic", bios="oldest"),
    Row("pmu-denied", (passes("pmu"), stopped("pmu"), Ends(), checked("absent, and not supported")),
        tree(guest("pmu", denied_sbi_extensions=("pmu",))), cpu="max", aia="aplic-imsic"),
    alone("rv64", "PMU: a filtered counter # SKIP"),
    alone("max", "PMU: it counts", needs="lcofi", cpu="max", aia="aplic-imsic", aia_guests=1),
    alone("denied", "denied, there is no counter at all", denied_sbi_extensions=("pmu",)),
    bare("rv64"),
    bare("max", overflow(BULKHEAD, "PMU: overflow interrupts # SKIP the machine's tree"), cpu="max", aia="aplic-imsic"),
)
