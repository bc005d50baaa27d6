// SPDX-License-Identifier: Apache-2.0
// Tests of vcpu/vmask: each count of vcpus with each base and single bit, and all masks of small guests.
#include "vcpu/vmask.h"
#include "testing.h"

static void single_bits(void **state)
{
	(void)state;
	for (uint32_t vcpus = 1; vcpus <= 64; vcpus++) {
		for (uint64_t base = 0; base <= 70; base++) {
			for (uint32_t bit = 0; bit < 64; bit++) {
				uint64_t set = 0xdead;
				bool expected = base + bit < vcpus;

				assert_int_equal(vmask_make(1ull << bit, base, vcpus, &set), expected);
				assert_true(set == (expected ? 1ull << (base + bit) : 0xdead));
			}
		}
	}
}

static void all_small_masks(void **state)
{
	(void)state;
	for (uint32_t vcpus = 1; vcpus <= 8; vcpus++) {
		for (uint64_t base = 0; base < 10; base++) {
			for (uint64_t mask = 0; mask < 1024; mask++) {
				uint64_t set = 0, expected = mask << base;
				bool is_valid = expected >> vcpus == 0;

				assert_int_equal(vmask_make(mask, base, vcpus, &set), is_valid);
				if (is_valid)
					assert_true(set == expected);
			}
		}
	}
}

static void all_harts(void **state)
{
	(void)state;
	for (uint32_t vcpus = 1; vcpus <= 64; vcpus++) {
		uint64_t set = 0, expected = 0;

		for (uint32_t i = 0; i < vcpus; i++)
			expected |= 1ull << i;
		assert_true(vmask_make(0x5a, UINT64_MAX, vcpus, &set));
		assert_true(set == expected);
		assert_true(vmask_make(0, UINT64_MAX, vcpus, &set));
		assert_true(set == expected);
		assert_true(vmask_make(expected, 0, vcpus, &set));
		assert_true(set == expected);
	}
}

static void edges(void **state)
{
	uint64_t set = 1;

	(void)state;
	assert_true(vmask_make(UINT64_MAX, 0, 64, &set));
	assert_true(set == UINT64_MAX);
	assert_false(vmask_make(UINT64_MAX, 1, 64, &set));
	assert_false(vmask_make(1, UINT64_MAX - 1, 64, &set));
	assert_false(vmask_make(1, 1ull << 63, 64, &set));
	assert_false(vmask_make(1, 64, 64, &set));
	assert_false(vmask_make(2, 63, 64, &set));
	assert_true(vmask_make(1, 63, 64, &set));
	assert_true(set == 1ull << 63);
	assert_true(vmask_make(0, 63, 64, &set)); // names no hart
	assert_true(set == 0);
	assert_true(vmask_make(0, 12345, 1, &set) && set == 0); // from a base that is no hart: none is named
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(single_bits),
		cmocka_unit_test(all_small_masks),
		cmocka_unit_test(all_harts),
		cmocka_unit_test(edges),
	};

	return cmocka_run_group_tests_name("vmask", tests, NULL, NULL);
}
