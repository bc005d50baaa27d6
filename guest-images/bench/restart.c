/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Benchmark: calls after which a hart begins anew: suspended with an interrupt pending, so that it resumes at once, and a guest's
 * reset. They come last, or first: firmware and hypervisor may be left in another state than a program finds in ordinary life.
 */

#include "bench/bench.h"

#define RETENTIVE     0ul
#define NON_RETENTIVE 0x80000000ul
#define LIFE	      (1ul << 20) /* ticks: longer than any start takes */

static const char *no_extension(const void *with)
{
	const struct bench_call *call = with;

	return sbi_has(call->eid) ? NULL : "no such extension";
}

static unsigned long measure_suspend(const void *with)
{
	const struct bench_call *call = with;
	unsigned long cycles;

	csr_write(sie, SIE_SSIE);
	csr_set(sip, SIE_SSIE);
	cycles = bench_suspend(call->eid, call->fid, call->args[0]);
	csr_write(sie, 0);
	csr_clear(sip, SIE_SSIE);
	return cycles;
}

#define SUSPEND(text, eid, fid, type)                                                       \
	{                                                                                   \
		.name = text, .measure = measure_suspend, .missing = no_extension,          \
		.with = &(const struct bench_call){eid, fid, {type}, 0}                     \
	}

static const struct bench_op bench_suspends[] = {
	SUSPEND("HSM hart_suspend, retentive, IPI pending", SBI_EXT_HSM, HSM_HART_SUSPEND, RETENTIVE),
	SUSPEND("HSM hart_suspend, non-retentive, IPI pending", SBI_EXT_HSM, HSM_HART_SUSPEND, NON_RETENTIVE),
	SUSPEND("SUSP system_suspend, IPI pending", SBI_EXT_SUSP, 0, 0),
};

BENCH_GROUP(bench_suspends, 1);

/* Nothing but `time` survives a guest's reset, so it is called for at a multiple of LIFE. A machine's own reset is at time 0. */
void bench_restart(void)
{
	unsigned long life = bench_entered_at / LIFE, cycles = bench_entered_at % LIFE * bench_cycles_per_tick();

	if (life > 0 || !guest_on_bulkhead())
		print("bench: name=\"restart of a guest\" harts=1 min=%lu median=%lu max=%lu samples=1\n", cycles, cycles, cycles);
	if (life >= guest_arg("restarts", 0))
		return;
	bench_sleep_until((life + 1) * LIFE);
	guest_reboot();
}
