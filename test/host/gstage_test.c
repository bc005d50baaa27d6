// SPDX-License-Identifier: Apache-2.0
// Tests of gstage/: single mappings and their pages, and random plans whose whole trees are walked.
#include <stdlib.h>
#include <string.h>

#include "gstage/gstage.h"
#include "sample.h"
#include "testing.h"

#define RWX (PTE_R | PTE_W | PTE_X)
#define POOL_SIZE (8 * MIB)

static uint8_t *pool_memory;
static struct page_pool pool;
static struct sample s;

static int set_up(void **state)
{
	(void)state;
	pool_memory = aligned_alloc(16384, POOL_SIZE);
	return pool_memory ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	free(pool_memory);
	return 0;
}

static void fresh_pool(uint64_t size)
{
	memset(pool_memory, 0xa5, size); // pages must come out zeroed
	page_pool_init(&pool, (struct region){ (uint64_t)(uintptr_t)pool_memory, size });
}

static void pool_gives_aligned_zeroed_pages(void **state)
{
	uint8_t *page, *root;

	(void)state;
	fresh_pool(8 * PAGE_SIZE);
	page = page_pool_take(&pool, 1, PAGE_SIZE);
	assert_ptr_equal(page, pool_memory);
	root = page_pool_take(&pool, 4, 16384);
	assert_ptr_equal(root, pool_memory + 16384);
	for (size_t i = 0; i < 4 * PAGE_SIZE; i++)
		assert_int_equal(root[i], 0);
	assert_null(page_pool_take(&pool, 1, PAGE_SIZE));
	fresh_pool(8 * PAGE_SIZE);
	assert_null(page_pool_take(&pool, 9, PAGE_SIZE));
	assert_null(page_pool_take(&pool, UINT64_MAX / PAGE_SIZE + 2, PAGE_SIZE));
	assert_null(page_pool_take(&pool, 1, 1ull << 63));
	page_pool_seal(&pool);
	assert_null(page_pool_take(&pool, 1, PAGE_SIZE));
	// What is no whole page at the ends is not used.
	page_pool_init(&pool, (struct region){ (uint64_t)(uintptr_t)pool_memory + 1, 2 * PAGE_SIZE });
	assert_ptr_equal(page_pool_take(&pool, 1, PAGE_SIZE), pool_memory + PAGE_SIZE);
	assert_null(page_pool_take(&pool, 1, PAGE_SIZE));
}

static void assert_walk(const struct table *t, uint64_t va, uint64_t expected, uint64_t expected_flags)
{
	uint64_t flags;
	pa_t pa;

	assert_true(table_walk(t, va, &pa, &flags));
	assert_true(pa.addr == expected);
	assert_true(flags == expected_flags);
}

static void assert_unmapped(const struct table *t, uint64_t va)
{
	uint64_t flags;
	pa_t pa;

	assert_false(table_walk(t, va, &pa, &flags));
}

static void largest_pages_that_fit(void **state)
{
	static const struct {
		uint64_t va, pa, size;
		uint64_t pages; // tables below the root
	} rows[] = {
		{ 0x80000000, 0x100000000, 2 * GIB, 0 },
		{ 0x80000000, 0x90000000, 256 * MIB, 1 },
		{ 0x80000000, 0x80200000, 2 * GIB, 2 },
		{ 0x80000000, 0x80001000, 4 * MIB, 3 },
		{ 0x80001000, 0x90001000, 4 * MIB, 3 },
		{ 0x80200000 - 0x1000, 0x90200000 - 0x1000, 0x2000, 3 },
		{ 0xbffff000, 0xbffff000, 0x2000, 4 },
	};
	struct table t;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint64_t before, last = rows[i].size - 1;

		fresh_pool(64 * PAGE_SIZE);
		assert_true(table_init(&t, TABLE_SV39X4, &pool));
		before = pool.next;
		assert_true(table_map(&t, rows[i].va, PA(rows[i].pa), rows[i].size, RWX | PTE_U));
		assert_int_equal((pool.next - before) / PAGE_SIZE, rows[i].pages);
		assert_walk(&t, rows[i].va, rows[i].pa, 0xdf);
		assert_walk(&t, rows[i].va + last, rows[i].pa + last, 0xdf);
		assert_unmapped(&t, rows[i].va - 1);
		assert_unmapped(&t, rows[i].va + last + 1);
	}
}

static void ranges_that_are_refused(void **state)
{
	struct table t;

	(void)state;
	fresh_pool(64 * PAGE_SIZE);
	assert_true(table_init(&t, TABLE_SV39X4, &pool));
	assert_false(table_map(&t, 0x800, PA(0), 4096, PTE_R));
	assert_false(table_map(&t, 0, PA(0x800), 4096, PTE_R));
	assert_false(table_map(&t, 0, PA(0), 0x800, PTE_R));
	assert_false(table_map(&t, 0, PA(0), 0, PTE_R));
	assert_false(table_map(&t, 0, PA(0), 4096, PTE_U));
	assert_false(table_map(&t, 1ull << 41, PA(0), 4096, PTE_R));
	assert_false(table_map(&t, (1ull << 41) - 4096, PA(0), 8192, PTE_R));
	assert_false(table_map(&t, 0, PA(1ull << 56), 4096, PTE_R));
	assert_false(table_map(&t, 0, PA(0), UINT64_MAX - 4095, PTE_R));
	assert_false(table_map(&t, UINT64_MAX - 4095, PA(0), 4096, PTE_R));
	assert_true(table_map(&t, (1ull << 41) - 4096, PA((1ull << 56) - 4096), 4096, PTE_R));
	assert_walk(&t, (1ull << 41) - 1, (1ull << 56) - 1, PTE_V | PTE_R | PTE_A | PTE_D);
	assert_unmapped(&t, 1ull << 41);
	assert_unmapped(&t, UINT64_MAX);
	// Twice the same, a large page over a small one, a small one inside a large one.
	assert_true(table_map(&t, 0x40000000, PA(0), 4096, PTE_R));
	assert_false(table_map(&t, 0x40000000, PA(0), 4096, PTE_R));
	assert_false(table_map(&t, 0x40000000, PA(0), 2 * MIB, PTE_R));
	assert_false(table_map(&t, 0x40000000, PA(0), GIB, PTE_R));
	assert_true(table_map(&t, 0x80000000, PA(0), GIB, PTE_R));
	assert_false(table_map(&t, 0x80001000, PA(0), 4096, PTE_R));
}

static void sv39_has_two_halves(void **state)
{
	uint64_t high = -(1ull << 38);
	struct table t;

	(void)state;
	fresh_pool(64 * PAGE_SIZE);
	assert_true(table_init(&t, TABLE_SV39, &pool));
	assert_int_equal(t.root_entries, 512);
	assert_true(table_map(&t, 0, PA(0), 1ull << 38, PTE_R | PTE_G));
	assert_true(table_map(&t, high, PA(0), 1ull << 38, PTE_R | PTE_W));
	assert_walk(&t, (1ull << 38) - 1, (1ull << 38) - 1, PTE_V | PTE_R | PTE_G | PTE_A | PTE_D);
	assert_walk(&t, high + 5, 5, PTE_V | PTE_R | PTE_W | PTE_A | PTE_D);
	assert_unmapped(&t, 1ull << 38);
	assert_unmapped(&t, high - 1);
	assert_false(table_map(&t, (1ull << 38) - 4096, PA(0), 8192, PTE_R));
	assert_false(table_map(&t, 1ull << 38, PA(0), 4096, PTE_R));
}

static void exhausted_pool(void **state)
{
	struct table t;

	(void)state;
	fresh_pool(3 * PAGE_SIZE);
	assert_false(table_init(&t, TABLE_SV39X4, &pool));
	fresh_pool(5 * PAGE_SIZE);
	assert_true(table_init(&t, TABLE_SV39X4, &pool));
	assert_true(table_map(&t, 0, PA(0), 2 * MIB, PTE_R));
	assert_false(table_map(&t, 4 * MIB, PA(0), 4096, PTE_R));
}

// Adds up what the leaves below `entries` map, and requires each to be what the partition says.
static uint64_t count_mapped(const struct partition *p, const pte_t *entries, uint32_t count, uint32_t level, uint64_t gpa)
{
	uint64_t size = 1ull << (12 + 9 * level), sum = 0;

	for (uint32_t i = 0; i < count; i++, gpa += size) {
		uint64_t pa = (entries[i] >> 10) << 12, found = 0;

		if (entries[i] == 0)
			continue;
		if (!(entries[i] & RWX)) {
			assert_int_equal(entries[i] & 0xff, PTE_V);
			assert_true(level > 0);
			assert_true(pa >= (uint64_t)(uintptr_t)pool_memory && pa < (uint64_t)(uintptr_t)pool_memory + POOL_SIZE);
			sum += count_mapped(p, (const pte_t *)(uintptr_t)pa, 512, level - 1, gpa);
			continue;
		}
		assert_int_equal(entries[i] & 0x3ff, 0xdf);
		assert_true(is_aligned(pa, size));
		for (const struct map_entry *e = NULL; (e = partition_next(p, MAP_MEMORY, e)) != NULL;)
			if (region_contains(e->gpa, gpa, size))
				found += pa == e->pa.addr + (gpa - e->gpa.base);
		assert_int_equal(found, 1);
		sum += size;
	}
	return sum;
}

// A machine with a few banks and holes, and up to six guests of any kind.
static void random_request(uint64_t *seed)
{
	uint32_t guests = 1 + (uint32_t)random_below(seed, 6);

	sample_init(&s, 16, 256 * MIB + random_below(seed, 4) * GIB);
	if (random_below(seed, 2))
		s.machine.ram[s.machine.ram_count++] = (struct region){ 0x200001000, random_below(seed, 1000) * MIB + 0x3000 };
	for (uint64_t i = 4 + random_below(seed, 20); i > 0; i--)
		s.machine.reserved[s.machine.reserved_count++] =
			(struct region){ 0x80000000 + random_below(seed, 2 * GIB), 1 + random_below(seed, 3 * MIB) };
	for (uint32_t i = 0; i < guests; i++) {
		char name[MAX_NAME];
		struct guest_request *g;

		snprintf(name, sizeof(name), "guest%u", i);
		g = sample_add_guest(&s.request, name, 1 + (uint32_t)random_below(seed, 3), 0);
		g->memory_size = random_below(seed, 2) ? (1 + random_below(seed, 600)) * 2 * MIB
						       : (1 + random_below(seed, 9000)) * 4096;
		g->direct_mapped = random_below(seed, 4) == 0;
		if (random_below(seed, 3) == 0)
			g->memory_base = GPA(0x20000000 + random_below(seed, 1000000) * 4096);
	}
}

static void random_plans(void **state)
{
	uint64_t seed = 42;
	uint32_t made = 0, joined = 0;

	(void)state;
	for (int round = 0; round < 600; round++) {
		random_request(&seed);
		if (!plan_make(&s.in, &s.plan, &s.why))
			continue;
		if (!plan_check(&s.in, &s.plan, &s.why))
			fail_msg("round %d: %s %s %s", round, s.why.node, s.why.property, s.why.value);
		made++;
		fresh_pool(s.plan.pool.size - s.in.pool_fixed_size); // what plan_make has kept must be enough for all
		for (uint32_t i = 0; i < s.plan.partition_count; i++) {
			const struct partition *p = &s.plan.partitions[i];
			uint64_t before;
			struct table t;

			assert_non_null(page_pool_take(&pool, 0, 16384));
			before = align_up(pool.next, 16384);
			assert_true(gstage_build(p, &pool, &t));
			assert_true(pool.next - before <= (4 + plan_table_pages(p)) * PAGE_SIZE);
			assert_true(count_mapped(p, t.root, t.root_entries, 2, 0) == p->memory_size);
			joined += partition_next(p, MAP_MEMORY, partition_next(p, MAP_MEMORY, NULL)) != NULL;
			for (const struct map_entry *e = NULL; (e = partition_next(p, MAP_MEMORY, e)) != NULL;)
				for (uint64_t at = 0; at < e->gpa.size; at += 4096 * (1 + random_below(&seed, 64)))
					assert_walk(&t, e->gpa.base + at + 7, e->pa.addr + at + 7, 0xdf);
			assert_unmapped(&t, p->memory_base.addr - 1);
			assert_unmapped(&t, p->memory_base.addr + p->memory_size);
		}
	}
	print_message("# %u plans, %u joined guests\n", made, joined);
	assert_true(made > 200);
	assert_true(joined > 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pool_gives_aligned_zeroed_pages),
		cmocka_unit_test(largest_pages_that_fit),
		cmocka_unit_test(ranges_that_are_refused),
		cmocka_unit_test(sv39_has_two_halves),
		cmocka_unit_test(exhausted_pool),
		cmocka_unit_test(random_plans),
	};

	return cmocka_run_group_tests_name("gstage", tests, set_up, tear_down);
}
