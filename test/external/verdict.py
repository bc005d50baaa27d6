# SPDX-License-Identifier: Apache-2.0
"""What a case on a foreign machine comes to: counted from what its guests say, whatever the machine's way to say it."""

import os
import re
import time
from dataclasses import dataclass, field

import harness
import known
from row import BULKHEAD

SUM = re.compile(r"^(?:# )?(\d+) passed, (\d+) failed$")
ROUND = re.compile(r"^victim: round \d+ ok")
RULES = re.compile(r"^hardware: (\d+) rules kept, (\d+) broken, (\d+) absent$")
RULE = re.compile(r"^rule: ([\w-]+): (broken|absent) \((needed; )?(.*)\)$")
NOT_OK = re.compile(r"^not ok \d+ - (.*)$")
WRONG = re.compile(r"^panic|^error |DISTURBED|unexpected trap|Kernel panic|Oops|event=stop reason=\"(?!SBI|legacy|end of the run)")
SILENCE = 360  # seconds without a word: it hangs (a step of the sieve takes a minute)


@dataclass
class Result:
    name: str
    passed: int = 0
    failures: list = field(default_factory=list)
    known: list = field(default_factory=list)   # (failure, reason)
    notes: list = field(default_factory=list)
    log: str = ""

    def add(self, kind, failure):
        reason = known.reason(kind, self.name, failure)
        if reason:
            self.known.append((failure, reason))
        else:
            self.failures.append(failure)

    def show(self):
        word = "FAILED" if self.failures else "passed"
        print(f"  {self.name:24} {word}: {self.passed} passed, {len(self.failures)} failed, {len(self.known)} known   {self.log}")
        for failure in self.failures:
            print(f"      {failure}")
        for failure, reason in self.known:
            print(f"      known: {failure}: {reason}")
        for note in self.notes:
            print(f"      note: {note}", flush=True)


def watch(run, sources):
    """Until its end. When these sources say nothing more (others may, for ever), there is a word for that, too."""
    last, lines = time.monotonic(), 0
    while run.ended is None:
        run.read(time.monotonic() + 1)
        now = sum(len(run.console.lines[source]) for source in sources)
        if now != lines:
            last, lines = time.monotonic(), now
        if time.monotonic() - last > SILENCE:
            return f"hangs: {' and '.join(sources)} silent for {SILENCE} s"
        if time.monotonic() > run.deadline:
            return f"is not done after {run.row.limit} s"
    return None


def work(run):
    """Through a row's steps."""
    try:
        run.work(run.row.steps)
    except harness.RowError as error:
        return str(error).split("\n", 1)[0]
    return None


def start(row, command, log, sources):
    """Runs a row's machine by any command to its end; (the run, why it was ended or None)."""
    run = harness.Run(row, command, log)
    try:
        return run, work(run) if row.steps else watch(run, sources)
    finally:
        run.close()


def sums(lines):
    return [tuple(map(int, SUM.match(line).groups())) for line in lines if SUM.match(line)]


def judge_lines(result, kind, lines, guests, steps=()):
    """lines: by source. steps: those that were worked through count, and guests need not tell sums."""
    for source, said in lines.items():
        for line in said:
            match = NOT_OK.match(line)
            if match:
                result.add(kind, f"[{source}] not ok: {match[1]}")
            elif WRONG.search(line):
                result.add(kind, f"[{source}] {line}")
    for line in lines[BULKHEAD]:
        match = RULE.match(line)
        if match and match[3]:
            result.add(kind, f"needed, but {match[2]}: {match[1]} ({match[4]})")
        elif match and match[2] == "broken":
            result.notes.append(f"rule broken: {match[1]} ({match[4]})")
        elif RULES.match(line):
            result.passed += int(RULES.match(line)[1])
    for name in guests:
        if steps:
            continue
        told = sums(lines[name])
        if told:
            result.passed += told[-1][0]
        elif not any(RULES.match(line) for line in lines[name]):
            result.add(kind, f"[{name}] tells no sum of its tests")


def of_case(kind, row, guests, command):
    run, why = start(row, command, os.path.join(harness.BUILD, "external/log", kind, f"{row.name}.txt"), guests)
    result = Result(row.name, log=os.path.relpath(run.log.name, harness.ROOT))
    judge_lines(result, kind, run.console.lines, guests, row.steps)
    result.passed += 0 if why else len(row.steps)
    if why:
        result.add(kind, why)
    return result
