#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""boot.py <nm> <object of what only boots> <object>...: what runs names nothing that only boots, which is in no table
that it runs with (hart/hs_build.c). Only boot/head.S, where the firmware enters, calls hyp_main().
"""

import os
import subprocess
import sys

ALLOWED = {("head.o", "hyp_main")}


def symbols(nm, path):
    """(defined for others, wanted of others)."""
    lines = subprocess.run([nm, path], capture_output=True, text=True, check=True).stdout.splitlines()
    rows = [line.split() for line in lines]
    return {row[-1] for row in rows if row[-2].isupper() and row[-2] != "U"}, {row[-1] for row in rows if row[-2] == "U"}


def main():
    nm, boot, *others = sys.argv[1:]
    boots = symbols(nm, boot)[0]
    wrong = [(path, symbol) for path in others for symbol in sorted(symbols(nm, path)[1] & boots)
             if (os.path.basename(path), symbol) not in ALLOWED]
    for path, symbol in wrong:
        print(f"{path}: calls or reads {symbol}, which only boots: what defines it does not belong in BOOT_OBJS of hyp/objs.mk, "
              "or this does", file=sys.stderr)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
