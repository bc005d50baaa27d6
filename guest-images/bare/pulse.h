/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of the image "pulse": how late handlers ran, by a timer and by a device's interrupt. */
#ifndef PULSE_H
#define PULSE_H

#include "bare/guest.h"

#define PULSE_EXACT  4096 /* latenesses below this are counted one by one, later ones by eighths of powers of two */
#define PULSE_COARSE (8 * 52)
#define PULSE_BUCKETS (PULSE_EXACT + PULSE_COARSE)

struct report {
	unsigned ticks;
	unsigned missed;
	unsigned long min, max;
	unsigned buckets[PULSE_BUCKETS];
};

/* ---- pulse_report.c ---- */

void report_clear(struct report *report);
void report_note(struct report *report, unsigned long late);
/* Prints one line of what came ("ticks") in units of so many nanoseconds, which are called "ticks of the timebase" or "ns". */
void report_print(const struct report *report, const char *what, const char *unit);
/* Prints every lateness there was and how often: "<lateness>:<times>", where they are counted together the largest of them. */
void report_print_histogram(const struct report *report, const char *what);

/* ---- pulse_alarm.c ---- */

/* For alarms of the goldfish RTC on a grid of so many microseconds. Returns 0 when this guest has no RTC with an interrupt. */
int alarm_open(unsigned long period_us);
void alarm_start(void);
/* What has come since the last call; interrupts being off. The caller clears it before the next. */
struct report *alarm_take(void);
void alarm_stop(void);

#endif
