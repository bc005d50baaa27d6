# SPDX-License-Identifier: Apache-2.0
"""What a boot loader may have asked of the firmware and not taken back, with all rooms and without them: software events, whose
handlers the firmware would enter in HS-mode, triggers armed on HS-mode's own code, counters that run and where they are told.
"""

import gdb
import harness
from row import NEVER, Judge, Row, See, guest, tree

SSE, PMU, DBTR = 0x535345, 0x504d55, 0x44425452
REGISTER, UNREGISTER, ENABLE, UNMASK, MASK = 2, 3, 4, 8, 9
EVENT = 0xffff0000        # local, by software
NOWHERE = 0x88000000      # free RAM, where a loader has been
ALREADY_STOPPED = -8
COUNTERS = 0x1fff8        # of QEMU's: the 16 that are no fixed ones, but for the last two
MISSES = 0x10019          # of the DTLB, by reads
CLEAR_AND_START = 6
ONE_AT_A_TIME = ("-accel", "tcg,thread=single")  # of two harts that stop at once QEMU tells one
EXECUTE_IN_HS = 6 << 60 | 1 << 4 | 1 << 2  # mcontrol6


def leave_behind(port, hart, ecall, armed):
    """The calls of a loader that never cleans up."""
    call = lambda *words: port.call_firmware(hart, ecall, *words)
    port.write_memory(NOWHERE, (0, EXECUTE_IN_HS, armed, 0))
    steps = {
        "an event": [(SSE, REGISTER, EVENT, NOWHERE, 0), (SSE, ENABLE, EVENT), (SSE, UNMASK)],
        "a trigger": [(DBTR, 1, NOWHERE, 0, 0), (DBTR, 3, 1)],
    }
    for what, calls in steps.items():
        for words in calls:
            assert call(*words)[0] == 0, f"the firmware does not take {what}"
    assert call(PMU, 2, 0, COUNTERS, CLEAR_AND_START, MISSES, 0)[0] == 0, "the firmware starts no counter"
    assert any(counters_of(port, hart)), "no counter has an event"


def counters_of(port, hart):
    """What each counter of the hart counts: its event, without the bits that say where (Sscofpmf)."""
    return [(port.try_read(f"mhpmevent{number}", hart) or 0) & (1 << 56) - 1 for number in range(3, 19)]


def what_is_left(port, hart, ecall):
    """Asked of the firmware by the hart itself. (A trigger would have fired.)"""
    call = lambda *words: port.call_firmware(hart, ecall, *words)[0]
    found = {"events are masked": call(SSE, MASK) == ALREADY_STOPPED, "no event is registered": call(SSE, REGISTER, EVENT, NOWHERE, 0) == 0,
             "nothing is counted": not any(counters_of(port, hart))}
    call(SSE, UNREGISTER, EVENT)
    return found


def two_harts_are_left_so(run):
    """The boot hart, which is alone until its plan is made, and the first that it starts."""
    folder = harness.folder_of(run.row)
    names, (ecall, _) = gdb.names(folder), gdb.after(r"(ecall)", "fw_call", folder)[0]
    port = gdb.Gdb(run.row.name)
    found = {}
    for entry, later in (("_start", "plan_make"), ("secondary_start", "hart_init")):
        spoilt = port.run_to(names[entry])
        leave_behind(port, spoilt, ecall, names["hart_prove"])
        hart = port.run_to(names[later])
        while hart != spoilt:
            port.step(hart)  # off that address
            hart = port.run_to(names[later])
        found[entry] = what_is_left(port, spoilt, ecall)
    port.close()
    assert all(all(what.values()) for what in found.values()), str(found)


def row(name, **machine):
    full = f"loader-left-{name}"
    guests = ("a", "b", "c")
    return Row(full, (Judge(two_harts_are_left_so), *(See(name, "exit: hanging") for name in guests)),
               tree(*(guest(name, kernel="bare/exit.bin", bootargs="how=hang") for name in guests)),
               smp=4, args=(*gdb.arguments(full), *ONE_AT_A_TIME), limit=60, never=NEVER, **machine)


ROWS = (row("rv64"), row("max", cpu="max", aia="aplic-imsic", aia_guests=1), row("rv64-no-rooms", without=("sse", "pmu", "dbtr")))
