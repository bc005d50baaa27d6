/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counts what operations cost: each a number of times, told as its least, median and largest count. All lines are printed at the
 * end, so that nobody is still busy with one when the next operation is counted.
 */

#include "bench/bench.h"

#define MAX_OPS 128

static const struct bench_group *const groups[] = {
	&bench_calls_group, &bench_traps_group, &bench_irqs_group, &bench_devices_group, &bench_harts_group,
};

static struct result {
	const struct bench_op *op;
	const char *missing;
	unsigned samples;
	unsigned long least, median, most;
} results[MAX_OPS];
static unsigned result_count;

void bench_vector(const char *vector)
{
	extern const char trap_vector[];

	csr_write(stvec, vector ? vector : trap_vector);
}

static unsigned long empty(void)
{
	return BENCH("", "r"(0));
}

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
	result->missing = op->missing ? op->missing() : NULL;
	if (result->missing)
		return;
	if (op->begin)
		op->begin();
	for (unsigned i = 0; i < count; i++)
		values[i] = op->measure(op->with) - empty();
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
		print("bench: name=\"%s\" absent=\"%s\"\n", result->op->name, result->missing);
	else
		print("bench: name=\"%s\" min=%lu median=%lu max=%lu samples=%u\n", result->op->name, result->least,
		      result->median, result->most, result->samples);
}

void guest_main(void)
{
	for (size_t group = 0; group < ARRAY_SIZE(groups); group++)
		for (size_t i = 0; i < groups[group]->count && result_count < MAX_OPS; i++)
			run(&groups[group]->ops[i], &results[result_count++]);
	for (unsigned i = 0; i < result_count; i++)
		tell(&results[i]);
	print("bench: done\n");
}
