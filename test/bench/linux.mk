# SPDX-License-Identifier: Apache-2.0
# What Bulkhead costs a whole Linux.

.PHONY: bench-linux
## bench-linux: counts what Linux' boot and loads cost under Bulkhead beside bare OpenSBI, and its exits; build/bench/linux.json and .svg
bench-linux: $(OUT_DIR)/bulkhead.bin $(OPENSBI_FW_DYNAMIC) $(OPENSBI_STOCK) $(addprefix $(LINUX_OUT)/,Image initramfs.cpio.gz)
	$(say_qemu)
	$(Q)$(SYSTEM_ENV) $(PYTHON) -B test/bench/linux.py
