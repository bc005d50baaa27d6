// SPDX-License-Identifier: Apache-2.0
// Finding and laying out guests' images before the seal. Boot hart only.
#ifndef BULKHEAD_GUEST_GUEST_PREPARE_H
#define BULKHEAD_GUEST_GUEST_PREPARE_H

#include "guest/guest.h"

struct prepare {
	const struct machine *machine;
	const struct package *package;
	const void *board; // the board's tree
	struct page_pool *pool;
	uint8_t *scratch; // twice largest_tree_room() bytes, 8-byte aligned
	uint64_t hashed_bytes;
	uint64_t hash_instructions;
};

// A checked image that belongs to no guest (the partition tree). NULL with *why.
const uint8_t *prepare_image(struct prepare *pr, const char *name, uint64_t *size, struct diag *why);
// Bytes to keep in the pool for all guests' trees. After the request was read.
uint64_t prepare_trees_size(const struct prepare *pr, const struct request *request);
// Says what hashing cost until now.
void prepare_report(const struct prepare *pr);
// Finds a guest's images, makes its layout and tree. False, after saying why, when this guest cannot start.
bool prepare_guest(struct prepare *pr, struct guest *g);

#endif
