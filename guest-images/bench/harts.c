/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Benchmark: what two harts do to each other. QEMU runs them in turn, and `cycle` counts both: a hart that waits does so in wfi, so
 * that nothing else is counted. Where turns changed in between the count is larger: the least is the operation's.
 */

#include "bench/bench.h"

#define SAMPLES 64
#define OTHER	1

extern const char bench_started[];
unsigned long bench_started_at; /* cycle of hart OTHER at its first instruction */

static const char *one_hart(void)
{
	return hart_count() > OTHER ? NULL : "one hart";
}

/* A hart whose interrupts are off in sstatus, but not in sie, waits for an IPI and takes it. */
static void wait_for_ipi(void)
{
	while (!(csr_read(sip) & SIE_SSIE))
		wfi();
	csr_clear(sip, SIE_SSIE);
}

static void send_ipi(unsigned index)
{
	sbi_call3(SBI_EXT_IPI, 0, 1, harts[index].id, 0);
}

/* ---- the other hart waits in wfi, and answers IPIs ---- */

static volatile int over;

static void answer_ipis(void *arg)
{
	(void)arg;
	csr_set(sie, SIE_SSIE);
	send_ipi(0);
	for (;;) {
		wait_for_ipi();
		if (over)
			return;
		send_ipi(0);
	}
}

static void begin_answers(void)
{
	over = 0;
	csr_set(sie, SIE_SSIE);
	hart_start(OTHER, answer_ipis, NULL);
	wait_for_ipi();
}

static void end_answers(void)
{
	over = 1;
	send_ipi(OTHER);
	hart_wait(OTHER, HSM_STOPPED);
	csr_clear(sie, SIE_SSIE);
}

static unsigned long measure_ping_pong(const void *with)
{
	unsigned long begin = rdcycle();

	(void)with;
	send_ipi(OTHER);
	wait_for_ipi();
	return rdcycle() - begin;
}

static unsigned long measure_fence(const void *with)
{
	const struct bench_call *call = with;
	struct sbiret answer;

	return bench_ecall(call->eid, call->fid, call->args, &answer);
}

/* ---- the other hart is stopped, and starts ---- */

/*
 * A hart's `cycle` may have begun at another instant than another's, but `time` is one for all: what a hart's cycle is ahead of a
 * hundred cycles per tick, least of many looks.
 */
static unsigned long ahead[GUEST_MAX_HARTS];

static void find_ahead(void)
{
	unsigned long per_tick = 1000000000ul / timer_frequency(), least = ~0ul;

	for (unsigned i = 0; i < 500; i++) {
		unsigned long ticks = rdtime(), cycles = rdcycle();

		if (cycles - ticks * per_tick < least)
			least = cycles - ticks * per_tick;
		for (volatile unsigned wait = 0; wait < i % 16; wait++)
			;
	}
	ahead[hart_self()->index] = least;
}

static void tell_started(void *arg)
{
	(void)arg;
	send_ipi(0);
}

static void find_ahead_there(void *arg)
{
	find_ahead();
	tell_started(arg);
}

static void begin_starts(void)
{
	csr_set(sie, SIE_SSIE);
	hart_start(OTHER, find_ahead_there, NULL);
	wait_for_ipi();
	hart_wait(OTHER, HSM_STOPPED);
	find_ahead();
}

static void end_starts(void)
{
	csr_clear(sie, SIE_SSIE);
}

static unsigned long measure_start(const void *with)
{
	struct hart *other = &harts[OTHER];
	unsigned long begin;

	(void)with;
	other->start = tell_started;
	begin = rdcycle();
	sbi_call3(SBI_EXT_HSM, HSM_HART_START, other->id, (unsigned long)bench_started, (unsigned long)other);
	wait_for_ipi();
	hart_wait(OTHER, HSM_STOPPED);
	return (bench_started_at - ahead[OTHER]) - (begin - ahead[0]);
}

#define EVERY {0, ~0ul}

static const struct bench_op bench_harts[] = {
	{"IPI ping-pong, two harts", measure_ping_pong, NULL, one_hart, begin_answers, end_answers, SAMPLES},
	{"remote fence, all harts (2)", measure_fence, &(const struct bench_call){SBI_EXT_RFENCE, 1, EVERY, 0}, one_hart,
	 begin_answers, end_answers, SAMPLES},
	{"hart_start to its first instruction", measure_start, NULL, one_hart, begin_starts, end_starts, SAMPLES},
};

BENCH_GROUP(bench_harts);
