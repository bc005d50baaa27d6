/* SPDX-License-Identifier: Apache-2.0 */
/* SBI tests: the order in which software events of one hart are taken, and handlers that interrupt handlers. */

#include "tests/sse_test.h"

#define EVENTS 4

/* In the order of their ids. Bare OpenSBI has the last two only. */
static const unsigned long events[EVENTS] = {EVENT_RAS, EVENT_DOUBLE_TRAP, EVENT_LOCAL, EVENT_GLOBAL};
static struct sse_run runs[EVENTS];
static unsigned order[2 * EVENTS], taken, first;

static void note(struct sse_run *run)
{
	order[taken++] = (unsigned)(run - runs);
}

/* Notes its begin and its end, and injects all others meanwhile. */
static void inject_others(struct sse_run *run)
{
	note(run);
	if (taken == 1)
		for (unsigned i = EVENTS; i-- > first;)
			if (&runs[i] != run)
				sse(SSE_INJECT, events[i], hart_self()->id, 0);
	note(run);
}

static void use_all(const unsigned long *priority, void (*handle)(struct sse_run *run))
{
	taken = 0;
	for (unsigned i = first; i < EVENTS; i++)
		if (sse_use(&runs[i], events[i], priority[i], handle))
			tap_check(0, "SSE: register and enable");
}

static void drop_all(void)
{
	for (unsigned i = first; i < EVENTS; i++)
		if (sse_drop(events[i]))
			tap_check(0, "SSE: disable and unregister");
}

/* The events by priority, then by id. */
static void sort(const unsigned long *priority, unsigned *sorted)
{
	unsigned n = 0;

	for (unsigned i = first; i < EVENTS; i++) {
		unsigned at = n++;

		for (; at > 0 && priority[sorted[at - 1]] > priority[i]; at--)
			sorted[at] = sorted[at - 1];
		sorted[at] = i;
	}
}

/* All pending when the hart unmasks: one after the other in the order of priority. */
static int in_order(const unsigned long *priority)
{
	unsigned sorted[EVENTS];
	int good;

	sort(priority, sorted);
	use_all(priority, note);
	sse(SSE_MASK, 0, 0, 0);
	for (unsigned i = EVENTS; i-- > first;)
		sse(SSE_INJECT, events[i], hart_self()->id, 0);
	sse(SSE_UNMASK, 0, 0, 0);
	sse(SSE_COMPLETE, 0, 0, 0);
	good = taken == EVENTS - first;
	for (unsigned i = 0; good && i < taken; i++)
		good = order[i] == sorted[i];
	drop_all();
	return good;
}

/* One handler injects all others: those before it interrupt it, those behind wait for its end. */
static int nested(const unsigned long *priority, unsigned begin)
{
	unsigned sorted[EVENTS], wanted[2 * EVENTS], n = 0, before = 0;
	int good;

	sort(priority, sorted);
	while (sorted[before] != begin)
		before++;
	/* Injected from the last to the first: each that comes before the beginner runs at its injection. */
	wanted[n++] = begin;
	for (unsigned i = EVENTS; i-- > first;)
		for (unsigned p = 0; p < before; p++)
			if (sorted[p] == i)
				wanted[n++] = i, wanted[n++] = i;
	wanted[n++] = begin;
	for (unsigned p = before + 1; p < EVENTS - first; p++)
		wanted[n++] = sorted[p], wanted[n++] = sorted[p];
	use_all(priority, inject_others);
	sse(SSE_INJECT, events[begin], hart_self()->id, 0);
	sse(SSE_COMPLETE, 0, 0, 0);
	good = taken == n;
	for (unsigned i = 0; good && i < n; i++)
		good = order[i] == wanted[i];
	drop_all();
	return good;
}

/* Interrupted by the next more urgent one at each level: the handlers nest to their number. */
static void inject_next(struct sse_run *run)
{
	unsigned i = (unsigned)(run - runs);

	note(run);
	if (i > first)
		sse(SSE_INJECT, events[i - 1], hart_self()->id, 0);
	note(run);
}

static void test_depth(void)
{
	static const unsigned long priority[EVENTS] = {0, 1, 2, 0xffffffff};
	int good;

	use_all(priority, inject_next);
	sse(SSE_INJECT, events[EVENTS - 1], hart_self()->id, 0);
	good = taken == 2 * (EVENTS - first);
	for (unsigned i = 0; good && i < EVENTS - first; i++)
		good = order[i] == EVENTS - 1 - i && order[taken - 1 - i] == EVENTS - 1 - i;
	tap_check(good, "SSE: handlers nest, and end in reverse");
	for (unsigned i = first; i < EVENTS - 1; i++)
		tap_check(runs[i].attr[INTERRUPTED_A6] == SSE_INJECT && runs[i].sstatus & SSTATUS_SPP, "SSE: a handler was interrupted");
	drop_all();
}

void test_sse_priority(void)
{
	static const unsigned long kinds[][EVENTS] = {
		{0, 0, 0, 0}, {4, 3, 2, 1}, {1, 2, 3, 4}, {2, 1, 2, 1}, {1, 2, 1, 2}, {5, 0, 0, 5}, {0xffffffff, 0xfffffffe, 0, 1},
		{0, 0xffffffff, 0x80000000, 0x7fffffff}, {3, 1, 4, 0}, {0, 1, 1, 0},
	};

	first = guest_on_bulkhead() ? 0 : 2;
	sse_set(EVENT_GLOBAL, PREFERRED_HART, hart_self()->id);
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		tap_check(in_order(kinds[i]), "SSE: pending events come by priority, then by id");
		for (unsigned begin = first; begin < EVENTS; begin++)
			tap_check(nested(kinds[i], begin), "SSE: only what comes before it interrupts a handler");
	}
	test_depth();
}
