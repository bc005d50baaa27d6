/* SPDX-License-Identifier: Apache-2.0 */
/* SBI tests: the global software event: which hart takes it, who may change it, what becomes of it when harts stop. */

#include "tests/sse_test.h"

#define NOWHERE 99

static struct sse_run global;
static volatile unsigned long ready, leave, where, in_handler, failed;

static int begin(void (*run)(void *arg))
{
	ready = leave = failed = 0;
	hart_start(1, run, NULL);
	return sse_wait(&ready, 1);
}

static int end(void)
{
	leave = 1;
	return hart_wait(1, HSM_STOPPED) && !failed;
}

static void note_where(struct sse_run *run)
{
	where = run->a6;
}

static void run_unmasked(void *arg)
{
	(void)arg;
	failed |= sse(SSE_UNMASK, 0, 0, 0).error != 0;
	ready = 1;
	while (!leave)
		;
	failed |= sse(SSE_MASK, 0, 0, 0).error != 0;
}

/* Waits until the global event is taken and complete: the hart of its handler, or ~0. */
static unsigned long taken_by(unsigned long count)
{
	unsigned long until = rdtime() + 10 * timer_frequency();

	if (!sse_wait(&global.count, count))
		return ~0ul;
	while ((sse_get(EVENT_GLOBAL, STATUS) & 7) != ENABLED && rdtime() < until)
		cpu_relax();
	return where;
}

static unsigned long inject_global(void)
{
	unsigned long before = global.count;

	sse(SSE_INJECT, EVENT_GLOBAL, hart_self()->id, 0);
	return taken_by(before + 1);
}

static void prefer(unsigned i)
{
	tap_equal(sse(SSE_DISABLE, EVENT_GLOBAL, 0, 0).error, 0, "SSE: disable the global event");
	tap_equal(sse_set(EVENT_GLOBAL, PREFERRED_HART, harts[i].id), 0, "SSE: set its preferred hart");
	tap_equal(sse(SSE_ENABLE, EVENT_GLOBAL, 0, 0).error, 0, "SSE: enable it");
}

static void test_global(void)
{
	sse_set(EVENT_GLOBAL, PREFERRED_HART, harts[0].id);
	tap_equal(sse_use(&global, EVENT_GLOBAL, 0, note_where), 0, "SSE: register and enable the global event");
	global.hart = &harts[0];
	tap_check(begin(run_unmasked), "SSE: two harts are ready");
	tap_equal((long)inject_global(), (long)harts[0].id, "SSE: the preferred hart takes it");
	check_ret(sse(SSE_INJECT, EVENT_GLOBAL, harts[1].id, 0), SBI_SUCCESS, 0, "SSE: the hart argument is ignored");
	tap_equal((long)taken_by(2), (long)harts[0].id, "SSE: so it is the preferred hart again");
	if (guest_on_bulkhead()) /* OpenSBI checks it */
		check_ret(sse(SSE_INJECT, EVENT_GLOBAL, ~0ul, 0), SBI_SUCCESS, 0, "SSE: even an absent hart is ignored");
	prefer(1);
	global.hart = &harts[1];
	tap_equal((long)inject_global(), (long)harts[1].id, "SSE: the new preferred hart takes it");
	if (!guest_on_bulkhead()) { /* with OpenSBI only the preferred hart does, whatever becomes of it */
		prefer(0); /* one whose preferred hart stops is unused from then on */
		tap_check(end(), "SSE: the other hart stops");
		sse_drop(EVENT_GLOBAL);
		return;
	}
	/* What would go to a stopped hart goes to one that is ready. */
	tap_check(end(), "SSE: the other hart masks and stops");
	global.hart = &harts[0];
	tap_equal((long)inject_global(), (long)harts[0].id, "SSE: another takes it for the stopped one");
	sse(SSE_MASK, 0, 0, 0);
	where = NOWHERE;
	sse(SSE_INJECT, EVENT_GLOBAL, 0, 0);
	tap_equal((long)sse_get(EVENT_GLOBAL, STATUS), ENABLED | PENDING | INJECTABLE, "SSE: with no hart ready it stays pending");
	global.hart = &harts[1];
	begin(run_unmasked);
	tap_equal((long)where, (long)harts[1].id, "SSE: the preferred hart takes it when it starts and unmasks");
	sse(SSE_UNMASK, 0, 0, 0);
	end();
	sse_drop(EVENT_GLOBAL);
}

/* ---- a preferred hart that does not take events ---- */

static volatile unsigned long sleeps;

/* Masked, and asleep if `sleeps`; when told it unmasks, and has the event at once. */
static void run_masked(void *arg)
{
	(void)arg;
	csr_write(sie, SIE_SSIE);
	ready = 1;
	while (!leave)
		if (sleeps)
			failed |= sbi_call3(SBI_EXT_HSM, HSM_HART_SUSPEND, 0, 0, 0).error != 0;
	csr_clear(sip, SIE_SSIE);
	csr_write(sie, 0);
	failed |= where != NOWHERE;
	sse(SSE_UNMASK, 0, 0, 0);
	failed |= where != harts[1].id;
	sse(SSE_MASK, 0, 0, 0);
}

static void pause_shortly(void)
{
	for (unsigned long until = rdtime() + timer_frequency() / 100; rdtime() < until;)
		cpu_relax();
}

/* It waits for that hart, though this one is ready. */
static void test_waits(unsigned long sleeping)
{
	where = NOWHERE;
	sleeps = sleeping;
	tap_check(begin(run_masked) && (!sleeping || hart_wait(1, HSM_SUSPENDED)),
		  sleeping ? "SSE: the preferred hart masks and sleeps" : "SSE: the preferred hart masks");
	sse_set(EVENT_GLOBAL, PREFERRED_HART, harts[1].id);
	tap_equal(sse_use(&global, EVENT_GLOBAL, 0, note_where), 0, "SSE: register and enable the global event");
	global.hart = &harts[1];
	sse(SSE_INJECT, EVENT_GLOBAL, 0, 0);
	pause_shortly();
	if (guest_on_bulkhead()) /* OpenSBI's is pending once that hart has looked into its queue */
		tap_equal((long)sse_get(EVENT_GLOBAL, STATUS), ENABLED | PENDING | INJECTABLE, "SSE: the global event waits for it");
	tap_equal((long)where, NOWHERE, "SSE: no other hart takes it");
	leave = 1;
	sbi_call3(SBI_EXT_IPI, 0, 1, harts[1].id, 0);
	tap_check(hart_wait(1, HSM_STOPPED) && !failed, "SSE: it is that hart's as soon as it unmasks");
	tap_equal((long)global.count, 1, "SSE: once");
	sse_drop(EVENT_GLOBAL);
}

static void run_asleep(void *arg)
{
	(void)arg;
	csr_write(sie, SIE_SSIE);
	sse(SSE_UNMASK, 0, 0, 0);
	ready = 1;
	failed |= sbi_call3(SBI_EXT_HSM, HSM_HART_SUSPEND, 0, 0, 0).error != 0;
	csr_write(sie, 0);
	failed |= where != harts[1].id;
	while (!leave)
		cpu_relax();
	sse(SSE_MASK, 0, 0, 0);
}

static void test_wakes(void)
{
	where = NOWHERE;
	tap_check(begin(run_asleep) && hart_wait(1, HSM_SUSPENDED), "SSE: the preferred hart sleeps, unmasked");
	sse_set(EVENT_GLOBAL, PREFERRED_HART, harts[1].id);
	tap_equal(sse_use(&global, EVENT_GLOBAL, 0, note_where), 0, "SSE: register and enable the global event");
	global.hart = &harts[1];
	tap_equal((long)inject_global(), (long)harts[1].id, "SSE: it is woken by the global event");
	tap_check(end(), "SSE: and took it before its suspend returned");
	sse_drop(EVENT_GLOBAL);
}

/* Of those that are ready the lowest goes in for a stopped one. */
static void test_lowest(void)
{
	if (hart_count() < 4) {
		tap_skip("SSE: which hart goes in for a stopped one", "fewer than four harts");
		return;
	}
	ready = leave = failed = 0;
	for (unsigned i = 2; i < 4; i++) {
		hart_start(i, run_unmasked, NULL);
		sse_wait(&ready, 1);
		ready = 0;
	}
	sse_set(EVENT_GLOBAL, PREFERRED_HART, harts[1].id);
	tap_equal(sse_use(&global, EVENT_GLOBAL, 0, note_where), 0, "SSE: register and enable the global event");
	global.hart = &harts[0];
	tap_equal((long)inject_global(), (long)harts[0].id, "SSE: hart 0 goes in for hart 1, which is stopped");
	sse(SSE_MASK, 0, 0, 0);
	global.hart = &harts[2];
	tap_equal((long)inject_global(), (long)harts[2].id, "SSE: hart 2, when hart 0 masks");
	sse(SSE_UNMASK, 0, 0, 0);
	leave = 1;
	tap_check(hart_wait(2, HSM_STOPPED) && hart_wait(3, HSM_STOPPED) && !failed, "SSE: both others stop");
	sse_drop(EVENT_GLOBAL);
}

static void stop_here(struct sse_run *run)
{
	where = run->a6;
	if (where == harts[1].id)
		hart_stop();
}

static void try_to_change(struct sse_run *run)
{
	(void)run;
	in_handler = 1;
	while (!leave)
		;
}

/* Only the hart in its handler may change what was interrupted; a hart that stops there leaves the event to others. */
static void test_global_runner(void)
{
	if (guest_on_bulkhead()) /* OpenSBI wants it started */
		tap_equal(sse_set(EVENT_GLOBAL, PREFERRED_HART, harts[1].id), 0, "SSE: prefer a stopped hart");
	begin(run_unmasked);
	sse_set(EVENT_GLOBAL, PREFERRED_HART, harts[1].id);
	tap_equal(sse_use(&global, EVENT_GLOBAL, 0, try_to_change), 0, "SSE: register and enable the global event");
	global.hart = &harts[1];
	in_handler = 0;
	sse(SSE_INJECT, EVENT_GLOBAL, 0, 0);
	tap_check(sse_wait(&in_handler, 1), "SSE: another hart is in its handler");
	tap_equal((long)(sse_get(EVENT_GLOBAL, STATUS) & 3), RUNNING, "SSE: it runs, as seen from here");
	tap_equal(sse_set(EVENT_GLOBAL, INTERRUPTED_A6, 0), guest_on_bulkhead() ? SSE_ERR_INVALID_STATE : SBI_ERR_INVALID_PARAM,
		  "SSE: what was interrupted there is not changed from here");
	check_ret(sse(SSE_COMPLETE, 0, 0, 0), SBI_SUCCESS, 0, "SSE: nor is it completed from here");
	tap_equal((long)(sse_get(EVENT_GLOBAL, STATUS) & 3), RUNNING, "SSE: it still runs");
	check_error(sse(SSE_DISABLE, EVENT_GLOBAL, 0, 0), SSE_ERR_INVALID_STATE, "SSE: nor is it disabled");
	leave = 1;
	hart_wait(1, HSM_STOPPED);
	if (!guest_on_bulkhead())
		return; /* the stop of its preferred hart makes it unused with OpenSBI */
	tap_equal(sse_drop(EVENT_GLOBAL), 0, "SSE: completed there, it can be");
	sse_use(&global, EVENT_GLOBAL, 0, stop_here);
	global.hart = &harts[1];
	begin(run_unmasked);
	sse(SSE_INJECT, EVENT_GLOBAL, 0, 0);
	tap_check(hart_wait(1, HSM_STOPPED), "SSE: another hart stops in its handler");
	tap_equal((long)sse_get(EVENT_GLOBAL, STATUS), ENABLED | INJECTABLE, "SSE: the event is enabled again");
	global.hart = &harts[0];
	tap_equal((long)inject_global(), (long)harts[0].id, "SSE: and comes to another hart");
	sse_drop(EVENT_GLOBAL);
}

static struct sse_run urgent;

/* The preferred hart's: it has something more urgent to do, and then is no longer there for the global event. */
static void wait_and_leave(struct sse_run *run)
{
	(void)run;
	in_handler = 1;
	while (!(sse_get(EVENT_GLOBAL, STATUS) & PENDING))
		cpu_relax();
	ready = 2;
	while (!leave)
		cpu_relax();
	hart_stop();
}

static void run_urgent(void *arg)
{
	(void)arg;
	sse_use(&urgent, EVENT_LOCAL, 0, wait_and_leave);
	ready = 1;
	sse(SSE_UNMASK, 0, 0, 0);
	sse(SSE_INJECT, EVENT_LOCAL, harts[1].id, 0);
	while (!leave)
		;
}

/* A pending event whose hart stops before it takes it goes to another. */
static void test_passed_on(void)
{
	sse_set(EVENT_GLOBAL, PREFERRED_HART, harts[1].id);
	sse_use(&global, EVENT_GLOBAL, 1, note_where);
	in_handler = 0;
	where = NOWHERE;
	tap_check(begin(run_urgent) && sse_wait(&in_handler, 1), "SSE: the preferred hart is in a handler");
	sse(SSE_INJECT, EVENT_GLOBAL, 0, 0);
	tap_check(sse_wait(&ready, 2) && where == NOWHERE, "SSE: the global event waits for it");
	leave = 1;
	tap_check(hart_wait(1, HSM_STOPPED) && !failed, "SSE: that hart stops");
	tap_equal((long)taken_by(1), (long)harts[0].id, "SSE: another takes the event");
	sse_drop(EVENT_GLOBAL);
}

/* With two harts at least. */
void test_sse_global(void)
{
	test_global();
	test_waits(0);
	test_waits(1);
	test_wakes();
	test_global_runner();
	if (guest_on_bulkhead()) {
		test_passed_on();
		test_lowest();
	}
}
