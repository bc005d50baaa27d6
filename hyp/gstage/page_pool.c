// SPDX-License-Identifier: Apache-2.0
// Hands out zeroed pages of one range, upwards and once; knows nothing of what they are for.
#include "gstage/page_pool.h"

#include <string.h>

#include "limits.h"

void page_pool_init(struct page_pool *pool, struct region memory)
{
	pool->next = align_up(memory.base, PAGE_SIZE);
	pool->end = align_down(memory.base + memory.size, PAGE_SIZE);
	pool->sealed = false;
}

void *page_pool_take(struct page_pool *pool, uint64_t count, uint64_t align)
{
	uint64_t base = align_up(pool->next, align);

	if (pool->sealed || base < pool->next || base > pool->end || count > (pool->end - base) / PAGE_SIZE)
		return NULL;
	pool->next = base + count * PAGE_SIZE;
	return memset((void *)(uintptr_t)base, 0, (size_t)(count * PAGE_SIZE));
}

void page_pool_seal(struct page_pool *pool)
{
	pool->sealed = true;
}
