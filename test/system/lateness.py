# SPDX-License-Identifier: Apache-2.0
"""The distributions that guest-images/bare/pulse.c prints with the boot argument histogram=."""

import math
import re

REPORT = re.compile(r"^pulse: (\d+) (ticks|alarms), lateness min (\d+) median \d+ p99.9 \d+ max (\d+) missed (\d+) ")
UNIT = {"ticks": 100, "alarms": 1}  # instructions (ns): ticks are told in ticks of `time`


class Distribution:
    """How often each lateness was, in instructions."""

    def __init__(self, counts, missed=0):
        self.counts = dict(sorted(counts.items()))
        self.samples = sum(counts.values())
        self.missed = missed

    def quantile(self, share):
        """The smallest lateness that at least this share of all do not exceed."""
        wanted, seen = math.ceil(share * self.samples), 0
        for late, times in self.counts.items():
            seen += times
            if seen >= wanted:
                return late
        raise ValueError("an empty distribution")

    def __getitem__(self, index):
        """By number: the least is [0], the largest [-1]."""
        return list(self.counts)[index]


def read(lines, what):
    """What is told of ticks or alarms. AssertionError when the histogram is not that of the report beside it."""
    reports = [match for match in map(REPORT.match, lines) if match and match[2] == what]
    assert len(reports) == 1, f"{len(reports)} reports of {what}, one was asked for"
    number, _, least, most, missed = reports[0].groups()
    counts = {}
    for line in lines:
        if line.startswith(f"pulse: histogram of {what} "):
            for late, times in re.findall(r" (\d+):(\d+)", line):
                assert int(late) * UNIT[what] not in counts, f"{what}: {late} stands there twice"
                counts[int(late) * UNIT[what]] = int(times)
    told = Distribution(counts, int(missed))
    assert told.samples == int(number), f"{what}: the histogram sums up to {told.samples}, there were {number}"
    ends = (int(least) * UNIT[what], int(most) * UNIT[what])
    # From 4096 of them on several latenesses are counted together, and the least of them all may be among those.
    assert told[-1] == ends[1] and (told[0] == ends[0] or told[0] > ends[0] >= 4096 * UNIT[what]), \
        f"{what}: the histogram goes from {told[0]} to {told[-1]}, the report from {ends[0]} to {ends[1]}"
    return told
