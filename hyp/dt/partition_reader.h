// SPDX-License-Identifier: Apache-2.0
// What the parts of partition_read() share: the guest whose properties are being read. For dt/partition_*.c alone.
#ifndef BULKHEAD_DT_PARTITION_READER_H
#define BULKHEAD_DT_PARTITION_READER_H

#include "dt/fdt_util.h"
#include "plan/plan.h"

#define GUEST_PROPERTIES(X) \
	X(G_HART_COUNT, "hart-count") X(G_HARTS, "harts") X(G_MEMORY_SIZE, "memory-size") X(G_MEMORY_BASE, "memory-base") \
	X(G_HOST_MEMORY, "host-memory") X(G_DIRECT_MAPPED, "direct-mapped") X(G_KERNEL, "kernel") X(G_INITRD, "initrd") \
	X(G_FRAGMENT, "device-tree-fragment") X(G_BOOTARGS, "bootargs") \
	X(G_IGNORE_FEATURES, "ignore-features") X(G_DENIED_SBI, "denied-sbi-extensions") X(G_BACKGROUND, "background") \
	X(G_DEVICES, "devices") X(G_TRUSTED_DMA, "trusted-dma") \
	X(G_INTERRUPT_FILES, "interrupt-files") X(G_MAX_EXITS, "max-exits-per-second") \
	X(G_PMU_SNAPSHOTS, "pmu-snapshots") X(G_NO_NEIGHBOURS, "no-neighbour-counters") \
	MODELS_ASKED(X##_OF_MODEL)
// Those of emulated devices come last, in the order of enum model.
#define TREE_NAME_ENUM_OF_MODEL(enumerator, functions, state, kind, property, ...) TREE_NAME_ENUM(G_MODEL_##enumerator, property)
#define TREE_NAME_LEN_OF_MODEL(enumerator, functions, state, kind, property, ...) TREE_NAME_LEN(G_MODEL_##enumerator, property)
#define TREE_NAME_TEXT_OF_MODEL(enumerator, functions, state, kind, property, ...) TREE_NAME_TEXT(G_MODEL_##enumerator, property)
enum guest_property { GUEST_PROPERTIES(TREE_NAME_ENUM) G_COUNT };
#define G_MODELS (G_COUNT - MODEL_ASKED_COUNT)

extern const struct tree_names partition_guest_names;

struct reader {
	struct tree tree;
	struct request *request;
	struct diag *why;
	struct tree_prop may_reset; // the root's guests-may-reset
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
