# SPDX-License-Identifier: Apache-2.0
# Packages (partition tree + guest images), and running a board in QEMU.

## DEMO=disk: `make run` boots platform/<board>/demo-disk.dts: Linux with disks (build/disks/) and networks
DEMO ?=
DEMOS := $(patsubst platform/$(BOARD)/demo-%.dts,%,$(wildcard platform/$(BOARD)/demo-*.dts))
ifneq ($(filter-out $(DEMOS),$(DEMO)),)
$(error DEMO=$(DEMO): there is no such demo of $(BOARD); without DEMO= there is the default one, with it: $(DEMOS))
endif

## PARTITIONS=platform/<board>/demo.dts: the partition source, anywhere on disk
DEFAULT_PARTITIONS := platform/$(BOARD)/demo.dts
PARTITIONS ?= platform/$(BOARD)/demo$(addprefix -,$(DEMO)).dts

# A path of the user's may have blanks and quotes in it: as one word of the shell, and as make's own name of a file.
equals := =
shell_word = '$(subst ','\'',$(1))'
PARTITIONS_WORD = $(call shell_word,$(PARTITIONS))
PARTITIONS_FILE := $(if $(shell test -e $(PARTITIONS_WORD) && echo yes),$(subst :,\:,$(subst $(space),\ ,$(PARTITIONS))))

PACKAGE := $(PYTHON) platform/package.py --images $(BUILD)/guest-images

# The guest images this partition source names (and no others) are built first.
PACKAGE_IMAGES := $(filter $(GUEST_IMAGES),$(shell $(PACKAGE) --needs $(PARTITIONS_WORD) 2>/dev/null))

# The package to be linked in, once plain and once asking for colour. package.py finds out which files go in and
# writes them to the .d file.
$(OUT_DIR)/package.itb: PACKAGE_FLAGS :=
$(OUT_DIR)/colour/package.itb: PACKAGE_FLAGS := --colour
$(OUT_DIR)/package.itb $(OUT_DIR)/colour/package.itb: $(PARTITIONS_FILE) platform/package.py \
		$(OUT_DIR)/partitions.name $(PACKAGE_IMAGES)
	@printf '  %-5s %s\n' PKG $(PARTITIONS_WORD)' -> $@'
	$(Q)mkdir -p $(@D) && $(PACKAGE) $(PACKAGE_FLAGS) --depfile $@.d $(PARTITIONS_WORD) $@
-include $(OUT_DIR)/package.itb.d $(OUT_DIR)/colour/package.itb.d

# The self-test's package; its partition source is the board's.
SELFTEST := platform/$(BOARD)/selftest.dts
SELFTEST_IMAGES := $(filter $(GUEST_IMAGES),$(shell $(PACKAGE) --needs '$(SELFTEST)' 2>/dev/null))
$(OUT_DIR)/selftest/package.itb: $(SELFTEST) platform/package.py $(SELFTEST_IMAGES)
	$(call say,PKG,$< -> $@)
	$(Q)mkdir -p $(@D) && $(PACKAGE) --depfile $@.d $< $@
-include $(OUT_DIR)/selftest/package.itb.d

$(OUT_DIR)/partitions.name: FORCE
	$(call remember,$@,$(subst ','\'',$(PARTITIONS)))

.PHONY: package run
## OUT=build/<board>/out.itb: where `make package` writes to
OUT ?= $(OUT_DIR)/out.itb
## package: makes a package OUT= from PARTITIONS= and the images it names
# (with the hypervisor that can be handed it)
package: $(PACKAGE_IMAGES) $(OUT_DIR)/bulkhead.bin
	$(Q)$(PACKAGE) $(PARTITIONS_WORD) $(call shell_word,$(OUT))

## SMP=4: harts of the QEMU machine
SMP ?= 4
## MEM=1G: its memory
MEM ?= 1G
## CPU=rv64: its -cpu
CPU ?= rv64
## AIA=none: its interrupt controllers: none (PLIC), aplic or aplic-imsic
AIA ?= none
## AIA_GUESTS=1: guest files per hart of AIA=aplic-imsic
AIA_GUESTS ?= 1
## ICOUNT=1: counts instructions as time (-icount shift=0,sleep=off)
ICOUNT ?=
## QEMU_ARGS=: further arguments for QEMU
QEMU_ARGS ?=

ifeq ($(filter none aplic aplic-imsic,$(AIA)),)
$(error AIA=$(AIA) is none of: none aplic aplic-imsic)
endif

QEMU_COMMAND = $(strip $(BOARD_QEMU) $(if $(filter 1,$(ICOUNT)),-icount shift=0$(comma)sleep=off) $(RUN_IMAGE) \
	$(DEMO_QEMU_$(DEMO)) $(QEMU_ARGS))

# A package that is not the default one is handed over as a boot loader would do it; nothing is linked again.
# MAKE_TERMOUT is set when make writes to a terminal.
ifeq ($(abspath $(PARTITIONS)),$(abspath $(DEFAULT_PARTITIONS)))
RUN_DIR := $(OUT_DIR)$(if $(MAKE_TERMOUT),/colour)
RUN_IMAGE := -bios $(RUN_DIR)/firmware.bin
run: $(RUN_DIR)/firmware.bin
else
RUN_IMAGE := -bios $(OPENSBI_FW_DYNAMIC) -kernel $(OUT_DIR)/bulkhead.bin -initrd $(OUT_DIR)/run.itb
run: $(OPENSBI_FW_DYNAMIC) $(OUT_DIR)/bulkhead.bin $(OUT_DIR)/run.itb
$(OUT_DIR)/run.itb: FORCE | $(PACKAGE_IMAGES)
	$(Q)mkdir -p $(@D) && $(PACKAGE) $(if $(MAKE_TERMOUT),--colour) $(PARTITIONS_WORD) $@
endif

# What guests write to a demo's disks stays, also when everything else is built anew.
DEMO_DISKS := $(sort $(foreach demo,$(DEMOS),$(DEMO_DISKS_$(demo))))
$(DEMO_DISKS):
	@echo "  MKFS  $@"
	$(Q)mkdir -p $(@D) && truncate -s 256M $@ && $(MKE2FS) $@

## run: boots the demo in QEMU (DEMO= another one), or the partitions of PARTITIONS=
run: $(DEMO_DISKS_$(DEMO)) $(OUT_DIR)/bulkhead.bin
	$(info $(space) RUN   $(QEMU_COMMAND))
	$(info $(space)       Ctrl-A X ends QEMU; Ctrl-] then n moves the keyboard to the next guest, Ctrl-] then e counts exits)
	@$(QEMU_COMMAND)
