# SPDX-License-Identifier: Apache-2.0
# The flashable image: the hypervisor linked once more with the package inside (payload), and OpenSBI with that
# as its payload (firmware).

# Seconds and megabytes are spent here only when the package or the hypervisor changed. Called for two folders: the
# plain image, and the one `make run` uses on a terminal (its partition tree asks for coloured output).
define firmware_rules
$(1)/package.o: $(1)/package.itb boot/firmware.mk
	$$(call say,PKG,$$@)
	$$(Q)printf '%s\n' '.section .package, "a"' '.balign 4096' '.globl package_image' 'package_image:' \
		'.incbin "$(1)/package.itb"' '.balign 4096' | $$(CC) $$(ARCH_FLAGS) -x assembler -c -o $$@ -

# --undefined keeps the package through --gc-sections: no code names it but by the linker script's bounds.
$(1)/payload.elf: $$(HYP_OBJS) $(1)/package.o $(OUT_DIR)/hyp.lds
	$$(call say,LINK,$$@)
	$$(Q)$$(CC) $$(HYP_LDFLAGS) -Wl,--undefined=package_image -o $$@ $$(HYP_OBJS) $(1)/package.o

# OpenSBI's own makefile does not see that the path or the content of its payload changed.
$(1)/firmware.elf $(1)/firmware.bin &: $(1)/payload.bin $$(OPENSBI_FW_DYNAMIC) $(OUT_DIR)/firmware.flags
	$$(call say,SBI,$(1)/firmware.elf)
	$$(Q)flock $$(OPENSBI_OUT)/.lock sh -ec 'rm -f $$(OPENSBI_FW)/fw_payload.*; \
		$$(OPENSBI_MAKE) FW_DYNAMIC=n FW_JUMP=n FW_PAYLOAD=y FW_PAYLOAD_PATH=$(abspath $(1))/payload.bin \
			$$(BOARD_FIRMWARE) $$(call quietly,$$(OPENSBI_OUT)/make.log); \
		cp $$(OPENSBI_FW)/fw_payload.elf $(1)/firmware.elf; \
		cp $$(OPENSBI_FW)/fw_payload.bin $(1)/firmware.bin'
endef

$(eval $(call firmware_rules,$(OUT_DIR)))
$(eval $(call firmware_rules,$(OUT_DIR)/colour))

$(OUT_DIR)/firmware.flags: FORCE
	$(call remember,$@,$(OPENSBI_OUT) $(BOARD_FIRMWARE))

.PHONY: firmware
## firmware: builds build/<board>/firmware.bin, the file to flash (PARTITIONS= chooses the package inside)
firmware: $(OUT_DIR)/firmware.bin $(OUT_DIR)/firmware.elf
