# SPDX-License-Identifier: Apache-2.0
"""SSE: software events of a guest, beside a victim, alone, denied, over a restart, and on bare OpenSBI."""

import harness
from row import BULKHEAD, NEVER, Ends, Judge, Row, guest, lives, passes, stopped, tree

VICTIM = guest("victim", 1, bootargs="rounds=1 ms=1000")
MACHINES = {"rv64": {}, "nosstc": {"cpu": "rv64,sstc=off"}, "max-imsic": {"cpu": "max", "aia": "aplic-imsic", "aia_guests": 1}}


def double_traps(run):
    """Where a double trap of a guest's reaches the hypervisor it is an event; elsewhere a guest has none."""
    wanted = ("SSE: an exception while sstatus.SDT is set is an event" if harness.machine_has("mpv")
              else "SSE: double traps # SKIP this machine does not tell them")
    assert any(wanted in line for line in run.console.lines["sse"]), f"nothing was said of: {wanted}"


def beside_victim():
    for harts, (name, machine) in zip((4, 2, 3), MACHINES.items()):
        judges = (Judge(double_traps),) if machine.get("cpu") == "max" else ()
        yield Row(f"sse-{name}-smp{harts}",
                  (passes("sse"), stopped("sse"), passes("victim"), stopped("victim"), Ends()) + judges,
                  tree(guest("sse", harts), VICTIM), smp=harts + 1,
                  never=NEVER + (("victim", "DISTURBED|unexpected"),), limit=120, **machine)


ROWS = tuple(beside_victim()) + (
    Row("sse-alone", (passes("sse"), stopped("sse"), Ends()), tree(guest("sse"))),
    Row("sse-restart", (*lives("sse", 2), passes("sse"), stopped("sse"), Ends()),
        tree(guest("sse", 2, bootargs="leave")), smp=2),
    Row("sse-denied", (passes("sse"), stopped("sse"), Ends()), tree(guest("sse", denied_sbi_extensions="sse"))),
    Row("sse-on-opensbi", (passes(BULKHEAD), Ends()), kernel="bare/sse.bin", smp=4),
)
