# SPDX-License-Identifier: Apache-2.0
"""Interrupts of emulated and assigned devices through the emulated PLIC: the same image on bare OpenSBI is the reference."""

import re

import harness
from row import BULKHEAD, NEVER, Ends, Judge, Row, See, Type, guest, linux, lives, passes, stopped, tree
from rows_isolation import exits_are_its_own, victim

RTC = "/soc/rtc@101000"  # goldfish: wired to source 11, never touches memory
PLIC = harness.plic_node()
EXITS = re.compile(r"^info guest name=plic event=exits all=(\d+) ecall=(\d+) load=(\d+) store=(\d+) ipi=(\d+) timer=(\d+)"
                   r" external=(\d+) ticks=\d+$")
UNDISTURBED = NEVER + (("victim", "DISTURBED|unexpected"),)


def plic(harts=2, **properties):
    return guest("plic", harts, **properties)


def bare(label, **machine):
    return Row(f"bare-opensbi-plic-{label}", (passes("bulkhead"), Ends()), kernel="bare/plic.bin",
               never=(("*", "^not ok|unexpected trap"),), **machine)


def alone(label, *guests, **machine):
    names = [re.match(r"\s*(\w+)", text)[1] for text in guests]
    return Row(f"plic-{label}", (*map(passes, names), *map(stopped, names), Ends()), tree(*guests),
               **{"smp": 4, "limit": 150, **machine})


PLIC = (
    bare("1-hart"), bare("2-harts", smp=2), bare("max", smp=2, cpu="max"),
    alone("1-hart", plic(1)), alone("2-harts", plic()), alone("max", plic(), cpu="max"),
    alone("icount", plic(), icount=True), alone("nosstc", plic(), cpu="rv64,sstc=off"),
    alone("rtc", plic(devices=RTC)), alone("rtc-1-hart", plic(1, devices=RTC)),
    # Not with -icount: QEMU's RTC goes by the host's clock, whatever the machine's time does.
    # Each has its own: what one does to its PLIC is nothing to the other's.
    alone("three", plic(1, devices=RTC), guest("second", 1, kernel="bare/plic.bin"), guest("third", 2, kernel="bare/plic.bin")),
    # The way of claiming that this erratum needs is right on any PLIC.
    alone("rtc-cp100", plic(devices=RTC),
          dtb=((("-t", "s"), (PLIC, "compatible", "ultrarisc,cp100-plic", "sifive,plic-1.0.0")),)),
)

# ---- what an interrupt costs ----

ALARMS = 1000


def three_exits_each(run):
    """One for the interrupt, one for the claim, one for the completion; and a few for setting up."""
    every, ecall, load, store, ipi, timer, external = next(
        [int(number) for number in match.groups()] for match in map(EXITS.match, run.console.lines[BULKHEAD]) if match)
    assert every == ecall + load + store + ipi + timer + external, "exits for something else"
    assert external == ALARMS, f"{external} external interrupts"
    for what, count in (("loads", load), ("stores", store)):
        assert ALARMS <= count <= ALARMS + 20, f"{count} {what}"


COSTS = (
    Row("plic-costs-three-exits", (passes("plic"), stopped("plic"), Ends(), Judge(three_exits_each)),
        tree(plic(1, devices=RTC, console="none", bootargs=f"rtc only-alarms alarms={ALARMS}")), smp=2, limit=60),
)

# ---- restarts with an interrupt claimed and its line up; storms ----

LIVES = (
    Row("plic-restarts", (*lives("plic", 4), passes("plic"), stopped("plic"), Ends()),
        tree(plic(devices=RTC, bootargs="rtc leave alarms=20 storm=20")), smp=4, limit=90),
    Row("plic-fuzz-beside-a-victim",
        (passes("plic"), stopped("plic"), passes("victim"), stopped("victim"), Ends(), Judge(exits_are_its_own)),
        tree(plic(devices=RTC, bootargs="rtc fuzz=200000 alarms=50"), victim(2, 500)), smp=4, never=UNDISTURBED, limit=120),
    Row("plic-storm-beside-a-victim",
        (passes("victim"), stopped("victim"), passes("plic"), stopped("plic"), Ends(), Judge(exits_are_its_own)),
        tree(plic(1, devices=RTC, bootargs="rtc storm=100000"), victim(3, 500)), smp=4, never=UNDISTURBED, limit=120),
)

# ---- Linux: the UART's interrupt is counted, moves with its CPU, and survives a reboot ----

PROMPT = See("linux", r"# $", unfinished=True)
COUNT = Type("grep ttyS0 /proc/interrupts\n")
FIRST, SECOND = (See("linux", rf"^irq moved: {cpu}$") for cpu in (0, 1))
MOVE = ("irq=$(grep ttyS0 /proc/interrupts | cut -d: -f1 | tr -d ' '); echo {mask} > /proc/irq/$irq/smp_affinity; "
        "echo irq moved: $(cat /proc/irq/$irq/effective_affinity_list)\n")


def counts(label, controller, *others, done=(), **machine):
    # On two CPUs: grep's line has a count for each.
    counted = See("linux", rf"^ *\d+: +(?!0 +0 )\d+ +\d+ .*{controller}.*ttyS0")
    return Row(f"linux-counts-uart-interrupts-{label}",
        (See("linux", "init reached, 2 cpus"), PROMPT, COUNT, counted,
         PROMPT, Type(MOVE.format(mask=2)), SECOND, PROMPT, Type("echo 0 > /sys/devices/system/cpu/cpu1/online; echo off\n"),
         See("linux", "^off"), PROMPT, Type("echo typed with one cpu\n"), See("linux", "^typed with one cpu"),
         PROMPT, Type("echo 1 > /sys/devices/system/cpu/cpu1/online; echo on\n"), See("linux", "^on$"),
         PROMPT, Type(MOVE.format(mask=2)), SECOND, PROMPT, Type(MOVE.format(mask=1)), FIRST,
         PROMPT, Type("reboot -f\n"), See(BULKHEAD, "name=linux event=restart"), See("linux", "init reached, 2 cpus"),
         PROMPT, COUNT, counted, PROMPT, Type("poweroff -f\n"), stopped("linux"), *done, Ends()),
        tree(linux(harts=2, run="shell"), *others), smp=4, mem="512M", limit=180, marks=("linux",), **machine)


LINUX = (
    counts("plic", "PLIC", plic(1, devices=RTC), done=(See("plic", "passed, 0 failed"),)),
    counts("imsic", "APLIC-MSI", aia="aplic-imsic", aia_guests=1),
    counts("imsic-max", "APLIC-MSI", cpu="max", aia="aplic-imsic", aia_guests=3),
    counts("aplic", "APLIC", aia="aplic"),
    counts("imsic-without-files", "APLIC", aia="aplic-imsic"),
)

# ---- how late a device's interrupt is ----

ALARM = re.compile(r"^pulse: (\d+) alarms, lateness min (\d+) median (\d+) p99.9 (\d+) max (\d+) missed 0 ")
PULSE_EXITS = re.compile(EXITS.pattern.replace("=plic", "=pulse"))


def alarms_and_exits(run):
    """Reports of alarms; exits for them, by cause; all exits."""
    lines = run.console.lines["pulse"]
    alarms = [[int(number) for number in match.groups()] for match in map(ALARM.match, lines) if match]
    assert len(alarms) == 3, "pulse has missed alarms"
    every, _, load, store, _, _, external = next(
        [int(number) for number in match.groups()] for match in map(PULSE_EXITS.match, run.console.lines[BULKHEAD]) if match)
    text = sum(len(line) + 2 for line in lines)  # a byte is a store of its own, and some loads are for it
    return alarms, (load, max(0, store - text), external), every - text


def exits_per_alarm(run):
    alarms, exits, _ = alarms_and_exits(run)
    return sum(exits) / sum(alarm[0] for alarm in alarms)


def late(label, most, each, **machine):
    """Alone, each alarm is late by `most` instructions (ns) at most, and costs `each` exits."""
    def check(run):
        alarms, exits, every = alarms_and_exits(run)
        for _, _, _, _, largest in alarms:
            assert largest <= most, f"late by {largest}, at most {most} wanted"
        count = sum(alarm[0] for alarm in alarms)
        assert exits[2] == (count if each > 1 else 0), f"{exits[2]} external interrupts of {count} alarms"
        assert each * count <= sum(exits) <= each * count + 60, f"{exits} loads, stores and interrupts for {count} alarms"
        assert every - sum(exits) < 10, "exits for something else"
    return Row(f"pulse-alarm-{label}", (See("pulse", "^pulse: done"), stopped("pulse"), Ends(), Judge(check)),
               tree(guest("pulse", devices=RTC, bootargs="seconds=3 alarm")), smp=2, icount=True, args=("-rtc", "clock=vm"),
               limit=120, **machine)


# To a guest's interrupt file the hypervisor has no part in it but for making a level pending again.
LATE = {
    "plic": late("plic", 2000, 3), "aplic": late("aplic", 2000, 3, aia="aplic"),
    "imsic0": late("imsic0", 2000, 3, aia="aplic-imsic"), "imsic": late("imsic", 200, 1, aia="aplic-imsic", aia_guests=1),
}
WAYS = {
    "plic": "PLIC: one to the hypervisor, claim, completion", "aplic": "APLIC alone: one to the hypervisor, two claims",
    "imsic0": "IMSIC without guest files: the same", "imsic": "guest interrupt file: making the level pending again",
}

ROWS = PLIC + COSTS + LIVES + LINUX + tuple(LATE.values())
