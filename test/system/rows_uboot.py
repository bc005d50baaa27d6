# SPDX-License-Identifier: Apache-2.0
"""Debian's U-Boot for S-mode as a guest: it moves itself to the top of memory, and finds initrd and tree whole afterwards; it boots
Linux from them, and resets.
"""

import os
import re
import zlib

import harness
from row import BULKHEAD, NEVER, Ends, Judge, Row, See, Type, guest, passes, stopped, tree

PROMPT = See("uboot", "=> $", unfinished=True)


def uboot(initrd, **properties):
    return guest("uboot", 2, "512M", kernel="uboot/u-boot.img", initrd=initrd,
                 bootargs="console=ttyS0 bulkhead.run=poweroff", **properties)


TO_PROMPT = (See("uboot", "Hit any key to stop autoboot", unfinished=True), Type(" "), PROMPT)
# Where the initrd is stands in the tree; U-Boot's own variable says where the tree is.
SUM_INITRD = Type("fdt addr ${fdtcontroladdr}; fdt get value from /chosen linux,initrd-start 1; "
                  "fdt get value to /chosen linux,initrd-end 1; setexpr size ${to} - ${from}; crc32 ${from} ${size}\n")
SUMMED = r"crc32 for \w+ \.\.\. \w+ ==> (\w+)$"
INIT = See("uboot", "^bulkhead-linux: init reached, 2 cpus online")


def crc_is(name):
    """The last CRC that U-Boot printed is that of the image."""
    def check(run):
        with open(os.path.join(harness.IMAGES, name), "rb") as file:
            wanted = f"{zlib.crc32(file.read()):08x}"
        found = [match[1] for line in run.console.lines["uboot"] if (match := re.match(SUMMED, line))]
        assert found == [wanted], f"crc32 at the prompt {found}, of the file {wanted}"
    return Judge(check)


def boots(name, initrd, command, *seen, **machine):
    return Row(f"uboot-{name}", TO_PROMPT + (
        SUM_INITRD, See("uboot", SUMMED), crc_is(initrd), Type(f"{command}\n")) + seen,
               tree(uboot(initrd), guest("sta")), smp=4, mem="1G", marks=("linux",), **machine)


UBOOT = (
    boots("boots-a-fit", "uboot/linux.itb", "bootm ${from} ${from} ${fdtcontroladdr}", INIT, stopped("uboot"), passes("sta"), Ends()),
    # A kernel without an initramfs: how far it comes is far enough.
    boots("boots-an-image", "linux/Image", "booti ${from} - ${fdtcontroladdr}", See("uboot", "smp: Brought up 1 node, 2 CPUs"),
          cpu="max", aia="aplic-imsic", aia_guests=1),
    Row("uboot-resets",
        TO_PROMPT + (Type("reset\n"), See(BULKHEAD, "name=uboot event=restart")) + TO_PROMPT
        + (Type("poweroff\n"), stopped("uboot"), Ends()),
        tree(uboot("linux/initramfs.cpio.gz")), smp=2, mem="1G", never=NEVER),
)
ROWS = UBOOT
