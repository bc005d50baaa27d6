# SPDX-License-Identifier: Apache-2.0
# The benchmark: counts of instructions in a guest and on bare OpenSBI, on several machines.

BENCH := $(SYSTEM_ENV) $(PYTHON) -B test/bench/bench.py
BENCH_NEEDS := $(OUT_DIR)/bulkhead.bin $(OPENSBI_FW_DYNAMIC) $(OPENSBI_STOCK) $(GUEST_BUILD)/bare/bench.bin

.PHONY: bench test-bench
## bench: counts what operations cost, bare and in a guest; bench.json and .svg in build/bench/; UPDATE_GOLDEN=1 as for test-host
## BASE=<rev>: bench compares that revision's hypervisor with this tree's
BASE ?=
bench: $(BENCH_NEEDS)
	$(say_qemu)
	$(Q)$(BENCH) $(if $(BASE),--base '$(BASE)') $(if $(filter 1,$(UPDATE_GOLDEN)),--update-golden)

## test-bench: the counts of one hart, and what differs from test/golden/bench.json; fails only when there are none
test-bench: $(BENCH_NEEDS)
	$(say_qemu)
	$(Q)$(BENCH) --quick
