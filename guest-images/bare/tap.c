/* SPDX-License-Identifier: Apache-2.0 */
/* Test results in the Test Anything Protocol; results may come from any hart. */

#include "guest.h"

static unsigned passed_count;
static unsigned failed_count;
static unsigned number;

static unsigned count_result(int passed)
{
	__atomic_add_fetch(passed ? &passed_count : &failed_count, 1, __ATOMIC_RELAXED);
	return __atomic_add_fetch(&number, 1, __ATOMIC_RELAXED);
}

void tap_check(int passed, const char *name)
{
	print("%sok %u - %s\n", passed ? "" : "not ", count_result(passed), name);
}

void tap_equal(long got, long wanted, const char *name)
{
	unsigned at = count_result(got == wanted);

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
	print("1..%u\n# %u passed, %u failed\n", number, passed_count, failed_count);
}
