# SPDX-License-Identifier: Apache-2.0
# The flashable image: the hypervisor linked once more with the package inside (payload), and OpenSBI with that
# as its payload (firmware).

# Seconds and megabytes are spent here only when the package or the hypervisor changed. Called for three folders: the
# plain image, the one `make run` uses on a terminal (its partition tree asks for coloured output), and the self-test.
# $(2): further arguments for the linker; $(3): what OpenSBI gets as its payload.
define firmware_rules
$(1)/package.o: $(1)/package.itb boot/firmware.mk
	$$(call say,PKG,$$@)
	$$(Q)printf '%s\n' '.section .package, "a"' '.balign 4096' '.globl package_image' 'package_image:' \
		'.incbin "$(1)/package.itb"' '.balign 4096' | $$(CC) $$(ARCH_FLAGS) -x assembler -c -o $$@ -

# --undefined keeps the package through --gc-sections: no code names it but by the linker script's bounds.
$(1)/payload.elf: $$(HYP_OBJS) $(1)/package.o $(OBJ_DIR)/hyp.lds
	$$(call say,LINK,$$@)
	$$(Q)$$(CC) $$(HYP_LDFLAGS) -Wl,--undefined=package_image $(2) -o $$@ $$(HYP_OBJS) $(1)/package.o

# OpenSBI's own makefile does not see that the path or the content of its payload changed.
$(1)/firmware.elf $(1)/firmware.bin &: $(1)/$(3) $$(OPENSBI_FW_DYNAMIC) $(OUT_DIR)/firmware.flags
	$$(call say,SBI,$(1)/firmware.elf)
	$$(Q)flock $$(OPENSBI_OUT)/.lock sh -ec 'rm -f $$(OPENSBI_FW)/fw_payload.*; \
		$$(OPENSBI_MAKE) FW_DYNAMIC=n FW_JUMP=n FW_PAYLOAD=y FW_PAYLOAD_PATH=$(abspath $(1))/$(3) \
			$$(BOARD_FIRMWARE) $$(call quietly,$$(OPENSBI_OUT)/make.log); \
		cp $$(OPENSBI_FW)/fw_payload.elf $(1)/firmware.elf; \
		cp $$(OPENSBI_FW)/fw_payload.bin $(1)/firmware.bin'
endef

$(eval $(call firmware_rules,$(OUT_DIR),,payload.bin))
$(eval $(call firmware_rules,$(OUT_DIR)/colour,,payload.bin))

# The self-test: hcheck first, which goes on to what it finds at the next multiple of 2 MiB: the hypervisor, linked for there.
SELFTEST_DIR := $(OUT_DIR)/selftest
$(eval $(call firmware_rules,$(SELFTEST_DIR),-Xlinker --defsym=image_base=0x80400000,both.bin))

$(SELFTEST_DIR)/both.bin: $(GUEST_BUILD)/bare/hcheck.bin $(SELFTEST_DIR)/payload.bin
	$(call say,BIN,$@)
	$(Q)test $$(stat -c %s $<) -le 2097152
	$(Q)cp $< $@.tmp && truncate -s 2M $@.tmp && cat $(SELFTEST_DIR)/payload.bin >>$@.tmp && mv $@.tmp $@

$(OUT_DIR)/firmware-selftest.bin: $(SELFTEST_DIR)/firmware.bin
	$(Q)cp $< $@

$(OUT_DIR)/firmware.flags: FORCE
	$(call remember,$@,$(OPENSBI_OUT) $(BOARD_FIRMWARE))

.PHONY: firmware selftest run-selftest
## selftest: builds build/<board>/firmware-selftest.bin: flash it, read the verdict over the serial line
selftest: $(OUT_DIR)/firmware-selftest.bin
	$(Q)printf '%s\n' '' '  flash   $<' \
		'          instead of the board'"'"'s OpenSBI (platform/$(BOARD)/README.md); its serial line then tells' \
		'          rule: ...                     which rules of the H extension the hardware keeps' \
		'          hardware: N rules kept, ...   their sum' \
		'          [selftest] N passed, N failed the verdict of the tests inside a guest; the board then switches off' \
		'  QEMU    $(strip $(BOARD_QEMU)) -bios $<' ''

## run-selftest: runs it in QEMU
run-selftest: $(OUT_DIR)/firmware-selftest.bin
	$(info $(space) RUN   $(strip $(BOARD_QEMU)) -bios $<)
	@$(BOARD_QEMU) -bios $<

## firmware: builds build/<board>/firmware.bin, the file to flash (PARTITIONS= chooses the package inside)
firmware: $(OUT_DIR)/firmware.bin $(OUT_DIR)/firmware.elf $(OUT_DIR)/bulkhead.bin
