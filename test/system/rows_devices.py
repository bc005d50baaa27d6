# SPDX-License-Identifier: Apache-2.0
"""Assigned devices by their registers: those of a guest answer, those of others fault, and what may not be given is refused."""

import harness
from row import BULKHEAD, Ends, Row, See, guest, linux, passes, stopped, tree
from rows_wrong import refused

RTC, RTC_LAST = 0x101000, 0x101ffc
VIRTIO = "/soc/virtio_mmio@1000%d000"
PLIC = harness.plic_node()
TRUSTED = {"direct_mapped": True, "trusted_dma": True}


def owner(name="owner", arguments="rtc=1 virtio=0", **properties):
    properties.setdefault("devices", ("/soc/rtc@101000",))
    return guest(name, kernel="bare/devices.bin", bootargs=arguments, **properties)


def stranger(first=RTC, last=RTC_LAST, **properties):
    return guest("stranger", kernel="bare/devices.bin", bootargs=f"rtc=0 virtio=0 foreign={first:#x} last={last:#x}", **properties)


def ends_well(*names):
    return tuple(passes(name) for name in names) + tuple(stopped(name) for name in names) + (Ends(),)


def bad(**properties):
    return guest("bad", kernel="bare/hello.bin", **properties)


PLAN = See(BULKHEAD, r"devices +rtc@101000  PA 0x00101000\.\.0x00102000  source 11$")
# The RTC as something that may reset the board, too.
WATCHDOG = ((("-t", "s"), ("/soc/rtc@101000", "compatible", "snps,dw-wdt", "google,goldfish-rtc")),)
# Two sockets: QEMU makes a PLIC for each, and wires all devices to the first one's.
SOCKETS = ("-object", "memory-backend-ram,size=128M,id=m0", "-numa", "node,cpus=0-1,memdev=m0",
           "-object", "memory-backend-ram,size=128M,id=m1", "-numa", "node,cpus=2-3,memdev=m1")
OTHER_PLIC = PLIC.removeprefix("/soc/"), PLIC.removeprefix("/soc/").replace("c000000", "c600000")
LINES = tuple({"aia": aia, "cpu": cpu} for aia, cpu in (("none", "rv64"), ("aplic", "rv64"), ("aplic-imsic", "max")))

ROWS = (
    # The same image without us: what it expects of a device is what a device does.
    Row("devices-bare", (See(BULKHEAD, r"^# [1-9]\d* passed, 0 failed$"), Ends()), kernel="bare/devices.bin",
        append="rtc=1 virtio=8"),
    *(Row(f"devices-rtc-{machine['aia']}", (PLAN, *ends_well("owner", "stranger")), tree(owner(), stranger()), smp=2, **machine)
      for machine in LINES),
    Row("devices-watchdog", (PLAN, *ends_well("owner", "stranger")),
        tree(owner(), stranger(), guests_may_reset="owner"), smp=2, dtb=WATCHDOG),
    # A page that is nobody's: fw_cfg, and the hypervisor's own controllers beside what a guest may see of its own.
    Row("devices-nobody's", ends_well("owner", "stranger"), tree(owner(), stranger(0x10100000, 0x10100ffc)), smp=2),
    Row("devices-no-console", ends_well("owner"), tree(owner(console="none")), smp=2),
    Row("devices-virtio", (See(BULKHEAD, r"virtio_mmio@10008000  PA 0x10008000\.\.0x10009000  source 8$"),
                           See(BULKHEAD, r"virtio_mmio@10001000  PA 0x10001000\.\.0x10002000  source 1$"),
                           See(BULKHEAD, "WARNING +this guest's devices can reach all memory"),
                           *ends_well("owner", "stranger")),
        tree(owner(arguments="rtc=1 virtio=2", devices=("/soc/rtc@101000", VIRTIO % 8, VIRTIO % 1), **TRUSTED),
             stranger(0x10001000, 0x10001ffc)), smp=2),
    # Debian's own driver takes the node for what it is.
    Row("devices-linux-rtc", (See("linux", r"goldfish_rtc 101000\.rtc: registered as rtc0"),
                              See("linux", r"goldfish_rtc 101000\.rtc: setting system clock to 20\d\d-"), stopped("linux"), Ends()),
        tree(linux(devices=("/soc/rtc@101000",))), mem="512M", limit=120, marks=("linux",)),

    refused("device-unknown", "/guests/bad", "devices", "/soc/rtc@101001", "no such device", tree(bad(devices=("/soc/rtc@101001",)))),
    refused("device-alias-unknown", "/guests/bad", "devices", "rtc7", "no such device", tree(bad(devices=("rtc7",)))),
    refused("device-fw-cfg", "/guests/bad", "devices", "/fw-cfg@10100000", "no guest is given",
            tree(bad(devices=("/fw-cfg@10100000",), **TRUSTED))),
    refused("device-power-switch", "/guests/bad", "devices", "/soc/test@100000", "no guest is given",
            tree(bad(devices=("/soc/test@100000",), **TRUSTED))),
    refused("device-plic", "/guests/bad", "devices", PLIC, "no guest is given",
            tree(bad(devices=(PLIC,), **TRUSTED))),
    refused("device-clint", "/guests/bad", "devices", "/soc/clint@2000000", "no guest is given",
            tree(bad(devices=("/soc/clint@2000000",), **TRUSTED))),
    refused("device-pci", "/guests/bad", "devices", "/soc/pci@30000000", "no guest is given",
            tree(bad(devices=("/soc/pci@30000000",), **TRUSTED))),
    refused("device-aplic", "/guests/bad", "devices", "/soc/interrupt-controller@d000000", "no guest is given",
            tree(bad(devices=("/soc/interrupt-controller@d000000",), **TRUSTED)), aia="aplic"),
    refused("device-hypervisor's-uart", "/guests/bad", "devices", "/soc/serial@10000000", "belongs to the hypervisor",
            tree(bad(devices=("serial0",), **TRUSTED))),
    refused("device-of-two", "/guests/first", "devices", "/soc/rtc@101000", "given twice",
            tree(guest("first", kernel="bare/hello.bin", devices=("/soc/rtc@101000",)), bad(devices=("/soc/rtc@101000",)))),
    refused("device-twice", "/guests/bad", "devices", "/soc/rtc@101000", "given twice",
            tree(bad(devices=("/soc/rtc@101000", "/soc/rtc@101000")))),
    refused("device-dma-untrusted", "/guests/bad", "devices", VIRTIO % 8, "direct-mapped and to say trusted-dma",
            tree(bad(devices=(VIRTIO % 8,), direct_mapped=True))),
    refused("device-dma-not-direct", "/guests/bad", "devices", VIRTIO % 8, "direct-mapped and to say trusted-dma",
            tree(bad(devices=(VIRTIO % 8,), trusted_dma=True))),
    refused("device-disabled", "/guests/bad", "devices", "/soc/rtc@101000", "disabled",
            tree(bad(devices=("/soc/rtc@101000",))), dtb=((("-t", "s"), ("/soc/rtc@101000", "status", "disabled")),)),
    refused("device-in-one-page", "/guests/bad", "devices", "/soc/rtc@101000 test@100000", "shares a 4 KiB page",
            tree(bad(devices=("/soc/rtc@101000",))), dtb=((("-t", "x"), ("/soc/rtc@101000", "reg", "0", "100800", "0", "1000")),)),
    refused("device-interrupt-elsewhere", "/guests/bad", "devices",
            "/soc/rtc@101000 goes to interrupt-controller, only (?:plic|interrupt-controller)@c000000 is driven", "controller that is not driven",
            tree(bad(devices=("/soc/rtc@101000",))), dtb=((("-t", "x"), ("/soc/rtc@101000", "interrupt-parent", "2")),)),
    refused("device-at-another-plic", "/guests/bad", "devices",
            "/soc/rtc@101000 goes to {}, only {} is driven".format(*OTHER_PLIC),
            "go to a controller that is not driven", tree(bad(devices=("/soc/rtc@101000",))),
            smp=4, args=SOCKETS),
    refused("device-resets-board", "/guests/owner", "devices", "/soc/rtc@101000", "can reset the whole board",
            tree(owner(), stranger()), dtb=WATCHDOG),
    refused("device-of-another-may-reset", "/guests/owner", "devices", "/soc/rtc@101000",
            "can reset the whole board", tree(owner(), stranger(), guests_may_reset="stranger"), dtb=WATCHDOG),
    refused("device-one-interrupt", "/guests/first", "devices", "/soc/rtc@101000 " + VIRTIO % 8, "shares an interrupt",
            tree(guest("first", kernel="bare/hello.bin", devices=("/soc/rtc@101000",)),
                 bad(devices=(VIRTIO % 8,), **TRUSTED)), dtb=((("-t", "x"), ("/soc/rtc@101000", "interrupts", "8")),)),
    refused("device-needs-another", "/guests/bad", "devices", "/soc/rtc@101000 /soc/virtio_mmio@10008000", "needs another one",
            tree(bad(devices=("/soc/rtc@101000",))), dtb=(
                (("-t", "x"), ("/soc/virtio_mmio@10008000", "phandle", "77")),
                (("-t", "x"), ("/soc/rtc@101000", "memory-region", "77")))),
    refused("device-property-with-value", "/guests/bad", "trusted-dma", "0x1", "wrong length", tree(bad(trusted_dma=1))),
)
