/* SPDX-License-Identifier: Apache-2.0 */
/* Memory of a bare guest as its device tree tells: ranges, what is taken already, and where free memory is. */

#include "guest.h"

extern char _image_start[], _image_end[];

static int memory_node(void)
{
	int node = -1;

	while ((node = dt_next(node, NULL)) >= 0) {
		const char *type = dt_prop(node, "device_type", NULL);

		if (type && !strcmp(type, "memory"))
			return node;
	}
	return -1;
}

int memory_range(int index, struct range *range)
{
	int node = memory_node();

	return node >= 0 && dt_reg(node, index, &range->base, &range->size);
}

uint64_t memory_end(void)
{
	struct range range;
	uint64_t end = 0;

	for (int i = 0; memory_range(i, &range); i++)
		if (range.base + range.size > end)
			end = range.base + range.size;
	return end;
}

uint64_t memory_hole_above(void)
{
	return (memory_end() + 0xfffffff) & ~0xffffffful;
}

uint64_t memory_hole_below(void)
{
	return 0x20000;
}

/* A page touches [base, base + size). */
static int touches(uint64_t page, uint64_t base, uint64_t size)
{
	return size && page + GUEST_PAGE_SIZE > base && page < base + size;
}

/* A 32 or 64 bit number in a property of /chosen. */
static uint64_t chosen_number(const char *name)
{
	int size = 0;
	const uint8_t *value = dt_prop(dt_path("/chosen"), name, &size);
	uint64_t number = 0;

	for (int i = 0; value && i < size; i++)
		number = number << 8 | value[i];
	return number;
}

static int is_reserved(uint64_t page)
{
	int depth = 0;
	int parent = dt_path("/reserved-memory");
	struct range range;

	if (parent < 0)
		return 0;
	for (int node = dt_next(parent, &depth); node >= 0 && depth > 0; node = dt_next(node, &depth))
		if (dt_reg(node, 0, &range.base, &range.size) && touches(page, range.base, range.size))
			return 1;
	return 0;
}

int memory_is_taken(uint64_t addr)
{
	uint64_t page = addr & ~(GUEST_PAGE_SIZE - 1);
	uint64_t initrd = chosen_number("linux,initrd-start");

	return touches(page, (uint64_t)_image_start, (uint64_t)(_image_end - _image_start)) ||
	       touches(page, (uint64_t)dt_address(), dt_size()) ||
	       touches(page, initrd, chosen_number("linux,initrd-end") - initrd) || is_reserved(page);
}

static int is_free(uint64_t base, uint64_t size)
{
	for (uint64_t page = base; page < base + size; page += GUEST_PAGE_SIZE)
		if (memory_is_taken(page))
			return 0;
	return 1;
}

uint64_t memory_find(uint64_t size, uint64_t align)
{
	uint64_t start = ((uint64_t)_image_end + align - 1) & ~(align - 1);
	struct range range;

	for (int i = 0; memory_range(i, &range); i++)
		for (uint64_t base = start; base + size <= range.base + range.size; base += align)
			if (base >= range.base && is_free(base, size))
				return base;
	print("no free memory of %lu bytes\n", size);
	guest_exit();
}
