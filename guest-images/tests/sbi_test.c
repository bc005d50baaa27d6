/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of SBI answers that every SBI topic uses. */

#include "tests/sbi_test.h"

void check_ret(struct sbiret got, long error, long value, const char *name)
{
	if (got.error == error && got.value == value) {
		tap_check(1, name);
		return;
	}
	print("# error %ld value 0x%lx, wanted %ld and 0x%lx\n", got.error, got.value, error, value);
	tap_check(0, name);
}

void check_error(struct sbiret got, long error, const char *name)
{
	if (error != SBI_SUCCESS && guest_on_bulkhead())
		check_ret(got, error, 0, name);
	else
		tap_equal(got.error, error, name);
}

unsigned long absent_hart(void)
{
	unsigned long id = 0;

	for (unsigned i = 0; i < hart_count(); i++)
		if (harts[i].id >= id)
			id = harts[i].id + 1;
	return id;
}
