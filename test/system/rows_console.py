# SPDX-License-Identifier: Apache-2.0
"""The board's UART: which it is, that refusals are read on it, and that a guest makes nobody but itself print there."""

import harness
from row import BULKHEAD, NEVER, NEVER_PANIC, Ends, Judge, Row, See, guest, passes, stopped, tree

LINE = 200_000  # bytes of the UART's line that are looked at
RATE = 25_000   # bytes per second


def line_is_full(run):
    while len(run.raw) < LINE:
        assert run.read(run.deadline), f"the line took {len(run.raw)} bytes, then nothing came any more"


def share(run, name):
    """Part of the line that has been this guest's."""
    lines = run.raw[:LINE].split("\n")
    return sum(len(line) + 1 for line in lines if line.startswith(f"[{name}] ")) / LINE


def rude(what):
    return tree(guest("rude", bootargs=f"do={what}", memory="4M"), guest("flood", bootargs="lines=1000000", memory="4M"))


def leaves_the_line(name, what, **more):
    """A neighbour of what a guest does has as much of a slow line as beside the same guest that does nothing."""
    common = {"smp": 3, "rate": RATE, "firmware_apart": False, "limit": 90, **more}
    begun = (Judge(line_is_full),)
    beside_nothing = Row(f"console-share-beside-nothing-{name}", begun, rude("nothing"), **common)

    def check(run):
        wanted, got = share(harness.run_row(beside_nothing), "flood"), share(run, "flood")
        assert wanted > 0.9, f"beside nothing the flood has {wanted:.1%} of the line"
        assert abs(got - wanted) <= 0.02 * wanted, f"the flood has {got:.1%} of the line, beside nothing {wanted:.1%}"
    return Row(f"console-share-{name}", begun + (Judge(check), See("rude", "it begins")), rude(what), **common)


ON_UART = {"firmware_apart": False}
NO_STDOUT = ((("-d",), ("/chosen", "stdout-path")),)
# A range of reserved memory that wraps: refused while the board's tree is being read.
WRONG_BOARD = ((("-c",), ("/reserved-memory",)),
               (("-t", "x"), ("/reserved-memory", "#address-cells", "2")), (("-t", "x"), ("/reserved-memory", "#size-cells", "2")),
               (("-c",), ("/reserved-memory/bad",)),
               (("-t", "x"), ("/reserved-memory/bad", "reg", "ffffffff", "fffff000", "0", "2000")))
REFUSED = (See(BULKHEAD, "^error config node=/reserved-memory/bad property=reg value=\"0xffffffff 0xfffff000 0x0 0x2000\": "),
           See(BULKHEAD, "nothing was started"), Ends())
GOOD = tree(guest("timers"))
RUNS = (See(BULKHEAD, "^hypervisor .*|^ +console +serial@10000000, drained"), passes("timers"), stopped("timers"), Ends())
PRINTS = "^ +prints on a console of its own"


def not_said(pattern):
    return NEVER + ((BULKHEAD, pattern),)


ROWS = (
    leaves_the_line("opcodes", "opcodes"),
    # The firmware leaves the UART to us: nothing but ours is there, and what is refused early can be read.
    Row("console-uart", RUNS, GOOD, smp=2, never=not_said(f"OpenSBI v|{PRINTS}"), **ON_UART),
    Row("console-uart-by-scan", RUNS, GOOD, smp=2, dtb=NO_STDOUT, never=not_said(PRINTS), **ON_UART),
    Row("console-uart-refusal", REFUSED, GOOD, smp=2, dtb=WRONG_BOARD, never=NEVER_PANIC, **ON_UART),
    Row("console-uart-by-scan-refusal", REFUSED, GOOD, smp=2, dtb=WRONG_BOARD + NO_STDOUT, never=NEVER_PANIC, **ON_UART),
    Row("console-uart-oldest-opensbi", RUNS, GOOD, smp=2, bios="oldest", never=not_said(f"OpenSBI v|{PRINTS}"), **ON_UART),
    # A firmware that drives it, too: said at boot. Without a stdout-path the console is the firmware's.
    Row("console-stock-opensbi", (See(BULKHEAD, "OpenSBI v"), See(BULKHEAD, PRINTS)) + RUNS, GOOD, smp=2, bios="stock", **ON_UART),
    Row("console-stock-opensbi-no-stdout",
        (See(BULKHEAD, PRINTS), See(BULKHEAD, "console +the firmware's, drained"), passes("timers"), stopped("timers"), Ends()),
        GOOD, smp=2, bios="stock", dtb=NO_STDOUT, **ON_UART),
)
