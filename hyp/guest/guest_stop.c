// SPDX-License-Identifier: Apache-2.0
// The end of a guest, and its restart: a barrier over all its harts, and only then is memory touched.
#include <stdio.h>
#include <string.h>

#include "guest/guest.h"
#include "irq/aplic.h"
#include "irq/imsic.h"
#include "lib/log.h"
#include "rv/csr.h"
#include "vcpu/vmask.h"
#include "vcpu/exits.h"

// Whether all guests are off, those in the background left out or not.
static bool are_off(bool with_background)
{
	for (uint32_t i = 0; i < MAX_GUESTS; i++)
		if (guests[i].partition != NULL && !guest_is(&guests[i], LIFE_OFF) &&
		    (with_background || !guests[i].partition->request->background))
			return false;
	return true;
}

// This hart is done with the guest's state; the last one wakes the boot hart.
static void count_done(struct guest *g)
{
	if (atomic_fetch_add(&g->left, 1) + 1 == g->partition->vcpu_count)
		hart_msg_send(guest_hart(g, 0), MSG_WAKE);
}

static void send_to_all(const struct guest *g, uint32_t bits)
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

static const struct {
	enum stop_action action;
	const char *text;
} reasons[] = {
#define STOP_ROW(reason, action, text) [STOP_##reason] = { STOP_##action, text },
	STOP_LIST(STOP_ROW)
#undef STOP_ROW
};

static enum stop_action action_of(const struct guest *g)
{
	return reasons[g->reason].action;
}

void guest_stop(struct guest *g, enum stop_reason reason)
{
	if (!guest_move(g, LIFE_EVENT_STOP))
		return; // another hart was first
	g->reason = reason;
	if (action_of(g) != STOP_RESTART || guest_may_tell(g))
		log_info("guest", "name=%s event=%s reason=\"%s\" hart=%lu starts=%u", g->partition->name,
			 action_of(g) == STOP_RESTART ? "restart" : "stop", reasons[reason].text, (unsigned long)this_hart()->hartid,
			 (unsigned)g->starts);
	send_to_all(g, MSG_STOP);
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
	count_done(g);
}

void guest_clear_file(struct hart *h)
{
	if (!guest_is(h->guest, LIFE_CLEARING))
		return;
	aplic_settle(h);
	imsic_reset_guest_file(h->guest->partition->file_ids);
	count_done(h->guest);
}

// Says how often the guest left its machine, why, and for how long.
static void tell_exits(const struct guest *g)
{
	struct exit_counts sum = { 0 };

	for (uint32_t i = 0; i < g->partition->vcpu_count; i++)
		exits_add(&sum, &guest_hart(g, i)->vcpu);
	exits_log(g->partition->name, -1, &sum);
}

// Says which SBI extensions it called, and how often.
static void tell_calls(const struct guest *g)
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

// Each life counts for itself; a stopped guest's counts can be read until its next start.
static void reset_counts(const struct guest *g)
{
	for (uint32_t i = 0; i < g->partition->vcpu_count; i++) {
		struct vcpu *v = &guest_hart(g, i)->vcpu;

		memset(&v->exits, 0, sizeof(v->exits));
		memset(v->sbi.calls, 0, sizeof(v->sbi.calls));
	}
}

// Nobody is in the guest any more; what its devices and harts could still change is put to rest.
static void rest(struct guest *g)
{
	for (uint32_t i = 0; i < g->partition->vcpu_count; i++)
		atomic_store(&guest_hart(g, i)->shared.state, HSM_STOPPED);
	guest_reset_devices(g); // also before its first start: a boot loader may have used them
	guest_reset_models(g);
	if (g->starts != 0 && (action_of(g) != STOP_RESTART || guest_may_tell(g))) {
		tell_exits(g);
		tell_calls(g);
	}
}

static void declare_off(struct guest *g)
{
	if (guest_move(g, LIFE_EVENT_END))
		log_info("guest", "name=%s event=off", g->partition->name);
}

// Whether no harts are awaited in this state any more; those of the next are counted from 0.
static bool are_all_done(struct guest *g, enum life_state state)
{
	if (!guest_is(g, state) || atomic_load(&g->left) != g->partition->vcpu_count)
		return false;
	atomic_store(&g->left, 0);
	return true;
}

// True when no hart needs to clear anything: all may go on at once.
static bool finish_leaving(struct guest *g)
{
	rest(g);
	guest_move(g, LIFE_EVENT_LEFT);
	if (g->partition->file_ids == 0)
		return true;
	// Only now: before, its own harts and devices could have sent MSIs to a file that was clean.
	send_to_all(g, MSG_CLEAR);
	return false;
}

bool guest_finish_stop(struct guest *g)
{
	const struct partition *p = g->partition;
	struct hart *h = guest_hart(g, 0);

	// No hart of the guest is inside it: nothing changes these but this hart now.
	if (are_all_done(g, LIFE_LEAVING) ? !finish_leaving(g) : !are_all_done(g, LIFE_CLEARING))
		return false;
	if (action_of(g) == STOP_RESTART && p->request->background && are_off(false))
		g->reason = STOP_END_OF_RUN; // one that restarts again and again must not keep the run going
	if (action_of(g) != STOP_RESTART) {
		declare_off(g);
		return false;
	}
	guest_move(g, LIFE_EVENT_LOAD);
	reset_counts(g);
	atomic_store(&g->started, time_now());
	h->shared.start = (struct vcpu_start){ g->layout.kernel, 0, g->layout.dtb.addr };
	if (!guest_load(g)) {
		guest_move(g, LIFE_EVENT_END);
		return false;
	}
	guest_move(g, LIFE_EVENT_LOADED);
	atomic_store(&h->shared.state, HSM_START_PENDING);
	return true;
}

void guest_hart_missing(struct hart *h)
{
	if (h->guest != NULL)
		declare_off(h->guest);
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
