// SPDX-License-Identifier: Apache-2.0
// Filling in a struct diag, and the texts of codes that come after the seal; prints nothing itself.
#include "lib/diag.h"

#include <string.h>

const char *diag_text(const char *texts, size_t size, uint32_t index)
{
	const char *text = texts;

	for (uint32_t i = 0; i < index && text + strlen(text) + 1 < texts + size; i++)
		text += strlen(text) + 1;
	return text;
}

const char *diag_run_str(enum diag_code code)
{
	static const char texts[] =
#define DIAG_TEXT(code, text) text "\0"
		DIAG_RUN_LIST(DIAG_TEXT)
#undef DIAG_TEXT
		"unknown error";

	return diag_text(texts, sizeof(texts), code);
}

// What is at fault may be anything, and goes to somebody's terminal.
static void copy_cut(char *to, size_t size, const char *from)
{
	size_t i = 0;

	for (; from && from[i] && i + 1 < size; i++)
		to[i] = from[i] >= ' ' && from[i] <= '~' ? from[i] : '?';
	to[i] = 0;
}

bool diag_set(struct diag *d, enum diag_code code, const char *node, const char *property, const char *value)
{
	d->code = code;
	copy_cut(d->node, sizeof(d->node), node);
	copy_cut(d->property, sizeof(d->property), property);
	copy_cut(d->value, sizeof(d->value), value);
	return false;
}

bool diag_set_u64(struct diag *d, enum diag_code code, const char *node, const char *property, uint64_t value)
{
	char text[2 + 16 + 1];
	size_t at = sizeof(text) - 1;

	text[at] = 0;
	do {
		text[--at] = "0123456789abcdef"[value & 15];
		value >>= 4;
	} while (value);
	text[--at] = 'x';
	text[--at] = '0';
	return diag_set(d, code, node, property, &text[at]);
}
