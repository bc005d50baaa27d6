# SPDX-License-Identifier: Apache-2.0
"""SBI FWFT: every feature of every machine, on Bulkhead and on bare OpenSBI; locks and restarts; double traps."""

from row import BULKHEAD, NEVER, Ends, Row, See, Type, guest, passes, stopped, tree

VICTIM = guest("victim", bootargs="rounds=2 ms=300")
UNDISTURBED = (("victim", "DISTURBED|unexpected"),)
IMSIC = {"aia": "aplic-imsic", "aia_guests": 1}


def ends_well(*names):
    return tuple(passes(name) for name in names) + tuple(stopped(name) for name in names) + (Ends(),)


NO_REDIRECT = See(BULKHEAD, "^info hart event=no-redirect", anywhere=True)


def beside_victim(name, harts, cpu, bootargs="", steps=None, never=NEVER, guest_properties=(), **machine):
    return Row(f"fwft-{name}", steps or ends_well("fwft", "victim"),
               tree(guest("fwft", harts, bootargs=bootargs, **dict(guest_properties)), VICTIM),
               smp=harts + 1, cpu=cpu, never=never + UNDISTURBED, **machine)


def bare(name, harts, cpu, **machine):
    return Row(f"fwft-bare-{name}", (passes(BULKHEAD), Ends()), kernel="bare/fwft.bin", smp=harts, cpu=cpu, **machine)


def double_trap(where, cause, tval, label="", **properties):
    """It ends the guest, and nobody else. Where M-mode cannot hand a guest's trap to HS-mode the guest is given no double traps."""
    steps = (See("fwft", "^fwft: double trap"), See(BULKHEAD, rf"name=fwft event=double-trap cause={cause} pc=0x\w+ tval={tval}$"),
             See(BULKHEAD, "name=fwft event=stop reason=\"double trap\""),
             passes("victim"), stopped("victim"), Ends())
    return beside_victim(f"double-trap-{where}{label}", 2, "max", f"double={where}", steps,
                         (NEVER[0], (BULKHEAD, r"^panic|sbi_trap_error"), ("fwft", "still here")), properties, needs="mpv",
                         otherwise=(NO_REDIRECT, See("fwft", "^fwft: no double traps here")) + ends_well("fwft", "victim"))


FEATURES = ("zicfilp", "zicfiss", "ssdbltrp", "ssnpm", "svadu")
ROWS = (
    beside_victim("rv64", 2, "rv64"),
    beside_victim("rv64-imsic", 1, "rv64", **IMSIC),
    beside_victim("nosstc", 1, "rv64,sstc=off"),
    beside_victim("max", 3, "max"),
    beside_victim("max-imsic", 2, "max", **IMSIC),
    beside_victim("max-nosstc", 2, "max,sstc=off"),
    beside_victim("svade-and-svadu", 1, "max,svade=on"),
    beside_victim("svade", 1, "tt-ascalon"),
    Row("fwft-alone", ends_well("fwft"), tree(guest("fwft")), cpu="max"),
    Row("fwft-oldest-firmware", ends_well("fwft"), tree(guest("fwft", 2)), cpu="max", smp=2, bios="oldest"),
    beside_victim("ignore-henvcfg", 2, "max", guest_properties={"ignore_features": "henvcfg"}),
    beside_victim("ignore-all", 1, "max", guest_properties={"ignore_features": FEATURES}),
    beside_victim("denied", 1, "max", "denied", guest_properties={"denied_sbi_extensions": "fwft"}),
    beside_victim("denied-svade", 1, "rv64,svade=on", "denied", guest_properties={"denied_sbi_extensions": "fwft"}),
    beside_victim("reboots", 2, "max", "ask",
                  (passes("fwft"), See("fwft", "r reboot"), Type("r"), See(BULKHEAD, "name=fwft event=restart"),
                   passes("fwft"), See("fwft", "r reboot"), Type("s"), stopped("fwft"), passes("victim"), stopped("victim"),
                   Ends())),
    double_trap("hardware", 13, "0x1000000000"),
    double_trap("hardware", 13, "0x1000000000", "-hedeleg", ignore_features="hedeleg"), double_trap("injection", 5, r"0x\w+"),
    bare("rv64", 2, "rv64"), bare("max", 2, "max"), bare("svade-and-svadu", 1, "rv64,svade=on"),
    bare("imsic", 1, "max", **IMSIC),
)
