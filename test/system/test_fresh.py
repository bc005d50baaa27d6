# SPDX-License-Identifier: Apache-2.0
"""test/fresh: skipped with that word where it cannot be, and nothing of it stays mounted when it fails."""

import os
import subprocess
import time

import pytest

import harness

SCRIPT = os.path.join(harness.ROOT, "test/fresh/fresh.sh")
FRESH = os.path.join(harness.SCRATCH, "fresh")
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="it takes root")


def start(path, suite="trixie"):
    os.makedirs(FRESH, exist_ok=True)
    environment = {**os.environ, "PATH": path, "FRESH_FOLDER": "test/fresh", "DEBIAN_MIRROR": "http://mirror.invalid/debian"}
    return subprocess.Popen([SCRIPT, suite], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def fresh(path, suite="trixie"):
    process = start(path, suite)
    said = process.communicate(timeout=60)[0]
    return process.returncode, said


def path_with(folder, **scripts):
    """A PATH without debootstrap but for these scripts."""
    for name in ("bash", "dirname", "id", "unshare", "flock", "mkdir", "grep", "rm", "sed", "head", "tail", "env", "mount", "sh", "true", "setpriv"):
        source = next(path for path in (f"/usr/bin/{name}", f"/bin/{name}") if os.path.exists(path))
        os.symlink(source, folder / name)
    for name, text in scripts.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    return str(folder)


def test_another_release_is_refused():
    status, said = fresh(os.environ["PATH"], "sid")
    assert status != 0 and "bookworm or trixie" in said


@needs_root
@pytest.mark.skipif(os.path.exists("/usr/sbin/debootstrap"), reason="debootstrap is installed")
def test_it_is_skipped_without_debootstrap(tmp_path):
    status, said = fresh(path_with(tmp_path))
    assert status == 0 and said.startswith("fresh trixie: skipped: debootstrap is not installed")


@pytest.mark.skipif(os.geteuid() == 0, reason="for an ordinary user")
def test_it_is_skipped_without_root():
    status, said = fresh(os.environ["PATH"])
    assert status == 0 and said == "fresh trixie: skipped: it takes root\n"


def mounts():
    with open("/proc/self/mountinfo", encoding="utf-8") as file:
        return [line for line in file if f" {FRESH}/" in line]


def left_behind(command):
    found = []
    for number in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{number}/cmdline", encoding="latin-1") as file:
                found += [number] if file.read().split("\0")[:-1] == command.split() else []
        except OSError:
            pass  # it has ended
    return found


@needs_root
@pytest.mark.parametrize("end", ("debootstrap fails", "the script is killed"))
def test_nothing_stays_mounted_when_it_fails(tmp_path, end):
    """A debootstrap that mounts something and leaves a process behind: then it fails, or all is killed."""
    if subprocess.run(["unshare", "--mount", "--pid", "--fork", "true"], capture_output=True).returncode:
        pytest.skip("this machine lets root have no mounts of its own")
    stays = f"sleep 3{os.getpid()}"
    script = ('#!/bin/sh\nfor folder; do case $folder in */test/fresh/*) break;; esac; done\nmkdir -p "$folder/proc"\n'
              f'mount -t proc proc "$folder/proc"\n{stays} &\n'
              f'grep " $folder/proc " /proc/self/mountinfo >"{tmp_path}/seen"\n' + ("exit 7\n" if end == "debootstrap fails" else f"{stays}\n"))
    process = start(path_with(tmp_path, debootstrap=script) + ":/usr/bin:/bin")
    for _ in range(200):
        if (tmp_path / "seen").exists() and (tmp_path / "seen").read_text():
            break
        time.sleep(0.05)
    if end == "the script is killed":
        process.kill()
    said = process.communicate(timeout=30)[0]
    assert process.returncode != 0 and "/proc " in (tmp_path / "seen").read_text(), said
    for _ in range(100):
        if not left_behind(stays) and not mounts():
            break
        time.sleep(0.05)
    assert mounts() == [] and left_behind(stays) == []
