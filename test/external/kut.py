# SPDX-License-Identifier: Apache-2.0
"""kvm-unit-tests' riscv suite in a guest of four harts and on bare OpenSBI, compared verdict by verdict."""

import collections
import os
import re
import subprocess

import harness
import verdict
from row import BULKHEAD, Row, guest, tree

FOLDER = os.path.join(harness.BUILD, "external/kvm-unit-tests")
SUITES = {"selftest": ("selftest.flat", "foo bar baz"), "sbi": ("sbi.flat", ""), "sieve": ("sieve.flat", ""), "dbltrp": ("isa-dbltrp.flat", "")}
# With icount, time is the machine's: a busy host fails nothing there.
MACHINES = {"rv64": {"cpu": "rv64"}, "max-imsic": {"cpu": "max", "aia": "aplic-imsic", "aia_guests": 1},
            "rv64-icount": {"cpu": "rv64", "icount": True}}
TOLD = re.compile(r"^(PASS|FAIL|SKIP|XFAIL|KFAIL|XPASS): (.*)$")
EXIT = re.compile(r"^EXIT: STATUS=(\d+)$")
DONE = (1, 3, 77, 155)  # all passed, some failed, all skipped: it came to its end


def build(tree_path):
    """Out of the tree, which stays as it is."""
    os.makedirs(FOLDER, exist_ok=True)
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS"))}
    with open(os.path.join(FOLDER, "build.log"), "w", encoding="utf-8") as log:
        for command in ([os.path.join(os.path.abspath(tree_path), "configure"), "--arch=riscv64", "--cross-prefix=riscv64-linux-gnu-"],
                        ["make", "-s", f"-j{os.environ.get('BULKHEAD_JOBS', '2')}"]):
            if subprocess.run(command, cwd=FOLDER, env=environment, stdout=log, stderr=subprocess.STDOUT).returncode:
                raise harness.RowError(f"kvm-unit-tests cannot be built: {os.path.relpath(log.name, harness.ROOT)}")


def revision(tree_path):
    said = subprocess.run(["git", "-C", tree_path, "describe", "--always", "--dirty", "--abbrev=12"], capture_output=True, text=True)
    return said.stdout.strip() or "of no known revision"


def rows(suite, machine):
    """On bare OpenSBI, and as a guest."""
    file, arguments = SUITES[suite]
    image = os.path.join(FOLDER, "riscv", file)
    common = {"steps": (), "never": (), "limit": 1800 if suite == "sieve" else 300, "smp": 4, **MACHINES[machine]}
    yield Row(f"{suite}-{machine}-bare", kernel=image, append=arguments, mem="256M", **common)
    yield Row(f"{suite}-{machine}-guest", partitions=tree(guest("kut", 4, "256M", kernel=image, bootargs=arguments)), mem="512M", **common)


def said(row):
    """Lines of the suite, why it was ended, the log."""
    source = "kut" if row.partitions else BULKHEAD
    run, why = verdict.start(row, None, os.path.join(harness.BUILD, "external/log/kvm-unit-tests", f"{row.name}.txt"), (source,))
    lines = run.console.lines[source]
    status = next((int(EXIT.match(line)[1]) for line in lines if EXIT.match(line)), None)
    if not why and status not in DONE:
        why = "ends in the middle" if status is None else f"ends with status {status}"
    return lines, why, os.path.relpath(run.log.name, harness.ROOT)


def verdicts(lines):
    """How often each check was told, by verdict."""
    told = {word: collections.Counter() for word in ("PASS", "FAIL", "SKIP", "XFAIL", "KFAIL", "XPASS")}
    for line in lines:
        match = TOLD.match(line)
        if match:
            told[match[1]][match[2]] += 1
    return told


def compare(bare, own):
    """What the guest fails, or skips, that the bare machine does not."""
    for name in own["FAIL"]:
        if own["FAIL"][name] > bare["FAIL"][name]:
            yield f"FAIL: {name}"
    for name in own["SKIP"]:
        if not bare["SKIP"][name] and bare["PASS"][name]:
            yield f"SKIP: {name}"


def sums(told):
    return ", ".join(f"{sum(told[word].values())} {word}" for word in ("PASS", "FAIL", "SKIP"))


def judge_suite(suite, machine):
    result = verdict.Result(f"{suite}-{machine}")
    (bare_lines, bare_why, _), (lines, why, result.log) = (said(row) for row in rows(suite, machine))
    bare, own = verdicts(bare_lines), verdicts(lines)
    result.passed = sum(own["PASS"].values())
    result.notes.append(f"bare OpenSBI {sums(bare)}; guest {sums(own)}")
    result.notes += [f"bare OpenSBI fails: {name}" for name in bare["FAIL"]]
    if bare_why:
        result.notes.append(f"on bare OpenSBI it {bare_why}")
    for failure in compare(bare, own):
        result.add("kvm-unit-tests", failure)
    if why and why != bare_why:
        result.add("kvm-unit-tests", f"it {why}")
    return result


def judge(tree_path, only):
    print(f"  kvm-unit-tests: {revision(tree_path)} ({tree_path}), on {harness.qemu_version()}", flush=True)
    build(tree_path)
    results = []
    for machine in MACHINES:
        for suite in SUITES:
            if only in f"{suite}-{machine}" and (suite != "sieve" or machine != "rv64-icount"):
                results.append(judge_suite(suite, machine))
                results[-1].show()
    return results
