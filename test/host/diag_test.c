// SPDX-License-Identifier: Apache-2.0
// Tests of lib/diag: every code has a text, long strings are cut, numbers are hexadecimal.
#include <string.h>

#include "lib/diag.h"
#include "testing.h"

static void every_code_has_its_text(void **state)
{
	(void)state;
	for (int code = DIAG_NONE; code <= DIAG_CHECK; code++) {
		assert_non_null(diag_str((enum diag_code)code));
		assert_true(strlen(diag_str((enum diag_code)code)) > 5);
	}
	assert_string_equal(diag_str(DIAG_HART_TWICE), "hart is given twice");
	assert_string_equal(diag_str((enum diag_code)(DIAG_CHECK + 1)), "unknown error");
	assert_string_equal(diag_str((enum diag_code)-1), "unknown error");
}

static void strings_are_cut_to_fit(void **state)
{
	struct diag d;
	char text[200];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = 0;
	memset(&d, 0xff, sizeof(d));
	assert_false(diag_set(&d, DIAG_PROPERTY_VALUE, text, text, text));
	assert_int_equal(d.code, DIAG_PROPERTY_VALUE);
	assert_int_equal(strlen(d.node), sizeof(d.node) - 1);
	assert_int_equal(strlen(d.property), sizeof(d.property) - 1);
	assert_int_equal(strlen(d.value), sizeof(d.value) - 1);
	assert_false(diag_set(&d, DIAG_TREE_BAD, NULL, NULL, NULL));
	assert_string_equal(d.node, "");
	assert_string_equal(d.property, "");
	assert_string_equal(d.value, "");
}

// Names and values come out of packages; they end up on a terminal.
static void nothing_unprintable_comes_through(void **state)
{
	struct diag d;

	(void)state;
	assert_false(diag_set(&d, DIAG_PKG_NO_IMAGE, "/a\nb", "\033]0;x\007", "k\033[2J\x9b\xff\x7f~ \r"));
	assert_string_equal(d.node, "/a?b");
	assert_string_equal(d.property, "?]0;x?");
	assert_string_equal(d.value, "k?[2J???~ ?");
}

static void numbers_are_hexadecimal(void **state)
{
	static const struct {
		uint64_t value;
		const char *text;
	} rows[] = { { 0, "0x0" }, { 9, "0x9" }, { 0xdeadbeef, "0xdeadbeef" }, { UINT64_MAX, "0xffffffffffffffff" } };
	struct diag d;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_false(diag_set_u64(&d, DIAG_MEM_FIT, "/guests/linux", "memory-size", rows[i].value));
		assert_string_equal(d.node, "/guests/linux");
		assert_string_equal(d.property, "memory-size");
		assert_string_equal(d.value, rows[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_has_its_text),
		cmocka_unit_test(strings_are_cut_to_fit),
		cmocka_unit_test(nothing_unprintable_comes_through),
		cmocka_unit_test(numbers_are_hexadecimal),
	};

	return cmocka_run_group_tests_name("diag", tests, NULL, NULL);
}
