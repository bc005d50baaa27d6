// SPDX-License-Identifier: Apache-2.0
// The end of a guest's life: why, a barrier over all its harts, and what is said of it. What follows stands in exit/life.c.
#include <stdio.h>

#include "guest/guest.h"
#include "lib/log.h"
#include "rv/csr.h"
#include "vcpu/vmask.h"
#include "vcpu/exits.h"

// Whether all guests are off, those in the background left out or not.
static bool are_off(bool with_background)
{
	for (uint32_t i = 0; i < MAX_GUESTS; i++)
		if (guests[i].partition != NULL && !guest_is(&guests[i], LIFE_OFF) &&
		    (with_background || !guests[i].partition->rules.background))
			return false;
	return true;
}

void guest_count_done(struct guest *g)
{
	if (atomic_fetch_add(&g->left, 1) + 1 == g->partition->vcpu_count)
		hart_msg_send(guest_hart(g, 0), MSG_WAKE);
}

void guest_send_to_all(const struct guest *g, uint32_t bits)
{
	uint64_t everyone;

	vmask_make(0, UINT64_MAX, g->partition->vcpu_count, &everyone);
	hart_msg_send_set(g->partition, everyone, bits);
}

bool guest_move(struct guest *g, enum life_event event)
{
	uint32_t state = atomic_load(&g->state);
	enum life_state next;

	do {
		if (!life_next((enum life_state)state, event, &next))
			return false;
	} while (!atomic_compare_exchange_weak(&g->state, &state, (uint32_t)next));
	return true;
}

static enum stop_action action_of(const struct guest *g)
{
	static const uint8_t actions[] = {
#define STOP_ACTION(reason, action, text) [STOP_##reason] = STOP_##action,
		STOP_LIST(STOP_ACTION)
#undef STOP_ACTION
	};

	return (enum stop_action)actions[g->reason];
}

static const char *reason_text(enum stop_reason reason)
{
	static const char texts[] =
#define STOP_TEXT(reason, action, text) text "\0"
		STOP_LIST(STOP_TEXT)
#undef STOP_TEXT
		"";

	return diag_text(texts, sizeof(texts), (uint32_t)reason);
}

void guest_stop(struct guest *g, enum stop_reason reason)
{
	if (!guest_move(g, LIFE_EVENT_STOP))
		return; // another hart was first
	g->reason = reason;
	if (action_of(g) != STOP_RESTART || guest_may_tell(g))
		log_info("guest", "name=%s event=%s reason=\"%s\" hart=%lu starts=%u", g->partition->name,
			 action_of(g) == STOP_RESTART ? "restart" : "stop", reason_text(reason), (unsigned long)this_hart()->hartid,
			 (unsigned)g->starts);
	guest_send_to_all(g, MSG_STOP);
}

void guest_acknowledge_stop(struct hart *h)
{
	struct guest *g = h->guest;

	if (!guest_is(g, LIFE_LEAVING))
		return;
	atomic_store(&h->shared.state, HSM_STOPPED);
	// Stores of the guest to pages it mapped as I/O (Svpbmt) are not ordered by atomics: they must be done before its boot
	// hart, which reads `left`, fills the memory anew.
	fence_iorw();
	guest_count_done(g);
}

// Says how often the guest left its machine, why, and for how long.
static void log_exits(const struct guest *g)
{
	struct exit_counts sum = { 0 };

	for (uint32_t i = 0; i < g->partition->vcpu_count; i++)
		exits_add(&sum, &guest_hart(g, i)->vcpu);
	exits_log(g->partition->name, -1, &sum);
}

// Says which SBI extensions it called, and how often.
static void log_calls(const struct guest *g)
{
	static const uint8_t order[] = {
#define SBI_LIST_ORDER(ext, name, eid, handler) SBI_INDEX_##ext,
		SBI_LIST(SBI_LIST_ORDER)
#undef SBI_LIST_ORDER
		SBI_INDEX_UNKNOWN,
	};
	char line[256] = "";
	size_t used = 0;

	for (uint32_t k = 0; k < ARRAY_SIZE(order); k++) {
		uint32_t n = order[k];
		uint64_t sum = 0;

		for (uint32_t i = 0; i < g->partition->vcpu_count; i++)
			sum += guest_hart(g, i)->vcpu.sbi.calls[n];
		if (sum != 0 && used < sizeof(line))
			used += (size_t)snprintf(line + used, sizeof(line) - used, " %s=%lu",
						 sbi_names[n], (unsigned long)sum);
	}
	log_info("guest", "name=%s event=calls%s", g->partition->name, line);
}

void guest_log_life(struct guest *g)
{
	if (g->starts == 0 || (action_of(g) == STOP_RESTART && !guest_may_tell(g)))
		return;
	log_exits(g);
	log_calls(g);
}

bool guest_wants_life(struct guest *g)
{
	if (action_of(g) == STOP_RESTART && g->partition->rules.background && are_off(false))
		g->reason = STOP_END_OF_RUN; // one that restarts again and again must not keep the run going
	return action_of(g) == STOP_RESTART;
}

void guest_declare_off(struct guest *g)
{
	if (guest_move(g, LIFE_EVENT_END))
		log_info("guest", "name=%s event=off", g->partition->name);
}

void guest_hart_missing(struct hart *h)
{
	if (h->guest != NULL)
		guest_declare_off(h->guest);
}

bool guest_all_off(void)
{
	return are_off(true);
}

void guest_stop_background(void)
{
	if (!are_off(false))
		return;
	// What is not off now is in the background; one that is just restarting will find out by itself.
	for (uint32_t i = 0; i < MAX_GUESTS; i++)
		if (guests[i].partition != NULL)
			guest_stop(&guests[i], STOP_END_OF_RUN);
}

uint32_t guest_failures(void)
{
	uint32_t failures = 0;

	// A guest that is off and was to be started has never run: a bad image, or a hart that is missing.
	for (uint32_t i = 0; i < MAX_GUESTS; i++)
		failures += guests[i].partition != NULL && action_of(&guests[i]) != STOP_SHUTDOWN;
	return failures;
}
