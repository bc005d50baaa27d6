/* SPDX-License-Identifier: Apache-2.0 */
/* Races of fences and IPIs: two harts at each other, and storms towards a hart that stops and starts. */

#include "tests/races.h"

#define KINDS 3

static volatile int is_over;

/*
 * One of every kind of fence, to everyone or to one hart, whole or by pages. Returns how many were refused; OpenSBI refuses one
 * hart that is not there at the moment.
 */
static unsigned long fence_all_kinds(unsigned long turn, unsigned long mask, unsigned long base)
{
	static const unsigned long sizes[] = {0, 4096, 0x10000, 0x200000, ~0ul};
	unsigned long refused = 0;

	for (long fid = 0; fid < KINDS; fid++)
		refused += sbi_call(SBI_EXT_RFENCE, fid, mask, base, turn << 12, sizes[turn % 5], turn & 0xff, 0).error != 0;
	return guest_on_bulkhead() || base == ~0ul ? refused : 0;
}

static void fence_back(void *arg)
{
	(void)arg;
	race_wait(&race_go, 1);
	for (unsigned long turn = 1; turn <= race_turns / KINDS; turn++) {
		race_bad += fence_all_kinds(turn, 1, harts[0].id);
		race_done = turn;
	}
	race_wait(&race_go, 2); /* a stopped hart cannot be fenced */
}

/* The other has done all its turns however often it was interrupted, and so have we. */
void test_fence_races(void)
{
	unsigned long bad = 0;

	race_bad = 0;
	race_helper(1, fence_back);
	race_go = 1;
	for (unsigned long turn = 1; turn <= race_turns / KINDS; turn++)
		bad += fence_all_kinds(turn, turn & 1, turn & 1 ? harts[1].id : ~0ul);
	tap_check(race_wait(&race_done, race_turns / KINDS), "two harts fence each other: both come through");
	race_go = 2;
	race_stopped(1);
	tap_equal((long)(bad + race_bad), 0, "two harts fence each other: every fence succeeds");
}

static void fence_storm(void *arg)
{
	unsigned long turn = 0;

	(void)arg;
	for (; !is_over; turn++)
		race_bad += fence_all_kinds(turn, turn % 16 != 0, turn % 16 ? harts[2].id : ~0ul);
	race_done = turn;
}

static void ipi_storm(void *arg)
{
	unsigned long turn = 0;

	(void)arg;
	for (; !is_over; turn++)
		race_bad += sbi_call3(SBI_EXT_IPI, 0, 1, harts[2].id, 0).error && guest_on_bulkhead(); /* as with fences */
	race_done = turn;
}

static volatile unsigned long entered_wrong;

/* Looks as a started hart must, then stops: interrupts off, no translation, an IPI pending at most. */
static void look_and_stop(void *arg)
{
	(void)arg;
	if ((csr_read(sstatus) & SSTATUS_SIE) || csr_read(satp) || csr_read(sie))
		entered_wrong++;
	csr_set(sie, SIE_SSIE);
	irq_handle(IRQ_S_SOFTWARE, NULL);
}

/* Hart 0 starts hart 2 again and again while hart 1, and hart 3 where there is one, storm at it. */
static void storm(void (*work)(void *arg), const char *comes, const char *succeeds)
{
	unsigned long starts = 0, end = rdtime() + RACE_SECONDS * timer_frequency();

	is_over = 0;
	race_runs[0] = race_runs[1] = race_bad = entered_wrong = 0;
	race_helper(1, work);
	if (hart_count() > 3)
		race_helper(3, work);
	while (starts < race_turns && rdtime() < end) {
		long error = race_start(2, 0, look_and_stop).error;

		starts += error == 0;
		race_bad += error && !race_is_busy(error);
	}
	is_over = 1;
	for (unsigned i = 1; i < hart_count() && i < 4; i++)
		race_bad += !race_stopped(i);
	print("# %lu starts, %lu turns of the storm\n", starts, race_done);
	tap_check(starts == race_turns && race_runs[0] == starts && !entered_wrong, comes);
	tap_equal((long)race_bad, 0, succeeds);
}

void test_storms(void)
{
	if (!guest_on_bulkhead())
		tap_skip("fence storm towards a hart that stops and starts", "OpenSBI may wait for ever for one that has stopped");
	else
		storm(fence_storm, "fence storm towards a hart that stops and starts: it comes each time, as after a start",
		      "fence storm towards a hart that stops and starts: every fence succeeds");
	storm(ipi_storm, "IPI storm towards a hart that stops and starts: it comes each time, as after a start",
	      "IPI storm towards a hart that stops and starts: every IPI succeeds");
}
