/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Benchmark: what two harts do to each other. QEMU runs them in turn, and `cycle` counts both: a hart that waits does so in wfi, so
 * that nothing else is counted. Where turns changed in between the count is larger: the least is the operation's.
 */

#include "bare/goldfish.h"
#include "bench/bench.h"
#include "tests/aia.h"

#define OTHER 1
#define ID    34 /* an interrupt identity nobody else uses */
#define PLACE 0x80000000ul
#define SHORTEST_TURN 500 /* instructions */
#define TURN_STEP     150

extern const char bench_started[];
extern unsigned long bench_started_at; /* cycle of hart OTHER at its first instruction */

static const char *one_hart(const void *with)
{
	(void)with;
	return hart_count() > OTHER ? NULL : "one hart";
}

static const char *no_files(const void *with)
{
	return one_hart(with) ? one_hart(with) : aia_find() && aia.is_msi ? NULL : "no IMSIC";
}

/* ---- two ways to tell another hart; interrupts are off in sstatus, but not in sie ---- */

struct way {
	void (*open)(void), (*close)(void); /* on each hart */
	void (*send)(unsigned index);
	void (*take)(void);
	void (*wait)(void); /* until something comes */
};

static void open_ipi(void)
{
	csr_clear(sip, SIE_SSIE);
	csr_write(sie, SIE_SSIE);
}

static void close_ipi(void)
{
	csr_write(sie, 0);
}

static void send_ipi(unsigned index)
{
	sbi_call3(SBI_EXT_IPI, 0, 1, harts[index].id, 0);
}

static void wait_wfi(void)
{
	wfi();
}

static void wait_suspended(void)
{
	sbi_call3(SBI_EXT_HSM, HSM_HART_SUSPEND, 0, 0, 0);
}

static void take_ipi(void)
{
	csr_clear(sip, SIE_SSIE);
}

static void open_file(void)
{
	imsic_reset(1);
	imsic_set_bit(EIE, ID, 1);
	csr_write(sie, SIE_SEIE);
}

static void close_file(void)
{
	csr_write(sie, 0);
	imsic_reset(0);
}

static void send_msi(unsigned index)
{
	imsic_send(index, ID);
}

static void take_msi(void)
{
	imsic_claim();
}

static const struct way by_sbi = {open_ipi, close_ipi, send_ipi, take_ipi, wait_wfi};
static const struct way by_sbi_suspended = {open_ipi, close_ipi, send_ipi, take_ipi, wait_suspended};
static const struct way by_file = {open_file, close_file, send_msi, take_msi, wait_wfi};

static const struct way *way;

static void wait_told(void)
{
	while (!(csr_read(sip) & csr_read(sie)))
		way->wait();
	way->take();
}

/* ---- the other hart waits and answers ---- */

static volatile int over;

static void answer(void *arg)
{
	(void)arg;
	way->open();
	way->send(0);
	for (;;) {
		wait_told();
		if (over)
			break;
		way->send(0);
	}
	way->close();
}

static void begin_answers(const struct way *chosen)
{
	way = chosen;
	over = 0;
	way->open();
	hart_start(OTHER, answer, NULL);
	wait_told();
}

static void begin_ipis(void)
{
	begin_answers(&by_sbi);
}

static void begin_suspended(void)
{
	begin_answers(&by_sbi_suspended);
}

static void begin_msis(void)
{
	begin_answers(&by_file);
}

static void end_answers(void)
{
	over = 1;
	way->send(OTHER);
	hart_wait(OTHER, HSM_STOPPED);
	way->close();
}

static unsigned long measure_ping_pong(const void *with)
{
	unsigned long begin = rdcycle();

	(void)with;
	way->send(OTHER);
	wait_told();
	return rdcycle() - begin;
}

/*
 * OpenSBI spins until the other hart has fenced, which it cannot before it has its turn. A turn of QEMU's ends when a timer of any
 * kind expires: the RTC's, silent, is set to some instant within the call, another one each time, so that at some it is the right one.
 */
static void end_turn_soon(void)
{
	static unsigned turn;
	uint64_t address, when;
	volatile uint32_t *rtc;

	if (!dt_reg(dt_compatible(-1, "google,goldfish-rtc"), 0, &address, NULL))
		return;
	rtc = (volatile uint32_t *)address;
	when = rtc[RTC_TIME_LOW];
	when |= (uint64_t)rtc[RTC_TIME_HIGH] << 32;
	when += SHORTEST_TURN + turn++ % BENCH_SAMPLES * TURN_STEP;
	rtc[RTC_IRQ_ENABLED] = 0;
	rtc[RTC_ALARM_HIGH] = (uint32_t)(when >> 32);
	rtc[RTC_ALARM_LOW] = (uint32_t)when;
}

static unsigned long measure_fence(const void *with)
{
	const struct bench_call *call = with;
	struct sbiret answered;

	end_turn_soon();
	return bench_ecall(call->eid, call->fid, call->args, &answered);
}

/* ---- the other hart is stopped, and starts ---- */

static unsigned long ahead[2];
static volatile unsigned long stops_at;

static void look_at_clock(void *arg)
{
	(void)arg;
	ahead[OTHER] = bench_cycle_ahead();
	way->send(0);
}

static void tell_started(void *arg)
{
	(void)arg;
	way->send(0);
}

static void tell_stopping(void *arg)
{
	(void)arg;
	way->send(0);
	for (;;) {
		stops_at = rdcycle();
		sbi_call3(SBI_EXT_HSM, HSM_HART_STOP, 0, 0, 0);
	}
}

static void begin_starts(void)
{
	way = &by_sbi;
	way->open();
	hart_start(OTHER, look_at_clock, NULL);
	wait_told();
	hart_wait(OTHER, HSM_STOPPED);
	ahead[0] = bench_cycle_ahead();
}

static void end_starts(void)
{
	hart_wait(OTHER, HSM_STOPPED);
	way->close();
}

static struct sbiret start_other(void (*start)(void *arg))
{
	harts[OTHER].start = start;
	return sbi_call3(SBI_EXT_HSM, HSM_HART_START, harts[OTHER].id, (unsigned long)bench_started,
			 (unsigned long)&harts[OTHER]);
}

static unsigned long measure_start(const void *with)
{
	unsigned long begin;

	(void)with;
	hart_wait(OTHER, HSM_STOPPED);
	begin = rdcycle();
	start_other(tell_started);
	wait_told();
	return (bench_started_at - ahead[OTHER]) - (begin - ahead[0]);
}

/* From its call of hart_stop to its first instruction, hart_start being tried here until it is taken. */
static unsigned long measure_stop_start(const void *with)
{
	unsigned long stopped_at;

	(void)with;
	hart_wait(OTHER, HSM_STOPPED);
	start_other(tell_stopping);
	wait_told();
	while (start_other(tell_started).error)
		; /* it has not stopped yet */
	stopped_at = stops_at;
	wait_told();
	return bench_started_at - stopped_at;
}

#define TWO(text, what, first, last, ...) \
	{.name = text, .measure = what, .missing = one_hart, .begin = first, .end = last, __VA_ARGS__}
/* Of all harts: mask base -1. */
#define FENCE(text, fid, ...)                             \
	TWO(text, measure_fence, begin_ipis, end_answers, \
	    .with = &(const struct bench_call){SBI_EXT_RFENCE, fid, {0, ~0ul, __VA_ARGS__}, 0})

static const struct bench_op bench_harts[] = {
	TWO("IPI ping-pong, two harts", measure_ping_pong, begin_ipis, end_answers),
	TWO("IPI ping-pong, two suspended harts", measure_ping_pong, begin_suspended, end_answers),
	{.name = "IPI ping-pong by interrupt files", .measure = measure_ping_pong, .missing = no_files, .begin = begin_msis,
	 .end = end_answers},
	FENCE("remote fence, all harts (2)", RFENCE_SFENCE_VMA, 0, 0),
	FENCE("remote fence.i, all harts (2)", RFENCE_FENCE_I, 0, 0),
	FENCE("remote fence, 1 page, all harts (2)", RFENCE_SFENCE_VMA, PLACE, GUEST_PAGE_SIZE),
	FENCE("remote fence, 16 pages, all harts (2)", RFENCE_SFENCE_VMA, PLACE, 16 * GUEST_PAGE_SIZE),
	FENCE("remote fence, 64 pages, all harts (2)", RFENCE_SFENCE_VMA, PLACE, 64 * GUEST_PAGE_SIZE),
	FENCE("remote fence, 512 pages, all harts (2)", RFENCE_SFENCE_VMA, PLACE, 512 * GUEST_PAGE_SIZE),
	FENCE("remote fence by ASID, 1 page, all harts (2)", RFENCE_SFENCE_VMA_ASID, PLACE, GUEST_PAGE_SIZE, 1),
	TWO("hart_start to its first instruction", measure_start, begin_starts, end_starts),
	TWO("hart_stop to its first instruction again", measure_stop_start, begin_starts, end_starts),
};

BENCH_GROUP(bench_harts, 2);
