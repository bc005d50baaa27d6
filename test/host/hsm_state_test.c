// SPDX-License-Identifier: Apache-2.0
// Tests of vcpu/hsm_state: every state with every event, against the drawing in the specification.
#include "vcpu/hsm_state.h"
#include "testing.h"

#define NO (-1)

static void every_transition(void **state)
{
	// SBI 3.0, "Hart State Management Extension", figure "SBI HSM State Machine". Columns are events in their order:
	// START, STARTED, STOP, STOPPED, SUSPEND, SUSPENDED, WAKE, RESUMED.
	static const int expected[7][8] = {
		[HSM_STARTED] = { NO, NO, HSM_STOP_PENDING, NO, HSM_SUSPEND_PENDING, NO, NO, NO },
		[HSM_STOPPED] = { HSM_START_PENDING, NO, NO, NO, NO, NO, NO, NO },
		[HSM_START_PENDING] = { NO, HSM_STARTED, NO, NO, NO, NO, NO, NO },
		[HSM_STOP_PENDING] = { NO, NO, NO, HSM_STOPPED, NO, NO, NO, NO },
		[HSM_SUSPENDED] = { NO, NO, NO, NO, NO, NO, HSM_RESUME_PENDING, NO },
		[HSM_SUSPEND_PENDING] = { NO, NO, NO, NO, NO, HSM_SUSPENDED, NO, NO },
		[HSM_RESUME_PENDING] = { NO, NO, NO, NO, NO, NO, NO, HSM_STARTED },
	};

	(void)state;
	for (int from = 0; from < 7; from++) {
		for (int event = HSM_EVENT_START; event <= HSM_EVENT_RESUMED; event++) {
			enum hsm_state next = (enum hsm_state)99;
			bool is_allowed = hsm_next((enum hsm_state)from, (enum hsm_event)event, &next);

			assert_int_equal(is_allowed, expected[from][event] != NO);
			assert_int_equal((int)next, is_allowed ? expected[from][event] : 99);
		}
	}
}

static void numbers_of_the_specification(void **state)
{
	(void)state;
	assert_int_equal(HSM_STARTED, 0);
	assert_int_equal(HSM_STOPPED, 1);
	assert_int_equal(HSM_START_PENDING, 2);
	assert_int_equal(HSM_STOP_PENDING, 3);
	assert_int_equal(HSM_SUSPENDED, 4);
	assert_int_equal(HSM_SUSPEND_PENDING, 5);
	assert_int_equal(HSM_RESUME_PENDING, 6);
}

static void events_that_do_not_exist(void **state)
{
	enum hsm_state next = HSM_STARTED;

	(void)state;
	for (int from = -1; from < 9; from++)
		assert_false(hsm_next((enum hsm_state)from, (enum hsm_event)(HSM_EVENT_RESUMED + 1), &next));
	assert_false(hsm_next((enum hsm_state)7, HSM_EVENT_START, &next));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_transition),
		cmocka_unit_test(numbers_of_the_specification),
		cmocka_unit_test(events_that_do_not_exist),
	};

	return cmocka_run_group_tests_name("hsm_state", tests, NULL, NULL);
}
