#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Lets judges judge that are not ours: other simulators run our tests, foreign suites run as our guests.

  external.py spike <program>              hcheck, the self-test, bare guests and Linux on Spike
  external.py qemu <program>               the same on another QEMU
  external.py simulator '<command>'        the same on any simulator; the command has {fw} {kernel} {initrd} in it
  external.py kvm-unit-tests <tree>        that suite in a guest beside the same on bare OpenSBI

A third argument takes the cases whose name holds it. Verdicts are counted from what guests say; what is known to
differ stands in known.py with its reason.
"""

import dataclasses
import os
import shlex
import shutil
import signal
import subprocess
import sys

sys.path[:0] = [os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "system")]
import harness  # noqa: E402 (those of test/system are found by the line above)
import kut  # noqa: E402
import rows_lives  # noqa: E402
import verdict  # noqa: E402
from row import Row, guest, linux, tree  # noqa: E402

FW_JUMP = os.path.join(harness.BUILD, "external/fw_jump.elf")
FW_MISALIGNED = os.path.join(harness.BUILD, "external/fw_jump-misaligned.elf")
SELFTEST_ELF = os.path.join(harness.OUT, "selftest/firmware.elf")
HELLO = tree(guest("hello"))
TOPICS = ("memory", "sbi", "traps", "timers", "harts", "susp", "sta", "sse", "state", "dt", "pmu", "fwft",
          "csrs")


def selftest_partitions():
    with open(os.path.join(harness.ROOT, "platform/qemu-virt/selftest.dts"), encoding="utf-8") as file:
        return file.read()


def cases(kind):
    """(row, guests that must tell a sum of tests); what a row's kernel is, its machine makes of it."""
    common = {"smp": 4, "mem": "1G", "never": (), "steps": (), "firmware_apart": False}
    yield Row("hcheck", partitions=HELLO, kernel="bare/hcheck.bin", **common), ("bulkhead",)
    yield Row("selftest", partitions=selftest_partitions(), limit=3600, **common), ("selftest",)
    for topic in TOPICS:
        yield Row(topic, partitions=tree(guest(topic, 2), guest("victim", bootargs="rounds=2 ms=300")), limit=900, **common), (topic, "victim")
    # Each way out of a guest, whatever its harts do, with FWFT's features off, on one by one, and all on.
    lives = rows_lives.row("foreign", 3, "rv64", features="n04a")
    yield dataclasses.replace(lives, name="lives", limit=1800, **{**common, "steps": lives.steps, "never": lives.never}), ("lives",)
    if kind == "spike":  # the same where there is most to switch on; and with misaligned accesses delegated from reset on
        lives = rows_lives.row("foreign", 3, "max")
        yield dataclasses.replace(lives, name="lives-rich", limit=3600, **{**common, "steps": lives.steps, "never": lives.never}), ("lives",)
        yield Row("misaligned", partitions=tree(
            guest("sbi"), guest("memory"), guest("attacker", bootargs="seed=1 steps=1000000000", background=True),
            guest("victim", bootargs="ms=1000", background=True)), limit=1800, **common), ("sbi", "memory")
    yield Row("linux", partitions=tree(
        linux(harts=2, run="checks,poweroff"), guest("attacker", bootargs="seed=1 steps=1000000000", background=True),
        guest("victim", bootargs="ms=1000", background=True)), limit=1800, **common), ("linux",)


# ---- machines ----

class Simulator:
    """A command in which {fw}, {kernel} and {initrd} stand for files."""

    def __init__(self, command, fw=FW_JUMP):
        self.words, self.fw = shlex.split(command), fw
        missing = [name for name in ("{fw}", "{kernel}", "{initrd}") if not any(name in word for word in self.words)]
        if missing:
            sys.exit(f"external: the simulator's command has no {' '.join(missing)}")

    def command(self, row):
        kernel = os.path.join(harness.OUT, "bulkhead.bin") if row.kernel == harness.BULKHEAD else os.path.join(harness.IMAGES, row.kernel)
        return [word.format(fw=self.fw, kernel=kernel, initrd=harness.make_package(row)) for word in self.words]


class Spike(Simulator):
    """The self-test is the image that is flashed, hcheck in front of it."""

    ISA = "rv64gch_zicntr_zihpm_sstc"
    RICH = ("rv64gcvh_zicntr_zihpm_sstc_svadu_svpbmt_svinval_ssdbltrp_smdbltrp_zicfilp_zicfiss_ssnpm_smnpm_smstateen_sscofpmf"
            "_zicbom_zicboz")

    def __init__(self, program):
        self.start = [program, f"--isa={self.ISA}", "-p4", "-m1024"]
        super().__init__(shlex.join(self.start) + " --kernel={kernel} --initrd={initrd} {fw}")

    def command(self, row):
        if row.name == "selftest":
            return self.start + [SELFTEST_ELF]
        isa = self.RICH if row.name.endswith("-rich") else self.ISA
        return [FW_MISALIGNED if row.name == "misaligned" and word == self.fw else word.replace(f"--isa={self.ISA}", f"--isa={isa}")
                for word in super().command(row)]


def qemu(program):
    return Simulator(f"{shlex.quote(program)} -M virt -cpu rv64 -smp 4 -m 1G -nographic -bios {{fw}} -kernel {{kernel}} -initrd {{initrd}}",
                     harness.OPENSBI)


# What says its version, and how.
MACHINES = {"spike": (Spike, "--help"), "qemu": (qemu, "--version"), "simulator": (Simulator, "")}


def version(program, option):
    said = subprocess.run([program, option], capture_output=True, text=True) if option else None
    return f"{(said.stdout + said.stderr).strip().split(chr(10))[0]} ({program})" if said else program


# ---- all ----

def judge_machine(kind, at, only):
    build, option = MACHINES[kind]
    program = shlex.split(at)[0] if kind == "simulator" else at
    if not shutil.which(program):
        skip(f"there is no {program}")
    machine = build(at)
    print(f"  {kind}: {version(program, option)}", flush=True)
    results = []
    for row, guests in cases(kind):
        if only in row.name:
            results.append(verdict.of_case(kind, row, guests, machine.command(row)))
            results[-1].show()
    return results


def skip(why):
    print(f"external: skipped: {why}")
    sys.exit(0)


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("external: ended from outside"))  # by way of what ends the machines
    kind, at, only = (sys.argv[1:] + ["", "", ""])[:3]
    if kind not in (*MACHINES, "kvm-unit-tests"):
        sys.exit(f"external: KIND={kind}: there are {', '.join((*MACHINES, 'kvm-unit-tests'))}")
    if not at:
        skip(f"no AT= says where {kind} is")
    if kind == "kvm-unit-tests":
        if not os.path.exists(os.path.join(at, "riscv/unittests.cfg")):
            skip(f"AT={at} is no tree of kvm-unit-tests")
        results = kut.judge(at, only)
    else:
        results = judge_machine(kind, at, only)
    if not results:
        sys.exit(f"external: no case's name holds {only!r}")
    bad = sum(len(result.failures) for result in results)
    print(f"external {kind}: {len(results)} cases, {sum(result.passed for result in results)} passed, {bad} failed, "
          f"{sum(len(result.known) for result in results)} known to differ")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    try:
        main()
    except (harness.RowError, subprocess.CalledProcessError) as error:
        sys.exit(f"external: {error}")
