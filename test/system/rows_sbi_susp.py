# SPDX-License-Identifier: Apache-2.0
"""SUSP and STA: a guest suspends itself, and asks for its steal time; beside a victim, denied, and on bare OpenSBI."""

from row import NEVER, Ends, Row, See, Type, guest, linux, passes, stopped, tree

VICTIM = guest("victim", 1, bootargs="rounds=1 ms=1000")
MACHINES = {"rv64": {}, "nosstc": {"cpu": "rv64,sstc=off"}, "max-imsic": {"cpu": "max", "aia": "aplic-imsic", "aia_guests": 1}}
CONFIG = "/chosen/opensbi-config"


def beside_victim():
    for name, machine in MACHINES.items():
        yield Row(f"susp-sta-{name}", tuple(step for who in ("susp", "sta", "victim") for step in (passes(who), stopped(who))) + (Ends(),),
                  tree(guest("susp", 2), guest("sta", 1), VICTIM), smp=4,
                  never=NEVER + (("victim", "DISTURBED|unexpected"),), **machine)


ROWS = tuple(beside_victim()) + (
    # It lists "deep" when it has found SUSP. Nothing would wake it, so it is not asked to sleep.
    Row("susp-linux", (See("linux", "^bulkhead-linux: init reached"), Type("cat /sys/power/mem_sleep\n"),
                       See("linux", r"^s2idle \[deep\]"), Type("poweroff -f\n"), stopped("linux"), Ends()),
        tree(linux(run="shell")), smp=2, mem="1G", limit=120, marks=("linux",)),
    Row("susp-alone", (passes("susp"), stopped("susp"), Ends()), tree(guest("susp"))),
    Row("susp-sta-denied", tuple(step for who in ("susp", "sta") for step in (passes(who), stopped(who))) + (Ends(),),
        tree(guest("susp", denied_sbi_extensions="susp"), guest("sta", denied_sbi_extensions="sta")), smp=2),
    Row("sta-on-opensbi", (passes("bulkhead"), Ends()), kernel="bare/sta.bin"),
    Row("susp-on-opensbi", (passes("bulkhead"), Ends()), kernel="bare/susp.bin", smp=2, dtb=(
        (("-c",), (CONFIG,)), (("-t", "s"), (CONFIG, "compatible", "opensbi,config")),
        (("-t", "x"), (CONFIG, "system-suspend-test", "1")))),
)
