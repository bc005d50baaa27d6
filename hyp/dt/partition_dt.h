// SPDX-License-Identifier: Apache-2.0
// Reads the partition tree (platform/BINDINGS.md) into struct request.
#ifndef BULKHEAD_DT_PARTITION_DT_H
#define BULKHEAD_DT_PARTITION_DT_H

#include "lib/diag.h"
#include "plan/request.h"

// Fills *r from the tree of size bytes at fdt (any alignment of 4, not trusted). Unknown properties and nodes are errors.
// Boot only. False with *why naming node, property and value.
bool partition_read(const void *fdt, size_t size, struct request *r, struct diag *why);

#endif
