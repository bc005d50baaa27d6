// SPDX-License-Identifier: Apache-2.0
// Reads the partition tree (platform/BINDINGS.md) into struct request. [pure]
#include "dt/partition_dt.h"

#include <string.h>

#include "dt/fdt_util.h"

enum root_property { R_COMPATIBLE, R_ON_LAST_STOP, R_COLOUR, R_MODEL, R_ADDRESS_CELLS, R_SIZE_CELLS, R_COUNT };

static const struct tree_name root_names[R_COUNT] = {
	[R_COMPATIBLE] = TREE_NAME("compatible"), [R_ON_LAST_STOP] = TREE_NAME("on-last-stop"),
	[R_COLOUR] = TREE_NAME("console-colour"), [R_MODEL] = TREE_NAME("model"),
	[R_ADDRESS_CELLS] = TREE_NAME("#address-cells"), [R_SIZE_CELLS] = TREE_NAME("#size-cells"),
};

enum guest_property {
	G_HART_COUNT, G_HARTS, G_MEMORY_SIZE, G_MEMORY_BASE, G_HOST_MEMORY, G_DIRECT_MAPPED, G_KERNEL, G_INITRD,
	G_FRAGMENT, G_BOOTARGS, G_CONSOLE, G_IGNORE_FEATURES, G_DENIED_SBI, G_BACKGROUND, G_COUNT
};

static const struct tree_name guest_names[G_COUNT] = {
	[G_HART_COUNT] = TREE_NAME("hart-count"), [G_HARTS] = TREE_NAME("harts"),
	[G_MEMORY_SIZE] = TREE_NAME("memory-size"), [G_MEMORY_BASE] = TREE_NAME("memory-base"),
	[G_HOST_MEMORY] = TREE_NAME("host-memory"), [G_DIRECT_MAPPED] = TREE_NAME("direct-mapped"),
	[G_KERNEL] = TREE_NAME("kernel"), [G_INITRD] = TREE_NAME("initrd"),
	[G_FRAGMENT] = TREE_NAME("device-tree-fragment"), [G_BOOTARGS] = TREE_NAME("bootargs"),
	[G_CONSOLE] = TREE_NAME("console"), [G_IGNORE_FEATURES] = TREE_NAME("ignore-features"),
	[G_DENIED_SBI] = TREE_NAME("denied-sbi-extensions"),
	[G_BACKGROUND] = TREE_NAME("background"),
};

// A guest whose properties are being read.
struct reader {
	struct tree tree;
	struct request *request;
	struct diag *why;
	struct guest_request *guest;
	struct tree_prop props[G_COUNT];
};

static bool fail(const struct reader *r, enum diag_code code, enum guest_property property)
{
	return tree_diag(&r->tree, 3, r->why, code, guest_names[property].name, r->props[property]);
}

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
		return fail(r, DIAG_PROPERTY_VALUE, property);
	return tree_copy(p, buf, size) || fail(r, DIAG_PROPERTY_LENGTH, property);
}

static bool read_harts(const struct reader *r)
{
	struct guest_request *g = r->guest;
	struct tree_prop count = r->props[G_HART_COUNT], harts = r->props[G_HARTS];
	if (count.data == NULL && harts.data == NULL)
		return fail(r, DIAG_PROPERTY_MISSING, G_HART_COUNT);
	if (count.data != NULL && harts.data != NULL)
		return fail(r, DIAG_PROPERTY_UNKNOWN, G_HART_COUNT);
	if (count.data != NULL) {
		if (count.len != 4)
			return fail(r, DIAG_PROPERTY_LENGTH, G_HART_COUNT);
		g->hart_count = tree_be32(count.data);
		if (g->hart_count == 0)
			return fail(r, DIAG_PROPERTY_VALUE, G_HART_COUNT);
		return g->hart_count <= MAX_HARTS || fail(r, DIAG_TOO_MANY, G_HART_COUNT);
	}
	if (harts.len == 0 || harts.len % 4 != 0)
		return fail(r, DIAG_PROPERTY_LENGTH, G_HARTS);
	if (harts.len / 4 > MAX_HARTS)
		return fail(r, DIAG_TOO_MANY, G_HARTS);
	g->harts_named = true;
	for (; g->hart_count < harts.len / 4; g->hart_count++)
		g->hart_ids[g->hart_count] = tree_be32(harts.data + 4 * g->hart_count);
	return true;
}

static bool fail_u64(const struct reader *r, enum diag_code code, enum guest_property property, uint64_t value)
{
	char path[sizeof(r->why->node)];
	tree_path(&r->tree, 3, path, sizeof(path));
	return diag_set_u64(r->why, code, path, guest_names[property].name, value);
}

// Pairs of address and size, two cells each; *total is the sum of the sizes.
static bool read_host_memory(const struct reader *r, uint64_t *total)
{
	struct guest_request *g = r->guest;
	struct tree_prop p = r->props[G_HOST_MEMORY];
	const struct tree_bus pairs = { 2, 2, { NULL, 0 } };
	struct region range;
	if (p.len == 0 || p.len % 16 != 0)
		return fail(r, DIAG_PROPERTY_LENGTH, G_HOST_MEMORY);
	if (p.len / 16 > MAX_EXTENTS)
		return fail(r, DIAG_TOO_MANY, G_HOST_MEMORY);
	for (*total = 0; tree_reg(p, &pairs, g->host_count, &range); g->host_count++) {
		if (!is_aligned(range.base, PAGE_SIZE))
			return fail_u64(r, DIAG_MEM_ALIGN, G_HOST_MEMORY, range.base);
		if (range.size == 0 || !is_aligned(range.size, PAGE_SIZE))
			return fail_u64(r, DIAG_MEM_SIZE, G_HOST_MEMORY, range.size);
		if (!region_is_valid(range) || range.size > UINT64_MAX - *total)
			return fail_u64(r, DIAG_PROPERTY_VALUE, G_HOST_MEMORY, range.size);
		*total += range.size;
		g->host[g->host_count] = range;
	}
	return true;
}

static bool read_memory(const struct reader *r)
{
	struct guest_request *g = r->guest;
	struct tree_prop size = r->props[G_MEMORY_SIZE], base = r->props[G_MEMORY_BASE], host = r->props[G_HOST_MEMORY];
	uint64_t total = 0;
	if (size.data == NULL && host.data == NULL)
		return fail(r, DIAG_PROPERTY_MISSING, G_MEMORY_SIZE);
	if (size.data != NULL && !tree_number(size, &g->memory_size))
		return fail(r, DIAG_PROPERTY_LENGTH, G_MEMORY_SIZE);
	if (size.data != NULL && (g->memory_size == 0 || !is_aligned(g->memory_size, PAGE_SIZE)))
		return fail(r, DIAG_MEM_SIZE, G_MEMORY_SIZE);
	if (host.data != NULL && !read_host_memory(r, &total))
		return false;
	if (size.data == NULL)
		g->memory_size = total;
	else if (host.data != NULL && total != g->memory_size)
		return fail(r, DIAG_PROPERTY_VALUE, G_MEMORY_SIZE);

	g->memory_base = GPA(GUEST_MEMORY_GPA);
	g->direct_mapped = r->props[G_DIRECT_MAPPED].data != NULL;
	if (g->direct_mapped && r->props[G_DIRECT_MAPPED].len != 0)
		return fail(r, DIAG_PROPERTY_LENGTH, G_DIRECT_MAPPED);
	if (g->direct_mapped && base.data != NULL)
		return fail(r, DIAG_PROPERTY_UNKNOWN, G_MEMORY_BASE);
	if (g->direct_mapped && g->host_count > 1)
		return fail(r, DIAG_PROPERTY_VALUE, G_HOST_MEMORY);
	if (g->direct_mapped && g->host_count == 1)
		g->memory_base = GPA(g->host[0].base);
	if (base.data == NULL)
		return true;
	if (!tree_number(base, &g->memory_base.addr))
		return fail(r, DIAG_PROPERTY_LENGTH, G_MEMORY_BASE);
	if (!is_aligned(g->memory_base.addr, PAGE_SIZE))
		return fail(r, DIAG_MEM_ALIGN, G_MEMORY_BASE);
	return g->memory_size <= UINT64_MAX - g->memory_base.addr || fail(r, DIAG_MEM_GPA, G_MEMORY_BASE);
}

static bool read_console(const struct reader *r)
{
	const char *model;
	struct tree_prop p = r->props[G_CONSOLE];
	r->guest->has_console = true;
	if (p.data == NULL)
		return true;
	if (!tree_string(p, &model))
		return fail(r, DIAG_PROPERTY_VALUE, G_CONSOLE);
	r->guest->has_console = strcmp(model, "none") != 0;
	return !r->guest->has_console || strcmp(model, "ns16550a") == 0 || fail(r, DIAG_PROPERTY_VALUE, G_CONSOLE);
}

// One word of ignore-features.
static bool ignore_feature(struct guest_request *g, const char *word, size_t len)
{
	if (strcmp(word, "henvcfg") == 0) {
		g->ignore_henvcfg = true;
		return true;
	}
	if (strcmp(word, "aia") == 0) {
		g->ignore_aia = true;
		isa_set(&g->ignored, ISA_SMAIA);
		isa_set(&g->ignored, ISA_SSAIA);
		return true;
	}
	int ext = isa_find(word, len);
	if (ext < 0 || ext == ISA_I)
		return false;
	isa_set(&g->ignored, (enum isa_ext)ext);
	return true;
}

static bool deny_sbi(struct guest_request *g, const char *word, size_t len)
{
	(void)len;
	for (uint32_t i = 0; i < SBI_INDEX_UNKNOWN; i++)
		if (sbi_names[i] != NULL && strcmp(sbi_names[i], word) == 0) {
			g->denied_sbi |= 1u << i;
			return true;
		}
	return false;
}

// A list of words, each taken by take(); absent is empty.
static bool read_words(const struct reader *r, enum guest_property property,
		       bool (*take)(struct guest_request *g, const char *word, size_t len))
{
	struct tree_prop p = r->props[property];
	if (p.data == NULL)
		return true;
	if (p.len == 0 || p.data[p.len - 1] != '\0')
		return fail(r, DIAG_PROPERTY_VALUE, property);
	for (uint32_t at = 0; at < p.len;) {
		const char *word = (const char *)p.data + at;
		uint32_t len = (uint32_t)strlen(word);
		if (!take(r->guest, word, len))
			return tree_diag(&r->tree, 3, r->why, DIAG_PROPERTY_VALUE, guest_names[property].name,
					 (struct tree_prop){ p.data + at, len + 1 });
		at += len + 1;
	}
	return true;
}

// The guest's node has ended; its path is still tree.path[0..3).
static bool finish_guest(const struct reader *r)
{
	struct guest_request *g = r->guest;
	struct tree_prop bootargs = r->props[G_BOOTARGS];
	const char *string;
	if (!read_harts(r) || !read_memory(r))
		return false;
	if (r->props[G_KERNEL].data == NULL)
		return fail(r, DIAG_PROPERTY_MISSING, G_KERNEL);
	if (!read_name(r, G_KERNEL, g->kernel, sizeof(g->kernel)) ||
	    !read_name(r, G_INITRD, g->initrd, sizeof(g->initrd)) ||
	    !read_name(r, G_FRAGMENT, g->fragment, sizeof(g->fragment)))
		return false;
	if (bootargs.data != NULL && !tree_string(bootargs, &string))
		return fail(r, DIAG_PROPERTY_VALUE, G_BOOTARGS);
	if (bootargs.data != NULL && !tree_copy(bootargs, g->bootargs, sizeof(g->bootargs)))
		return fail(r, DIAG_PROPERTY_LENGTH, G_BOOTARGS);
	g->background = r->props[G_BACKGROUND].data != NULL;
	if (g->background && r->props[G_BACKGROUND].len != 0)
		return fail(r, DIAG_PROPERTY_LENGTH, G_BACKGROUND);
	return read_console(r) && read_words(r, G_IGNORE_FEATURES, ignore_feature) &&
	       read_words(r, G_DENIED_SBI, deny_sbi);
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
	for (uint32_t i = 0; i < request->guest_count; i++)
		if (strcmp(request->guests[i].name, r->guest->name) == 0)
			return fail_node(r, DIAG_NAME_DUPLICATE, "name");
	request->guest_count++;
	memset(r->props, 0, sizeof(r->props));
	return true;
}

static bool begin_node(struct reader *r)
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

static bool read_property(struct reader *r, bool *compatible)
{
	struct tree_prop p = { r->tree.data, r->tree.len };
	if (r->tree.depth == 3) {
		int property = tree_match(&r->tree, guest_names, G_COUNT);
		if (property < 0)
			return fail_here(r, DIAG_PROPERTY_UNKNOWN);
		r->props[property] = p;
		return true;
	}
	int property = tree_match(&r->tree, root_names, R_COUNT);
	// /guests has cells at most.
	if (property < 0 || (r->tree.depth == 2 && property != R_ADDRESS_CELLS && property != R_SIZE_CELLS))
		return fail_here(r, DIAG_PROPERTY_UNKNOWN);
	if (property == R_COMPATIBLE) {
		*compatible = tree_list_has(p, "bulkhead,partitions");
		return *compatible || fail_here(r, DIAG_TREE_COMPATIBLE);
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
		behind += request->guests[i].background;
	for (uint32_t i = 0; behind == request->guest_count && i < request->guest_count; i++)
		request->guests[i].background = false;
}

// One event. A tree that is no partition tree at all is told by its root alone, whatever else is in it.
static bool read_event(struct reader *r, enum tree_event event, bool *compatible)
{
	switch (event) {
	case TREE_PROPERTY:
		return read_property(r, compatible);
	case TREE_NODE:
		if (r->tree.depth == 2 && !*compatible)
			return diag_set(r->why, DIAG_TREE_COMPATIBLE, "/", "compatible", "");
		return begin_node(r);
	case TREE_NODE_END:
		return r->tree.depth != 2 || finish_guest(r);
	case TREE_END:
		if (!*compatible)
			return diag_set(r->why, DIAG_TREE_COMPATIBLE, "/", "compatible", "");
		settle_background(r->request);
		return r->request->guest_count != 0 || diag_set(r->why, DIAG_NO_GUESTS, "/guests", "", "");
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
