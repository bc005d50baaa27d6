# SPDX-License-Identifier: Apache-2.0
# System tests: rows of data run in QEMU by pytest, two at a time; counting instructions; the sum of all tests.

SYSTEM_ENV = BULKHEAD_BUILD=$(BUILD) BULKHEAD_OUT=$(OUT_DIR) BULKHEAD_OPENSBI=$(OPENSBI_FW_DYNAMIC) BULKHEAD_QEMU='$(QEMU)' \
	BULKHEAD_OLDEST_OPENSBI=$(OLD_OPENSBI) BULKHEAD_STOCK_OPENSBI=$(OPENSBI_STOCK)
PYTEST = $(SYSTEM_ENV) $(PYTHON) -B -m pytest -p no:cacheprovider --no-header -v --tb=short test/system
# Who judges: said before all that is measured (pytest says it itself).
say_qemu = @printf '  %-5s %s\n' QEMU "$$($(QEMU_WORD) --version | head -n 1) "'($(QEMU))'

# The hypervisor without each room, and without all of them. Built by other makes, one after the other: they share objects.
WITHOUT_ROOMS := $(foreach r,$(ROOMS) $(subst $(space),-,$(ROOMS)),$(OBJ_DIR)-no-$r/bulkhead.bin)
ifneq ($(ABSENT),)
ifneq ($(filter test test-system test-boot check soak,$(GOALS)),)
$(error FEATURES=$(FEATURES): the tests want all rooms, and build images without them by themselves (test/system/rows_rooms.py))
endif
else
$(WITHOUT_ROOMS) &: $(OUT_DIR)/bulkhead.bin $(ROOMS:%=hyp/%/absent.c)
	$(Q)$(foreach image,$(WITHOUT_ROOMS),$(MAKE) --no-print-directory $(image) OBJ_DIR=$(OBJ_DIR) OUT_DIR=$(patsubst %/,%,$(dir $(image))) \
		FEATURES='$(filter-out $(subst -, ,$(patsubst $(OBJ_DIR)-no-%/bulkhead.bin,%,$(image))),$(ROOMS))' && touch $(image) &&) true
endif

# Every row wants these; those of `make check` want no Linux.
SYSTEM_BARE := $(OUT_DIR)/bulkhead.bin $(OPENSBI_FW_DYNAMIC) $(OPENSBI_STOCK) $(filter %.bin,$(GUEST_IMAGES))
SYSTEM_ALL := $(SYSTEM_BARE) $(GUEST_IMAGES) $(OUT_DIR)/firmware.bin $(OUT_DIR)/firmware-selftest.bin $(WITHOUT_ROOMS)

# The demo with 12 MB more in its package, linked in; the demo on the oldest OpenSBI of ci/pins.mk.
BIG := $(BUILD)/test/big
OLD_OPENSBI_VERSION := $(firstword $(subst =, ,$(lastword $(OPENSBI_PINS))))
OLD_OPENSBI := $(BUILD)/deps/opensbi-$(OLD_OPENSBI_VERSION)/build-quiet/platform/generic/firmware/fw_dynamic.bin

$(BIG)/demo.dts: test/system/big.dts
	$(Q)mkdir -p $(@D) && yes 'a package of more than 40 MB' | head -c 12000000 >$(@D)/ballast.bin && cp $< $@

# Built by another make, for which it is the firmware.bin of its own OUT_DIR.
ifneq ($(OUT_DIR),$(BIG))
$(BIG)/firmware.bin: $(BIG)/demo.dts $(SYSTEM_ALL)
	$(Q)$(MAKE) --no-print-directory OUT_DIR=$(BIG) PARTITIONS=$< $@
endif

# Where it cannot be had its row is skipped.
.PHONY: old-opensbi
old-opensbi:
	$(Q)test -e $(OLD_OPENSBI) || $(MAKE) --no-print-directory OPENSBI_VERSION=$(OLD_OPENSBI_VERSION) opensbi || \
		echo "  OpenSBI $(OLD_OPENSBI_VERSION) cannot be had: the row that runs on it is skipped"

.PHONY: test test-system test-boot soak count zero-exits
# (Of the host's tests a README runs one by hand, and what READMEs say is run.)
## test-system: runs the system tests; ROWS= takes a part of them, as pytest's -k
ROWS ?=
test-system: $(SYSTEM_ALL) $(BIG)/firmware.bin $(BUILD)/host/plan_test old-opensbi
	$(Q)$(PYTEST) $(if $(ROWS),-k '$(ROWS)')

## test-boot: one boot of bare guests, as a quick look
test-boot: $(SYSTEM_BARE)
	$(Q)$(PYTEST) -m boot

## soak: all rows and the long ones, then test-fresh (hours); with ROWS= a part of the rows alone
soak: $(SYSTEM_ALL) $(BIG)/firmware.bin $(BUILD)/host/plan_test old-opensbi
	$(Q)BULKHEAD_SOAK=1 $(PYTEST) $(if $(ROWS),-k '$(ROWS)')
	$(Q)$(if $(ROWS),,$(MAKE) --no-print-directory test-fresh)

## count: counts the instructions of booting, on bare OpenSBI and under Bulkhead
count: $(SYSTEM_ALL)
	$(say_qemu)
	$(Q)$(SYSTEM_ENV) $(PYTHON) -B test/system/count.py

## zero-exits: counts how often Linux leaves its machine in a minute of load, by cause; fails when one has more than it may
zero-exits: $(SYSTEM_ALL)
	$(say_qemu)
	$(Q)$(SYSTEM_ENV) $(PYTHON) -B test/system/zero_exits.py

## test: host tests, fuzzing, system tests, and what operations cost now; the last line counts tests
test:
	$(Q)mkdir -p $(BUILD)/test && rm -f $(BUILD)/test/*.count
	$(Q)status=0; \
	{ $(MAKE) --no-print-directory test-host || echo failed; } | tee $(BUILD)/test/host.log; \
	$(MAKE) --no-print-directory test-fuzz || status=1; \
	$(MAKE) --no-print-directory test-system || status=1; \
	$(MAKE) --no-print-directory test-bench || status=1; \
	awk -v status=$$status '/^host tests: / { passed = $$3; failed = $$5; seen = 1 } \
		/^[0-9]+ [0-9]+$$/ { passed += $$1; failed += $$2; systems = 1 } \
		END { if (!seen) failed++; if (!systems || (status && !failed)) failed++; \
			printf "%d passed, %d failed\n", passed, failed; exit failed != 0 }' \
		$(BUILD)/test/host.log $$(ls $(BUILD)/test/system.count 2>/dev/null)
