// SPDX-License-Identifier: Apache-2.0
// Builds and walks three-level page tables in pages of a pool; switches nothing on and fences nothing.
#include "gstage/gstage.h"

#define LEVELS 3
#define LEVEL_ENTRIES 512u
#define PTE_LEAF (PTE_R | PTE_W | PTE_X)
#define PTE_FLAGS 0xffull
#define PA_LIMIT (1ull << 56)

static uint32_t level_shift(uint32_t level)
{
	return 12 + 9 * level;
}

// Bytes from 0 that the table can reach: 2^41 with the 2048 entries of Sv39x4, 2^39 with 512.
static uint64_t reach_of(const struct table *t)
{
	return (uint64_t)t->root_entries << level_shift(LEVELS - 1);
}

// Whether the address is one the hardware takes: zero-extended for Sv39x4, sign-extended for Sv39.
static bool is_reachable(const struct table *t, uint64_t va)
{
	uint64_t reach = reach_of(t);

	if (t->root_entries != LEVEL_ENTRIES)
		return va < reach;
	return va < reach / 2 || va >= -(reach / 2);
}

bool table_init(struct table *t, enum table_kind kind, struct page_pool *pool)
{
	uint64_t pages = kind == TABLE_SV39X4 ? 4 : 1;

	t->root_entries = (uint32_t)pages * LEVEL_ENTRIES;
	t->pool = pool;
	t->root = page_pool_take(pool, pages, pages * PAGE_SIZE);
	return t->root != NULL;
}

static uint64_t pte_pa(pte_t pte)
{
	return (pte & PTE_PPN) >> PTE_PPN_SHIFT << 12;
}

static pte_t pte_make(uint64_t pa, uint64_t flags)
{
	return pa >> 12 << PTE_PPN_SHIFT | flags | PTE_V;
}

// The entry of va at the level, whose table is `entries`.
static pte_t *entry_of(const struct table *t, pte_t *entries, uint32_t level, uint64_t va)
{
	uint32_t count = level == LEVELS - 1 ? t->root_entries : LEVEL_ENTRIES;

	return &entries[(va >> level_shift(level)) & (count - 1)];
}

// Writes one leaf at the level, with the tables above it. False when the pool is empty or something is mapped there.
static bool map_leaf(struct table *t, uint32_t level, uint64_t va, uint64_t pa, uint64_t flags)
{
	pte_t *entries = t->root, *entry;

	for (uint32_t at = LEVELS - 1; at > level; at--) {
		entry = entry_of(t, entries, at, va);
		if (*entry & PTE_LEAF)
			return false;
		if (!(*entry & PTE_V)) {
			void *page = page_pool_take(t->pool, 1, PAGE_SIZE);

			if (!page)
				return false;
			*entry = pte_make((uint64_t)(uintptr_t)page, 0);
		}
		entries = (pte_t *)(uintptr_t)pte_pa(*entry);
	}
	entry = entry_of(t, entries, level, va);
	if (*entry & PTE_V)
		return false;
	*entry = pte_make(pa, flags | PTE_A | PTE_D);
	return true;
}

bool table_map(struct table *t, uint64_t va, pa_t pa, uint64_t size, uint64_t flags)
{
	uint64_t from = pa.addr;

	if (!is_aligned(va | from | size, PAGE_SIZE) || !(flags & PTE_LEAF))
		return false;
	if (size == 0 || size > reach_of(t) || from > PA_LIMIT - size)
		return false;
	// The ends of the range must be reachable, and nothing between them can be out of reach unless they lie in two halves.
	if (!is_reachable(t, va) || !is_reachable(t, va + size - 1) || va + size - 1 < va)
		return false;
	while (size) {
		uint32_t level = LEVELS - 1;

		while (level && (!is_aligned(va | from, 1ull << level_shift(level)) || size >> level_shift(level) == 0))
			level--;
		if (!map_leaf(t, level, va, from, flags))
			return false;
		va += 1ull << level_shift(level);
		from += 1ull << level_shift(level);
		size -= 1ull << level_shift(level);
	}
	return true;
}

bool table_walk(const struct table *t, uint64_t va, pa_t *pa, uint64_t *flags)
{
	pte_t *entries = t->root;

	if (!is_reachable(t, va))
		return false;
	for (uint32_t level = LEVELS; level-- > 0;) {
		pte_t pte = *entry_of(t, entries, level, va);

		if (!(pte & PTE_V))
			return false;
		if (pte & PTE_LEAF) {
			*pa = PA(pte_pa(pte) | (va & ((1ull << level_shift(level)) - 1)));
			*flags = pte & PTE_FLAGS;
			return true;
		}
		entries = (pte_t *)(uintptr_t)pte_pa(pte);
	}
	return false;
}

static bool map_files(struct table *t, const struct partition *p, uint64_t gpa)
{
	for (uint32_t i = 0; i < p->vcpu_count; i++) {
		if (!table_map(t, gpa + (uint64_t)i * PAGE_SIZE, PA(p->file[i]), PAGE_SIZE, PTE_R | PTE_W | PTE_U))
			return false;
	}
	return true;
}

static bool map_entry(struct table *t, const struct partition *p, const struct map_entry *e)
{
	switch (e->kind) {
	case MAP_MEMORY:
		return table_map(t, e->gpa.base, e->pa, e->gpa.size, PTE_R | PTE_W | PTE_X | PTE_U);
	case MAP_FRAMES:
		return table_map(t, e->gpa.base, e->pa, e->gpa.size, PTE_R | PTE_W | PTE_U);
	case MAP_FILES:
		return map_files(t, p, e->gpa.base);
	case MAP_MODEL: // each access comes to the hypervisor
		break;
	}
	return true;
}

bool gstage_build(const struct partition *p, struct page_pool *pool, struct table *out)
{
	if (!table_init(out, TABLE_SV39X4, pool))
		return false;
	for (uint32_t i = 0; i < p->map_count; i++)
		if (!map_entry(out, p, &p->map[i]))
			return false;
	return true;
}
