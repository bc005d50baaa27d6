# SPDX-License-Identifier: Apache-2.0
"""Loading by what the hart has: images hashed in plain C, by Zbb and by Zknh, memory zeroed by stores and by Zicboz. Which of them
it was tell the instructions it took, which are exact where one hart runs alone under icount.
"""

import os
import re

from harness import IMAGES
from row import BULKHEAD, NEVER_PANIC, Ends, Judge, Row, See, guest, passes, size, stopped, tree
from rows_wrong import with_wrong_byte_in

# QEMU's options -> instructions per byte hashed (the blocks' own, as hyp/lib/sha256.h and hyp/rv/sha256_*.c say).
HASHES = {"plain": ("rv64,zbb=off", 70), "zbb": ("rv64", 42), "zbkb": ("rv64,zbb=off,zbkb=on,zknh=on", 28), "zknh": ("rv64,zknh=on", 28)}
# -> instructions per 128 bytes zeroed.
ZEROS = {"stores": ("rv64,zicboz=off", 18), "zicboz": ("rv64", 4.5), "zicboz-256": ("rv64,cboz_blocksize=256", 1.125)}
# -> instructions per 128 bytes flushed; a guest that cannot look behind the caches pays nothing.
FLUSHES = {"svpbmt": ("rv64,svpbmt=on", 4.5), "nobody": ("rv64", 0),
           "zicbom-missing": ("rv64,svpbmt=on,zicbom=off", 0)}
MEMORY = "64M"


def load_line(run, guest_name):
    """What the hypervisor says of the guest's loading, as numbers by name."""
    text, = (line for line in run.console.lines[BULKHEAD] if f"name={guest_name} event=load " in line)
    return {name: int(value) for name, value in re.findall(r"([a-z-]+)=(\d+)", text)}


def assert_near(value, expected):
    assert 0.95 * expected <= value <= 1.05 * expected, f"{value:.2f} instructions where {expected} were expected"


def hashed_by(per_byte):
    def check(run):
        counted = load_line(run, "memory")["hash-instructions"]
        blocks = os.path.getsize(os.path.join(IMAGES, "bare/memory.bin")) // 64 + 1
        assert_near(counted / (64 * blocks), per_byte)
    return check


def zeroed_by(per_line):
    def check(run):
        assert_near(load_line(run, "memory")["zero-instructions"] / (size(MEMORY) / 128), per_line)
    return check


def flushed_by(per_line, is_missing):
    def check(run):
        assert_near(load_line(run, "memory")["flush-instructions"] / (size(MEMORY) / 128), per_line)
        said = any("name=memory event=no-flush" in line for line in run.console.lines[BULKHEAD])
        assert said == is_missing, f"no-flush was {'' if said else 'not '}said"
    return check


def good(name, cpu, check):
    return Row(f"load-{name}", (passes("memory"), stopped("memory"), Judge(check), Ends()), tree(guest("memory", memory=MEMORY)),
               cpu=cpu, icount=True, limit=60)


def bad(name, cpu):
    steps = (See(BULKHEAD, r'^error guest name=bad event=refused node=bad property=kernel value="sbi.bin": .*'),
             passes("memory"), stopped("memory"), See(BULKHEAD, "event=last-guest-stopped .* failed=1$"), Ends())
    return Row(f"load-bad-hash-{name}", steps, tree(guest("bad", kernel="bare/sbi.bin"), guest("memory")),
               spoil=with_wrong_byte_in("bare/sbi.bin"), cpu=cpu, smp=2, limit=60, never=NEVER_PANIC + (("*", "^not ok"),))


ROWS = (*(good(f"hash-{name}", cpu, hashed_by(per_byte)) for name, (cpu, per_byte) in HASHES.items()),
        *(good(f"zero-{name}", cpu, zeroed_by(per_line)) for name, (cpu, per_line) in ZEROS.items()),
        *(good(f"flush-{name}", cpu, flushed_by(per_line, "missing" in name))
          for name, (cpu, per_line) in FLUSHES.items()),
        *(bad(name, cpu) for name, (cpu, _) in HASHES.items()))
