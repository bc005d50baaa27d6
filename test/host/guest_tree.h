// SPDX-License-Identifier: Apache-2.0
// The trees of the demo's guests on the boards of test/host/data, for tests of what is in them.
#ifndef BULKHEAD_TEST_GUEST_TREE_H
#define BULKHEAD_TEST_GUEST_TREE_H

#include "dt_util.h"

#include "dt/guest_dt.h"
#include "dt/machine_dt.h"
#include "dt/partition_dt.h"
#include "golden.h"
#include "map.h"

static struct machine m;
static struct request r;
static struct partition p;
static struct layout layout;
static struct diag why;
static _Alignas(8) uint8_t dtb[MAX_GUEST_DTB], scratch[MAX_GUEST_DTB];

static inline void read_board(const char *board)
{
	char path[128];
	snprintf(path, sizeof(path), DATA "%s.dts", board);
	struct blob b = dtb_from_file(path);
	assert_true(machine_read(b.data, &m, &why));
	free(b.data);
}

// The same board without guest interrupt files shows an APLIC with direct delivery.
static inline void read_golden_board(const char *name)
{
	bool is_direct = strcmp(name, "qemu-max-aplic") == 0;
	read_board(is_direct ? "qemu-max-aia" : name);
	if (is_direct)
		m.imsic_guest_files = 0;
}

static inline void read_demo(void)
{
	struct blob b = dtb_from_file("platform/qemu-virt/demo.dts");
	assert_true(partition_read(b.data, b.size, &r, &why));
	free(b.data);
}

// As the plan would do it: the guest's harts are those with H from `first` on; all that can be enabled is.
static inline void assign(uint32_t guest, uint32_t first)
{
	struct isa all, enabled = { 0 };
	p = (struct partition){ .index = guest, .memory_base = r.guests[guest].memory_base,
				.memory_size = r.guests[guest].memory_size, .request = &r.guests[guest] };
	bool has_uart = (r.guests[guest].models >> MODEL_UART & 1) != 0;
	strcpy(p.name, r.guests[guest].name);
	p.is_wired = has_uart && m.irqchip != IRQCHIP_NONE;
	if (has_uart)
		map_add_model(&p, MODEL_UART, p.is_wired ? GUEST_UART_SOURCE : 0);
	if (p.is_wired && m.irqchip == IRQCHIP_PLIC)
		p.irqchip = GUEST_IRQCHIP_PLIC;
	else if (p.is_wired)
		p.irqchip = m.imsic_guest_files != 0 ? GUEST_IRQCHIP_IMSIC : GUEST_IRQCHIP_APLIC;
	if (p.is_wired)
		map_add_model(&p, m.irqchip == IRQCHIP_PLIC ? MODEL_PLIC : MODEL_APLIC, 0);
	memset(&all, 0xff, sizeof(all));
	for (uint32_t i = first; i < m.hart_count && p.vcpu_count < r.guests[guest].hart_count; i++) {
		if (!isa_has(&m.harts[i].isa, ISA_H))
			continue;
		all = isa_and(&all, &m.harts[i].isa);
		p.harts[p.vcpu_count++] = i;
	}
	if (p.irqchip == GUEST_IRQCHIP_IMSIC) {
		p.map[p.map_count++] = (struct map_entry){
			{ GUEST_IMSIC_GPA, p.vcpu_count * PAGE_SIZE }, MAP_FILES, MODEL_COUNT, 0, PA(0),
		};
		p.file_ids = m.imsic.ids;
		isa_set(&enabled, ISA_SSAIA);
	}
	isa_set(&enabled, ISA_SSTC);
	isa_set(&enabled, ISA_SVADU);
	isa_set(&enabled, ISA_SVPBMT);
	isa_set(&enabled, ISA_ZICBOM);
	isa_set(&enabled, ISA_ZICBOZ);
	p.isa = isa_for_guest(&all, &enabled, &r.guests[guest].ignored);
	layout = (struct layout){ 0 };
	if (r.guests[guest].initrd[0] != '\0') {
		layout.initrd = GPA(p.memory_base.addr + p.memory_size - 0x400000);
		layout.initrd_size = 0x123456;
	}
}

static inline struct guest_dt_input input(const void *fragment, size_t size)
{
	return (struct guest_dt_input){ .machine = &m, .partition = &p, .layout = &layout, .fragment = fragment,
					.fragment_size = size, .scratch = scratch };
}

#endif
