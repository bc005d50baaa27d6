// SPDX-License-Identifier: Apache-2.0
// A device-tree fragment: a standard overlay that a guest's partition lays over its generated tree.
#ifndef BULKHEAD_DT_FRAGMENT_H
#define BULKHEAD_DT_FRAGMENT_H

#include "dt/guest_dt.h"

// Lays in->fragment over the tree in buf (room for size bytes) and checks the result. Returns its size in bytes; 0 with *why:
// DIAG_DTB_SIZE, DIAG_FRAGMENT_BAD, DIAG_FRAGMENT_CLAIM (node, property and value of the claim). Boot only.
size_t fragment_apply(const struct guest_dt_input *in, void *buf, size_t size, struct diag *why);

#endif
