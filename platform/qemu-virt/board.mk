# SPDX-License-Identifier: Apache-2.0
# QEMU's virt machine: where OpenSBI puts things, and how the machine is started.

# OpenSBI at the start of RAM, the hypervisor 2 MiB above. The FDT goes between the two: where OpenSBI would
# put it by itself (32 MiB into the payload) it would fall into a large package.
BOARD_FIRMWARE := FW_TEXT_START=0x80000000 FW_PAYLOAD_OFFSET=0x200000 FW_PAYLOAD_FDT_OFFSET=0x180000

QEMU ?= qemu-system-riscv64
BOARD_QEMU = $(QEMU) -M virt$(BOARD_AIA_$(AIA)) -cpu $(CPU) -smp $(SMP) -m $(MEM) -nographic

BOARD_AIA_none :=
BOARD_AIA_aplic := ,aia=aplic
# aclint=on leaves the MSWI out, with which OpenSBI 1.8 can lose a hart that starts (README.md).
BOARD_AIA_aplic-imsic = ,aia=aplic-imsic,aia-guests=$(AIA_GUESTS),aclint=on
