/* SPDX-License-Identifier: Apache-2.0 */
/* The distribution of latenesses. */

#include "bare/pulse.h"

void report_clear(struct report *report)
{
	memset(report, 0, sizeof(*report));
	report->min = ~0ul;
}

void report_note(struct report *report, unsigned long late)
{
	report->ticks++;
	if (late < report->min)
		report->min = late;
	if (late > report->max)
		report->max = late;
	if (late < PULSE_EXACT)
		report->exact[late]++;
	else
		report->coarse[63 - __builtin_clzl(late)]++;
}

/* Smallest lateness that at least `share` of 1000 ticks do not exceed. */
static unsigned long percentile(const struct report *report, unsigned share)
{
	unsigned long wanted = ((unsigned long)report->ticks * share + 999) / 1000;
	unsigned long seen = 0;

	for (unsigned i = 0; i < PULSE_EXACT; i++) {
		seen += report->exact[i];
		if (seen >= wanted)
			return i;
	}
	for (unsigned i = 0; i < PULSE_COARSE - 1; i++) {
		seen += report->coarse[i];
		if (seen >= wanted)
			return (2ul << i) - 1 < report->max ? (2ul << i) - 1 : report->max;
	}
	return report->max;
}

void report_print(const struct report *report, const char *what, const char *unit)
{
	print("pulse: %u %s, lateness min %lu median %lu p99.9 %lu max %lu missed %u (%s)\n", report->ticks, what, report->min,
	      percentile(report, 500), percentile(report, 999), report->max, report->missed, unit);
}
