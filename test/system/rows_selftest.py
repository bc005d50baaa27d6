# SPDX-License-Identifier: Apache-2.0
"""The self-test of a board: the firmware that `make selftest` builds, what it says of the hardware, and how a failure looks."""

import os
import re

import harness
from row import BULKHEAD, LOST, NEVER, NEVER_PANIC, Ends, Judge, Row, See, but_lost, guest, stopped, tree

with open(os.path.join(harness.ROOT, "platform/qemu-virt/selftest.dts"), encoding="utf-8") as file:
    PARTITIONS = file.read()

RULE = re.compile(r"rule: ([\w-]+): (kept|broken|absent) \((needed; )?(.*)\)$")
SUM = re.compile(r"^hardware: (\d+) rules kept, (\d+) broken, (\d+) absent$")

# What a QEMU does otherwise than the specification says; platform/qemu-virt/README.md tells who found it so, and why. Each is broken
# on these versions and on no other of VERSIONS. On a version that is not among them any of these may be, and nothing else.
VERSIONS = ("10.0.2", "10.0.13", "11.1.3")
ALWAYS = VERSIONS
DEVIATIONS = {
    "hvip-not-of-hs-mode": ALWAYS,
    "hgatp-ppn-aligned": ALWAYS,
    "hlvx-not-executable": ALWAYS,
    "hlvx-not-executable-gstage": ALWAYS,
    "hvip-stray-bits": ("10.0.2",),  # without AIA only
    "vu-csrr-sstatus": ("10.0.2",),
    "vu-sret": ("10.0.2",),
    "stval-vs-mret": ("10.0.2",),
    "stval-vu-mret": ("10.0.2",),
    "redirected-illegal-from-vs": ("10.0.13", "11.1.3"),
    "redirected-illegal-from-vu": ("10.0.13", "11.1.3"),
}
# What every QEMU with H does right, from each group of rules.
KEPT = {
    "h-extension", "hedeleg-writable", "hgatp-sv39x4", "henvcfg-stce", "a-guest-runs", "ecall-from-vs", "interrupt-vsti",
    "fault-ld", "htval-ld", "htinst-sd", "htinst-c-lw", "fault-sc-d", "fault-fetch", "htval-walk", "load-beyond-41-bits",
    "vs-stage-first-invalid", "vs-csrr-hstatus", "forbidden-instructions-trap", "vs-wfi-vtw", "vu-wfi", "hlv-reads", "hlv-b",
    "hsv-read-only-gstage", "hfence-gvma", "hfence-vvma-asid", "vmids-apart", "asids-apart", "vsie-masked-by-hideleg",
    "misaligned-of-vs-ld", "misaligned-of-hs-sd", "csrs-restored",
}


def deviates(verdicts):
    """Which rules this QEMU must and may break."""
    version = harness.qemu_number()
    if version not in VERSIONS:
        return set(), set(DEVIATIONS)
    broken = {name for name, versions in DEVIATIONS.items() if version in versions}
    if verdicts["hvien"] != "absent":
        broken.discard("hvip-stray-bits")
    return broken, broken


def rules_hold(run):
    """Each rule is told once, the sum is theirs, and nothing the hypervisor needs is missing."""
    lines = run.console.lines[BULKHEAD]
    rules = [RULE.search(line).groups() for line in lines if RULE.search(line)]
    verdicts = {name: verdict for name, verdict, _, _ in rules}
    assert len(verdicts) == len(rules), "a rule is told twice"
    total = next(tuple(int(n) for n in SUM.search(line).groups()) for line in lines if SUM.search(line))
    counted = tuple(sum(verdict == word for verdict in verdicts.values()) for word in ("kept", "broken", "absent"))
    assert total == counted, f"the sum says {total}, the rules {counted}"
    untold = KEPT - set(verdicts)
    assert not untold, f"not told: {untold}"
    broken = {name for name, verdict in verdicts.items() if verdict == "broken"}
    must, may = deviates(verdicts)
    assert broken <= may, f"QEMU {harness.qemu_number()} keeps these, hcheck says they are broken: {broken - may}"
    assert must <= broken, f"QEMU {harness.qemu_number()} breaks these, hcheck says they are not: {must - broken}"
    wrong = {name for name in KEPT if verdicts[name] != "kept"}
    assert not wrong, f"not kept: {wrong}"
    missing = {name for name, verdict, needed, _ in rules if needed and verdict != "kept"}
    assert not missing, f"needed, but not kept: {missing}"


def verdict_is_last(run):
    """After the selftest's verdict that guest says nothing more; the victim has said that it was well."""
    last = run.console.lines["selftest"][-1]
    assert re.search(r"^\d+ passed, \d+ failed$", last), f"the last line is {last!r}"
    assert any(line.endswith(" ok") for line in run.console.lines["victim"]), "no round of the victim has ended"


def attacker_is_lost_to_mpv_alone(run):
    """No guest has failed; but for the attacker, where the firmware cannot write mstatus.MPV (platform/qemu-virt/README.md)."""
    lost = [line for line in run.console.lines[BULKHEAD] if LOST in line]
    failed = [line for line in run.console.lines[BULKHEAD] if "event=last-guest-stopped" in line and "failed=0" not in line]
    assert not lost and not failed or not harness.machine_has("mpv"), f"lost or failed: {lost + failed}"
    assert all("name=attacker" in line for line in lost) and len(failed) <= len(lost), f"others than the attacker: {lost + failed}"


def firmware(name, cpu, **more):
    return Row(f"selftest-{name}", (
        See(BULKHEAD, r"^rule: h-extension: kept"), See(BULKHEAD, r"^hardware: \d+ rules kept"),
        See(BULKHEAD, r"^hypervisor +image .* PA 0x80400000\.\."),
        *(See("selftest", f"^# topic {topic}$") for topic in ("memory", "sbi", "traps", "timers", "harts", "hart_races")),
        See("selftest", r"^[1-9]\d* passed, 0 failed$"), stopped("selftest"),
        See(BULKHEAD, "event=last-guest-stopped action=power-off failed=[01]$"), Ends(), Judge(rules_hold),
        Judge(verdict_is_last), Judge(attacker_is_lost_to_mpv_alone)),
        PARTITIONS, bios="qemu-virt/firmware-selftest.bin", smp=4, mem="1G", cpu=cpu, limit=600,
        never=but_lost(NEVER) + (("victim", "DISTURBED|unexpected"),), **more)


ROWS = (
    firmware("rv64", "rv64"),
    firmware("max", "max", aia="aplic-imsic", aia_guests=1),
    Row("selftest-without-h", (See(BULKHEAD, "^rule: h-extension: absent .needed; "),
                               See(BULKHEAD, "^hardware: 0 rules kept, 0 broken, 1 absent$"), Ends()),
        bios="qemu-virt/firmware-selftest.bin", cpu="rv64,h=off", limit=60),
    Row("hcheck-alone", (See(BULKHEAD, r"^hardware: \d+ rules kept"), Ends(), Judge(rules_hold)),
        kernel="bare/hcheck.bin", limit=60),
    Row("selftest-that-fails",
        (See("selftest", r"^not ok \d+ - a test that fails"), See("selftest", r"^# failed: \w+ \d+ - a test that fails"),
         See("selftest", r"^[1-9]\d* passed, 1 failed$"),
         See(BULKHEAD, "name=selftest event=stop reason=\"SBI system reset, system failure\""),
         See(BULKHEAD, "name=leaver event=stop reason=\"end of the run\""),
         See(BULKHEAD, "event=last-guest-stopped action=power-off failed=1$"), Ends()),
        tree(guest("selftest", 2, bootargs="fail turns=500"),
             guest("leaver", kernel="bare/exit.bin", bootargs="how=hang", background=True)), smp=3, limit=600,
        never=NEVER_PANIC),
)
