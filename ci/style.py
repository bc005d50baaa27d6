#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""style.py: checks every file of the project for its head, its size, its white space, words we do not use, and names
of places that only one machine or one mirror has. Warnings do not fail.
"""

import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

C_ENDINGS = (".c", ".h", ".S")
HEADED_ENDINGS = C_ENDINGS + (".py", ".sh", ".mk", ".dts", ".dtsi", ".dtso", ".awk")
HEADED_NAMES = ("Makefile", ".ci/run")
TEXT_ENDINGS = HEADED_ENDINGS + (".md",)

FILE_WARN, FILE_FAIL = 350, 450
FUNCTION_WARN, FUNCTION_FAIL = 60, 70

# One term per concept: what stands on the left is said as on the right.
WORDS = {
    r"phart|pcpu": "hart",
    r"vhart": "vcpu",
    r"vhart_id|vcpu_id|subid": "vhartid",
    r"stage[- ]?2|second[- ]stage": "G-stage",
    r"stage[- ]?1|first[- ]stage": "VS-stage",
    r"intermediate physical|IPA": "GPA, guest physical address",
    r"host physical|HPA": "PA",
    r"EL[0-3]": "M-, HS-, VS-mode",
    r"world switch|VM exit": "exit, entry",
    r"pass-?through": "assigned device",
    r"extid|funcid|func_id": "EID, FID",
    r"hwirq|irq_id|int_id": "source, line",
    r"TODO|FIXME|XXX": "(do it, or leave it out)",
}
FORBIDDEN = [(re.compile(rf"\b(?:{word})\b"), instead) for word, instead in WORDS.items()]
# One machine's or one mirror's names, wherever they stand.
PLACES = re.compile(r"\b(?:deb|ftp|cdn|security|snapshot|archive)\.[\w.]*(?:debian|ubuntu)\.\w+"
                    r"|\bpypi\.\w+|pythonhosted"
                    r"|(?<![\w.$])/(?:home|root|Users)/\w")

FUNCTION_HEAD = re.compile(r"^(?:[A-Za-z_].*)?\{\s*$")


class Style:
    def __init__(self):
        self.errors, self.warnings = [], []

    def limit(self, where, what, value, warn, fail):
        if value > fail:
            self.errors.append(f"{where}: {what} has {value} lines, {fail} are allowed")
        elif value > warn:
            self.warnings.append(f"{where}: {what} has {value} lines, {warn} are good")

    def check_head(self, name, lines):
        if not any("SPDX-License-Identifier: Apache-2.0" in line for line in lines[:3]):
            self.errors.append(f"{name}:1: SPDX-License-Identifier: Apache-2.0 is missing")
        elif sum(bool(re.match(r'\s*(?:#|//|/\*|\*|""")', line)) for line in lines[:5]) < 2:
            self.errors.append(f"{name}:2: a sentence that says what the file is for is missing")

    def check_space(self, name, lines):
        for number, line in enumerate(lines, 1):
            if line != line.rstrip() and not name.endswith(".md"):
                self.errors.append(f"{name}:{number}: white space at the end")
            if re.match(r" +\t", line) or (name.endswith(".py") and "\t" in line):
                self.errors.append(f"{name}:{number}: tab among spaces")
        if lines and not lines[-1].strip():
            self.errors.append(f"{name}:{len(lines)}: empty line at the end")

    def check_words(self, name, lines):
        for number, line in enumerate(lines, 1):
            if name.startswith(("hyp/", "boot/", "linker/")):
                for word, instead in FORBIDDEN:
                    match = word.search(line)
                    if match:
                        self.errors.append(f'{name}:{number}: "{match[0]}": we say {instead}')
            match = PLACES.search(line)
            if match and name != "ci/style.py":
                self.errors.append(f'{name}:{number}: "{match[0]}" is a place of one machine or mirror')

    def check_functions(self, name, lines):
        start = None
        for number, line in enumerate(lines, 1):
            if start is None and FUNCTION_HEAD.match(line) and ("(" in line or line.startswith("{")):
                start = number
            elif line.startswith("}"):
                if start is not None and line.rstrip() == "}":
                    self.limit(f"{name}:{start}", "the function", number - start + 1, FUNCTION_WARN, FUNCTION_FAIL)
                start = None

    def check_file(self, name):
        with open(os.path.join(ROOT, name), encoding="utf-8") as file:
            lines = file.read().split("\n")
        if lines[-1] == "":
            lines.pop()
        if name.endswith(HEADED_ENDINGS) or name in HEADED_NAMES:
            if not name.startswith("test/golden/"):  # compared byte by byte: they are what they are
                self.check_head(name, lines)
        self.check_space(name, lines)
        self.check_words(name, lines)
        if name.endswith(C_ENDINGS):
            self.limit(f"{name}:1", "the file", len(lines), FILE_WARN, FILE_FAIL)
            if name.endswith(".c"):
                self.check_functions(name, lines)


def project_files():
    for path, folders, names in os.walk(ROOT):
        folders[:] = sorted(f for f in folders if f not in ("build", ".git", "__pycache__", ".pytest_cache"))
        for name in sorted(names):
            relative = os.path.relpath(os.path.join(path, name), ROOT)
            if relative.endswith(TEXT_ENDINGS) or relative in HEADED_NAMES:
                yield relative


def main():
    style = Style()
    for name in project_files():
        style.check_file(name)
    for text in style.warnings:
        print(f"{text} (warning)")
    for text in style.errors:
        print(text, file=sys.stderr)
    sys.exit(1 if style.errors else 0)


if __name__ == "__main__":
    main()
