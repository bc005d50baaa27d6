# SPDX-License-Identifier: Apache-2.0
"""test/external: how foreign judges' verdicts are read."""

import os
import sys

import pytest

import harness

sys.path.append(os.path.join(harness.ROOT, "test/external"))
import known  # noqa: E402 (found by the line above)
import kut  # noqa: E402
import verdict  # noqa: E402
from test_build import make  # noqa: E402


def judged(lines, guests=("sbi",), kind="spike"):
    result = verdict.Result("case")
    verdict.judge_lines(result, kind, {"bulkhead": [], "sbi": [], **lines}, guests)
    return result


def test_counts_are_what_the_guest_says_last():
    result = judged({"sbi": ["ok 1 - a", "# 1 passed, 0 failed", "# 17 passed, 0 failed"]})
    assert (result.passed, result.failures) == (17, [])


@pytest.mark.parametrize("lines, failure", (
    ({"sbi": ["not ok 3 - b", "# 2 passed, 1 failed"]}, "[sbi] not ok: b"),
    ({"sbi": ["ok 1 - a"]}, "[sbi] tells no sum of its tests"),
    ({"sbi": ["# 1 passed, 0 failed"], "victim": ["victim: round 3 DISTURBED"]}, "[victim] victim: round 3 DISTURBED"),
    ({"sbi": ["# 1 passed, 0 failed"], "bulkhead": ["panic cause=4"]}, "[bulkhead] panic cause=4"),
    ({"sbi": ["# 1 passed, 0 failed"], "bulkhead": ["rule: x: broken (needed; 1c0)"]}, "needed, but broken: x (1c0)"),
    ({"sbi": ["# 1 passed, 0 failed"], "bulkhead": ["rule: x: absent (needed; )"]}, "needed, but absent: x ()")))
def test_what_is_wrong_is_a_failure(lines, failure):
    assert judged(lines).failures == [failure]


def test_a_broken_rule_that_is_not_needed_is_told():
    result = judged({"sbi": ["# 1 passed, 0 failed"], "bulkhead": ["rule: x: broken (cause 2)", "hardware: 9 rules kept, 1 broken, 0 absent"]})
    assert (result.failures, result.notes, result.passed) == ([], ["rule broken: x (cause 2)"], 10)


def test_suites_are_compared_verdict_by_verdict():
    bare = kut.verdicts(["PASS: a", "PASS: b", "FAIL: c", "SKIP: d", "PASS: e", "PASS: e"])
    own = kut.verdicts(["FAIL: a", "SKIP: b", "FAIL: c", "SKIP: d", "PASS: e", "FAIL: e", "noise FAIL: f"])
    assert list(kut.compare(bare, own)) == ["FAIL: a", "FAIL: e", "SKIP: b"]


def test_only_what_stands_there_is_known():
    assert known.reason("kvm-unit-tests", "sbi-rv64", "FAIL: sbi: dbtr: uninstall enable: sbi_debug_enable_triggers: SBI_SUCCESS")
    assert not known.reason("kvm-unit-tests", "sbi-rv64", "FAIL: sbi: dbtr: disable: sbi_debug_enable_triggers: SBI_SUCCESS")
    assert not known.reason("spike", "sbi-rv64", "FAIL: sbi: dbtr: uninstall enable: sbi_debug_enable_triggers: SBI_SUCCESS")
    assert all(why for *_, why in known.KNOWN)


@pytest.mark.parametrize("kind, at, said", (
    ("spike", "", "external: skipped: no AT="), ("spike", "/no/where/spike", "external: skipped: there is no /no/where/spike"),
    ("kvm-unit-tests", "/no/where", "external: skipped: AT=/no/where is no tree"),
    ("simulator", "/no/where/sim {fw} {kernel} {initrd}", "external: skipped: there is no /no/where/sim")))
def test_what_is_not_there_is_skipped(kind, at, said):
    result = make("test-external", f"KIND={kind}", f"AT={at}")
    assert result.returncode == 0 and said in result.stdout, result.stdout + result.stderr


@pytest.mark.parametrize("kind, at, said", (("a-friend", "x", "there are spike, qemu"), ("simulator", "true {fw}", "has no {kernel} {initrd}")))
def test_what_cannot_be_meant_is_refused(kind, at, said):
    result = make("test-external", f"KIND={kind}", f"AT={at}")
    assert result.returncode != 0 and said in result.stdout + result.stderr
