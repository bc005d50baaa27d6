// SPDX-License-Identifier: Apache-2.0
// Driver of the board's PLIC (RISC-V PLIC specification 1.0.0); see irq/plic.h.
#include "irq/plic.h"

#include "rv/csr.h"
#include "vdev/vplic.h"

#define PENDING 0x1000u
#define ENABLE 0x2000u
#define ENABLE_STRIDE 0x80u
#define CONTEXT 0x200000u
#define CONTEXT_STRIDE 0x1000u
#define CONTEXT_CLAIM 4u
#define MAX_CLAIMS 64u // per interrupt: what is left raises the next one

static struct {
	const struct machine_plic *desc;
	uint32_t enabled[MAX_HARTS][VPLIC_WORDS]; // what the enable registers of the harts' contexts hold
	const struct irq_owner *owner[VPLIC_SOURCES]; // NULL: nobody's
	struct hart *route[VPLIC_SOURCES];        // the hart in whose context a source is enabled; NULL: off
	bool is_claimed[VPLIC_SOURCES];           // by that hart's context
} plic;

static volatile uint32_t *plic_reg(uint64_t offset)
{
	return (volatile uint32_t *)(uintptr_t)(plic.desc->reg.base + offset);
}

static volatile uint32_t *context_reg(const struct hart *h, uint32_t offset)
{
	return plic_reg(CONTEXT + (uint64_t)plic.desc->context[h->index] * CONTEXT_STRIDE + offset);
}

static bool has_context(uint32_t hart)
{
	uint32_t context = plic.desc->context[hart];

	return context != IRQ_NO_CONTEXT && CONTEXT + (context + 1ull) * CONTEXT_STRIDE <= plic.desc->reg.size;
}

static void write_enable(const struct hart *h, uint32_t word, uint32_t value)
{
	*plic_reg(ENABLE + (uint64_t)plic.desc->context[h->index] * ENABLE_STRIDE + 4 * word) = value;
}

static void set_enabled(const struct hart *h, uint32_t source, bool value)
{
	uint32_t *word = &plic.enabled[h->index][source / 32], bit = 1u << source % 32;

	*word = value ? *word | bit : *word & ~bit;
	write_enable(h, source / 32, *word);
}

void plic_init(const struct machine *m)
{
	uint32_t sources = (uint32_t)min_u64(m->plic.sources, MAX_BOARD_SOURCE);

	plic.desc = &m->plic;
	for (uint32_t source = 1; source <= sources; source++)
		*plic_reg(4 * source) = 0; // never interrupts
	for (uint32_t i = 0; i < m->hart_count; i++)
		for (uint32_t word = 0; has_context(i) && word <= sources / 32; word++)
			write_enable(&harts[i], word, 0);
	fence_iorw();
}

void plic_assign(uint32_t source, const struct irq_owner *owner)
{
	plic.owner[source] = owner;
	*plic_reg(4 * source) = 1;
	fence_iorw();
}

bool plic_can_reach(const struct hart *h)
{
	return has_context(h->index);
}

void plic_hart_init(struct hart *h)
{
	if (h->irq == NULL || !has_context(h->index))
		return;
	*context_reg(h, 0) = 0; // threshold
	csr_set(CSR_SIE, IP_SEIP);
}

// UR-CP100 loses interrupts when others are enabled in the context that claims (Linux' PLIC_QUIRK_CP100_CLAIM_REGISTER_ERRATUM):
// all but the first that is pending are off meanwhile.
static uint32_t claim_alone(const struct hart *h)
{
	const uint32_t *enabled = plic.enabled[h->index];
	bool is_found = false;
	uint32_t source;

	for (uint32_t word = 0; word < VPLIC_WORDS; word++) {
		uint32_t pending = is_found || enabled[word] == 0 ? 0 : *plic_reg(PENDING + 4 * word) & enabled[word];

		is_found |= pending != 0;
		if (enabled[word] != 0)
			write_enable(h, word, pending & -pending);
	}
	source = is_found ? *context_reg(h, CONTEXT_CLAIM) : 0;
	for (uint32_t word = 0; word < VPLIC_WORDS; word++)
		if (enabled[word] != 0)
			write_enable(h, word, enabled[word]);
	return source;
}

// Nobody's: cannot be, and does not come again.
static void refuse_source(const struct hart *h, uint32_t source)
{
	*context_reg(h, CONTEXT_CLAIM) = source;
	if (source <= MAX_BOARD_SOURCE)
		*plic_reg(4 * source) = 0;
}

// A source that is claimed cannot come again before its owner has completed it.
void plic_external(struct hart *h)
{
	const struct irq_owner *owner = h->irq;

	if (owner == NULL || !has_context(h->index)) {
		csr_clear(CSR_SIE, IP_SEIP);
		return;
	}
	spinlock_take(owner->lock);
	for (uint32_t n = 0; n < MAX_CLAIMS && (csr_read(CSR_SIP) & IP_SEIP) != 0; n++) {
		uint32_t source = plic.desc->claims_alone ? claim_alone(h) : *context_reg(h, CONTEXT_CLAIM);

		if (source == 0)
			break;
		if (source >= VPLIC_SOURCES || plic.owner[source] != owner) {
			refuse_source(h, source);
			continue;
		}
		plic.is_claimed[source] = true;
		owner->raise(owner->guest, source);
	}
	fence_iorw(); // the registers before the lock, here and below
	spinlock_give(owner->lock);
}

void plic_route(uint32_t source, struct hart *to)
{
	struct hart *from = plic.route[source];

	if (plic.is_claimed[source] || to == from)
		return; // a context completes only what it has enabled
	if (from != NULL)
		set_enabled(from, source, false);
	if (to != NULL) {
		set_enabled(to, source, true);
		*context_reg(to, 0) = 0; // QEMU's PLIC looks what an enable bit means when something else is written
	}
	plic.route[source] = to;
	fence_iorw();
}

bool plic_complete(uint32_t source)
{
	if (!plic.is_claimed[source])
		return false;
	plic.is_claimed[source] = false;
	*context_reg(plic.route[source], CONTEXT_CLAIM) = source;
	fence_iorw();
	return true;
}

bool plic_release(uint32_t source)
{
	bool was_claimed = plic_complete(source);

	plic_route(source, NULL);
	return was_claimed;
}

uint32_t plic_pending(uint32_t word)
{
	return *plic_reg(PENDING + 4 * word);
}
