// SPDX-License-Identifier: Apache-2.0
// Tests of plan/request: what guests ask for, in an image that does not have all rooms.
#include "plan/request.h"

#include <string.h>

#include "testing.h"

#define PMU (1u << SBI_INDEX_PMU)
#define DBTR (1u << SBI_INDEX_DBTR)

static struct request request;

static void begin(void)
{
	request = (struct request){ .guest_count = 3 };
	strcpy(request.guests[0].name, "a");
	strcpy(request.guests[1].name, "b");
	strcpy(request.guests[2].name, "c");
	request.guests[1].denied_sbi = DBTR;
	request.guests[1].rules.no_neighbour_counters = true;
}

static void test_nothing_changes_where_nothing_is_absent(void **state)
{
	struct request before;
	struct diag why;

	(void)state;
	begin();
	request.guests[2].rules.has_pmu_snapshots = true;
	before = request;
	assert_true(request_without(&request, 0, &why));
	assert_memory_equal(&request, &before, sizeof(request));
}

static void test_what_is_absent_is_denied_to_every_guest_beside_what_was_denied(void **state)
{
	struct diag why;

	(void)state;
	begin();
	assert_true(request_without(&request, PMU, &why));
	assert_int_equal(request.guests[0].denied_sbi, PMU);
	assert_int_equal(request.guests[1].denied_sbi, PMU | DBTR);
	assert_int_equal(request.guests[2].denied_sbi, PMU);
	assert_true(request.guests[1].rules.no_neighbour_counters);
}

static void test_a_word_that_asks_for_what_is_absent_is_refused_by_name(void **state)
{
	struct diag why;

	(void)state;
	begin();
	request.guests[2].rules.has_pmu_snapshots = true;
	assert_true(request_without(&request, DBTR, &why));
	assert_false(request_without(&request, PMU | DBTR, &why));
	assert_int_equal(why.code, DIAG_ROOM_PMU);
	assert_string_equal(why.node, "/guests/c");
	assert_string_equal(why.property, "pmu-snapshots");
	assert_string_equal(diag_str(why.code), "this image was built without pmu");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_changes_where_nothing_is_absent),
		cmocka_unit_test(test_what_is_absent_is_denied_to_every_guest_beside_what_was_denied),
		cmocka_unit_test(test_a_word_that_asks_for_what_is_absent_is_refused_by_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
