# SPDX-License-Identifier: Apache-2.0
"""All CSRs of hyp/rv/csr_list.h: which of them a guest has, and that nothing of a boot loader's is
left in those that it has not, but would notice.
"""

import os
import re

import gdb
import harness
from row import NEVER, Ends, Judge, Row, See, guest, passes, stopped, tree

with open(os.path.join(harness.ROOT, "hyp/rv/csr_list.h"), encoding="utf-8") as file:
    LIST = re.findall(r"X\(0x(\w{3}), (\w+), (\w+)\)", file.read())
IMSIC = {"aia": "aplic-imsic", "aia_guests": 1}

# Where control is handed over translation is off (boot/README.md), and no interrupt is on.
KEPT = {"satp", "stvec", "sip", "sepc"}
SSTATUS = {"sstatus": 0x18e6700}  # SDT, SPELP, MXR, SUM, FS, VS, SPP: all but SIE
ONES = (1 << 64) - 1
# QEMU's hvip also shows HS-mode's own timer while it is pending (platform/qemu-virt/README.md).
STRAY = {"hvip": 0x20}
FILE = ((0x70, 1), (0x72, 3), (0x80, ONES), (0xc0, ONES))  # the hart's own interrupt file


def spoil(port, hart):
    """Leaves in a hart what the worst of boot loaders may have left."""
    spoilt = 0
    for register, value in FILE:
        if "siselect" in port.numbers and port.try_write("siselect", register):
            port.try_write("sireg", value)
    for number, name, kind in LIST:
        if kind in ("OWN", "PLAN") and name not in KEPT and name in port.numbers:
            spoilt += port.try_write(name, SSTATUS.get(name, ONES), hart)
    assert spoilt > 20, f"only {spoilt} CSRs could be written"


def spoil_two_harts(run):
    """The boot hart and the one that comes next."""
    entries = gdb.names()
    port = gdb.Gdb(run.row.name)
    for entry in ("_start", "secondary_start"):
        port.break_at(entries[entry])
        hart = port.go_on()
        assert port.read("pc") == entries[entry], "a hart stopped elsewhere"
        spoil(port, hart)
        run.spoilt = getattr(run, "spoilt", ()) + (hart,)
        port.unbreak(entries[entry])
    port.close()


def harts_are_alike(run):
    """Three guests that do the same, each on a hart of its own: what they run with is the same."""
    port = gdb.Gdb(run.row.name)
    harts = port.harts()[:3]
    names = [name for _, name, kind in LIST if kind == "PLAN" and name in port.numbers
             and name != "hgatp"]
    values = {hart: {name: hex((port.try_read(name, hart) or 0) & ~STRAY.get(name, 0)) for name in names}
              for hart in harts}
    port.close()
    clean = [hart for hart in harts if hart not in run.spoilt]
    assert len(clean) in (1, 2), f"of {harts} were spoilt {run.spoilt}"
    differing = [f"{name} is {values[hart][name]}, not {values[clean[0]][name]}"
                 for hart in harts for name in names
                 if values[hart][name] != values[clean[0]][name]]
    assert not differing, "; ".join(differing)
    assert len(names) > 15, f"only {names} could be read"


def left_by_a_loader(name, cpu, properties=(), **machine):
    names = ("a", "b", "c")
    full = f"csrs-left-by-a-loader-{name}"
    hanging = tuple(See(name, "exit: hanging") for name in names)
    return Row(full, (Judge(spoil_two_harts), *hanging, Judge(harts_are_alike)),
               tree(*(guest(name, kernel="bare/exit.bin", bootargs="how=hang", **dict(properties))
                      for name in names)),
               smp=4, cpu=cpu, args=gdb.arguments(full), limit=60, **machine)


def walk(name, harts=1, properties=(), **machine):
    return Row(f"csrs-{name}", (passes("csrs"), stopped("csrs"), Ends()),
               tree(guest("csrs", harts, **dict(properties))), smp=harts, never=NEVER, **machine)


EARLY = {"ignore_features": ("sstc", "henvcfg", "aia", "htinst", "hedeleg")}
ROWS = (
    walk("rv64"), walk("max", cpu="max"), walk("nosstc", cpu="max,sstc=off"),
    walk("imsic", **IMSIC), walk("max-imsic", cpu="max", **IMSIC),
    walk("nostateen", cpu="max,smstateen=off"),
    walk("nostateen-imsic", cpu="max,smstateen=off", **IMSIC),
    walk("max-early", cpu="max", properties=EARLY, **IMSIC),
    walk("veyron", cpu="veyron-v1"), walk("ascalon", cpu="tt-ascalon"),
    walk("imsic-without-files", cpu="max", aia="aplic-imsic", aia_guests=0),
    left_by_a_loader("rv64", "rv64"), left_by_a_loader("max", "max"),
    left_by_a_loader("max-early", "max", EARLY),
    left_by_a_loader("max-imsic", "max", **IMSIC),
    left_by_a_loader("nostateen", "max,smstateen=off", **IMSIC),
)
