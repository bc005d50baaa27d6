/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An innocent neighbour: keeps a pattern in memory, ticks a timer on all its harts, each of which passes an IPI on with every
 * tick and waits for MSIs that nobody sends, and says each round whether anything was disturbed; at the end, what it did itself. Boot arguments: rounds=N (0: until it
 * is disturbed), ms=LENGTH of a round (100), kib=MEMORY to watch (1024), patience=SECONDS (10) without a tick: in QEMU's real time
 * a hart stands still when the host is busy; what lateness is worth judging is judged with -icount, from `latest`.
 */

#include "bare/guest.h"

struct ticker {
	unsigned long deadline;
	volatile unsigned long ticks; /* periods that have passed, late ones included */
	volatile unsigned long last;  /* time of the last tick */
	volatile unsigned long latest; /* most that a tick came after its deadline, in ticks of time */
	volatile unsigned long timers; /* deadlines set */
	volatile unsigned long sent;   /* IPIs to the next hart: one is sent when the last has arrived */
	volatile unsigned long received;
	volatile int has_stopped; /* sets no deadline and sends no IPI any more */
};

static struct ticker tickers[GUEST_MAX_HARTS];
static unsigned long period, patience;
static volatile int is_over;
static volatile uint64_t *memory;
static uint64_t words;

static struct ticker *next_ticker(void)
{
	return &tickers[(hart_self()->index + 1) % hart_count()];
}

static void pass_ipi_on(struct ticker *own)
{
	struct hart *next = &harts[next_ticker() - tickers];

	if (!next_ticker()->last || next_ticker()->received != own->sent)
		return;
	own->sent++;
	sbi_call3(SBI_EXT_IPI, 0, 1, next->id, 0);
}

static void on_tick(struct frame *frame)
{
	struct ticker *own = &tickers[hart_self()->index];

	own->last = frame->time;
	if (is_over) {
		timer_set(~0ul);
		own->has_stopped = 1;
		return;
	}
	if (frame->time - own->deadline > own->latest)
		own->latest = frame->time - own->deadline;
	for (; own->deadline <= frame->time; own->deadline += period)
		own->ticks++;
	timer_set(own->deadline);
	own->timers++;
	pass_ipi_on(own);
}

static void on_ipi(struct frame *frame)
{
	(void)frame;
	csr_clear(sip, SIE_SSIE);
	tickers[hart_self()->index].received++;
}

static void write_file(unsigned long reg, unsigned long value)
{
	csr_write(0x150, reg); /* siselect */
	csr_write(0x151, value); /* sireg */
}

/* Lets every identity of its interrupt file, if it has one, interrupt the hart: nobody sends it any. */
static void open_file(void)
{
	int file = dt_compatible(-1, "riscv,imsics");

	if (file < 0)
		return;
	for (uint32_t id = 0; id <= dt_u32(file, "riscv,num-ids", 0); id += 64)
		write_file(0xc0 + id / 32, ~0ul); /* eie */
	write_file(0x72, 0); /* eithreshold */
	write_file(0x70, 1); /* eidelivery */
}

static void start_ticking(void)
{
	struct ticker *own = &tickers[hart_self()->index];

	irq_handle(IRQ_S_TIMER, on_tick);
	irq_handle(IRQ_S_SOFTWARE, on_ipi);
	own->deadline = own->last = rdtime();
	timer_set(own->deadline);
	open_file();
	csr_set(sie, SIE_STIE | SIE_SSIE | SIE_SEIE); /* the last must never come */
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

/* Every hart runs and has ticked on its grid, and nothing has come that was not sent. Returns 0 after saying what is wrong. */
static int harts_are_well(uint64_t round)
{
	unsigned count = hart_count();
	int good = 1;

	for (unsigned i = 0; i < count; i++) {
		unsigned long silent = rdtime() - tickers[i].last;
		unsigned long received = tickers[i].received; /* before what was sent: both go on */
		unsigned long sent = tickers[(i + count - 1) % count].sent;

		if (harts[i].unexpected || (long)silent > (long)patience || received > sent ||
		    hart_status(i) != HSM_STARTED) {
			print("victim: round %lu hart %lu: %lu unexpected interrupts, %lu IPIs of %lu, last tick %lu ago\n", round,
			      harts[i].id, harts[i].unexpected, received, sent, silent);
			good = 0;
		}
	}
	return good;
}

/* A hart has ticked and has had an IPI since, if need be after waiting for it. */
static int has_gone_on(const struct ticker *now, const struct ticker *before)
{
	unsigned long end = rdtime() + patience;

	while ((now->ticks == before->ticks || now->received == before->received) && rdtime() < end)
		cpu_relax();
	return now->ticks > before->ticks && now->received > before->received;
}

static int run_round(uint64_t round, unsigned long length)
{
	struct ticker before[GUEST_MAX_HARTS];
	uint64_t wrong;
	int good;

	for (unsigned i = 0; i < hart_count(); i++)
		before[i] = tickers[i];
	fill(round);
	timer_delay(length);
	wrong = wrong_words(round);
	if (wrong)
		print("victim: round %lu: %lu words of memory have changed\n", round, wrong);
	good = harts_are_well(round) && !wrong;
	for (unsigned i = 0; i < hart_count(); i++)
		good &= has_gone_on(&tickers[i], &before[i]);
	print("victim: round %lu %s\n", round, good ? "ok" : "DISTURBED");
	return good;
}

/* No hart does anything more that is counted. Returns 0 when one has not stopped. */
static int stop_ticking(void)
{
	unsigned long end = rdtime() + patience;
	unsigned stopped = 0;

	is_over = 1;
	while (stopped < hart_count() && rdtime() < end)
		stopped += tickers[stopped].has_stopped;
	return stopped == hart_count();
}

/* For who compares it with what the hypervisor counted. */
static void tell_what_was_done(void)
{
	struct ticker all = {0};

	for (unsigned i = 0; i < hart_count(); i++) {
		all.sent += tickers[i].sent;
		all.timers += timer_has_sstc() ? 0 : tickers[i].timers + 1;
		all.latest = tickers[i].latest > all.latest ? tickers[i].latest : all.latest;
	}
	print("victim: did ipis=%lu timers=%lu harts=%u latest=%lu\n", all.sent, all.timers, hart_count(), all.latest);
}

void guest_main(void)
{
	uint64_t rounds = guest_arg("rounds", 0);
	unsigned long length = guest_arg("ms", 100) * timer_frequency() / 1000;
	uint64_t size = guest_arg("kib", 1024) << 10;
	uint64_t disturbed = 0;

	period = timer_frequency() / 1000;
	patience = guest_arg("patience", 10) * timer_frequency();
	memory = (volatile uint64_t *)memory_find(size, GUEST_PAGE_SIZE);
	words = size / 8;
	print("victim: %u harts, %lu KiB at %p\n", hart_count(), size >> 10, (void *)memory);
	for (unsigned i = 1; i < hart_count(); i++)
		tap_equal(hart_start(i, tick_for_ever, NULL).error, SBI_SUCCESS, "a hart starts");
	start_ticking();
	for (uint64_t round = 1; rounds ? round <= rounds : !disturbed; round++)
		disturbed += !run_round(round, length);
	tap_check(stop_ticking(), "all harts stop ticking");
	irq_disable();
	tap_equal((long)disturbed, 0, "no round was disturbed");
	tell_what_was_done();
	tap_end();
}
