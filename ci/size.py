#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""size.py lines | <gcc-nm> <bulkhead.elf> <folder of objects> [check | table]: lines of each room of hyp/, and the bytes of the image that are
its own, by what the debug information says of each symbol, or else by the object or the file that has one of its name; then the core,
what FEATURES= may leave out, and what only boots. check: fails where a room has more than hyp/README.md, "Sizes", allows (bytes: where the
compiler is the one that they were measured with). lines: the same of the lines alone, which wants no image. table: prints that section's table, with what is measured now and 2 %.
"""

import os
import re
import subprocess
import sys

from layers import HYP, ORDER, ROOT, files, folder

COMPILER = "12"  # the major version that the bounds of bytes are of
COLUMNS = ("lines", "text", "rodata", "boot", "data", "bss")
KINDS = {"": "core", "optional": "optional", "boot": "boot"}
OBJECT = re.compile(r"^(?:static [^(=;]*?|} )(\w+)(?:\[[^;]*\])?(?: = [^;]*)?;", re.M)  # at file scope
COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.S)
LIBRARIES = (("libfdt", "libfdt"), ("picolibc", "C library"), ("libgcc", "C library"))
TOP = "boot.c, run.c"


def room_of(path):
    if not path:
        return "shared"
    inside = re.search(r"/hyp/(.*)$", path)
    if inside:
        return folder(inside[1]) or TOP
    return next((room for part, room in LIBRARIES if part in path), "shared")


def lines():
    """room -> lines that are neither blank nor comment."""
    found = {}
    for path, _, names in os.walk(HYP):
        for name in names:
            if name.endswith((".c", ".h", ".S")):
                with open(os.path.join(path, name), encoding="utf-8") as file:
                    code = COMMENT.sub("", file.read())
                room = folder(os.path.relpath(os.path.join(path, name), HYP)) or TOP
                found[room] = found.get(room, 0) + sum(1 for line in code.split("\n") if line.strip())
    return found


def counted_rooms():
    """room -> lines, in the order of the table."""
    counted = lines()
    return {name: counted.get(name, 0) for name in [TOP if room == "" else room for room in ORDER] + ["libfdt", "C library", "shared"]}


def symbols(nm, elf):
    """(address, size or 0, name, path or "")."""
    said = subprocess.run([nm, "-S", "-l", "--defined-only", elf], capture_output=True, text=True, check=True).stdout
    for line in said.splitlines():
        words, _, where = line.partition("\t")
        words = words.split()
        yield int(words[0], 16), int(words[1], 16) if len(words) == 4 else 0, words[-1], where.rsplit(":", 1)[0]


def sections(places):
    """name -> (first, behind), of what the linker script marks."""
    return {"text": (places["__text_start"], places["__text_used"]), "rodata": (places["__rodata_start"], places["__rodata_used"]),
            "boot": (places["__boot_start"], places["__boot_used"]), "data": (places["__data_start"], places["__data_end"]),
            "bss": (places["__bss_start"], places["__bss_end"])}


def owners(nm, objects):
    """name -> room, of names that the objects of one room alone have."""
    paths = [os.path.join(path, name) for path, _, names in os.walk(objects) for name in names if name.endswith(".o")]
    said = subprocess.run([nm, "-A", "--defined-only", *paths], capture_output=True, text=True, check=True).stdout
    found = {}
    for path, name in re.findall(r"^([^:\n]+):[0-9a-f ]*\w (\S+)$", said, re.M):
        found.setdefault(re.sub(r"\.\d+$", "", name), set()).add(folder(os.path.relpath(path, objects)) or TOP)
    for source in files():
        if source.endswith(".c"):
            with open(os.path.join(HYP, source), encoding="utf-8") as file:
                for name in OBJECT.findall(file.read()):
                    found.setdefault(name, set()).add(folder(source) or TOP)
    return {name: rooms.pop() for name, rooms in found.items() if len(rooms) == 1}


def bytes_of(nm, elf, objects):
    """room -> section -> bytes; what no symbol has (strings, padding) is shared."""
    rows, owner = list(symbols(nm, elf)), owners(nm, objects)
    found, ends = {}, {}
    for name, (first, behind) in sections({name: address for address, _, name, _ in rows}).items():
        inside = sorted(row for row in rows if first <= row[0] < behind)
        for (address, size, symbol, path), (following, *_) in zip(inside, inside[1:] + [(behind,)]):
            begin = max(address, ends.get(name, first))
            size = min(address + (size or following - address), behind) - begin  # assembly's names say no size: up to the next one
            if size > 0:  # two names of one place count once
                room = room_of(path)
                if room == "shared":
                    room = owner.get(re.sub(r"(\.lto_priv)?\.\d+$", "", symbol), "shared")
                room = found.setdefault(room, {})
                room[name] = room.get(name, 0) + size
                ends[name] = begin + size
        rest = behind - first - sum(room.get(name, 0) for room in found.values())
        shared = found.setdefault("shared", {})
        shared[name] = shared.get(name, 0) + rest
    return found


def section():
    with open(os.path.join(HYP, "README.md"), encoding="utf-8") as file:
        return file.read().partition("\n## Sizes\n")[2].partition("\n## ")[0]


def bounds():
    """room -> most lines, most bytes of text and rodata after the seal, and of the boot; None: not bound."""
    rows = re.findall(r"^\| `([^`]+)` \| ([\d,-]+) \| ([\d,]+) \| ([\d,]+) \|", section(), re.M)
    return {room: tuple(None if most == "-" else int(most.replace(",", "")) for most in row) for room, *row in rows}


def kinds():
    """room -> optional or boot, as hyp/objs.mk has it."""
    with open(os.path.join(HYP, "objs.mk"), encoding="utf-8") as file:
        text = file.read()
    boot = re.search(r"^BOOT_OBJS := (.*)$", text, re.M)[1]
    return {**{room: "optional" for room in re.search(r"^ROOMS := (.*)$", text, re.M)[1].split()},
            **{room: "boot" for room in (*re.findall(r"(\w+)/%", boot), "libfdt")}}


def with_two_percent(number):
    return number + number // 50


def table(rows, of):
    for name, row in rows.items():
        lines_most = f"{with_two_percent(row['lines']):,}" if row["lines"] else "-"
        print(f"| `{name}` | {lines_most} | {with_two_percent(row['text'] + row['rodata']):,} | {with_two_percent(row['boot']):,} | {of.get(name, '')} |")


def too_much(rows, compiler):
    """What is over its bound, in words."""
    for name, (most_lines, *most_bytes) in bounds().items():
        row = rows[name]
        have = (row["lines"], row["text"] + row["rodata"], row["boot"])
        limits = (most_lines, *most_bytes) if compiler == COMPILER else (most_lines, None, None)
        for what, number, most in zip(("lines", "bytes after the seal", "bytes of the boot"), have, limits):
            if most is not None and number > most:
                yield f"{name}: {number:,} {what}, hyp/README.md allows {most:,}: say in the commit why it needs more"


def tell(name, kind, row):
    print(f"{name:14} {kind:9}" + "".join(f" {row[key]:>{8 if key != 'lines' else 7},}" for key in COLUMNS))


def add(rows):
    rows = list(rows)
    return {key: sum(row[key] for row in rows) for key in COLUMNS}


def check(rows, compiler):
    wrong = list(too_much(rows, compiler))
    wrong += [f"hyp/README.md, \"Sizes\", has no row of {name}" for name in rows if name not in bounds()]
    print("\n".join(wrong), file=sys.stderr, end="\n" if wrong else "")
    sys.exit(1 if wrong else 0)


def main():
    if sys.argv[1:] == ["lines"]:
        check({name: {key: number if key == "lines" else 0 for key in COLUMNS} for name, number in counted_rooms().items()}, None)
    nm, elf, objects, *how = sys.argv[1:]
    sized, of = bytes_of(nm, elf, objects), kinds()
    rows = {name: {"lines": number, **{key: sized.get(name, {}).get(key, 0) for key in COLUMNS[1:]}} for name, number in counted_rooms().items()}
    if how == ["table"]:
        table(rows, of)
        return
    print(f"{os.path.relpath(elf, ROOT)}, in lines and bytes; `boot`: text and rodata of what only boots")
    print(f"{'room':14} {'':9}" + "".join(f" {key:>{8 if key != 'lines' else 7}}" for key in COLUMNS))
    for name, row in rows.items():
        tell(name, of.get(name, ""), row)
    tell("sum", "", add(rows.values()))
    for kind, word in KINDS.items():
        tell("of that", word, add(row for name, row in rows.items() if of.get(name, "") == kind))
    if how != ["check"]:
        return
    version = subprocess.run([nm.removesuffix("-nm"), "-dumpversion"], capture_output=True, text=True, check=True).stdout
    check(rows, version.partition(".")[0].strip())


if __name__ == "__main__":
    main()
