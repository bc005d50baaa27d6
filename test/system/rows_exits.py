# SPDX-License-Identifier: Apache-2.0
"""What the hypervisor counts of exits: by cause and by vcpu, the time they take, read by the console's key; and budgets."""

import re

import zero_exits
from row import BULKHEAD, Ends, Judge, Quiet, Row, See, Type, guest, passes, stopped, tree

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
    Row("exits-time", (See("bench", "^bench: done"), stopped("bench"), Ends(), takes("bench", 100, 400)), tree(guest("bench")), smp=2,
        icount=True, limit=60),
    # It waits for tenths of a second by SUSP and by HSM.
    Row("exits-time-suspended", (passes("susp"), stopped("susp"), Ends(), takes("susp", 100, 1000)), tree(guest("susp")), smp=2,
        icount=True, limit=120),
)

# ---- read by the console's key ----

KEY = Type("\x1de")


def asker(name, harts=1, **more):
    return guest(name, harts, kernel="bare/exit.bin", bootargs="how=ask", **more)


def told(name, vcpu, what="all=[1-9]"):
    return See(BULKHEAD, rf"^info guest name={name} vcpu={vcpu} event=exits {what}")


def said(run, name, vcpu):
    """All that was told of a vcpu, one after the other."""
    start = f"info guest name={name} vcpu={vcpu} event=exits"
    return [counts(line) for line in run.console.lines[BULKHEAD] if line.startswith(start)]


def goes_on_and_begins_anew(run):
    """Counts of one life grow, by a guest that polls its UART; those of the next begin at 0 (a life has made as many calls at its
    prompt as the one before, which made one more to end); a stopped guest's stay what its last line said.
    """
    first, second, reborn, last = said(run, "first", 0)
    final = [counts(line) for line in run.console.lines[BULKHEAD] if "name=first event=exits" in line]
    assert first["all"] <= second["all"] <= final[0]["all"], f"{first} {second} {final}"
    assert reborn["ecall"] == second["ecall"] == final[0]["ecall"] - 1, f"{second} {reborn} {final}"
    assert last == final[1], f"{last} {final}"
    assert all(each["all"] == sum(each.values()) - each["all"] - each["ticks"] for each in said(run, "first", 0)), "sums"
    assert not any(each["all"] for each in said(run, "second", 1)), "a hart that never ran has exits"


def each_told(times, *vcpus):
    """Nothing is left out, nothing told twice."""
    def check(run):
        for name, vcpu in vcpus:
            assert len(said(run, name, vcpu)) == times, f"{name} {vcpu}: {len(said(run, name, vcpu))} lines"
    return Judge(check)


READY = See("first", "exit: r reboot")
ALL = (told("first", 0), told("second", 0), told("second", 1, "all=0 "))
MANY = [(name, vcpu) for name in ("first", "second") for vcpu in range(3)]

KEYS = (
    Row("exits-key", (READY, See("second", "exit: r reboot"), KEY, *ALL, Quiet(1), KEY, *ALL,
                      Type("r"), See(BULKHEAD, "name=first event=exits"), READY, KEY, *ALL,
                      Type("s"), stopped("first"), See(BULKHEAD, "name=first event=off"), KEY, *ALL, Quiet(0.3),
                      Judge(goes_on_and_begins_anew), each_told(4, ("first", 0), ("second", 0), ("second", 1))),
        tree(asker("first"), asker("second", 2)), smp=4),
    # One report after the other, beside a flood: the log loses none of its lines (NEVER).
    Row("exits-key-many", (READY, *(KEY, told("second", 2, "all=0 ")) * 6, See("flood", "^flood done: 2000 lines"), Quiet(0.3),
                           each_told(6, *MANY)),
        tree(guest("flood", bootargs="lines=2000"), asker("first", 3), asker("second", 3)), smp=8),
)

# ---- budgets ----


def budget(name, exits, allowed, most, seconds):
    return See(BULKHEAD, rf"^info guest name={name} event=exit-budget exits={exits} allowed={allowed} most={most} seconds={seconds}$")


def only(name, *seconds):
    """Nobody else is told to be over the budget, and this one only after so many seconds."""
    def check(run):
        lines = [line for line in run.console.lines[BULKHEAD] if "event=exit-budget" in line]
        assert all(f"name={name} " in line for line in lines), f"{lines}"
        got = [int(line.rsplit("=", 1)[1]) for line in lines]
        assert got[:len(seconds)] == list(seconds), f"told after {got} seconds over the budget"
    return Judge(check)


def idle(name, *allowed):
    """Leaves its machine for nothing but a few lines at its start."""
    return guest(name, kernel="bare/exit.bin", bootargs="how=hang", max_exits_per_second=allowed)


# A guest that waits for a key polls its UART, 10^5 times a second and more; one hart is nobody's, and drains the console.
BUDGETS = (
    Row("exits-budget", (budget("first", r"\d{4,}", 100, "load", 1), budget("first", r"\d{4,}", 100, "load", 2),
                         budget("first", r"\d{4,}", 100, "load", 4),
                         Type("r"), See(BULKHEAD, "name=first event=restart"), READY, budget("first", r"\d{4,}", 100, "load", 8),
                         Type("s"), stopped("first"), Quiet(1.5, "exit-budget"), only("first", 1, 2, 4, 8)),
        tree(asker("first", max_exits_per_second=(100, 0)), idle("second", 0, 4), asker("third"),
             guest("pulse", max_exits_per_second=(5000, 1))), smp=5),
    # The first seconds are free; then one exit is one too many for whom none is allowed.
    Row("exits-budget-begins-late", (READY, Quiet(3, "exit-budget"), budget("first", r"\d+", 0, "load", 1),
                                     budget("first", r"\d+", 0, "load", 2), only("first", 1, 2)),
        tree(asker("first", max_exits_per_second=(0, 8)), asker("second", max_exits_per_second=(0, 600))), smp=3),
    # A guest that leaves its machine for nothing leaves it 100 times a second all the same when its hart drains the console.
    Row("exits-budget-of-the-drainer", (See("second", "exit: hanging"), budget("first", r"\d+", 0, "timer", 2),
                                         only("first", 1, 2)),
        tree(idle("first", 0, 4), idle("second", 0, 4)), smp=2),
)

ROWS = TIME + KEYS + BUDGETS + (zero_exits.row(10, Judge(zero_exits.judge)),)
