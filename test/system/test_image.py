# SPDX-License-Identifier: Apache-2.0
"""The hypervisor as it was linked, the C library's objects in it: every part says how it was compiled."""

import os
import re
import subprocess

import harness

PRODUCER = re.compile(r"DW_AT_producer\s*:.*?: (GNU .*)$", re.M)


def producers():
    """What each unit of the image was made by, and with which options."""
    image = harness.need(os.path.join(harness.OUT, "bulkhead.elf"))
    text = subprocess.run(["riscv64-unknown-elf-readelf", "--debug-dump=info", image],
                          capture_output=True, text=True, check=True).stdout
    return PRODUCER.findall(text)


def is_aligned(producer):
    """Tuned for nothing, code is for cores on which misaligned accesses are slow, and has none; tuned
    for size it may have.
    """
    return (producer.startswith("GNU AS") or "-mstrict-align" in producer
            or not re.search(r"-mtune=|-mno-strict-align", producer))


def test_only_aligned_accesses():
    found = producers()
    assert sum("-mstrict-align" in producer for producer in found) > 50, "the image tells too little"
    wrong = [producer for producer in found if not is_aligned(producer)]
    assert not wrong, "these may make misaligned accesses:\n" + "\n".join(wrong)


def test_size_alone_is_not_aligned():
    assert is_aligned("GNU AS 2.40") and is_aligned("GNU C17 12.1.0 -Os -march=rv64imac")
    assert is_aligned("GNU C11 12.2.0 -mtune=size -mstrict-align -Os")
    assert not is_aligned("GNU C11 12.2.0 -mtune=size -Os")
