# SPDX-License-Identifier: Apache-2.0
# Fetches and builds OpenSBI: fw_dynamic, which boot loaders and QEMU hand a payload over with, and the
# library objects that boot/firmware.mk links our payload to.

## OPENSBI_VERSION=: builds this version of ci/pins.mk instead of the newest that can be had
OPENSBI_VERSION ?=
## OPENSBI_CONSOLE=y: OpenSBI drives the console, too, and prints on it what guests make it print (for debugging it)
OPENSBI_CONSOLE ?=
## OPENSBI_DIR=: an OpenSBI source folder of your own (it is built outside that folder)
OPENSBI_DIR ?=

ifneq ($(OPENSBI_DIR),)
OPENSBI_SRC := $(abspath $(OPENSBI_DIR))
OPENSBI_BASE := $(BUILD)/deps/opensbi-own$(subst /,-,$(OPENSBI_SRC))
OPENSBI_FETCHED :=
else
OPENSBI_PIN := $(if $(OPENSBI_VERSION),$(filter $(OPENSBI_VERSION)=%,$(OPENSBI_PINS)),$(OPENSBI_PINS))
ifeq ($(OPENSBI_PIN),)
OPENSBI_KNOWN := $(foreach p,$(OPENSBI_PINS),$(firstword $(subst =, ,$p)))
$(error OPENSBI_VERSION=$(OPENSBI_VERSION) is not in ci/pins.mk; there are: $(OPENSBI_KNOWN))
endif
OPENSBI_SRC := $(BUILD)/deps/opensbi$(addprefix -,$(OPENSBI_VERSION))
OPENSBI_BASE := $(OPENSBI_SRC)/build
OPENSBI_FETCHED := $(OPENSBI_SRC)/.fetched
endif
OPENSBI_OUT := $(OPENSBI_BASE)$(if $(filter y,$(OPENSBI_CONSOLE)),,-quiet)
OPENSBI_FW := $(OPENSBI_OUT)/platform/generic/firmware
OPENSBI_FW_DYNAMIC := $(OPENSBI_FW)/fw_dynamic.bin
# As anybody else builds it: beneath guest images alone, and as the firmware of a vendor.
OPENSBI_STOCK := $(OPENSBI_BASE)/platform/generic/firmware/fw_dynamic.bin

# Its own configuration, but for the driver of the UARTs that the hypervisor drives itself (boot/README.md). The code of that driver
# stays: the board support of one machine wants it.
OPENSBI_CONFIGS := $(OPENSBI_SRC)/platform/generic/configs
OPENSBI_QUIET_CONFIG := $(OPENSBI_OUT)/quiet.config
ifneq ($(filter y,$(OPENSBI_CONSOLE)),)
OPENSBI_CONFIGURED :=
OPENSBI_QUIET =
else
OPENSBI_CONFIGURED := $(OPENSBI_QUIET_CONFIG) boot/quiet_uart.c boot/quiet_uart.make hyp/dt/uart_list.h
OPENSBI_QUIET = MAKEFILES=$(abspath boot/quiet_uart.make) QUIET_UART=$(abspath boot/quiet_uart.c) \
	PLATFORM_DEFCONFIG=$$(realpath --relative-to=$(OPENSBI_CONFIGS) $(OPENSBI_QUIET_CONFIG))
endif

$(OPENSBI_QUIET_CONFIG): $(OPENSBI_FETCHED) boot/opensbi.mk
	$(Q)mkdir -p $(@D)
	$(Q){ grep -v UART8250 $(OPENSBI_CONFIGS)/defconfig && echo CONFIG_SERIAL_UART8250=y; } >$@

# OpenSBI would take the version of the git checkout around it for its own.
OPENSBI_MAKE = env GIT_CEILING_DIRECTORIES=$(abspath $(OPENSBI_SRC)/..) MAKEFLAGS= $(OPENSBI_QUIET) \
	$(MAKE) --no-print-directory -C $(OPENSBI_SRC) -j$(JOBS) O=$(abspath $(OPENSBI_OUT)) \
	PLATFORM=generic CROSS_COMPILE=$(LINUX_CROSS) V=$(V)

ifneq ($(OPENSBI_FETCHED),)
$(OPENSBI_FETCHED): ci/pins.mk
	$(Q)ci/fetch-src.sh opensbi $(abspath $(@D)) $(OPENSBI_PIN)
endif

$(OPENSBI_FW_DYNAMIC): $(OPENSBI_FETCHED) $(OPENSBI_CONFIGURED) $(if $(OPENSBI_DIR),FORCE)
	$(call say,SBI,$@$(if $(OPENSBI_DIR),, (about 25 s of compiling)))
	$(Q)mkdir -p $(OPENSBI_OUT)
	$(Q)flock $(OPENSBI_OUT)/.lock $(OPENSBI_MAKE) FW_PAYLOAD=n FW_JUMP=n FW_DYNAMIC=y $(call quietly,$(OPENSBI_OUT)/make.log)
	$(Q)$(if $(OPENSBI_DIR),,touch $@)

ifneq ($(OPENSBI_STOCK),$(OPENSBI_FW_DYNAMIC))
$(OPENSBI_STOCK): $(OPENSBI_FETCHED)
	$(Q)$(MAKE) --no-print-directory OPENSBI_CONSOLE=y $@
endif

.PHONY: opensbi fetch-opensbi
## opensbi: builds OpenSBI's fw_dynamic alone
opensbi: $(OPENSBI_FW_DYNAMIC)
fetch-opensbi: $(OPENSBI_FETCHED)
