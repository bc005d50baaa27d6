/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In-guest test of harts that get in each other's way: two that start a third, start racing stop, fences and IPIs to harts
 * that come and go, suspend racing an IPI. Boot argument: turns=N of each race (2000), a hundredth of those in step.
 */

#include "tests/races.h"

unsigned long race_turns;
volatile unsigned long race_go, race_done, race_bad;

extern const char race_entry_a[], race_entry_b[];
/* Entries of a started hart that count through which of the two it came: a0 = vhartid, a1 = struct hart. */
__asm__(".text\n"
	".globl race_entry_a\n"
	"race_entry_a:\n"
	"	lla	t0, race_runs\n"
	"	j	1f\n"
	".globl race_entry_b\n"
	"race_entry_b:\n"
	"	lla	t0, race_runs + 8\n"
	"1:	li	t1, 1\n"
	"	amoadd.d zero, t1, (t0)\n"
	"	tail	hart_entry\n");
volatile unsigned long race_runs[2];

struct sbiret race_start(unsigned index, int by_b, void (*start)(void *arg))
{
	harts[index].start = start;
	harts[index].arg = NULL;
	__sync_synchronize();
	return sbi_call3(SBI_EXT_HSM, HSM_HART_START, harts[index].id,
			 (unsigned long)(by_b ? race_entry_b : race_entry_a), (unsigned long)&harts[index]);
}

int race_is_busy(long error)
{
	/* OpenSBI calls a hart that is neither started nor stopped invalid. */
	return error == SBI_ERR_ALREADY_AVAILABLE || (!guest_on_bulkhead() && error == SBI_ERR_INVALID_PARAM);
}

int race_wait(volatile unsigned long *word, unsigned long value)
{
	unsigned long end = rdtime() + RACE_SECONDS * timer_frequency();

	while (*word < value) {
		cpu_relax();
		if (rdtime() > end)
			return 0;
	}
	return 1;
}

int race_stopped(unsigned index)
{
	unsigned long end = rdtime() + RACE_SECONDS * timer_frequency();

	while (rdtime() < end)
		if (hart_wait(index, HSM_STOPPED))
			return 1;
	return 0;
}

static volatile unsigned long helpers;
static void (*helper_work)(void *arg);

static void help(void *arg)
{
	helpers = 1;
	helper_work(arg);
}

/* An IPI or fence to a hart that is still on its way would reach nobody. */
void race_helper(unsigned index, void (*work)(void *arg))
{
	long error;

	race_go = race_done = helpers = 0;
	helper_work = work;
	error = hart_start(index, help, NULL).error;
	if (!error && race_wait(&helpers, 1))
		return;
	race_bad++;
	print("# hart_start of hart %u: %ld, its state is %ld, it does not run\n", index, error, hart_status(index));
}

static void stop_at_once(void *arg)
{
	(void)arg;
}

/* ---- two harts start a third ---- */

static volatile unsigned long may_stop;
static volatile long answer_b;

static void stay_for_a_while(void *arg)
{
	unsigned long turn = race_runs[0] + race_runs[1];

	(void)arg;
	race_wait(&may_stop, turn);
}

/* Turns in step are slow where harts share processors. */
static unsigned long strict_turns(void)
{
	return race_turns / 100;
}

static void start_third(void *arg)
{
	(void)arg;
	for (unsigned long turn = 1; turn <= strict_turns(); turn++) {
		if (!race_wait(&race_go, turn))
			return;
		answer_b = race_start(2, 1, stay_for_a_while).error;
		race_done = turn;
	}
}

static void one_start(unsigned long turn, unsigned long *won_by_b)
{
	unsigned long before_b = race_runs[1];
	long answer_a;
	int one;

	race_go = turn;
	answer_a = race_start(2, 0, stay_for_a_while).error;
	one = race_wait(&race_done, turn);
	one &= (answer_a == 0) + (answer_b == 0) == 1 && (answer_a == 0 || race_is_busy(answer_a)) &&
	       (answer_b == 0 || race_is_busy(answer_b));
	while (one && race_runs[0] + race_runs[1] < turn)
		cpu_relax();
	one &= race_runs[0] + race_runs[1] == turn && (race_runs[1] - before_b == 1) == (answer_b == 0);
	*won_by_b += answer_b == 0;
	if (!one && race_bad++ < 5)
		print("# turn %lu: answers %ld and %ld, entries %lu and %lu\n", turn, answer_a, answer_b, race_runs[0],
		      race_runs[1]);
	may_stop = turn;
	race_stopped(2);
}

static void test_two_starters(void)
{
	unsigned long won_by_b = 0;

	race_runs[0] = race_runs[1] = may_stop = race_bad = 0;
	race_helper(1, start_third);
	for (unsigned long turn = 1; turn <= strict_turns() && !race_bad; turn++)
		one_start(turn, &won_by_b);
	race_stopped(1);
	print("# %lu of %lu won by the other\n", won_by_b, strict_turns());
	tap_equal((long)race_bad, 0, "two harts start a third: one SUCCESS, one ALREADY_AVAILABLE, one entry, the winner's");
}

static volatile unsigned long starts_by_b;

static void keep_starting(void *arg)
{
	(void)arg;
	while (starts_by_b < race_turns && !race_done) {
		long error = race_start(2, 1, stop_at_once).error;

		starts_by_b += error == 0;
		race_bad += error && !race_is_busy(error);
	}
}

/* The same without waiting for each other: every success is an entry by the way of who had it, however close they come. */
static void test_free_starters(void)
{
	unsigned long starts_by_a = 0, refused = 0;

	race_runs[0] = race_runs[1] = race_bad = starts_by_b = 0;
	race_helper(1, keep_starting);
	while (starts_by_a < race_turns && starts_by_b < race_turns) {
		long error = race_start(2, 0, stop_at_once).error;

		starts_by_a += error == 0;
		refused += race_is_busy(error);
		race_bad += error && !race_is_busy(error);
	}
	race_done = 1;
	tap_check(race_stopped(1) && race_stopped(2), "two harts start a third, unruled: it stops at the end");
	print("# %lu and %lu starts, %lu times busy\n", starts_by_a, starts_by_b, refused);
	tap_equal((long)race_bad, 0, "two harts start a third, unruled: SUCCESS or ALREADY_AVAILABLE, nothing else");
	tap_check(race_runs[0] == starts_by_a && race_runs[1] == starts_by_b,
		  "two harts start a third, unruled: each success is one entry, by its own way");
}

/* ---- start races stop ---- */

static void test_start_stop(unsigned target)
{
	unsigned long starts = 0, busy = 0, states = 0;

	race_runs[0] = race_runs[1] = race_bad = 0;
	while (starts < race_turns && busy < 1000 * race_turns) {
		struct sbiret got = race_start(target, 0, stop_at_once);
		long state = hart_status(target);

		starts += got.error == 0;
		busy += race_is_busy(got.error);
		race_bad += got.error && !race_is_busy(got.error);
		states |= state >= 0 && state <= HSM_STOP_PENDING ? 1ul << state : 1ul << 63;
	}
	race_stopped(target);
	print("# %lu starts, %lu times busy, states seen 0x%lx\n", starts, busy, states);
	tap_equal((long)race_bad, 0, "hart_start racing hart_stop: SUCCESS or ALREADY_AVAILABLE, nothing else");
	tap_equal((long)race_runs[0], (long)starts, "hart_start racing hart_stop: each success is one entry");
	tap_check(starts == race_turns && !(states >> 63), "hart_start racing hart_stop: only states of that way are seen");
	tap_equal(hart_status(target), HSM_STOPPED, "hart_start racing hart_stop: at the end it is stopped");
}

void test_hart_races(void)
{
	unsigned count = hart_count();

	race_turns = guest_arg("turns", 2000);
	print("# %u harts, %lu turns\n", count, race_turns);
	if (count < 2) {
		tap_skip("races", "one hart");
		return;
	}
	test_start_stop(1);
	test_suspend_races();
	test_fence_races();
	if (count < 3) {
		tap_skip("races of three harts", "two harts");
		return;
	}
	test_two_starters();
	test_free_starters();
	test_storms();
}
