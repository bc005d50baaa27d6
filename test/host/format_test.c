// SPDX-License-Identifier: Apache-2.0
// Tests of rv/format.c, under other names, against the host's own snprintf.
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int own_snprintf(char *buf, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));
int own_vsnprintf(char *buf, size_t size, const char *format, va_list args);

#define snprintf own_snprintf
#define vsnprintf own_vsnprintf
#include "rv/format.c"
#undef snprintf
#undef vsnprintf

#include "lib/types.h"
#include "testing.h"

// Both say the same, whatever the room.
#define assert_same(...) \
	do { \
		for (size_t room_ = 0; room_ < 80; room_++) { \
			char own_[80], other_[80]; \
			memset(own_, '*', sizeof(own_)); \
			memset(other_, '*', sizeof(other_)); \
			assert_int_equal(own_snprintf(own_, room_, __VA_ARGS__), snprintf(other_, room_, __VA_ARGS__)); \
			assert_memory_equal(own_, other_, sizeof(own_)); \
		} \
	} while (0)

static void text(void **state)
{
	(void)state;
	assert_same("nothing to fill in, 100%%");
	assert_same("<%s> <%10s> <%-10s> <%2s>", "word", "word", "word", "word");
	assert_same("<%-12s%s>", "", "");
	assert_same("<%c%c>", 'a', 'z');
}

static void numbers(void **state)
{
	static const uint64_t values[] = { 0, 1, 9, 10, 99, 4096, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000,
					   0x7fffffffffffffff, 0x8000000000000000, UINT64_MAX };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		uint64_t v = values[i];

		assert_same("%lu %lx %#lx %ld %zu", v, v, v, (long)v, (size_t)v);
		assert_same("%u %x %d", (unsigned)v, (unsigned)v, (int)v);
		assert_same("%016lx %08lx %4lu %6lu %-6lu|", v, v, v, v, v);
		assert_same("%-2d|%2d|%08x", (int)v, (int)v, (unsigned)v);
	}
}

static void random_numbers(void **state)
{
	uint64_t seed = 1;

	(void)state;
	for (int i = 0; i < 2000; i++) {
		uint64_t v = random_next(&seed) >> random_below(&seed, 64);

		assert_same("%lu %lx %ld %u %d", v, v, (long)v, (unsigned)v, (int)v);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text),
		cmocka_unit_test(numbers),
		cmocka_unit_test(random_numbers),
	};

	return cmocka_run_group_tests_name("format", tests, NULL, NULL);
}
