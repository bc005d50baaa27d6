# SPDX-License-Identifier: Apache-2.0
# The hypervisor's objects, one explicit list per kind. Pure objects are compiled for the host as well.

# Rooms: what FEATURES= may leave out (README.md, "Rooms"). A room's objects, or its absent.o in their place.
ROOMS := sse pmu dbtr
sse_OBJS := sse/sse.o sse/sse_state.o
pmu_OBJS := pmu/pmu.o pmu/pmu_counter.o pmu/pmu_event.o pmu/pmu_shmem.o
dbtr_OBJS := dbtr/dbtr.o dbtr/dbtr_state.o
ROOM_PURE_OBJS := sse/sse_state.o pmu/pmu_event.o dbtr/dbtr_state.o

# Emulated devices, and what of their nodes is code: who is there stands in vdev/models.h.
VDEV_OBJS := $(patsubst hyp/%.c,%.o,$(sort $(wildcard hyp/vdev/*.c)))
NODE_OBJS := $(patsubst hyp/%.c,%.o,$(sort $(wildcard hyp/dt/*_node.c)))

PURE_OBJS := \
	lib/diag.o lib/diag_str.o lib/region.o lib/sha256.o \
	rv/isa.o rv/isa_set.o rv/sbi_list.o \
	plan/machine.o plan/request.o plan/plan_make.o plan/plan_memory.o plan/plan_tables.o plan/plan_models.o plan/plan_devices.o plan/plan_check.o plan/plan_check_devices.o plan/plan_check_reach.o plan/plan_str.o plan/layout.o \
	dt/fdt_util.o dt/machine_dt.o dt/uart_dt.o dt/irqchip_dt.o dt/board_walk.o dt/device_dt.o dt/partition_reader.o dt/partition_dt.o dt/partition_memory.o dt/partition_words.o dt/guest_dt.o $(NODE_OBJS) dt/guest_dev_dt.o dt/fragment.o dt/package.o \
	gstage/page_pool.o gstage/gstage.o \
	$(VDEV_OBJS) \
	console/mux.o console/filter.o \
	exit/decode.o \
	vcpu/vmask.o vcpu/hsm_state.o guest/life_state.o $(ROOM_PURE_OBJS)

CORE_OBJS := \
	boot.o banner.o run.o \
	lib/log.o \
	rv/mem.o rv/libc.o rv/format.o rv/firmware.o rv/guestmem.o rv/sha256_zbb.o rv/sha256_zknh.o \
	console/console.o console/uart.o \
	hart/hart.o hart/settle.o hart/take_over.o hart/redirect.o hart/redirect_probe.o hart/hart_prove.o hart/counters.o hart/hart_msg.o hart/hart_fence.o hart/timer.o hart/hs_table.o hart/hs_build.o hart/panic.o \
	vcpu/vcpu.o vcpu/exits.o vcpu/snapshot.o vcpu/inject.o vcpu/fpv.o \
	guest/guest.o guest/guest_prepare.o guest/image.o guest/guest_load.o guest/guest_stop.o guest/guest_memory.o guest/guest_irq.o guest/guest_uart.o guest/guest_reset.o guest/guest_exits.o guest/wait.o guest/service.o \
	sbi/sbi.o sbi/offer.o sbi/base.o sbi/time.o sbi/ipi.o sbi/rfence.o sbi/hsm.o sbi/srst.o sbi/dbcn.o sbi/susp.o sbi/sta.o \
	sbi/fwft.o sbi/legacy.o \
	irq/irq.o irq/plic.o irq/aplic.o irq/imsic.o \
	exit/world.o exit/htinst_access.o exit/exit.o exit/insn.o exit/mmio.o exit/life.o exit/idle.o

# What is linked.
ABSENT := $(filter-out $(FEATURES),$(ROOMS))
LINKED_OBJS := $(CORE_OBJS) $(filter-out $(ROOM_PURE_OBJS),$(PURE_OBJS)) \
	$(foreach r,$(ROOMS),$(if $(filter $r,$(ABSENT)),$r/absent.o,$($r_OBJS)))

# What is needed before the seal only. It is in no table that the hypervisor runs with (linker/hyp.lds.S), and what runs calls none of it.
BOOT_OBJS := boot.o banner.o lib/diag_str.o rv/isa.o $(filter plan/% dt/% gstage/%,$(PURE_OBJS)) hart/hs_build.o guest/guest_prepare.o

# On the way of an exit, or touching every byte of an image: built for speed. Everything else is built for size.
HOT_OBJS := exit/htinst_access.o exit/exit.o exit/insn.o exit/mmio.o vdev/uart16550.o vdev/vplic.o irq/plic.o guest/guest_irq.o vcpu/snapshot.o vcpu/inject.o hart/hart_msg.o hart/hart_fence.o hart/timer.o \
	sbi/sbi.o sbi/base.o sbi/time.o sbi/ipi.o sbi/hsm.o sbi/rfence.o guest/guest.o guest/guest_uart.o \
	rv/sha256_zbb.o rv/sha256_zknh.o

# The part of libfdt that is linked in.
LIBFDT_OBJS := fdt.o fdt_ro.o fdt_rw.o fdt_wip.o fdt_sw.o fdt_check.o fdt_overlay.o
