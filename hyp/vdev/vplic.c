// SPDX-License-Identifier: Apache-2.0
// Gateways, priorities and claims of an emulated PLIC; knows lines by number only.
#include "vdev/vplic.h"

#include <string.h>

#define CONTEXT_STRIDE 0x1000u
// Registers are looked up by pairs of contexts that begin with a vcpu's. M-mode's, which follow, are then registers that a vcpu has
// not; those of hart 0, which lie in front of the first pair, are those of a vcpu far beyond the last.
#define CONTEXT_OF_VCPU (VPLIC_CONTEXT + CONTEXT_STRIDE)
#define CONTEXT_PAIR (2 * CONTEXT_STRIDE)
#define ENABLE_OF_VCPU (VPLIC_ENABLE + VPLIC_ENABLE_STRIDE)
#define ENABLE_PAIR (2 * VPLIC_ENABLE_STRIDE)
#define CONTEXT_THRESHOLD 0u
#define CONTEXT_CLAIM 4u

static bool get_bit(const uint32_t *words, uint32_t source)
{
	return (words[source / 32] >> source % 32 & 1) != 0;
}

static void set_bit(uint32_t *words, uint32_t source, bool value)
{
	uint32_t bit = 1u << source % 32;

	words[source / 32] = value ? words[source / 32] | bit : words[source / 32] & ~bit;
}

// The pending and enabled source of highest priority, the lowest number among equals; 0 when there is none. Priority 0 means
// "never". Thresholds do not matter to a claim (section "Interrupt Claim Process").
static uint32_t best_source(const struct vplic *p, const struct vplic_context *c)
{
	uint32_t best = 0;

	for (uint32_t word = 0; word < VPLIC_WORDS; word++)
		for (uint32_t left = p->pending[word] & c->enabled[word]; left != 0; left &= left - 1) {
			uint32_t source = word * 32 + (uint32_t)__builtin_ctz(left);

			if (p->priority[source] > (best == 0 ? 0 : p->priority[best]))
				best = source;
		}
	return best;
}

static void update(struct vplic *p, uint32_t context)
{
	struct vplic_context *c = &p->contexts[context];
	uint32_t best = best_source(p, c);
	bool level = best != 0 && p->priority[best] > c->threshold;

	if (level == c->level)
		return;
	c->level = level;
	p->lines.line(p->lines.owner, context, level);
}

// Only contexts that may take the source can change by it.
static void update_source(struct vplic *p, uint32_t source)
{
	for (uint32_t context = 0; context < p->context_count; context++)
		if (get_bit(p->contexts[context].enabled, source))
			update(p, context);
}

void vplic_init(struct vplic *p, uint32_t context_count, struct vplic_lines lines)
{
	memset(p, 0, sizeof(*p));
	p->lines = lines;
	p->context_count = context_count;
}

void vplic_wire(struct vplic *p, uint32_t source)
{
	set_bit(p->wired, source, true);
}

void vplic_reset(struct vplic *p)
{
	memset(p->claimed, 0, sizeof(p->claimed));
	memset(p->priority, 0, sizeof(p->priority));
	memcpy(p->pending, p->high, sizeof(p->pending));
	for (uint32_t context = 0; context < p->context_count; context++) {
		memset(p->contexts[context].enabled, 0, sizeof(p->contexts[context].enabled));
		p->contexts[context].threshold = 0;
		update(p, context);
	}
}

// An open gateway passes a high level on once.
static void open_gateway(struct vplic *p, uint32_t source)
{
	if (!get_bit(p->high, source) || get_bit(p->claimed, source) || get_bit(p->pending, source))
		return;
	set_bit(p->pending, source, true);
	update_source(p, source);
}

void vplic_set_level(struct vplic *p, uint32_t source, bool high)
{
	set_bit(p->high, source, high);
	open_gateway(p, source);
}

static uint32_t claim(struct vplic *p, uint32_t context)
{
	uint32_t source = best_source(p, &p->contexts[context]);

	if (source == 0)
		return 0;
	set_bit(p->pending, source, false);
	set_bit(p->claimed, source, true);
	update_source(p, source);
	return source;
}

// A completion of what this context may not take, or of what nobody has claimed, is ignored.
static void complete(struct vplic *p, uint32_t context, uint32_t source)
{
	if (source >= VPLIC_SOURCES || !get_bit(p->contexts[context].enabled, source) || !get_bit(p->claimed, source))
		return;
	set_bit(p->claimed, source, false);
	p->lines.done(p->lines.owner, source);
	open_gateway(p, source);
}

static void access_priority(struct vplic *p, uint32_t source, struct mmio *access)
{
	if (source >= VPLIC_SOURCES || !get_bit(p->wired, source))
		return;
	if (access->is_write) {
		p->priority[source] = (uint8_t)(access->value & VPLIC_PRIORITY_MAX);
		update_source(p, source);
	} else {
		access->value = p->priority[source];
	}
}

static void access_enable(struct vplic *p, uint32_t context, uint32_t word, struct mmio *access)
{
	if (context >= p->context_count || word >= VPLIC_WORDS)
		return;

	struct vplic_context *c = &p->contexts[context];

	if (access->is_write) {
		c->enabled[word] = (uint32_t)access->value & p->wired[word];
		update(p, context);
	} else {
		access->value = c->enabled[word];
	}
}

static void access_context(struct vplic *p, uint32_t context, uint32_t reg, struct mmio *access)
{
	if (context >= p->context_count)
		return;

	struct vplic_context *c = &p->contexts[context];

	if (reg == CONTEXT_CLAIM && access->is_write) {
		complete(p, context, (uint32_t)access->value);
	} else if (reg == CONTEXT_CLAIM) {
		access->value = claim(p, context);
	} else if (reg == CONTEXT_THRESHOLD && access->is_write) {
		c->threshold = (uint32_t)access->value & VPLIC_PRIORITY_MAX;
		update(p, context);
	} else if (reg == CONTEXT_THRESHOLD) {
		access->value = c->threshold;
	}
}

enum mmio_verdict vplic_access(void *state, struct mmio *access)
{
	struct vplic *p = state;
	uint32_t offset = (uint32_t)access->offset;

	if (access->width != 4 || access->offset >= GUEST_PLIC_SIZE)
		return MMIO_FAULT;
	if (!access->is_write)
		access->value = 0;
	if (offset >= VPLIC_CONTEXT)
		access_context(p, (offset - CONTEXT_OF_VCPU) / CONTEXT_PAIR, (offset - CONTEXT_OF_VCPU) % CONTEXT_PAIR, access);
	else if (offset >= VPLIC_ENABLE)
		access_enable(p, (offset - ENABLE_OF_VCPU) / ENABLE_PAIR, (offset - ENABLE_OF_VCPU) % ENABLE_PAIR / 4, access);
	else if (offset < VPLIC_PENDING)
		access_priority(p, offset / 4, access);
	else if (!access->is_write && offset - VPLIC_PENDING < 4 * VPLIC_WORDS)
		access->value = p->pending[(offset - VPLIC_PENDING) / 4];
	return MMIO_DONE;
}
