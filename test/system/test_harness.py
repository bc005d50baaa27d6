# SPDX-License-Identifier: Apache-2.0
"""The harness itself: lines come out whole, by source, however the bytes arrive."""

import random

from harness import NOISE, Console

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
