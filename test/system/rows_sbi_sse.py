# SPDX-License-Identifier: Apache-2.0
"""SSE: software events of a guest, beside a victim, alone, denied, over a restart, and on bare OpenSBI."""

from row import BULKHEAD, NEVER, Ends, Row, See, guest, passes, stopped, tree

VICTIM = guest("victim", 1, bootargs="rounds=1 ms=1000")
MACHINES = {"rv64": {}, "nosstc": {"cpu": "rv64,sstc=off"}, "max-imsic": {"cpu": "max", "aia": "aplic-imsic", "aia_guests": 1}}


def beside_victim():
    for harts, (name, machine) in zip((4, 2, 3), MACHINES.items()):
        yield Row(f"sse-{name}-smp{harts}", tuple(step for who in ("sse", "victim") for step in (passes(who), stopped(who))) + (Ends(),),
                  tree(guest("sse", harts), VICTIM), smp=harts + 1, never=NEVER + (("victim", "DISTURBED|unexpected"),), limit=120, **machine)


ROWS = tuple(beside_victim()) + (
    Row("sse-alone", (passes("sse"), stopped("sse"), Ends()), tree(guest("sse"))),
    Row("sse-restart", (See("sse", "^sse: rebooting"), See(BULKHEAD, "name=sse event=restart"), passes("sse"), stopped("sse"), Ends()),
        tree(guest("sse", 2, bootargs="until=1000")), smp=2),
    Row("sse-denied", (passes("sse"), stopped("sse"), Ends()), tree(guest("sse", denied_sbi_extensions="sse"))),
    Row("sse-on-opensbi", (passes(BULKHEAD), Ends()), kernel="bare/sse.bin", smp=4),
)
