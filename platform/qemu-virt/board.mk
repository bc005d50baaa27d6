# SPDX-License-Identifier: Apache-2.0
# QEMU's virt machine: where OpenSBI puts things, and how the machine is started.

# OpenSBI at the start of RAM, the hypervisor 2 MiB above. The FDT goes between the two: where OpenSBI would
# put it by itself (32 MiB into the payload) it would fall into a large package.
BOARD_FIRMWARE := FW_TEXT_START=0x80000000 FW_PAYLOAD_OFFSET=0x200000 FW_PAYLOAD_FDT_OFFSET=0x180000

## QEMU=qemu-system-riscv64: the QEMU of everything that runs one: a name in PATH, or the path of one or of a script that starts one
QEMU ?= qemu-system-riscv64
QEMU_WORD = $(if $(word 2,$(QEMU)),'$(QEMU)',$(QEMU))
BOARD_QEMU = $(QEMU_WORD) -M virt$(BOARD_AIA_$(AIA)) -cpu $(CPU) -smp $(SMP) -m $(MEM) -nographic

BOARD_AIA_none :=
BOARD_AIA_aplic := ,aia=aplic
# aclint=on leaves the MSWI out, with which OpenSBI 1.8 can lose a hart that starts (README.md).
BOARD_AIA_aplic-imsic = ,aia=aplic-imsic,aia-guests=$(AIA_GUESTS),aclint=on

# What a demo's guests own beside the board's own devices (DEMO_QEMU_<demo>) and the files behind it, made empty when they are
# missing: virtio-mmio-bus.0 is the node at 0x10001000, each of the others 0x1000 above the one before.
DEMO_DISKS_disk := $(BUILD)/disks/one.ext4 $(BUILD)/disks/two.ext4
DEMO_QEMU_disk = -global virtio-mmio.force-legacy=false $(call demo_devices,one,0,1) $(call demo_devices,two,2,3)
# demo_devices <guest>,<bus of its disk>,<bus of its network>
demo_devices = -drive if=none,id=disk-$1,format=raw,file=$(BUILD)/disks/$1.ext4 \
	-device virtio-blk-device,drive=disk-$1,bus=virtio-mmio-bus.$2 \
	-netdev user,id=net-$1 -device virtio-net-device,netdev=net-$1,bus=virtio-mmio-bus.$3
