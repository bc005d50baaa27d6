/* SPDX-License-Identifier: Apache-2.0 */
/* In-guest test of several harts: start, stop and restart, IPIs to and fro, what remote fences do, mutual ones, and races of start with stop. */

#include "tests/harts_test.h"

#define PINGS	500
#define FENCES_PAIR 1000 /* between two harts */
#define FENCES_ALL  20	 /* among more: emulators with fewer processors than harts are slow at this */
#define RACES	200
#define SECONDS 60 /* far more than it takes: firmware and a busy host may need milliseconds for each */

static barrier meet;
static volatile unsigned running;
static volatile unsigned ping[2];
static volatile unsigned fences[GUEST_MAX_HARTS];
static volatile unsigned fence_errors;
static unsigned fence_count;
static volatile unsigned races;

static void count_running(void *arg)
{
	(void)arg;
	__atomic_add_fetch(&running, 1, __ATOMIC_RELAXED);
	barrier_wait(&meet, hart_count());
}

static unsigned start_all(void (*run)(void *arg))
{
	unsigned good = 0;

	for (unsigned i = 1; i < hart_count(); i++)
		good += hart_start(i, run, NULL).error == SBI_SUCCESS;
	return good + 1;
}

static int wait_all_stopped(void)
{
	int good = 1;

	for (unsigned i = 1; i < hart_count(); i++)
		good &= hart_wait(i, HSM_STOPPED);
	return good;
}

static void test_start_all(const char *name)
{
	running = 1;
	if (start_all(count_running) != hart_count()) {
		tap_check(0, name);
		return;
	}
	barrier_wait(&meet, hart_count());
	tap_equal(running, hart_count(), name);
	tap_check(wait_all_stopped(), "all harts stop");
}

static void test_already_started(void)
{
	running = 1;
	hart_start(1, count_running, NULL);
	while (running < 2)
		cpu_relax();
	tap_equal(sbi_call3(SBI_EXT_HSM, HSM_HART_START, harts[1].id, (unsigned long)hart_entry, 0).error,
		  SBI_ERR_ALREADY_AVAILABLE, "a running hart is already available");
	tap_equal(hart_status(1), HSM_STARTED, "its status is started");
	for (unsigned i = 2; i < hart_count(); i++)
		hart_start(i, count_running, NULL);
	barrier_wait(&meet, hart_count());
	tap_check(wait_all_stopped(), "all harts stop");
}

static void on_ipi(struct frame *frame)
{
	(void)frame;
	csr_clear(sip, SIE_SSIE);
	ping[hart_self()->index]++;
}

static void wait_ping(unsigned count)
{
	while (ping[hart_self()->index] < count) {
		wfi();
		irq_enable();
		irq_disable();
	}
}

static void send_ping(unsigned index)
{
	sbi_call3(SBI_EXT_IPI, 0, 1, harts[index].id, 0);
}

static void begin_pings(void)
{
	irq_handle(IRQ_S_SOFTWARE, on_ipi);
	csr_set(sie, SIE_SSIE);
	barrier_wait(&meet, 2);
}

static void answer_pings(void *arg)
{
	(void)arg;
	begin_pings();
	for (unsigned i = 1; i <= PINGS; i++) {
		wait_ping(i);
		send_ping(0);
	}
}

static void test_pings(void)
{
	unsigned long begin;

	ping[0] = ping[1] = 0;
	hart_start(1, answer_pings, NULL);
	begin_pings();
	begin = rdtime();
	for (unsigned i = 1; i <= PINGS; i++) {
		send_ping(1);
		wait_ping(i);
	}
	print("# %u IPI round trips in %lu ticks\n", PINGS, rdtime() - begin);
	tap_check(ping[0] == PINGS && ping[1] == PINGS, "every IPI arrives once, both ways");
	csr_clear(sie, SIE_SSIE);
	tap_check(hart_wait(1, HSM_STOPPED), "the other hart stops");
}

/* Some harts fence each other at the same time: no one may wait for a hart that waits for it. */
static void fence_others(void *arg)
{
	unsigned self = (unsigned)hart_self()->index;
	unsigned long members = (unsigned long)arg;

	barrier_wait(&meet, (unsigned)members);
	for (unsigned i = 0; i < fence_count; i++) {
		long error = sbi_call(SBI_EXT_RFENCE, i % 3, 0, ~0ul, 0x80000000, i % 2 ? 4096 : ~0ul, i & 0xff, 0)
				     .error;

		if (error)
			fence_errors++;
		fences[self]++;
	}
	barrier_wait(&meet, (unsigned)members);
}

static void test_fences(unsigned members, unsigned count, const char *name)
{
	unsigned long begin = rdtime();
	unsigned good = 0;

	fence_count = count;
	memset((void *)fences, 0, sizeof(fences));
	for (unsigned i = 1; i < members; i++)
		hart_start(i, fence_others, (void *)(unsigned long)members);
	fence_others((void *)(unsigned long)members);
	for (unsigned i = 0; i < members; i++)
		good += fences[i] == count;
	print("# %u harts, %u fences each, in %lu ticks\n", members, count, rdtime() - begin);
	tap_equal(good, members, name);
	tap_equal(fence_errors, 0, "no fence fails");
	tap_check(wait_all_stopped(), "all harts stop");
}

static void count_race(void *arg)
{
	(void)arg;
	races++;
}

/* Starts again as soon as the firmware allows it: right behind, or into, the other hart's stop. */
static void test_races(void)
{
	unsigned long end = rdtime() + SECONDS * timer_frequency();
	unsigned odd = 0;
	unsigned good = 0;

	while (good < RACES && rdtime() < end) {
		long error = hart_start(1, count_race, NULL).error;

		if (error == SBI_SUCCESS)
			good++;
		else if (error != SBI_ERR_ALREADY_AVAILABLE && error != SBI_ERR_INVALID_PARAM && error != SBI_ERR_FAILED)
			odd++;
	}
	tap_check(hart_wait(1, HSM_STOPPED), "the hart stops after the last race");
	tap_equal(good, RACES, "hart_start succeeds 200 times against hart_stop");
	tap_equal(races, good, "each success ran once");
	tap_equal(odd, 0, "failures are 'already available' only");
}

/* Fences must not wait for a stopped hart. */
static void test_fence_stopped(void)
{
	tap_equal(sbi_call(SBI_EXT_RFENCE, 0, 0, ~0ul, 0, 0, 0, 0).error, SBI_SUCCESS,
		  "a fence of all does not wait for stopped harts");
}

void test_harts(void)
{
	print("# %u harts, boot hart %lu\n", hart_count(), hart_self()->id);
	test_fence_stopped();
	if (hart_count() < 2) {
		tap_skip("several harts", "one hart");
		return;
	}
	test_start_all("every hart starts");
	test_start_all("every hart starts again");
	test_already_started();
	test_pings();
	test_fence_effects();
	test_fences(2, FENCES_PAIR, "two harts fence each other 1000 times and finish");
	if (hart_count() > 2)
		test_fences(hart_count(), FENCES_ALL, "all harts fence all harts and finish");
	test_races();
	test_start_all("every hart starts after the races");
}
