#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""aligned.py FILE...: checks that whatever make would compile or link on the way to these files makes
aligned accesses only: a guest can have misaligned ones delegated (SBI FWFT), which then are traps of
the hypervisor's own.
"""

import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FLAG = "-mstrict-align"
COMPILER = re.compile(r"(?:^|\s|/)[\w.-]*-gcc\s")
OUTPUT = re.compile(r"\s-o (\S+)")


def commands(targets):
    """What make would run if nothing had been built yet."""
    environment = {name: value for name, value in os.environ.items()
                   if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}
    result = subprocess.run(["make", "-Bn", "V=1", *targets], cwd=ROOT, env=environment,
                            capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"make -Bn {' '.join(targets)}:\n{result.stderr}")
    return result.stdout.replace("\\\n", " ").split("\n")


def main():
    targets = sys.argv[1:]
    folders = tuple(os.path.dirname(target) + "/" for target in targets)
    seen, wrong = set(), []
    for line in commands(targets):
        output = OUTPUT.search(line)
        # What is only preprocessed has no code.
        if not COMPILER.search(line) or " -E " in line or output is None:
            continue
        # Other folders hold what runs in guests, or on the host.
        if not output[1].startswith(folders):
            continue
        seen.add(output[1])
        if FLAG not in line.split():
            wrong.append(output[1])
    for name in wrong:
        print(f"{name}: is not made with {FLAG}", file=sys.stderr)
    for name in set(targets) - seen:
        print(f"{name}: nothing is known of how it is linked", file=sys.stderr)
    sys.exit(1 if wrong or not set(targets) <= seen else 0)


if __name__ == "__main__":
    main()
