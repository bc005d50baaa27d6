# SPDX-License-Identifier: Apache-2.0
"""Guests that are denied SBI extensions, each alone and all of them; hyp/rv/sbi_list.h says which there are."""

import os
import re

import harness
from row import BULKHEAD, NEVER, Ends, Quiet, Row, See, guest, linux, passes, stopped, tree

with open(os.path.join(harness.ROOT, "hyp/rv/sbi_list.h"), encoding="utf-8") as file:
    NAMES = tuple(re.findall(r'^\tX\(\w+, "(\w+)",', file.read(), re.M))

VICTIM = guest("victim", 1, bootargs="rounds=2 ms=200")
SILENT = NEVER + (("*", "~|DENIED OUTPUT"), ("victim", "DISTURBED|unexpected"))
NO_WAY_OUT = {"srst", "legacy"}  # a guest without them cannot end: QEMU is stopped once everybody has said his last


def denied(label, names, **machine):
    arguments = " ".join([f"denied={len(names)}"] + [f"no-{name}" for name in names])
    ending = ((See("denied", "^denied: the end"), Quiet(0.3, "event=(stop|off)")) if NO_WAY_OUT <= set(names)
              else (stopped("denied"), Ends()))
    return Row(f"denied-{label}", (passes("denied"), passes("victim"), stopped("victim"),
                                   See(BULKHEAD, "name=victim event=off", anywhere=True)) + ending,
               tree(guest("denied", 2, bootargs=arguments, denied_sbi_extensions=names), VICTIM),
               smp=3, never=SILENT, **machine)


# What Linux asks for when it is there, and does without.
LINUX_DOES_WITHOUT = tuple(name for name in NAMES if name in ("pmu", "sse", "fwft", "dbtr", "susp", "sta", "dbcn"))

ROWS = (
    *(denied(name, (name,)) for name in NAMES),
    denied("all", NAMES),
    denied("all-nosstc", NAMES, cpu="rv64,sstc=off"),
    denied("all-max", NAMES, cpu="max", aia="aplic-imsic", aia_guests=1),
    denied("both-timers-nosstc", ("time", "legacy"), cpu="rv64,sstc=off"),
    Row("denied-linux", (See("linux", r"^bulkhead-linux: init reached, 2 cpus online"), stopped("linux"), Ends()),
        tree(linux(harts=2, run="poweroff", denied_sbi_extensions=LINUX_DOES_WITHOUT)),
        smp=2, mem="512M", limit=120, marks=("linux",)),
)
