// SPDX-License-Identifier: Apache-2.0
// What the parts of partition_read() share: the guest whose properties are being read. For dt/partition_*.c alone. [pure]
#ifndef BULKHEAD_DT_PARTITION_READER_H
#define BULKHEAD_DT_PARTITION_READER_H

#include "dt/fdt_util.h"
#include "plan/request.h"

enum guest_property {
	G_HART_COUNT, G_HARTS, G_MEMORY_SIZE, G_MEMORY_BASE, G_HOST_MEMORY, G_DIRECT_MAPPED, G_KERNEL, G_INITRD,
	G_FRAGMENT, G_BOOTARGS, G_CONSOLE, G_IGNORE_FEATURES, G_DENIED_SBI, G_BACKGROUND, G_DEVICES, G_TRUSTED_DMA,
	G_INTERRUPT_FILES, G_MAX_EXITS, G_COUNT
};

extern const struct tree_name partition_guest_names[G_COUNT];

struct reader {
	struct tree tree;
	struct request *request;
	struct diag *why;
	struct guest_request *guest;
	struct tree_prop props[G_COUNT];
};

// Fills *r->why with the guest's path, the property and its value; returns false.
bool partition_fail(const struct reader *r, enum diag_code code, enum guest_property property);
// memory-size, memory-base, host-memory, direct-mapped.
bool partition_read_memory(const struct reader *r);
// ignore-features, denied-sbi-extensions, devices.
bool partition_read_words(const struct reader *r);

#endif
