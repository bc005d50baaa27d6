/* SPDX-License-Identifier: Apache-2.0 */
/* In-guest test of memory: all that the device tree promises is there, zero and usable; nothing is there beyond it. */

#include "tests/topic.h"

struct counts {
	uint64_t pages, taken, not_zero, bad;
	uint64_t first_bad;
};

static int is_zero(const volatile uint64_t *words)
{
	for (unsigned i = 0; i < GUEST_PAGE_SIZE / 8; i++)
		if (words[i])
			return 0;
	return 1;
}

/* Writes every word of a page with a value that depends on its address. */
static void fill(volatile uint64_t *words)
{
	for (unsigned i = 0; i < GUEST_PAGE_SIZE / 8; i++)
		words[i] = (uint64_t)&words[i] * 0x9e3779b97f4a7c15ull;
}

static int is_filled(const volatile uint64_t *words)
{
	for (unsigned i = 0; i < GUEST_PAGE_SIZE / 8; i++)
		if (words[i] != (uint64_t)&words[i] * 0x9e3779b97f4a7c15ull)
			return 0;
	return 1;
}

/* One pass over every page that is free. */
static void each_page(struct counts *counts, int (*visit)(uint64_t page, struct counts *counts))
{
	struct range range;

	for (int i = 0; memory_range(i, &range); i++)
		for (uint64_t page = range.base; page < range.base + range.size; page += GUEST_PAGE_SIZE) {
			counts->pages++;
			if (memory_is_taken(page))
				counts->taken++;
			else if (!visit(page, counts) && !counts->bad++)
				counts->first_bad = page;
		}
}

static int visit_fresh(uint64_t page, struct counts *counts)
{
	volatile uint64_t *words = (volatile uint64_t *)page;

	if (!is_zero(words) && !counts->not_zero++)
		print("# first page that is not zero: 0x%lx\n", page);
	fill(words);
	return 1;
}

static int visit_filled(uint64_t page, struct counts *counts)
{
	(void)counts;
	return is_filled((const volatile uint64_t *)page);
}

static void load_byte(void *arg)
{
	(void)*(volatile uint8_t *)arg;
}

static void store_byte(void *arg)
{
	*(volatile uint8_t *)arg = 1;
}

static void test_end(uint64_t end)
{
	struct trap trap;

	tap_equal((long)trap_run(&trap, load_byte, (void *)(end - 1)), (long)NO_TRAP, "the last byte can be read");
	tap_equal((long)trap_run(&trap, load_byte, (void *)end), CAUSE_LOAD_ACCESS_FAULT,
		  "the first byte beyond the end cannot");
	tap_equal((long)trap.tval, (long)end, "stval is its address");
	tap_equal((long)trap_run(&trap, store_byte, (void *)end), CAUSE_STORE_ACCESS_FAULT, "nor be written");
	tap_equal((long)trap.tval, (long)end, "stval is its address");
}

/* A machine without a source of random numbers has no seed at all, but none has a seed of zeros. */
static void test_seed(void)
{
	int size = 0, set = 0;
	const uint8_t *seed = dt_prop(dt_path("/chosen"), "rng-seed", &size);

	for (int i = 0; seed != NULL && i < size; i++)
		set += seed[i] != 0;
	print("# rng-seed: %d bytes, %d of them not zero\n", size, set);
	tap_check(seed == NULL || set > size / 2, "the seed for random numbers looks like one");
}

void test_memory(void)
{
	struct counts fresh = {0, 0, 0, 0, 0};
	struct counts filled = {0, 0, 0, 0, 0};
	uint64_t here = (uint64_t)&test_memory;
	struct range range;
	int inside = 0;

	for (int i = 0; memory_range(i, &range); i++) {
		print("# memory 0x%lx, %lu KiB\n", range.base, range.size >> 10);
		inside |= here >= range.base && here < range.base + range.size;
	}
	tap_check(inside, "the program lies in the memory that the device tree names");
	each_page(&fresh, visit_fresh);
	print("# %lu pages, %lu taken, %lu not zero\n", fresh.pages, fresh.taken, fresh.not_zero);
	tap_check(fresh.pages > fresh.taken, "there is free memory");
	if (guest_on_bulkhead())
		tap_equal((long)fresh.not_zero, 0, "free memory is zero at the start");
	each_page(&filled, visit_filled);
	tap_equal((long)filled.bad, 0, "every free page keeps what is written");
	if (guest_has_arg("size")) {
		uint64_t total = fresh.pages * GUEST_PAGE_SIZE;

		tap_equal((long)total, (long)guest_arg("size", 0), "memory is as large as size= says");
	}
	test_end(memory_end());
	test_seed();
}
