// SPDX-License-Identifier: Apache-2.0
// Tests of guest/life_state: every state with every event, and what follows from the table as a whole.
#include "guest/life_state.h"
#include "testing.h"

#define UNTOUCHED ((enum life_state)99)

static const struct {
	enum life_state from;
	enum life_event event;
	enum life_state to;
} allowed[] = {
	{ LIFE_OFF, LIFE_EVENT_START, LIFE_LEAVING },
	{ LIFE_RUNNING, LIFE_EVENT_STOP, LIFE_LEAVING },
	{ LIFE_LEAVING, LIFE_EVENT_LEFT, LIFE_CLEARING },
	{ LIFE_LEAVING, LIFE_EVENT_END, LIFE_OFF },
	{ LIFE_CLEARING, LIFE_EVENT_LOAD, LIFE_LOADING },
	{ LIFE_CLEARING, LIFE_EVENT_END, LIFE_OFF },
	{ LIFE_LOADING, LIFE_EVENT_LOADED, LIFE_RUNNING },
	{ LIFE_LOADING, LIFE_EVENT_END, LIFE_OFF },
};

static void every_transition(void **state)
{
	(void)state;
	for (uint32_t from = 0; from < LIFE_STATES; from++) {
		for (uint32_t event = 0; event < LIFE_EVENTS; event++) {
			enum life_state next = UNTOUCHED, expected = UNTOUCHED;

			for (size_t i = 0; i < ARRAY_SIZE(allowed); i++)
				if (allowed[i].from == from && allowed[i].event == event)
					expected = allowed[i].to;
			assert_int_equal(life_next((enum life_state)from, (enum life_event)event, &next), expected != UNTOUCHED);
			assert_int_equal(next, expected);
		}
	}
}

// A guest runs only after all its harts have left the life before, cleared what is theirs, and its memory was filled.
static void no_way_to_run_but_the_whole(void **state)
{
	static const enum life_event way[] = { LIFE_EVENT_LEFT, LIFE_EVENT_LOAD, LIFE_EVENT_LOADED };

	(void)state;
	for (uint32_t first = 0; first < 2; first++) {
		enum life_state at;

		assert_true(life_next(first == 0 ? LIFE_OFF : LIFE_RUNNING, first == 0 ? LIFE_EVENT_START : LIFE_EVENT_STOP, &at));
		for (size_t i = 0; i < ARRAY_SIZE(way); i++) {
			for (uint32_t event = 0; event < LIFE_EVENTS; event++) {
				enum life_state next = UNTOUCHED;

				if (life_next(at, (enum life_event)event, &next) && event != way[i])
					assert_int_equal(next, LIFE_OFF);
			}
			assert_true(life_next(at, way[i], &at));
		}
		assert_int_equal(at, LIFE_RUNNING);
	}
}

// Two harts stop a guest at once: the second's event is too late, and so is a stop of one that is off.
static void a_stop_counts_once(void **state)
{
	(void)state;
	for (uint32_t from = 0; from < LIFE_STATES; from++) {
		enum life_state next;

		assert_int_equal(life_next((enum life_state)from, LIFE_EVENT_STOP, &next), from == LIFE_RUNNING);
	}
}

static void what_does_not_exist(void **state)
{
	enum life_state next = UNTOUCHED;

	(void)state;
	for (int from = -1; from < LIFE_STATES + 2; from++) {
		assert_false(life_next((enum life_state)from, LIFE_EVENTS, &next));
		assert_false(life_next((enum life_state)from, (enum life_event)-1, &next));
	}
	for (int event = -1; event < LIFE_EVENTS + 2; event++) {
		assert_false(life_next(LIFE_STATES, (enum life_event)event, &next));
		assert_false(life_next((enum life_state)-1, (enum life_event)event, &next));
	}
	assert_int_equal(next, UNTOUCHED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_transition),
		cmocka_unit_test(no_way_to_run_but_the_whole),
		cmocka_unit_test(a_stop_counts_once),
		cmocka_unit_test(what_does_not_exist),
	};

	return cmocka_run_group_tests_name("life_state", tests, NULL, NULL);
}
