# SPDX-License-Identifier: Apache-2.0
"""SBI DBTR: debug triggers of a guest's own harts, that neither its neighbour nor the hypervisor ever feels."""

import os
import re

import harness
from row import BULKHEAD, NEVER, Ends, Row, See, Type, guest, passes, stopped, tree

VICTIM = guest("victim", 1, bootargs="rounds=2 ms=500")
UNDISTURBED = NEVER + (("victim", "DISTURBED|unexpected"),)
X10_OF_HART_0 = 32 + 8 * 10  # in harts[] (hyp/hart/offsets.h): written at every exit, read at every entry
ABSENT = See(BULKHEAD, "^info sbi extension=dbtr event=absent", anywhere=True)


def symbol(name):
    """Address of one of the hypervisor's, which is linked where it runs; 0 while it is not built (then no row runs)."""
    elf = os.path.join(harness.OUT, "bulkhead.elf")
    if not os.path.exists(elf):
        return 0
    table = harness.run_tool("readelf", "-sW", elf)
    return int(re.search(rf"^\s*\d+: ([0-9a-f]{{16}}) .* {name}$", table, re.M)[1], 16)


def ends(*names):
    return tuple(passes(name) for name in names) + tuple(stopped(name) for name in names) + (Ends(),)


def beside_victim(name, harts, steps=(), bootargs="", properties=(), **machine):
    return Row(f"dbtr-{name}", steps + ends("dbtr", "victim"),
               tree(guest("dbtr", harts, bootargs=bootargs, **dict(properties)), VICTIM), never=UNDISTURBED, **machine)


# There are triggers beneath these, so every check that needs one must have been made.
FIRES = See("dbtr", "^ok .*DBTR: it fires in U-mode")
OTHER_HART = See("dbtr", "^ok .*DBTR: started again, the other hart has no trigger")

# Where the hypervisor is this guest has nothing: what fires there did not fire for it.
ELSEWHERE = (("memory_base", 0x40000000),)
ADDRESSES = f"text={symbol('trap_vector'):#x} data={symbol('harts') + X10_OF_HART_0:#x}"


def fuzz(seed, harts=(0,), steps=10000, **machine):
    return beside_victim(f"fuzz-{seed}", harts, (See("dbtr", "^ok .*all exceptions breakpoints"),),
                         bootargs=f"fuzz={steps} seed={seed} {ADDRESSES}", properties=ELSEWHERE, **machine)


ROWS = (
    beside_victim("rv64", 2, (FIRES, OTHER_HART), smp=4),
    beside_victim("nosstc", 1, (FIRES,), smp=2, cpu="rv64,sstc=off"),
    beside_victim("max-imsic", 3, (FIRES, OTHER_HART), smp=4, cpu="max", aia="aplic-imsic", aia_guests=1),
    Row("dbtr-on-opensbi", (passes(BULKHEAD), Ends()), kernel="bare/dbtr.bin", smp=2),
    beside_victim("on-the-hypervisor's-addresses", (0,), (
        See("dbtr", "^# triggers at the trap vector"), See("dbtr", "^ok .*the hypervisor goes on, and nothing fires here"),
        See("dbtr", "^# triggers at data"), See("dbtr", "^ok .*the hypervisor goes on, and nothing fires here")),
        bootargs=ADDRESSES, properties=ELSEWHERE, smp=2),
    # The same addresses on harts of two guests.
    Row("dbtr-two-guests", ends("one", "two"), tree(guest("one", 2, kernel="bare/dbtr.bin"), guest("two", 2, kernel="bare/dbtr.bin")),
        smp=4),
    fuzz(1, smp=2), fuzz(2, smp=2, cpu="max", aia="aplic-imsic", aia_guests=1),
    *(fuzz(seed, steps=100000, smp=2, limit=300, marks=("soak",)) for seed in (3, 4)),
    # Both triggers of its only hart are armed when it reboots.
    Row("dbtr-restart", (
        See("dbtr", "^dbtr: r reboot"), Type("r"), See(BULKHEAD, "name=dbtr event=restart"),
        See("dbtr", "^ok .*a new life has no triggers"), See("dbtr", "^dbtr: r reboot"), Type("r"),
        See("dbtr", "^ok .*a new life has no triggers"), See("dbtr", "^dbtr: r reboot"), Type("s"), *ends("dbtr", "victim")),
        tree(guest("dbtr", bootargs="how=restart"), VICTIM), smp=2, never=UNDISTURBED),
    # Nothing to hand out, or nothing to hand it out with.
    beside_victim("without-triggers", 1, (ABSENT,), bootargs="expect=absent", smp=2, cpu="rv64,debug=false"),
    beside_victim("oldest-opensbi", 1, (ABSENT,), bootargs="expect=absent", smp=2, bios="oldest"),
    beside_victim("denied", 1, bootargs="expect=absent", smp=2, properties=(("denied_sbi_extensions", ("dbtr",)),)),
)
