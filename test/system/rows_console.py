# SPDX-License-Identifier: Apache-2.0
"""The board's UART: which it is, that refusals are read on it, that a guest makes nobody but itself print there, and what it may
do to the terminal."""

import re

import harness
from row import BULKHEAD, NEVER, NEVER_PANIC, Ends, Judge, Quiet, Row, See, Type, guest, passes, stopped, tree

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


ESCAPE, ASKER = guest("rude", bootargs="do=escape"), guest("asker", kernel="bare/exit.bin", bootargs="how=ask by=dbcn")
UNDONE = ("\x0f", "\x1b(B")  # at the end of a line that had more than colours
LIE = r"^(.*\x08)*\[bulkhead\] info guest name=asker event=off(\x0f\x1b\(B)?$"
CURSOR = "\x1b[3;4R"  # what a terminal answers


def terminal_sees(*wanted):
    """Of all that is no text, the terminal gets these sequences, and colours."""
    def check(run):
        odd = set(re.findall(r"\x1b\][^\x07]*\x07|\x1b\[[^@-~]*[@-~]|\x1b[()].|\x1b.|[^ -~\r\n\t]", run.raw[run.raw.index("plan sealed"):]))
        odd = {text for text in odd if not re.fullmatch(r"\x1b\[[0-9;:]*m", text)}
        assert odd == set(wanted), f"the terminal got {sorted(odd)}, wanted {sorted(wanted)}"
    return Judge(check)


def answered(text):
    return tuple(See("rude", f"^rude: answered {ord(byte):02x}$") for byte in text)


# The test device resets only as a syscon; without /reboot not even that.
NO_POWER_OFF = ((("-r",), ("/poweroff",)), (("-t", "s"), ("/soc/test@100000", "compatible", "syscon")))
NO_RESET = NO_POWER_OFF + ((("-r",), ("/reboot",)),)
BY_HAND = See(BULKHEAD, "^error board the firmware cannot switch it off or reset it: this is to be done by hand$", anywhere=True)


def said_once(run):
    count = sum("by hand" in line for line in run.console.lines[BULKHEAD])
    assert count == 1, f"said {count} times"


def cannot_end(name, edits, partitions, *steps, **more):
    return Row(f"console-no-{name}", (*steps, BY_HAND, Quiet(2), Judge(said_once)), partitions, smp=2, dtb=edits,
               never=NEVER_PANIC, **more)


MOST_IN_M_MODE = 16_000  # instructions: OpenSBI's formatting of 65 bytes is 9,700


def firmware_time(name, **machine):
    """Nothing a guest does keeps its hart in M-mode for longer; the figures stand in the README."""
    def check(run):
        told = dict(re.findall(r"mmode: ([^\n]*): (\d+)\r", run.raw))
        assert len(told) == 22, f"{len(told)} figures"
        longest = {what: count for what, count in told.items() if int(count) > MOST_IN_M_MODE}
        assert not longest, f"too long: {longest}"
    return Row(f"firmware-time-{name}", (See("mmode", "^mmode: done"), Judge(check)), tree(guest("mmode")), smp=2, icount=True,
               firmware_apart=False, limit=60, **machine)


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
    firmware_time("nosstc", cpu="rv64,sstc=off"), firmware_time("nozicntr", cpu="rv64,zicntr=off"),
    firmware_time("max-imsic", cpu="max", aia="aplic-imsic", aia_guests=1),
    # Raw terminal bytes. The guest that has no focus changes nothing but its own line.
    Row("console-escape-without-focus",
        (See("asker", "exit: r reboot"), See("rude", LIE), See("rude", LIE), terminal_sees("\b"),
         Type(CURSOR + "s"), See("asker", r"^exit: 7 bytes, 0 others changed: 1b 5b 33 3b 34 52 73$"), stopped("asker")),
        tree(ASKER, ESCAPE), smp=2),
    # The one that has it may ask where the cursor is, and is answered also when it has lost the focus meanwhile.
    Row("console-escape-in-focus",
        (See("asker", "exit: r reboot"), See("rude", LIE), See("rude", LIE), terminal_sees("\x1b[6n", "\x1b[2A", "\x1b[2K", "\b", *UNDONE),
         Type(CURSOR), *answered(CURSOR), Type("\x1dn" + CURSOR + "s"), *answered(CURSOR),
         See("asker", r"^exit: 1 bytes, 0 others changed: 73$"), stopped("asker"), Quiet(1, "answered")),
        tree(ESCAPE, ASKER), smp=2),
    # A power-off that the firmware cannot do.
    *(cannot_end(f"{name}-{kind}", edits, partitions, *steps) for kind, edits in (("power-off", NO_POWER_OFF), ("reset", NO_RESET))
      for name, partitions, steps in (
          ("stop", tree(guest("timers")), (passes("timers"), stopped("timers"))),
          ("refused", None, (See(BULKHEAD, "nothing was started"),)))),
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
