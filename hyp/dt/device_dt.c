// SPDX-License-Identifier: Apache-2.0
// Reads assigned devices from the board's tree; judges each alone, who may own what is the plan's business.
#include "dt/device_dt.h"

#include <stdio.h>
#include <string.h>

#include "dt/board_walk.h"
#include "dt/device_list.h"

// One behind the other, the last one empty.
#define PACKED(text) text "\0"
static const char never[] = DEVICE_NEVER_LIST(PACKED);
static const char whole_board[] = DEVICE_WHOLE_BOARD_LIST(PACKED);
static const char no_master[] = DEVICE_NO_MASTER_LIST(PACKED);
static const struct {
	const char *compatible;
	uint16_t offset;
} resets[] = {
#define RESET_ROW(compatible, offset) { compatible, offset },
	DEVICE_RESET_LIST(RESET_ROW)
#undef RESET_ROW
};
static const char never_places[] = PACKED("/cpus") PACKED("/reserved-memory") PACKED("/chosen") PACKED("/aliases") PACKED("/firmware");

struct reader {
	const void *fdt;
	const struct machine *m;
	struct guest_request *guest;
	struct device_request *device; // NULL: what is read has no registers
	uint32_t controller;           // phandle of the board's wired controller, 0: it has none
	struct diag *why;
};

static bool fail_with(const struct reader *r, enum diag_code code, const char *path, const char *other)
{
	char node[sizeof(r->why->node)], value[sizeof(r->why->value)];
	snprintf(node, sizeof(node), "/guests/%s", r->guest->name);
	snprintf(value, sizeof(value), "%s%s%s", path, other[0] != '\0' ? " " : "", other);
	return diag_set(r->why, code, node, "devices", value);
}

static bool fail_device(const struct reader *r, enum diag_code code)
{
	return fail_with(r, code, r->device->path, "");
}

static bool is_one_of(struct tree_prop compatible, const char *list)
{
	for (; *list != '\0'; list += strlen(list) + 1)
		if (tree_list_has(compatible, list))
			return true;
	return false;
}

// Whether it is of a kind that no guest is given.
static bool is_never(const struct board_walk *w)
{
	struct tree_prop type = w->props[B_DEVICE_TYPE];
	bool is_controller = w->props[B_CONTROLLER].data != NULL && w->props[B_GPIO_CONTROLLER].data == NULL;
	for (const char *place = never_places; *place != '\0'; place += strlen(place) + 1)
		if (board_is_below(w, place))
			return true;
	return is_controller || is_one_of(w->props[B_COMPATIBLE], never) || tree_list_has(type, "pci") ||
	       tree_list_has(type, "memory") || tree_list_has(type, "cpu") || w->props[B_INTERRUPT_MAP].data != NULL ||
	       board_property(w, "#iommu-cells").data != NULL || board_property(w, "msi-controller").data != NULL;
}

// The name of the node found.
static const char *name_of(const struct board_walk *w)
{
	return w->node.path[w->depth - 1];
}

// Where a word resets the device of these registers, 0: not known.
static uint16_t reset_of(const struct board_walk *w, struct region range)
{
	for (uint32_t i = 0; i < ARRAY_SIZE(resets); i++)
		if (tree_list_has(w->props[B_COMPATIBLE], resets[i].compatible) && is_aligned(range.base, 4) && range.size >= resets[i].offset + 4u)
			return resets[i].offset;
	return 0;
}

// Registers of one node of the device. Those below it need not be in the physical address space; where they are, they are where
// they say.
static bool read_registers(const struct reader *r, const struct board_walk *w, bool is_top)
{
	struct device_request *d = r->device;
	struct region raw, range;
	uint32_t count = 0;
	bool is_mapped = false;
	if (w->props[B_RANGES].len != 0)
		return fail_device(r, DIAG_DEVICE_BUS);
	for (; board_reg(w, count, &raw); count++) {
		range = raw;
		if (!board_translate(w, &range)) {
			if (is_top)
				return fail_device(r, DIAG_DEVICE_REG);
			continue;
		}
		if (!is_top && raw.base != range.base)
			return fail_device(r, DIAG_DEVICE_BUS);
		if (d->reg_count == MAX_DEVICE_REGS)
			return fail_device(r, DIAG_TOO_MANY);
		d->reset[d->reg_count] = count == 0 ? reset_of(w, range) : 0;
		d->reg[d->reg_count++] = range;
		is_mapped = true;
	}
	if (is_top && !is_mapped)
		return fail_device(r, DIAG_DEVICE_REG);
	if (is_mapped && !is_one_of(w->props[B_COMPATIBLE], no_master)) {
		d->can_master = true;
		// Systems for RISC-V take what says nothing for coherent; here that would rest on silence.
		if (w->inherited[w->depth - 1].coherency != B_COHERENT)
			d->bypasses_caches = true;
	}
	return true;
}

static bool is_host_console(const struct reader *r)
{
	char path[MAX_DEVICE_PATH];
	const char *name;
	struct board_walk w;
	return board_find_path(&w, r->fdt, "/chosen") && tree_string(board_property(&w, "stdout-path"), &name) &&
	       board_resolve(r->fdt, name, path, sizeof(path)) && board_path_below(path, r->device->path);
}

// The device's place and registers.
static bool read_given_device(const struct reader *r)
{
	struct device_request *d = r->device;
	char path[MAX_DEVICE_PATH];
	struct board_walk top, w;
	if (!board_resolve(r->fdt, d->path, path, sizeof(path)) || !board_find_path(&top, r->fdt, path))
		return fail_device(r, DIAG_DEVICE_UNKNOWN);
	memcpy(d->path, path, sizeof(path));
	for (const struct device_request *other = r->guest->devices; other < d; other++)
		if (board_path_below(path, other->path) || board_path_below(other->path, path))
			return fail_with(r, DIAG_DEVICE_TWICE, path, strcmp(path, other->path) == 0 ? "" : other->path);
	if (!top.inherited[top.depth - 1].is_okay)
		return fail_device(r, DIAG_DEVICE_DISABLED);
	if (is_host_console(r))
		return fail_device(r, DIAG_DEVICE_HOST);
	board_below(&w, &top);
	for (bool is_top = true; board_next(&w); is_top = false) {
		if (is_never(&w))
			return fail_device(r, DIAG_DEVICE_NEVER);
		if (is_one_of(w.props[B_COMPATIBLE], whole_board) || strncmp(name_of(&w), "watchdog", 8) == 0)
			d->reaches_board = true;
		if (!read_registers(r, &w, is_top))
			return false;
	}
	if (d->reaches_board && !r->guest->may_reset)
		return fail_device(r, DIAG_DEVICE_RESETS);
	// What moves the addresses of its DMA would be lost: its node comes to stand elsewhere.
	if (d->can_master && top.inherited[top.depth - 2].has_dma_ranges)
		return fail_device(r, DIAG_DEVICE_BUS);
	return true;
}

static bool is_given_device(const struct reader *r, const struct board_walk *w)
{
	for (uint32_t i = 0; i < r->guest->device_count; i++)
		if (board_is_below(w, r->guest->devices[i].path))
			return true;
	return false;
}

// One interrupt at the board's controller: its specifier has one cell at a PLIC, two at an APLIC.
static bool add_source(const struct reader *r, const uint8_t *cells, uint32_t count)
{
	bool is_plic = r->m->irqchip == IRQCHIP_PLIC;
	uint32_t source = count == 0 ? 0 : tree_be32(cells);
	uint32_t last = is_plic ? r->m->plic.sources : r->m->aplic.sources;
	struct device_request *d = r->device;
	if (count != (is_plic ? 1 : 2) || source == 0 || source > last || source > MAX_BOARD_SOURCE)
		return fail_device(r, DIAG_DEVICE_IRQ);
	if (d->source_count == MAX_DEVICE_SOURCES)
		return fail_device(r, DIAG_TOO_MANY);
	d->sources[d->source_count++] = (uint16_t)source;
	return true;
}

// Interrupts at another controller of the board's than the one that is driven: boards may have several.
static bool fail_controller(const struct reader *r, const char *path, const struct board_walk *target)
{
	struct board_walk driven;
	char text[sizeof(r->why->value)];
	bool is_any = board_find_phandle(&driven, r->fdt, r->controller);
	snprintf(text, sizeof(text), "goes to %s, %s%s is driven", name_of(target), is_any ? "only " : "none", is_any ? name_of(&driven) : "");
	return fail_with(r, DIAG_DEVICE_CONTROLLER, path, text);
}

// The node's `interrupts`: all at the board's controller, or all at one the guest has (that of a GPIO block).
static bool read_interrupts(const struct reader *r, const struct board_walk *w)
{
	struct tree_prop p = w->props[B_INTERRUPTS];
	struct board_walk parent;
	if (p.len == 0 || w->props[B_EXTENDED].data != NULL) // which then counts alone
		return true;
	if (r->device == NULL)
		return false;
	if (!board_find_phandle(&parent, r->fdt, w->interrupt_parent))
		return fail_device(r, DIAG_DEVICE_IRQ);
	if (w->interrupt_parent != r->controller || r->controller == 0)
		return is_given_device(r, &parent) ||
		       (is_never(&parent) ? fail_controller(r, r->device->path, &parent) : fail_device(r, DIAG_DEVICE_IRQ));
	uint32_t cells = tree_cell(parent.props[B_INTERRUPT_CELLS], 0);
	if (cells == 0 || cells > p.len / 4 || p.len % (4 * cells) != 0)
		return fail_device(r, DIAG_DEVICE_IRQ);
	for (uint32_t at = 0; at < p.len; at += 4 * cells)
		if (!add_source(r, p.data + at, cells))
			return false;
	return true;
}

// What has no registers of its own is shown to the guest too; everything else has to be the guest's.
static bool add_need(const struct reader *r, const char *path, const struct board_walk *target)
{
	struct guest_request *g = r->guest;
	char other[MAX_DEVICE_PATH];
	if (is_given_device(r, target))
		return true;
	tree_path(&target->node, target->depth, other, sizeof(other));
	if (target->inherited[target->depth - 1].has_registers || is_never(target))
		return fail_with(r, DIAG_DEVICE_NEEDS, path, other);
	for (uint32_t i = 0; i < g->fixed_count; i++)
		if (board_is_below(target, g->fixed[i]))
			return true;
	if (g->fixed_count == MAX_GUEST_FIXED)
		return fail_with(r, DIAG_TOO_MANY, path, other);
	memcpy(g->fixed[g->fixed_count++], other, sizeof(other));
	return true;
}

static bool read_references(const struct reader *r, const char *path, const struct tree *t)
{
	struct board_references list;
	struct board_walk target;
	bool is_interrupts = strcmp(t->name, "interrupts-extended") == 0;
	if (!board_references(&list, t->name, (struct tree_prop){ t->data, t->len }))
		return true;
	for (;;) {
		enum board_reference found = board_next_reference(&list, r->fdt, &target);
		if (found != REFERENCE_FOUND)
			return found == REFERENCE_END || fail_with(r, DIAG_DEVICE_REFERENCE, path, t->name);
		if (is_interrupts && list.phandle != r->controller && is_never(&target))
			return fail_controller(r, path, &target);
		if (r->controller == 0 || list.phandle != r->controller) {
			if (!add_need(r, path, &target))
				return false;
		} else if (is_interrupts) {
			if (r->device == NULL)
				return fail_with(r, DIAG_DEVICE_IRQ, path, "");
			if (!add_source(r, list.value.data + list.at + 4, (list.next - list.at) / 4 - 1))
				return false;
		}
	}
}

// Interrupts and needs of a node and all below it, but for what is disabled there.
static bool read_needs(const struct reader *r, const struct board_walk *top, const char *path)
{
	struct board_walk w;
	board_below(&w, top);
	while (board_next(&w)) {
		struct tree t = w.node;
		if (!w.inherited[w.depth - 1].is_okay)
			continue;
		if (!read_interrupts(r, &w))
			return r->device != NULL ? false : fail_with(r, DIAG_DEVICE_IRQ, path, "");
		while (tree_next(&t) == TREE_PROPERTY)
			if (!read_references(r, path, &t))
				return false;
	}
	return true;
}

static bool read_guest(struct reader *r)
{
	struct guest_request *g = r->guest;
	struct board_walk w;
	for (uint32_t i = 0; i < g->device_count; i++) {
		r->device = &g->devices[i];
		if (!read_given_device(r))
			return false;
	}
	for (uint32_t i = 0; i < g->device_count; i++) {
		r->device = &g->devices[i];
		if (!board_find_path(&w, r->fdt, r->device->path) || !read_needs(r, &w, r->device->path))
			return false;
	}
	r->device = NULL;
	for (uint32_t i = 0; i < g->fixed_count; i++) { // which grows
		if (!board_find_path(&w, r->fdt, g->fixed[i]))
			return fail_with(r, DIAG_DEVICE_REFERENCE, g->fixed[i], "");
		if (!read_needs(r, &w, g->fixed[i]))
			return false;
	}
	return true;
}

bool device_read(const void *fdt, const struct machine *m, struct request *request, struct diag *why)
{
	struct reader r = { .fdt = fdt, .m = m, .why = why };
	if (m->irqchip != IRQCHIP_NONE)
		r.controller = m->irqchip == IRQCHIP_PLIC ? m->plic.phandle : m->aplic.phandle;
	for (uint32_t i = 0; i < request->guest_count; i++) {
		r.guest = &request->guests[i];
		if (!read_guest(&r))
			return false;
	}
	return true;
}
