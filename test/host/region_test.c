// SPDX-License-Identifier: Apache-2.0
// Tests of lib/region: edges of the address space, and sets against a bitmap of a small one.
#include <string.h>

#include "lib/region.h"
#include "testing.h"

#define TOP UINT64_MAX

static void validity(void **state)
{
	(void)state;
	assert_false(region_is_valid((struct region){ 0, 0 }));
	assert_false(region_is_valid((struct region){ TOP, 0 }));
	assert_false(region_is_valid((struct region){ TOP, 2 }));
	assert_false(region_is_valid((struct region){ 2, TOP }));
	assert_true(region_is_valid((struct region){ TOP, 1 }));
	assert_true(region_is_valid((struct region){ 1, TOP }));
	assert_true(region_is_valid((struct region){ 0, TOP }));
}

static void containment(void **state)
{
	struct region top = { TOP - 0xfff, 0x1000 }, low = { 0, 0x1000 };

	(void)state;
	assert_true(region_contains(top, TOP, 1));
	assert_true(region_contains(top, TOP - 0xfff, 0x1000));
	assert_false(region_contains(top, TOP, 2));
	assert_false(region_contains(top, TOP - 0xfff, 0x1001));
	assert_false(region_contains(top, TOP - 0xfff, 0));
	assert_false(region_contains(top, 0, 1));
	assert_true(region_contains(low, 0, 0x1000));
	assert_false(region_contains(low, 0xfff, 2));
	assert_false(region_contains(low, 0, TOP));
	assert_false(region_contains((struct region){ 5, 0 }, 5, 1));
	assert_false(region_contains((struct region){ TOP, 2 }, TOP, 1));
}

static void overlap(void **state)
{
	struct region top = { TOP, 1 }, all_but_one = { 0, TOP };

	(void)state;
	assert_false(region_overlaps(top, all_but_one));
	assert_true(region_overlaps(top, (struct region){ 1, TOP }));
	assert_true(region_overlaps((struct region){ 0, 2 }, (struct region){ 1, 1 }));
	assert_false(region_overlaps((struct region){ 0, 1 }, (struct region){ 1, 1 }));
}

static void set_at_the_edges(void **state)
{
	struct region items[4];
	struct region_set set = { items, 0, 4 };

	(void)state;
	assert_true(region_set_add(&set, (struct region){ TOP, 1 }));
	assert_true(region_set_add(&set, (struct region){ 0, 1 }));
	assert_int_equal(set.count, 2);
	assert_false(region_set_add(&set, (struct region){ TOP, 2 }));
	assert_true(region_set_add(&set, (struct region){ 1, TOP - 2 }));
	assert_int_equal(set.count, 2);
	assert_false(region_set_add(&set, (struct region){ TOP - 1, 1 })); // would be all of 2^64
	assert_int_equal(set.count, 2);
	assert_true(set.items[0].base == 0 && set.items[0].size == TOP - 1);
	assert_true(region_set_contains(&set, (struct region){ TOP, 1 }));
	assert_false(region_set_contains(&set, (struct region){ TOP - 1, 1 }));
	assert_true(region_set_remove(&set, (struct region){ 0, TOP }));
	assert_int_equal(set.count, 1);
	assert_true(region_set_remove(&set, (struct region){ TOP, 1 }));
	assert_int_equal(set.count, 0);
	assert_true(region_set_remove(&set, (struct region){ 1, 1 }));
	assert_false(region_set_remove(&set, (struct region){ TOP, TOP }));
	assert_true(region_set_add(&set, (struct region){ 7, 0 }));
	assert_int_equal(set.count, 0);
}

static void full_set_is_left_alone(void **state)
{
	struct region items[2];
	struct region_set set = { items, 0, 2 };

	(void)state;
	assert_true(region_set_add(&set, (struct region){ 0, 10 }));
	assert_true(region_set_add(&set, (struct region){ 20, 10 }));
	assert_false(region_set_add(&set, (struct region){ 40, 10 }));
	assert_false(region_set_remove(&set, (struct region){ 5, 1 }));
	assert_int_equal(set.count, 2);
	assert_true(items[0].base == 0 && items[0].size == 10);
	assert_true(region_set_add(&set, (struct region){ 10, 10 })); // joins both
	assert_int_equal(set.count, 1);
	assert_true(items[0].base == 0 && items[0].size == 30);
	assert_true(region_set_remove(&set, (struct region){ 10, 10 }));
	assert_int_equal(set.count, 2);
}

// Random adds and removes in 64 addresses, each compared with a bit mask.
static void set_against_a_mask(void **state)
{
	uint64_t seed = 1, mask = 0;
	struct region items[33];
	struct region_set set = { items, 0, 33 };

	(void)state;
	for (int round = 0; round < 20000; round++) {
		uint64_t base = random_below(&seed, 64), size = 1 + random_below(&seed, 64 - base > 12 ? 12 : 64 - base);
		uint64_t bits = (size == 64 ? TOP : (1ull << size) - 1) << base, seen = 0;

		if (random_below(&seed, 2)) {
			assert_true(region_set_add(&set, (struct region){ base, size }));
			mask |= bits;
		} else {
			assert_true(region_set_remove(&set, (struct region){ base, size }));
			mask &= ~bits;
		}
		for (uint32_t i = 0; i < set.count; i++) {
			for (uint64_t at = 0; at < items[i].size; at++)
				seen |= 1ull << (items[i].base + at);
			if (i) // sorted, and never touching
				assert_true(items[i - 1].base + items[i - 1].size < items[i].base);
		}
		assert_true(seen == mask);
		assert_int_equal(region_set_contains(&set, (struct region){ base, size }), (mask & bits) == bits);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(validity),
		cmocka_unit_test(containment),
		cmocka_unit_test(overlap),
		cmocka_unit_test(set_at_the_edges),
		cmocka_unit_test(full_set_is_left_alone),
		cmocka_unit_test(set_against_a_mask),
	};

	return cmocka_run_group_tests_name("region", tests, NULL, NULL);
}
