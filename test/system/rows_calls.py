# SPDX-License-Identifier: Apache-2.0
"""What the log says of a guest's SBI calls when it stops: guest-images/tests/calls.c makes so many of each kind."""

from row import BULKHEAD, Ends, Row, See, Type, guest, passes, stopped, tree

# In the order of hyp/rv/sbi_list.h. The runtime itself probes once; a second hart costs one call to start it.
COUNTS = {"time": 3, "ipi": 4, "rfence": 5, "base": 11, "hsm": 6, "dbcn": 7, "srst": 1, "legacy": 8, "unknown": 9}


def counted(**more):
    counts = {name: count + more.get(name, 0) for name, count in COUNTS.items()}
    return (See(BULKHEAD, rf"^info guest name=calls event=exits .* ecall={sum(counts.values())} "),
            See(BULKHEAD, "^info guest name=calls event=calls " + " ".join(f"{n}={c}" for n, c in counts.items()) + "$"))


READY = See("calls", "^calls: r reboot")
LAST = (See(BULKHEAD, "name=calls event=off"), Ends())

ROWS = (
    # Each life counts for itself, all harts of it together.
    Row("calls-2-harts", (
        READY, Type("r"), See(BULKHEAD, "name=calls event=restart"), *counted(hsm=1),
        READY, Type("r"), See(BULKHEAD, "name=calls event=restart"), *counted(hsm=1),
        READY, Type("s"), stopped("calls"), *counted(hsm=1), *LAST), tree(guest("calls", 2)), smp=2),
    # Calls of what is denied are counted, those of a neighbour are not.
    Row("calls-beside-others", (
        passes("sbi"), READY, Type("s"), stopped("calls"), *counted(), *LAST),
        tree(guest("calls", denied_sbi_extensions=("ipi", "legacy", "dbcn")), guest("sbi", 2)), smp=3),
)
