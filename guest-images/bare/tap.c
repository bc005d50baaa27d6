/* SPDX-License-Identifier: Apache-2.0 */
/* Test results in the Test Anything Protocol; results may come from any hart. */

#include "guest.h"

static unsigned passed_count;
static unsigned failed_count;
static unsigned number;

/* What is listed again at the end, as far as there is room. */
#define LISTED 32
static struct {
	const char *topic;
	unsigned number;
	char name[96];
} failures[LISTED];
static unsigned listed_count;
static const char *topic = "test";
static const char *summary_prefix = "# ";

static unsigned count_result(int passed)
{
	__atomic_add_fetch(passed ? &passed_count : &failed_count, 1, __ATOMIC_RELAXED);
	return __atomic_add_fetch(&number, 1, __ATOMIC_RELAXED);
}

/* Counts a check that failed and keeps its name. Returns its number. */
static unsigned count_failure(const char *name)
{
	unsigned at = count_result(0);
	unsigned slot = __atomic_fetch_add(&listed_count, 1, __ATOMIC_RELAXED);

	if (slot < LISTED) {
		failures[slot].topic = topic;
		failures[slot].number = at;
		strncpy(failures[slot].name, name, sizeof(failures[slot].name) - 1);
	}
	return at;
}

void tap_begin(const char *name)
{
	topic = name;
	print("# topic %s\n", name);
}

void tap_check(int passed, const char *name)
{
	print("%sok %u - %s\n", passed ? "" : "not ", passed ? count_result(1) : count_failure(name), name);
}

void tap_equal(long got, long wanted, const char *name)
{
	unsigned at = got == wanted ? count_result(1) : count_failure(name);

	if (got == wanted)
		print("ok %u - %s\n", at, name);
	else
		print("not ok %u - %s # got %ld (0x%lx), wanted %ld (0x%lx)\n", at, name, got, got,
		      wanted, wanted);
}

void tap_skip(const char *name, const char *why)
{
	print("ok %u - %s # SKIP %s\n", count_result(1), name, why);
}

void tap_end(void)
{
	for (unsigned i = 0; i < listed_count && i < LISTED; i++)
		print("# failed: %s %u - %s\n", failures[i].topic, failures[i].number, failures[i].name);
	if (listed_count > LISTED)
		print("# failed: %u more\n", listed_count - LISTED);
	print("1..%u\n%s%u passed, %u failed\n", number, summary_prefix, passed_count, failed_count);
}

void tap_end_with_verdict(void)
{
	summary_prefix = "";
}

unsigned tap_failures(void)
{
	return failed_count;
}
