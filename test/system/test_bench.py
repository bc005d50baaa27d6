# SPDX-License-Identifier: Apache-2.0
"""The benchmark's figures: lines become records, records become tables, and what differs is told."""

import os
import sys

import pytest

sys.path.append(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "bench"))
import figures  # noqa: E402 (it is found by the line above)

NATIVE = ['bench: name="call" harts=1 min=299 median=300 max=310 samples=64', 'bench: name="suspend" harts=1 absent="no SUSP"',
          'bench: name="file" harts=1 absent="no IMSIC"', 'bench: name="ping" harts=2 min=2500 median=2600 max=9000 samples=64',
          "bench: sixty-four bytes of text", "bench: done"]
GUEST = ['bench: name="call" harts=1 min=230 median=230 max=231 samples=64',
         'bench: name="suspend" harts=1 min=700 median=700 max=700 samples=64', 'bench: name="file" harts=1 absent="no IMSIC"',
         'bench: name="ping" harts=2 min=3900 median=4000 max=9000 samples=64']


def made(guest=None, machine="plic"):
    return figures.records(machine, {"native": NATIVE, "guest": guest or GUEST})


def changed(old, new):
    return [line.replace(old, new) for line in GUEST]


def test_records_hold_what_was_printed():
    call, suspend, file, ping = made()
    assert call == {"name": "call", "machine": "plic", "harts": 1, "native_min": 299, "native_median": 300, "native_max": 310,
                    "guest_min": 230, "guest_median": 230, "guest_max": 231}
    assert suspend["native_absent"] == "no SUSP" and suspend["guest_min"] == 700 and "native_min" not in suspend
    assert file["native_absent"] == file["guest_absent"] == "no IMSIC" and "guest_min" not in file
    assert ping["harts"] == 2


def test_an_operation_that_is_not_told_once_by_each_side_is_an_error():
    for guest in (GUEST[:-1], GUEST + GUEST[:1], ["bench: done"]):
        with pytest.raises(ValueError):
            made(guest)


def test_golden_holds_what_is_the_same_in_each_run():
    assert [entry["name"] for entry in figures.kept(made())] == ["call", "suspend"]
    varying = next(iter(figures.VARYING))
    lines = {side: [f'bench: name="{varying}" harts=1 min=1 median=1 max=1 samples=1'] for side in figures.SIDES}
    assert figures.kept(figures.records("plic", lines)) == []


def test_table_tells_ratios_and_what_is_absent():
    rows = {line.split()[0]: line for line in figures.table(made())}
    assert rows["call"].endswith(" 0.77") and rows["ping"].endswith(" 1.56")
    assert rows["file"].split(maxsplit=1)[1] == "no IMSIC"
    assert rows["suspend"].split()[1:] == ["-", "-", "-", "700", "700", "700"]


def test_overview_has_a_pair_for_each_machine():
    lines = list(figures.overview(made() + made(machine="imsic"), ("plic", "imsic")))
    assert lines[2].split() == ["call", "299", "230", "299", "230"]
    assert lines[4].split() == ["file", "-", "-", "-", "-"]


def told(before, now):
    return [line.split() for line in figures.differences(figures.kept(before), figures.kept(now))]


def test_nothing_differs_from_itself():
    assert told(made(), made()) == []


def test_a_difference_is_told_once_when_least_and_median_change_alike():
    assert told(made(), made(changed("min=230 median=230", "min=241 median=241"))) == [
        ["call", "guest", "min", "230", "241", "+11", "plic"]]


def test_machines_where_the_same_differs_share_a_line():
    before, now = (made(guest) + made(guest, "imsic") for guest in (GUEST, changed("min=230 median=230", "min=241 median=241")))
    assert told(before, now) == [["call", "guest", "min", "230", "241", "+11", "plic", "imsic"]]


def test_a_median_that_changes_alone_is_told():
    assert told(made(), made(changed("median=230", "median=1229"))) == [["call", "guest", "median", "230", "1,229", "+999", "plic"]]


def test_what_comes_and_goes_is_told():
    gone = made(changed('min=700 median=700 max=700 samples=64', 'absent="gone"'))
    assert told(made(), gone) == [["suspend", "guest", "min", "700", "none", "plic"]]
    assert told(gone, made()) == [["suspend", "guest", "min", "none", "700", "plic"]]


def test_comparison_has_every_operation_of_either_revision():
    lines = [line.split() for line in figures.comparison(made(), made(changed("min=230", "min=220")))]
    assert lines == [["call", "230", "220", "-10"], ["suspend", "700", "700", "="], ["ping", "3,900", "3,900", "="]]
