// SPDX-License-Identifier: Apache-2.0
// Tests of rv/libc.c, under other names.
#define __ctzdi2 own_ctz
#define __clzdi2 own_clz
#define strtoul own_strtoul
#include "rv/libc.c"

#include "testing.h"

static void zeros_are_counted(void **state)
{
	uint64_t seed = 1;

	(void)state;
	for (int i = 0; i < 64; i++) {
		uint64_t bit = 1ull << i, noise = random_next(&seed);

		assert_int_equal(own_ctz(bit), i);
		assert_int_equal(own_ctz(bit | (noise & -bit)), i);
		assert_int_equal(own_clz(bit), 63 - i);
		assert_int_equal(own_clz(bit | (noise & (bit - 1))), 63 - i);
	}
}

static void numbers_end_where_their_digits_do(void **state)
{
	static const struct {
		const char *text;
		unsigned long value;
		size_t length;
	} rows[] = { { "0", 0, 1 }, { "42", 42, 2 }, { "4294967296:x", 4294967296, 10 }, { "", 0, 0 }, { "x", 0, 0 }, { "-1", 0, 0 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char *end;

		assert_int_equal(own_strtoul(rows[i].text, &end, 10), rows[i].value);
		assert_int_equal(end - rows[i].text, rows[i].length);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(zeros_are_counted),
		cmocka_unit_test(numbers_end_where_their_digits_do),
	};

	return cmocka_run_group_tests_name("libc", tests, NULL, NULL);
}
