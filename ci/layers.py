#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""layers.py <pure object>...: checks over the #include lines of hyp/ that they go down, that pure files stay pure, and
that nobody panics who may not. The pure objects are hyp/objs.mk's list; the order of the folders is below.
"""

import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
HYP = os.path.join(ROOT, "hyp")

# From bottom to top: a file includes its own folder and those in front of it, and so do its calls and data (ci/links.py).
# boot.c, run.c and banner.c stand above all; limits.h is below all.
ORDER = ("lib", "rv", "vdev", "plan", "gstage", "dt", "vcpu", "hart", "console", "irq", "guest", "sse", "dbtr", "pmu", "sbi", "exit", "")
RANK = {folder: rank for rank, folder in enumerate(ORDER)}
PURE_FOLDERS = ("lib", "vdev", "plan", "gstage", "dt")
# Headers without a pure object of their own that pure files may include, and parts of lib/ that they may not: a pure
# file returns a named error, its caller logs or panics.
PURE_HEADERS = {"limits.h", "rv/spec.h"}
IMPURE_LIB = {"lib/log.h", "lib/panic.h", "lib/spinlock.h"}
C_HEADERS = {"assert.h", "inttypes.h", "limits.h", "stdalign.h", "stdarg.h", "stdatomic.h", "stdbool.h", "stddef.h",
             "stdint.h", "stdio.h", "stdnoreturn.h", "string.h", "libfdt.h"}
MAY_PANIC = ("boot.c", "hart/", "rv/", "lib/panic.h")

INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)')
COMMENT = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', re.S)


def folder(name):
    return name.split("/")[0] if "/" in name else ""


def files():
    for path, _, names in sorted(os.walk(HYP)):
        for name in sorted(names):
            if name.endswith((".c", ".h", ".S")):
                yield os.path.relpath(os.path.join(path, name), HYP)


class Layers:
    def __init__(self, pure_objects):
        self.errors = []
        self.names = set(files())
        self.pure_stems = {os.path.splitext(name)[0] for name in pure_objects}
        objects = {n for n in self.names if n.endswith((".c", ".S"))}
        # A folder of nothing but pure objects has pure headers only.
        self.pure_folders = set(PURE_FOLDERS)
        for name in sorted(objects):
            part_of_impure = os.path.splitext(name)[0] + ".h" in IMPURE_LIB
            if folder(name) in self.pure_folders and not self.is_pure(name) and not part_of_impure:
                self.error(name, 1, f"{folder(name)}/ is pure, but this is not in PURE_OBJS")

    def error(self, name, line, text):
        self.errors.append(f"hyp/{name}:{line}: {text}")

    def is_pure(self, name):
        if name in PURE_HEADERS:
            return True
        if name in IMPURE_LIB:
            return False
        stem, ending = os.path.splitext(name)
        if stem in self.pure_stems:
            return True
        return ending == ".h" and (folder(name) in self.pure_folders or self.is_pure_alone(name))

    def is_pure_alone(self, name):
        """A header of types and inline functions, without an object of its own, is as pure as what it says."""
        stem = os.path.splitext(name)[0]
        if name not in self.names or {stem + ".c", stem + ".S"} & self.names:
            return False
        text = self.read(name)
        includes = [match for match in map(INCLUDE.match, text.split("\n")) if match]
        return (not re.search(r"\basm\b|__asm__", text)
                and all(self.is_pure(match[1]) if match[1] else match[2] in C_HEADERS for match in includes))

    @staticmethod
    def read(name):
        with open(os.path.join(HYP, name), encoding="utf-8") as file:
            return file.read()

    def check_include(self, name, line, included, is_system):
        if is_system:
            if self.is_pure(name) and included not in C_HEADERS:
                self.error(name, line, f"a pure file includes <{included}>")
            return
        if included not in self.names:
            if included not in C_HEADERS:
                self.error(name, line, f'"{included}" is not a path below hyp/')
            return
        if self.is_pure(name) and not self.is_pure(included):
            self.error(name, line, f'a pure file includes "{included}", which is not pure')
        elif included != "limits.h" and RANK[folder(included)] > RANK[folder(name)]:
            self.error(name, line, f'includes "{included}" from a folder above: {folder(name)}/ may include '
                       f"{', '.join(ORDER[:RANK[folder(name)] + 1])}")

    def check_file(self, name):
        if folder(name) not in RANK:
            self.error(name, 1, f"{folder(name)}/ has no place in ci/layers.py's order of folders")
            return
        text = self.read(name)
        for number, line in enumerate(text.split("\n"), 1):
            match = INCLUDE.match(line)
            if match:
                self.check_include(name, number, match[1] or match[2], match[2] is not None)
        code = COMMENT.sub(lambda match: "\n" * match[0].count("\n"), text)
        if not name.startswith(MAY_PANIC):
            for number, line in enumerate(code.split("\n"), 1):
                if re.search(r"\bpanic\s*\(", line):
                    self.error(name, number, "panic() only from boot.c, hart/ and rv/")


def main():
    layers = Layers(sys.argv[1:])
    for name in sorted(layers.names):
        layers.check_file(name)
    for text in layers.errors:
        print(text, file=sys.stderr)
    sys.exit(1 if layers.errors else 0)


if __name__ == "__main__":
    main()
