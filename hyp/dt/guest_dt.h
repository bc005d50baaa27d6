// SPDX-License-Identifier: Apache-2.0
// Makes a guest's device tree from the board's nodes and the plan, and lays the user's fragment over it.
#ifndef BULKHEAD_DT_GUEST_DT_H
#define BULKHEAD_DT_GUEST_DT_H

#include "plan/layout.h"
#include "plan/plan.h"

struct guest_dt_input {
	const struct machine *machine;
	const void *board; // the board's tree; used when the guest has assigned devices
	const struct partition *partition;
	const struct layout *layout; // only initrd and initrd_size are used
	const void *fragment; // flattened overlay, or NULL; not trusted
	uint64_t fragment_size;
	void *scratch; // as many bytes as the tree may have, 8-byte aligned; used when there is a fragment (libfdt edits it in place)
};

// Where GUEST_SEED_SIZE bytes of rng-seed lie in a finished tree, in bytes from its start; 0 when it has none.
size_t guest_dt_seed_offset(const void *dtb);

// Writes the tree into buf (8-byte aligned). Returns its size in bytes; 0 with *why: DIAG_DTB_SIZE, DIAG_FRAGMENT_BAD,
// DIAG_FRAGMENT_CLAIM (node, property and value of the claim). Boot only.
size_t guest_dt_make(const struct guest_dt_input *in, void *buf, size_t size, struct diag *why);

#endif
