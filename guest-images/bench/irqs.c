/* SPDX-License-Identifier: Apache-2.0 */
/* Benchmark: interrupts of this hart, from what raises them to the first instruction of their handler. */

#include "bench/bench.h"

static void begin(void)
{
	bench_vector(bench_interrupted);
}

static void end(void)
{
	csr_write(sie, 0);
	bench_vector(NULL);
}

static unsigned long measure_self_ipi(const void *with)
{
	const unsigned long args[6] = {1, hart_self()->id};
	unsigned long cycles;

	(void)with;
	csr_set(sie, SIE_SSIE);
	irq_enable();
	cycles = bench_ecall_until_handler(SBI_EXT_IPI, 0, args);
	irq_disable();
	csr_clear(sip, SIE_SSIE);
	return cycles;
}

static const struct bench_op bench_irqs[] = {
	{"IPI to self until its handler", measure_self_ipi, .begin = begin, .end = end},
};

BENCH_GROUP(bench_irqs);
