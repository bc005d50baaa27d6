// SPDX-License-Identifier: Apache-2.0
// ISA extension names and sets: parsing, printing, and what a guest may be told. [pure]
#include "rv/isa.h"

#include <string.h>

// 16 bytes each, so that a name is compared in two loads.
struct row {
	_Alignas(8) char name[15];
	uint8_t policy; // enum isa_policy
};

static const struct row rows[] = {
#define ISA_ROW(ext, text, policy_name) { .name = text, .policy = ISA_##policy_name },
	ISA_LIST(ISA_ROW)
#undef ISA_ROW
};

_Static_assert(ARRAY_SIZE(rows) == ISA_COUNT, "one row per enumerator");
_Static_assert(ISA_COUNT <= ISA_MAX, "struct isa has a bit for every row");
_Static_assert(sizeof(struct row) == 16, "rows are packed");
#define ISA_FITS(ext, text, policy_name) _Static_assert(sizeof(text) <= sizeof(rows[0].name), "terminated: " text);
ISA_LIST(ISA_FITS)
#undef ISA_FITS

bool isa_has(const struct isa *isa, enum isa_ext ext)
{
	return (isa->bits[ext / 64] >> (ext % 64)) & 1;
}

void isa_set(struct isa *isa, enum isa_ext ext)
{
	isa->bits[ext / 64] |= 1ull << (ext % 64);
}

void isa_clear(struct isa *isa, enum isa_ext ext)
{
	isa->bits[ext / 64] &= ~(1ull << (ext % 64));
}

struct isa isa_and(const struct isa *a, const struct isa *b)
{
	struct isa both;
	for (size_t i = 0; i < ARRAY_SIZE(both.bits); i++)
		both.bits[i] = a->bits[i] & b->bits[i];
	return both;
}

// Searches all rows, beginning at start: trees name extensions in nearly this order, so that the next row usually is the one.
static int find_from(const char *name, size_t len, uint32_t start)
{
	_Alignas(8) char key[16] = { 0 };
	if (len == 0 || len >= sizeof(rows[0].name))
		return -1;
	memcpy(key, name, len);
	uint64_t head;
	memcpy(&head, key, sizeof(head));
	uint32_t i = start;
	for (uint32_t n = 0; n < ISA_COUNT; n++) {
		uint64_t row_head;
		if (i >= ISA_COUNT)
			i = 0;
		memcpy(&row_head, rows[i].name, sizeof(row_head));
		if (row_head == head && memcmp(rows[i].name + 8, key + 8, sizeof(rows[0].name) - 8) == 0)
			return (int)i;
		i++;
	}
	return -1;
}

int isa_find(const char *name, size_t len)
{
	return find_from(name, len, 0);
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
static void set_by_name(struct isa *isa, const char *name, size_t len, uint32_t *next)
{
	int ext = find_from(name, len, *next);
	size_t bare = ext < 0 ? unversioned(name, len) : len;
	if (bare != len)
		ext = find_from(name, bare, *next);
	if (ext < 0)
		return;
	isa_set(isa, (enum isa_ext)ext);
	*next = (uint32_t)ext + 1;
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
	uint32_t next = 0;
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
	uint32_t next = 0;
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
	for (uint32_t i = 0; i < ISA_COUNT; i++) {
		enum isa_ext ext = (enum isa_ext)i;
		bool allowed = rows[i].policy == ISA_PASS || (rows[i].policy == ISA_ENABLE && isa_has(enabled, ext));
		if (allowed && isa_has(all, ext) && !isa_has(ignored, ext))
			isa_set(&shown, ext);
	}
	return shown;
}

// Writes the names of a set, each followed by a zero (a list), or after an underscore where needed (a string).
static size_t write_names(const struct isa *isa, bool as_list, char *buf, size_t size, size_t at)
{
	for (uint32_t i = 0; i < ISA_COUNT; i++) {
		if (!isa_has(isa, (enum isa_ext)i))
			continue;
		size_t len = strlen(rows[i].name);
		if (at + len + 2 > size)
			return 0;
		if (!as_list && len > 1)
			buf[at++] = '_';
		memcpy(buf + at, rows[i].name, len);
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
