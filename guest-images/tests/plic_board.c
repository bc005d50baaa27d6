/* SPDX-License-Identifier: Apache-2.0 */
/* Access to the PLIC of the tree, for its tests. */

#include "tests/plic.h"

static uint64_t base;
static uint32_t phandle, sources;
static unsigned context_count;
static int contexts[GUEST_MAX_HARTS];

int plic_find(void)
{
	int size = 0, node = dt_compatible(-1, "sifive,plic-1.0.0");
	const uint8_t *extended = dt_prop(node, "interrupts-extended", &size);

	if (node < 0 || !extended || !dt_reg(node, 0, &base, NULL))
		return 0;
	phandle = dt_u32(node, "phandle", 0);
	sources = dt_u32(node, "riscv,ndev", 0);
	context_count = (unsigned)size / 8;
	for (unsigned i = 0; i < GUEST_MAX_HARTS; i++)
		contexts[i] = -1;
	for (unsigned i = 0; i < context_count; i++) {
		int hart = irq_hart(dt_cell(extended + 8 * i));

		if (hart >= 0 && dt_cell(extended + 8 * i + 4) == IRQ_S_EXTERNAL)
			contexts[hart] = (int)i;
	}
	return 1;
}

int plic_context(unsigned hart)
{
	return contexts[hart];
}

uint32_t plic_source(int node)
{
	return dt_u32(node, "interrupt-parent", phandle) == phandle ? dt_u32(node, "interrupts", 0) : 0;
}

uint64_t plic_base(void)
{
	return base;
}

unsigned plic_contexts(void)
{
	return context_count;
}

uint32_t plic_sources(void)
{
	return sources;
}

static volatile uint32_t *at(uint64_t offset)
{
	return (volatile uint32_t *)(base + offset);
}

volatile uint32_t *plic_priority(uint32_t source)
{
	return at(4ul * source);
}

volatile uint32_t *plic_enables(int context, uint32_t source)
{
	return at(0x2000 + 0x80ul * (unsigned)context + source / 32 * 4);
}

volatile uint32_t *plic_threshold(int context)
{
	return at(0x200000 + 0x1000ul * (unsigned)context);
}

volatile uint32_t *plic_claim(int context)
{
	return plic_threshold(context) + 1;
}

int plic_pending(uint32_t source)
{
	return *at(0x1000 + source / 32 * 4) >> source % 32 & 1;
}

void plic_enable(int context, uint32_t source, int on)
{
	volatile uint32_t *word = plic_enables(context, source);
	uint32_t bit = 1u << source % 32;

	*word = on ? *word | bit : *word & ~bit;
	if (!guest_on_bulkhead()) /* QEMU's PLIC looks what that means when something else is written */
		*plic_threshold(context) = *plic_threshold(context);
}

static int own_context(void)
{
	return contexts[hart_self()->index];
}

static uint32_t claim(void)
{
	return *plic_claim(own_context());
}

static void complete(uint32_t source)
{
	*plic_claim(own_context()) = source;
}

const struct irq_controller plic_controller = {claim, complete, 0};
