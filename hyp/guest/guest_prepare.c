// SPDX-License-Identifier: Apache-2.0
// Before the seal: finds a guest's images, lays them out and makes its tree. What is wrong here refuses this guest only.
#include <libfdt.h>
#include <string.h>

#include "dt/guest_dt.h"
#include "guest/guest_prepare.h"
#include "guest/image.h"
#include "lib/log.h"

// The image of this name if it can be checked at all. NULL with *why, unless that is NULL; it names this node and property.
static const struct package_image *find_image(const struct prepare *pr, const char *node, const char *property, const char *name,
					      struct diag *why)
{
	const struct package_image *image = package_find(pr->package, name);

	if (image != NULL && image->has_sha256)
		return image;
	if (why != NULL)
		diag_set(why, image != NULL ? DIAG_PKG_NO_HASH : DIAG_PKG_NO_IMAGE, node, property, name);
	return NULL;
}

// The bytes of an image that is needed before the seal. NULL with *why.
static const uint8_t *get_image(struct prepare *pr, const char *node, const char *property, const char *name, uint64_t *size,
				struct diag *why)
{
	const struct package_image *image = find_image(pr, node, property, name, why);

	if (image == NULL || !image_check(image, node, property, &pr->hash_instructions, why))
		return NULL;
	pr->hashed_bytes += image->size;
	*size = image->size;
	return image_data(image);
}

const uint8_t *prepare_image(struct prepare *pr, const char *name, uint64_t *size, struct diag *why)
{
	return get_image(pr, "/", "images", name, size, why);
}

// Kernel and initrd are hashed by the guest's boot hart, which loads them (guest_load.c): all guests' at the same time. Until then
// nothing of them is believed but what the layout reads of the kernel, and checks.
static bool prepare_images(struct prepare *pr, struct guest *g, const uint8_t **fragment, uint64_t *fragment_size,
			   struct diag *why)
{
	const struct partition *p = g->partition;
	const struct guest_request *r = p->request;

	*fragment = NULL;
	*fragment_size = 0;
	g->kernel = find_image(pr, p->name, "kernel", r->kernel, why);
	if (g->kernel == NULL)
		return false;
	if (r->initrd[0] != '\0') {
		g->initrd = find_image(pr, p->name, "initrd", r->initrd, why);
		if (g->initrd == NULL)
			return false;
	}
	if (r->fragment[0] != '\0') {
		*fragment = get_image(pr, p->name, "device-tree-fragment", r->fragment, fragment_size, why);
		if (*fragment == NULL)
			return false;
	}
	return layout_make(p, image_data(g->kernel), g->kernel->size, g->initrd != NULL ? g->initrd->size : 0,
			   guest_tree_room(r), &g->layout, why);
}

// Free bytes at a tree's end, as firmware leaves them: boot loaders let it grow where it lies (U-Boot, without a look at what follows).
#define TREE_SLACK PAGE_SIZE

static bool prepare_tree(struct prepare *pr, struct guest *g, const uint8_t *fragment, uint64_t fragment_size,
			 struct diag *why)
{
	uint64_t room = guest_tree_room(g->partition->request);
	struct guest_dt_input in = {
		.machine = pr->machine,
		.board = pr->board,
		.partition = g->partition,
		.layout = &g->layout,
		.fragment = fragment,
		.fragment_size = fragment_size,
		.scratch = pr->scratch + room,
	};
	size_t size = guest_dt_make(&in, pr->scratch, room, why);
	void *dtb;

	if (size == 0)
		return false;
	dtb = page_pool_take(pr->pool, align_up(size, PAGE_SIZE) / PAGE_SIZE, PAGE_SIZE);
	if (dtb == NULL)
		return diag_set(why, DIAG_TABLES, g->partition->name, "", "");
	memcpy(dtb, pr->scratch, size);
	fdt_set_totalsize(dtb, (uint32_t)min_u64(size + TREE_SLACK, room));
	g->dtb = dtb;
	g->machine = pr->machine;
	g->seed_offset = guest_dt_seed_offset(dtb);
	g->layout.dtb_size = size;
	return true;
}

// A guest's tree is made of nodes of the board's tree and its fragment; what it has beside them, its arguments among it, fits in a
// page, and in a kilobyte for each hart (the names of its extensions, which the board's tree may have in one form only).
#define TREE_MORE PAGE_SIZE
#define TREE_MORE_FOR_HART 1024

uint64_t prepare_trees_size(const struct prepare *pr, const struct request *request)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < request->guest_count; i++) {
		const struct guest_request *r = &request->guests[i];
		const struct package_image *fragment = find_image(pr, "", "", r->fragment, NULL);
		uint64_t size = fdt_totalsize(pr->board) + TREE_MORE + r->hart_count * TREE_MORE_FOR_HART;

		sum += align_up(min_u64(size + (fragment != NULL ? fragment->size : 0), guest_tree_room(r)), PAGE_SIZE);
	}
	return sum;
}

void prepare_report(const struct prepare *pr)
{
	log_info("boot", "phase=hash instructions=%lu bytes=%lu (part of request and images)",
		 (unsigned long)pr->hash_instructions, (unsigned long)pr->hashed_bytes);
}

bool prepare_guest(struct prepare *pr, struct guest *g)
{
	const uint8_t *fragment;
	uint64_t fragment_size;
	struct diag why;

	if (prepare_images(pr, g, &fragment, &fragment_size, &why) &&
	    prepare_tree(pr, g, fragment, fragment_size, &why))
		return true;
	guest_refused(g, &why, diag_str(why.code));
	return false;
}
