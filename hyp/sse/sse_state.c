// SPDX-License-Identifier: Apache-2.0
// Software events as pure state: transitions, attributes, priorities, and the registers at both ends of a handler.
#include "sse/sse_state.h"

static const uint32_t event_ids[SSE_COUNT] = {
	[SSE_LOCAL_RAS] = SBI_SSE_EVENT_LOCAL_HIGH_PRIO_RAS,
	[SSE_DOUBLE_TRAP] = SBI_SSE_EVENT_LOCAL_DOUBLE_TRAP,
	[SSE_PMU_OVERFLOW] = SBI_SSE_EVENT_LOCAL_PMU_OVERFLOW,
	[SSE_LOCAL_SOFTWARE] = SBI_SSE_EVENT_LOCAL_SOFTWARE,
	[SSE_GLOBAL_SOFTWARE] = SBI_SSE_EVENT_GLOBAL_SOFTWARE,
};

static uint64_t bit_if(uint64_t value, uint64_t mask, uint64_t bit)
{
	return (value & mask) != 0 ? bit : 0;
}

void sse_reset_guest(struct sse_guest *g)
{
	*g = (struct sse_guest){ .runner = SSE_NOBODY }; // preferred: vhartid 0
}

// The platforms' ranges are valid, and no platform here has such events; the rest of the gaps is reserved.
static bool is_valid(uint32_t event_id)
{
	return (event_id & SBI_SSE_EVENT_PLATFORM) != 0 || event_id == SBI_SSE_EVENT_GLOBAL_HIGH_PRIO_RAS ||
	       event_id == SBI_SSE_EVENT_LOCAL_LOW_PRIO_RAS || event_id == SBI_SSE_EVENT_GLOBAL_LOW_PRIO_RAS;
}

long sse_find(uint32_t event_id, uint32_t supported, enum sse_index *index)
{
	for (uint32_t i = 0; i < SSE_COUNT; i++) {
		if (event_ids[i] != event_id)
			continue;
		*index = (enum sse_index)i;
		return supported >> i & 1 ? SBI_SUCCESS : SBI_ERR_NOT_SUPPORTED;
	}
	return is_valid(event_id) ? SBI_ERR_NOT_SUPPORTED : SBI_ERR_INVALID_PARAM;
}

struct sse_event *sse_event(const struct sse_view *s, enum sse_index index)
{
	return index == SSE_GLOBAL_SOFTWARE ? &s->guest->global : &s->vcpu->local[index];
}

static enum sse_state state_of(const struct sse_view *s, enum sse_index index)
{
	return (enum sse_state)sse_event(s, index)->attr[SBI_SSE_ATTR_STATUS];
}

static bool is_running(const struct sse_view *s, enum sse_index index)
{
	return state_of(s, index) == SSE_RUNNING && (index != SSE_GLOBAL_SOFTWARE || s->guest->runner == s->vhartid);
}

static bool is_waiting(const struct sse_view *s, enum sse_index index)
{
	return (s->pending >> index & 1) != 0 && state_of(s, index) == SSE_ENABLED &&
	       (index != SSE_GLOBAL_SOFTWARE || sse_target(s->guest) == s->vhartid);
}

// STATUS says that every event may be injected by the guest, its only source of errors to try its handlers with.
uint64_t sse_read(const struct sse_view *s, enum sse_index index, uint32_t attr_id)
{
	uint64_t value = sse_event(s, index)->attr[attr_id];

	if (attr_id != SBI_SSE_ATTR_STATUS)
		return value;
	return value | SBI_SSE_STATUS_INJECT | ((s->pending >> index & 1) != 0 ? SBI_SSE_STATUS_PENDING : 0);
}

// Whether an attribute may take a value now. A value that is never legal comes before a wrong state, as the table of errors has it.
static long check(const struct sse_view *s, enum sse_index index, uint32_t attr_id, uint64_t value, uint32_t vcpu_count)
{
	bool is_idle = state_of(s, index) <= SSE_REGISTERED, is_legal;

	switch (attr_id) {
	case SBI_SSE_ATTR_PRIORITY:
		is_legal = value <= UINT32_MAX;
		break;
	case SBI_SSE_ATTR_CONFIG:
		is_legal = (value & ~(uint64_t)SBI_SSE_CONFIG_ONESHOT) == 0;
		break;
	case SBI_SSE_ATTR_PREFERRED_HART:
		if (index != SSE_GLOBAL_SOFTWARE)
			return SBI_ERR_DENIED;
		is_legal = value < vcpu_count;
		break;
	case SBI_SSE_ATTR_INTERRUPTED_SEPC:
	case SBI_SSE_ATTR_INTERRUPTED_FLAGS:
	case SBI_SSE_ATTR_INTERRUPTED_A6:
	case SBI_SSE_ATTR_INTERRUPTED_A7:
		if (attr_id == SBI_SSE_ATTR_INTERRUPTED_FLAGS && (value & ~(uint64_t)SBI_SSE_FLAGS) != 0)
			return SBI_ERR_INVALID_PARAM;
		return is_running(s, index) ? SBI_SUCCESS : SBI_ERR_INVALID_STATE;
	default:
		return SBI_ERR_DENIED;
	}
	if (!is_legal)
		return SBI_ERR_INVALID_PARAM;
	return is_idle ? SBI_SUCCESS : SBI_ERR_INVALID_STATE;
}

long sse_write(const struct sse_view *s, enum sse_index index, uint32_t base_attr_id, uint32_t attr_count, const uint64_t *values,
	       uint32_t vcpu_count)
{
	for (uint32_t i = 0; i < attr_count; i++) {
		long error = check(s, index, base_attr_id + i, values[i], vcpu_count);

		if (error != SBI_SUCCESS)
			return error;
	}
	for (uint32_t i = 0; i < attr_count; i++)
		sse_event(s, index)->attr[base_attr_id + i] = values[i];
	return SBI_SUCCESS;
}

long sse_register(struct sse_event *e, uint64_t entry_pc, uint64_t entry_arg)
{
	if (e->attr[SBI_SSE_ATTR_STATUS] != SSE_UNUSED)
		return SBI_ERR_INVALID_STATE;
	if (!is_aligned(entry_pc, 2))
		return SBI_ERR_INVALID_PARAM;
	e->attr[SBI_SSE_ATTR_ENTRY_PC] = entry_pc;
	e->attr[SBI_SSE_ATTR_ENTRY_ARG] = entry_arg;
	return sse_move(e, SSE_UNUSED, SSE_REGISTERED);
}

long sse_move(struct sse_event *e, enum sse_state from, enum sse_state to)
{
	if (e->attr[SBI_SSE_ATTR_STATUS] != from)
		return SBI_ERR_INVALID_STATE;
	e->attr[SBI_SSE_ATTR_STATUS] = to;
	return SBI_SUCCESS;
}

uint32_t sse_target(const struct sse_guest *g)
{
	uint64_t preferred = g->global.attr[SBI_SSE_ATTR_PREFERRED_HART];
	uint32_t vhartid = 0;

	if (!g->pending || g->global.attr[SBI_SSE_ATTR_STATUS] != SSE_ENABLED || g->ready == 0)
		return SSE_NOBODY;
	if (g->started >> preferred & 1)
		return g->ready >> preferred & 1 ? (uint32_t)preferred : SSE_NOBODY;
	while ((g->ready >> vhartid & 1) == 0)
		vhartid++;
	return vhartid;
}

static bool comes_before(const struct sse_view *s, enum sse_index a, enum sse_index b)
{
	uint64_t priority_a, priority_b;

	if (a == SSE_COUNT || b == SSE_COUNT)
		return b == SSE_COUNT && a != SSE_COUNT;
	priority_a = sse_event(s, a)->attr[SBI_SSE_ATTR_PRIORITY];
	priority_b = sse_event(s, b)->attr[SBI_SSE_ATTR_PRIORITY];
	return priority_a < priority_b || (priority_a == priority_b && a < b);
}

static enum sse_index first(const struct sse_view *s, bool (*has)(const struct sse_view *, enum sse_index))
{
	enum sse_index found = SSE_COUNT;

	for (enum sse_index i = 0; i < SSE_COUNT; i++)
		if (has(s, i) && comes_before(s, i, found))
			found = i;
	return found;
}

enum sse_index sse_running(const struct sse_view *s)
{
	return first(s, is_running);
}

enum sse_index sse_choose(const struct sse_view *s)
{
	enum sse_index waiting;

	if ((s->guest->ready >> s->vhartid & 1) == 0)
		return SSE_COUNT;
	waiting = first(s, is_waiting);
	return comes_before(s, waiting, sse_running(s)) ? waiting : SSE_COUNT;
}

// H is hidden from guests: SPV and SPVP are zero. The other fields read zero where the guest's extensions lack them.
void sse_enter(const struct sse_view *s, enum sse_index index, struct sse_context *c)
{
	struct sse_event *e = sse_event(s, index);

	e->attr[SBI_SSE_ATTR_STATUS] = SSE_RUNNING;
	if (index == SSE_GLOBAL_SOFTWARE) {
		s->guest->pending = false;
		s->guest->runner = s->vhartid;
	}
	e->attr[SBI_SSE_ATTR_INTERRUPTED_FLAGS] = bit_if(c->sstatus, SSTATUS_SPP, SBI_SSE_FLAG_SPP) |
						  bit_if(c->sstatus, SSTATUS_SPIE, SBI_SSE_FLAG_SPIE) |
						  bit_if(c->sstatus, SSTATUS_SPELP, SBI_SSE_FLAG_SPELP) |
						  bit_if(c->sstatus, SSTATUS_SDT, SBI_SSE_FLAG_SDT);
	e->attr[SBI_SSE_ATTR_INTERRUPTED_SEPC] = c->sepc;
	e->attr[SBI_SSE_ATTR_INTERRUPTED_A6] = c->a6;
	e->attr[SBI_SSE_ATTR_INTERRUPTED_A7] = c->a7;

	c->a6 = s->vhartid;
	c->a7 = e->attr[SBI_SSE_ATTR_ENTRY_ARG];
	c->sepc = c->pc;
	c->sstatus = (c->sstatus & ~(uint64_t)(SSTATUS_SPP | SSTATUS_SPIE | SSTATUS_SIE | SSTATUS_SPELP)) |
		     (c->mode & (SSTATUS_SPP | SSTATUS_SPELP)) | bit_if(c->sstatus, SSTATUS_SIE, SSTATUS_SPIE) | SSTATUS_SDT;
	c->mode = SSTATUS_SPP;
	c->pc = e->attr[SBI_SSE_ATTR_ENTRY_PC];
}

static void end(const struct sse_view *s, enum sse_index index)
{
	struct sse_event *e = sse_event(s, index);

	e->attr[SBI_SSE_ATTR_STATUS] = e->attr[SBI_SSE_ATTR_CONFIG] & SBI_SSE_CONFIG_ONESHOT ? SSE_REGISTERED : SSE_ENABLED;
	if (index == SSE_GLOBAL_SOFTWARE)
		s->guest->runner = SSE_NOBODY;
}

// The text leaves out the landing pad that the interrupted code expected: it comes back from SPELP, where injection put it.
void sse_leave(const struct sse_view *s, enum sse_index index, struct sse_context *c)
{
	const struct sse_event *e = sse_event(s, index);
	uint64_t flags = e->attr[SBI_SSE_ATTR_INTERRUPTED_FLAGS];

	c->pc = c->sepc;
	c->mode = c->sstatus & (SSTATUS_SPP | SSTATUS_SPELP);
	c->sstatus = (c->sstatus & ~(uint64_t)(SSTATUS_SPP | SSTATUS_SPIE | SSTATUS_SIE | SSTATUS_SPELP | SSTATUS_SDT)) |
		     bit_if(c->sstatus, SSTATUS_SPIE, SSTATUS_SIE) | bit_if(flags, SBI_SSE_FLAG_SPP, SSTATUS_SPP) |
		     bit_if(flags, SBI_SSE_FLAG_SPIE, SSTATUS_SPIE) | bit_if(flags, SBI_SSE_FLAG_SPELP, SSTATUS_SPELP) |
		     bit_if(flags, SBI_SSE_FLAG_SDT, SSTATUS_SDT);
	c->a7 = e->attr[SBI_SSE_ATTR_INTERRUPTED_A7];
	c->a6 = e->attr[SBI_SSE_ATTR_INTERRUPTED_A6];
	c->sepc = e->attr[SBI_SSE_ATTR_INTERRUPTED_SEPC];
	end(s, index);
}

void sse_start_vcpu(const struct sse_view *s)
{
	*s->vcpu = (struct sse_vcpu){ .deliver = false };
	for (uint32_t i = 0; i < SSE_LOCAL_COUNT; i++)
		s->vcpu->local[i].attr[SBI_SSE_ATTR_PREFERRED_HART] = s->vhartid;
	s->guest->started |= 1ull << s->vhartid;
}

void sse_stop_vcpu(const struct sse_view *s)
{
	s->guest->started &= ~(1ull << s->vhartid);
	s->guest->ready &= ~(1ull << s->vhartid);
	if (is_running(s, SSE_GLOBAL_SOFTWARE))
		end(s, SSE_GLOBAL_SOFTWARE);
}
