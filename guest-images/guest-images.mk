# SPDX-License-Identifier: Apache-2.0
# Builds what runs inside guests: GUEST_IMAGES lists every product. Included by the top Makefile; also works alone:
# make -f guest-images/guest-images.mk guest-images

Q ?= $(if $(filter 1,$(V)),,@)
GUEST_BUILD := build/guest-images

# ---- bare: images on our runtime; <name>_SRCS lists an image's own sources. A test topic is not called guest_main() but as its
# <name>_TOPIC says (guest-images/tests/topic.h) ----

BARE_CC      ?= riscv64-unknown-elf-gcc
BARE_LD      ?= riscv64-linux-gnu-ld
BARE_OBJCOPY ?= riscv64-linux-gnu-objcopy

BARE_MULTILIB := --specs=picolibc.specs -march=rv64imac -mabi=lp64
BARE_CFLAGS   := --specs=picolibc.specs -march=rv64imac_zicsr_zifencei -mabi=lp64 -mcmodel=medany \
	-std=gnu11 -ffreestanding -O2 -g -fno-pic -fno-common -ffunction-sections -fdata-sections \
	-Wall -Wextra -Werror -Wimplicit-fallthrough -Wmissing-prototypes -Wstrict-prototypes -Wshadow \
	-Wvla -Wundef -Iguest-images
BARE_LDFLAGS  := -pie --no-dynamic-linker -z norelro -z max-page-size=4096 --gc-sections --no-warn-rwx-segments \
	--defsym=vfprintf=__i_vfprintf

BARE_RUNTIME_SRCS := $(addprefix guest-images/bare/, \
	crt0.S trap_entry.S console.c dt.c hart.c memory.c runtime.c tap.c timer.c trap.c wired.c)

BARE_IMAGES := hello pulse sbi traps memory timers harts victim attacker flood stress loop exit selftest hcheck susp \
	sta race state dirty fwft pmu sse dbtr denied calls dt races devices plic aia inflight lives csrs bench rude mmode
hello_SRCS    := guest-images/bare/hello.c
pulse_SRCS    := $(addprefix guest-images/bare/, pulse.c pulse_report.c pulse_alarm.c)
sbi_SRCS      := $(addprefix guest-images/tests/, sbi.c sbi_test.c sbi_base.c sbi_ipi.c sbi_hsm.c sbi_dbcn.c \
	sbi_translated.c sv39.c)
traps_SRCS    := $(addprefix guest-images/tests/, traps.c insn.c step.c step.S traps_insn.c traps_memory.c traps_user.c \
	traps_uart.c traps_access.c traps_fp.c traps_cause.c traps_table.c)
memory_SRCS   := guest-images/tests/memory.c
timers_SRCS   := guest-images/tests/timers.c
harts_SRCS    := $(addprefix guest-images/tests/, harts.c harts_fence.c sv39.c)
pmu_SRCS      := $(addprefix guest-images/tests/, sbi_pmu.c sbi_pmu_events.c sbi_pmu_exits.c sbi_pmu_shmem.c sbi_pmu_overflow.c sbi_pmu_walk.c \
	sbi_pmu_alone.c sbi_test.c)
victim_SRCS   := guest-images/tests/victim.c
attacker_SRCS := $(addprefix guest-images/tests/, attacker.c attacker_fuzz.c attacker_insn.c attacker_call.S insn.c attack_case.c attack_base.c attack_harts.c \
	attack_console.c attack_pmu.c attack_sse.c attack_shmem.c attack_traps.c attack_csrs.c attack_storm.c)
races_SRCS    := $(addprefix guest-images/tests/, races.c races_storms.c races_suspend.c)
flood_SRCS    := guest-images/tests/flood.c
rude_SRCS     := guest-images/tests/rude.c
mmode_SRCS    := guest-images/tests/mmode.c
stress_SRCS   := guest-images/tests/stress.c
loop_SRCS     := guest-images/bench/loop.c
exit_SRCS     := guest-images/tests/exit.c
hcheck_SRCS   := $(addprefix guest-images/tests/, hcheck.c hcheck_entry.S hcheck_world.c hcheck_csr.c hcheck_trap.c \
	hcheck_access.c hcheck_fault.c hcheck_fence.c hcheck_insn.c hcheck_memory.c insn.c)

susp_SRCS     := $(addprefix guest-images/tests/, sbi_susp.c sbi_hsm.c sbi_test.c)
sta_SRCS      := $(addprefix guest-images/tests/, sbi_sta.c sbi_test.c)
state_SRCS    := $(addprefix guest-images/tests/, state.c step.c step.S fpv.S)
dirty_SRCS    := $(addprefix guest-images/tests/, dirty.c dirty_irq.c dirty_sbi.c dirty_entry.S step.c step.S insn.c fpv.S)
dt_SRCS       := $(addprefix guest-images/tests/, dt.c dt_isa.c dt_table.c step.c step.S)
csrs_SRCS     := $(addprefix guest-images/tests/, csrs.c step.c step.S)
race_SRCS     := $(addprefix guest-images/tests/, race.c step.c step.S)

dirty_ENTRY   := dirty_boot
bench_ENTRY   := bench_boot
fwft_SRCS     := $(addprefix guest-images/tests/, sbi_fwft.c fwft_trap.c fwft_memory.c fwft_cfi.c sbi_test.c insn.c)
sse_SRCS      := $(addprefix guest-images/tests/, sbi_sse.c sbi_sse_attrs.c sbi_sse_delivery.c sbi_sse_priority.c \
	sbi_sse_harts.c sbi_sse_global.c sbi_sse_races.c sbi_sse_sources.c sse_entry.S sbi_test.c)
dbtr_SRCS     := $(addprefix guest-images/tests/, sbi_dbtr.c sbi_dbtr_fire.c sbi_dbtr_abilities.c sbi_dbtr_fuzz.c sbi_test.c)
denied_SRCS   := $(addprefix guest-images/tests/, denied.c sbi_test.c)
plic_SRCS     := $(addprefix guest-images/tests/, plic.c plic_board.c plic_harts.c plic_rtc.c irq_devices.c irq_tests.c)
aia_SRCS      := $(addprefix guest-images/tests/, aia.c aia_board.c aia_imsic.c aia_stores.c aia_harts.c aia_aplic.c aia_msi.c aia_direct.c \
	aia_devices.c aia_foreign.c aia_walk.c irq_devices.c irq_tests.c)
calls_SRCS    := guest-images/tests/calls.c
inflight_SRCS := guest-images/tests/inflight.c
lives_SRCS    := guest-images/tests/lives.c
bench_SRCS    := $(addprefix guest-images/bench/, main.c calls.c traps.c irqs.c wired.c devices.c harts.c restart.c clock.c measure.S) \
	$(addprefix guest-images/tests/, sv39.c fpv.S aia_board.c plic_board.c irq_devices.c)

sbi_TOPIC     := test_sbi
traps_TOPIC   := test_traps
memory_TOPIC  := test_memory
timers_TOPIC  := test_timers
harts_TOPIC   := test_harts
susp_TOPIC    := test_susp
sta_TOPIC     := test_sta
sse_TOPIC     := test_sse
state_TOPIC   := test_state
dt_TOPIC      := test_dt
race_TOPIC    := test_race
fwft_TOPIC    := test_fwft
pmu_TOPIC     := test_pmu
dbtr_TOPIC    := test_dbtr
plic_TOPIC    := test_plic
aia_TOPIC     := test_aia

csrs_TOPIC    := test_csr_walk

# All topics in one image (tests/topic.h).
selftest_SRCS = guest-images/tests/selftest.c $(sort $(foreach image,$(BARE_IMAGES),$(if $($(image)_TOPIC),$($(image)_SRCS))))
races_TOPIC   := test_hart_races

# Topics that only some partition makes sense for: not in the self-test.
devices_SRCS  := guest-images/tests/devices.c
devices_TOPIC := test_devices

image_srcs = $($(1)_SRCS) $(if $($(1)_TOPIC),guest-images/tests/topic.c)
bare_objects = $(patsubst guest-images/%,$(GUEST_BUILD)/obj/%.o,$(1))
BARE_SRCS   := $(sort $(BARE_RUNTIME_SRCS) $(foreach image,$(BARE_IMAGES),$(call image_srcs,$(image))))
BARE_BINS   := $(BARE_IMAGES:%=$(GUEST_BUILD)/bare/%.bin)

$(GUEST_BUILD)/obj/%.c.o: guest-images/%.c
	@echo "  CC    $<"
	@mkdir -p $(@D)
	$(Q)$(BARE_CC) $(BARE_CFLAGS) -MMD -MP -c $< -o $@

$(GUEST_BUILD)/obj/%.S.o: guest-images/%.S
	@echo "  AS    $<"
	@mkdir -p $(@D)
	$(Q)$(BARE_CC) $(BARE_CFLAGS) -MMD -MP -c $< -o $@

$(GUEST_BUILD)/guest.lds: linker/guest.lds.S guest-images/bare/link.h
	@mkdir -p $(@D)
	$(Q)$(BARE_CC) -E -P -x c -Iguest-images $< -o $@

# The bare toolchain's own linker refuses -pie, the Linux one links the same objects; the compiler names the libraries.
define bare_image
$(GUEST_BUILD)/bare/$(1).elf: $(call bare_objects,$(BARE_RUNTIME_SRCS) $(call image_srcs,$(1))) $(GUEST_BUILD)/guest.lds
	@echo "  LD    $$@"
	@mkdir -p $$(@D)
	$(Q)$(BARE_LD) $(BARE_LDFLAGS) $(if $($(1)_TOPIC),--defsym=topic=$($(1)_TOPIC)) \
		--defsym=image_entry=$(or $($(1)_ENTRY),boot) -T $(GUEST_BUILD)/guest.lds -o $$@ $$(filter %.o,$$^) --start-group \
		$$$$($(BARE_CC) $(BARE_MULTILIB) '-###' -x c /dev/null 2>&1 | grep -oE -- '-L[^ ]*picolibc[^ ]*' | head -n 1) \
		-lc $$$$($(BARE_CC) $(BARE_MULTILIB) -print-libgcc-file-name) --end-group
endef
$(foreach image,$(BARE_IMAGES),$(eval $(call bare_image,$(image))))

$(GUEST_BUILD)/bare/%.bin: $(GUEST_BUILD)/bare/%.elf
	$(Q)$(BARE_OBJCOPY) -O binary $< $@

# No guest: what the tests ask the machine itself, in M-mode.
$(GUEST_BUILD)/bare/machine.elf: $(GUEST_BUILD)/obj/tests/machine.S.o
	@echo "  LD    $@"
	@mkdir -p $(@D)
	$(Q)$(BARE_LD) -Ttext=0x80000000 -o $@ $<

# ---- linux: Debian's kernel as it is, busybox, our init and checks ----

LINUX_CC     ?= riscv64-linux-gnu-gcc
LINUX_CFLAGS := -std=gnu11 -ffreestanding -O2 -fno-pic -no-pie -mcmodel=medany -fno-stack-protector \
	-Wall -Wextra -Werror -Wimplicit-fallthrough -Wmissing-prototypes -Wstrict-prototypes -Wshadow -Wvla -Wundef
LINUX_OUT    := $(GUEST_BUILD)/linux
LINUX_OBJ    := $(GUEST_BUILD)/obj/linux
GUEST_DEBS   := $(GUEST_BUILD)/debs

# Where a debugger stops to count instructions from the kernel's entry to /init.
LINUX_INIT_ADDR := 0x5bead000

CHECKS_SRCS := $(addprefix guest-images/linux/, start.S checks.c report.c load.c bench.c samples.c check_cpus.c check_insns.c check_regs.c mem.c)

$(GUEST_DEBS)/linux-image-riscv64.deb $(GUEST_DEBS)/busybox-static.deb &:
	@mkdir -p $(@D)
	$(Q)ci/fetch-deb.sh $(GUEST_DEBS) linux-image-riscv64 busybox-static

$(LINUX_OUT)/Image: $(GUEST_DEBS)/linux-image-riscv64.deb
	@echo "  UNPACK  $@"
	@mkdir -p $(@D)
	$(Q)dpkg-deb --fsys-tarfile $< | tar -x -O --wildcards './boot/vmlinu[xz]-*' > $@.tmp
	$(Q)test "$$(dd if=$@.tmp bs=1 skip=48 count=5 2>/dev/null)" = RISCV || \
		{ echo "$<: its kernel is not a plain RISC-V Image" >&2; exit 1; }
	$(Q)mv $@.tmp $@

$(LINUX_OBJ)/busybox: $(GUEST_DEBS)/busybox-static.deb
	@mkdir -p $(@D)
	$(Q)dpkg-deb --fsys-tarfile $< | tar -x -O --wildcards './usr/bin/busybox' './bin/busybox' > $@ 2>/dev/null; test -s $@

$(LINUX_OBJ)/init: guest-images/linux/init.S
	@echo "  CC    $<"
	@mkdir -p $(@D)
	$(Q)$(LINUX_CC) -nostdlib -static -no-pie -Wl,-Ttext=$(LINUX_INIT_ADDR) -Wl,--build-id=none -s -o $@ $<

$(LINUX_OBJ)/checks: $(CHECKS_SRCS) guest-images/linux/sys.h
	@echo "  CC    $@"
	@mkdir -p $(@D)
	$(Q)$(LINUX_CC) $(LINUX_CFLAGS) -nostdlib -static -Wl,--build-id=none -s -o $@ $(CHECKS_SRCS)

LINUX_ENTRIES := dir:/bin dir:/dev dir:/etc dir:/proc dir:/sys dir:/tmp char:/dev/console=5:1 char:/dev/null=1:3 \
	file:/init=$(LINUX_OBJ)/init file:/etc/init.sh=guest-images/linux/init.sh \
	file:/bin/busybox=$(LINUX_OBJ)/busybox file:/bin/checks=$(LINUX_OBJ)/checks \
	$(foreach name,sh cat cttyhack date dmesg echo env free grep halt hexdump kill ls mount nproc poweroff ps \
		reboot setsid sleep stty sync taskset time top true uname uptime vi wc yes,link:/bin/$(name)=busybox)

$(LINUX_OUT)/initramfs.cpio.gz: guest-images/linux/mkcpio.py guest-images/linux/init.sh guest-images/guest-images.mk \
		$(LINUX_OBJ)/init $(LINUX_OBJ)/checks $(LINUX_OBJ)/busybox
	@echo "  CPIO  $@"
	@mkdir -p $(@D)
	$(Q)/usr/bin/python3 guest-images/linux/mkcpio.py $@ $(LINUX_ENTRIES)

# For guests with a disk and a network device: the same and Debian's modules for them, in the order in which they are loaded. Most
# guests have neither, and boot without 10 MB of modules.
LINUX_MODULES := virtio_mmio virtio_blk failover net_failover virtio_net crc16 crc32c_generic mbcache jbd2 ext4
LINUX_KOS     := $(LINUX_MODULES:%=$(LINUX_OBJ)/modules/%.ko)
DISK_ENTRIES  := dir:/lib dir:/lib/modules dir:/mnt file:/etc/modules=$(LINUX_OBJ)/modules/list \
	$(foreach name,$(LINUX_MODULES),file:/lib/modules/$(name).ko=$(LINUX_OBJ)/modules/$(name).ko) \
	$(foreach name,dd df head ifconfig insmod md5sum ping route umount,link:/bin/$(name)=busybox)

$(LINUX_KOS) $(LINUX_OBJ)/modules/list &: $(GUEST_DEBS)/linux-image-riscv64.deb guest-images/guest-images.mk
	@echo "  UNPACK  $(LINUX_OBJ)/modules"
	@rm -rf $(@D) && mkdir -p $(@D)
	$(Q)dpkg-deb --fsys-tarfile $< | tar -x -m -C $(@D) --transform 's,.*/,,' --wildcards $(LINUX_MODULES:%='*/%.ko.xz')
	$(Q)xz -d $(LINUX_KOS:%=%.xz) && printf '%s\n' $(LINUX_MODULES) >$(@D)/list

$(LINUX_OUT)/initramfs-disk.cpio.gz: $(LINUX_OUT)/initramfs.cpio.gz $(LINUX_KOS) $(LINUX_OBJ)/modules/list
	@echo "  CPIO  $@"
	$(Q)/usr/bin/python3 guest-images/linux/mkcpio.py $@ $(LINUX_ENTRIES) $(DISK_ENTRIES)

# An empty ext4 file system, to be copied, or written to as a snapshot. mke2fs lies where an ordinary user's PATH does not look.
MKE2FS := PATH="$$PATH:/usr/sbin:/sbin" mke2fs -q -F -t ext4

$(LINUX_OUT)/disk.ext4:
	@echo "  MKFS  $@"
	@mkdir -p $(@D)
	$(Q)truncate -s 32M $@ && $(MKE2FS) $@

# ---- uboot: Debian's U-Boot for S-mode behind the header of an Image; a FIT for it to boot ----

UBOOT_OUT := $(GUEST_BUILD)/uboot

$(GUEST_DEBS)/u-boot-qemu.deb:
	@mkdir -p $(@D)
	$(Q)ci/fetch-deb.sh $(GUEST_DEBS) u-boot-qemu

$(UBOOT_OUT)/u-boot.img: $(GUEST_DEBS)/u-boot-qemu.deb guest-images/uboot/wrap.py
	@echo "  UNPACK  $@"
	@mkdir -p $(@D)
	$(Q)dpkg-deb --fsys-tarfile $< | tar -x -O --wildcards '*/qemu-riscv64_smode/u-boot.bin' >$@.bin
	$(Q)/usr/bin/python3 guest-images/uboot/wrap.py $@ $@.bin

$(UBOOT_OUT)/linux.itb: guest-images/uboot/linux.its $(LINUX_OUT)/Image $(LINUX_OUT)/initramfs.cpio.gz
	@echo "  FIT   $@"
	@mkdir -p $(@D)
	$(Q)sed 's,@OUT@,$(CURDIR)/$(GUEST_BUILD),' $< >$@.its && mkimage -q -f $@.its $@ >/dev/null

# ---- all ----

GUEST_IMAGES := $(addprefix $(UBOOT_OUT)/,u-boot.img linux.itb) \
	$(addprefix $(LINUX_OUT)/,Image initramfs.cpio.gz initramfs-disk.cpio.gz disk.ext4) $(BARE_BINS) $(GUEST_BUILD)/bare/machine.bin

.PHONY: guest-images
.SECONDARY: $(BARE_BINS:.bin=.elf)
guest-images: $(GUEST_IMAGES)

-include $(patsubst %.o,%.d,$(call bare_objects,$(BARE_SRCS)))
