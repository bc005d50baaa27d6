// SPDX-License-Identifier: Apache-2.0
// Tests of console/filter: what each kind of sequence becomes with and without the focus, and that random bytes become nothing else.
#include <stdlib.h>
#include <string.h>

#include "console/filter.h"
#include "testing.h"

static struct filter filter;
static uint8_t shown[65536];
static size_t shown_size;

static enum filter_out put(uint8_t byte, bool has_focus)
{
	enum filter_out what = filter_put(&filter, byte, has_focus);

	if (what != FILTER_NOTHING) {
		assert_true(filter.size != 0 && filter.size <= FILTER_KEPT && shown_size + filter.size < sizeof(shown));
		memcpy(shown + shown_size, filter.bytes, filter.size);
		shown_size += filter.size;
	}
	shown[shown_size] = '\0';
	return what;
}

static void begin(void)
{
	memset(&filter, 0, sizeof(filter));
	shown_size = 0;
}

static void assert_shown(const char *text, bool has_focus, const char *wanted)
{
	begin();
	for (const char *p = text; *p != '\0'; p++)
		put((uint8_t)*p, has_focus);
	if (strcmp((const char *)shown, wanted) != 0)
		fail_msg("focus %d: %s becomes %s, wanted %s", has_focus, text, (const char *)shown, wanted);
}

// What becomes of a text for everybody.
static void becomes(const char *text, const char *wanted)
{
	assert_shown(text, false, wanted);
	assert_shown(text, true, wanted);
}

static void passes(const char *text)
{
	becomes(text, text);
}

static void is_dropped(const char *text)
{
	becomes(text, "");
}

// A sequence that only the focus has.
static void needs_focus(const char *text)
{
	assert_shown(text, false, "");
	assert_shown(text, true, text);
}

static void text_and_colours_pass(void **state)
{
	(void)state;
	passes("plain text ~ \t tab, \b back");
	passes("\x1b[m \x1b[0m \x1b[1;31mred\x1b[39;49m \x1b[38;2;1;2;3m \x1b[38:5:17m");
	passes("\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80 \xed\x9f\xbf \xf4\x8f\xbf\xbf \xe0\xa0\x80 \xc2\xa0");
}

static void ill_formed_characters_are_dropped(void **state)
{
	(void)state;
	is_dropped("\x80\x9b\xbf\xc0\x80\xc1\xbf\xf5\x80\x80\x80\xfe\xff");
	is_dropped("\xe0\x9f\xbf\xed\xa0\x80\xf0\x8f\xbf\xbf\xf4\x90\x80\x80"); // overlong, a surrogate, beyond the last one
	becomes("\xe2\x82x\xc3\xc3\xa9\xf0\x9fz", "x\xc3\xa9z");
	becomes("\xe2\x82\x1b[31m\xac", "\x1b[31m");
	is_dropped("\xc2\x9b" "\xc2\x90" "\xc2\x9d" "\xc2\x85"); // C1 controls
	becomes("\xc2\x9b" "6n\x9b" "c", "6nc");
}

static void controls_are_dropped(void **state)
{
	(void)state;
	begin();
	for (uint8_t byte = 0; byte < ' '; byte++)
		if (byte != '\t' && byte != '\b' && byte != 0x1b)
			assert_int_equal(put(byte, false), FILTER_NOTHING);
	for (uint8_t byte = 0; byte < ' '; byte++)
		if (byte != '\t' && byte != '\b' && byte != 0x1b)
			assert_int_equal(put(byte, true), byte == 7 || byte == 0xe || byte == 0xf ? FILTER_CONTROL : FILTER_NOTHING);
	is_dropped("\x05\x7f\x11\x13"); // ENQ, DEL, XON, XOFF
}

static void the_focus_has_the_screen(void **state)
{
	static const char *const sequences[] = {
		"\x1b[2J", "\x1b[H", "\x1b[10;20H", "\x1b[A", "\x1b[K", "\x1b[3L", "\x1b[1;24r", "\x1b[s", "\x1b[u", "\x1b[?25l", "\x1b[?1049h",
		"\x1b[?1h", "\x1b[?12;25h", "\x1b[4h", "\x1b" "7", "\x1b" "8", "\x1bM", "\x1b=", "\x1b>", "\x1b" "c", "\x1b(0", "\x1b(B", "\x1b)0",
		"\x1b]0;a title\a", "\x1b]2;a title\x1b\\", "\x1b[6n", "\x1b[5n", "\a", "\x0e", "\x0f",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sequences); i++)
		needs_focus(sequences[i]);
	begin();
	for (const char *p = "\x1b[6"; *p != '\0'; p++)
		assert_int_equal(put((uint8_t)*p, true), FILTER_NOTHING);
	assert_int_equal(put('n', true), FILTER_ASK);
}

// What a terminal answers, or what makes it send what nobody typed.
static void questions_are_dropped(void **state)
{
	static const char *const sequences[] = {
		"\x1b[c", "\x1b[0c", "\x1b[>c", "\x1b[=c", "\x1bZ", "\x1b[x", "\x1b[1x", "\x1b[?6n", "\x1b[?15n", "\x1b[?996n", "\x1b[6;6n", "\x1b[n",
		"\x1b[06n", "\x1b[7n", "\x1b[>0q", "\x1b[?1$p", "\x1b[4$p", "\x1b[14t", "\x1b[18t", "\x1b[21t", "\x1b[8;24;80t", "\x1b[?u", "\x1b[>1u",
		"\x1b[>4;2m", "\x1b[?4m", "\x1b[?1;1;0S", "\x1b[5i", "\x1b[?1000h", "\x1b[?1003h", "\x1b[?1004h", "\x1b[?1006h", "\x1b[?2004h",
		"\x1b[?2048h", "\x1b[?25;1000h", "\x1b[?h", "\x1b[?1000;h", "\x1b[?65537h", "\x1b[?4294967297h", "\x1b[20h", "\x1b[2h", "\x1b[12h",
		"\x1bP$qm\x1b\\", "\x1bP+q544e\x1b\\", "\x1bP1;1|17/41\x1b\\", "\x1b]10;?\a", "\x1b]4;1;?\x1b\\", "\x1b]52;c;?\a", "\x1b]52;c;Zm9v\a",
		"\x1b]60\a", "\x1b_Gi=1,a=q;AAAA\x1b\\", "\x1b^private\x1b\\", "\x1bXstring\x1b\\", "\x1b%@", "\x1b F", "\x1b G", "\x1b#8", "\x1b]0\a",
		"\x1b[\"q", "\x1b[ q",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sequences); i++)
		is_dropped(sequences[i]);
}

static void what_is_broken_off_takes_nothing_along(void **state)
{
	char text[FILTER_KEPT + 32];

	(void)state;
	becomes("\x1b[12\x1b[31mred", "\x1b[31mred");
	becomes("\x1b\x1b[31mred", "\x1b[31mred");
	becomes("\x1b[12\tx", "\tx");
	becomes("\x1b(\tx", "\tx");
	becomes("\x1b[31\xc3\xa9m", "\xc3\xa9m");
	becomes("\x1b]0;title\x18text", "text");
	becomes("\x1b]0;title\x1b[31mred", "\x1b[31mred");
	becomes("\x1bP data \x1b\x1b[31mred", "\x1b[31mred");
	// A sequence may have FILTER_KEPT bytes, not one more.
	memset(text, '1', sizeof(text));
	memcpy(text, "\x1b[", 2);
	memcpy(text + FILTER_KEPT - 1, "m", 2);
	passes(text);
	memcpy(text + FILTER_KEPT - 1, "1mx", 4);
	becomes(text, "x");
	memset(text + FILTER_KEPT - 1, '1', 30);
	memcpy(text + FILTER_KEPT + 29, "mx", 3);
	becomes(text, "x");
	// The end of a line.
	begin();
	put(0x1b, false);
	put(']', false);
	filter_reset(&filter);
	put('x', false);
	assert_string_equal((const char *)shown, "x");
}

// The focus when the last byte comes decides.
static void the_focus_may_change_in_a_sequence(void **state)
{
	static const char sequence[] = "\x1b[2J";

	(void)state;
	for (size_t cut = 0; cut < 4; cut++) {
		for (int last = 0; last < 2; last++) {
			begin();
			for (size_t i = 0; i < 4; i++)
				put((uint8_t)sequence[i], i < cut ? !last : last);
			assert_string_equal((const char *)shown, last ? sequence : "");
		}
	}
}

// Length of the text, character or colour sequence at p, 0 when it is something else.
static size_t harmless(const uint8_t *p)
{
	size_t n = 2;

	if ((p[0] >= ' ' && p[0] <= '~') || p[0] == '\t' || p[0] == '\b')
		return 1;
	if (p[0] >= 0xc2 && p[0] <= 0xf4) {
		for (n = 1; n < 4 && p[n] >= 0x80 && p[n] <= 0xbf; n++)
			;
		size_t length = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
		return (p[0] == 0xc2 && p[1] < 0xa0) || n < length ? 0 : length;
	}
	if (p[0] != 0x1b || p[1] != '[')
		return 0;
	while (p[n] != '\0' && strchr("0123456789;:", p[n]) != NULL)
		n++;
	return p[n] == 'm' ? n + 1 : 0;
}

static void random_bytes_become_text_and_colours(void **state)
{
	static const char likely[] = "\x1b\x1b\x1b[[[]]PP;;?0169mmnchJKH\\\a\x18\xc2\x9b\x9d\xe2\x82\xac";

	(void)state;
	srand(1);
	begin();
	for (int i = 0; i < 3000000; i++) {
		uint8_t byte = rand() % 3 == 0 ? (uint8_t)rand() : (uint8_t)likely[(size_t)rand() % (sizeof(likely) - 1)];

		if (byte == '\n' || byte == '\r')
			filter_reset(&filter);
		else
			put(byte, false);
		if (shown_size < 60000)
			continue;
		for (size_t at = 0, n; at < shown_size; at += n) {
			n = harmless(shown + at);
			if (n == 0)
				fail_msg("not harmless: %02x %02x %02x", shown[at], shown[at + 1], shown[at + 2]);
		}
		shown_size = 0; // what is unfinished has not been shown at all
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_and_colours_pass), cmocka_unit_test(ill_formed_characters_are_dropped),
		cmocka_unit_test(controls_are_dropped), cmocka_unit_test(the_focus_has_the_screen),
		cmocka_unit_test(questions_are_dropped), cmocka_unit_test(what_is_broken_off_takes_nothing_along),
		cmocka_unit_test(the_focus_may_change_in_a_sequence), cmocka_unit_test(random_bytes_become_text_and_colours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
