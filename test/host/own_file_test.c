// SPDX-License-Identifier: Apache-2.0
// Tests of irq/own_file.h: a kick, and what comes too late of a guest that has its interrupts by its own files, are no source.
#include "irq/own_file.h"

#include "testing.h"

static void sources_where_they_are_taken(void **state)
{
	(void)state;
	for (uint32_t source = 1; source <= MAX_BOARD_SOURCE; source++)
		assert_int_equal(own_file_source(OWN_FILE_ID(source), true), source);
}

static void a_kick_is_no_source(void **state)
{
	(void)state;
	assert_int_equal(own_file_source(OWN_FILE_KICK, true), 0);
	assert_int_equal(own_file_source(OWN_FILE_KICK, false), 0);
	assert_int_equal(own_file_source(0, true), 0);
}

// It has the identity that source 1 has elsewhere.
static void what_settles_late_is_no_source(void **state)
{
	(void)state;
	assert_int_equal(OWN_FILE_SETTLED, OWN_FILE_ID(1));
	for (uint32_t id = 0; id <= OWN_FILE_ID(MAX_BOARD_SOURCE); id++)
		assert_int_equal(own_file_source(id, false), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sources_where_they_are_taken),
		cmocka_unit_test(a_kick_is_no_source),
		cmocka_unit_test(what_settles_late_is_no_source),
	};

	return cmocka_run_group_tests_name("own_file", tests, NULL, NULL);
}
