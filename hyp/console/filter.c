// SPDX-License-Identifier: Apache-2.0
// The parser of terminal sequences; see console/filter.h. Names are those of ECMA-48, xterm's where that has none.
#include "console/filter.h"

#include <string.h>

#define BEL 0x07
#define CAN 0x18
#define SUB 0x1a
#define ESC 0x1b

enum state { GROUND, CHARACTER, ESCAPE, DESIGNATE, SEQUENCE, STRING, STRING_ESCAPE };

static bool is_among(uint8_t byte, const char *list)
{
	return byte != '\0' && strchr(list, byte) != NULL;
}

static bool is_between(uint8_t byte, uint8_t first, uint8_t last)
{
	return byte >= first && byte <= last;
}

static void keep(struct filter *f, uint8_t byte)
{
	if (f->size < FILTER_KEPT)
		f->bytes[f->size] = byte;
	if (f->size <= FILTER_KEPT) // one more: too long
		f->size++;
}

void filter_reset(struct filter *f)
{
	f->state = GROUND;
}

static enum filter_out begin_sequence(struct filter *f, uint8_t byte, bool has_focus)
{
	f->size = 0;
	f->state = GROUND;
	keep(f, byte);
	if (is_between(byte, ' ', '~') || byte == '\t' || byte == '\b')
		return FILTER_TEXT;
	if (byte == ESC) {
		f->state = ESCAPE;
	} else if (is_between(byte, 0xc2, 0xf4)) {
		f->state = CHARACTER;
		f->left = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
	}
	return has_focus && is_among(byte, "\a\x0e\x0f") ? FILTER_CONTROL : FILTER_NOTHING;
}

// The second byte of a character: no C1 control, no overlong form, no surrogate, none behind the last one.
static bool may_follow(uint8_t first, uint8_t byte)
{
	uint8_t low = first == 0xc2 || first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
	uint8_t high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;

	return is_between(byte, low, high);
}

static enum filter_out put_character(struct filter *f, uint8_t byte, bool has_focus)
{
	if (!may_follow(f->size == 1 ? f->bytes[0] : 0, byte))
		return begin_sequence(f, byte, has_focus);
	keep(f, byte);
	if (--f->left != 0)
		return FILTER_NOTHING;
	f->state = GROUND;
	return FILTER_TEXT;
}

// Whether all private modes of this sequence are for the screen or the keys of full-screen programs: DECCKM, DECAWM, the cursor's
// look, the alternate screen. Not the mouse's, the focus', those of pasting, of sizes, and whatever else there is.
static bool modes_pass(const uint8_t *list, uint32_t size)
{
	static const uint16_t modes[] = { 1, 7, 12, 25, 47, 1047, 1048, 1049 };
	uint32_t number = 0, n = 0;

	for (uint32_t i = 0; i <= size; i++) {
		if (i < size && is_between(list[i], '0', '9') && number < 10000) {
			number = 10 * number + list[i] - '0';
			continue;
		}
		for (n = 0; n < sizeof(modes) / sizeof(modes[0]) && modes[n] != number; n++)
			;
		if (n == sizeof(modes) / sizeof(modes[0]) || (i < size && list[i] != ';'))
			return false;
		number = 0;
	}
	return true;
}

// A whole control sequence: ESC [ parameters final.
static enum filter_out judge_sequence(const struct filter *f, bool has_focus)
{
	const uint8_t *parameters = f->bytes + 2;
	uint32_t size = f->size - 3u, plain = 0;
	uint8_t final = parameters[size];

	while (plain < size && is_between(parameters[plain], '0', ';')) // digits, ':' and ';'
		plain++;
	if (final == 'm' && plain == size)
		return FILTER_COLOUR;
	if (!has_focus)
		return FILTER_NOTHING;
	if (size != 0 && parameters[0] == '?' && (final == 'h' || final == 'l'))
		return modes_pass(parameters + 1, size - 1) ? FILTER_CONTROL : FILTER_NOTHING;
	if (plain != size)
		return FILTER_NOTHING;
	if (final == 'n') // DSR: is it well, where is the cursor
		return size == 1 && is_among(parameters[0], "56") ? FILTER_ASK : FILTER_NOTHING;
	if (final == 'h' || final == 'l') // IRM
		return size == 1 && parameters[0] == '4' ? FILTER_CONTROL : FILTER_NOTHING;
	return is_among(final, "@ABCDEFGHIJKLMPSTXZ`abdefgrsu") ? FILTER_CONTROL : FILTER_NOTHING;
}

// What begins with ESC has ended; a string's end is kept, too.
static enum filter_out judge_byte(struct filter *f, bool has_focus)
{
	enum state state = (enum state)f->state;
	uint8_t second = f->bytes[1];
	bool passes = false;

	f->state = GROUND;
	if (f->size > FILTER_KEPT)
		return FILTER_NOTHING;
	if (state == SEQUENCE)
		return judge_sequence(f, has_focus);
	if (state == ESCAPE)
		passes = is_among(second, "78=>DEHMc");
	else if (state == DESIGNATE) // a character set
		passes = f->size == 3 && is_among(second, "()*+") && is_among(f->bytes[2], "0AB");
	else // a title
		passes = second == ']' && f->size > 4 && is_among(f->bytes[2], "012") && f->bytes[3] == ';';
	return passes && has_focus ? FILTER_CONTROL : FILTER_NOTHING;
}

// Behind ESC.
static enum filter_out put_escape(struct filter *f, uint8_t byte, bool has_focus)
{
	keep(f, byte);
	if (byte == '[')
		f->state = SEQUENCE;
	else if (is_among(byte, "]PX^_"))
		f->state = STRING;
	else if (is_between(byte, ' ', '/'))
		f->state = DESIGNATE;
	else
		return judge_byte(f, has_focus);
	return FILTER_NOTHING;
}

static enum filter_out put_string(struct filter *f, uint8_t byte, bool has_focus)
{
	if (byte == CAN || byte == SUB)
		f->state = GROUND;
	if (byte == ESC)
		f->state = STRING_ESCAPE;
	if (byte == BEL || is_between(byte, ' ', '~'))
		keep(f, byte);
	return byte == BEL ? judge_byte(f, has_focus) : FILTER_NOTHING;
}

enum filter_out filter_put(struct filter *f, uint8_t byte, bool has_focus)
{
	enum state state = (enum state)f->state;

	if (state == CHARACTER)
		return put_character(f, byte, has_focus);
	if (state == STRING)
		return put_string(f, byte, has_focus);
	if (state == STRING_ESCAPE && byte == '\\') {
		keep(f, ESC);
		keep(f, byte);
		return judge_byte(f, has_focus);
	}
	if (state == GROUND || !is_between(byte, ' ', '~')) // a control in the midst of a sequence ends it
		return begin_sequence(f, byte, has_focus);
	if (state == STRING_ESCAPE) // the string has no end, another sequence begins
		begin_sequence(f, ESC, has_focus);
	if (f->state == ESCAPE)
		return put_escape(f, byte, has_focus);
	keep(f, byte);
	return is_between(byte, ' ', state == SEQUENCE ? '?' : '/') ? FILTER_NOTHING : judge_byte(f, has_focus);
}
