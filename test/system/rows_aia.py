# SPDX-License-Identifier: Apache-2.0
"""AIA from inside: IMSICs and an APLIC that sends messages, or an APLIC alone. The same image on bare OpenSBI is the reference."""

import re

from row import BULKHEAD, NEVER, Ends, Judge, Row, See, guest, lives, passes, stopped, tree
from rows_isolation import exits_are_its_own, victim

RTC = "/soc/rtc@101000"  # goldfish: wired to source 11, never touches memory
UNDISTURBED = NEVER + (("victim", "DISTURBED|unexpected"),)

# What a guest of each sees: an APLIC that interrupts by itself, or interrupt files of its own and an APLIC that sends to them.
DIRECT = {"aplic": {"aia": "aplic"}, "imsic0": {"aia": "aplic-imsic"}}
MSI = {"imsic1": {"aia": "aplic-imsic", "aia_guests": 1}, "imsic3": {"aia": "aplic-imsic", "aia_guests": 3}}
MACHINES = {**DIRECT, **MSI}
BY_MSI, BY_ITSELF = ((See("aia", rf"^# aia: {word} delivery"),) for word in ("MSI", "direct"))
WAY = {**dict.fromkeys(DIRECT, BY_ITSELF), **dict.fromkeys(MSI, BY_MSI)}


def bare(label, append="", **machine):
    return Row(f"bare-opensbi-aia-{label}", (passes(BULKHEAD), Ends()), kernel="bare/aia.bin", append=append,
               never=(("*", "^not ok|unexpected trap"),), **machine)


BARE = tuple(
    bare(f"{aia}-{cpu}-smp{smp}", smp=smp, cpu=cpu, **machine)
    for aia, machine in MACHINES.items() if aia != "imsic3" for smp in (1, 2, 4) for cpu in ("rv64", "max")
) + (
    # Not the RTC: it goes by the host's clock, whatever the machine's time does.
    bare("aplic-icount", "only-alarms alarms=0 ipis=500", smp=2, icount=True, aia="aplic"),
    bare("imsic1-icount", "only-alarms alarms=0 ipis=500", smp=2, icount=True, **MSI["imsic1"]),
    *(bare(f"{aia}-fuzz", f"fuzz=200000 seed={seed}", smp=2, **MACHINES[aia]) for aia, seed in (("aplic", 1), ("imsic1", 2))),
)


def aia(harts=2, **properties):
    return guest("aia", harts, **properties)


def alone(label, way, *guests, **machine):
    names = [re.match(r"\s*(\w+)", text)[1] for text in guests]
    return Row(f"aia-{label}", (*way, *map(passes, names), *map(stopped, names), Ends()), tree(*guests),
               **{"smp": 4, "limit": 150, **machine})


def on_each(machines):
    """Alone on each shape of machine; three whose controllers are nothing to each other; what the board has being ignored."""
    for label, machine in machines.items():
        way = WAY[label]
        yield alone(f"{label}-1-hart", way, aia(1), **machine)
        yield alone(f"{label}-2-harts", way, aia(**({"interrupt_files": True} if label in MSI else {})), **machine)
        yield alone(f"{label}-max", way, aia(4), **{"cpu": "max", **machine})
        yield alone(f"{label}-rtc", way, aia(devices=RTC), **machine)
        yield alone(f"{label}-rtc-1-hart", way, aia(1, devices=RTC), **machine)
        yield alone(f"{label}-three", way, aia(1, devices=RTC), guest("second", 1, kernel="bare/aia.bin"),
                    guest("third", 2, kernel="bare/aia.bin"), **machine)
        yield alone(f"{label}-ignored", BY_ITSELF, aia(devices=RTC, ignore_features="aia"), **machine)


def beside_a_victim(label, machine, name, bootargs, harts=2):
    return Row(f"aia-{label}-{name}-beside-a-victim",
               (passes("aia"), stopped("aia"), passes("victim"), stopped("victim"), Ends(), Judge(exits_are_its_own)),
               tree(aia(harts, devices=RTC, bootargs=bootargs), victim(4 - harts, 500)), smp=4, never=UNDISTURBED, limit=150,
               **machine)


GUESTS = tuple(on_each(MACHINES)) + tuple(
    row for label, machine in {**DIRECT, "imsic1": MSI["imsic1"]}.items() for row in (
        Row(f"aia-{label}-restarts", (*lives("aia", 4), passes("aia"), stopped("aia"), Ends()),
            tree(aia(devices=RTC, bootargs="rtc leave alarms=20 storm=20")), smp=4, limit=90, **machine),
        beside_a_victim(label, machine, "fuzz", "rtc fuzz=200000 alarms=50"),
        beside_a_victim(label, machine, "storm", "rtc storm=100000 alarms=50", harts=1),
        beside_a_victim(label, machine, "all", "ipis=20000"))
) + (
    alone("imsic1-icount", BY_MSI, aia(), icount=True, **MSI["imsic1"]),
    alone("aplic-icount", BY_ITSELF, aia(), icount=True, **DIRECT["aplic"]),
    alone("imsic1-nosstc", BY_MSI, aia(devices=RTC), cpu="rv64,sstc=off", **MSI["imsic1"]),
)

ROWS = BARE + GUESTS
