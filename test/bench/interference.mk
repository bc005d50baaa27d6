# SPDX-License-Identifier: Apache-2.0
# How late a real-time guest's interrupts come beside neighbours of every kind.

## bench-interference: measures how late pulse's interrupts come alone and beside others; tables and build/bench/interference.svg
.PHONY: bench-interference
bench-interference: $(SYSTEM_ALL)
	$(say_qemu)
	$(Q)$(SYSTEM_ENV) $(PYTHON) -B test/bench/interference.py $(CASES)
