/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counts what operations cost: each a number of times, told as its least, median and largest count. All lines are printed at the
 * end, so that nobody is still busy with one when the next operation is counted.
 */

#include "bench/bench.h"

#define MAX_OPS 128

static const struct bench_group *const groups[] = {
	&bench_calls_group, &bench_traps_group, &bench_irqs_group, &bench_wired_group, &bench_devices_group, &bench_harts_group,
	&bench_suspends_group,
};

static struct result {
	const struct bench_op *op;
	unsigned harts_count;
	const char *missing;
	unsigned samples;
	unsigned long least, median, most;
} results[MAX_OPS];
static unsigned result_count;

static void sort(unsigned long *values, unsigned count)
{
	for (unsigned i = 1; i < count; i++) {
		unsigned long value = values[i];
		unsigned at = i;

		for (; at && values[at - 1] > value; at--)
			values[at] = values[at - 1];
		values[at] = value;
	}
}

static void run(const struct bench_op *op, struct result *result)
{
	static unsigned long values[BENCH_SAMPLES];
	unsigned count = op->samples ? op->samples : BENCH_SAMPLES;

	result->op = op;
	result->missing = op->missing ? op->missing(op->with) : NULL;
	if (result->missing)
		return;
	if (op->begin)
		op->begin();
	for (unsigned i = 0; i < count; i++)
		values[i] = op->measure(op->with) - bench_empty();
	if (op->end)
		op->end();
	sort(values, count);
	result->samples = count;
	result->least = values[0];
	result->median = values[count / 2];
	result->most = values[count - 1];
}

static void tell(const struct result *result)
{
	if (result->missing)
		print("bench: name=\"%s\" harts=%u absent=\"%s\"\n", result->op->name, result->harts_count, result->missing);
	else
		print("bench: name=\"%s\" harts=%u min=%lu median=%lu max=%lu samples=%u\n", result->op->name, result->harts_count,
		      result->least, result->median, result->most, result->samples);
}

static void run_group(const struct bench_group *group)
{
	for (size_t i = 0; i < group->count; i++) {
		if (result_count == MAX_OPS) {
			print("bench: more operations than there is room for\n");
			guest_exit();
		}
		results[result_count].harts_count = group->harts_count;
		run(&group->ops[i], &results[result_count++]);
	}
}

void guest_main(void)
{
	bench_restart();
	for (size_t i = 0; i < ARRAY_SIZE(groups); i++)
		if (groups[i]->harts_count <= guest_arg("harts", GUEST_MAX_HARTS))
			run_group(groups[i]);
	for (unsigned i = 0; i < result_count; i++)
		tell(&results[i]);
	print("bench: done\n");
}
