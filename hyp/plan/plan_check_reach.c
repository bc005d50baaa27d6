// SPDX-License-Identifier: Apache-2.0
// Checks a finished plan for what page tables take for granted: table_map(), hs_table_build() and window_open() refuse or
// assert what is refused here with a reason.
#include "plan/plan_check_reach.h"

#include <stdio.h>

#define PA_LIMIT (1ull << 56) // what an entry of a page table can name
#define GIB_SHIFT 30

// Whether r lies where hs_table_build() can map it; empty ranges are not mapped.
static bool is_in_own_space(struct region r, const char *node, const char *property, struct diag *why)
{
	if (r.size == 0 || region_contains((struct region){ 0, HS_REACH }, r.base, r.size))
		return true;
	return diag_set_u64(why, DIAG_HS_REACH, node, property, r.base);
}

// What the hypervisor drives is mapped in whole pages, and no page of it may be RAM: a guest could own that.
static bool is_driven(const struct machine *m, struct region r, const char *node, struct diag *why)
{
	if (!is_in_own_space(r, node, "reg", why))
		return false;
	for (uint32_t i = 0; r.size != 0 && i < m->ram_count; i++) {
		uint64_t first = align_down(r.base, PAGE_SIZE), end = align_up(r.base + r.size, PAGE_SIZE);

		if (region_overlaps(m->ram[i], (struct region){ first, end - first }))
			return diag_set_u64(why, DIAG_DEVICE_IN_RAM, node, "reg", r.base);
	}
	return true;
}

static bool check_devices(const struct machine *m, struct diag *why)
{
	bool has_aplic = m->irqchip == IRQCHIP_APLIC || m->irqchip == IRQCHIP_IMSIC;

	if ((m->uart.is_ns16550 && !is_driven(m, m->uart.reg, "stdout-path", why)) ||
	    (m->irqchip == IRQCHIP_PLIC && !is_driven(m, m->plic.reg, "PLIC", why)) ||
	    (has_aplic && !is_driven(m, m->aplic.reg, "APLIC", why)))
		return false;
	for (uint32_t i = 0; m->irqchip == IRQCHIP_IMSIC && i < m->hart_count; i++) {
		struct region files = { m->imsic.file[i], m->imsic.file[i] == 0 ? 0 : (GUEST_FILE + 1ull) * PAGE_SIZE };

		if (!is_driven(m, files, "IMSIC", why))
			return false;
	}
	return true;
}

static bool check_guest(const struct partition *p, struct diag *why)
{
	uint64_t first = p->memory_base.addr >> GIB_SHIFT, last = (p->memory_base.addr + p->memory_size - 1) >> GIB_SHIFT;
	char node[sizeof(why->node)];

	snprintf(node, sizeof(node), "/guests/%s", p->name);
	if (last - first >= WINDOW_GIBS)
		return diag_set_u64(why, DIAG_MEM_WINDOW, node, "memory-base", p->memory_base.addr);
	for (const struct map_entry *e = NULL; (e = partition_next(p, MAP_MEMORY, e)) != NULL;)
		if (!region_contains((struct region){ 0, PA_LIMIT }, e->pa.addr, e->gpa.size))
			return diag_set_u64(why, DIAG_MEM_REACH, node, "host-memory", e->pa.addr);
	return true;
}

bool plan_check_reach(const struct plan_input *in, const struct plan *plan, struct diag *why)
{
	if (!is_in_own_space(plan->image, "/memory", "image", why) ||
	    !is_in_own_space(plan->package, "/chosen", "linux,initrd-start", why) ||
	    !is_in_own_space(plan->pool, "/memory", "pool", why) || !check_devices(in->machine, why))
		return false;
	for (uint32_t i = 0; i < plan->partition_count; i++) {
		if (!check_guest(&plan->partitions[i], why))
			return false;
	}
	return true;
}
