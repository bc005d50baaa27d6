/* SPDX-License-Identifier: Apache-2.0 */
/* The demo real-time guest: a periodic timer on a fixed grid, and once a second how late its handler ran. */

#include "bare/guest.h"

#define EXACT	  4096 /* latenesses below this are counted one by one, later ones by powers of two */
#define COARSE	  64
#define US	  1000000ul

struct report {
	unsigned ticks;
	unsigned missed;
	unsigned long min, max;
	unsigned long cycles_min, cycles_max;
	unsigned exact[EXACT];
	unsigned coarse[COARSE];
};

static struct report reports[2]; /* one being filled by the handler, one being printed */
static struct report *volatile filling = &reports[0];
static volatile int full;
static unsigned long period;
static unsigned long deadline;
static unsigned ticks_per_report;
static unsigned long last_cycle;
static int with_cycles;

static void note_lateness(struct report *report, unsigned long late)
{
	if (late < report->min)
		report->min = late;
	if (late > report->max)
		report->max = late;
	if (late < EXACT)
		report->exact[late]++;
	else
		report->coarse[63 - __builtin_clzl(late)]++;
}

static void note_cycles(struct report *report)
{
	unsigned long now = rdcycle();
	unsigned long taken = now - last_cycle;

	last_cycle = now;
	if (taken < report->cycles_min)
		report->cycles_min = taken;
	if (taken > report->cycles_max)
		report->cycles_max = taken;
}

static void clear_report(struct report *report)
{
	memset(report, 0, sizeof(*report));
	report->min = ~0ul;
	report->cycles_min = ~0ul;
}

static void on_timer(struct frame *frame)
{
	struct report *report = filling;

	note_lateness(report, frame->time - deadline);
	if (with_cycles)
		note_cycles(report);
	report->ticks++;
	deadline += period;
	for (unsigned long now = rdtime(); now >= deadline; deadline += period)
		report->missed++;
	timer_set(deadline);
	if (report->ticks + report->missed >= ticks_per_report && !full) {
		filling = report == &reports[0] ? &reports[1] : &reports[0];
		full = 1;
	}
}

/* Smallest lateness that at least `share` of 1000 ticks do not exceed. */
static unsigned long percentile(const struct report *report, unsigned share)
{
	unsigned long wanted = ((unsigned long)report->ticks * share + 999) / 1000;
	unsigned long seen = 0;

	for (unsigned i = 0; i < EXACT; i++) {
		seen += report->exact[i];
		if (seen >= wanted)
			return i;
	}
	for (unsigned i = 0; i < COARSE - 1; i++) {
		seen += report->coarse[i];
		if (seen >= wanted)
			return (2ul << i) - 1 < report->max ? (2ul << i) - 1 : report->max;
	}
	return report->max;
}

static void print_report(const struct report *report)
{
	print("pulse: %u ticks, lateness min %lu median %lu p99.9 %lu max %lu missed %u "
	      "(timebase ticks of %lu ns)\n",
	      report->ticks, report->min, percentile(report, 500), percentile(report, 999), report->max,
	      report->missed, 1000 * US / timer_frequency());
	if (with_cycles)
		print("pulse: cycles between ticks min %lu max %lu\n", report->cycles_min,
		      report->cycles_max);
}

static void start_timer(void)
{
	clear_report(&reports[0]);
	clear_report(&reports[1]);
	irq_handle(IRQ_S_TIMER, on_timer);
	last_cycle = with_cycles ? rdcycle() : 0;
	deadline = rdtime() + period;
	timer_set(deadline);
	csr_set(sie, SIE_STIE);
}

/* Sleeps until the handler has filled a report; interrupts are taken only here. */
static const struct report *next_report(void)
{
	while (!full) {
		wfi(); /* wakes on a pending interrupt although SIE is 0: none is lost between test and sleep */
		irq_enable();
		irq_disable();
	}
	return filling == &reports[0] ? &reports[1] : &reports[0];
}

void guest_main(void)
{
	unsigned long period_us = guest_arg("period", 1000);
	unsigned long seconds = guest_arg("seconds", 0);

	if (!period_us || period_us > US) {
		print("pulse: period=%lu: must be 1 to 1000000 microseconds\n", period_us);
		return;
	}
	with_cycles = guest_has_arg("cycles");
	period = timer_frequency() * period_us / US;
	ticks_per_report = (unsigned)(US / period_us);
	print("pulse: a timer of %lu us by %s on hart %lu\n", period_us, timer_has_sstc() ? "Sstc" : "SBI",
	      hart_self()->id);
	start_timer();
	for (unsigned long i = 0; !seconds || i < seconds; i++) {
		const struct report *report = next_report();

		irq_enable(); /* printing must not make the timer late */
		print_report(report);
		irq_disable();
		clear_report((struct report *)report);
		full = 0;
	}
	timer_set(~0ul);
	print("pulse: done\n");
}
