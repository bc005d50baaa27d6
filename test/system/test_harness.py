# SPDX-License-Identifier: Apache-2.0
"""The harness itself: lines come out whole, by source, however the bytes arrive."""

import random
import re
import sys

import pytest

import harness
from harness import NOISE, Console
from row import BULKHEAD, NEVER_PANIC, Ends, Row, See, guest, passes, tree

LINES = (("sbi", "ok 12 - stval is the instruction or 0"), ("traps", "# 159 passed, 0 failed"), ("bulkhead", "info guest name=sbi event=off"))


def fed(console, text, where, rng):
    while text:
        size = rng.randint(1, 40)
        console.feed(text[:size], where)
        text = text[size:]


def test_lines_come_out_whole():
    rng = random.Random(1)
    for _ in range(50):
        lines = [rng.choice(LINES) for _ in range(60)]
        console = Console(("traps", "sbi"))
        fed(console, "".join(f"\x1b[1;32m[{source}] \x1b[0m{line}\r\n" for source, line in lines), Console.UART, rng)
        assert console.order == lines


def test_firmware_cuts_no_line_of_the_uart():
    console = Console(("sbi",))
    console.feed("[sbi] ok 1 ")
    assert console.feed(f"OpenSBI v1.8\r\n{NOISE}# dbcn: a whole line\r\n", Console.FIRMWARE) == [
        ("bulkhead", "OpenSBI v1.8"), ("bulkhead", "# dbcn: a whole line")]
    assert console.unfinished() == ("sbi", "ok 1 ")
    assert console.feed("- name\r\n") == [("sbi", "ok 1 - name")]


# ---- a row ends with a word, whatever its machine does ----

GUESTS = tree(guest("one"), guest("two"))


def verdict(script, *steps, **fields):
    """What a row says whose QEMU is this script. (Other rows run beside it: nothing of the harness itself may be changed.)"""
    command = [sys.executable, "-u", "-c", "import time\n" + script]
    with pytest.raises(harness.RowError) as failure:
        harness.run_row(Row("harness-itself", steps, GUESTS, firmware_apart=False, **fields), command)
    return str(failure.value)


TALK = "while True: print('[two] a round'); time.sleep(0.1)"


def test_who_is_silent_is_named():
    said = verdict("print('[one] ok 7 - fine')\n" + TALK, passes("one"), limit=30, silence=2)
    assert "[one] has been silent for 2 s" in said and "the last line was: ok 7 - fine" in said, said


def test_silence_of_all_is_an_end():
    for step in (Ends(), See(BULKHEAD, "event=stop")):
        said = verdict("print('[two] bye')\ntime.sleep(30)", step, limit=30, silence=2)
        assert "everybody has been silent for 2 s" in said and "the last line was: [two] bye" in said, said


def test_a_flood_is_no_progress():
    said = verdict("while True: print('[two] ' + 'x' * 200)", passes("two"), limit=2)
    assert "waited in vain for [two]" in said, said


def test_half_of_the_time_is_silence_enough():
    said = verdict(TALK, passes("one"), limit=6)
    assert "[one] has been silent for 3 s" in said and "the last line was: (none)" in said, said


def test_unfinished_lines_are_words():
    script = "print('[one] ', end='')\nfor _ in range(15): print('.', end=''); time.sleep(0.2)\nprint()\n"
    said = verdict(script + "print('[one] # 1 passed, 0 failed')", passes("one"), Ends(3), limit=30, silence=2)
    assert "QEMU ended with 0, not 3" in said, said


@pytest.mark.parametrize("how, where", (("crash", "vscause 1,"), ("hang", "vscause 0,")))
def test_a_guest_that_makes_no_progress(how, where):
    """Traps for ever at a vector that cannot be fetched, and a loop without a trap: who, what was said last, where the hart is."""
    row = Row(f"harness-{how}", (passes("exit"),), tree(guest("exit", bootargs=f"how={how}")), limit=60,
              silence=4, never=NEVER_PANIC)
    with pytest.raises(harness.RowError) as failure:
        harness.run_row(row)
    said = str(failure.value)
    assert "[exit] has been silent for 4 s" in said and f"the last line was: exit: {how}ing" in said, said
    assert re.search(f"hart 0: V=.* {where}", said), said
