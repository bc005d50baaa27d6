// SPDX-License-Identifier: Apache-2.0
// Reads a package: a FIT (flattened image tree) with embedded or external image data.
#ifndef BULKHEAD_DT_PACKAGE_H
#define BULKHEAD_DT_PACKAGE_H

#include "lib/diag.h"
#include "plan/machine.h"

struct package_image {
	char name[MAX_NAME];
	uint64_t offset; // bytes from the package's start
	uint64_t size;   // bytes
	bool has_sha256;
	uint8_t sha256[32];
};

struct package {
	const uint8_t *base;
	uint64_t size;
	uint32_t count;
	struct package_image images[MAX_IMAGES];
	uint64_t used; // bytes from base to the end of the last image: what must be kept
};

// Whether a package may lie at r, before a byte of it is read: nothing else may be there. A reservation of no more
// than its own pages is its own: boot loaders make one. False with *why.
bool package_may_lie(const struct machine *m, struct region image, struct region board_dtb, struct region r, struct diag *why);
// Reads the FIT of at most size bytes at base (not trusted, 4-byte aligned): images with `data`, or data-size with data-offset
// (from the end of the tree, 4-byte aligned) or data-position (from base). Offsets and sizes of one or two cells.
// Boot only. False with *why (DIAG_PKG_*): node "/images/<name>".
bool package_read(const void *base, uint64_t size, struct package *p, struct diag *why);
// Image by name, or NULL.
const struct package_image *package_find(const struct package *p, const char *name);

#endif
