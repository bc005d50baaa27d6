# SPDX-License-Identifier: Apache-2.0
"""Guests with a disk and a network device of their own: Linux finds in its next life what it wrote, its neighbour does not, and
the disk does not go on with what the life before has told it to do.
"""

import os

import harness
from row import BULKHEAD, NEVER, Ends, Row, See, Type, guest, linux, passes, stopped, tree

NODE = "/soc/virtio_mmio@1000%d000"  # of virtio-mmio-bus.N is N + 1, and so is its source
DISK = os.path.join(harness.IMAGES, "linux/disk.ext4")
TRUSTED = {"direct_mapped": True, "trusted_dma": True}
MODERN = ("-global", "virtio-mmio.force-legacy=false")


def disk(bus, *options):
    """A fresh one for each run of QEMU: snapshot=on lets nothing reach the file."""
    return ("-drive", f"if=none,id=disk{bus},file={DISK},format=raw,snapshot=on" + "".join(options),
            "-device", f"virtio-blk-device,drive=disk{bus},bus=virtio-mmio-bus.{bus}")


def network(bus):
    """QEMU's own host answers there, and nobody else is reached."""
    return ("-netdev", f"user,id=net{bus},restrict=on", "-device", f"virtio-net-device,netdev=net{bus},bus=virtio-mmio-bus.{bus}")


# ---- Linux ----

NO_OTHERS = NEVER + (("one", "data is (of two|damaged)"), ("two", "data is (of one|damaged)"))


def told(name, text):
    return See(name, f"^bulkhead-linux: {text}")


def types(name, text):
    return See(name, r"# $", unfinished=True), Type(f"{text}\n")


def works(name, boot):
    """A boot that finds what the one before has written, writes, and has a network."""
    found = "an empty disk" if boot == 1 else f"the data is of {name} in boot {boot - 1}"
    return (told(name, f"disk: boot {boot}, {found}$"), told(name, f"disk: {name} has written in boot {boot}$"),
            told(name, r"network: 10\.0\.2\.15, 2 packets transmitted, 2 packets received"))


def interrupts(name, first, chip):
    """Both devices interrupt, at the sources first and first + 1 of the guest's controller."""
    return (*types(name, "grep virtio /proc/interrupts"),
            *(See(name, rf"^ *\d+: +[1-9]\d* .*{chip}\S* +{first + i} .*virtio") for i in range(2)))


def restarts(name, how):
    return (*types(name, how), See(BULKHEAD, f"name={name} event=restart", anywhere=True))


WARNING = See(BULKHEAD, "WARNING +this guest's devices can reach all memory")
# No orderly end: in the next life the file system's journal is replayed.
CRASH = "(yes | dd of=/mnt/lost bs=64k) & sleep 1; echo b > /proc/sysrq-trigger"

with open(os.path.join(harness.ROOT, "platform/qemu-virt/demo-disk.dts"), encoding="utf-8") as file:
    DEMO = file.read()


def crashes(label, chip, **machine):
    return Row(f"disk-linux-crashes-{label}",
               (WARNING, *works("one", 1), *interrupts("one", 1, chip), *restarts("one", CRASH), *works("one", 2),
                *types("one", "dmesg | grep -o 'recovery complete'"), See("one", "^recovery complete"),
                *types("one", "poweroff -f"), stopped("one"), Ends()),
               tree(linux("one", memory="160M", initrd="linux/initramfs-disk.cpio.gz", run="disk=one,net=10.0.2.15,shell",
                          devices=(NODE % 1, NODE % 2), **TRUSTED)),
               smp=2, mem="512M", args=disk(0) + network(1), never=NO_OTHERS, limit=180, marks=("linux",), **machine)


def demo(name, chip, **machine):
    """What `make run DEMO=disk` boots."""
    return Row(name,
               (WARNING, WARNING, *works("one", 1), *works("two", 1), *restarts("one", "reboot -f"), *works("one", 2),
                *interrupts("one", 1, chip), Type("\x1dn"), *interrupts("two", 3, chip), *restarts("two", "reboot -f"),
                *works("two", 2), See("pulse", r"^pulse: \d+ ticks, lateness", new=True),
                *types("two", "poweroff -f"), stopped("two"), Type("\x1d1"), *types("one", "poweroff -f"), stopped("one")),
               DEMO, smp=4, mem="1G", args=MODERN + disk(0) + network(1) + disk(2) + network(3), never=NO_OTHERS, limit=240,
               marks=("linux",), **machine)


# ---- a slow disk: four reads a second, so of eight most are still to come when their guest restarts ----

KEYS = See("inflight", "^inflight: r reboot, w watch")


def in_flight(label, **machine):
    return Row(f"disk-reads-in-flight-{label}",
               (KEYS, Type("r"), See("inflight", "^inflight: [1-9] reads are in flight"),
                See(BULKHEAD, "name=inflight event=restart"), KEYS, Type("w"), passes("inflight"), stopped("inflight"), Ends()),
               tree(guest("inflight", devices=(NODE % 1,), **TRUSTED)), smp=2, args=disk(0, ",throttling.iops-read=4"), limit=60,
               **machine)


IMSIC = {"aia": "aplic-imsic", "aia_guests": 1}

ROWS = (in_flight("plic"), in_flight("imsic", **IMSIC), crashes("plic", "PLIC"), crashes("imsic", "APLIC-MSI", **IMSIC),
        demo("demo-disk", "PLIC"))
