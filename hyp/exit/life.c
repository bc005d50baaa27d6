// SPDX-License-Identifier: Apache-2.0
// The one list of what is reset between two lives of a guest, or of one of its harts; and how one life follows the other.
#include "exit/life.h"

#include <string.h>

#include "dbtr/dbtr.h"
#include "guest/guest.h"
#include "irq/aplic.h"
#include "irq/imsic.h"
#include "pmu/pmu.h"
#include "rv/csr.h"
#include "sbi/sbi.h"
#include "sse/sse.h"

// ---- the rows: each takes the hart that does it ----

static void life_counters(struct hart *h) { sbi_pmu_reset(&h->vcpu); }

static void life_harts(struct hart *h)
{
	for (uint32_t i = 0; i < h->guest->partition->vcpu_count; i++)
		atomic_store(&guest_hart(h->guest, i)->shared.state, HSM_STOPPED);
}

static void life_devices(struct hart *h) { guest_reset_devices(h->guest); }
static void life_models(struct hart *h) { guest_reset_models(h->guest); }
static void life_msis(struct hart *h) { aplic_settle(h); }
static void life_file(struct hart *h) { imsic_reset_guest_file(h->guest->partition->file_ids); }

static void life_counts(struct hart *h)
{
	for (uint32_t i = 0; i < h->guest->partition->vcpu_count; i++) {
		struct vcpu *v = &guest_hart(h->guest, i)->vcpu;

		memset(&v->exits, 0, sizeof(v->exits));
		memset(v->sbi.calls, 0, sizeof(v->sbi.calls));
	}
	atomic_store(&h->guest->started, time_now());
}

static void life_shared_events(struct hart *h) { sbi_sse_reset_guest(h->guest); }

static void life_memory(struct hart *h)
{
	if (!guest_load(h->guest))
		guest_move(h->guest, LIFE_EVENT_END);
}

static void life_input(struct hart *h)
{
	while (guest_console_get(h->guest) >= 0)
		;
}

static void life_deadline(struct hart *h) { h->guest_deadline = UINT64_MAX; }
static void life_ipi(struct hart *h) { atomic_fetch_and(&h->shared.inbox, ~(uint32_t)MSG_IPI); }

static void life_registers(struct hart *h)
{
	struct vcpu_start start = h->shared.start;

	vcpu_reset(&h->vcpu, &h->config, &start);
}

static void life_events(struct hart *h) { sbi_sse_start_vcpu(&h->vcpu); }
static void life_features(struct hart *h) { fwft_reset(&h->vcpu); }
static void life_triggers(struct hart *h) { sbi_dbtr_reset(&h->vcpu); }
static void life_line(struct hart *h) { guest_apply_line(h); }

// X(moment, function): the order counts. Each has its row in test/system/rows_life.py, which fails where it does nothing.
#define LIFE_LIST(X) \
	X(HART_LEAVES, counters)    /* not when it enters again: the hypervisor reads the cycle counter, too */ \
	X(ALL_LEFT, harts)          /* one may have been asked to start meanwhile */ \
	X(ALL_LEFT, devices)        /* before its first life, too: a boot loader may have used them */ \
	X(ALL_LEFT, models)         /* with the board's sources that are the guest's */ \
	X(HART_CLEARS, msis)        /* those under way arrive in the file, before that is cleared */ \
	X(HART_CLEARS, file)        /* after the devices: they could have sent more */ \
	X(BEGINS, counts)           /* until then those of the life before can be read */ \
	X(BEGINS, shared_events) \
	X(BEGINS, memory) \
	X(BEGINS, input)            /* what was typed for the life before */ \
	X(HART_ENTERS, deadline) \
	X(HART_ENTERS, ipi)         /* of a life before this one */ \
	X(HART_ENTERS, registers)   /* and all CSRs a guest can reach */ \
	X(HART_ENTERS, events) \
	X(HART_ENTERS, features) \
	X(HART_ENTERS, triggers) \
	X(HART_ENTERS, line)        /* after the CSRs: the interrupt controller outlives a stopped hart */

void life_reset(struct hart *h, enum life_moment moment)
{
	static void (*const reset_functions[])(struct hart *h) = {
#define LIFE_RESET(moment, function) life_##function,
		LIFE_LIST(LIFE_RESET)
#undef LIFE_RESET
	};
	static const uint8_t moments[] = {
#define LIFE_MOMENT(moment, function) LIFE_##moment,
		LIFE_LIST(LIFE_MOMENT)
#undef LIFE_MOMENT
	};

	for (uint32_t i = 0; i < ARRAY_SIZE(reset_functions); i++)
		if (moments[i] == moment)
			reset_functions[i](h);
}

// ---- one life after the other ----

static bool may_enter(struct hart *h)
{
	if (!guest_is(h->guest, LIFE_RUNNING) || atomic_load(&h->shared.state) != HSM_START_PENDING)
		return false;
	life_reset(h, LIFE_HART_ENTERS);
	// A guest that is being stopped meanwhile has sent a message, which is taken right after entry.
	return hart_move_state(h, HSM_EVENT_STARTED);
}

// Whether no hart is awaited in this state any more; those of the next are counted from 0.
static bool are_all_done(struct guest *g, enum life_state state)
{
	if (!guest_is(g, state) || atomic_load(&g->left) != g->partition->vcpu_count)
		return false;
	atomic_store(&g->left, 0);
	return true;
}

// True when no hart has a file to clear.
static bool finish_leaving(struct hart *h)
{
	struct guest *g = h->guest;

	life_reset(h, LIFE_ALL_LEFT);
	guest_log_life(g);
	guest_move(g, LIFE_EVENT_LEFT);
	if (g->partition->file_ids == 0)
		return true;
	guest_send_to_all(g, MSG_CLEAR);
	return false;
}

// On the boot hart. No hart of the guest is inside it where this goes on: nothing but this hart changes what it resets.
static void begin_next(struct hart *h)
{
	struct guest *g = h->guest;

	if (are_all_done(g, LIFE_LEAVING) ? !finish_leaving(h) : !are_all_done(g, LIFE_CLEARING))
		return;
	if (!guest_wants_life(g)) {
		guest_declare_off(g);
		return;
	}
	guest_move(g, LIFE_EVENT_LOAD);
	life_reset(h, LIFE_BEGINS);
	h->shared.start = (struct vcpu_start){ g->layout.kernel, 0, g->layout.dtb.addr };
	if (guest_move(g, LIFE_EVENT_LOADED)) // not one whose image is bad
		atomic_store(&h->shared.state, HSM_START_PENDING);
}

bool life_go_on(struct hart *h, uint32_t messages)
{
	if (messages & MSG_STOP)
		guest_acknowledge_stop(h);
	if ((messages & MSG_CLEAR) != 0 && guest_is(h->guest, LIFE_CLEARING)) {
		life_reset(h, LIFE_HART_CLEARS);
		guest_count_done(h->guest);
	}
	if (h->vcpu.vhartid == 0)
		begin_next(h);
	return may_enter(h);
}
