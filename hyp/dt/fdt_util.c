// SPDX-License-Identifier: Apache-2.0
// The walk over a flattened device tree (Devicetree Specification 0.4, chapter 5), readers for its values, and a writer.
#include "dt/fdt_util.h"

#include <libfdt.h>
#include <string.h>

// Header fields, in cells.
enum {
	MAGIC, TOTAL_SIZE, OFF_STRUCT, OFF_STRINGS, OFF_MEMRESERVE, VERSION, LAST_COMPATIBLE, BOOT_CPU, SIZE_STRINGS, SIZE_STRUCT
};
#define HEADER_SIZE 40u
#define FDT_MAGIC_VALUE 0xd00dfeedu

enum { TOKEN_NODE = 1, TOKEN_NODE_END = 2, TOKEN_PROPERTY = 3, TOKEN_NOP = 4, TOKEN_END = 9 };

uint32_t tree_be32(const uint8_t *data)
{
	return (uint32_t)data[0] << 24 | (uint32_t)data[1] << 16 | (uint32_t)data[2] << 8 | data[3];
}

uint64_t tree_cells(const uint8_t *data, uint32_t cells)
{
	uint64_t value = 0;
	for (uint32_t i = 0; i < cells; i++)
		value = value << 32 | tree_be32(data + 4 * i);
	return value;
}

static uint32_t header(const void *fdt, uint32_t field)
{
	return tree_be32((const uint8_t *)fdt + 4 * field);
}

uint32_t tree_total_size(const void *fdt, uint64_t size)
{
	if (size < HEADER_SIZE || header(fdt, MAGIC) != FDT_MAGIC_VALUE)
		return 0;
	return header(fdt, TOTAL_SIZE);
}

bool tree_open(struct tree *t, const void *fdt, uint64_t size)
{
	*t = (struct tree){ 0 };
	uint32_t total = tree_total_size(fdt, size);
	if (total < HEADER_SIZE || total > size || header(fdt, VERSION) < 17 || header(fdt, LAST_COMPATIBLE) > 17)
		return false;
	struct region whole = { 0, total };
	uint32_t structure = header(fdt, OFF_STRUCT), strings = header(fdt, OFF_STRINGS);
	t->structure_size = header(fdt, SIZE_STRUCT);
	t->strings_size = header(fdt, SIZE_STRINGS);
	if (structure < HEADER_SIZE || !is_aligned(structure, 4) || !is_aligned(header(fdt, OFF_MEMRESERVE), 8) ||
	    !region_contains(whole, structure, t->structure_size))
		return false;
	if (t->strings_size != 0 && !region_contains(whole, strings, t->strings_size))
		return false;
	t->structure = (const uint8_t *)fdt + structure;
	t->strings = (const char *)fdt + strings;
	while (t->strings_size != 0 && t->strings[t->strings_size - 1] != '\0')
		t->strings_size--;
	return true;
}

bool tree_memreserve(const void *fdt, uint64_t size, uint32_t index, struct region *out)
{
	struct region whole = { 0, min_u64(size, tree_total_size(fdt, size)) };
	uint64_t at = (uint64_t)header(fdt, OFF_MEMRESERVE) + 16ull * index;
	if (!region_contains(whole, at, 16))
		return false;
	const uint8_t *entry = (const uint8_t *)fdt + at;
	*out = (struct region){ tree_cells(entry, 2), tree_cells(entry + 8, 2) };
	return out->base != 0 || out->size != 0;
}

static enum tree_event begin_node(struct tree *t)
{
	const char *name = (const char *)t->structure + t->pos;
	uint32_t room = t->structure_size - t->pos, len = 0;
	while (len < room && name[len] != '\0')
		len++;
	if (len == room || t->depth == TREE_MAX_DEPTH || (t->depth == 0 && t->path[0] != NULL))
		return TREE_BAD;
	t->pos += (uint32_t)align_up(len + 1, 4);
	t->path[t->depth++] = name;
	t->has_children = false;
	t->name = name;
	t->name_len = len;
	return TREE_NODE;
}

static enum tree_event read_property(struct tree *t)
{
	uint32_t room = t->structure_size - t->pos;
	if (t->depth == 0 || t->has_children || room < 8)
		return TREE_BAD;
	const uint8_t *at = t->structure + t->pos;
	uint32_t len = tree_be32(at), name = tree_be32(at + 4);
	if (len > room - 8 || name >= t->strings_size)
		return TREE_BAD;
	t->name = t->strings + name;
	t->name_len = (uint32_t)strlen(t->name);
	t->data = at + 8;
	t->len = len;
	t->pos += 8 + ((len + 3) & ~3u);
	return TREE_PROPERTY;
}

enum tree_event tree_next(struct tree *t)
{
	// pos may have been rounded up past the end.
	while (t->pos < t->structure_size && t->structure_size - t->pos >= 4) {
		uint32_t token = tree_be32(t->structure + t->pos);
		t->pos += 4;
		if (token == TOKEN_PROPERTY)
			return read_property(t);
		if (token == TOKEN_NODE)
			return begin_node(t);
		if (token == TOKEN_NODE_END) {
			if (t->depth == 0)
				return TREE_BAD;
			t->depth--;
			t->has_children = true;
			return TREE_NODE_END;
		}
		if (token == TOKEN_END)
			return t->depth == 0 && t->path[0] != NULL ? TREE_END : TREE_BAD;
		if (token != TOKEN_NOP)
			return TREE_BAD;
	}
	return TREE_BAD;
}

int tree_match(const struct tree *t, const struct tree_names *names)
{
	const char *text = names->texts;
	for (uint32_t i = 0; i < names->count; text += names->lens[i++] + 1)
		if (names->lens[i] == t->name_len && text[0] == t->name[0] && memcmp(text, t->name, t->name_len) == 0)
			return (int)i;
	return -1;
}

const char *tree_name(const struct tree_names *names, uint32_t row)
{
	const char *text = names->texts;
	for (uint32_t i = 0; i < row; i++)
		text += names->lens[i] + 1;
	return text;
}

void tree_path(const struct tree *t, uint32_t depth, char *buf, size_t size)
{
	size_t at = 0;
	buf[at++] = '/';
	for (uint32_t i = 1; i < depth; i++) {
		if (i > 1 && at + 1 < size)
			buf[at++] = '/';
		for (const char *name = t->path[i]; *name != '\0' && at + 1 < size; name++)
			buf[at++] = *name > ' ' && *name <= '~' ? *name : '?';
	}
	buf[at] = '\0';
}

bool tree_number(struct tree_prop p, uint64_t *out)
{
	if (p.data == NULL || (p.len != 4 && p.len != 8))
		return false;
	*out = tree_cells(p.data, p.len / 4);
	return true;
}

uint32_t tree_cell(struct tree_prop p, uint32_t otherwise)
{
	return p.data != NULL && p.len == 4 ? tree_be32(p.data) : otherwise;
}

bool tree_string(struct tree_prop p, const char **out)
{
	if (p.data == NULL || p.len == 0 || memchr(p.data, '\0', p.len) != p.data + p.len - 1)
		return false;
	*out = (const char *)p.data;
	return true;
}

bool tree_list_has(struct tree_prop p, const char *string)
{
	size_t len = strlen(string) + 1;
	for (uint32_t at = 0; p.data != NULL && at < p.len;) {
		const uint8_t *end = memchr(p.data + at, '\0', p.len - at);
		if (end == NULL)
			return false;
		size_t item = (size_t)(end - (p.data + at)) + 1;
		if (item == len && memcmp(p.data + at, string, len) == 0)
			return true;
		at += (uint32_t)item;
	}
	return false;
}

bool tree_copy(struct tree_prop p, char *buf, size_t size)
{
	const char *string;
	buf[0] = '\0';
	if (!tree_string(p, &string) || p.len > size)
		return false;
	memcpy(buf, string, p.len);
	return true;
}

bool tree_status_okay(struct tree_prop status)
{
	return status.data == NULL || tree_list_has(status, "okay") || tree_list_has(status, "ok");
}

bool tree_reg(struct tree_prop reg, const struct tree_bus *bus, uint32_t index, struct region *out)
{
	uint32_t entry = 4 * (bus->address_cells + bus->size_cells);
	if (reg.data == NULL || bus->address_cells == 0 || bus->address_cells > 2 || bus->size_cells > 2)
		return false;
	if ((uint64_t)entry * (index + 1ull) > reg.len)
		return false;
	const uint8_t *at = reg.data + entry * index;
	out->base = tree_cells(at, bus->address_cells);
	out->size = tree_cells(at + 4 * bus->address_cells, bus->size_cells);
	return true;
}

// One `ranges` on the way up: from the children of bus to those of its parent.
static bool translate_step(const struct tree_bus *bus, const struct tree_bus *parent, struct region *range)
{
	if (bus->ranges.data == NULL)
		return false;
	if (bus->ranges.len == 0)
		return true;
	uint32_t child = bus->address_cells, up = parent->address_cells, size = bus->size_cells;
	if (child == 0 || child > 2 || up == 0 || up > 2 || size == 0 || size > 2)
		return false;
	uint32_t entry = 4 * (child + up + size);
	for (uint32_t at = 0; bus->ranges.len - at >= entry; at += entry) {
		const uint8_t *data = bus->ranges.data + at;
		struct region window = { tree_cells(data, child), tree_cells(data + 4 * (child + up), size) };
		if (!region_contains(window, range->base, range->size))
			continue;
		range->base = range->base - window.base + tree_cells(data + 4 * child, up);
		return region_is_valid(*range);
	}
	return false;
}

bool tree_translate(const struct tree_bus *bus, uint32_t depth, struct region *range)
{
	for (uint32_t i = depth; i > 1; i--)
		if (!translate_step(&bus[i - 1], &bus[i - 2], range))
			return false;
	return true;
}

static bool is_text(struct tree_prop p)
{
	if (p.len == 0 || p.data[p.len - 1] != '\0' || p.data[0] == '\0')
		return false;
	for (uint32_t i = 0; i < p.len; i++) {
		bool zero = p.data[i] == '\0' && i > 0 && p.data[i - 1] != '\0';
		if (!zero && (p.data[i] < ' ' || p.data[i] > '~'))
			return false;
	}
	return true;
}

static size_t put_hex(char *buf, size_t size, size_t at, uint32_t value)
{
	uint32_t digits = 1;
	while (digits < 8 && value >> (4 * digits) != 0)
		digits++;
	if (at + digits + 3 >= size)
		return at;
	buf[at++] = '0';
	buf[at++] = 'x';
	while (digits-- > 0)
		buf[at++] = "0123456789abcdef"[value >> (4 * digits) & 15];
	return at;
}

void tree_value_text(struct tree_prop p, char *buf, size_t size)
{
	size_t at = 0;
	if (p.data != NULL && is_text(p)) {
		for (uint32_t i = 0; i + 1 < p.len && at + 1 < size; i++)
			buf[at++] = p.data[i] == '\0' ? ' ' : (char)p.data[i];
	} else if (p.data != NULL) {
		uint32_t step = p.len % 4 == 0 ? 4 : 1;
		for (uint32_t i = 0; i < p.len; i += step) {
			uint32_t value = step == 4 ? tree_be32(p.data + i) : p.data[i];
			size_t next = put_hex(buf, size, at + (at != 0), value);
			if (next == at + (at != 0))
				break;
			if (at != 0)
				buf[at] = ' ';
			at = next;
		}
	}
	buf[at] = '\0';
}

bool tree_diag(const struct tree *t, uint32_t depth, struct diag *why, enum diag_code code, const char *property,
	       struct tree_prop value)
{
	char path[sizeof(why->node)], text[sizeof(why->value)];
	tree_path(t, depth, path, sizeof(path));
	tree_value_text(value, text, sizeof(text));
	return diag_set(why, code, path, property, text);
}

void tree_put(struct tree_writer *w, const char *name, const void *data, size_t len)
{
	if (w->error == 0)
		w->error = fdt_property(w->fdt, name, data, (int)len);
}

void tree_put_string(struct tree_writer *w, const char *name, const char *string)
{
	tree_put(w, name, string, strlen(string) + 1);
}

void tree_put_u32(struct tree_writer *w, const char *name, uint32_t value)
{
	fdt32_t cell = cpu_to_fdt32(value);
	tree_put(w, name, &cell, sizeof(cell));
}

void tree_put_u64(struct tree_writer *w, const char *name, uint64_t value)
{
	fdt64_t cells = cpu_to_fdt64(value);
	tree_put(w, name, &cells, sizeof(cells));
}

void tree_put_reg(struct tree_writer *w, uint64_t base, uint64_t size)
{
	fdt64_t cells[2] = { cpu_to_fdt64(base), cpu_to_fdt64(size) };
	tree_put(w, "reg", cells, sizeof(cells));
}

void tree_begin(struct tree_writer *w, const char *name)
{
	if (w->error == 0)
		w->error = fdt_begin_node(w->fdt, name);
}

// "name@unit", the unit address in hexadecimal.
void tree_unit_name(char buf[TREE_UNIT_NAME_SIZE], const char *name, uint64_t unit)
{
	size_t len = strlen(name);
	int shift = 60;
	memcpy(buf, name, len);
	buf[len++] = '@';
	while (shift > 0 && unit >> shift == 0)
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		buf[len++] = "0123456789abcdef"[unit >> shift & 15];
	buf[len] = '\0';
}

void tree_begin_unit(struct tree_writer *w, const char *name, uint64_t unit)
{
	char buf[TREE_UNIT_NAME_SIZE];
	tree_unit_name(buf, name, unit);
	tree_begin(w, buf);
}

void tree_end(struct tree_writer *w)
{
	if (w->error == 0)
		w->error = fdt_end_node(w->fdt);
}

void tree_put_bus(struct tree_writer *w, uint32_t address_cells, uint32_t size_cells)
{
	tree_put_u32(w, "#address-cells", address_cells);
	tree_put_u32(w, "#size-cells", size_cells);
}
