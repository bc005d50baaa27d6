# SPDX-License-Identifier: Apache-2.0
"""The harness itself: lines come out whole however the firmware's noise is mixed with them."""

import random

from harness import NOISE, Console, Noise

LINES = [
    '[bulkhead] info guest name=timers event=stop reason="SBI system reset" hart=2 starts=1',
    "[traps] ok 836 - not valid", "[traps] ok 12 - stval is the instruction or 0", "[sbi] # 159 passed, 0 failed",
    "[bulkhead] info guest name=sbi event=calls time=7 ipi=15 rfence=41 base=33 hsm=23 dbcn=24 srst=8 legacy=9 unknown=8",
    "[traps] ok 3 - csrrw of CSR 0x5a8 from VU-mode: an illegal instruction, read/write", "info boot phase=images instructions=10469714",
]


def mixed(text, at, rng):
    """NOISE put into text at `at`, in up to three pieces. Of more and shorter ones some could as well be our own bytes."""
    cuts = sorted(rng.sample(range(8, len(NOISE) - 8, 8), rng.randint(0, 2)))
    out = text[:at]
    for begin, end in zip([0] + cuts, cuts + [len(NOISE)]):
        step = rng.randint(1, 80)
        out, at = out + NOISE[begin:end] + text[at:at + step], at + step
    return out + text[at:]


def fed(text, rng):
    console = Console(("timers", "traps", "sbi"))
    while text:
        size = rng.randint(1, 300)
        console.feed(text[:size])
        text = text[size:]
    console.release()
    return [line if source == "bulkhead" and line.startswith("info boot") else f"[{source}] {line}" for source, line in console.order]


def test_lines_come_out_whole():
    rng, wrong = random.Random(1), 0
    for turn in range(300):
        lines = [rng.choice(LINES) for _ in range(60)]
        text = "".join(line + "\r\n" for line in lines)
        for at in sorted((rng.randrange(len(text) - 1000) for _ in range(turn % 3)), reverse=True):
            text = mixed(text, at, rng)
        wrong += fed(text, rng) != lines
    assert wrong <= 30, f"{wrong} of 300"  # "the in|struction" with "struction" as a piece: nobody can tell


def test_lines_alone_hold_no_noise():
    rng = random.Random(2)
    for _ in range(100):
        text = "\r\n".join(rng.choice(LINES) for _ in range(200))
        assert Noise.take_out(text) == text
