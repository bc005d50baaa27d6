# SPDX-License-Identifier: Apache-2.0
"""Traps and the state around them: the same images under the hypervisor and on bare OpenSBI, which is the reference."""

from row import Ends, NEVER, Row, guest, passes, stopped, tree

PLAIN = (("rv64", {}), ("max", {"cpu": "max"}))
UNDISTURBED = NEVER + (("victim", "DISTURBED|unexpected"),)


def bare(name, label, append="", **machine):
    """A test image on OpenSBI alone: what is expected of it there is what hardware answers."""
    return Row(f"bare-opensbi-{name}-{label}", (passes("bulkhead"), Ends()), kernel=f"bare/{name}.bin", append=append,
               never=(("*", "^not ok|unexpected trap"),), **machine)


def beside_victim(name, label, harts=2, smp=4, ms=1500, **machine):
    return Row(f"{name}-{label}-beside-a-victim",
               (passes(name), stopped(name), passes("victim"), stopped("victim"), Ends()),
               tree(guest(name, harts), guest("victim", 1, bootargs=f"rounds=2 ms={ms}")), smp=smp, never=UNDISTURBED,
               limit=120, **machine)


TRAPS = tuple(bare("traps", label, **machine) for label, machine in PLAIN)
RACE = (bare("race", "rv64", smp=2), beside_victim("race", "rv64"), beside_victim("race", "max", cpu="max"),
        beside_victim("race", "icount", icount=True, ms=20))
STATE = tuple(bare("state", label, smp=2, **machine) for label, machine in PLAIN) + (
    beside_victim("state", "rv64"), beside_victim("state", "max", cpu="max", aia="aplic-imsic", aia_guests=1),
    beside_victim("state", "nosstc", cpu="rv64,sstc=off"))

ROWS = TRAPS + RACE + STATE
