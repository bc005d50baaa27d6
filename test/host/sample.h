// SPDX-License-Identifier: Apache-2.0
// Machines and requests that tests of the plan begin with: the demo on QEMU's virt machine.
#ifndef BULKHEAD_TEST_SAMPLE_H
#define BULKHEAD_TEST_SAMPLE_H

#include <stdio.h>
#include <string.h>

#include "plan/plan.h"

#define KIB 0x400ull
#define MIB 0x100000ull
#define GIB 0x40000000ull

struct sample {
	struct machine machine;
	struct request request;
	struct plan_input in;
	struct plan plan;
	struct diag why;
};

static inline struct isa sample_isa(void)
{
	struct isa isa = { { 0 } };

	for (int ext = ISA_I; ext <= ISA_H; ext++) {
		if (ext != ISA_V)
			isa_set(&isa, (enum isa_ext)ext);
	}
	isa_set(&isa, ISA_SSTC);
	isa_set(&isa, ISA_ZICBOM);
	return isa;
}

static inline void sample_add_device(struct machine *m, const char *name, uint64_t base, uint64_t size)
{
	struct machine_device *d = &m->devices[m->device_count++];

	snprintf(d->name, sizeof(d->name), "%s", name);
	d->reg = (struct region){ base, size };
}

static inline struct guest_request *sample_add_guest(struct request *r, const char *name, uint32_t harts, uint64_t memory)
{
	struct guest_request *g = &r->guests[r->guest_count++];

	snprintf(g->name, sizeof(g->name), "%s", name);
	snprintf(g->kernel, sizeof(g->kernel), "%s", name);
	g->hart_count = harts;
	g->memory_size = memory;
	g->memory_base = GPA(GUEST_MEMORY_GPA);
	g->models = 1u << MODEL_UART;
	return g;
}

// A virt machine with `harts` harts and `ram` bytes at 0x80000000, and a request without guests.
static inline void sample_init(struct sample *s, uint32_t harts, uint64_t ram)
{
	memset(s, 0, sizeof(*s));
	snprintf(s->machine.model, sizeof(s->machine.model), "riscv-virtio,qemu");
	s->machine.hart_count = harts;
	for (uint32_t i = 0; i < harts; i++)
		s->machine.harts[i] = (struct machine_hart){ .hartid = i, .enabled = true, .mmu = MMU_SV57, .isa = sample_isa() };
	s->machine.ram_count = 1;
	s->machine.ram[0] = (struct region){ 0x80000000, ram };
	s->machine.reserved_count = 2;
	s->machine.reserved[0] = (struct region){ 0x80000000, 0x40000 };
	s->machine.reserved[1] = (struct region){ 0x80040000, 0x40000 };
	sample_add_device(&s->machine, "flash@20000000", 0x20000000, 0x2000000);
	sample_add_device(&s->machine, "flash@20000000", 0x22000000, 0x2000000);
	sample_add_device(&s->machine, "fw-cfg@10100000", 0x10100000, 0x18);
	sample_add_device(&s->machine, "pci@30000000", 0x30000000, 0x10000000);
	for (uint64_t i = 8; i >= 1; i--) {
		char name[MAX_NAME];

		snprintf(name, sizeof(name), "virtio_mmio@1000%u000", (unsigned int)i);
		sample_add_device(&s->machine, name, 0x10000000 + i * 0x1000, 0x1000);
	}
	sample_add_device(&s->machine, "serial@10000000", 0x10000000, 0x100);
	sample_add_device(&s->machine, "plic@c000000", 0xc000000, 0x600000);
	sample_add_device(&s->machine, "clint@2000000", 0x2000000, 0x10000);
	s->machine.uart = (struct machine_uart){ true, { 0x10000000, 0x100 }, 0, 1, 0, 0 };
	s->machine.irqchip = IRQCHIP_PLIC;
	s->machine.timebase = 10000000;
	isa_set(&s->machine.enabled, ISA_SSTC);
	isa_set(&s->machine.enabled, ISA_ZICBOM);
	s->in = (struct plan_input){ .machine = &s->machine, .request = &s->request, .pool_fixed_size = 1 * MIB };
	s->in.image = (struct region){ 0x80200000, 1 * MIB };
	s->in.board_dtb = (struct region){ 0x80180000, 0x2000 };
}

// The demo: linux with 2 harts and 512 MiB, pulse with 1 hart and 16 MiB, on 4 harts and 1 GiB.
static inline void sample_demo(struct sample *s)
{
	sample_init(s, 4, GIB);
	s->in.package = (struct region){ 0x80300000, 39 * MIB };
	sample_add_guest(&s->request, "linux", 2, 512 * MIB);
	sample_add_guest(&s->request, "pulse", 1, 16 * MIB);
}

#endif
