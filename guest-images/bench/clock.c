/* SPDX-License-Identifier: Apache-2.0 */
/* What operations are measured and timed by; each file of them uses it. */

#include "bench/bench.h"

void bench_vector(const char *vector)
{
	extern const char trap_vector[];

	csr_write(stvec, vector ? vector : trap_vector);
}

unsigned long bench_cycles_per_tick(void)
{
	return 1000000000ul / timer_frequency(); /* a cycle is a nanosecond with -icount shift=0 */
}

unsigned long bench_empty(void)
{
	return BENCH("", "r"(0));
}

void bench_spin(unsigned turns)
{
	while (turns--)
		__asm__ volatile("");
}

/* Looks at each instant of a tick, as the distance of two looks is another one each time, odd or even. */
unsigned long bench_cycle_ahead(void)
{
	unsigned long least = ~0ul;

	for (unsigned i = 0; i < 2000; i++) {
		unsigned long ticks = rdtime(), cycles = rdcycle(), ahead = cycles - ticks * bench_cycles_per_tick();

		if (ahead < least)
			least = ahead;
		if (i % 2)
			__asm__ volatile("nop");
		bench_spin(i % 50);
	}
	return least - bench_empty(); /* the second reading is that much later */
}

void bench_sleep_until(unsigned long time)
{
	timer_set(time);
	csr_set(sie, SIE_STIE);
	while (rdtime() < time)
		wfi();
	timer_set(~0ul);
	csr_clear(sie, SIE_STIE);
}
