# SPDX-License-Identifier: Apache-2.0
"""The hypervisor's own address space while guests run, as QEMU's monitor shows it: W^X, guard pages, nothing of a guest."""

import json
import os
import re
import socket

import gdb
import harness
from row import BULKHEAD, Judge, Row, See, guest, tree

PAGE = 4096
SOCKET = os.path.join(harness.SCRATCH, "map.qmp")
SMP = 4
IDLE_HART = 3  # nobody's: it drains the console in HS-mode, so that its satp is the hypervisor's


def monitor(command, hart):
    """What the monitor prints of a hart."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        connection.connect(SOCKET)
        lines = connection.makefile("rw")
        lines.readline()
        for name, arguments in (("qmp_capabilities", {}),
                                ("human-monitor-command", {"command-line": command, "cpu-index": hart})):
            lines.write(json.dumps({"execute": name, "arguments": arguments}) + "\n")
            lines.flush()
            answer = json.loads(lines.readline())
            while "event" in answer:
                answer = json.loads(lines.readline())
    return answer["return"]


def mappings():
    """(first address, end, attributes) of what is mapped, ascending; asserts that it is the identity."""
    found = []
    for line in monitor("info mem", IDLE_HART).splitlines():
        if match := re.match(r"([0-9a-f]{16}) ([0-9a-f]{16}) ([0-9a-f]{16}) (\S+)$", line):
            virtual, physical, size = (int(text, 16) for text in match.groups()[:3])
            assert virtual == physical, f"not the identity, or an open window: {line}"
            found.append((virtual, virtual + size, match[4]))
    assert found, "nothing is mapped"
    return found


def planned(lines, owner, what):
    """Physical ranges that the plan's banner gives to an owner."""
    found, at = [], ("", "")
    for line in lines:
        if match := re.match(r"(\S+| {2,})\s+(harts|memory|image|package|pool|console|reserved)?\s", line):
            at = (match[1] if match[1].strip() else at[0], match[2] or at[1])
        if at == (owner, what) and (match := re.search(r"PA 0x([0-9a-f]+)\.\.0x([0-9a-f]+)", line)):
            found.append((int(match[1], 16), int(match[2], 16)))
    assert found, f"the banner names no {what} of {owner}"
    return found


def check(run):
    lines, mapped = run.console.lines[BULKHEAD], mappings()
    for first, end, attributes in mapped:
        assert not ("w" in attributes and "x" in attributes), f"{first:#x}..{end:#x} is {attributes}"
        assert "u" not in attributes, f"{first:#x}..{end:#x} is the user's"
    image, pool = planned(lines, "hypervisor", "image")[0], planned(lines, "hypervisor", "pool")[0]
    code = [(first, end) for first, end, attributes in mapped if "x" in attributes]
    assert len(code) == 1 and image[0] == code[0][0] < code[0][1] < image[1], f"executable: {code}"
    for name in ("one", "two"):
        for first, end in planned(lines, name, "memory"):
            for begin, finish, _ in mapped:
                assert finish <= first or begin >= end, f"{begin:#x}..{finish:#x} is memory of {name}"
    # What is missing in the pool are the pages below stacks of one page, and the place of the boot hart's: its stack is the
    # last of the image, four pages above a missing one.
    gaps = [(end, (first - end) // PAGE) for (_, end, _), (first, _, _) in zip(mapped, mapped[1:]) if first != end]
    in_pool = [(at, pages) for at, pages in gaps if pool[0] <= at < pool[1] - PAGE]
    assert sum(pages for _, pages in in_pool) == (SMP - 1) + 2, f"missing in the pool: {in_pool}"
    assert all(other - at >= (pages + 1) * PAGE for (at, pages), (other, _) in zip(in_pool, in_pool[1:])), in_pool
    boot, behind = (gdb.place_of(name)[0] for name in ("__boot_start", "__boot_end"))
    missing = [(boot, (behind - boot) // PAGE), (image[1] - 5 * PAGE, 1)]  # what only boots, and the page below the boot hart's stack
    assert [gap for gap in gaps if image[0] <= gap[0] < image[1]] == missing, f"missing: {gaps}, not {missing}"


def row(name, **machine):
    nodes = [guest("one", 2, kernel="bare/pulse.bin"), guest("two", kernel="bare/pulse.bin")]
    report = "lateness"
    return Row(f"address-space-{name}", (See("one", report), See("two", report), Judge(check)), tree(*nodes), smp=SMP,
               args=("-qmp", f"unix:{SOCKET},server=on,wait=off"), **machine)


ROWS = (row("rv64"),)
