// SPDX-License-Identifier: Apache-2.0
// Walks the board's tree node by node; each comes with its properties and with what it inherits from its parents.
#ifndef BULKHEAD_DT_BOARD_WALK_H
#define BULKHEAD_DT_BOARD_WALK_H

#include "dt/fdt_util.h"

#define BOARD_PROPERTIES(X) \
	X(B_ADDRESS_CELLS, "#address-cells") X(B_SIZE_CELLS, "#size-cells") X(B_RANGES, "ranges") \
	X(B_DMA_RANGES, "dma-ranges") X(B_REG, "reg") X(B_COMPATIBLE, "compatible") X(B_DEVICE_TYPE, "device_type") \
	X(B_STATUS, "status") X(B_PHANDLE, "phandle") X(B_INTERRUPT_PARENT, "interrupt-parent") \
	X(B_INTERRUPTS, "interrupts") X(B_EXTENDED, "interrupts-extended") X(B_INTERRUPT_CELLS, "#interrupt-cells") \
	X(B_INTERRUPT_MAP, "interrupt-map") X(B_CONTROLLER, "interrupt-controller") \
	X(B_GPIO_CONTROLLER, "gpio-controller") X(B_COHERENT, "dma-coherent") X(B_NONCOHERENT, "dma-noncoherent")
enum board_property { BOARD_PROPERTIES(TREE_NAME_ENUM) B_COUNT };

// What the children of an open node inherit.
struct board_inherited {
	bool is_okay;              // it and all its parents take part
	bool has_dma_ranges;       // it or a parent moves the addresses of DMA
	bool has_registers;        // it or a parent has registers in the physical address space
	uint32_t interrupt_parent; // phandle of the controller of nodes that name none, 0: there is none
	enum board_property coherency; // B_COHERENT, B_NONCOHERENT, or B_COUNT when nothing is said
};

struct board_walk {
	struct tree tree;
	struct tree node; // of the node found: its properties come next; its path is that of the node
	uint32_t depth;   // of the node found, the root's is 1
	struct tree_prop props[B_COUNT];
	struct tree_bus bus[TREE_MAX_DEPTH];             // [depth - 1]: what the node says about its children
	struct board_inherited inherited[TREE_MAX_DEPTH]; // [depth - 1]: the node's own included
	uint32_t interrupt_parent; // phandle of the controller of the node's own `interrupts`
	bool is_pending; // a node's properties are being read
	uint32_t top;    // depth of the node whose end is the walk's
};

// Begins before the root. False when there is no tree.
bool board_begin(struct board_walk *w, const void *fdt);
// Begins before a node that was found before: it comes first, then all below it, and board_next() is false behind them.
void board_below(struct board_walk *w, const struct board_walk *top);
// The next node in tree order, all its properties seen. False at the end.
bool board_next(struct board_walk *w);
// Entry `index` of the node's reg, as it stands there. False behind the last one.
bool board_reg(const struct board_walk *w, uint32_t index, struct region *raw);
// Turns such an entry into physical addresses. False when it is none.
bool board_translate(const struct board_walk *w, struct region *range);
// Finds a node by its path, and by its phandle (not 0). False when there is none.
bool board_find_path(struct board_walk *w, const void *fdt, const char *path);
bool board_find_phandle(struct board_walk *w, const void *fdt, uint32_t phandle);
// Whether the node found has this path; whether it lies at or below this path.
bool board_is_path(const struct board_walk *w, const char *path);
bool board_is_below(const struct board_walk *w, const char *path);
// Whether one path is the other, or lies below it.
bool board_path_below(const char *path, const char *top);
// A property of the node found, by name; data is NULL when it has none of that name.
struct tree_prop board_property(const struct board_walk *w, const char *name);
// The path that a path or alias stands for, options behind a colon left out. False when there is none, or no room.
bool board_resolve(const void *fdt, const char *name, char *path, size_t size);

// A list of references to other nodes: phandles, each with what is said to its target.
struct board_references {
	const char *cells; // the target's property with the number of cells behind the phandle, "" for none
	struct tree_prop value;
	uint32_t at;      // of the phandle, in bytes
	uint32_t phandle; // never 0
	uint32_t next;    // of what follows, in bytes
};

enum board_reference { REFERENCE_FOUND, REFERENCE_END, REFERENCE_BAD };

// Whether a property of that name is such a list, as far as is known; begins to read it.
bool board_references(struct board_references *r, const char *name, struct tree_prop value);
// The next one and its target. REFERENCE_BAD: there is no such node, or the list ends in the midst of an entry.
enum board_reference board_next_reference(struct board_references *r, const void *fdt, struct board_walk *target);

#endif
