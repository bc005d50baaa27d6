# SPDX-License-Identifier: Apache-2.0
"""The RAM that the hypervisor keeps: its image by section, and what each hart and each guest adds, from the ELF file's symbols and
what the banner says of the page pool."""

import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "test", "system"))
import harness  # noqa: E402 (it is found by the line above)

# Arrays with an element for each hart or guest that there may be, or that are made of such arrays but for a little.
OF_A_HART = ("harts", "triggers")
OF_A_GUEST = ("guests", "request", "plan", "console", "watches")
SECTIONS = (("text", "__text_start", "__text_used"), ("rodata", "__rodata_start", "__rodata_used"),
            ("text and rodata that only boot", "__boot_start", "__boot_used"), ("data", "__data_start", "__data_end"), ("bss", "__bss_start", "__bss_end"),
            ("boot hart's stack", "__boot_stack", "__boot_stack_top"))
TEXT_GOAL, HART_GOAL, GUEST_GOAL = 60 * 1024, 16 * 1024, 32 * 1024


def read_limits():
    with open(os.path.join(ROOT, "hyp", "limits.h"), encoding="utf-8") as file:
        return {name: int(value, 0) for name, value in re.findall(r"^#define (\w+) (0x[0-9a-f]+|\d+)u?\b", file.read(), re.M)}


def read_symbols():
    """Addresses, and sizes of what has one, by name."""
    addresses, sizes = {}, {}
    for line in harness.run_tool("riscv64-unknown-elf-nm", "-S", os.path.join(harness.OUT, "bulkhead.elf")).splitlines():
        words = line.split()
        addresses[words[-1]] = int(words[0], 16)
        if len(words) == 4:
            sizes[words[-1]] = int(words[1], 16)
    return addresses, sizes


def line(what, size, note=""):
    print(f"  {what:58} {size:>14,} {note}")


def report(verdict, pool):
    """pool: bytes of the page pool by (harts of the board, guests)."""
    limits, (addresses, sizes) = read_limits(), read_symbols()
    page, stack, ring = limits["PAGE_SIZE"], limits["HART_STACK_SIZE"], limits["CONSOLE_RING_SIZE"]
    print("Memory of the hypervisor's own (bytes)")
    sections = {name: addresses[end] - addresses[begin] for name, begin, end in SECTIONS}
    for name, size in sections.items():
        line(name, size)
    hart = {name: sizes[name] // limits["MAX_HARTS"] for name in OF_A_HART} | {
        "stack": stack, "root of its table": page, "guard page, which is not mapped": page}
    guest = {name: sizes[name] // limits["MAX_GUESTS"] for name in OF_A_GUEST} | {"console ring": ring}
    more = pool[8, 2] - pool[8, 1]  # what one more guest adds to the pool
    for what, parts in (("hart", hart), ("guest", guest)):
        for name, size in parts.items():
            line(f"each {what}: {name}", size)
    line("each guest of 16 MiB: tree and tables in the pool", more - ring)
    fixed = sections["bss"] - sum(sizes[name] for name in OF_A_HART + OF_A_GUEST)
    line("bss that is neither's", fixed)
    goals = [verdict("text + rodata after the seal: 60 KiB", sections["text"] + sections["rodata"], TEXT_GOAL,
                     f"{sections['text'] + sections['rodata']:,}")]
    for what, parts, goal in (("hart: 16 KiB", hart, HART_GOAL), ("guest, without tree and tables: 32 KiB", guest, GUEST_GOAL)):
        goals.append(verdict(f"each {what}", sum(parts.values()), goal, f"{sum(parts.values()):,}"))
    return {"sections": sections, "hart": hart, "guest": guest, "tree and tables": more - ring, "fixed bss": fixed, "goals": goals}
