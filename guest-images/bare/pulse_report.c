/* SPDX-License-Identifier: Apache-2.0 */
/* The distribution of latenesses. */

#include <stdio.h>

#include "bare/pulse.h"

#define EXACT_BITS 12
_Static_assert(PULSE_EXACT == 1 << EXACT_BITS && PULSE_COARSE == 8 * (64 - EXACT_BITS), "the buckets cover all latenesses");

/* From 4096 on a bucket's number is the exponent and the three bits below the highest. */
static unsigned bucket_of(unsigned long late)
{
	unsigned exponent;

	if (late < PULSE_EXACT)
		return (unsigned)late;
	exponent = 63 - (unsigned)__builtin_clzl(late);
	return PULSE_EXACT + 8 * (exponent - EXACT_BITS) + (late >> (exponent - 3) & 7);
}

static unsigned long bucket_end(unsigned bucket)
{
	unsigned exponent = EXACT_BITS + (bucket - PULSE_EXACT) / 8;

	if (bucket < PULSE_EXACT)
		return bucket;
	return (1ul << exponent) + (((bucket - PULSE_EXACT) % 8 + 1ul) << (exponent - 3)) - 1;
}

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
	report->buckets[bucket_of(late)]++;
}

/* The largest lateness that was, or may have been, counted there. */
static unsigned long bucket_most(const struct report *report, unsigned bucket)
{
	unsigned long end = bucket_end(bucket);

	return end < report->max ? end : report->max;
}

/* Smallest lateness that at least `share` of 1000 ticks do not exceed. */
static unsigned long percentile(const struct report *report, unsigned share)
{
	unsigned long wanted = ((unsigned long)report->ticks * share + 999) / 1000;
	unsigned long seen = 0;

	for (unsigned i = 0; i < PULSE_BUCKETS; i++) {
		seen += report->buckets[i];
		if (seen >= wanted)
			return bucket_most(report, i);
	}
	return report->max;
}

void report_print(const struct report *report, const char *what, const char *unit)
{
	print("pulse: %u %s, lateness min %lu median %lu p99.9 %lu max %lu missed %u (%s)\n", report->ticks, what, report->min,
	      percentile(report, 500), percentile(report, 999), report->max, report->missed, unit);
}

void report_print_histogram(const struct report *report, const char *what)
{
	char line[200];
	size_t used = 0;

	for (unsigned i = 0; i < PULSE_BUCKETS; i++) {
		if (report->buckets[i])
			used += (size_t)snprintf(line + used, sizeof(line) - used, " %lu:%u", bucket_most(report, i), report->buckets[i]);
		if (used && (used > sizeof(line) - 40 || i == PULSE_BUCKETS - 1)) {
			print("pulse: histogram of %s%s\n", what, line);
			used = 0;
		}
	}
}
