# SPDX-License-Identifier: Apache-2.0
"""Every command in every README works: goals, variables and files that are named exist; what takes seconds is run, the rest
planned by make."""

import importlib
import os
import re
import shlex
import shutil
import subprocess
import time

import pytest

import harness
from test_build import ENVIRONMENT, make

FOLDERS_OUT = {"build", ".git", "__pycache__"}
PLACE = os.path.join(harness.SCRATCH, "readme")
OUT = os.path.relpath(os.path.join(PLACE, "out"), harness.ROOT)  # so that no row's files are made anew beneath it
SOURCE_ENDINGS = "py|md|mk|sh|c|h|S|dts|awk"

# What stands for a reader's own choice.
CHOICES = {"/any/where/": f"{PLACE}/", "my.itb": f"{PLACE}/my.itb", "x.itb": f"{PLACE}/my.itb", "DEMO=...": "DEMO=disk",
           "OP=...": "OP=set_timer", "<rev>": "HEAD", "build/qemu-virt/bulkhead.bin": f"{OUT}/bulkhead.bin"}
# Minutes or hours long, installing, or removing what other tests need; and the sum of all tests, which this is a part of.
PLANNED = set("bench bench-boot bench-interference bench-linux check clean count distclean fetch opensbi profile setup soak "
              "test test-bench test-boot test-external test-fresh test-host test-system zero-exits guest-images".split())


def files(*endings):
    for path, folders, names in os.walk(harness.ROOT):
        folders[:] = sorted(set(folders) - FOLDERS_OUT)
        yield from (os.path.relpath(os.path.join(path, name), harness.ROOT) for name in sorted(names) if name.endswith(endings))


def read(name):
    with open(os.path.join(harness.ROOT, name), encoding="utf-8") as file:
        return file.read()


READMES = {name: read(name) for name in files(".md")}
MAKEFILES = "\n".join(read(name) for name in (*files(".mk"), "Makefile"))
COMMAND = re.compile(r"(?:sudo )?(?:make|qemu-system-riscv64|/usr/bin/python3|build/host/\w+|(?:\.ci|ci|test|platform)/[\w/.-]+)(?: .*)?")


def commands(text):
    """What is typed: lines of code blocks, indented or fenced, up to a comment or a gap; and words in backticks."""
    fenced = False
    for line in text.split("\n"):
        if line.startswith("```"):
            fenced = not fenced
        elif fenced or line.startswith("    "):
            line = re.split(r"\s+#|\s{2,}", line.strip())[0]
            if COMMAND.fullmatch(line):
                yield line
        else:
            yield from (word for word in re.findall(r"`([^`]+)`", line) if re.match(r"make\b|qemu-|/usr/bin/python3 |build/host/", word)
                        and COMMAND.fullmatch(word))


ALL = [(name, command) for name, text in READMES.items() for command in dict.fromkeys(commands(text))]


def test_the_commands_are_found():
    assert {("README.md", "make run"), ("README.md", "make test"), ("README.md", "make package PARTITIONS=/any/where/my.dts OUT=/any/where/my.itb"),
            ("platform/qemu-virt/README.md", "make run SMP=8 MEM=2G CPU=max AIA=aplic-imsic"), ("test/README.md", "build/host/plan_test"),
            } <= set(ALL) and len(ALL) > 40


def chosen(command):
    for what, instead in CHOICES.items():
        command = re.sub(r"(?<![\w/])" + re.escape(what), lambda _: instead, command)
    return command


@pytest.fixture(scope="module", autouse=True)
def place():
    """A reader's folder: the README's own partition tree and the guest it names."""
    shutil.rmtree(PLACE, ignore_errors=True)
    os.makedirs(PLACE)
    tree = re.search(r"```dts\n(.*?)```", READMES["README.md"], re.S)[1]
    with open(os.path.join(PLACE, "my.dts"), "w", encoding="utf-8") as file:
        file.write(tree)
    shutil.copy(os.path.join(harness.IMAGES, "bare/hello.bin"), os.path.join(PLACE, "control.bin"))


def begins(words, pattern):
    """Starts a QEMU until a line matches, then ends it as a reader does: Ctrl-A X."""
    process = harness.start_qemu(words, 240, cwd=harness.ROOT, env=ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                 stderr=subprocess.STDOUT, bufsize=0)
    text, until = "", time.monotonic() + 200
    os.set_blocking(process.stdout.fileno(), False)
    try:
        while not re.search(pattern, text, re.M):
            ended = process.poll() is not None
            text += (process.stdout.read() or b"").decode("latin-1")
            assert not ended or re.search(pattern, text, re.M), f"{words} never says {pattern}:\n{text[-3000:]}"
            assert time.monotonic() < until, f"{words} has not said {pattern} for too long:\n{text[-3000:]}"
            time.sleep(0.1)
        if process.poll() is None:
            process.stdin.write(b"\x01x")
        assert process.wait(30) == 0, f"Ctrl-A X does not end {words}"
    finally:
        harness.stop_qemu(process)


def run_make(words):
    goals = [word for word in words if "=" not in word and not word.startswith("-")]
    for goal in goals:
        if "-f" not in words:
            assert re.search(rf"^(?:\.PHONY: (?:.* )?{re.escape(goal)}(?: |$)|{re.escape(goal)}:)", MAKEFILES, re.M), f"there is no goal {goal}"
    if {"test", "soak"} & set(goals):
        return  # they call make, which make -n does, too: the goals are there, and are made of others
    if PLANNED & set(goals):
        result = make("-n", *words)
    elif goals in (["run"], ["run-selftest"]):
        begins(["make", "--no-print-directory", f"QEMU={harness.QEMU}", *words],
               r"^rule: h-extension: kept" if goals == ["run-selftest"] else r"^plan sealed, starting the guests")
        return
    else:
        result = make(*words, *((f"OUT_DIR={OUT}",) if goals in (["package"], ["firmware"]) else ()))
    assert result.returncode == 0, result.stdout[-1000:] + result.stderr


@pytest.mark.parametrize("readme, command", ALL)
def test_command(readme, command):
    words = shlex.split(chosen(command).removeprefix("sudo "))
    if words[0] == "make":
        run_make(words[1:])
    elif words[0] == "qemu-system-riscv64":
        if f"{PLACE}/my.itb" in words:  # as it stands there: a package is made before
            run_make(chosen("package PARTITIONS=/any/where/my.dts OUT=/any/where/my.itb").split())
        begins([harness.QEMU, *words[1:]], r"^plan sealed, starting the guests|^# [1-9]\d* passed, \d+ failed")  # by QEMU's own OpenSBI, old or new
    elif "pytest" in words:
        subprocess.run([*words, "--collect-only", "-q", "-p", "no:cacheprovider"], cwd=harness.ROOT, check=True, capture_output=True)
    else:
        assert os.path.exists(os.path.join(harness.ROOT, words[0])), f"there is no {words[0]}"


@pytest.mark.parametrize("goal", ("package", "run", "firmware"))
def test_what_makes_a_package_also_makes_the_hypervisor(goal):
    """The README's line of QEMU names bulkhead.bin, whatever was made before it."""
    result = make("-n", goal, "OUT_DIR=build/test/none")
    assert result.returncode == 0 and re.search(r"\bbuild/test/none/bulkhead\.bin\b", result.stdout), result.stderr


@pytest.mark.parametrize("readme", READMES)
def test_variables_exist(readme):
    code = " ".join(re.findall(r"`([^`]+)`", READMES[readme]) + [command for name, command in ALL if name == readme])
    named = set(re.findall(r"(?<![\w-])([A-Z][A-Z_]+)=", code))
    absent = {name for name in named if not re.search(rf"\$\({name}\)|^{name} [?:]?=", MAKEFILES, re.M)}
    assert not absent, f"no makefile knows {sorted(absent)}"


@pytest.mark.parametrize("readme", READMES)
def test_files_exist(readme):
    """Source files, by their path from the top, from the README's folder, or the end of it; <name> and * stand for any."""
    sources = list(files(*SOURCE_ENDINGS.split("|")))
    absent = []
    for name in re.findall(rf"`([\w./<>*-]+\.(?:{SOURCE_ENDINGS}))`", READMES[readme]):
        if name.startswith("build/") or os.path.basename(name).startswith("my."):
            continue
        if name.startswith("../"):
            name = os.path.normpath(os.path.join(os.path.dirname(readme), name))
        pattern = re.compile("(?:.*/)?" + re.escape(re.sub(r"<[\w-]+>", "*", name)).replace(r"\*", "[^/]*"))
        if not any(pattern.fullmatch(source) for source in sources):
            absent.append(name)
    assert not absent, f"there is no {absent}"


def test_rows_are_where_the_readme_says():
    """How many rows of each group are in `make test` and in soak: who adds some sees what the sum comes to."""
    section = read("test/README.md").partition("\n## What is in `make test`")[2].partition("\n## ")[0]
    told = {name: (int(now), int(soak)) for name, now, soak in re.findall(r"^\| `rows_(\w+)` \| (\d+) \| (\d+) \|", section, re.M)}
    found = {}
    for name in sorted(os.listdir(os.path.join(harness.ROOT, "test/system"))):
        if name.startswith("rows_") and name.endswith(".py"):
            rows = importlib.import_module(name[:-3]).ROWS
            soak = sum("soak" in row.marks for row in rows)
            found[name[5:-3]] = (len(rows) - soak, soak)
    assert told == found
