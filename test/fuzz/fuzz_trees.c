// SPDX-License-Identifier: Apache-2.0
// libFuzzer: board tree, partition tree and fragment through readers, plan, checker, tables and guest trees.
// Input: size of the board's tree and of the partition tree (4 bytes each, little-endian), then the three trees.
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dt/device_dt.h"
#include "dt/guest_dt.h"
#include "dt/machine_dt.h"
#include "dt/partition_dt.h"
#include "gstage/gstage.h"

#define ROOM (MAX_GUEST_DTB + MAX_HARTS * GUEST_DTB_FOR_HART)
#define FIXED 0x10000ull
#define POOL_MOST (64ull << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed);

static struct machine machine;
static struct request request;
static struct plan plan;
static struct diag why;
static uint8_t dtb[ROOM] __attribute__((aligned(8))), scratch[ROOM] __attribute__((aligned(8)));

static void must(bool is_so, const char *what)
{
	if (is_so)
		return;
	fprintf(stderr, "broken: %s (%s %s %s: %s)\n", what, why.node, why.property, why.value, diag_str(why.code));
	abort();
}

static uint32_t get_be(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void put_be(uint8_t *p, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(value >> (24 - 8 * i));
}

static uint32_t get_le(const uint8_t *p)
{
	return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

// The three trees of an input; false when it has none.
static bool split(uint8_t *data, size_t size, uint8_t *trees[3], size_t sizes[3])
{
	if (size < 8 || size > 400000)
		return false;
	sizes[0] = get_le(data);
	sizes[1] = get_le(data + 4);
	if (sizes[0] > size - 8 || sizes[1] > size - 8 - sizes[0] || sizes[0] < 40)
		return false;
	sizes[2] = size - 8 - sizes[0] - sizes[1];
	trees[0] = data + 8;
	trees[1] = trees[0] + sizes[0];
	trees[2] = trees[1] + sizes[1];
	return true;
}

// Each in an allocation of its own size (in whole 8 bytes), so that ASan sees reads beyond it.
static uint8_t *copy(const uint8_t *from, size_t size)
{
	uint8_t *to = aligned_alloc(8, size != 0 ? align_up(size, 8) : 8);

	memset(to, 0, size != 0 ? align_up(size, 8) : 8);
	return memcpy(to, from, size);
}

// The pool has room for all tables, and these map what the plan says.
static void build_tables(void)
{
	uint8_t *memory = aligned_alloc(0x4000, align_up(plan.pool.size, 0x4000));
	struct page_pool pool;

	page_pool_init(&pool, (struct region){ (uint64_t)(uintptr_t)memory, plan.pool.size });
	(void)page_pool_take(&pool, FIXED / PAGE_SIZE, PAGE_SIZE);
	for (uint32_t i = 0; i < plan.partition_count; i++) {
		const struct partition *p = &plan.partitions[i];
		struct table t;

		must(gstage_build(p, &pool, &t), "the tables can be built");
		for (const struct map_entry *e = NULL; (e = partition_next(p, MAP_MEMORY, e)) != NULL;) {
			uint64_t last = e->gpa.size - 1, flags;
			pa_t pa;

			must(table_walk(&t, e->gpa.base, &pa, &flags) && pa.addr == e->pa.addr, "first byte");
			must(table_walk(&t, e->gpa.base + last, &pa, &flags) && pa.addr == e->pa.addr + last, "last byte");
		}
	}
	free(memory);
}

static void make_trees(const void *board, const uint8_t *fragment, size_t fragment_size)
{
	for (uint32_t i = 0; i < 2 * plan.partition_count; i++) {
		struct guest_dt_input in = { .machine = &machine, .board = board, .partition = &plan.partitions[i / 2], .scratch = scratch };
		size_t size;

		if (i % 2 != 0 && fragment_size != 0) {
			in.fragment = fragment;
			in.fragment_size = fragment_size;
		}
		size = guest_dt_make(&in, dtb, guest_tree_room(plan.partitions[i / 2].request), &why);
		if (size == 0)
			continue;
		must(fdt_check_full(dtb, size) == 0, "a guest's tree is whole");
		must(guest_dt_seed_offset(dtb) + GUEST_SEED_SIZE <= size, "its seed lies inside");
	}
}

static void run(const uint8_t *board, const uint8_t *partitions, size_t partitions_size, const uint8_t *fragment, size_t fragment_size)
{
	struct plan_input in = { .machine = &machine, .request = &request, .image = { 0x80200000, 0x100000 },
				 .package = { 0x82200000, 0x10000 }, .board_dtb = { 0x87e00000, 0x10000 }, .pool_fixed_size = FIXED };

	if (!machine_read(board, &machine, &why))
		return;
	machine.enabled = machine.harts[0].isa;
	if (!partition_read(partitions, partitions_size, &request, &why) || !device_read(board, &machine, &request, &why) ||
	    !plan_make(&in, &plan, &why))
		return;
	// What the maker takes the checker may refuse for the board's or for what lies out of reach, but not as the maker's fault.
	if (!plan_check(&in, &plan, &why)) {
		must(why.code != DIAG_CHECK || strcmp(why.property, "riscv,imsics") == 0, "the checker agrees with the maker");
		return;
	}
	if (plan.pool.size < POOL_MOST)
		build_tables();
	make_trees(board, fragment, fragment_size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *trees[3], *copies[3];
	size_t sizes[3];

	if (!split((uint8_t *)(uintptr_t)data, size, trees, sizes))
		return 0;
	for (int i = 0; i < 3; i++)
		copies[i] = copy(trees[i], sizes[i]);
	if (get_be(copies[0] + 4) > sizes[0]) // the board's tree is as large as it says
		put_be(copies[0] + 4, (uint32_t)sizes[0]);
	run(copies[0], copies[1], sizes[1], copies[2], sizes[2]);
	for (int i = 0; i < 3; i++)
		free(copies[i]);
	return 0;
}

static uint32_t next_random(unsigned int *seed)
{
	*seed = *seed * 1103515245u + 12345u;
	return *seed >> 8;
}

// Changes one property (its token lies at p) of a tree whose structure ends at end; q: another property.
static void change_property(uint8_t *t, uint32_t p, uint32_t q, uint32_t end, unsigned int *seed)
{
	static const uint32_t cells[] = { 0, 1, 2, 3, 4, 9, 16, 63, 64, 255, 1023, 4096, 0x10000, 0x200000, 0x1000000, 0x28001000,
					  0x40000000, 0x7fffffff, 0x80000000, 0x80200000, 0xfffff000, 0xffffffff, 0x0c000000 };
	uint32_t len = get_be(t + p + 4), at = p + 12 + (len >= 4 ? next_random(seed) % (len / 4) * 4 : 0);

	if (len > end - p - 12)
		return;
	switch (next_random(seed) % 6) {
	case 0: // a cell
	case 1:
		if (len >= 4)
			put_be(t + at, next_random(seed) % 3 != 0 ? cells[next_random(seed) % ARRAY_SIZE(cells)] :
								    get_be(t + at) ^ 1u << next_random(seed) % 32);
		break;
	case 2: // another's name
		put_be(t + p + 8, get_be(t + q + 8));
		break;
	case 3: // a byte less or more, inside its padding
		put_be(t + p + 4, len % 4 != 1 && len != 0 ? len - 1 : len % 4 != 0 ? len + 1 : len);
		break;
	case 4: // gone
		for (uint32_t i = p; i < p + 12 + ((len + 3) & ~3u) && i < end; i += 4)
			put_be(t + i, FDT_NOP);
		break;
	default: // a bit
		if (len != 0)
			t[p + 12 + next_random(seed) % len] ^= (uint8_t)(1u << next_random(seed) % 8);
		break;
	}
}

// Where the tokens of properties lie. Returns how many there are.
static uint32_t find_properties(const uint8_t *t, uint32_t at, uint32_t end, uint32_t found[], uint32_t most)
{
	uint32_t count = 0;

	while (end - at >= 16 && at < end && count < most) {
		uint32_t token = get_be(t + at), len = get_be(t + at + 4);

		if (token == FDT_PROP && len <= end - at - 12) {
			found[count++] = at;
			at += 12 + ((len + 3) & ~3u);
		} else {
			at += 4;
		}
	}
	return count;
}

// Bytes changed anywhere are hardly ever a tree: properties are changed where they stand.
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed)
{
	static uint32_t found[4096];
	uint8_t *trees[3];
	size_t sizes[3];
	uint32_t which = next_random(&seed) % 3;

	if (next_random(&seed) % 20 == 0 || !split(data, size, trees, sizes) || sizes[which] < 60)
		return LLVMFuzzerMutate(data, size, max);
	uint8_t *t = trees[which];
	uint32_t structure = get_be(t + 8), structure_size = get_be(t + 36);

	if (structure > sizes[which] || structure_size > sizes[which] - structure)
		return LLVMFuzzerMutate(data, size, max);
	for (uint32_t times = 1 + next_random(&seed) % 3; times > 0; times--) {
		uint32_t count = find_properties(t, structure, structure + structure_size, found, ARRAY_SIZE(found));

		if (count != 0)
			change_property(t, found[next_random(&seed) % count], found[next_random(&seed) % count], structure + structure_size,
					&seed);
	}
	return size;
}
