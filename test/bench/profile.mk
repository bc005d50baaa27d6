# SPDX-License-Identifier: Apache-2.0
# Where the instructions of one exit go.

.PHONY: profile
## profile: shows where the instructions of one exit go: OP=, LINES=, and the machine's CPU= and AIA=
profile: $(OUT_DIR)/bulkhead.bin $(OUT_DIR)/bulkhead.elf $(OPENSBI_FW_DYNAMIC) $(GUEST_BUILD)/bare/loop.bin
	$(say_qemu)
	$(Q)$(SYSTEM_ENV) $(PYTHON) -B test/bench/profile.py --cpu '$(CPU)' --aia '$(AIA)' --lines '$(LINES)' '$(OP)'

## OP=get_spec_version: what is profiled, an operation of guest-images/bench/loop.c
OP ?= get_spec_version
## LINES=1: the source's lines in order of execution, 2: and their instructions
LINES := $(if $(filter 1 2,$(LINES)),$(LINES),0)
