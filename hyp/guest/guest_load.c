// SPDX-License-Identifier: Apache-2.0
// (Re)loads a guest from its pristine images, through the window that shows only its own memory.
#include <string.h>

#include "guest/guest.h"
#include "guest/image.h"
#include "lib/log.h"
#include "lib/panic.h"
#include "lib/sha256.h"
#include "rv/csr.h"
#include "rv/guestmem.h"
#include "rv/mem.h"

#define CHUNK 0x100000ull // bytes between two looks at the console

static void copy_in(uint8_t *to, const struct package_image *image)
{
	const uint8_t *from = image_data(image);

	for (uint64_t left = image->size, n; left > 0; left -= n, to += n, from += n) {
		n = min_u64(left, CHUNK);
		memcpy(to, from, n);
		image_breathe();
	}
}

// Size of the blocks that CBO.ZERO zeroes on this hart, 0 where it cannot be used. Tried on a page of the guest that has not been
// filled yet: of the words at powers of two, those inside the block are zero afterwards.
static uint64_t zero_block_size(const struct guest *g, uint8_t *page)
{
	volatile uint64_t *words = (volatile uint64_t *)(void *)page;
	uint64_t n;

	if (!isa_has(&g->machine->harts[this_hart()->index].isa, ISA_ZICBOZ))
		return 0;
	for (n = 1; n < PAGE_SIZE / 8; n *= 2)
		words[n] = 1;
	if (probe_zero_block(page) != 0)
		return 0;
	for (n = 1; n < PAGE_SIZE / 8 && words[n] == 0; n *= 2)
		;
	return n > 1 && n < PAGE_SIZE / 8 ? 8 * n : 0;
}

// block is what zero_block_size() has found.
static void zero(uint8_t *from, uint8_t *end, uint64_t block)
{
	uint64_t line = ZERO_BLOCKS * block;

	for (uint64_t n; from < end; from += n, image_breathe()) {
		n = min_u64((uint64_t)(end - from), CHUNK);
		if (n < line || line == 0) {
			memset(from, 0, n);
		} else if (!is_aligned((uintptr_t)from, line)) {
			n = align_up((uintptr_t)from, line) - (uintptr_t)from;
			memset(from, 0, n);
		} else {
			n = align_down(n, line);
			zero_blocks(from, from + n, block);
		}
	}
}

// Whether the guest can read memory otherwise than through the caches: by Svpbmt, or by a device
// that reaches memory by itself and need not look into them.
static bool looks_behind_caches(const struct partition *p)
{
	return p->has_behind_caches || isa_has(&p->enabled, ISA_SVPBMT);
}

// Size of the blocks that CBO.FLUSH flushes on this hart, 0 where it cannot be used. Smaller ones
// than they are would do as well, larger ones would not: it is what the board's tree says, or
// nothing.
static uint64_t flush_block_size(const struct guest *g, void *page)
{
	const struct machine_hart *hart = &g->machine->harts[this_hart()->index];
	uint64_t block = hart->cbom_block_size;

	if (!isa_has(&hart->isa, ISA_ZICBOM) || block == 0 || PAGE_SIZE % (FLUSH_BLOCKS * block) != 0)
		return 0;
	return probe_flush_block(page) == 0 ? block : 0;
}

// What was written lies in memory, and nothing of the guest's memory in any cache. Returns the
// instructions this took. A stop needs none: nothing of ours writes to the guest's memory there
// (exit/life.c), nobody but the same guest ever has it, and its next start comes by here.
static uint64_t flush_memory(const struct guest *g, uint8_t *memory)
{
	const struct partition *p = g->partition;
	uint64_t begin = probe_cycle_now(), block = flush_block_size(g, memory);

	if (!looks_behind_caches(p))
		return 0;
	if (block == 0) {
		if (g->starts == 0)
			log_info("guest", "name=%s event=no-flush: without Zicbom it may find what lay "
				 "in its memory before", p->name);
		return 0;
	}
	for (uint64_t at = 0, n; at < p->memory_size; at += n, image_breathe()) {
		n = min_u64(p->memory_size - at, CHUNK);
		flush_blocks(memory + at, memory + at + n, block);
	}
	fence_iorw(); // before anything that a hart or a device of the guest's does
	return probe_cycle_now() - begin;
}

// Guest memory is not in the hypervisor's address space: neither in the window any more nor where it lies.
static void prove_unmapped(const struct partition *p)
{
	for (const struct map_entry *e = NULL; (e = partition_next(p, MAP_MEMORY, e)) != NULL;) {
		ASSERT(probe_load(e->pa.addr) != 0);
		ASSERT(probe_load(e->pa.addr + e->gpa.size - 1) != 0);
	}
}

// A seed for the guest's random numbers: another one for each guest and each start, which tells nothing of the board's.
static void write_seed(const struct guest *g, uint8_t *dtb)
{
	struct {
		uint8_t board[MAX_SEED];
		uint64_t guest, start, time;
	} from = { .guest = g->partition->index, .start = g->starts, .time = time_now() };
	uint8_t digest[GUEST_SEED_SIZE];

	memcpy(from.board, g->machine->seed, sizeof(from.board));
	sha256(sha256_blocks_plain, NULL, &from, sizeof(from), digest);
	memcpy(dtb + g->seed_offset, digest, sizeof(digest));
}

void guest_refused(const struct guest *g, const struct diag *why, const char *text)
{
	log_error("guest", "name=%s event=refused node=%s property=%s value=\"%s\": %s", g->partition->name, why->node,
		  why->property, why->value, text);
}

// Hashes the images before the guest's first start; later they are known.
static bool check_images(const struct guest *g, uint64_t *instructions)
{
	const char *name = g->partition->name;
	struct diag why;

	if (image_check(g->kernel, name, "kernel", instructions, &why) &&
	    (g->initrd == NULL || image_check(g->initrd, name, "initrd", instructions, &why)))
		return true;
	guest_refused(g, &why, diag_run_str(why.code));
	return false;
}

bool guest_load(struct guest *g)
{
	const struct partition *p = g->partition;
	const struct layout *l = &g->layout;
	uint64_t hashing = 0, begin, copying, flushing, block;
	// The layout's order is kernel, initrd, tree; everything between them is zeroed.
	uint64_t kernel = l->kernel.addr - p->memory_base.addr, kernel_end = kernel + l->kernel_size;
	uint64_t initrd = l->initrd.addr - p->memory_base.addr, initrd_end = initrd + l->initrd_size;
	uint64_t dtb = l->dtb.addr - p->memory_base.addr, dtb_end = dtb + l->dtb_size;
	uint8_t *memory;

	if (!check_images(g, &hashing))
		return false;
	if (g->initrd == NULL)
		initrd = initrd_end = dtb;
	ASSERT(kernel_end <= initrd && initrd_end <= dtb && dtb_end <= p->memory_size);
	begin = probe_cycle_now();
	memory = window_open(this_hart(), &g->gstage, p->memory_base, p->memory_size);
	block = zero_block_size(g, memory);
	copy_in(memory + kernel, g->kernel);
	if (g->initrd != NULL)
		copy_in(memory + initrd, g->initrd);
	memcpy(memory + dtb, g->dtb, l->dtb_size);
	if (g->seed_offset != 0)
		write_seed(g, memory + dtb);
	copying = probe_cycle_now() - begin;
	zero(memory, memory + kernel, block);
	zero(memory + kernel_end, memory + initrd, block);
	zero(memory + initrd_end, memory + dtb, block);
	zero(memory + dtb_end, memory + p->memory_size, block);
	flushing = flush_memory(g, memory);
	window_close(this_hart());
	prove_unmapped(p);
	g->starts++;
	if (guest_may_tell(g)) {
		uint64_t zeroing = probe_cycle_now() - begin - copying - flushing;

		log_info("guest", "name=%s event=load bytes=%lu hash-instructions=%lu "
			 "copy-instructions=%lu zero-instructions=%lu flush-instructions=%lu",
			 p->name, (unsigned long)p->memory_size, (unsigned long)hashing,
			 (unsigned long)copying, (unsigned long)zeroing, (unsigned long)flushing);
	}
	return true;
}
