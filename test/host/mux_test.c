// SPDX-License-Identifier: Apache-2.0
// Tests of console/mux: whole lines under their names, nothing lost, nobody starved, input to the port in focus.
#include "mux_sample.h"

static void lines_are_whole(void **state)
{
	(void)state;
	start(false);
	write_port(2, "hello ");
	assert_string_equal(show(0), ""); // not in focus, not a line yet
	write_port(1, "a\r\nb\r\n");
	write_port(2, "world\n");
	assert_string_equal(show(1), "[one] a\r\n[two] hello world\r\n[one] b\r\n");
}

static void an_unfinished_line_shows_when_it_is_quiet(void **state)
{
	(void)state;
	start(false);
	write_port(2, "login: ");
	assert_string_equal(show(0), "");
	assert_string_equal(show(QUIET), "[two] login: ");
	write_port(2, "x\n");
	assert_string_equal(show(QUIET + 1), "[two] login: x\r\n");
}

static void the_focus_shows_at_once_and_may_be_broken_when_quiet(void **state)
{
	(void)state;
	start(false);
	write_port(1, "# ");
	assert_string_equal(show(0), "[one] # ");
	write_port(2, "tick\n");
	assert_string_equal(show(1), "[one] # "); // still being written
	assert_string_equal(show(QUIET), "[one] # \r\n[two] tick\r\n");
	assert_string_equal(show(2 * QUIET), "[one] # \r\n[two] tick\r\n");
	write_port(1, "ls");
	assert_string_equal(show(2 * QUIET), "[one] # \r\n[two] tick\r\n[one] # ls");
}

static void a_terminal_keeps_the_prompt_at_the_bottom(void **state)
{
	(void)state;
	start(true);
	write_port(1, "# \x1b[6n");
	show(0);
	screen_length = 0;
	write_port(2, "tick\n");
	show(QUIET);
	// The prompt is wiped and shown again, without the question that a terminal would answer once more.
	assert_string_equal(show(QUIET), "\r\x1b[2K\x1b[1;36m[two] \x1b[0mtick\r\n\x1b[1;32m[one] \x1b[0m# ");
}

static void a_lone_carriage_return_goes_behind_the_name(void **state)
{
	(void)state;
	start(false);
	write_port(1, "50%\r100%\r\n");
	assert_string_equal(show(0), "[one] 50%\r[one] 100%\r\n");
}

static void nothing_is_lost_and_nobody_starves(void **state)
{
	char line[64], expected[64];
	int sent = 0, seen = 0;

	(void)state;
	start(false);
	for (int turn = 0; turn < 200; turn++) {
		const char *found;

		while (ring_room(&ports[1].out) > 64) { // a flood
			snprintf(line, sizeof(line), "flood %06d\n", sent++);
			write_port(1, line);
		}
		snprintf(line, sizeof(line), "tick %d\n", turn);
		write_port(2, line);
		screen_length = 0;
		mux_gather(&mux, (uint64_t)turn);
		while (ring_used(&mux.terminal) != 0)
			screen[screen_length++] = (char)ring_get(&mux.terminal);
		screen[screen_length] = '\0';
		snprintf(expected, sizeof(expected), "[two] tick %d\r\n", turn);
		assert_non_null(strstr(screen, expected));
		found = screen;
		for (;;) {
			snprintf(expected, sizeof(expected), "flood %06d\r\n", seen);
			found = strstr(found, expected);
			if (found == NULL)
				break;
			seen++;
		}
	}
	screen_length = 0;
	for (const char *p = show(1000); seen < sent; seen++) {
		snprintf(expected, sizeof(expected), "[one] flood %06d\r\n", seen);
		p = strstr(p, expected);
		assert_non_null(p);
	}
}

static void a_line_without_end_is_broken_for_others(void **state)
{
	(void)state;
	start(false);
	for (int i = 0; i < 1000; i++)
		write_port(1, "x");
	write_port(2, "tick\n");
	assert_non_null(strstr(show(0), "[two] tick\r\n"));
	show(QUIET);
	size_t count = 0;
	for (const char *p = screen; *p != '\0'; p++)
		count += *p == 'x';
	assert_true(count >= 1000); // the kept part is shown again
}

// Two ports without newlines must not keep the third, nor the hypervisor's own lines, away.
static void floods_without_end_leave_room_for_lines(void **state)
{
	int lines = 0;

	(void)state;
	start(false);
	for (uint64_t now = 0; now < 400; now++) {
		for (int port = 1; port < PORTS; port++)
			while (ring_room(&ports[port].out) != 0)
				ring_put(&ports[port].out, 'x');
		if (ring_used(&ports[0].out) == 0) {
			write_port(0, "log\n");
			lines++;
		}
		mux_gather(&mux, now);
		while (ring_used(&mux.terminal) != 0)
			ring_get(&mux.terminal);
	}
	assert_true(lines > 100);
}

// A line in focus that grows byte by byte holds up the others for some quiet times only.
static void a_trickle_in_focus_does_not_hold_up_others(void **state)
{
	int lines = 0;

	(void)state;
	start(false);
	for (uint64_t now = 0; now < 100 * QUIET; now += QUIET / 2) {
		write_port(1, ".");
		if (ring_used(&ports[2].out) == 0) {
			write_port(2, "tick\n");
			lines++;
		}
		mux_gather(&mux, now);
		while (ring_used(&mux.terminal) != 0)
			ring_get(&mux.terminal);
	}
	assert_true(lines > 10);
}

static void input_goes_to_the_focus(void **state)
{
	(void)state;
	start(false);
	type("ab");
	assert_string_equal(typed(1), "ab");
	assert_string_equal(typed(2), "");
	type("\x1d" "nc");
	assert_string_equal(typed(2), "c");
	type("\x1d\x1d" "d"); // the escape key twice: the next one as well
	assert_string_equal(typed(1), "d");
	type("\x1d" "2e\x1d]");
	assert_string_equal(typed(2), "e\x1d");
	type("\x1d" "0f\x1d" "9g\x1dqh"); // not a guest, nobody, no command
	assert_string_equal(typed(2), "fgh");
	assert_string_equal(typed(1), "");
	assert_non_null(strstr(show(0), "[bulkhead] input goes to two\r\n"));
}

static void a_key_that_tells_is_nobodys_input(void **state)
{
	(void)state;
	start(false);
	type("e");
	mux_tell(&mux);
	assert_int_equal(told, 0);
	type("\x1d" "\x1d" "e"); // the key for the focus, then an ordinary one
	mux_tell(&mux);
	assert_int_equal(told, 0);
	assert_string_equal(typed(1), "e");
	assert_string_equal(typed(2), "e");
	says_more = true;
	type("\x1d" "e");
	assert_int_equal(told, 0); // not before there is room
	mux_tell(&mux);
	mux_tell(&mux);
	assert_int_equal(told, 2);
	says_more = false;
	mux_tell(&mux);
	mux_tell(&mux);
	assert_int_equal(told, 3);
	assert_null(mux.telling);
	assert_string_equal(typed(1), "");
	assert_string_equal(typed(2), "");
}

static void too_much_input_is_dropped(void **state)
{
	(void)state;
	start(false);
	type("0123456789abcdefXYZ");
	assert_string_equal(typed(1), "0123456789abcdef");
	type("z");
	assert_string_equal(typed(1), "z");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_whole),
		cmocka_unit_test(an_unfinished_line_shows_when_it_is_quiet),
		cmocka_unit_test(the_focus_shows_at_once_and_may_be_broken_when_quiet),
		cmocka_unit_test(a_terminal_keeps_the_prompt_at_the_bottom),
		cmocka_unit_test(a_lone_carriage_return_goes_behind_the_name),
		cmocka_unit_test(nothing_is_lost_and_nobody_starves),
		cmocka_unit_test(a_line_without_end_is_broken_for_others),
		cmocka_unit_test(floods_without_end_leave_room_for_lines),
		cmocka_unit_test(a_trickle_in_focus_does_not_hold_up_others),
		cmocka_unit_test(input_goes_to_the_focus),
		cmocka_unit_test(a_key_that_tells_is_nobodys_input),
		cmocka_unit_test(too_much_input_is_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
