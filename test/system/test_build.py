# SPDX-License-Identifier: Apache-2.0
"""The build itself: paths with blanks in them, and that nothing is written outside build/."""

import os
import re
import shutil
import subprocess

import pytest

import harness

PLACE = os.path.join(harness.SCRATCH, "place")
# A make above this one would hand its own flags and goals down.
ENVIRONMENT = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS", "BULKHEAD_"))}


def make(*words, folder=harness.ROOT):
    return subprocess.run(["make", "--no-print-directory", *words], cwd=folder, env=ENVIRONMENT, capture_output=True, text=True)


def empty_place():
    shutil.rmtree(PLACE, ignore_errors=True)
    os.makedirs(PLACE)
    return PLACE


def checkout(name):
    """A copy of this tree's sources at a path of this name, and what it may download."""
    folder = os.path.join(empty_place(), name)
    shutil.copytree(harness.ROOT, folder, symlinks=True,
                    ignore=lambda path, names: {"build", ".git", "__pycache__"} & set(names) if path == harness.ROOT else {"__pycache__"})
    os.mkdir(os.path.join(folder, "build"))
    os.symlink(os.path.join(harness.BUILD, "downloads"), os.path.join(folder, "build/downloads"))
    return folder


def files_beside(folder):
    return sorted(name for name in os.listdir(PLACE) if name != os.path.basename(folder))


@pytest.mark.parametrize("name, awkward", (
    ("half path", "a blank"), ("half ", "a blank"), ("half\tpath", "a blank"), ("half:path", ":"), ("half#path", "#"), ("half$path", "$"),
    ("half'path", "'"), ("half;path", ";"), ("half,path", ","), ("half%path", "%"), ("half(path", "(")))
def test_a_checkout_in_an_awkward_path_is_refused(name, awkward):
    folder = checkout(name)
    with open(os.path.join(PLACE, "half"), "w", encoding="utf-8") as file:
        file.write("a user's own\n")
    result = make("build/deps/dtc-1.7.2/.fetched", folder=folder)
    assert result.returncode != 0 and f"this path has {awkward} in it" in result.stderr, result.stderr
    assert files_beside(folder) == ["half"]
    with open(os.path.join(PLACE, "half"), encoding="utf-8") as file:
        assert file.read() == "a user's own\n"


def test_a_checkout_in_a_plain_path_is_taken():
    result = make("-n", "fetch", folder=checkout("grün-1.0_a+b=c@d~e"))
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("script", (("ci/fetch-src.sh", "dtc", "{}", "1.7.2=0"), ("ci/fetch-deb.sh", "{}", "busybox-static")))
@pytest.mark.parametrize("where", ("{0}/mine", "{1}/build/../mine", "{1}/build", "mine"))
def test_scripts_write_beneath_build_alone(script, where, tmp_path):
    target = where.format(tmp_path, harness.ROOT)
    result = subprocess.run([os.path.join(harness.ROOT, script[0]), *(word.format(target) for word in script[1:])],
                            cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True)
    assert result.returncode != 0 and "nothing is written there" in result.stderr, result.stderr
    assert os.listdir(tmp_path) == [] and not os.path.lexists(os.path.join(harness.ROOT, "mine"))


@pytest.mark.parametrize("name", ("a b.dts", "it's $HOME.dts", "a,b=(c)#d.dts", "5:30 %.dts"))
def test_partitions_of_any_name_are_packaged_and_linked_in(name):
    folder = os.path.join(empty_place(), "of a user")
    os.mkdir(folder)
    source, out = os.path.join(folder, name), os.path.join(folder, name + ".itb")
    with open(source, "w", encoding="utf-8") as file:
        file.write('/dts-v1/;\n/include/ "more of it.dtsi"\n')
    with open(os.path.join(folder, "more of it.dtsi"), "w", encoding="utf-8") as file:
        file.write('/ { compatible = "bulkhead,partitions";\n\tguests {\n\t\thello { hart-count = <1>; memory-size = <0x1000000>;\n'
                   '\t\t\tkernel = "bare/hello.bin"; };\n\t};\n};\n')
    given = source.replace("$", "$$")  # make's own way to write it
    linked = "build/test/named/package.itb", "OUT_DIR=build/test/named"
    for goal in (("package", f"OUT={out.replace('$', '$$')}"), linked):
        result = make(*goal, f"PARTITIONS={given}")
        assert result.returncode == 0, result.stderr
    with open(out, "rb") as one, open(os.path.join(harness.ROOT, linked[0]), "rb") as two:
        assert one.read() == two.read()
    # It is made anew when what it includes has changed, and only then.
    for name, wait, again in (("nothing", 0, False), ("more of it.dtsi", 2, True)):
        made = os.stat(os.path.join(harness.ROOT, linked[0]))
        if again:
            os.utime(os.path.join(folder, name), (made.st_mtime + wait,) * 2)
        assert make(*linked, f"PARTITIONS={given}").returncode == 0
        now = os.stat(os.path.join(harness.ROOT, linked[0]))
        assert (now.st_mtime_ns != made.st_mtime_ns) == again, f"{name} has changed"
    assert sorted(os.listdir(folder)) == sorted((os.path.basename(source), os.path.basename(out), "more of it.dtsi"))


def defined_names():
    """Every variable that some makefile of ours defines."""
    names = set()
    for folder, _, files in os.walk(harness.ROOT):
        if os.path.relpath(folder, harness.ROOT).split(os.sep)[0] in ("build", ".git"):
            continue
        for name in files:
            if name == "Makefile" or name.endswith(".mk"):
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    names.update(re.findall(r"^([A-Z][A-Z_]*) *(?:=|:=|\?=|\+=)", file.read(), re.M))
    return names


def defines_itself(where, name):
    """From what the command line may have said of it."""
    file, number = where.split(":")
    with open(os.path.join(harness.ROOT, file), encoding="utf-8") as lines:
        return lines.read().split("\n")[int(number) - 1].startswith(name)


def test_no_variable_is_used_above_its_definition():
    """Prerequisites are expanded where they are read: what comes to be defined below them is nothing there, in silence."""
    said = make("--warn-undefined-variables", "-n", "help").stderr
    used = set(re.findall(r"^(\S+:\d+): warning: undefined variable '([A-Z_]+)'$", said, re.M))
    wrong = sorted(f"{where} uses {name}" for where, name in used if name in defined_names() and not defines_itself(where, name))
    assert not wrong, "\n".join(wrong)
    assert defined_names() >= {"SYSTEM_ALL", "GUEST_BUILD", "OUT_DIR"}


# Of the targets of `make help`, those that want no hypervisor.
WITHOUT = {"clean", "distclean", "fetch", "help", "lint", "opensbi", "setup", "test-fresh", "test-fuzz", "test-host"}


def targets():
    """As `make help` has them."""
    found = set()
    for path, folders, files in os.walk(harness.ROOT):
        folders[:] = set(folders) - {"build", ".git"}
        for name in files:
            if name == "Makefile" or name.endswith(".mk"):
                with open(os.path.join(path, name), encoding="utf-8") as file:
                    found |= set(re.findall(r"^## ([a-z-]+): ", file.read(), re.M))
    return found


def test_who_wants_no_hypervisor_is_a_target():
    assert WITHOUT < targets()


# `test` is its parts; make -n performs lines that call make, and this one would write over the log of a run that goes on.
@pytest.mark.parametrize("target", sorted(targets() - WITHOUT - {"test"}))
def test_targets_build_what_they_measure(target, tmp_path):
    """In a tree without a build each of them makes the hypervisor first."""
    said = make("-n", target, f"OUT_DIR={tmp_path}").stdout
    assert re.search(rf"-o {re.escape(str(tmp_path))}/(selftest/)?(bulkhead|payload)\.elf\b", said), "it is not linked"


@pytest.mark.parametrize("words, refusal", (
    (("FEATURES=pmu wires",), "there is no room 'wires'; there are: sse pmu dbtr"),
    (("FEATURES=", "test-system"), "the tests want all rooms")))
def test_features_that_cannot_be_are_refused(words, refusal):
    result = make("-n", *words)
    assert result.returncode != 0 and refusal in result.stderr, result.stderr


def test_an_image_has_nothing_of_a_room_it_was_built_without():
    """Nor is anything decided by what is weak."""
    for room, symbols in (("sse", ("sse_choose", "sse_enter")), ("pmu", ("pmu_configure", "pmu_event_kind")), ("dbtr", ("dbtr_install",))):
        whole, without = ({line.split()[-1]: line.split()[-2] for line in harness.run_tool("riscv64-unknown-elf-nm", harness.need(
            os.path.join(f"{harness.OUT}{ending}", "bulkhead.elf"))).splitlines()} for ending in ("", f"-no-{room}"))
        assert set(symbols) <= set(whole) and not set(symbols) & set(without), f"{room}: {set(symbols) & set(without)}"
        # (The linker's names of files that were optimised as one are weak, and have a dot in them.)
        assert not {name for names in (whole, without) for name, kind in names.items() if kind in "wWvV" and "." not in name}
