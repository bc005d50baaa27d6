# SPDX-License-Identifier: Apache-2.0
"""The checks of the hypervisor's structure find what they look for."""

import os
import re
import subprocess
import sys

import pytest

import harness
import rows_life

CI = os.path.join(harness.ROOT, "ci")
sys.path[:0] = [CI]
import layers  # noqa: E402 (found by the line above)
import links  # noqa: E402
import size  # noqa: E402

GRAPH = {"a": {"b": "x"}, "b": {"c": "y"}, "c": {}, "d": {"e": "z"}, "e": {"f": "z"}, "f": {"d": "z"}, "g": {"g2": "w"}, "g2": {"a": "w", "g": "w"}}


def test_circles_are_found():
    assert sorted(links.circles(GRAPH)) == [("d", "e", "f"), ("g", "g2")]


def test_calls_of_the_library_go_nowhere():
    graph = links.edges({"rv/libc.o": {"memcpy", "hash"}, "lib/a.o": set()}, {"rv/libc.o": set(), "lib/a.o": {"memcpy", "hash"}})
    assert graph == {"rv/libc.o": {}, "lib/a.o": {"rv/libc.o": "hash"}}


def test_each_reset_between_lives_has_its_row():
    text = layers.Layers.read("exit/life.c")
    listed = re.findall(r"^\tX\(\w+, (\w+)\)", text, re.M)
    tested = [re.sub("life-(without|watched)-", "", row.name).replace("-", "_") for row in rows_life.ROWS]
    assert len(listed) > 10 and sorted(listed) == sorted(tested)


def test_the_order_is_one():
    assert layers.RANK["lib"] == 0 and layers.RANK["exit"] < layers.RANK[""]
    found = {layers.folder(name) for name in layers.files() if name != "limits.h"}
    assert found == set(layers.ORDER)


@pytest.mark.parametrize("text, complaint", (
    ('#include "guest/guest.h"', "from a folder above"),
    ('#include "nowhere.h"', "is not a path below hyp/"),
    ("void f(void) { panic(); }", "panic() only from"),
))
def test_a_file_that_does_wrong_is_named(tmp_path, monkeypatch, text, complaint):
    monkeypatch.setattr(layers, "HYP", str(tmp_path))
    for name, content in (("console/a.c", text), ("guest/guest.h", "")):
        os.makedirs(tmp_path / os.path.dirname(name), exist_ok=True)
        (tmp_path / name).write_text(content + "\n", encoding="utf-8")
    checked = layers.Layers([])
    checked.check_file("console/a.c")
    assert len(checked.errors) == 1 and complaint in checked.errors[0] and "console/a.c:1" in checked.errors[0]


def test_an_object_that_calls_up_is_named(tmp_path):
    compiler = ["riscv64-unknown-elf-gcc", "-c", "-x", "c", "-"]
    for name, text in (("hart/a.o", "void up(void); void a(void) { up(); }"), ("guest/b.o", "void up(void) {}")):
        os.makedirs(tmp_path / os.path.dirname(name), exist_ok=True)
        subprocess.run([*compiler, "-o", tmp_path / name], input=text, text=True, check=True)
    result = subprocess.run([os.path.join(CI, "links.py"), "riscv64-unknown-elf-gcc-nm", tmp_path, "hart/a.o", "guest/b.o"],
                            capture_output=True, text=True)
    assert result.returncode == 1 and "hart/a.o names up, which guest/b.o defines, in a folder above" in result.stderr


def test_rooms_keep_their_sizes():
    result = subprocess.run([os.path.join(CI, "size.py"), "riscv64-unknown-elf-gcc-nm", os.path.join(harness.OUT, "bulkhead.elf"),
                             os.path.join(harness.OUT, "hyp"), "check"], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    rows = {line[:24].strip(): [int(word.replace(",", "")) for word in line[24:].split()] for line in result.stdout.splitlines()[2:]}
    rooms = [row for name, row in rows.items() if name != "sum" and not name.startswith("of that")]
    assert [sum(column) for column in zip(*rooms)] == rows["sum"]
    assert [sum(column) for column in zip(*(row for name, row in rows.items() if name.startswith("of that")))] == rows["sum"]
    assert rows["shared"][1] + rows["shared"][2] < 5120, "much of the image is nobody's"


def compiler():
    return subprocess.run(["riscv64-unknown-elf-gcc", "-dumpversion"], capture_output=True, text=True, check=True).stdout.split(".")[0]


def bytes_of(board):
    """What can be reached after the seal, and what only boots."""
    image = os.path.join(os.path.dirname(harness.OUT), board, "bulkhead.elf")
    places = {name: address for address, _, name, _ in size.symbols("riscv64-unknown-elf-gcc-nm", image)}
    parts = {name: behind - first for name, (first, behind) in size.sections(places).items()}
    return parts["text"] + parts["rodata"], parts["boot"]


def numbers(pattern, text):
    return [int(number.replace(",", "")) for number in re.search(pattern, text).groups()]


@pytest.mark.skipif(compiler() != size.COMPILER, reason="another compiler than the one that sizes are measured with")
def test_the_image_has_the_size_that_is_told():
    most, = numbers(r"at\s+most ([\d,]+) can be reached", size.section())
    assert bytes_of("qemu-virt-no-sse-pmu-dbtr")[0] <= most
    with open(os.path.join(harness.ROOT, "README.md"), encoding="utf-8") as file:
        told = numbers(r"\n\| text \+ rodata .* ([\d,]+) / ([\d,]+) bytes", file.read())
    for have, said in zip(bytes_of("qemu-virt"), told):
        assert abs(have - said) <= said // 50, f"README.md says {said:,} bytes, there are {have:,}"


@pytest.mark.parametrize("bound", ((10, 9999, 9999), (9999, 10, 9999), (9999, 9999, 0)))
def test_a_room_that_grows_is_named(monkeypatch, bound):
    most = size.bounds()
    monkeypatch.setattr(size, "COMPILER", compiler())
    monkeypatch.setattr(size, "bounds", lambda: {**most, "hart": bound})
    monkeypatch.setattr(sys, "argv", ["size.py", "riscv64-unknown-elf-gcc-nm", os.path.join(harness.OUT, "bulkhead.elf"),
                                      os.path.join(harness.OUT, "hyp"), "check"])
    with pytest.raises(SystemExit) as end:
        size.main()
    assert end.value.code == 1


def test_an_object_without_symbols_is_an_error(tmp_path):
    """Else nothing would be checked, and nobody would know."""
    subprocess.run(["riscv64-unknown-elf-gcc", "-c", "-x", "c", "-o", tmp_path / "a.o", "-"], input="", text=True, check=True)
    result = subprocess.run([os.path.join(CI, "links.py"), "riscv64-unknown-elf-gcc-nm", tmp_path, "a.o"], capture_output=True, text=True)
    assert result.returncode == 1 and "finds no symbol in a.o" in result.stderr


def test_every_static_name_is_seen():
    found = links.statics()
    assert found["fw"] == ["rv/firmware.c"] and found["exit_table"] == ["exit/exit.c"] and found["next_state"] == ["guest/life_state.c"]
    assert found["is_set"] == ["irq/aplic.c"] and found["mmu_name"] == ["dt/guest_dt.c"] and found["isa_without"] == ["plan/plan_make.c"]
