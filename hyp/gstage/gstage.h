// SPDX-License-Identifier: Apache-2.0
// Three-level page tables over a caller's page pool: Sv39x4 G-stages of guests and the Sv39 table of the hypervisor.
#ifndef BULKHEAD_GSTAGE_GSTAGE_H
#define BULKHEAD_GSTAGE_GSTAGE_H

#include "gstage/page_pool.h"
#include "gstage/pte.h"
#include "plan/plan.h"

struct table {
	pte_t *root;
	uint32_t root_entries; // 2048 for Sv39x4, 512 for Sv39
	struct page_pool *pool;
};

enum table_kind { TABLE_SV39, TABLE_SV39X4 };

// Takes the root from the pool. False when the pool is exhausted.
bool table_init(struct table *t, enum table_kind kind, struct page_pool *pool);
// Maps [va, va+size) to pa with flags (PTE_R|W|X|U|G; V, A and D are added), with the largest pages that alignment allows.
// All 4 KiB aligned, size not 0. Sv39 takes addresses of both halves. False when the pool is exhausted, the range is out of
// reach, or part of it is already mapped; what was mapped before that stays.
bool table_map(struct table *t, uint64_t va, pa_t pa, uint64_t size, uint64_t flags);
// Walks to the leaf of va: false when unmapped; otherwise *pa is the translation and *flags the leaf's low 8 bits.
bool table_walk(const struct table *t, uint64_t va, pa_t *pa, uint64_t *flags);

// Builds the G-stage of a partition: its memory read-write-execute, the registers of its devices
// read-write at their own addresses, its interrupt files read-write, nothing else. False when the pool is exhausted.
bool gstage_build(const struct partition *p, struct page_pool *pool, struct table *out);

#endif
