// SPDX-License-Identifier: Apache-2.0
// Reads a package: a FIT as mkimage writes it (Flat Image Tree specification 1.0), none of whose bytes is trusted.
#include "dt/package.h"

#include <string.h>

#include "dt/fdt_util.h"

#define PROPERTIES(X) \
	X(P_DATA, "data") X(P_DATA_SIZE, "data-size") X(P_DATA_OFFSET, "data-offset") X(P_DATA_POSITION, "data-position") \
	X(P_ALGO, "algo") X(P_VALUE, "value")
enum property { PROPERTIES(TREE_NAME_ENUM) P_COUNT };

static const struct tree_names package_names = TREE_NAMES(PROPERTIES);

// Depths of a FIT: the root, /images, an image, one of its hashes.
enum { DEPTH_IMAGES = 2, DEPTH_IMAGE = 3, DEPTH_HASH = 4 };

struct reader {
	struct tree tree;
	uint32_t tree_size;
	struct package *package;
	struct diag *why;
	bool in_images, has_images;
	struct package_image *image; // the one that is being read
	bool placed;                 // its data has been found: at its first child, or at its end
	struct tree_prop props[P_COUNT]; // of the image, then of the hash that is being read
};

// depth: of the node at fault, an image or a hash that has just been read.
static bool fail_fit(const struct reader *r, enum diag_code code, uint32_t depth, enum property property)
{
	return tree_diag(&r->tree, depth, r->why, code, tree_name(&package_names, property), r->props[property]);
}

static bool begin_image(struct reader *r)
{
	struct package *p = r->package;
	struct tree_prop none = { NULL, 0 };
	if (r->tree.name_len == 0 || r->tree.name_len >= MAX_NAME)
		return tree_diag(&r->tree, DEPTH_IMAGE, r->why, DIAG_PKG_BAD, "name", none);
	if (package_find(p, r->tree.name) != NULL)
		return tree_diag(&r->tree, DEPTH_IMAGE, r->why, DIAG_NAME_DUPLICATE, "name", none);
	if (p->count == MAX_IMAGES)
		return tree_diag(&r->tree, DEPTH_IMAGE, r->why, DIAG_TOO_MANY, "", none);
	r->image = &p->images[p->count++];
	*r->image = (struct package_image){ 0 };
	r->placed = false;
	memcpy(r->image->name, r->tree.name, r->tree.name_len);
	memset(r->props, 0, sizeof(r->props));
	return true;
}

// Where the image lies: its properties have all been seen.
static bool place_image(struct reader *r)
{
	struct package *p = r->package;
	struct package_image *image = r->image;
	struct tree_prop data = r->props[P_DATA];
	uint64_t external = align_up(r->tree_size, 4);
	if (data.data != NULL) {
		image->offset = (uint64_t)(data.data - p->base);
		image->size = data.len;
		return true;
	}
	if (r->props[P_DATA_SIZE].data == NULL)
		return fail_fit(r, DIAG_PKG_BAD, DEPTH_IMAGE, P_DATA);
	if (!tree_number(r->props[P_DATA_SIZE], &image->size))
		return fail_fit(r, DIAG_PKG_BAD, DEPTH_IMAGE, P_DATA_SIZE);
	enum property where = r->props[P_DATA_POSITION].data != NULL ? P_DATA_POSITION : P_DATA_OFFSET;
	if (!tree_number(r->props[where], &image->offset))
		return fail_fit(r, DIAG_PKG_BAD, DEPTH_IMAGE, where);
	if (where == P_DATA_OFFSET && image->offset > UINT64_MAX - external)
		return fail_fit(r, DIAG_PKG_RANGE, DEPTH_IMAGE, where);
	image->offset += where == P_DATA_OFFSET ? external : 0;
	if (!is_aligned(image->offset, 4)) // it is read in words
		return fail_fit(r, DIAG_PKG_ALIGN, DEPTH_IMAGE, where);
	if (image->offset > p->size || (image->offset == p->size && image->size != 0))
		return fail_fit(r, DIAG_PKG_RANGE, DEPTH_IMAGE, where);
	if (image->size > UINT64_MAX - image->offset)
		return fail_fit(r, DIAG_PKG_RANGE, DEPTH_IMAGE, P_DATA_SIZE);
	if (image->size > p->size - image->offset)
		return fail_fit(r, DIAG_PKG_TRUNCATED, DEPTH_IMAGE, P_DATA_SIZE);
	p->used = max_u64(p->used, image->offset + image->size);
	return true;
}

static bool read_hash(struct reader *r)
{
	struct tree_prop value = r->props[P_VALUE];
	if (!tree_list_has(r->props[P_ALGO], "sha256"))
		return true;
	if (value.data == NULL || value.len != sizeof(r->image->sha256))
		return fail_fit(r, DIAG_PKG_BAD, DEPTH_HASH, P_VALUE);
	memcpy(r->image->sha256, value.data, value.len);
	r->image->has_sha256 = true;
	return true;
}

static bool begin_fit_node(struct reader *r)
{
	const struct tree *t = &r->tree;
	if (t->depth == DEPTH_IMAGES) {
		r->in_images = strcmp(t->name, "images") == 0;
		r->has_images |= r->in_images;
	}
	if (t->depth == DEPTH_IMAGE && r->in_images)
		return begin_image(r);
	if (t->depth != DEPTH_HASH || !r->in_images)
		return true;
	if (!r->placed && !place_image(r))
		return false;
	r->placed = true;
	memset(r->props, 0, sizeof(r->props));
	return true;
}

// The node of path[depth] has ended.
static bool end_node(struct reader *r)
{
	const struct tree *t = &r->tree;
	if (!r->in_images)
		return true;
	if (t->depth + 1 == DEPTH_HASH && strncmp(t->path[DEPTH_HASH - 1], "hash", 4) == 0)
		return read_hash(r);
	return t->depth + 1 != DEPTH_IMAGE || r->placed || place_image(r);
}

static bool read_fit(struct reader *r)
{
	for (;;) {
		const struct tree *t = &r->tree;
		enum tree_event event = tree_next(&r->tree);
		if (event == TREE_END)
			return r->has_images || diag_set(r->why, DIAG_PKG_BAD, "/images", "", "");
		if (event == TREE_BAD)
			return diag_set(r->why, DIAG_PKG_BAD, "/", "", "");
		if (event == TREE_PROPERTY && r->in_images && (t->depth == DEPTH_IMAGE || t->depth == DEPTH_HASH)) {
			int property = tree_match(t, &package_names);
			if (property >= 0)
				r->props[property] = (struct tree_prop){ t->data, t->len };
		}
		if (event == TREE_NODE && !begin_fit_node(r))
			return false;
		if (event == TREE_NODE_END && !end_node(r))
			return false;
	}
}

bool package_may_lie(const struct machine *m, struct region image, struct region board_dtb, struct region r, struct diag *why)
{
	bool is_free = !region_overlaps(r, image) && !region_overlaps(r, board_dtb);
	if (!is_aligned(r.base, 4))
		return diag_set_u64(why, DIAG_PKG_ALIGN, "/chosen", "linux,initrd-start", r.base);
	for (uint32_t i = 0; i < m->reserved_count; i++) {
		struct region reserved = m->reserved[i];
		uint64_t first = align_down(r.base, PAGE_SIZE), end = align_up(r.base + r.size, PAGE_SIZE);
		bool is_own = region_contains((struct region){ first, end - first }, reserved.base, reserved.size);
		is_free &= is_own || !region_overlaps(r, reserved);
	}
	return is_free || diag_set_u64(why, DIAG_PKG_OVERLAP, "/chosen", "linux,initrd-start", r.base);
}

bool package_read(const void *base, uint64_t size, struct package *p, struct diag *why)
{
	struct reader r = { .package = p, .why = why };
	p->base = base;
	p->size = size;
	p->count = 0;
	r.tree_size = tree_total_size(base, size);
	p->used = r.tree_size;
	if (r.tree_size == 0)
		return diag_set(why, DIAG_PKG_BAD, "/", "", "");
	if (r.tree_size > size)
		return diag_set_u64(why, DIAG_PKG_TRUNCATED, "/", "totalsize", r.tree_size);
	if (!tree_open(&r.tree, base, size))
		return diag_set(why, DIAG_PKG_BAD, "/", "", "");
	return read_fit(&r);
}

const struct package_image *package_find(const struct package *p, const char *name)
{
	for (uint32_t i = 0; i < p->count; i++)
		if (strcmp(p->images[i].name, name) == 0)
			return &p->images[i];
	return NULL;
}
