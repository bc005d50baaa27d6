// SPDX-License-Identifier: Apache-2.0
// A pool of 4 KiB pages handed out once and never returned; sealed after boot.
#ifndef BULKHEAD_GSTAGE_PAGE_POOL_H
#define BULKHEAD_GSTAGE_PAGE_POOL_H

#include "lib/region.h"

struct page_pool {
	uint64_t next; // address of the next free page; identity-mapped, so also a pointer
	uint64_t end;
	bool sealed;
};

void page_pool_init(struct page_pool *pool, struct region memory);
// count zeroed pages, aligned to align bytes (a power of two, at least 4096); NULL when exhausted or sealed.
void *page_pool_take(struct page_pool *pool, uint64_t count, uint64_t align);
void page_pool_seal(struct page_pool *pool);

#endif
