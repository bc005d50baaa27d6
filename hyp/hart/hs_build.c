// SPDX-License-Identifier: Apache-2.0
// Builds the hypervisor's own address space (hart/hs_table.c), before the seal. What is for the boot alone, this file among it, has
// no place there: it cannot be reached any more.
#include "hart/hart.h"

#include <string.h>

#define STACK_PAGES (HART_STACK_SIZE / PAGE_SIZE)

extern char __text_start[], __text_end[], __rodata_start[], __rodata_end[], __data_start[], __boot_guard[];
extern char __boot_stack[], __boot_stack_top[];

static bool map(struct table *t, uint64_t base, uint64_t end, uint64_t flags)
{
	if (end <= base)
		return true;
	base = align_down(base, PAGE_SIZE);
	return table_map(t, base, PA(base), align_up(end - base, PAGE_SIZE), flags | PTE_G);
}

static uint64_t addr(const char *symbol)
{
	return (uint64_t)(uintptr_t)symbol;
}

static bool map_image(struct table *t)
{
	return map(t, addr(__text_start), addr(__text_end), PTE_R | PTE_X) &&
	       map(t, addr(__rodata_start), addr(__rodata_end), PTE_R) &&
	       map(t, addr(__data_start), addr(__boot_guard), PTE_R | PTE_W) &&
	       map(t, addr(__boot_stack), addr(__boot_stack_top), PTE_R | PTE_W);
}

// A stack per hart but the boot hart's (which has one already), each above a page that is never mapped.
static bool map_stacks(struct table *t, const struct machine *m, uint64_t stacks)
{
	for (uint32_t i = 0; i < m->hart_count; i++) {
		uint64_t stack = stacks + (uint64_t)i * (HART_STACK_SIZE + PAGE_SIZE) + PAGE_SIZE;

		if (&harts[i] == this_hart()) {
			harts[i].stack_top = addr(__boot_stack_top);
			continue;
		}
		harts[i].stack_top = stack + HART_STACK_SIZE;
		if (!map(t, stack, stack + HART_STACK_SIZE, PTE_R | PTE_W))
			return false;
	}
	return true;
}

// Gives every hart a root of its own that shares the lower half.
static bool make_roots(const struct table *t, const struct machine *m, struct page_pool *pool)
{
	for (uint32_t i = 0; i < m->hart_count; i++) {
		struct hart *h = &harts[i];

		h->root = page_pool_take(pool, 1, PAGE_SIZE);
		if (h->root == NULL)
			return false;
		memcpy(h->root, t->root, HS_ROOT_WINDOW * sizeof(pte_t));
		h->satp = (uint64_t)SATP_MODE_SV39 << SATP_MODE_SHIFT | (uint64_t)(uintptr_t)h->root / PAGE_SIZE;
	}
	return true;
}

// The guests' interrupt files, to which emulated devices send their MSIs, and the harts' own, by which they are kicked.
static bool map_all_files(struct table *t, const struct plan *plan, const struct machine *m)
{
	for (uint32_t i = 0; i < m->hart_count && m->irqchip == IRQCHIP_IMSIC; i++)
		if (m->imsic.file[i] != 0 && !map(t, m->imsic.file[i], m->imsic.file[i] + PAGE_SIZE, PTE_R | PTE_W))
			return false;
	for (uint32_t i = 0; i < plan->partition_count; i++) {
		const struct partition *p = &plan->partitions[i];

		for (uint32_t n = 0; p->file_ids != 0 && n < p->vcpu_count; n++)
			if (!map(t, p->file[n], p->file[n] + PAGE_SIZE, PTE_R | PTE_W))
				return false;
	}
	return true;
}

bool hs_table_build(const struct plan *plan, const struct machine *m, struct page_pool *pool)
{
	uint64_t pool_end = plan->pool.base + plan->pool.size;
	uint64_t stacks = (uint64_t)(uintptr_t)page_pool_take(pool, m->hart_count * (STACK_PAGES + 1), PAGE_SIZE);
	uint64_t rest = stacks + m->hart_count * (STACK_PAGES + 1) * (uint64_t)PAGE_SIZE;
	const struct machine_uart *uart = &m->uart;
	struct region plic = m->plic.reg, aplic = m->aplic.reg;
	bool has_aplic = m->irqchip == IRQCHIP_APLIC || m->irqchip == IRQCHIP_IMSIC;
	struct table t;

	return stacks != 0 && table_init(&t, TABLE_SV39, pool) && map_image(&t) && map_stacks(&t, m, stacks) &&
	       map(&t, plan->pool.base, stacks, PTE_R | PTE_W) && map(&t, rest, pool_end, PTE_R | PTE_W) &&
	       map(&t, plan->package.base, plan->package.base + plan->package.size, PTE_R) &&
	       (m->irqchip != IRQCHIP_PLIC || map(&t, plic.base, plic.base + plic.size, PTE_R | PTE_W)) &&
	       (!has_aplic || map(&t, aplic.base, aplic.base + aplic.size, PTE_R | PTE_W)) && map_all_files(&t, plan, m) &&
	       (!uart->is_ns16550 || map(&t, uart->reg.base, uart->reg.base + uart->reg.size, PTE_R | PTE_W)) &&
	       make_roots(&t, m, pool);
}
