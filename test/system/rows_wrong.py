# SPDX-License-Identifier: Apache-2.0
"""Wrong inputs: each gets an error that names node, property and value; guests that are right still run."""

import os
import struct

from harness import IMAGES
from row import BULKHEAD, NEVER_PANIC, Ends, Row, See, guest, passes, stopped, tree

GOOD = guest("timers")


def refused(name, node, property_name, value, text, partitions=tree(GOOD), **more):
    """The whole configuration is refused: nothing starts, and the board is switched off. (OpenSBI switches
    QEMU off by a register that knows no failure, so QEMU's status is 0.)"""
    more.setdefault("smp", 2)
    steps = (See(BULKHEAD, rf'^error config node={node} property={property_name} value="{value}": .*{text}'),
             See(BULKHEAD, "nothing was started"), Ends())
    never = NEVER_PANIC + ((BULKHEAD, "event=start|plan sealed"),)
    return Row(f"wrong-{name}", steps, partitions, never=never, limit=60, **more)


def guest_refused(name, wrong, property_name, value, text, node="bad", **more):
    """Only the guest `bad` is refused; its neighbour runs."""
    steps = (See(BULKHEAD, rf'^error guest name=bad event=refused node={node} property={property_name} '
                           rf'value="{value}": .*{text}', anywhere=True),
             passes("timers"), stopped("timers"), See(BULKHEAD, "event=last-guest-stopped .* failed=1$"), Ends())
    return Row(f"wrong-{name}", steps, tree(wrong, GOOD), never=NEVER_PANIC + (("*", "^not ok"),), smp=3, limit=60, **more)


# ---- spoilt packages ----

def cut(size):
    return lambda package: package[:size]


def cut_in_data(package):
    return package[:len(package) - 5000]


def with_wrong_byte_in(image):
    """One bit of that image's data is another; its name stands in the FIT, its data begins on a page."""
    def spoil(package):
        data = bytearray(package)
        with open(os.path.join(IMAGES, image), "rb") as file:
            at = package.index(file.read(4096))
        data[at + 4000] ^= 1
        return bytes(data)
    return spoil


def with_number(name, value):
    """The property of 4 bytes of the last image that has it becomes one of 8 bytes with this value."""
    def spoil(package):
        total, structure, strings = struct.unpack(">3I", package[4:16])
        name_offset = package.index(name.encode() + b"\0", strings) - strings
        at = package.rindex(struct.pack(">3I", 3, 4, name_offset), structure, strings)
        header = bytearray(package[:at] + struct.pack(">3IQ", 3, 8, name_offset, value))
        struct.pack_into(">I", header, 4, total + 4)
        struct.pack_into(">I", header, 12, strings + 4)
        struct.pack_into(">I", header, 36, struct.unpack(">I", package[36:40])[0] + 4)
        return bytes(header) + package[at + 16:]
    return spoil


def big_endian(package):
    """The kernel of the guest `bad` says that it is big-endian: flags of its header, behind its text_offset and image_size."""
    with open(os.path.join(IMAGES, "bare/hello.bin"), "rb") as file:
        at = package.index(file.read(4096))
    return package[:at + 24] + b"\1" + package[at + 25:]


def without_hash(package):
    """The images' hash nodes say md5: no sha256 is left."""
    return package.replace(b"sha256\0\0", b"md5\0\0\0\0\0")


FRAGMENT = "/dts-v1/;\n/plugin/;\n"
SERIAL = ('&{{/soc}} {{ uart@{0:x} {{ compatible = "ns16550a"; reg = <0 {0:#x} 0 0x100>; }}; }};\n')
NO_H = "rv64imafdc_zicntr_zicsr_zifencei_sstc"

# Harts 1 and 2 of three lack H in the tree. Either may be the one that boots, as OpenSBI's lottery goes: that one is asked, and has
# it. The other stays without, for it is not like the first.
TWO_WITHOUT_H = tuple(edit for cpu, extensions in (("1", ("zicsr", "zifencei")), ("2", ("zicsr", "zifencei", "zbb"))) for edit in (
    (("-t", "s"), (f"/cpus/cpu@{cpu}", "riscv,isa", NO_H)),
    (("-t", "s"), (f"/cpus/cpu@{cpu}", "riscv,isa-extensions", *"imafdc", *extensions))))

ROWS = (
    # The package.
    refused("no-package", "/chosen", "linux,initrd-start", "", "no package", None),
    refused("not-a-fit", ".*", ".*", ".*", "not a valid FIT", spoil=lambda package: b"not a FIT at all" * 300),
    refused("truncated-in-tree", ".*", ".*", ".*", "FIT|truncated", spoil=cut(400)),
    refused("truncated-in-data", "/images/.*", "data-size", ".*", "truncated", spoil=cut_in_data),
    refused("empty-fit", ".*", ".*", ".*", "FIT|no image",
            spoil=lambda package: b"\xd0\x0d\xfe\xed" + bytes(4092)),
    refused("offset-beyond-4g", "/images/.*", "data-(offset|position)", ".*", "outside the package|truncated",
            spoil=with_number("data-offset", 0x1_0000_0000)),
    refused("offset-wraps", "/images/.*", "data-(offset|position)", ".*", "outside the package",
            spoil=with_number("data-offset", 0xffff_ffff_ffff_f000)),
    refused("size-beyond-4g", "/images/.*", "data-size", ".*", "outside the package|truncated",
            spoil=with_number("data-size", 0x1_0000_0000)),
    refused("size-wraps", "/images/.*", "data-size", ".*", "outside the package|truncated",
            spoil=with_number("data-size", 0xffff_ffff_ffff_f000)),
    *(refused(f"package-on-{what}", "/chosen", "linux,initrd-start", start, text, bios="qemu-virt/firmware.bin", dtb=(
        (("-t", "x"), ("/chosen", "linux,initrd-start", start)), (("-t", "x"), ("/chosen", "linux,initrd-end", "0x88000000"))))
      for what, start, text in (("the-firmware", "0x8003f000", "where the firmware"), ("bss", "0x80228000", "or the hypervisor"),
                                ("half-a-word", "0x87000002", "multiple of 4"))),
    refused("partitions-without-hash", "/", "images", "partitions", "no sha256", spoil=without_hash),

    # One image is wrong: its guest alone is refused.
    guest_refused("bad-hash", guest("bad", kernel="bare/hello.bin"), "kernel", "hello.bin", "does not match its sha256",
                  spoil=with_wrong_byte_in("bare/hello.bin")),
    guest_refused("not-an-image", guest("bad", kernel="text.bin"), "kernel", "text.bin|0x.*", "not a RISC-V Linux Image",
                  files=(("text.bin", "This is no kernel.\n" * 100),)),
    guest_refused("big-endian", guest("bad", kernel="bare/hello.bin"), "kernel", "hello.bin", "big-endian", spoil=big_endian),
    guest_refused("tiny-kernel", guest("bad", kernel="tiny.bin"), "kernel", "tiny.bin|0x.*", "not a RISC-V Linux Image",
                  files=(("tiny.bin", "x"),)),
    guest_refused("initrd-too-large", guest("bad", kernel="bare/hello.bin", memory="4M", initrd="big.bin"), ".*", ".*",
                  "do not fit", files=(("big.bin", bytes(range(256)) * 4 * 1024 * 4),)),

    # The partition tree.
    refused("unknown-property", "/guests/bad", "memory-sise", "0x1", "property is unknown here",
            tree(guest("bad", kernel="bare/hello.bin", memory_sise=1))),
    refused("unknown-feature", "/guests/bad", "ignore-features", "sstcc", "value is not allowed",
            tree(guest("bad", kernel="bare/hello.bin", ignore_features=("sstcc",)))),
    refused("unknown-console", "/guests/bad", "console", "pl011", "value is not allowed",
            tree(guest("bad", kernel="bare/hello.bin", console="pl011"))),
    refused("unknown-last-stop", "/", "on-last-stop", "explode", "value is not allowed", tree(GOOD, on_last_stop="explode")),
    refused("no-guests", "/guests", "", "", "no guest", tree()),
    refused("kernel-missing", "/guests/bad", "kernel", "", "required",
            tree("\t\tbad {\n hart-count = <1>; memory-size = <0x1000000>; };\n")),
    refused("memory-odd", "/guests/bad", "memory-size", "0x0 0x1001", "multiple of 4 KiB",
            tree(guest("bad", kernel="bare/hello.bin", memory="0x1001"))),

    # The plan.
    refused("memory-does-not-fit", "/guests/bad", "memory-size", "0x20000000", "does not fit",
            tree(guest("bad", kernel="bare/hello.bin", memory="512M"))),
    refused("memory-beyond-4g", "/guests/bad", "memory-size", "0x200000000", "does not fit",
            tree(guest("bad", kernel="bare/hello.bin", memory="8G"))),
    refused("memory-beyond-the-window", "/guests/bad", "memory-base", "0x80200000", "more than 256 aligned GiB",
            tree(guest("bad", kernel="bare/hello.bin", memory="256G", memory_base=0x80200000)),
            dtb=((("-t", "x"), ("/memory@80000000", "reg", "0", "80000000", "50", "0")),)),
    refused("memory-overlaps", "/guests/bad", "host-memory", "0x84800000", "overlaps another guest",
            tree(guest("first", kernel="bare/hello.bin", memory=None, host_memory=(0, 0x84000000, 0, 0x1000000)),
                 guest("bad", kernel="bare/hello.bin", memory=None, host_memory=(0, 0x84800000, 0, 0x1000000)))),
    refused("memory-is-firmware's", "/guests/bad", "host-memory", "0x80000000", "belongs to the firmware",
            tree(guest("bad", kernel="bare/hello.bin", memory=None, host_memory=(0, 0x80000000, 0, 0x1000000)))),
    refused("memory-is-hypervisor's", "/guests/bad", "host-memory", "0x80200000", "belongs to the firmware, the hypervisor",
            tree(guest("bad", kernel="bare/hello.bin", memory=None, host_memory=(0, 0x80200000, 0, 0x1000)))),
    refused("memory-is-no-ram", "/guests/bad", "host-memory", "0x10000000", "not RAM",
            tree(guest("bad", kernel="bare/hello.bin", memory=None, host_memory=(0, 0x10000000, 0, 0x1000000)))),
    refused("too-many-harts", "/guests/bad", "hart-count", "0x3", "not enough harts",
            tree(guest("bad", 3, kernel="bare/hello.bin"))),
    refused("unknown-hart", "/guests/bad", "harts", "0x7", "no such hart", tree(guest("bad", (0, 7), kernel="bare/hello.bin"))),
    refused("hart-twice", "/guests/bad", "harts", "0x1", "given twice", tree(guest("bad", (1, 1), kernel="bare/hello.bin"))),
    refused("hart-of-two", "/guests/bad", "harts", "0x1", "given twice",
            tree(guest("first", (1,), kernel="bare/hello.bin"), guest("bad", (1,), kernel="bare/hello.bin"))),
    refused("hart-without-h", "/guests/bad", "harts", "0x[12]", "no hypervisor extension",
            tree(guest("bad", (1, 2), kernel="bare/hello.bin")), smp=3, dtb=TWO_WITHOUT_H),
    refused("counted-harts-without-h", "/guests/bad", "hart-count", "0x3", "not enough harts",
            tree(guest("bad", 3, kernel="bare/hello.bin")), smp=3, dtb=TWO_WITHOUT_H),
    # The firmware believes the tree, too, and its timer fails: what is wrong is said before that.
    Row("sstc-in-the-tree-alone",
        (See(BULKHEAD, "^info timer hartid=0: the tree lists sstc, but stimecmp traps"), See(BULKHEAD, "^plan sealed"),
         See(BULKHEAD, "^sbi_trap_error: .* mtval=0x0000000014d")),
        tree(GOOD), smp=1, cpu="rv64,sstc=off", dtb=((("-d",), ("/cpus/cpu@0", "riscv,isa-extensions")), (
            ("-t", "s"), ("/cpus/cpu@0", "riscv,isa", "rv64imafdch_zicntr_zicsr_zifencei_zihpm_sstc"))), limit=60, never=()),
    refused("board-that-lies-about-h", "/cpus", "riscv,isa", "0x0", "no hypervisor extension", tree(GOOD), smp=1, cpu="rv64,h=off", dtb=(
        (("-t", "s"), ("/cpus/cpu@0", "riscv,isa", NO_H.replace("imafdc", "imafdch"))), (("-d",), ("/cpus/cpu@0", "riscv,isa-extensions")))),
    Row("board-tree-without-h", (See(BULKHEAD, "^info hart 2 harts: the tree does not list the hypervisor extension .h.; hart [01] was asked"),
                                 passes("sbi"), stopped("sbi"), Ends()), tree(guest("sbi", 2)), smp=2, dtb=tuple(edit for cpu in ("0", "1") for edit in (
        (("-t", "s"), (f"/cpus/cpu@{cpu}", "riscv,isa", NO_H)), (("-d",), (f"/cpus/cpu@{cpu}", "riscv,isa-extensions"))))),
    refused("board-without-h", "/cpus", "riscv,isa", "0x0", "no hypervisor extension", tree(GOOD), smp=1, cpu="rv64,h=off"),

    *(refused(f"interrupt-files-{label}", "/guests/bad", "interrupt-files", "0x2", "guest interrupt file",
              tree(guest("bad", 2, kernel="bare/hello.bin", interrupt_files=True, **properties)), **machine)
      for label, properties, machine in (
          ("of-a-plic", {}, {}), ("without-guest-files", {}, {"aia": "aplic-imsic"}),
          ("ignored", {"ignore_features": "aia"}, {"aia": "aplic-imsic", "aia_guests": 1}))),

    # Fragments that claim what is not the guest's.
    guest_refused("fragment-foreign-registers", guest("bad", kernel="bare/hello.bin", device_tree_fragment="f.dtso"),
                  "reg", ".*", "claims", node=".*",
                  files=(("f.dtso", FRAGMENT + SERIAL.format(0x10001000)),)),
    guest_refused("fragment-foreign-memory", guest("bad", kernel="bare/hello.bin", device_tree_fragment="f.dtso"),
                  "reg", ".*", "claims", node=".*",
                  files=(("f.dtso", FRAGMENT + "&{/memory@80000000} { reg = <0 0x80000000 0 0x8000000>; };\n"),)),
    guest_refused("fragment-interrupts", guest("bad", kernel="bare/hello.bin", device_tree_fragment="f.dtso"),
                  "interrupts", ".*", "claims", node=".*",
                  files=(("f.dtso", FRAGMENT + "&{/soc/serial@10000000} { interrupts = <11>; };\n"),)),
    guest_refused("fragment-no-overlay", guest("bad", kernel="bare/hello.bin", device_tree_fragment="f.dts"),
                  "device-tree-fragment", ".*", "not a device-tree overlay", node=".*",
                  files=(("f.dts", "/dts-v1/;\n/ { model = \"mine\"; };\n"),)),
    guest_refused("fragment-unknown-target", guest("bad", kernel="bare/hello.bin", device_tree_fragment="f.dtso"),
                  "device-tree-fragment", ".*", "not a device-tree overlay", node=".*",
                  files=(("f.dtso", FRAGMENT + "&{/nowhere} { a; };\n"),)),
)
