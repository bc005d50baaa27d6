// SPDX-License-Identifier: Apache-2.0
// ISA extension names and sets: parsing, printing, and what a guest may be told.
#include "rv/isa.h"

#include <string.h>

// The list as one text: of each extension a letter for its policy (enum isa_policy) and its name, with a zero behind.
static const char list_text[] =
#define ISA_TEXT_PASS "P"
#define ISA_TEXT_FLOAT "F"
#define ISA_TEXT_VECTOR "V"
#define ISA_TEXT_ENABLE "E"
#define ISA_TEXT_HIDE "H"
#define ISA_ROW(ext, name, policy) ISA_TEXT_##policy name "\0"
	ISA_LIST(ISA_ROW)
#undef ISA_ROW
	;

_Static_assert(ISA_COUNT <= ISA_MAX, "struct isa has a bit for every row");

// A place in the list.
struct row {
	uint32_t ext;     // enum isa_ext; ISA_COUNT behind the last one
	const char *text; // policy, name
};

static const struct row first_row = { 0, list_text };

static struct row row_after(struct row row)
{
	return (struct row){ row.ext + 1, row.text + strlen(row.text) + 1 };
}

// Searches all rows, beginning at *next, and is then behind the one it found: trees name extensions in nearly this order, so that
// the next row usually is the one. Returns its index, or -1.
static int find_from(const char *name, size_t len, struct row *next)
{
	struct row row = *next;
	for (uint32_t n = 0; n < ISA_COUNT && len != 0; n++) {
		if (row.ext == ISA_COUNT)
			row = first_row;
		struct row after = row_after(row);
		if ((size_t)(after.text - row.text) == len + 2 && memcmp(row.text + 1, name, len) == 0) {
			*next = after;
			return (int)row.ext;
		}
		row = after;
	}
	return -1;
}

int isa_find(const char *name, size_t len)
{
	struct row next = first_row;
	return find_from(name, len, &next);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

// Length of a name without its version: "zba1p0" and "zba1" are "zba".
static size_t unversioned(const char *name, size_t len)
{
	size_t end = len;
	while (end > 0 && is_digit(name[end - 1]))
		end--;
	if (end == len || end < 2 || name[end - 1] != 'p' || !is_digit(name[end - 2]))
		return end;
	end--;
	while (end > 0 && is_digit(name[end - 1]))
		end--;
	return end;
}

// Sets the extension of this name, with or without a version; *next is where the search begins and goes on.
static void set_by_name(struct isa *isa, const char *name, size_t len, struct row *next)
{
	int ext = find_from(name, len, next);
	size_t bare = ext < 0 ? unversioned(name, len) : len;
	if (bare != len)
		ext = find_from(name, bare, next);
	if (ext >= 0)
		isa_set(isa, (enum isa_ext)ext);
}

static size_t skip_digits(const char *s, size_t len, size_t i)
{
	while (i < len && is_digit(s[i]))
		i++;
	return i;
}

// Position behind a version number at i: "2p0", "2", or nothing.
static size_t skip_version(const char *s, size_t len, size_t i)
{
	size_t end = skip_digits(s, len, i);
	if (end > i && end + 1 < len && s[end] == 'p' && is_digit(s[end + 1]))
		end = skip_digits(s, len, end + 1);
	return end;
}

static void set_letter(struct isa *isa, char letter)
{
	static const char general[] = "imafd";
	if (letter == 'g') {
		for (const char *c = general; *c != '\0'; c++)
			set_letter(isa, *c);
		return;
	}
	int ext = isa_find(&letter, 1);
	if (ext >= 0)
		isa_set(isa, (enum isa_ext)ext);
}

bool isa_parse_string(const char *s, size_t len, struct isa *out)
{
	*out = (struct isa){ 0 };
	if (len < 5 || memcmp(s, "rv64", 4) != 0)
		return false;
	struct row next = first_row;
	for (size_t i = 4; i < len;) {
		if (s[i] == '_') {
			i++;
		} else if (s[i] == 'z' || s[i] == 's' || s[i] == 'x') {
			size_t end = i;
			while (end < len && s[end] != '_')
				end++;
			set_by_name(out, s + i, end - i, &next);
			i = end;
		} else if (s[i] >= 'a' && s[i] <= 'z') {
			set_letter(out, s[i]);
			i = skip_version(s, len, i + 1);
		} else {
			return false;
		}
	}
	isa_set(out, ISA_ZICSR);
	isa_set(out, ISA_ZIFENCEI);
	isa_set(out, ISA_ZICNTR);
	isa_set(out, ISA_ZIHPM);
	return isa_has(out, ISA_I);
}

bool isa_parse_list(const char *list, size_t len, struct isa *out)
{
	*out = (struct isa){ 0 };
	if (len == 0 || list[len - 1] != '\0')
		return false;
	struct row next = first_row;
	for (size_t i = 0; i < len;) {
		size_t name_len = strlen(list + i);
		set_by_name(out, list + i, name_len, &next);
		i += name_len + 1;
	}
	return true;
}

struct isa isa_for_guest(const struct isa *all, const struct isa *enabled, const struct isa *ignored)
{
	struct isa shown = { 0 };
	bool has_float = isa_has_float(all), has_vector = isa_has_vector(all);
	for (struct row row = first_row; row.ext < ISA_COUNT; row = row_after(row)) {
		enum isa_ext ext = (enum isa_ext)row.ext;
		bool allowed = row.text[0] == ISA_PASS || (row.text[0] == ISA_FLOAT && has_float) ||
			       (row.text[0] == ISA_VECTOR && has_vector) || (row.text[0] == ISA_ENABLE && isa_has(enabled, ext));
		if (allowed && isa_has(all, ext) && !isa_has(ignored, ext))
			isa_set(&shown, ext);
	}
	return shown;
}

// Writes the names of a set, each followed by a zero (a list), or after an underscore where needed (a string).
static size_t write_names(const struct isa *isa, bool as_list, char *buf, size_t size, size_t at)
{
	for (struct row row = first_row; row.ext < ISA_COUNT; row = row_after(row)) {
		if (!isa_has(isa, (enum isa_ext)row.ext))
			continue;
		size_t len = strlen(row.text + 1);
		if (at + len + 2 > size)
			return 0;
		if (!as_list && len > 1)
			buf[at++] = '_';
		memcpy(buf + at, row.text + 1, len);
		at += len;
		if (as_list)
			buf[at++] = '\0';
	}
	return at;
}

size_t isa_to_string(const struct isa *isa, char *buf, size_t size)
{
	if (size < 5)
		return 0;
	memcpy(buf, "rv64", 4);
	size_t len = write_names(isa, false, buf, size, 4);
	if (len == 0)
		return 0;
	buf[len] = '\0';
	return len;
}

size_t isa_to_list(const struct isa *isa, char *buf, size_t size)
{
	return write_names(isa, true, buf, size, 0);
}
