# SPDX-License-Identifier: Apache-2.0
# Judges that are not ours: other simulators, other QEMUs, foreign suites.

EXTERNAL := $(BUILD)/external

# OpenSBI with a payload that is loaded beside it, as simulators do that know of a kernel and an initrd.
$(EXTERNAL)/fw_jump.elf: $(OPENSBI_FW_DYNAMIC) $(OUT_DIR)/firmware.flags
	$(call say,SBI,$@)
	$(Q)mkdir -p $(@D) && flock $(OPENSBI_OUT)/.lock sh -ec 'rm -f $(OPENSBI_FW)/fw_jump.*; \
		$(OPENSBI_MAKE) FW_DYNAMIC=n FW_PAYLOAD=n FW_JUMP=y FW_JUMP_ADDR=0x80200000 FW_JUMP_FDT_ADDR=0x80180000 \
			$(BOARD_FIRMWARE) $(call quietly,$(OPENSBI_OUT)/make.log); \
		cp $(OPENSBI_FW)/fw_jump.elf $@'

# The same, by which every hart has misaligned accesses delegated from reset on: a build of its own, with another source in the place
# of one of ours.
$(EXTERNAL)/fw_jump-misaligned.elf: test/external/misaligned.c $(OPENSBI_QUIET_CONFIG) $(OPENSBI_FW_DYNAMIC) $(OUT_DIR)/firmware.flags
	$(call say,SBI,$@ (about 25 s of compiling))
	$(Q)mkdir -p $(EXTERNAL)/misaligned && $(subst $(abspath boot/quiet_uart.c),$(abspath $<),$(OPENSBI_MAKE)) O=$(abspath $(EXTERNAL)/misaligned) \
		FW_DYNAMIC=n FW_PAYLOAD=n FW_JUMP=y FW_JUMP_ADDR=0x80200000 FW_JUMP_FDT_ADDR=0x80180000 \
		$(BOARD_FIRMWARE) $(call quietly,$(EXTERNAL)/misaligned/make.log)
	$(Q)cp $(EXTERNAL)/misaligned/platform/generic/firmware/fw_jump.elf $@

.PHONY: test-external
## test-external: lets a judge judge that is not ours: KIND= and AT=; ROWS= takes the cases whose name holds it
test-external: $(SYSTEM_ALL) $(EXTERNAL)/fw_jump.elf $(EXTERNAL)/fw_jump-misaligned.elf
	$(Q)$(SYSTEM_ENV) $(PYTHON) -B test/external/external.py $(call shell_word,$(KIND)) $(call shell_word,$(AT)) $(call shell_word,$(ROWS))

## KIND=spike: the judge: spike, qemu, simulator or kvm-unit-tests
KIND ?=
## AT=: where it is: a program; its command with {fw} {kernel} {initrd}; or a source tree
AT ?=
