# SPDX-License-Identifier: Apache-2.0
# Fetches and builds OpenSBI: fw_dynamic, which boot loaders and QEMU hand a payload over with, and the
# library objects that boot/firmware.mk links our payload to.

## OPENSBI_VERSION=: builds this version of ci/pins.mk instead of the newest that can be had
OPENSBI_VERSION ?=
## OPENSBI_DIR=: an OpenSBI source folder of your own (it is built outside that folder)
OPENSBI_DIR ?=

ifneq ($(OPENSBI_DIR),)
OPENSBI_SRC := $(abspath $(OPENSBI_DIR))
OPENSBI_OUT := $(BUILD)/deps/opensbi-own$(subst /,-,$(OPENSBI_SRC))
OPENSBI_FETCHED :=
else
OPENSBI_PIN := $(if $(OPENSBI_VERSION),$(filter $(OPENSBI_VERSION)=%,$(OPENSBI_PINS)),$(OPENSBI_PINS))
ifeq ($(OPENSBI_PIN),)
OPENSBI_KNOWN := $(foreach p,$(OPENSBI_PINS),$(firstword $(subst =, ,$p)))
$(error OPENSBI_VERSION=$(OPENSBI_VERSION) is not in ci/pins.mk; there are: $(OPENSBI_KNOWN))
endif
OPENSBI_SRC := $(BUILD)/deps/opensbi$(addprefix -,$(OPENSBI_VERSION))
OPENSBI_OUT := $(OPENSBI_SRC)/build
OPENSBI_FETCHED := $(OPENSBI_SRC)/.fetched
endif
OPENSBI_FW := $(OPENSBI_OUT)/platform/generic/firmware
OPENSBI_FW_DYNAMIC := $(OPENSBI_FW)/fw_dynamic.bin

# OpenSBI would take the version of the git checkout around it for its own.
OPENSBI_MAKE = env GIT_CEILING_DIRECTORIES=$(abspath $(OPENSBI_SRC)/..) MAKEFLAGS= \
	$(MAKE) --no-print-directory -C $(OPENSBI_SRC) -j$(JOBS) O=$(abspath $(OPENSBI_OUT)) \
	PLATFORM=generic CROSS_COMPILE=$(LINUX_CROSS) V=$(V)

ifneq ($(OPENSBI_FETCHED),)
$(OPENSBI_FETCHED): ci/pins.mk
	$(Q)ci/fetch-src.sh opensbi $(abspath $(@D)) $(OPENSBI_PIN)
endif

$(OPENSBI_FW_DYNAMIC): $(OPENSBI_FETCHED) $(if $(OPENSBI_DIR),FORCE)
	$(call say,SBI,$@$(if $(OPENSBI_DIR),, (about 25 s of compiling)))
	$(Q)mkdir -p $(OPENSBI_OUT)
	$(Q)flock $(OPENSBI_OUT)/.lock $(OPENSBI_MAKE) FW_PAYLOAD=n FW_JUMP=n FW_DYNAMIC=y $(call quietly,$(OPENSBI_OUT)/make.log)
	$(Q)$(if $(OPENSBI_DIR),,touch $@)

.PHONY: opensbi fetch-opensbi
## opensbi: builds OpenSBI's fw_dynamic alone
opensbi: $(OPENSBI_FW_DYNAMIC)
fetch-opensbi: $(OPENSBI_FETCHED)
