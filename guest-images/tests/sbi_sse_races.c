/* SPDX-License-Identifier: Apache-2.0 */
/* SBI tests: software events injected by all harts at once, against disable, complete, mask and stop: the last is never lost. */

#include "tests/sse_test.h"

#define INJECTIONS 40
#define LIVES	   10

/* What each hart has injected, counted before the call, and what a handler saw of it. */
static volatile unsigned long sent[GUEST_MAX_HARTS], received[GUEST_MAX_HARTS];
static volatile unsigned long senders_left, refused, lost, victim_ready;
static unsigned long storm_event, victim_id, is_answered;
static struct sse_run local_run, global_run;

static void receive(struct sse_run *run)
{
	(void)run;
	for (unsigned i = 0; i < GUEST_MAX_HARTS; i++) {
		unsigned long now = __atomic_load_n(&sent[i], __ATOMIC_ACQUIRE);

		if (now > received[i])
			received[i] = now;
	}
}

static void send(void *arg)
{
	unsigned long self = hart_self()->index;

	(void)arg;
	/* Three of four wait for their handler: one that is lost shows at once, and there are many to disturb. */
	for (unsigned n = 0; n < INJECTIONS && !lost; n++) {
		__atomic_add_fetch(&sent[self], 1, __ATOMIC_SEQ_CST);
		if (sse(SSE_INJECT, storm_event, victim_id, 0).error)
			__atomic_add_fetch(&refused, 1, __ATOMIC_RELAXED);
		if (is_answered && n % 4 && !sse_wait(&received[self], sent[self]))
			__atomic_add_fetch(&lost, 1, __ATOMIC_RELAXED);
	}
	__atomic_sub_fetch(&senders_left, 1, __ATOMIC_RELEASE);
}

static void prepare(unsigned long event, unsigned long victim, int answered)
{
	memset((void *)sent, 0, sizeof(sent));
	memset((void *)received, 0, sizeof(received));
	storm_event = event;
	victim_id = victim;
	refused = lost = 0;
	is_answered = (unsigned long)answered;
}

static void start_senders(unsigned from)
{
	senders_left = hart_count() - from;
	for (unsigned i = from; i < hart_count(); i++)
		hart_start(i, send, NULL);
}

static void stop_senders(unsigned from)
{
	for (unsigned i = from; i < hart_count(); i++)
		hart_wait(i, HSM_STOPPED);
}

static int all_received(void)
{
	unsigned long until = rdtime() + 10 * timer_frequency();
	int missing;

	do {
		missing = 0;
		for (unsigned i = 0; i < GUEST_MAX_HARTS; i++)
			missing += received[i] != sent[i];
	} while (missing && rdtime() < until);
	return !missing;
}

enum against { NOTHING, DISABLING, MASKING, UNREGISTERING, COMPLETING };

static void disturb(enum against what, unsigned long event)
{
	switch (what) {
	case NOTHING:
		break;
	case DISABLING:
		sse(SSE_DISABLE, event, 0, 0);
		sse(SSE_ENABLE, event, 0, 0);
		break;
	case MASKING:
		sse(SSE_MASK, 0, 0, 0);
		sse(SSE_UNMASK, 0, 0, 0);
		break;
	case UNREGISTERING:
		sse(SSE_DISABLE, event, 0, 0);
		sse(SSE_UNREGISTER, event, 0, 0);
		sse(SSE_REGISTER, event, (unsigned long)sse_entry, (unsigned long)&local_run);
		sse(SSE_ENABLE, event, 0, 0);
		break;
	case COMPLETING:
		sse(SSE_INJECT, event, victim_id, 0);
		sse(SSE_COMPLETE, 0, 0, 0);
		break;
	}
}

/* All other harts inject to this one, which meanwhile disturbs it. */
static void test_storm(unsigned long event, enum against what, const char *name)
{
	unsigned long rounds = 0;

	prepare(event, hart_self()->id, 1);
	tap_equal(sse_use(&local_run, event, 0, receive), 0, "SSE: register and enable for a storm");
	start_senders(1);
	while (senders_left) {
		disturb(what, event);
		rounds++;
	}
	stop_senders(1);
	tap_check(all_received() && !lost, name);
	print("# %lu handlers for %u injections, %lu rounds, %lu refused\n", local_run.count, (hart_count() - 1) * INJECTIONS, rounds,
	      refused);
	tap_equal((long)refused, 0, "SSE: none was refused");
	tap_equal((long)(sse_get(event, STATUS) & 7), ENABLED, "SSE: enabled and nothing pending afterwards");
	tap_equal(sse_drop(event), 0, "SSE: disable and unregister");
}

/* A hart that is started, takes events, and stops, again and again. */
static void live_shortly(void *arg)
{
	(void)arg;
	sse_use(&local_run, EVENT_LOCAL, 0, receive);
	sse(SSE_UNMASK, 0, 0, 0);
	for (unsigned i = 0; i < 20; i++)
		cpu_relax();
	if (victim_ready & 1)
		sse(SSE_MASK, 0, 0, 0);
	victim_ready++;
}

/*
 * Every now and then the other hart has time for a whole life: it gets nowhere as long as each SSE_COMPLETE finds the event injected
 * again, which is what a machine does that lets the sender run at each trap.
 */
static void take_breath(unsigned long n)
{
	for (unsigned i = 0; n % 16 == 0 && i < 50000; i++)
		cpu_relax();
}

static void test_stopping(unsigned long event)
{
	unsigned long lives = 0, n = 0;

	prepare(event, harts[1].id, 0);
	victim_ready = 0;
	if (event == EVENT_GLOBAL) {
		sse_set(event, PREFERRED_HART, harts[1].id);
		sse_use(&global_run, event, 1, receive);
	}
	start_senders(2);
	while (senders_left || lives < LIVES) {
		__atomic_add_fetch(&sent[0], 1, __ATOMIC_SEQ_CST);
		if (sse(SSE_INJECT, event, victim_id, 0).error)
			refused++;
		take_breath(++n);
		if (hart_status(1) == HSM_STOPPED && !hart_start(1, live_shortly, NULL).error)
			lives++;
	}
	stop_senders(1);
	print("# %lu lives\n", lives);
	tap_check(refused == 0, "SSE: inject to a hart that comes and goes");
	if (event == EVENT_GLOBAL) {
		tap_check(all_received(), "SSE: none of a global event is lost: this hart takes what that one leaves");
		tap_equal((long)(sse_get(event, STATUS) & 7), ENABLED, "SSE: enabled and nothing pending afterwards");
		tap_equal(sse_drop(event), 0, "SSE: disable and unregister");
	}
}

/* Every hart injects, masks and unmasks: the preferred one as well, which leaves the last event to this one. */
static void roam(void *arg)
{
	unsigned long self = hart_self()->index;

	(void)arg;
	for (unsigned n = 0; n < INJECTIONS; n++) {
		sse(SSE_UNMASK, 0, 0, 0);
		__atomic_add_fetch(&sent[self], 1, __ATOMIC_SEQ_CST);
		sse(SSE_INJECT, EVENT_GLOBAL, 0, 0);
		sse(SSE_MASK, 0, 0, 0);
	}
	__atomic_sub_fetch(&senders_left, 1, __ATOMIC_RELEASE);
}

static void test_roaming(void)
{
	prepare(EVENT_GLOBAL, 0, 0);
	sse_set(EVENT_GLOBAL, PREFERRED_HART, harts[hart_count() - 1].id);
	tap_equal(sse_use(&global_run, EVENT_GLOBAL, 0, receive), 0, "SSE: register and enable the global event");
	senders_left = hart_count() - 1;
	for (unsigned i = 1; i < hart_count(); i++)
		hart_start(i, roam, NULL);
	while (senders_left) {
		sse(SSE_DISABLE, EVENT_GLOBAL, 0, 0);
		sse(SSE_ENABLE, EVENT_GLOBAL, 0, 0);
	}
	stop_senders(1);
	tap_check(all_received(), "SSE: a global event outlives its hart, and the last one is not lost");
	tap_equal((long)(sse_get(EVENT_GLOBAL, STATUS) & 7), ENABLED, "SSE: enabled and nothing pending afterwards");
	tap_equal(sse_drop(EVENT_GLOBAL), 0, "SSE: disable and unregister");
}

void test_sse_races(void)
{
	if (hart_count() < 2) {
		tap_skip("SSE: races between harts", "one hart");
		return;
	}
	if (!guest_on_bulkhead())
		return; /* OpenSBI refuses what its queue between harts has no room for, and drops what comes while not enabled */
	sse_set(EVENT_GLOBAL, PREFERRED_HART, hart_self()->id);
	test_storm(EVENT_LOCAL, NOTHING, "SSE: storm of a local event");
	test_storm(EVENT_LOCAL, COMPLETING, "SSE: storm of a local event, injecting oneself");
	test_storm(EVENT_LOCAL, MASKING, "SSE: storm of a local event, masking");
	test_storm(EVENT_GLOBAL, NOTHING, "SSE: storm of the global event");
	test_storm(EVENT_GLOBAL, MASKING, "SSE: storm of the global event, masking");
	test_storm(EVENT_LOCAL, DISABLING, "SSE: storm of a local event, disabling");
	test_storm(EVENT_LOCAL, UNREGISTERING, "SSE: storm of a local event, unregistering");
	test_storm(EVENT_GLOBAL, DISABLING, "SSE: storm of the global event, disabling");
	test_storm(EVENT_GLOBAL, COMPLETING, "SSE: storm of the global event, injecting oneself");
	test_stopping(EVENT_LOCAL);
	test_stopping(EVENT_GLOBAL);
	test_roaming();
}
