# SPDX-License-Identifier: Apache-2.0
"""Bare guests on the whole matrix of machines: what one guest sees must not depend on what the board has."""

from row import Ends, Row, See, guest, passes, stopped, tree

TESTS = ("sbi", "traps", "memory", "timers", "harts")
CPUS = {"rv64": "rv64", "nosstc": "rv64,sstc=off", "max": "max"}
AIAS = {"plic": ("none", 0), "aplic": ("aplic", 0), "imsic0": ("aplic-imsic", 0), "imsic1": ("aplic-imsic", 1),
        "imsic3": ("aplic-imsic", 3)}

# What a guest itself cannot know: that DBCN has written what it was given, by physical address.
SEEN = {"sbi": (See("sbi", "^# dbcn: a whole line$"), See("sbi", "^# dbcn: across two pages: all of this line$"),
                See("sbi", "^# dbcn: the physical memory$"), See("sbi", "^# dbcn: the physical memory$"))}

# Harts -> guests with theirs, that share one machine.
LOADS = {
    1: [(("traps", 1),)],
    2: [(("sbi", 2),), (("timers", 1), ("harts", 1))],
    4: [(("state", 2), ("memory", 1), ("dt", 1)), (("harts", 3), ("susp", 1))],
    8: [(("race", 2), ("sse", 2), ("pmu", 1), ("fwft", 1), ("timers", 1), ("traps", 1))],
}


def beside_each_other(load):
    """Steps: every guest passes and stops, then the board is switched off."""
    names = [name for name, _ in load]
    return tuple(passes(name) for name in names) + tuple(stopped(name) for name in names) + (Ends(),)


def matrix():
    for cpu, cpu_option in CPUS.items():
        for aia, (aia_option, files) in AIAS.items():
            for smp, loads in LOADS.items():
                for load in loads:
                    names = "+".join(f"{name}{harts}" for name, harts in load)
                    yield Row(f"bare-{cpu}-{aia}-smp{smp}-{names}", beside_each_other(load),
                              tree(*(guest(name, harts) for name, harts in load)),
                              smp=smp, cpu=cpu_option, aia=aia_option, aia_guests=files)


def single():
    """Each test alone on a single hart, which then runs the guest and drains the console."""
    for name in TESTS:
        yield Row(f"alone-{name}", (*SEEN.get(name, ()), passes(name), stopped(name), Ends()), tree(guest(name)))


def ignoring():
    """Early cores, imitated: the hypervisor does without what it is told to ignore."""
    for label, features in (("sstc", ("sstc",)), ("henvcfg", ("henvcfg",)), ("aia", ("aia",)),
                            ("htinst", ("htinst",)), ("all", ("sstc", "henvcfg", "aia", "htinst"))):
        for cpu, aia in (("rv64", "none"), ("max", "aplic-imsic")):
            load = (("sbi", 2), ("timers", 1), ("traps", 1))
            yield Row(f"ignore-{label}-{cpu}", beside_each_other(load),
                      tree(*(guest(name, harts, ignore_features=features) for name, harts in load)),
                      smp=4, cpu=cpu, aia=aia, aia_guests=1 if aia == "aplic-imsic" else 0)


def units():
    """Harts with half of a unit: what a guest is told of works, whether or not the hypervisor switches the unit on."""
    for label, cpu in (("f-without-d", "rv64,d=off"), ("zve32x", "rv64,zve32x=on"), ("zve64d", "rv64,zve64d=on"),
                       ("no-fp", "rv64,f=off,d=off,zfa=off")):
        load = (("dt", 1), ("state", 2), ("traps", 1))
        yield Row(f"units-{label}", beside_each_other(load), tree(*(guest(name, harts) for name, harts in load)), smp=4, cpu=cpu)


ROWS = (
    Row("boot", beside_each_other((("sbi", 2), ("timers", 1))),
        tree(guest("sbi", 2), guest("timers")), smp=4, mem="1G", limit=60, marks=("boot",)),
    *single(), *matrix(), *ignoring(), *units(),
)
