# SPDX-License-Identifier: Apache-2.0
# Set-up of the machine, checks of the source, help, clean.

# (The Makefile has run ci/setup.sh by now: for `setup` that is all there is to do.)
.PHONY: setup lint check fetch clean distclean help
## setup: installs what is missing on this machine to build, run and test (every target sees to its own part)
setup: ; @:

## DEBIAN_MIRROR=: address of a Debian mirror, where this machine's apt has none
DEBIAN_MIRROR ?=
export DEBIAN_MIRROR

## lint: checks layers, sizes, words, file heads, and how the hypervisor is compiled
lint:
	$(call say,LINT,layers style sizes and aligned accesses)
	$(Q)$(PYTHON) ci/layers.py $(PURE_OBJS)
	$(Q)$(PYTHON) ci/style.py
	$(Q)$(PYTHON) ci/size.py lines
	$(Q)$(PYTHON) ci/aligned.py $(OUT_DIR)/bulkhead.elf $(OUT_DIR)/payload.elf

.PHONY: size
## size: tells the lines and bytes of each room of hyp/ (hyp/README.md, "Sizes")
size: $(OUT_DIR)/bulkhead.elf
	$(Q)$(PYTHON) ci/size.py $(CROSS)gcc-nm $< $(OBJ_DIR)/hyp

## check: lint, host tests and one boot, in two minutes
check: lint test-host test-boot

## fetch: downloads the sources and guest images, so that the rest needs no network
fetch: fetch-opensbi $(LIBFDT_FETCHED) $(GUEST_IMAGES)

## clean: removes what was built, keeps what was downloaded and the demos' disks
clean:
	rm -rf $(foreach board,$(BOARDS),$(BUILD)/$(board) $(wildcard $(BUILD)/$(board)-no-*)) $(BUILD)/host $(BUILD)/guest-images

## distclean: removes build/ whole
distclean:
	rm -rf $(BUILD)

## help: this text
help:
	@awk -f ci/help.awk $(filter %.mk Makefile,$(MAKEFILE_LIST))
