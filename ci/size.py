#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""size.py <gcc-nm> <bulkhead.elf> <folder of objects> [check]: lines of each room of hyp/, and the bytes of the image that are its own, by what the
debug information says of each symbol, or else by the object or the file that has one of its name. With check it fails where a room has more lines than hyp/README.md, "Sizes", allows.
"""

import os
import re
import subprocess
import sys

from layers import HYP, ORDER, ROOT, files, folder

OPTIONAL = ("sse", "dbtr", "pmu")  # what FEATURES= may leave out
BOOT_ROOMS = ("plan", "gstage", "dt")
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


def symbols(nm, elf):
    """(address, size or 0, name, path or None)."""
    said = subprocess.run([nm, "-S", "-l", "--defined-only", elf], capture_output=True, text=True, check=True).stdout
    for line in said.splitlines():
        words, _, where = line.partition("\t")
        words = words.split()
        yield int(words[0], 16), int(words[1], 16) if len(words) == 4 else 0, words[-1], where.rsplit(":", 1)[0] or None


def sections(places):
    """name -> (first, behind), of what the linker script marks."""
    return {"text": (places["__text_start"], places["__text_used"]), "rodata": (places["__rodata_start"], places["__rodata_used"]),
            "boot": (places["__boot_start"], places["__boot_used"]), "data": (places["__data_start"], places["__bss_end"])}


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
        for address, size, symbol, path in sorted(rows, key=lambda row: row[:3]):
            begin = max(address, ends.get(name, first))
            size = min(address + size, behind) - begin
            if size > 0 and first <= address < behind:  # two names of one place count once
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


def bounds():
    """room -> lines, of hyp/README.md."""
    with open(os.path.join(HYP, "README.md"), encoding="utf-8") as file:
        section = file.read().partition("\n## Sizes\n")[2].partition("\n## ")[0]
    return {room: int(most.replace(",", "")) for room, most in re.findall(r"^\| `([^`]+)` \| ([\d,]+) \|", section, re.M)}


def kind_of(room):
    return "optional" if room in OPTIONAL else "boot" if room in BOOT_ROOMS else ""


def main():
    nm, elf, objects, *check = sys.argv[1:]
    counted, sized = lines(), bytes_of(nm, elf, objects)
    names = [TOP if room == "" else room for room in ORDER] + ["libfdt", "C library", "shared"]
    print(f"{os.path.relpath(elf, ROOT)}, in lines and bytes; `boot`: text and rodata of what only boots; `data`: bss, too")
    print(f"{'room':14} {'':9} {'lines':>7} {'text':>8} {'rodata':>8} {'boot':>8} {'data':>9}")
    total = {}
    for name in names:
        row = {"lines": counted.get(name, 0), **{key: sized.get(name, {}).get(key, 0) for key in ("text", "rodata", "boot", "data")}}
        total = {key: total.get(key, 0) + value for key, value in row.items()}
        print(f"{name:14} {kind_of(name):9} {row['lines']:7,} {row['text']:8,} {row['rodata']:8,} {row['boot']:8,} {row['data']:9,}")
    print(f"{'sum':14} {'':9} {total['lines']:7,} {total['text']:8,} {total['rodata']:8,} {total['boot']:8,} {total['data']:9,}")
    if not check:
        return
    most = bounds()
    wrong = [f"{room}/ has {counted.get(room, 0):,} lines, hyp/README.md allows {most.get(room, 0):,}: say in the commit why it needs more"
             for room in (*ORDER[:-1], TOP) if counted.get(room, 0) > most.get(room, 0)]
    print("\n".join(wrong), file=sys.stderr, end="\n" if wrong else "")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
