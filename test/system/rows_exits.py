# SPDX-License-Identifier: Apache-2.0
"""What the hypervisor counts of exits: by cause and by vcpu, the time they take."""

import re

from row import BULKHEAD, Ends, Judge, Row, See, guest, passes, stopped, tree

TICK = 100  # instructions per tick of time, with -icount


def counts(line):
    """The numbers of a line `info guest ... event=exits ...` by their names."""
    return {name: int(number) for name, number in re.findall(r" ([a-z-]+)=(\d+)", line.split("event=exits", 1)[1])}


def takes(source, least, most):
    """An exit of this guest has taken so many instructions, all in all. Waits that the guest asked for are none of it."""
    def check(run):
        said = [counts(line) for line in run.console.lines[BULKHEAD] if f"name={source} event=exits" in line]
        assert len(said) == 1, f"{len(said)} lines of exits"
        every, ticks = said[0].pop("all"), said[0].pop("ticks")
        assert every == sum(said[0].values()), f"{every} exits, but {said[0]}"
        assert least * every <= ticks * TICK <= most * every, f"{every} exits took {ticks} ticks"
    return Judge(check)


TIME = (
    Row("exits-time", (See("cost", "^cost: done"), stopped("cost"), Ends(), takes("cost", 100, 400)), tree(guest("cost")), smp=2,
        icount=True, limit=60),
    # It waits for tenths of a second by SUSP and by HSM.
    Row("exits-time-suspended", (passes("susp"), stopped("susp"), Ends(), takes("susp", 100, 1000)), tree(guest("susp")), smp=2,
        icount=True, limit=120),
)

ROWS = TIME
