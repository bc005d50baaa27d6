# SPDX-License-Identifier: Apache-2.0
"""Stock Debian Linux: to userspace and through its own checks, on a pairwise selection of machines; beside other guests."""

import os
import re

import harness
from row import BULKHEAD, Ends, Judge, Row, See, Type, guest, linux, passes, stopped, tree

LINUX = ("linux",)
INIT = See("linux", r"^bulkhead-linux: init reached")
TICKS = See("pulse", r"^pulse: \d+ ticks, lateness", new=True)

# ---- its own checks ----


def checks(name, harts, marks=LINUX, ignore=(), **machine):
    more = {"ignore_features": ignore} if ignore else {}
    steps = (See("linux", rf"^bulkhead-linux: init reached, {harts} cpus online"), passes("linux"), stopped("linux"), Ends())
    return Row(f"linux-checks-{name}", steps, tree(linux(harts=harts, run="checks,poweroff", **more)),
               smp=harts, mem="512M", limit=180, marks=marks, **machine)


EARLY = ("sstc", "henvcfg", "aia", "htinst")  # what cores of priv 1.11 lack

CHECKS = (
    checks("1-rv64-plic", 1),
    checks("2-max-imsic1", 2, cpu="max", aia="aplic-imsic", aia_guests=1),
    checks("4-nosstc-aplic", 4, cpu="rv64,sstc=off", aia="aplic"),
    checks("4-max-plic", 4, cpu="max"),
    checks("2-early-imsic0", 2, ignore=EARLY, aia="aplic-imsic"),
    *(checks(f"soak-{harts}-{cpu}-{aia}-{files}", harts, LINUX + ("soak",), cpu=option, aia=aia, aia_guests=files)
      for harts in (1, 2, 4, 8) for cpu, option in (("rv64", "rv64"), ("nosstc", "rv64,sstc=off"), ("max", "max"))
      for aia, files in (("none", 0), ("aplic", 0), ("aplic-imsic", 0), ("aplic-imsic", 1), ("aplic-imsic", 3))),
)

# ---- what single instructions of a user process end with: the same as on bare QEMU and OpenSBI ----


def values(run, source):
    return [line for line in run.console.lines[source] if line.startswith("# value:")]


def same_as_bare(cpu):
    bare = Row(f"linux-values-{cpu}-bare", (See(BULKHEAD, "Power down|Powering off|reboot: "), Ends()), kernel="linux/Image",
               initrd="linux/initramfs.cpio.gz", append="console=ttyS0 bulkhead.run=values,poweroff",
               cpu=cpu, mem="256M", limit=120, firmware_apart=False)

    def check(run):
        wanted, got = values(harness.run_row(bare), BULKHEAD), values(run, "linux")
        assert len(wanted) > 10, f"bare Linux told {len(wanted)} values"
        assert got == wanted, "differs from bare Linux: " + "; ".join(
            f"{mine} but bare {its}" for mine, its in zip(got, wanted) if mine != its)
    return Row(f"linux-values-{cpu}", (INIT, stopped("linux"), Ends(), Judge(check)),
               tree(linux(run="values,poweroff")), cpu=cpu, mem="512M", limit=180, marks=LINUX)


# ---- perf: a guest's kernel gets as many samples as on bare QEMU and OpenSBI ----

SAMPLES = re.compile(r"samples of (cycles|instructions): (\d+) of (\d+)$")
PERIOD = 1_000_000  # instructions, with icount; else QEMU counts ticks of its host, and its timer for the overflow nanoseconds


def share_of_samples(run, source):
    """How many of the samples that were due came."""
    found = [match for match in map(SAMPLES.search, run.console.lines[source]) if match]
    came, due = (sum(int(match[group]) for match in found) for group in (2, 3))
    assert len(found) == 6 and due > 50, f"{len(found)} lines of samples, {due} samples due"
    return came / due


def samples_as_bare(run):
    if not harness.machine_has("lcofi"):  # the guest's kernel knows, the bare one does not
        refused = [line for line in run.console.lines["linux"] if re.search("samples of .*: error -95$", line)]
        assert len(refused) == 6, f"{len(refused)} times the kernel said that there is no sampling"
        return
    bare = Row("linux-samples-bare", (See(BULKHEAD, "Power down|Powering off|reboot: "), Ends()), kernel="linux/Image",
               initrd="linux/initramfs.cpio.gz", append=f"console=ttyS0 bulkhead.run=samples={PERIOD},poweroff",
               cpu="max", mem="256M", icount=True, limit=300, firmware_apart=False)
    wanted, got = share_of_samples(harness.run_row(bare), BULKHEAD), share_of_samples(run, "linux")
    assert wanted > 0.8 and got > 0.9 * wanted, f"{got:.2f} of the samples came, {wanted:.2f} on a bare machine"


SAMPLING = Row("linux-samples", (INIT, stopped("linux"), Ends(), Judge(samples_as_bare)),
               tree(linux(run=f"samples={PERIOD},poweroff")), cpu="max", mem="512M", icount=True, limit=300, marks=LINUX)



def samples_without_cycle(run):
    assert share_of_samples(run, "linux") > 0.9, "samples are missing"


NO_CYCLE = Row("linux-samples-no-neighbours", (INIT, stopped("linux"), Ends(), Judge(samples_without_cycle)),
               tree(linux(run=f"samples={PERIOD},poweroff", no_neighbour_counters=True)), cpu="max", mem="512M", icount=True,
               needs="lcofi", limit=300, marks=LINUX)

# ---- beside others ----

PULSE = guest("pulse")

BESIDE = (
    Row("linux-powers-off", (INIT, stopped("linux"), TICKS, TICKS, TICKS),
        tree(linux(harts=2, run="poweroff"), PULSE), smp=3, mem="512M", limit=120, marks=LINUX),
    Row("linux-reboots",
        (INIT, See(BULKHEAD, "name=linux event=restart"), TICKS, INIT, See(BULKHEAD, "name=linux event=restart"), TICKS),
        tree(linux(harts=2, run="reboot"), PULSE), smp=3, mem="512M", limit=120, marks=LINUX),
    Row("linux-twice",
        (See("one", "init reached, 1 cpus"), See("two", "init reached, 2 cpus"), stopped("one"), stopped("two"), Ends()),
        tree(linux("one", memory="160M"), linux("two", 2, memory="160M")), smp=4, mem="512M", limit=120, marks=LINUX),
    Row("linux-direct-mapped", (See(BULKHEAD, r"\(direct-mapped\)"), INIT, stopped("linux"), Ends()),
        tree(linux(memory="160M", direct_mapped=True)), smp=2, mem="512M", limit=120, marks=LINUX),
    # Linux wants to lie on 2 MiB, wherever its memory begins.
    *(Row(f"linux-memory-{label}", (INIT, passes("linux"), stopped("linux"), Ends()),
          tree(linux(harts=2, run="checks,poweroff", **place)), smp=2, mem="1G", limit=120, marks=LINUX)
      for label, place in (("1m-off", {"memory_base": 0x80100000}), ("4k-off", {"memory_base": 0x40001000}),
                           ("direct-mapped-off", {"memory": None, "direct_mapped": True, "host_memory": (0, 0x8a345000, 0, 0x10000000)}))),
    Row("linux-beside-an-attacker", (passes("linux"), passes("attacker"), stopped("linux")),
        tree(linux(harts=2, run="checks,poweroff"), guest("attacker", 2, bootargs="seed=7 steps=100000")), smp=4, mem="512M",
        aia="aplic-imsic", aia_guests=1, limit=180, marks=LINUX),
)

# ---- the demo, both ways, and other firmware beneath ----

with open(os.path.join(harness.ROOT, "platform/qemu-virt/demo.dts"), encoding="utf-8") as file:
    DEMO = file.read()

PROMPT = See("linux", r"# $", unfinished=True)
DEMO_STEPS = (
    See(BULKHEAD, r"^linux +harts +0->\d 1->\d"), See(BULKHEAD, r"^pulse +harts +0->\d"), See(BULKHEAD, "plan sealed"),
    See("linux", "init reached, 2 cpus online"), PROMPT, Type("echo 6 x 7 = $((6 * 7))\n"), See("linux", "^6 x 7 = 42"), TICKS,
    Type("\x1dn"), See(BULKHEAD, "^input goes to pulse"), Type("echo not you\n"),
    Type("\x1dn"), See(BULKHEAD, "^input goes to linux"), Type("poweroff -f\n"),
    stopped("linux"), TICKS, TICKS,
)


def demo(name, partitions=DEMO, **more):
    return Row(f"demo-{name}", DEMO_STEPS, partitions, smp=4, mem="1G", limit=120, marks=LINUX, **more)


DEMOS = (
    demo("handed-over"),
    demo("linked-in", bios="qemu-virt/firmware.bin"),
    demo("on-opensbi-of-qemu", bios="default"),
    demo("on-oldest-opensbi", bios="oldest"),
    Row("demo-linked-in-40-megabytes", (See(BULKHEAD, r"^info package from=firmware .* size=[4-9]\d{7} "),) + DEMO_STEPS, DEMO,
        bios="test/big/firmware.bin", smp=4, mem="1G", limit=120, marks=LINUX),
    # As a boot loader in ROM would do it: QEMU itself refuses -initrd without -kernel. U-Boot aligns an image inside another to 4 bytes.
    *(Row(name, (See(BULKHEAD, "^info package from=boot-loader"), passes("sbi"), Ends()),
        tree(guest("sbi")), bios="qemu-virt/firmware.bin", limit=60,
        args=("-device", f"loader,file={{package}},addr={at:#x},force-raw=on"), dtb=(
            (("-t", "x"), ("/chosen", "linux,initrd-start", hex(at))), (("-t", "x"), ("/chosen", "linux,initrd-end", "0x88100000"))))
      for name, at in (("handed-over-replaces-linked-in", 0x88000000), ("handed-over-on-four-bytes", 0x88000004))),
)

# ---- time ----

LATENESS = re.compile(r"^pulse: (\d+) (\w+), lateness min (\d+) median (\d+) p99.9 (\d+) max (\d+) missed (\d+)")


# With -icount QEMU runs the harts in turn, each until the next deadline of any, divided by their number: with Linux's own
# deadlines that is milliseconds, which would be counted as lateness. A third guest that ticks every 20 us keeps turns short; it is quiet, for
# while it told what it has seen it would not tick.
METRONOME = guest("metronome", kernel="bare/pulse.bin", bootargs="period=20 histogram=1000000")


def reports(run, what):
    """Of ticks or alarms: by second, how many, least, median, of 1000 the last but one, most, missed."""
    matches = map(LATENESS.match, run.console.lines["pulse"])
    return [[int(number) for number in (match[1], *match.groups()[2:])] for match in matches if match and match[2] == what]


def lateness(bound, what="ticks"):
    """No second's maximum exceeds bound (timer: ticks of 100 ns; alarms: ns) and nothing is missed. Not in the first second:
    guests are being loaded then, and the metronome does not tick yet.
    """
    def check(run):
        later = reports(run, what)[1:]
        assert later, "pulse has not reported"
        for _, _, _, _, largest, missed in later:
            assert largest <= bound and missed == 0, f"{what}: {largest} late, {missed} missed; bound {bound}"
    return Judge(check)


EXITS = re.compile(r"^info guest name=pulse event=exits all=(\d+) ecall=(\d+) load=(\d+) store=(\d+) ipi=(\d+) timer=(\d+)")


def exits(calls_per_tick):
    """pulse has left its machine for its timer's SBI calls (and their interrupts, where it has no Sstc) and for each byte
    of its reports at the UART, and for nothing else.
    """
    def check(run):
        everything, ecalls, loads, stores, ipis, timers = next(
            list(map(int, match.groups())) for match in map(EXITS.match, run.console.lines[BULKHEAD]) if match)
        lines = run.console.lines["pulse"]
        ticks = sum(report[0] for report in reports(run, "ticks"))
        text = sum(len(line) + 2 for line in lines)
        assert everything == ecalls + loads + stores + ipis + timers, "exits for something else"
        assert stores <= text + 16 and loads <= text + 16, f"{stores} stores, {loads} loads for {text} bytes"
        assert ecalls <= calls_per_tick * ticks + 16 and timers <= calls_per_tick * ticks + 16 and ipis == 0, \
            f"{ecalls} calls, {timers} timer interrupts, {ipis} IPIs for {ticks} ticks"
    return Judge(check)


def forks(name, *judges, arguments="", machine=None, **more):
    """Linux forks and execs for most of the three seconds, of the time that -icount makes, which pulse runs."""
    return Row(f"pulse-while-linux-forks-{name}",
               (INIT, See("linux", "1200 of 1200 processes ended well"), stopped("linux"), stopped("pulse"),
                See("pulse", "^pulse: done"), *judges),
               tree(linux(run="forks=1200,poweroff"), guest("pulse", bootargs="seconds=3" + arguments, **more), METRONOME),
               smp=4, mem="512M", icount=True, limit=240, marks=LINUX, **(machine or {}))


def alarms(name, bound, **machine):
    """The same, and how late the RTC's interrupt is, whose clock is made that of the machine."""
    return forks(f"alarm-{name}", lateness(80), lateness(bound, "alarms"), arguments=" alarm", devices="/soc/rtc@101000",
                 machine={"args": ("-rtc", "clock=vm"), **machine})


# Measured: at most 25 ticks late by Sstc and 33 by SBI timer calls, of which a turn of 5 us (50 ticks) may be any part.
TIME = (
    forks("sstc", lateness(80), exits(0)),
    forks("sbi", lateness(90), exits(1), ignore_features=("sstc",)),
    # 8345 and 2295 were seen, of which QEMU's turns are all but 1654 and 93; how long they are is a matter of luck.
    alarms("plic", 20000), alarms("imsic", 15000, aia="aplic-imsic", aia_guests=1),
)

ROWS = (*CHECKS, same_as_bare("rv64"), same_as_bare("max"), SAMPLING, NO_CYCLE, *BESIDE, *DEMOS, *TIME)
