#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Put the header of a RISC-V Linux Image (Documentation/arch/riscv/boot-image-header.rst) in front of a U-Boot for S-mode.

usage: wrap.py OUTPUT U-BOOT.BIN

U-Boot runs where it was linked for, 2 MiB above the start of RAM on QEMU's virt machine; the page before that becomes the header,
whose first instruction jumps over it.
"""

import struct
import sys

HEADER = 0x1000            # bytes in front of U-Boot: a page
TEXT_BASE = 0x200000       # U-Boot's, from the start of RAM
ROOM = 0x400000            # bytes for the header, U-Boot and its bss, until it moves itself to the top of memory
JUMP = 0x0000106F          # jal x0, HEADER


def main(output, source):
    with open(source, "rb") as file:
        data = file.read()
    header = struct.pack("<IIQQQIIQQ4sI", JUMP, 0, TEXT_BASE - HEADER, HEADER + ROOM, 0, 2, 0, 0,
                         int.from_bytes(b"RISCV\0\0\0", "little"), b"RSC\x05", 0)
    with open(output, "wb") as file:
        file.write(header.ljust(HEADER, b"\0") + data)


main(*sys.argv[1:])
