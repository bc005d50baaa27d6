// SPDX-License-Identifier: Apache-2.0
// Before the seal: checks a guest's images, lays them out and makes its tree. What is wrong here refuses this guest only.
#include <string.h>

#include "dt/guest_dt.h"
#include "guest/guest_prepare.h"
#include "lib/log.h"
#include "lib/sha256.h"
#include "rv/guestmem.h"

// The bytes of a checked image; NULL with *why. Each image is hashed once, however many guests use it.
static const uint8_t *get_image(struct prepare *pr, const char *guest, const char *property, const char *name,
				uint64_t *size, struct diag *why)
{
	const struct package_image *image = package_find(pr->package, name);
	uint8_t digest[32];
	uint32_t index;

	if (image == NULL) {
		diag_set(why, DIAG_PKG_NO_IMAGE, guest, property, name);
		return NULL;
	}
	index = (uint32_t)(image - pr->package->images);
	if (!pr->is_hashed[index]) {
		uint64_t begin = probe_cycle_now();

		sha256(pr->package->base + image->offset, image->size, digest);
		pr->hash_cycles += probe_cycle_now() - begin;
		pr->is_hashed[index] = true;
		pr->is_good[index] = image->has_sha256 && memcmp(digest, image->sha256, sizeof(digest)) == 0;
		pr->hashed_bytes += image->size;
	}
	if (!pr->is_good[index]) {
		diag_set(why, image->has_sha256 ? DIAG_PKG_HASH : DIAG_PKG_NO_HASH, guest, property, name);
		return NULL;
	}
	*size = image->size;
	return pr->package->base + image->offset;
}

const uint8_t *prepare_image(struct prepare *pr, const char *name, uint64_t *size, struct diag *why)
{
	return get_image(pr, "/", "images", name, size, why);
}

static bool prepare_images(struct prepare *pr, struct guest *g, const uint8_t **fragment, uint64_t *fragment_size,
			   struct diag *why)
{
	const struct partition *p = g->partition;
	const struct guest_request *r = p->request;
	uint64_t kernel_size, initrd_size = 0;

	*fragment = NULL;
	*fragment_size = 0;
	g->kernel = get_image(pr, p->name, "kernel", r->kernel, &kernel_size, why);
	if (g->kernel == NULL)
		return false;
	if (r->initrd[0] != '\0') {
		g->initrd = get_image(pr, p->name, "initrd", r->initrd, &initrd_size, why);
		if (g->initrd == NULL)
			return false;
	}
	if (r->fragment[0] != '\0') {
		*fragment = get_image(pr, p->name, "device-tree-fragment", r->fragment, fragment_size, why);
		if (*fragment == NULL)
			return false;
	}
	return layout_make(p, g->kernel, kernel_size, initrd_size, MAX_GUEST_DTB, &g->layout, why);
}

static bool prepare_tree(struct prepare *pr, struct guest *g, const uint8_t *fragment, uint64_t fragment_size,
			 struct diag *why)
{
	struct guest_dt_input in = {
		.machine = pr->machine,
		.board = pr->board,
		.partition = g->partition,
		.layout = &g->layout,
		.fragment = fragment,
		.fragment_size = fragment_size,
		.scratch = pr->scratch + MAX_GUEST_DTB,
	};
	size_t size = guest_dt_make(&in, pr->scratch, MAX_GUEST_DTB, why);
	void *dtb;

	if (size == 0)
		return false;
	dtb = page_pool_take(pr->pool, align_up(size, PAGE_SIZE) / PAGE_SIZE, PAGE_SIZE);
	if (dtb == NULL)
		return diag_set(why, DIAG_TABLES, g->partition->name, "", "");
	memcpy(dtb, pr->scratch, size);
	g->dtb = dtb;
	g->machine = pr->machine;
	g->seed_offset = guest_dt_seed_offset(dtb);
	g->layout.dtb_size = size;
	return true;
}

void prepare_report(const struct prepare *pr)
{
	log_info("boot", "phase=hash instructions=%lu bytes=%lu (part of request and images)", (unsigned long)pr->hash_cycles,
		 (unsigned long)pr->hashed_bytes);
}

bool prepare_guest(struct prepare *pr, struct guest *g)
{
	const uint8_t *fragment;
	uint64_t fragment_size;
	struct diag why;

	if (prepare_images(pr, g, &fragment, &fragment_size, &why) &&
	    prepare_tree(pr, g, fragment, fragment_size, &why))
		return true;
	log_error("guest", "name=%s event=refused node=%s property=%s value=\"%s\": %s", g->partition->name, why.node,
		  why.property, why.value, diag_str(why.code));
	return false;
}
