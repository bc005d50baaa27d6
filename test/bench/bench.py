#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts what operations cost, in instructions, on bare OpenSBI and in a guest, by the same image (guest-images/bench).

  bench.py                  every operation: tables, build/bench/bench.json, a picture
  bench.py --base <rev>     the same for two revisions of the hypervisor: old, new, difference
  bench.py --quick          operations of one hart, one table, and what differs from test/golden/bench.json
  ... --update-golden       rewrites that file
"""

import argparse
import concurrent.futures
import json
import os
import subprocess
import sys

sys.path[:0] = [os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "system")]
import figures  # noqa: E402 (those of test/system are found by the line above)
import harness  # noqa: E402
from row import BULKHEAD, NEVER, Ends, Row, See, guest, tree  # noqa: E402

FOLDER = os.path.join(harness.BUILD, "bench")
GOLDEN = os.path.join(harness.ROOT, "test/golden/bench.json")
RTC = "/soc/rtc@101000"  # a device with an interrupt, goldfish
HARTS = 2
MACHINES = {
    "plic-nosstc": ("a PLIC, no Sstc", {"cpu": "rv64,sstc=off"}),
    "plic": ("a PLIC", {}),
    "aplic": ("an APLIC that delivers directly", {"aia": "aplic"}),
    "imsic": ("an APLIC and IMSICs with guest interrupt files; V", {"cpu": "rv64,v=on", "aia": "aplic-imsic", "aia_guests": 1}),
}


def rows(machine, most_harts, label=""):
    """The rows of a machine, by side: the same image as a kernel on OpenSBI, and as a guest beside a hart that is nobody's."""
    common = {"icount": True, "args": ("-rtc", "clock=vm"), "limit": 120, **MACHINES[machine][1],
              "never": NEVER + (("*", "unexpected trap|no free memory|^bench: DBCN"),)}
    yield "native", Row(f"bench-{machine}-native", (See(BULKHEAD, "^bench: done"), Ends()), kernel="bare/bench.bin",
                        append=f"harts={most_harts}", smp=HARTS, firmware_apart=False, **common)
    node = guest("bench", HARTS, devices=RTC, bootargs=f"restarts=1 harts={most_harts}")
    yield "guest", Row(f"bench-{machine}-guest{label}", (See("bench", "^bench: done"), Ends()), tree(node), smp=HARTS + 1, **common)


def said(side, row):
    return harness.run_row(row).console.lines[BULKHEAD if side == "native" else "bench"]


def count(most_harts, sides=figures.SIDES, label=""):
    """What these sides say, by machine."""
    with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("BULKHEAD_JOBS", "2"))) as pool:
        pending = {machine: {side: pool.submit(said, side, row) for side, row in rows(machine, most_harts, label) if side in sides}
                   for machine in MACHINES}
        return {machine: {side: lines.result() for side, lines in told.items()} for machine, told in pending.items()}


def records(told):
    return [entry for machine, sides in told.items() for entry in figures.records(machine, sides)]


def show(lines):
    for line in lines:
        print(line, flush=True)


def show_tables(entries):
    for machine, (text, _) in MACHINES.items():
        print(f"\n{machine}: {text}")
        show(figures.table([entry for entry in entries if entry["machine"] == machine]))
    print("Operations of two harts: QEMU runs harts in turn and counts both, so the least is the operation's.")


def write_json(path, entries):
    """One record a line, so that a difference of two files is one of operations."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write("[\n" + ",\n".join(json.dumps(entry) for entry in entries) + "\n]\n")
    print(f"  figures: {os.path.relpath(path, harness.ROOT)}", flush=True)


# ---- the golden file ----

def show_golden(entries):
    with open(GOLDEN, encoding="utf-8") as file:
        before = json.load(file)
    lines = figures.differences(before, figures.kept(entries))
    name = os.path.relpath(GOLDEN, harness.ROOT)
    print(f"Differences to {name} (`make bench UPDATE_GOLDEN=1` rewrites it):" if lines else f"No difference to {name}")
    show(lines)


# ---- two revisions ----

def git(*words):
    return harness.run_tool("git", *words).strip()


def build(revision):
    """Folder with the revision's hypervisor, built in a work tree of its own from the same downloads."""
    commit = git("rev-parse", "--verify", f"{revision}^{{commit}}")
    folder = os.path.join(FOLDER, f"base-{commit[:12]}")
    git("worktree", "prune")
    if not os.path.isdir(folder):
        git("worktree", "add", "--detach", folder, commit)
    own = os.path.join(folder, "build")
    os.makedirs(own, exist_ok=True)
    for name in ("deps", "downloads"):
        link, shared = os.path.join(own, name), os.path.join(harness.BUILD, name)
        if not os.path.lexists(link) and os.path.isdir(shared):
            os.symlink(shared, link)
    out = os.path.relpath(harness.OUT, harness.BUILD)
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS", "BULKHEAD_"))}
    subprocess.run(["make", "-C", folder, "--no-print-directory", f"build/{out}/bulkhead.bin"], env=environment, check=True)
    return commit, os.path.join(own, out)


def compare(revision):
    commit, out = build(revision)
    now = records(count(HARTS, ("guest",)))
    harness.OUT = out
    before = records(count(HARTS, ("guest",), "-base"))
    for machine, (text, _) in MACHINES.items():
        print(f"\n{machine}: {text}; under Bulkhead, least: {revision} ({commit[:12]}), this tree, difference")
        show(figures.comparison(*([entry for entry in entries if entry["machine"] == machine] for entries in (before, now))))


# ---- all ----

def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--base", metavar="REV")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--update-golden", action="store_true")
    options = parser.parse_args()
    print("Instructions (-icount shift=0,sleep=off)", flush=True)
    if options.base:
        compare(options.base)
        return
    entries = records(count(1 if options.quick else HARTS))
    if options.quick:
        show(figures.overview(entries, tuple(MACHINES)))
    else:
        import picture  # matplotlib is there for this only
        show_tables(entries)
        write_json(os.path.join(FOLDER, "bench.json"), entries)
        picture.draw(entries, MACHINES)
    if options.update_golden:
        write_json(GOLDEN, figures.kept(entries))
    show_golden(entries)


if __name__ == "__main__":
    try:
        main()
    except (harness.RowError, subprocess.CalledProcessError) as error:
        sys.exit(f"bench: {error}")
