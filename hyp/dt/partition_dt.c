// SPDX-License-Identifier: Apache-2.0
// Reads the partition tree (platform/BINDINGS.md) into struct request.
#include "dt/partition_dt.h"

#include <string.h>

#include "dt/partition_reader.h"

#define ROOT_PROPERTIES(X) \
	X(R_COMPATIBLE, "compatible") X(R_ON_LAST_STOP, "on-last-stop") X(R_COLOUR, "console-colour") X(R_MODEL, "model") \
	X(R_MAY_RESET, "guests-may-reset") X(R_ADDRESS_CELLS, "#address-cells") X(R_SIZE_CELLS, "#size-cells")
enum root_property { ROOT_PROPERTIES(TREE_NAME_ENUM) R_COUNT };

static const struct tree_names root_names = TREE_NAMES(ROOT_PROPERTIES);

static bool fail_here(const struct reader *r, enum diag_code code)
{
	const struct tree *t = &r->tree;
	return tree_diag(t, t->depth, r->why, code, t->name, (struct tree_prop){ t->data, t->len });
}

// A node that is at fault as a whole, or by its name.
static bool fail_node(const struct reader *r, enum diag_code code, const char *property)
{
	const struct tree *t = &r->tree;
	return tree_diag(t, t->depth, r->why, code, property, (struct tree_prop){ NULL, 0 });
}

// A string that is not empty, of at most size - 1 characters; absent properties stay "".
static bool read_name(const struct reader *r, enum guest_property property, char *buf, size_t size)
{
	const char *string;
	struct tree_prop p = r->props[property];
	if (p.data == NULL)
		return true;
	if (!tree_string(p, &string) || p.len == 1)
		return partition_fail(r, DIAG_PROPERTY_VALUE, property);
	return tree_copy(p, buf, size) || partition_fail(r, DIAG_PROPERTY_LENGTH, property);
}

static bool read_harts(const struct reader *r)
{
	struct guest_request *g = r->guest;
	struct tree_prop count = r->props[G_HART_COUNT], harts = r->props[G_HARTS];
	if (count.data == NULL && harts.data == NULL)
		return partition_fail(r, DIAG_PROPERTY_MISSING, G_HART_COUNT);
	if (count.data != NULL && harts.data != NULL)
		return partition_fail(r, DIAG_PROPERTY_UNKNOWN, G_HART_COUNT);
	if (count.data != NULL) {
		if (count.len != 4)
			return partition_fail(r, DIAG_PROPERTY_LENGTH, G_HART_COUNT);
		g->hart_count = tree_be32(count.data);
		if (g->hart_count == 0)
			return partition_fail(r, DIAG_PROPERTY_VALUE, G_HART_COUNT);
		return g->hart_count <= MAX_HARTS || partition_fail(r, DIAG_TOO_MANY, G_HART_COUNT);
	}
	if (harts.len == 0 || harts.len % 4 != 0)
		return partition_fail(r, DIAG_PROPERTY_LENGTH, G_HARTS);
	if (harts.len / 4 > MAX_HARTS)
		return partition_fail(r, DIAG_TOO_MANY, G_HARTS);
	g->harts_named = true;
	for (; g->hart_count < harts.len / 4; g->hart_count++)
		g->hart_ids[g->hart_count] = tree_be32(harts.data + 4 * g->hart_count);
	return true;
}

static bool read_flag(const struct reader *r, enum guest_property property, bool *flag)
{
	*flag = r->props[property].data != NULL;
	return r->props[property].len == 0 || partition_fail(r, DIAG_PROPERTY_LENGTH, property);
}

static bool read_model(const struct reader *r, enum model model)
{
	enum guest_property property = (enum guest_property)(G_MODELS + (uint32_t)model);
	struct tree_prop p = r->props[property];
	const char *name;
	bool has = p.data != NULL;
	if (model_rows[model].kind == MODEL_FLAG && !read_flag(r, property, &has))
		return false;
	if (model_rows[model].kind == MODEL_CONSOLE) {
		if (has && !tree_string(p, &name))
			return partition_fail(r, DIAG_PROPERTY_VALUE, property);
		has = !has || strcmp(name, "none") != 0;
		if (has && p.data != NULL && strcmp(name, model_rows[model].name) != 0)
			return partition_fail(r, DIAG_PROPERTY_VALUE, property);
	}
	r->guest->models |= has ? 1u << model : 0;
	return true;
}

static bool read_models(const struct reader *r)
{
	for (uint32_t i = 0; i < MODEL_ASKED_COUNT; i++)
		if (!read_model(r, (enum model)i))
			return false;
	return true;
}

// The budget, and from when on it holds.
static bool read_budget(const struct reader *r)
{
	struct guest_request *g = r->guest;
	struct tree_prop p = r->props[G_MAX_EXITS];
	if (p.data == NULL)
		return true;
	if (p.len != 4 && p.len != 8)
		return partition_fail(r, DIAG_PROPERTY_LENGTH, G_MAX_EXITS);
	g->rules.has_exit_budget = true;
	g->rules.max_exits = tree_be32(p.data);
	g->rules.budget_after = p.len == 8 ? tree_be32(p.data + 4) : EXIT_BUDGET_AFTER;
	return true;
}

// The guest's node has ended; its path is still tree.path[0..3).
static bool finish_guest(const struct reader *r)
{
	struct guest_request *g = r->guest;
	struct tree_prop bootargs = r->props[G_BOOTARGS];
	const char *string;
	if (!read_harts(r) || !partition_read_memory(r))
		return false;
	if (r->props[G_KERNEL].data == NULL)
		return partition_fail(r, DIAG_PROPERTY_MISSING, G_KERNEL);
	if (!read_name(r, G_KERNEL, g->kernel, sizeof(g->kernel)) ||
	    !read_name(r, G_INITRD, g->initrd, sizeof(g->initrd)) ||
	    !read_name(r, G_FRAGMENT, g->fragment, sizeof(g->fragment)))
		return false;
	if (bootargs.data != NULL && !tree_string(bootargs, &string))
		return partition_fail(r, DIAG_PROPERTY_VALUE, G_BOOTARGS);
	if (bootargs.data != NULL && !tree_copy(bootargs, g->bootargs, sizeof(g->bootargs)))
		return partition_fail(r, DIAG_PROPERTY_LENGTH, G_BOOTARGS);
	return read_flag(r, G_BACKGROUND, &g->rules.background) && read_flag(r, G_TRUSTED_DMA, &g->trusted_dma) &&
	       read_flag(r, G_PMU_SNAPSHOTS, &g->rules.has_pmu_snapshots) &&
	       read_flag(r, G_NO_NEIGHBOURS, &g->rules.no_neighbour_counters) &&
	       read_flag(r, G_INTERRUPT_FILES, &g->wants_files) && read_models(r) && read_budget(r) && partition_read_words(r);
}

// A guest's name ends up in front of its console lines: nothing but what a node name may hold.
static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c != '\0' && strchr(",._+-", c));
}

static bool begin_guest(struct reader *r)
{
	struct request *request = r->request;
	const char *name = r->tree.name;
	size_t len = strcspn(name, "@");
	if (request->guest_count == MAX_GUESTS)
		return fail_node(r, DIAG_TOO_MANY, "");
	if (len == 0 || len >= MAX_NAME)
		return fail_node(r, DIAG_PROPERTY_LENGTH, "name");
	r->guest = &request->guests[request->guest_count];
	for (size_t i = 0; i < len; i++) {
		if (!is_name_char(name[i]))
			return fail_node(r, DIAG_PROPERTY_VALUE, "name");
		r->guest->name[i] = name[i];
	}
	if (strcmp(r->guest->name, "bulkhead") == 0)
		return fail_node(r, DIAG_NAME_OURS, "name");
	for (uint32_t i = 0; i < request->guest_count; i++)
		if (strcmp(request->guests[i].name, r->guest->name) == 0)
			return fail_node(r, DIAG_NAME_DUPLICATE, "name");
	request->guest_count++;
	memset(r->props, 0, sizeof(r->props));
	return true;
}

static bool begin_guest_node(struct reader *r)
{
	switch (r->tree.depth) {
	case 1:
		return true;
	case 2:
		return strcmp(r->tree.name, "guests") == 0 || fail_node(r, DIAG_NODE_UNKNOWN, "");
	case 3:
		return begin_guest(r);
	default:
		return fail_node(r, DIAG_NODE_UNKNOWN, "");
	}
}

static bool read_last_stop(const struct reader *r, struct tree_prop p)
{
	static const char *const words[] = {
		[LAST_STOP_POWER_OFF] = "power-off", [LAST_STOP_RESET] = "reset", [LAST_STOP_WAIT] = "wait",
	};
	const char *word;
	for (uint32_t i = 0; i < ARRAY_SIZE(words); i++)
		if (tree_string(p, &word) && strcmp(word, words[i]) == 0) {
			r->request->on_last_stop = (enum last_stop)i;
			return true;
		}
	return fail_here(r, DIAG_PROPERTY_VALUE);
}

static bool read_guest_property(struct reader *r, bool *compatible)
{
	struct tree_prop p = { r->tree.data, r->tree.len };
	if (r->tree.depth == 3) {
		int property = tree_match(&r->tree, &partition_guest_names);
		if (property < 0)
			return fail_here(r, DIAG_PROPERTY_UNKNOWN);
		r->props[property] = p;
		return true;
	}
	int property = tree_match(&r->tree, &root_names);
	// /guests has cells at most.
	if (property < 0 || (r->tree.depth == 2 && property != R_ADDRESS_CELLS && property != R_SIZE_CELLS))
		return fail_here(r, DIAG_PROPERTY_UNKNOWN);
	if (property == R_COMPATIBLE) {
		*compatible = tree_list_has(p, "bulkhead,partitions");
		return *compatible || fail_here(r, DIAG_TREE_COMPATIBLE);
	}
	if (property == R_MAY_RESET) {
		r->may_reset = p;
		return (p.len != 0 && p.data[p.len - 1] == '\0') || fail_here(r, DIAG_PROPERTY_VALUE);
	}
	if (property == R_ON_LAST_STOP)
		return read_last_stop(r, p);
	if (property == R_COLOUR) {
		r->request->colour = true;
		return p.len == 0 || fail_here(r, DIAG_PROPERTY_LENGTH);
	}
	return true;
}

// A run that waited for nobody would be over before it began: then all guests count.
static void settle_background(struct request *request)
{
	uint32_t behind = 0;
	for (uint32_t i = 0; i < request->guest_count; i++)
		behind += request->guests[i].rules.background;
	for (uint32_t i = 0; behind == request->guest_count && i < request->guest_count; i++)
		request->guests[i].rules.background = false;
}

// The names of guests-may-reset, once all guests have been seen.
static bool settle_may_reset(const struct reader *r)
{
	for (uint32_t at = 0, len; at < r->may_reset.len; at += len + 1) {
		const char *name = (const char *)r->may_reset.data + at;
		bool is_found = false;
		len = (uint32_t)strlen(name);
		for (uint32_t i = 0; !is_found && i < r->request->guest_count; i++) {
			struct guest_request *g = &r->request->guests[i];
			is_found = strcmp(g->name, name) == 0;
			g->may_reset |= is_found;
		}
		if (!is_found)
			return tree_diag(&r->tree, 1, r->why, DIAG_PROPERTY_VALUE, tree_name(&root_names, R_MAY_RESET),
					 (struct tree_prop){ r->may_reset.data + at, len + 1 });
	}
	return true;
}

// One event. A tree that is no partition tree at all is told by its root alone, whatever else is in it.
static bool read_event(struct reader *r, enum tree_event event, bool *compatible)
{
	switch (event) {
	case TREE_PROPERTY:
		return read_guest_property(r, compatible);
	case TREE_NODE:
		if (r->tree.depth == 2 && !*compatible)
			return diag_set(r->why, DIAG_TREE_COMPATIBLE, "/", "compatible", "");
		return begin_guest_node(r);
	case TREE_NODE_END:
		return r->tree.depth != 2 || finish_guest(r);
	case TREE_END:
		if (!*compatible)
			return diag_set(r->why, DIAG_TREE_COMPATIBLE, "/", "compatible", "");
		settle_background(r->request);
		if (r->request->guest_count == 0)
			return diag_set(r->why, DIAG_NO_GUESTS, "/guests", "", "");
		return settle_may_reset(r);
	case TREE_BAD:
		break;
	}
	return diag_set(r->why, DIAG_TREE_BAD, "/", "", "");
}

bool partition_read(const void *fdt, size_t size, struct request *request, struct diag *why)
{
	struct reader r = { .request = request, .why = why };
	bool compatible = false;
	*request = (struct request){ 0 };
	if (!tree_open(&r.tree, fdt, size))
		return diag_set(why, DIAG_TREE_BAD, "/", "", "");
	for (;;) {
		enum tree_event event = tree_next(&r.tree);
		if (!read_event(&r, event, &compatible))
			return false;
		if (event == TREE_END)
			return true;
	}
}
