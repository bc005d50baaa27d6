# SPDX-License-Identifier: Apache-2.0
"""QEMU=: every target takes another QEMU, also a script in a path with blanks; set-up says what is wrong with one."""

import os
import re
import shutil

import pytest

import harness
from test_build import make
from test_readmes import begins

# (`make test` and `make check` are made of these; pytest says which QEMU it was.)
RUN_ONE = ("run", "run-selftest", "test-system", "test-boot", "soak-rows", "count", "zero-exits", "bench", "test-bench", "bench-boot",
           "bench-interference", "bench-linux", "profile")


@pytest.fixture
def wrapper(tmp_path):
    folder = tmp_path / "a place"
    folder.mkdir()
    script = folder / "my qemu"
    script.write_text(f'#!/bin/sh\nexec {harness.QEMU} "$@"\n')
    script.chmod(0o755)
    return str(script)


@pytest.mark.parametrize("goal", RUN_ONE)
def test_targets_take_another_qemu(goal):
    """What make would do names it, and no other."""
    own = "/a place/my qemu"
    result = make("-n", *(("soak", "ROWS=none") if goal == "soak-rows" else (goal,)), f"QEMU={own}")
    assert result.returncode == 0, result.stderr
    assert f"'{own}'" in result.stdout
    assert not re.search(r"(?<![\w'])qemu-system-riscv64", result.stdout)


def test_a_script_in_a_path_with_blanks_runs_the_demo(wrapper):
    begins(["make", "--no-print-directory", "run", f"QEMU={wrapper}"], r"^plan sealed, starting the guests")


@pytest.mark.parametrize("text, why", (("#!/bin/sh\necho QEMU emulator version 7.2.22\n", "says: QEMU emulator version 7.2.22"),
                                       ("#!/bin/sh\nexit 1\n", "says: nothing"), (None, "No such file")))
def test_set_up_says_what_is_wrong_with_it(wrapper, text, why):
    """It is not replaced by one that is installed, and nothing is."""
    if text is None:
        shutil.rmtree(os.path.dirname(wrapper))
    else:
        with open(wrapper, "w", encoding="utf-8") as file:
            file.write(text)
    result = make("test-boot", f"QEMU={wrapper}")
    assert result.returncode != 0 and f"QEMU={wrapper}: it has to be QEMU" in result.stderr and why in result.stderr, result.stderr
    assert "APT" not in result.stderr
