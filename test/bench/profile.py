#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Where the instructions of one exit go: the guest image `loop` does an operation again and again, QEMU logs every instruction
of its hart meanwhile, and the symbols of the hypervisor, the firmware and the image tell whose it is. `make profile OP=...`

The turn that is shown is the one most turns are like, to the instruction.
"""

import argparse
import bisect
import collections
import itertools
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "test", "system"))
import count  # noqa: E402 (it is found by the line above)
import harness  # noqa: E402
from row import Row, guest, tree  # noqa: E402

BINUTILS = "riscv64-unknown-elf-"
FIRMWARE, FIRMWARE_SIZE = 0x80000000, 0x200000
IMAGE = os.path.join(harness.IMAGES, "bare", "loop.elf")
IMAGE_LINKED = 0x80200000  # GUEST_LINK_ADDR
MEMORY = 0x90000000        # of the guest: where no address is the hypervisor's
IMAGE_AT = MEMORY + 0x200000

TRACE = re.compile(r"Trace (\d+): \S+ \[[0-9a-f]+/([0-9a-f]+)/")
NOT_RUN = re.compile(r"Stopped execution of TB chain before \S+ \[([0-9a-f]+)\]")  # an interrupt came first


class Program:
    """An ELF file as it runs: what the instructions at its addresses are."""

    def __init__(self, name, path, begin, size, moved=0):
        self.name, self.path, self.begin, self.end, self.moved = name, path, begin, begin + size, moved
        symbols = [line.split() for line in self.tool("nm").splitlines()]
        self.symbols = sorted((int(line[0], 16) + moved, line[2]) for line in symbols
                              if len(line) == 3 and line[1] in "tTwW" and line[2][0] not in "$.")
        self.starts = [start for start, _ in self.symbols]

    def tool(self, name, *options, given=None):
        return harness.run_tool(BINUTILS + name, *options, self.path) if given is None else subprocess.run(
            [BINUTILS + name, *options, self.path], input=given, capture_output=True, text=True, check=True).stdout

    def symbol(self, address):
        index = bisect.bisect_right(self.starts, address) - 1
        return self.symbols[index][1] if index >= 0 else "?"

    def address_of(self, symbol):
        return next(start for start, name in self.symbols if name == symbol)

    def lines(self, addresses):
        """For each address the function of the source (also an inlined one), the file and the line's number."""
        given = "".join(f"{address - self.moved:#x}\n" for address in addresses)
        said = self.tool("addr2line", "-a", "-f", "-i", "-e", given=given).splitlines()
        begins = [number for number, line in enumerate(said) if re.fullmatch(r"0x[0-9a-f]{16}", line)]
        for address, begin in zip(addresses, begins):
            path, _, line = said[begin + 2].split(" (discriminator")[0].rpartition(":")
            yield address, (said[begin + 1], path, int(line) if line.isdigit() else 0)

    def instructions(self, addresses):
        """For each address its instruction in assembly."""
        for line in self.tool("objdump", "-d", "--no-show-raw-insn").splitlines():
            match = re.match(r" *([0-9a-f]+):\t(.*)", line)
            if match and int(match[1], 16) + self.moved in addresses:
                yield int(match[1], 16) + self.moved, re.sub(r"\s+", " ", match[2])


def programs():
    firmware = re.sub(r"\.bin$", ".elf", harness.OPENSBI)
    return (Program("Bulkhead", os.path.join(harness.OUT, "bulkhead.elf"), IMAGE_LINKED, MEMORY - IMAGE_LINKED),
            Program("firmware", firmware, FIRMWARE, FIRMWARE_SIZE, moved=FIRMWARE),
            Program("guest", IMAGE, MEMORY, 1 << 28, moved=IMAGE_AT - IMAGE_LINKED))


def record(row, first, last):
    """Addresses of the instructions of the hart that comes to first, from there until it comes to last."""
    trace = os.path.join(harness.SCRATCH, f"profile-{row.name}.trace")
    if os.path.exists(trace):
        os.unlink(trace)
    with count.Debugged(row, row.limit) as run:
        try:
            run.debugger.run_to(first)
            for line in (f"logfile {trace}", "log exec,nochain", "one-insn-per-tb on"):
                run.monitor.command(line)
            run.debugger.run_to(last)
        except (EOFError, OSError) as error:
            said = "\n".join(re.findall(r"\[loop\].*", run.said()))
            sys.exit(f"  the guest did not come to {first:#x} and {last:#x} ({error}):\n{said}")
    return read_trace(trace, first)


def read_trace(path, first):
    addresses = collections.defaultdict(list)
    hart = latest = None
    with open(path, encoding="utf-8", errors="replace") as file:
        for line in file:
            if match := TRACE.match(line):
                latest, address = match[1], int(match[2], 16)
                addresses[latest].append(address)
                hart = latest if hart is None and address == first else hart
            elif (match := NOT_RUN.match(line)) and addresses[latest][-1:] == [int(match[1], 16)]:
                addresses[latest].pop()
    return addresses[hart]


def turns_of(addresses, first):
    """A tuple of addresses for each turn, without the first one and the last."""
    begins = [number for number, address in enumerate(addresses) if address == first]
    return [tuple(addresses[begin:end]) for begin, end in itertools.pairwise(begins)][1:]


def print_table(turn, who):
    counts = collections.Counter((program.name, program.symbol(address)) for address, program in zip(turn, who))
    for name in ("Bulkhead", "firmware", "guest"):
        rows = [(symbol, n) for (owner, symbol), n in counts.most_common() if owner == name]
        total = sum(n for _, n in rows)
        if total == 0:
            continue
        print(f"  {name:34}{total:>7}{total / len(turn):>9.1%}")
        for symbol, n in rows:
            print(f"    {symbol:32}{n:>7}{n / len(turn):>9.1%}")


def source_line(path, number):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return next(itertools.islice(file, number - 1, None), "").strip()
    except (OSError, ValueError):
        return ""


def print_lines(turn, who, with_instructions):
    """In order of execution: one line for each run of instructions of one line of the source."""
    lines, assembly = {}, {}
    for program in set(who):
        addresses = sorted({address for address, owner in zip(turn, who) if owner is program})
        lines.update(program.lines(addresses))
        if with_instructions:
            assembly.update(program.instructions(set(addresses)))
    done = 0
    for (function, path, number), run in itertools.groupby(turn, key=lambda address: lines[address]):
        run = list(run)
        done += len(run)
        place = f"{os.path.relpath(path, ROOT) if path.startswith(ROOT) else os.path.basename(path)}:{number}"
        print(f"  {done:>5}{len(run):>4}  {function:28} {place:40} {source_line(path, number)}")
        if with_instructions:
            for address in run:
                print(f"{'':14}{address:>10x}  {assembly.get(address, '')}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("op", help="see guest-images/bench/loop.c")
    parser.add_argument("--cpu", default="rv64")
    parser.add_argument("--aia", default="none")
    parser.add_argument("--turns", type=int, default=20)
    parser.add_argument("--lines", type=int, default=0, help="1: the source's lines in order of execution, 2: and the instructions")
    chosen = parser.parse_args()

    # The other hart is nobody's and drains the console. No icount: with it QEMU begins some instructions twice.
    node = guest("loop", memory_base=MEMORY, bootargs=f"op={chosen.op} turns={chosen.turns + 2}")
    row = Row(f"{chosen.op}-{chosen.cpu.split(',')[0]}-{chosen.aia}", (), tree(node), smp=2, mem="512M", cpu=chosen.cpu, aia=chosen.aia,
              aia_guests=1, limit=60, args=("-accel", "tcg,thread=single"))
    all_programs = programs()
    first, last = (all_programs[-1].address_of(symbol) for symbol in ("loop_turn", "loop_end"))
    turns = turns_of(record(row, first, last), first)
    turn, alike = collections.Counter(turns).most_common(1)[0]
    who = [next(program for program in all_programs if program.begin <= address < program.end) for address in turn]
    others = f", the others took {sorted({len(t) for t in turns if t != turn})}" if alike < len(turns) else ""
    print(f"{chosen.op}, -cpu {chosen.cpu}, AIA={chosen.aia}: {len(turn)} instructions ({alike} of {len(turns)} turns went this way{others})")
    print_table(turn, who)
    if chosen.lines:
        print_lines(turn, who, chosen.lines > 1)


if __name__ == "__main__":
    main()
