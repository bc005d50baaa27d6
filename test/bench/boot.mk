# SPDX-License-Identifier: Apache-2.0
# What booting costs and what memory the hypervisor keeps.

.PHONY: bench-boot
## bench-boot: counts the boot by phase, guests, harts and memory, and the hypervisor's own RAM; build/bench/boot.json and boot-*.svg
bench-boot: $(OUT_DIR)/bulkhead.bin $(OUT_DIR)/bulkhead.elf $(OPENSBI_FW_DYNAMIC)
	$(say_qemu)
	$(Q)$(SYSTEM_ENV) $(PYTHON) -B test/bench/boot.py
