# SPDX-License-Identifier: Apache-2.0
"""Distributions of lateness are read as they were printed, and a histogram that is not whole is noticed."""

import random

import pytest

import lateness

TOLD = ["pulse: 7 ticks, lateness min 0 median 0 p99.9 9000 max 9000 missed 2 (timebase ticks of 100 ns)",
        "pulse: histogram of ticks 0:4 1:1", "pulse: histogram of ticks 60:1 9000:1",
        "pulse: 2 alarms, lateness min 93 median 93 p99.9 93 max 93 missed 0 (ns)", "pulse: histogram of alarms 93:2"]


def test_histograms_are_read():
    ticks, alarms = (lateness.read(TOLD, what) for what in ("ticks", "alarms"))
    assert ticks.counts == {0: 4, 100: 1, 6000: 1, 900000: 1} and (ticks.samples, ticks.missed) == (7, 2)
    assert alarms.counts == {93: 2} and (alarms.samples, alarms.missed) == (2, 0)


def test_what_is_left_out_is_noticed():
    for left_out in range(len(TOLD)):
        with pytest.raises(AssertionError):
            for what in ("ticks", "alarms"):
                lateness.read(TOLD[:left_out] + TOLD[left_out + 1:], what)


def test_quantiles_are_those_of_the_samples():
    rng = random.Random(1)
    for _ in range(200):
        samples = sorted(rng.choice((5, 90, rng.randrange(1000))) for _ in range(rng.randint(1, 300)))
        told = lateness.Distribution({late: samples.count(late) for late in samples})
        for share in (0.001, 0.5, 0.99, 0.999, 1):
            # The definition: of all that are no smaller than `share` of the samples, the first.
            assert told.quantile(share) == next(late for n, late in enumerate(samples, 1) if n >= share * len(samples))
        assert told[0] == samples[0] and told[-1] == samples[-1]
