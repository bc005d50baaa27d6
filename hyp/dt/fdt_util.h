// SPDX-License-Identifier: Apache-2.0
// Walks a flattened device tree once, from its first byte to its last, trusting none of them.
//
// libfdt's questions (a path, a property by name) each walk the tree again; here a reader takes the tree's events as they
// come and dispatches on names. Every event has been checked: names are terminated, data lies inside the structure block.
#ifndef BULKHEAD_DT_FDT_UTIL_H
#define BULKHEAD_DT_FDT_UTIL_H

#include "lib/diag.h"
#include "lib/region.h"

#define TREE_MAX_DEPTH 24 // nodes that may be open at once, the root included; deeper trees are TREE_BAD

enum tree_event {
	TREE_NODE,     // a node begins: name
	TREE_PROPERTY, // a property of the innermost open node: name, data, len; all come before the node's children
	TREE_NODE_END, // the node of path[depth] has ended; depth already counts without it
	TREE_END,      // the whole tree was read
	TREE_BAD,      // the tree is not valid; nothing more can be read
};

struct tree {
	const uint8_t *structure; // structure block
	uint32_t structure_size;
	const char *strings; // strings block, up to its last zero
	uint32_t strings_size;
	uint32_t pos; // in the structure block
	bool has_children; // the innermost open node has had a child: no property may follow
	uint32_t depth;    // open nodes, the root included
	const char *path[TREE_MAX_DEPTH]; // their names; path[0] is the root's
	// The event's own:
	const char *name;
	uint32_t name_len;
	const uint8_t *data;
	uint32_t len;
};

// A property that was seen; data is NULL when it was not.
struct tree_prop {
	const uint8_t *data;
	uint32_t len;
};

// A table of property names, made of a list X(enumerator, text): the texts stand one behind the other.
struct tree_names {
	uint32_t count;
	const uint8_t *lens;
	const char *texts;
};
#define TREE_NAME_ENUM(enumerator, text) enumerator,
#define TREE_NAME_LEN(enumerator, text) sizeof(text) - 1,
#define TREE_NAME_TEXT(enumerator, text) text "\0"
#define TREE_NAMES(LIST) \
	{ sizeof((const uint8_t[]){ LIST(TREE_NAME_LEN) }), (const uint8_t[]){ LIST(TREE_NAME_LEN) }, LIST(TREE_NAME_TEXT) }

// Begins at the root. size: how many bytes may be read. False when the header is not one of a version 17 tree inside size.
bool tree_open(struct tree *t, const void *fdt, uint64_t size);
// Total size by the header, 0 when there is no room for a header or the magic is wrong. May be beyond size.
uint32_t tree_total_size(const void *fdt, uint64_t size);
// Entry number `index` of the memory reservation block. False behind the last one.
bool tree_memreserve(const void *fdt, uint64_t size, uint32_t index, struct region *out);
enum tree_event tree_next(struct tree *t);
// Which row of the table the event's name is, or -1.
int tree_match(const struct tree *t, const struct tree_names *names);
// The text of a row.
const char *tree_name(const struct tree_names *names, uint32_t row);
// Path of the innermost `depth` open nodes ("/soc/serial@10000000"), cut to fit.
void tree_path(const struct tree *t, uint32_t depth, char *buf, size_t size);

uint32_t tree_be32(const uint8_t *data);
// Number of one or two cells. False for any other length.
bool tree_number(struct tree_prop p, uint64_t *out);
// One cell, or the default when the property is absent or has another length.
uint32_t tree_cell(struct tree_prop p, uint32_t otherwise);
// A single string: terminated, no zero within. False otherwise.
bool tree_string(struct tree_prop p, const char **out);
// Whether the string list holds this string.
bool tree_list_has(struct tree_prop p, const char *string);
// Copies a string that fits, terminator included. False otherwise, and *buf is "".
bool tree_copy(struct tree_prop p, char *buf, size_t size);
// Whether a node with this status property takes part: absent, "okay" or "ok".
bool tree_status_okay(struct tree_prop status);

// What a node says about the addresses of its children.
struct tree_bus {
	uint32_t address_cells;
	uint32_t size_cells;
	struct tree_prop ranges;
};

// Number `cells` cells long at data; cells 0 is 0.
uint64_t tree_cells(const uint8_t *data, uint32_t cells);
// Entry `index` of a reg property under a bus with at most two cells each. False behind the last whole entry.
bool tree_reg(struct tree_prop reg, const struct tree_bus *bus, uint32_t index, struct region *out);
// Turns a range of the children of bus[depth - 1] (bus[0] is the root) into a physical one through each `ranges` on the way.
// False when a bus on the way has none, or none that holds the range.
bool tree_translate(const struct tree_bus *bus, uint32_t depth, struct region *range);

// A property's value as printable text: a string list with spaces, or cells, or bytes; cut to fit.
void tree_value_text(struct tree_prop p, char *buf, size_t size);
// diag_set with the path of the innermost `depth` open nodes, and the value as text.
bool tree_diag(const struct tree *t, uint32_t depth, struct diag *why, enum diag_code code, const char *property,
	       struct tree_prop value);

// A tree that is being written with libfdt's sequential functions; the first error (-FDT_ERR_*) stays, and stops all writing.
struct tree_writer {
	void *fdt;
	int error;
};

#define TREE_UNIT_NAME_SIZE 32 // room for tree_unit_name with names of at most 14 characters

void tree_begin(struct tree_writer *w, const char *name);
void tree_end(struct tree_writer *w);
void tree_put(struct tree_writer *w, const char *name, const void *data, size_t len);
void tree_put_string(struct tree_writer *w, const char *name, const char *string);
void tree_put_u32(struct tree_writer *w, const char *name, uint32_t value);
void tree_put_u64(struct tree_writer *w, const char *name, uint64_t value);
// A reg of one range, two cells each.
void tree_put_reg(struct tree_writer *w, uint64_t base, uint64_t size);
// #address-cells and #size-cells.
void tree_put_bus(struct tree_writer *w, uint32_t address_cells, uint32_t size_cells);
// "name@unit", the unit address in hexadecimal; and beginning a node of that name.
void tree_unit_name(char buf[TREE_UNIT_NAME_SIZE], const char *name, uint64_t unit);
void tree_begin_unit(struct tree_writer *w, const char *name, uint64_t unit);

#endif
