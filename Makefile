# SPDX-License-Identifier: Apache-2.0
# Bulkhead's one Makefile: variables, the rules for the hypervisor, and the fragments of the other folders.

## all: builds the hypervisor and the firmware with the default package
.DEFAULT_GOAL := all

# Make and the shell would take such a path apart, and a rule could write to what half of it names.
hash := \#
space := $() $()
comma := ,
AWKWARD := $(strip $(foreach c,$$ $(hash) $(comma) : ; % & | < > * ? [ ] ( ) { } ! ` ' " \,$(findstring $c,$(CURDIR))))
ifneq ($(AWKWARD)$(filter-out 1,$(words x$(CURDIR)x)),)
$(error '$(CURDIR)': this path has $(or $(AWKWARD),a blank) in it; move the checkout to one of letters, digits, / . _ - + = @ ~)
endif

## BOARD=qemu-virt: the board, a folder of platform/
BOARD ?= qemu-virt
## FEATURES='sse pmu dbtr': the rooms that are linked in; default: all (hyp/README.md, "Rooms")
FEATURES ?= $(ROOMS)
## V=1: shows the commands
V ?= 0
## JOBS=N: how many compilers OpenSBI's build may run
JOBS ?= $(shell nproc)

BUILD := build

CROSS := riscv64-unknown-elf-
LINUX_CROSS := riscv64-linux-gnu-
CC := $(CROSS)gcc
OBJCOPY := $(CROSS)objcopy
PYTHON := /usr/bin/python3

Q := $(if $(filter 1,$(V)),,@)
# say <what>,<file>: one short line per step. remember <file>,<text>: changes the file only with the text.
say = @printf '  %-5s %s\n' '$(1)' '$(2)'
remember = @mkdir -p $(dir $(1)) && printf '%s\n' '$(2)' | cmp -s - $(1) || printf '%s\n' '$(2)' >$(1)
# quietly <log>: the output of a foreign build is shown with V=1, or when it fails.
quietly = $(if $(filter 1,$(V)),,>$(1) 2>&1 || { cat $(1); exit 1; })

# Set-up comes before every rule, so that no rule has to ask for it: quick and silent when nothing is missing.
GOALS := $(or $(MAKECMDGOALS),all)
ifneq ($(filter-out help lint clean distclean test-fresh,$(GOALS)),)
ifeq ($(findstring n,$(firstword -$(MAKEFLAGS)))$(findstring q,$(firstword -$(MAKEFLAGS))),)
SETUP := $(if $(filter bench% profile%,$(GOALS)),bench,$(if $(filter setup check soak zero-exits test%,$(GOALS)),test,$(if $(filter run run-selftest,$(GOALS)),run,build)))
$(shell QEMU='$(QEMU)' DEBIAN_MIRROR='$(DEBIAN_MIRROR)' ci/setup.sh $(SETUP) >&2)
ifneq ($(.SHELLSTATUS),0)
$(error set-up of this machine is not complete, see above)
endif
endif
endif

include ci/pins.mk
BOARDS := $(patsubst platform/%/board.mk,%,$(wildcard platform/*/board.mk))
ifneq ($(words $(BOARD)) $(filter $(BOARDS),$(BOARD)),1 $(BOARD))
$(error there is no board '$(BOARD)'; there are: $(BOARDS))
endif
include platform/$(BOARD)/board.mk
include hyp/objs.mk
ifneq ($(filter-out $(ROOMS),$(FEATURES)),)
$(error FEATURES=$(FEATURES): there is no room '$(filter-out $(ROOMS),$(FEATURES))'; there are: $(ROOMS))
endif
# Objects are the same whatever is linked. Who names another OUT_DIR has his own.
OBJ_DIR := $(if $(filter command,$(origin OUT_DIR)),$(OUT_DIR),$(BUILD)/$(BOARD))
OUT_DIR := $(OBJ_DIR)$(if $(ABSENT),-no-$(subst $(space),-,$(ABSENT)))

# The integer ISA only: floating point and vector state belongs to the guests. picolibc's multilib has no name with
# zicsr in it, so linking uses the plain one. Aligned accesses only, whatever else is optimised for:
# a guest can have misaligned ones delegated (SBI FWFT), and then they are traps in HS-mode, too.
# ci/aligned.py looks at every line.
ARCH_FLAGS := -march=rv64imac_zicsr_zifencei -mabi=lp64 -mcmodel=medany -mstrict-align
OWN_WARNINGS := -Wall -Wextra -Werror -Wimplicit-fallthrough -Wmissing-prototypes -Wstrict-prototypes \
	-Wshadow -Wvla -Wundef -Wswitch-enum
PURE_WARNINGS := -Wconversion
# hyp/objs.mk's HOT_OBJS are compiled for speed, everything else (what runs once at boot, libfdt) for size.
# A few compares are quicker than a jump through a table.
HOT := -O2 -fno-jump-tables
COLD := -Os -mtune=size -fno-jump-tables -fno-if-conversion -fno-guess-branch-probability -msave-restore -malign-data=natural \
	-fno-caller-saves -fno-shrink-wrap -fno-ipa-sra -fno-tree-tail-merge
SECTIONS := -fno-common -ffunction-sections -fdata-sections
# -fbuiltin takes back what -ffreestanding would cost: small memcpy and memset stay inline.
HYP_CFLAGS := --specs=picolibc.specs $(ARCH_FLAGS) -std=c11 -ffreestanding -fbuiltin -g $(SECTIONS) \
	-DPICOLIBC_INTEGER_PRINTF_SCANF -iquote hyp $(OWN_WARNINGS)
HYP_LDFLAGS = --specs=picolibc.specs -DPICOLIBC_INTEGER_PRINTF_SCANF -march=rv64imac -mabi=lp64 -mcmodel=medany -mstrict-align \
	-nostartfiles -Wl,--gc-sections -T $(OBJ_DIR)/hyp.lds
# What may be taken for granted about every tree: it is of version 17 (tree_open() looks), nothing is done with it after an error, and
# what is written to is libfdt's own work, so its parts are in their order. The bits stand in libfdt_internal.h.
LIBFDT_ASSUME := -DFDT_ASSUME_MASK=0x1c
LIBFDT_CFLAGS := --specs=picolibc.specs $(LIBFDT_ASSUME) $(ARCH_FLAGS) -std=gnu11 -g $(SECTIONS)

## LIBFDT_DIR=: a dtc source folder of your own, for libfdt
LIBFDT_DIR ?=
DTC_VERSION := $(firstword $(subst =, ,$(DTC_PIN)))
ifneq ($(LIBFDT_DIR),)
LIBFDT_SRC := $(patsubst %/libfdt.h,%,$(firstword $(wildcard $(LIBFDT_DIR)/libfdt/libfdt.h $(LIBFDT_DIR)/libfdt.h)))
LIBFDT_FETCHED :=
ifeq ($(LIBFDT_SRC),)
$(error LIBFDT_DIR=$(LIBFDT_DIR): there is no libfdt.h in it)
endif
else
LIBFDT_SRC := $(BUILD)/deps/dtc-$(DTC_VERSION)/libfdt
LIBFDT_FETCHED := $(BUILD)/deps/dtc-$(DTC_VERSION)/.fetched
endif

# What is compiled for size is optimised once more as a whole, into one object: it has many functions that are nearly the same.
# The compiler invents calls of hyp/rv/libc.c, so that this stays out.
OPTIMISE := $(COLD)
PLAIN_OBJS := $(HOT_OBJS) rv/libc.o $(patsubst hyp/%.S,%.o,$(wildcard hyp/*/*.S))
# What is for the boot alone stays apart from the rest: it is not there any more when guests run.
COLD_BOOT := $(addprefix $(OBJ_DIR)/hyp/,$(BOOT_OBJS)) $(addprefix $(OBJ_DIR)/libfdt/,$(LIBFDT_OBJS))
COLD_RUN := $(addprefix $(OBJ_DIR)/hyp/,$(filter-out $(PLAIN_OBJS) $(BOOT_OBJS),$(LINKED_OBJS)))
COLD_OBJS := $(COLD_BOOT) $(COLD_RUN)
HYP_OBJS := $(OBJ_DIR)/boot/head.o $(addprefix $(OBJ_DIR)/hyp/,$(PLAIN_OBJS)) $(OUT_DIR)/cold-boot.o $(OUT_DIR)/cold-run.o

.PHONY: all
all: $(OUT_DIR)/bulkhead.elf $(OUT_DIR)/bulkhead.bin $(OUT_DIR)/firmware.elf $(OUT_DIR)/firmware.bin

$(addprefix $(OBJ_DIR)/hyp/,$(PURE_OBJS)): WARNINGS := $(PURE_WARNINGS)
$(addprefix $(OBJ_DIR)/hyp/,$(HOT_OBJS)): OPTIMISE := $(HOT)
$(COLD_OBJS): OPTIMISE += -flto

# The fetched headers must be there before the first compilation finds out that it needs them.
$(OBJ_DIR)/hyp/%.o: hyp/%.c $(OBJ_DIR)/cflags | $(LIBFDT_FETCHED)
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D) && $(CC) $(HYP_CFLAGS) $(OPTIMISE) $(WARNINGS) -isystem $(LIBFDT_SRC) -MMD -MP -c -o $@ $<

$(OBJ_DIR)/hyp/%.o: hyp/%.S $(OBJ_DIR)/cflags
	$(call say,AS,$<)
	$(Q)mkdir -p $(@D) && $(CC) $(HYP_CFLAGS) -MMD -MP -c -o $@ $<

$(OBJ_DIR)/boot/%.o: boot/%.S $(OBJ_DIR)/cflags
	$(call say,AS,$<)
	$(Q)mkdir -p $(@D) && $(CC) $(HYP_CFLAGS) -MMD -MP -c -o $@ $<

$(OBJ_DIR)/libfdt/%.o: $(LIBFDT_FETCHED) $(OBJ_DIR)/cflags
	$(call say,CC,libfdt/$*.c)
	$(Q)mkdir -p $(@D) && $(CC) $(LIBFDT_CFLAGS) $(OPTIMISE) -I$(LIBFDT_SRC) -MMD -MP -c -o $@ $(LIBFDT_SRC)/$*.c

$(OUT_DIR)/cold-boot.o: $(COLD_BOOT)
$(OUT_DIR)/cold-run.o: $(COLD_RUN)
$(OUT_DIR)/cold-boot.o $(OUT_DIR)/cold-run.o:
	$(call say,LTO,$@)
	$(Q)mkdir -p $(@D) && $(CC) $(ARCH_FLAGS) $(COLD) $(SECTIONS) -g -flto -flto-partition=one -flinker-output=nolto-rel -r -nostdlib -o $@ $^

# The linker reads C's constants, but not their suffixes.
$(OBJ_DIR)/hyp.lds: linker/hyp.lds.S Makefile
	$(call say,CPP,$<)
	$(Q)mkdir -p $(@D) && $(CC) -E -P -x assembler-with-cpp -iquote hyp -MMD -MP -MT $@ -MF $@.d -o $@.tmp $<
	$(Q)sed -E 's/\b(0x[0-9a-fA-F]+|[0-9]+)[uUlL]+\b/\1/g' $@.tmp >$@ && rm $@.tmp

$(OUT_DIR)/bulkhead.elf: $(HYP_OBJS) $(OBJ_DIR)/hyp.lds ci/boot.py ci/layers.py ci/links.py
	$(call say,LINK,$@)
	$(Q)ci/links.py $(CROSS)gcc-nm $(OBJ_DIR)/hyp $(LINKED_OBJS)
	$(Q)ci/boot.py $(CROSS)nm $(OUT_DIR)/cold-boot.o $(filter-out %/cold-boot.o,$(HYP_OBJS))
	$(Q)$(CC) $(HYP_LDFLAGS) -o $@ $(HYP_OBJS)

$(OUT_DIR)/%.bin: $(OUT_DIR)/%.elf
	$(call say,BIN,$@)
	$(Q)$(OBJCOPY) -O binary $< $@

$(OBJ_DIR)/cflags: FORCE
	$(call remember,$@,$(HYP_CFLAGS) / $(HOT) / $(COLD) -flto / $(HOT_OBJS) / $(HYP_LDFLAGS) / $(LIBFDT_CFLAGS) / $(LIBFDT_SRC))

$(BUILD)/deps/dtc-$(DTC_VERSION)/.fetched: ci/pins.mk
	$(Q)ci/fetch-src.sh dtc $(abspath $(@D)) $(DTC_PIN)

-include $(HYP_OBJS:.o=.d) $(COLD_OBJS:.o=.d) $(OBJ_DIR)/hyp.lds.d

# Every fragment of the other folders, whatever it is called; first those whose variables stand in other fragments' rules.
# build/ holds other people's.
FIRST := boot/opensbi.mk $(wildcard guest-images/guest-images.mk test/system.mk)
FRAGMENTS := $(sort $(wildcard */*.mk */*/*.mk))
include $(FIRST) $(filter-out build/% ci/pins.mk hyp/objs.mk %/board.mk $(FIRST),$(FRAGMENTS))

.PHONY: FORCE
FORCE:
.DELETE_ON_ERROR:
.SUFFIXES:
