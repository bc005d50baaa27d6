/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An innocent neighbour: keeps a pattern in memory, ticks a timer on all its harts, and says each round whether anything
 * was disturbed. Boot arguments: rounds=N (0: until it is disturbed), ms=LENGTH of a round (100), kib=MEMORY to watch (1024).
 */

#include "bare/guest.h"

struct ticker {
	unsigned long deadline;
	volatile unsigned long ticks; /* periods that have passed, late ones included */
	volatile unsigned long last;  /* time of the last tick */
};

static struct ticker tickers[GUEST_MAX_HARTS];
static unsigned long period;
static volatile uint64_t *memory;
static uint64_t words;

static void on_tick(struct frame *frame)
{
	struct ticker *own = &tickers[hart_self()->index];

	own->last = frame->time;
	for (; own->deadline <= frame->time; own->deadline += period)
		own->ticks++;
	timer_set(own->deadline);
}

static void start_ticking(void)
{
	struct ticker *own = &tickers[hart_self()->index];

	irq_handle(IRQ_S_TIMER, on_tick);
	own->deadline = own->last = rdtime();
	timer_set(own->deadline);
	csr_set(sie, SIE_STIE | SIE_SSIE | SIE_SEIE); /* the last two must never come */
	irq_enable();
}

static void tick_for_ever(void *arg)
{
	(void)arg;
	start_ticking();
	for (;;)
		wfi();
}

static uint64_t pattern(uint64_t index, uint64_t round)
{
	uint64_t x = (index + round * 0x10001) * 0x9e3779b97f4a7c15ull;

	return x ^ x >> 29;
}

static void fill(uint64_t round)
{
	for (uint64_t i = 0; i < words; i++)
		memory[i] = pattern(i, round);
}

static uint64_t wrong_words(uint64_t round)
{
	uint64_t wrong = 0;

	for (uint64_t i = 0; i < words; i++)
		wrong += memory[i] != pattern(i, round);
	return wrong;
}

/* Every hart has ticked on its grid, and nothing else has come. Returns 0 after saying what is wrong. */
static int harts_are_well(uint64_t round)
{
	int good = 1;

	for (unsigned i = 0; i < hart_count(); i++) {
		unsigned long silent = rdtime() - tickers[i].last;

		if (harts[i].unexpected || (long)silent > (long)timer_frequency()) {
			print("victim: round %lu hart %lu: %lu unexpected interrupts, last tick %lu ago\n", round,
			      harts[i].id, harts[i].unexpected, silent);
			good = 0;
		}
	}
	return good;
}

static int run_round(uint64_t round, unsigned long length)
{
	unsigned long before[GUEST_MAX_HARTS];
	uint64_t wrong;
	int good;

	for (unsigned i = 0; i < hart_count(); i++)
		before[i] = tickers[i].ticks;
	fill(round);
	timer_delay(length);
	wrong = wrong_words(round);
	if (wrong)
		print("victim: round %lu: %lu words of memory have changed\n", round, wrong);
	good = harts_are_well(round) && !wrong;
	for (unsigned i = 0; i < hart_count(); i++)
		good &= tickers[i].ticks > before[i];
	print("victim: round %lu %s\n", round, good ? "ok" : "DISTURBED");
	return good;
}

void guest_main(void)
{
	uint64_t rounds = guest_arg("rounds", 0);
	unsigned long length = guest_arg("ms", 100) * timer_frequency() / 1000;
	uint64_t size = guest_arg("kib", 1024) << 10;
	uint64_t disturbed = 0;

	period = timer_frequency() / 1000;
	memory = (volatile uint64_t *)memory_find(size, GUEST_PAGE_SIZE);
	words = size / 8;
	print("victim: %u harts, %lu KiB at %p\n", hart_count(), size >> 10, (void *)memory);
	for (unsigned i = 1; i < hart_count(); i++)
		tap_equal(hart_start(i, tick_for_ever, NULL).error, SBI_SUCCESS, "a hart starts");
	start_ticking();
	for (uint64_t round = 1; rounds ? round <= rounds : !disturbed; round++)
		disturbed += !run_round(round, length);
	tap_equal((long)disturbed, 0, "no round was disturbed");
	tap_end();
}
