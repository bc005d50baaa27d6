// SPDX-License-Identifier: Apache-2.0
// Tests of console/mux as the terminal sees it: what guests may do to it, and to whom its answers go.
#include "mux_sample.h"

static void only_the_focus_moves_the_cursor(void **state)
{
	(void)state;
	start(false);
	write_port(2, "\x1b[2A\x1b[2K[bulkhead] a lie\x1b[6n\n");
	assert_string_equal(show_more(0), "[two] [bulkhead] a lie\r\n");
	write_port(1, "\x1b[2Kx\n");
	assert_string_equal(show_more(0), "[one] \x1b[2Kx\x1b[0m\x0f\x1b(B\r\n");
	write_port(0, "a name \x1b[2K\n"); // the hypervisor's own lines hold what packages say
	assert_string_equal(show_more(0), "[bulkhead] a name \r\n");
}

static void a_sequence_may_come_in_pieces(void **state)
{
	(void)state;
	start(false);
	write_port(2, "a\x1b[3");
	show_more(0);
	assert_string_equal(show_more(QUIET), "[two] a");
	write_port(0, "log\n");
	assert_string_equal(show_more(3 * QUIET), "\r\n[bulkhead] log\r\n");
	write_port(2, "1mb\n");
	assert_string_equal(show_more(3 * QUIET), "[two] a\x1b[31mb\x1b[0m\r\n");
	write_port(2, "\x1b[3");
	write_port(2, "\n1mb\n"); // not over the end of a line
	assert_string_equal(show_more(4 * QUIET), "[two] \r\n[two] 1mb\r\n");
}

static void colours_end_with_the_line(void **state)
{
	(void)state;
	start(false);
	write_port(2, "\x1b[8mhidden");
	show_more(0);
	assert_string_equal(show_more(QUIET), "[two] \x1b[8mhidden");
	write_port(0, "log\n");
	assert_string_equal(show_more(3 * QUIET), "\x1b[0m\r\n[bulkhead] log\r\n");
	write_port(2, "!\n");
	assert_string_equal(show_more(3 * QUIET), "[two] \x1b[8mhidden!\x1b[0m\r\n");
	write_port(2, "plain\n");
	assert_string_equal(show_more(3 * QUIET), "[two] plain\r\n");
}

static void nobody_goes_back_over_the_name(void **state)
{
	(void)state;
	start(false);
	write_port(2, "ab\b\b\b\b[one] c\b\n");
	assert_string_equal(show_more(0), "[two] ab\b\b[one] c\b\r\n");
	write_port(2, "\xcc\x81\xcc\x81\b\bx\n"); // characters without a width
	assert_string_equal(show_more(0), "[two] \xcc\x81\xcc\x81x\r\n");
	write_port(2, "abc\r\bx\n");
	assert_string_equal(show_more(0), "[two] abc\r[two] x\r\n");
	write_port(2, "abc");
	show_more(0);
	assert_string_equal(show_more(QUIET), "[two] abc");
	write_port(0, "log\n");
	show_more(3 * QUIET);
	write_port(2, "\b\b\b\b\b\n"); // how much of the line stands there now is not counted
	assert_string_equal(show_more(3 * QUIET), "[two] abc\r\n");
}

// What the focus may do is not done once more without it.
static void a_line_shown_again_keeps_its_name(void **state)
{
	(void)state;
	start(false);
	write_port(1, "\b\b\b\b[two] lie");
	assert_string_equal(show_more(0), "[one] \b\b\b\b[two] lie");
	type("\x1d" "n");
	show_more(0);
	write_port(1, "!\n");
	assert_string_equal(show_more(0), "[one] [two] lie!\r\n");
	write_port(2, "ab\b\b\b[one] c"); // now this one
	show_more(0);
	type("\x1d" "n");
	show_more(0);
	write_port(2, "\n");
	assert_string_equal(show_more(0), "[two] ab\b\b[one] c\r\n");
}

static void a_name_is_not_coloured_away(void **state)
{
	(void)state;
	start(false);
	write_port(2, "\x1b[8m\r\x1b[0m[one] lie\n");
	assert_string_equal(show_more(0), "[two] \x1b[8m\x1b[0m\r[two] \x1b[0m[one] lie\x1b[0m\r\n");
	start(true);
	write_port(2, "\x1b[8m\rx\n");
	assert_non_null(strstr(show_more(0), "\x1b[8m\x1b[0m\r\x1b[1;36m[two] \x1b[0mx\r\n"));
}

static void a_lost_focus_takes_its_screen_along(void **state)
{
	(void)state;
	start(false);
	write_port(1, "\x1b[?1h\x1b[?25lvi");
	show_more(0);
	type("\x1d" "n");
	assert_string_equal(show_more(0), "\x1b[0m\x0f\x1b(B\r\n[bulkhead] input goes to two\r\n"
		"\x1b[0m\x0f\x1b(B\x1b[?1l\x1b>\x1b[4l\x1b[?7h\x1b[?25h\x1b" "7\x1b[r\x1b" "8");
	type("\x1d" "n");
	assert_string_equal(show_more(0), "[bulkhead] input goes to one\r\n"); // two has changed nothing
}

static void a_lost_screen_is_not_forgotten(void **state)
{
	(void)state;
	start(false);
	write_port(1, "\x1b[?1hvi");
	show_more(0);
	type("\x1d" "2\x1d" "2");
	assert_non_null(strstr(show_more(0), "\x1b[?1l"));

	start(false);
	write_port(1, "abcdef\x1b[20D");
	show_more(0);
	while (ring_room(&mux.terminal) != 0) // the UART is slow: nothing can be said of the new focus
		ring_put(&mux.terminal, '.');
	type("\x1d" "2");
	while (ring_used(&mux.terminal) != 0)
		ring_get(&mux.terminal);
	write_port(1, "[two] lie\n");
	assert_non_null(strstr(show_more(0), "\x1b[r\x1b" "8[one] abcdef[two] lie\r\n"));
}

// ---- answers of the terminal ----

#define AFTER (MUX_ANSWER * QUIET)

static void an_answer_goes_to_the_port_that_asked(void **state)
{
	(void)state;
	start(false);
	typed_time = 0;
	write_port(1, "\x1b[6n");
	assert_string_equal(show_more(0), "[one] \x1b[6n");
	type("\x1b[1;7R");
	assert_string_equal(typed(1), "\x1b[1;7R");
	type("\x1d" "n" "a\x1b[1;7Rb\x1b[0nc");
	assert_string_equal(typed(1), "\x1b[1;7R\x1b[0n");
	assert_string_equal(typed(2), "abc");
	type("\x1b" "d\x1b[A\x1b[1;5C"); // keys are no answers
	assert_string_equal(typed(2), "\x1b" "d\x1b[A\x1b[1;5C");
	type("\x1b\x1b[1;7R\x1b[1;2\x1d" "2e");
	assert_string_equal(typed(2), "\x1b" "\x1b[1;2e");
	assert_string_equal(typed(1), "\x1b[1;7R");
	typed_time = AFTER;
	type("\x1b[1;7R");
	assert_string_equal(typed(2), "\x1b[1;7R");
	typed_time = 0;
}

static void a_key_does_not_wait_for_ever(void **state)
{
	(void)state;
	start(false);
	write_port(1, "\x1b[6n");
	show_more(0);
	type("\x1d" "n\x1b");
	assert_string_equal(typed(2), "");
	show_more(AFTER - 1);
	assert_string_equal(typed(2), "");
	show_more(AFTER);
	assert_string_equal(typed(2), "\x1b");
	type("\x1b[111111111111111"); // longer than any answer
	assert_string_equal(typed(2), "\x1b[11111111111111"); // no room for the last one
}

static void two_ports_do_not_ask_at_once(void **state)
{
	(void)state;
	start(false);
	write_port(2, "\x1b[6n"); // not in focus
	show_more(0);
	assert_string_equal(show_more(QUIET), "[two] ");
	write_port(1, "\x1b[6n");
	show_more(10 * QUIET);
	type("\x1d" "n");
	write_port(2, "\x1b[6n");
	assert_null(strstr(show_more(10 * QUIET + AFTER - 1), "\x1b[6n"));
	write_port(2, "\x1b[6n");
	assert_non_null(strstr(show_more(10 * QUIET + AFTER), "\x1b[6n"));
}

// What is dropped fills no queue: it holds nobody up all the same.
static void what_is_dropped_leaves_room_for_others(void **state)
{
	int lines = 0;

	(void)state;
	start(false);
	for (uint64_t now = 0; now < 400; now++) {
		for (int port = 1; port < PORTS; port++)
			while (ring_room(&ports[port].out) != 0)
				ring_put(&ports[port].out, port == 1 ? '\x05' : '\0');
		if (ring_used(&ports[0].out) == 0) {
			write_port(0, "log\n");
			lines++;
		}
		mux_gather(&mux, now);
		assert_true(ring_used(&ports[1].out) != 0 || ring_used(&ports[2].out) != 0); // one call does not take it all
		while (ring_used(&mux.terminal) != 0)
			ring_get(&mux.terminal);
	}
	assert_true(lines > 100);
}

// A line that begins anew over and over ends as little as one that goes on.
static void a_carriage_return_holds_nobody_up(void **state)
{
	static const char *const floods[] = { "\r", "x\r", "0123456789012345678901234567890123456789\r" };

	(void)state;
	for (int port = 1; port < PORTS; port++) { // in focus, and not
		for (unsigned n = 0; n < 3; n++) {
			uint64_t length = strlen(floods[n]), at = 0;
			int lines = 0;

			start(false);
			for (uint64_t now = 0; now < 400; now++) {
				while (ring_room(&ports[port].out) != 0)
					ring_put(&ports[port].out, (uint8_t)floods[n][at++ % length]);
				if (ring_used(&ports[3 - port].out) == 0) {
					write_port(3 - port, "neighbour\n");
					lines++;
				}
				mux_gather(&mux, now);
				while (ring_used(&mux.terminal) != 0)
					ring_get(&mux.terminal);
			}
			assert_true(lines > 100);
		}
	}
}

// ---- whose text a row holds, whatever a port without the focus sends ----

static char row[8192];
static uint32_t column, row_end;

// What stands on the row that a line feed leaves: a name, and behind it nothing of another port's. Port two writes T alone.
static void judge_row(void)
{
	row[row_end] = '\0';
	if (row_end == 0)
		return;
	assert_true(strncmp(row, "[one] ", 6) == 0 || strncmp(row, "[two] ", 6) == 0);
	assert_ptr_equal(strchr(row + 6, row[1] == 'o' ? 'T' : 'O'), NULL);
}

// A terminal as wide as it takes, on which characters beyond ASCII have no width: backspaces then reach farthest.
static void look(uint8_t byte)
{
	static enum { TEXT, ESCAPED, CONTROL } state;

	if (state == ESCAPED) {
		assert_int_equal(byte, '[');
		state = CONTROL;
	} else if (state == CONTROL) {
		assert_true(byte == 'm' || byte == 'K' || byte == ';' || byte == ':' || (byte >= '0' && byte <= '9'));
		if (byte == 'K')
			row_end = 0;
		if (byte == 'm' || byte == 'K')
			state = TEXT;
	} else if (byte == 0x1b) {
		state = ESCAPED;
	} else if (byte == '\n') {
		judge_row();
		row_end = column = 0;
	} else if (byte == '\r') {
		column = 0;
	} else if (byte == '\b') {
		column -= column != 0;
	} else if (byte < 0x80) {
		assert_true(byte == '\t' || (byte >= ' ' && byte <= '~'));
		for (uint32_t n = byte == '\t' ? 8 - column % 8 : 1; n != 0; n--)
			row[column++] = (char)byte;
		row_end = column > row_end ? column : row_end;
	}
	assert_true(column + 8 < sizeof(row));
}

static void random_output_is_nobody_elses(void **state)
{
	static const char *const pieces[] = {
		"T", "T", "T", "\b", "\b\b\b", "\r", "\n", "\t", "\x1b[31m", "\x1b[8m", "\x1b[0m", "\x1b", "\x1b[", "\x1b[5D", "\x1b[1;1H",
		"\xcc\x81", "\xe2\x82", "\xc2\x9b", "\x9b" "2K", "\x1b]0;T\a", "\x1b]0;", "\x1b\\", "\x1b[6n", "\x05", "\x7f", "\x0e",
		"\x1b(0", "\x1b" "c", "\x18", "TTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTT",
	};
	uint64_t seed = 11;

	(void)state;
	for (int is_terminal = 0; is_terminal < 2; is_terminal++) {
		start(is_terminal);
		row_end = column = 0;
		for (uint64_t now = 0; now < 200000; now += random_below(&seed, QUIET)) {
			const char *text = pieces[random_below(&seed, sizeof(pieces) / sizeof(pieces[0]))];

			if (ring_room(&ports[2].out) > 128)
				write_port(2, text);
			if (random_below(&seed, 4) == 0 && ring_room(&ports[1].out) > 128)
				write_port(1, random_below(&seed, 3) == 0 ? "O\r\n" : "OO");
			mux_gather(&mux, now);
			assert_true(ring_used(&mux.terminal) <= MUX_OUT_SIZE);
			for (uint64_t n = random_below(&seed, 300); n != 0 && ring_used(&mux.terminal) != 0; n--)
				look(ring_get(&mux.terminal));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_the_focus_moves_the_cursor),
		cmocka_unit_test(a_sequence_may_come_in_pieces),
		cmocka_unit_test(colours_end_with_the_line),
		cmocka_unit_test(nobody_goes_back_over_the_name),
		cmocka_unit_test(a_line_shown_again_keeps_its_name),
		cmocka_unit_test(a_name_is_not_coloured_away),
		cmocka_unit_test(a_lost_focus_takes_its_screen_along),
		cmocka_unit_test(a_lost_screen_is_not_forgotten),
		cmocka_unit_test(an_answer_goes_to_the_port_that_asked),
		cmocka_unit_test(a_key_does_not_wait_for_ever),
		cmocka_unit_test(two_ports_do_not_ask_at_once),
		cmocka_unit_test(what_is_dropped_leaves_room_for_others),
		cmocka_unit_test(a_carriage_return_holds_nobody_up),
		cmocka_unit_test(random_output_is_nobody_elses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
