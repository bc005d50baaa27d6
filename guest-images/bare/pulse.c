/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The demo real-time guest: a periodic timer on a fixed grid, and once a second how late its handler ran; with the boot argument
 * `alarm` the same of a device's interrupt, the RTC's. With `histogram` it is quiet until it has seen enough, then says how often
 * each lateness was.
 */

#include <stdio.h>

#include "bare/pulse.h"

#define US 1000000ul

static struct report reports[2]; /* one being filled by the handler, one being printed */
static struct report *volatile filling = &reports[0];
static volatile int full;
static unsigned long period;
static unsigned long deadline;
static unsigned ticks_per_report;
static unsigned long last_cycle, cycles_min[2], cycles_max[2];
static int with_cycles, with_alarm;

static void note_cycles(unsigned which)
{
	unsigned long now = rdcycle();
	unsigned long taken = now - last_cycle;

	last_cycle = now;
	if (taken < cycles_min[which])
		cycles_min[which] = taken;
	if (taken > cycles_max[which])
		cycles_max[which] = taken;
}

static void clear_report(unsigned which)
{
	report_clear(&reports[which]);
	cycles_min[which] = ~0ul;
	cycles_max[which] = 0;
}

static void on_timer(struct frame *frame)
{
	struct report *report = filling;

	report_note(report, frame->time - deadline);
	if (with_cycles)
		note_cycles((unsigned)(report - reports));
	deadline += period;
	for (unsigned long now = rdtime(); now >= deadline; deadline += period)
		report->missed++;
	timer_set(deadline);
	if (report->ticks + report->missed >= ticks_per_report && !full) {
		filling = report == &reports[0] ? &reports[1] : &reports[0];
		full = 1;
	}
}

static void print_report(unsigned which)
{
	char unit[48];

	snprintf(unit, sizeof(unit), "timebase ticks of %lu ns", 1000 * US / timer_frequency());
	report_print(&reports[which], "ticks", unit);
	if (with_cycles)
		print("pulse: cycles between ticks min %lu max %lu\n", cycles_min[which], cycles_max[which]);
}

/* Alarms and ticks are half a period apart: the one's handler must not make the other late. */
static void start(void)
{
	clear_report(0);
	clear_report(1);
	irq_handle(IRQ_S_TIMER, on_timer);
	last_cycle = with_cycles ? rdcycle() : 0;
	if (with_alarm)
		alarm_start();
	deadline = rdtime() + period + period / 2;
	timer_set(deadline);
	csr_set(sie, SIE_STIE);
}

static void stop(void)
{
	timer_set(~0ul);
	if (with_alarm)
		alarm_stop();
}

/* Sleeps until the handler has filled a report; interrupts are taken only here. */
static unsigned next_report(void)
{
	while (!full) {
		wfi(); /* wakes on a pending interrupt although SIE is 0: none is lost between test and sleep */
		irq_enable();
		irq_disable();
	}
	return filling == &reports[0];
}

static void report_each_second(unsigned long seconds)
{
	for (unsigned long i = 0; !seconds || i < seconds; i++) {
		unsigned which = next_report();
		struct report *alarms = with_alarm ? alarm_take() : NULL;

		irq_enable(); /* neither printing nor clearing may make interrupts late */
		print_report(which);
		clear_report(which);
		if (alarms) {
			report_print(alarms, "alarms", "ns");
			report_clear(alarms);
		}
		irq_disable();
		full = 0;
	}
	stop();
}

static void report_histograms(void)
{
	unsigned which = next_report();
	const struct report *alarms;

	stop();
	print_report(which);
	report_print_histogram(&reports[which], "ticks");
	if (!with_alarm)
		return;
	alarms = alarm_take();
	report_print(alarms, "alarms", "ns");
	report_print_histogram(alarms, "alarms");
}

/* Lets neighbours get to work. Interrupts are off: the timer only ends the sleep. */
static void sleep_for(unsigned long ms)
{
	unsigned long end = rdtime() + timer_frequency() / 1000 * ms;

	timer_set(end);
	csr_set(sie, SIE_STIE);
	while (rdtime() < end)
		wfi();
	csr_clear(sie, SIE_STIE);
	print("pulse: begins\n");
}

void guest_main(void)
{
	unsigned long period_us = guest_arg("period", 1000);
	unsigned long samples = guest_arg("histogram", 0);

	if (!period_us || period_us > US) {
		print("pulse: period=%lu: must be 1 to 1000000 microseconds\n", period_us);
		return;
	}
	with_cycles = guest_has_arg("cycles");
	with_alarm = guest_has_arg("alarm");
	period = timer_frequency() * period_us / US;
	ticks_per_report = (unsigned)(samples ? samples : US / period_us);
	print("pulse: a timer of %lu us by %s on hart %lu\n", period_us, timer_has_sstc() ? "Sstc" : "SBI",
	      hart_self()->id);
	if (with_alarm && !alarm_open(period_us)) {
		print("pulse: alarm: this guest has no goldfish RTC with an interrupt\n");
		return;
	}
	if (guest_has_arg("after"))
		sleep_for(guest_arg("after", 0));
	start();
	if (samples)
		report_histograms();
	else
		report_each_second(guest_arg("seconds", 0));
	print("pulse: done\n");
}
