# SPDX-License-Identifier: Apache-2.0
"""Guests beside each other: isolation, life cycle, where harts and memory come from, the console."""

import re

import harness
import rows_isolation
from row import BULKHEAD, NEVER, NEVER_PANIC, Ends, Judge, Quiet, Row, See, Type, guest, passes, stopped, tree

# In real time a round is too long for a busy host to starve a hart all through it.
VICTIM = guest("victim", 2, bootargs="rounds=2 ms=2000")
UNDISTURBED = NEVER + (("victim", "DISTURBED|unexpected"),)


def ends_well(*names):
    return tuple(passes(name) for name in names) + tuple(stopped(name) for name in names) + (Ends(),)


# ---- isolation: whatever the attacker does, the victim's memory, timers and interrupts are its own ----

def attack(name, seed, features=(), steps=20000, icount=False, **machine):
    """With icount nothing starves, and the victim's ticks and exits are judged to the last one."""
    more = {"ignore_features": features} if features else {}
    judges = (Judge(rows_isolation.is_in_time), Judge(rows_isolation.exits_are_its_own)) if icount else ()
    return Row(f"attack-{name}", ends_well("attacker", "victim") + judges,
               tree(guest("attacker", 2, bootargs=f"seed={seed} steps={steps}", **more), rows_isolation.victim(20, 20) if icount else VICTIM),
               smp=4, icount=icount, never=UNDISTURBED, limit=120, **machine)


EARLY = ("sstc", "henvcfg", "aia", "htinst")
ISOLATION = (
    attack("plic", 1),
    attack("nosstc", 2, cpu="rv64,sstc=off"),
    attack("max-imsic", 3, cpu="max", aia="aplic-imsic", aia_guests=1),
    attack("max-aplic", 4, cpu="max", aia="aplic"),
    attack("imsic0", 5, aia="aplic-imsic", aia_guests=0),
    attack("early", 6, EARLY, cpu="max", aia="aplic-imsic", aia_guests=3),
    attack("icount", 7, icount=True),
    attack("icount-max-imsic", 8, icount=True, cpu="max", aia="aplic-imsic", aia_guests=1),
    attack("icount-early", 9, EARLY, icount=True),
)
SOAK = tuple(attack(f"soak-{seed}-{cpu}", seed, steps=1000000, cpu=cpu, aia="aplic-imsic", aia_guests=1,
                    marks=("soak",)) for seed in range(10, 20) for cpu in ("rv64", "max"))

# ---- life cycle ----


def leaver(how, **properties):
    return guest("leaver", kernel="bare/exit.bin", bootargs=how, **properties)


# Keys of the image exit, and what Bulkhead says beyond "SBI system reset".
RESETS = (("r", ""), ("m", ""), ("f", ", system failure"), ("g", ", system failure"))

LIFE = (
    Row("restart-is-clean",
        (See("leaver", "exit: r reboot"), Type("r"), See("leaver", "exit: memory is zero"), See("leaver", "exit: rebooting"),
         See(BULKHEAD, "name=leaver event=restart"),
         See("leaver", "exit: r reboot"), Type("r"), See("leaver", "exit: memory is zero"), See("leaver", "exit: rebooting"),
         See("leaver", "exit: r reboot"), Type("s"), See("leaver", "exit: shutting down"), stopped("leaver"),
         passes("victim"), stopped("victim"), Ends()),
        tree(leaver("how=ask"), VICTIM), smp=3, never=UNDISTURBED + (("leaver", "memory is (kept|foreign)|refused"),)),
    Row("restart-by-every-reset", tuple(step for key, why in RESETS for step in (
        See("leaver", "exit: r reboot"), Type(key), See("leaver", "exit: memory is zero"),
        See(BULKHEAD, rf"name=leaver event=restart reason=\"SBI system reset{why}\" ")))
        + (See("leaver", "exit: r reboot"), Type("s"), stopped("leaver"),
           See(BULKHEAD, "event=last-guest-stopped action=power-off failed=0"), Ends()),  # a failure that restarts is none at the end
        tree(leaver("how=ask")), never=NEVER + (("leaver", "memory is (kept|foreign)|refused"),)),
    Row("finisher-ends-its-guest-alone",
        (See("leaver", "exit: r reboot"), Type("R"), See("leaver", "finisher in the tree, load -1$"),
         See("leaver", "finisher reads 0, 0x1234: -1$"), See(BULKHEAD, 'name=leaver event=restart reason="finisher, reset"'),
         See("leaver", "exit: r reboot"), Type("P"), See(BULKHEAD, 'name=leaver event=stop reason="finisher, pass"'),
         passes("victim"), stopped("victim"), See(BULKHEAD, "event=last-guest-stopped action=power-off failed=0"), Ends()),
        tree(leaver("how=ask", finisher=True), VICTIM), smp=3, never=UNDISTURBED + (("leaver", "finisher went on"),)),
    Row("finisher-fails",
        (See("leaver", "exit: r reboot"), Type("F"), See(BULKHEAD, 'name=leaver event=stop reason="finisher, fail"'),
         passes("victim"), See(BULKHEAD, "event=last-guest-stopped action=power-off failed=1"), Ends()),
        tree(leaver("how=ask", finisher=True, ignore_features=("htinst",)), VICTIM), smp=3,
        never=(("victim", "DISTURBED|unexpected"),) + NEVER_PANIC),
    Row("finisher-of-nobody",  # without the word in the partition tree there is nothing at its place: cause 5, cause 7
        (See("leaver", "exit: r reboot"), Type("P"), See("leaver", "finisher absent, load 5$"),
         See("leaver", "finisher reads 1, 0x1234: 7$"), See("leaver", "finisher went on, 7$"), stopped("leaver"), Ends()),
        tree(leaver("how=ask"))),
    Row("crash-is-the-guest's-own",
        (See("leaver", "exit: crashing"), passes("victim"), stopped("victim"), Quiet(1)),
        tree(leaver("how=crash"), VICTIM), smp=3, never=UNDISTURBED),
    Row("hang-is-the-guest's-own",
        (See("leaver", "exit: hanging"), passes("victim"), stopped("victim"), Quiet(1)),
        tree(leaver("how=hang"), VICTIM), smp=3, never=UNDISTURBED),
    Row("hang-on-the-console's-hart",  # every hart has an owner: the one that drains the console belongs to a guest that hangs
        (See("leaver", "exit: hanging"), passes("sbi"), stopped("sbi"), Quiet(1)),
        tree(leaver("how=hang"), guest("sbi")), smp=2),
    Row("wfi-for-ever",
        (See("leaver", "exit: waiting"), passes("victim"), stopped("victim"), Quiet(1)),
        tree(leaver("how=wfi"), VICTIM), smp=3, never=UNDISTURBED),
    Row("last-stop-power-off",
        (See(BULKHEAD, "event=last-guest-stopped action=power-off"), Ends()),
        tree(leaver("how=shutdown"), on_last_stop="power-off")),
    Row("last-stop-reset",
        (See(BULKHEAD, "plan sealed"), See(BULKHEAD, "event=last-guest-stopped action=reset"),
         See(BULKHEAD, "Bulkhead: one board"), See(BULKHEAD, "plan sealed"),
         See(BULKHEAD, "event=last-guest-stopped action=reset")),
        tree(leaver("how=shutdown"), on_last_stop="reset")),
    Row("background-ends-with-the-rest",  # every hart is owned: the one that ends the run must not be a background guest's
        (See(BULKHEAD, "name=again event=restart"), See("leaver", "exit: r reboot"), Type("\x1d5s"), See("leaver", "exit: shutting down"),
         stopped("leaver"),
         *(See(BULKHEAD, f"name={name} event=stop reason=\"end of the run\"", anywhere=True) for name in ("flood", "hang", "wfi")),
         See(BULKHEAD, "name=again event=off", anywhere=True),  # mostly in the midst of a restart
         See(BULKHEAD, "event=last-guest-stopped action=power-off failed=0"), Ends()),
        tree(guest("flood", bootargs="lines=10000000", background=True),
             guest("again", kernel="bare/exit.bin", bootargs="how=loop", background=True),
             guest("hang", 2, kernel="bare/exit.bin", bootargs="how=hang", background=True),
             guest("wfi", kernel="bare/exit.bin", bootargs="how=wfi", background=True),
             leaver("how=ask")), smp=6),
    Row("background-of-all-is-none",
        (stopped("a"), stopped("b"), See(BULKHEAD, "event=last-guest-stopped action=power-off failed=0"), Ends()),
        tree(guest("a", kernel="bare/timers.bin", background=True), guest("b", kernel="bare/exit.bin", bootargs="how=shutdown",
                                                                         background=True)), smp=2),
    Row("last-stop-wait",
        (See(BULKHEAD, "event=last-guest-stopped action=wait"), Quiet(2, ".")),
        tree(leaver("how=shutdown"), on_last_stop="wait")),
)

# ---- harts and memory ----

OVERLAY = "/dts-v1/;\n/plugin/;\n&{/chosen} { bootargs = \"lines=7\"; };\n"


def boots_on(hart, phandle, smp=4):
    """OpenSBI's own word for which harts may boot; phandle is that hart's in QEMU's tree."""
    node = "/chosen/opensbi-config"
    return Row(f"boot-hart-{hart}", (See(BULKHEAD, f"booted on hart {hart}"),) + ends_well("sbi", "timers"),
               tree(guest("sbi", 2), guest("timers")), smp=smp, dtb=(
                   (("-c",), (node,)),
                   (("-t", "s"), (node, "compatible", "opensbi,config")),
                   (("-t", "i"), (node, "cold-boot-harts", str(phandle)))))


def memory_test(name, size, extents=(), steps=(), mem="256M", **properties):
    seen = tuple(See(BULKHEAD, extent) for extent in extents)
    return Row(f"memory-{name}", seen + tuple(steps) + ends_well("memory"),
               tree(guest("memory", bootargs=f"size={size:#x}", **properties)), mem=mem, limit=90)


PLACES = (
    *(boots_on(hart, phandle) for hart, phandle in ((1, 5), (2, 3), (3, 1))),
    Row("named-harts", (See(BULKHEAD, r"0->3 1->1"), See("harts", "# 2 harts, boot hart 0")) + ends_well("harts"),
        tree(guest("harts", (3, 1))), smp=4),
    *(Row(f"harts-64-{cpu}", (See(BULKHEAD, "63->63"), See("hello", "^hello: hart 0 of ")) + (stopped("hello"), Ends()),
          tree(guest("hello", 64)), smp=64, cpu=cpu, mem="512M") for cpu in ("rv64", "max")),
    memory_test("direct-mapped", 0x2000000, (r"\(direct-mapped\)",), memory="32M", direct_mapped=True),
    memory_test("direct-mapped-explicit", 0x1000000, (r"PA 0x84000000\.\.0x85000000  GPA 0x84000000 \(direct-mapped\)",),
                (See("memory", "# memory 0x84000000, 16384 KiB"),),
                memory=None, direct_mapped=True, host_memory=(0, 0x84000000, 0, 0x1000000)),
    memory_test("extents", 0x1800000, (r"PA 0x86000000\.\.0x87000000  GPA 0x80000000", r"PA 0x84000000\.\.0x84800000  GPA 0x81000000"),
                memory=None, host_memory=(0, 0x86000000, 0, 0x1000000, 0, 0x84000000, 0, 0x800000)),
    memory_test("extents-of-frames", 0x403000, (r"PA 0x84001000\.\.0x84402000", r"PA 0x86003000\.\.0x86005000"),
                memory=None, host_memory=(0, 0x84001000, 0, 0x401000, 0, 0x86003000, 0, 0x2000)),
    memory_test("joined", 0xc800000, (r"GPA 0x80000000", r"PA 0x[0-9a-f]+\.\.0x[0-9a-f]+  GPA 0x8[1-9a-f]"), memory="200M"),
    memory_test("joined-of-frames", 0xc801000, (r"GPA 0x80000000", r"PA 0x"), memory="0xc801000"),
    memory_test("odd-size", 0x1005000, memory="0x1005000"),
    memory_test("base-beyond-4g", 0x1000000, ("GPA 0x10000000000",), (See("memory", "# memory 0x10000000000, 16384 KiB"),),
                memory="16M", memory_base="<0x100 0>"),
    memory_test("base-low", 0x1000000, ("GPA 0x40000000",), memory="16M", memory_base=0x40000000),
    memory_test("beyond-4g", 0x1000000, (), mem="6G", memory=None, host_memory=(1, 0x80000000, 0, 0x1000000)),
    Row("fragment-applies", (See("flood", "^flood done: 7 lines"), stopped("flood"), Ends()),
        tree(guest("flood", bootargs="lines=3", device_tree_fragment="f.dtso")), files=(("f.dtso", OVERLAY),)),
    Row("fragment-adds-a-node", (See("flood", "^flood done: 3 lines"), stopped("flood"), Ends()),
        tree(guest("flood", bootargs="lines=3", device_tree_fragment="f.dtbo.dtso")),
        files=(("f.dtbo.dtso", "/dts-v1/;\n/plugin/;\n&{/} { mine { compatible = \"me,mine\"; }; };\n"),)),
)

# ---- console ----


def no_byte_lost(name, count):
    """Every line of a flood is there, whole, once and in order."""
    tail = " abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/"

    def check(run):
        got = [line for line in run.console.lines[name] if not line.startswith("flood done")]
        for number, line in enumerate(got, 1):
            assert line == f"flood {number:06}{tail}", f"line {number} of the flood is: {line!r}"
        assert len(got) == count, f"{len(got)} lines of {count}"
    return Judge(check)


def asker(name):
    return guest(name, kernel="bare/exit.bin", bootargs="how=ask")


TYPED = "0123456789\0\x7f\xff abdefgs"  # ends with a key that exit knows, the only one
READ = rf"^exit: {len(TYPED)} bytes, 0 others changed: {TYPED.encode('latin-1').hex(' ')}$"


def reads_by(by):
    """What is typed arrives, every byte of it, by an SBI call: in a guest with a UART, which it leaves alone, and in one without."""
    bootargs = f"how=ask by={by}"
    return Row(f"console-read-by-{by}",
               (See("uart", "exit: r reboot"), See("none", "exit: r reboot"), Type(TYPED), See("uart", READ), stopped("uart"),
                Type("\x1d2" + TYPED), See("none", READ), stopped("none"), Ends()),
               tree(guest("uart", kernel="bare/exit.bin", bootargs=bootargs),
                    guest("none", kernel="bare/exit.bin", bootargs=bootargs, console="none")), smp=2)


def reads_by_on_opensbi(by):
    return Row(f"console-read-by-{by}-on-opensbi", (See(BULKHEAD, "exit: r reboot"), Type(TYPED), See(BULKHEAD, READ), Ends()),
               kernel="bare/exit.bin", append=f"how=ask by={by}", firmware_apart=False)


def no_plain_guest_lines(run):
    """From the first line of a guest or of the hypervisor's own after the seal, every line says whose it is."""
    text = run.raw.replace("\r", "")
    for line in text[text.index("[bulkhead] "):].split("\n"):
        line = re.sub(r"\x1b\[[0-9;]*m", "", line)
        assert not line or line.startswith("["), f"whose line is this? {line!r}"


def is_coloured(run):
    assert "\x1b[1;32m[sbi] \x1b[0m" in run.raw, "the first guest's name is not green"


LATENESS = re.compile(r"lateness min (\d+) ")


def costs_the_same(run):
    """With -icount QEMU runs the harts in turn, so most ticks come late by others' turns; the earliest of a second do not:
    their lateness is the exit's cost alone, while the neighbour floods (first second) as when all is quiet (last).
    """
    least = [int(LATENESS.search(line)[1]) for line in run.console.lines["pulse"] if LATENESS.search(line)]
    assert least[0] <= least[-1] + 1, f"least lateness in ticks of 100 ns, by second: {least}"


# With WFI QEMU gives the turn to the next hart, which is counted, too.
LEAST = re.compile(r'^bench: name="((?:(?!WFI)[^"])+)" harts=1 min=(\d+)')


def costs(run):
    return dict(match.groups() for match in map(LEAST.match, run.console.lines["bench"]) if match)


def calls_cost_the_same():
    """What operations cost a guest is the same number of instructions alone and while its neighbour floods."""
    done = See("bench", "^bench: done")
    alone = Row("costs-alone", (done, Ends()), tree(guest("bench")), smp=2, icount=True, limit=60)

    def check(run):
        wanted, got = costs(harness.run_row(alone)), costs(run)
        assert {"SBI get_spec_version", "IPI to self until its handler", "console, 64 bytes by the UART"} <= set(wanted)
        differ = {name: (count, got.get(name)) for name, count in wanted.items() if got.get(name) != count}
        assert not differ and set(got) == set(wanted), f"alone and beside a flood: {differ}"
        lines = [(source, line) for source, line in run.console.order if source in ("bench", "flood")]
        end = lines.index(("bench", "bench: done"))
        assert any(source == "flood" for source, _ in lines[end:]), "the flood was over before"
    return Row("flood-leaves-costs", (done, See("flood", "^flood done"), Ends(), Judge(check)),
               tree(guest("bench"), guest("flood", bootargs="lines=1200")), smp=3, icount=True, limit=120)


def flood_costs_nothing(name, **features):
    """A tick by Sstc costs no exit, one by SBI an exit and an injection."""
    return Row(f"flood-costs-others-nothing-{name}",
               (See("pulse", "pulse: done"), See("flood", "^flood done: 2000 lines"), Ends(), no_byte_lost("flood", 2000),
                Judge(costs_the_same)),
               tree(guest("flood", bootargs="lines=2000"), guest("pulse", bootargs="seconds=3", **features)),
               smp=3, icount=True, limit=120)


CONSOLE = (
    calls_cost_the_same(),
    flood_costs_nothing("sstc"),
    flood_costs_nothing("sbi", ignore_features=("sstc",)),
    Row("console-focus",
        (See("first", "exit: r reboot"), See("second", "exit: r reboot"),
         Type("\x1dn"), See(BULKHEAD, "^input goes to second$"),
         Type("h"), See("second", "exit: hanging"), Quiet(0.5, "hanging"),
         Type("\x1dn"), See(BULKHEAD, "^input goes to first$"),
         Type("r"), See("first", "exit: rebooting"), See("first", "exit: r reboot"),
         Type("\x1d2"), See(BULKHEAD, "^input goes to second$"), Type("ssss"), Quiet(0.5, "shutting"),
         Type("\x1d1"), See(BULKHEAD, "^input goes to first$"),
         Type("s"), See("first", "exit: shutting down"), stopped("first"), Quiet(0.5)),
        tree(asker("first"), asker("second")), smp=2),
    Row("console-none",
        (See("quiet", "exit: started"), See("first", "exit: r reboot"), Type("\x1dn"), See(BULKHEAD, "^input goes to first$"),
         Type("s"), stopped("first"), Ends()),
        tree(guest("quiet", kernel="bare/exit.bin", bootargs="how=shutdown", console="none"), asker("first")), smp=2),
    *(reads_by(by) for by in ("dbcn", "legacy")), *(reads_by_on_opensbi(by) for by in ("dbcn", "legacy")),
    Row("console-lines", ends_well("sbi", "memory", "timers") + (Judge(no_plain_guest_lines),),
        tree(guest("sbi"), guest("memory"), guest("timers")), smp=3),
    Row("console-colour", ends_well("sbi", "timers") + (Judge(is_coloured), Judge(no_plain_guest_lines)),
        tree(guest("sbi"), guest("timers"), console_colour=True), smp=3),
    Row("flood-by-one", (See("flood", "^flood done: 4000 lines"), stopped("flood"), Ends(), no_byte_lost("flood", 4000)),
        tree(guest("flood", bootargs="lines=4000"))),
    Row("flood-by-two",
        (See("a", "^flood done: 2000 lines"), See("b", "^flood done: 2000 lines"), Ends(),
         no_byte_lost("a", 2000), no_byte_lost("b", 2000)),
        tree(guest("a", kernel="bare/flood.bin", bootargs="lines=2000"),
             guest("b", kernel="bare/flood.bin", bootargs="lines=2000")), smp=2),
    Row("flood-by-sbi-console", (See("flood", "^flood done: 1000 lines"), Ends(), no_byte_lost("flood", 1000)),
        tree(guest("flood", bootargs="lines=1000", console="none"))),
    Row("flood-beside-a-victim",
        (passes("victim"), See("flood", "^flood done: 3000 lines"), Ends(), no_byte_lost("flood", 3000)),
        tree(guest("flood", bootargs="lines=3000"), VICTIM), smp=4, never=UNDISTURBED),
)

ROWS = ISOLATION + SOAK + LIFE + PLACES + CONSOLE
