// SPDX-License-Identifier: Apache-2.0
// (Re)loads a guest from its pristine images, through the window that shows only its own memory.
#include <string.h>

#include "guest/guest.h"
#include "lib/log.h"
#include "lib/panic.h"
#include "lib/sha256.h"
#include "rv/csr.h"
#include "rv/guestmem.h"

#define CHUNK 0x100000ull // bytes between two looks at the console

// A hart that also drains the console must not leave it alone while it fills hundreds of megabytes.
static void breathe(void)
{
	struct hart *h = this_hart();

	if (time_now() >= h->service_deadline)
		timer_expired(h, TIMER_BUDGET_IDLE);
}

static void copy_in(uint8_t *to, const uint8_t *from, uint64_t size)
{
	while (size > 0) {
		uint64_t n = min_u64(size, CHUNK);

		memcpy(to, from, n);
		to += n;
		from += n;
		size -= n;
		breathe();
	}
}

static void zero(uint8_t *base, uint64_t from, uint64_t to)
{
	while (from < to) {
		uint64_t n = min_u64(to - from, CHUNK);

		memset(base + from, 0, n);
		from += n;
		breathe();
	}
}

// Guest memory is not in the hypervisor's address space: neither in the window any more nor where it lies.
static void prove_unmapped(const struct partition *p)
{
	for (uint32_t i = 0; i < p->extent_count; i++) {
		ASSERT(probe_load(p->extents[i].pa.addr) != 0);
		ASSERT(probe_load(p->extents[i].pa.addr + p->extents[i].size - 1) != 0);
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
	sha256(&from, sizeof(from), digest);
	memcpy(dtb + g->seed_offset, digest, sizeof(digest));
}

void guest_load(struct guest *g)
{
	const struct partition *p = g->partition;
	const struct layout *l = &g->layout;
	uint64_t begin = probe_cycle_now(), copying;
	uint8_t *memory = window_open(this_hart(), &g->gstage, p->memory_base, p->memory_size);
	// The layout's order is kernel, initrd, tree; everything between them is zeroed.
	uint64_t kernel = l->kernel.addr - p->memory_base.addr, kernel_end = kernel + l->kernel_size;
	uint64_t initrd = l->initrd.addr - p->memory_base.addr, initrd_end = initrd + l->initrd_size;
	uint64_t dtb = l->dtb.addr - p->memory_base.addr, dtb_end = dtb + l->dtb_size;

	if (l->initrd_size == 0)
		initrd = initrd_end = dtb;
	ASSERT(kernel_end <= initrd && initrd_end <= dtb && dtb_end <= p->memory_size);
	copy_in(memory + kernel, g->kernel, l->kernel_size);
	copy_in(memory + initrd, g->initrd, l->initrd_size);
	copy_in(memory + dtb, g->dtb, l->dtb_size);
	if (g->seed_offset != 0)
		write_seed(g, memory + dtb);
	copying = probe_cycle_now() - begin;
	zero(memory, 0, kernel);
	zero(memory, kernel_end, initrd);
	zero(memory, initrd_end, dtb);
	zero(memory, dtb_end, p->memory_size);
	window_close(this_hart());
	prove_unmapped(p);
	g->starts++;
	if (guest_may_tell(g)) {
		uint64_t zeroing = probe_cycle_now() - begin - copying;

		log_info("guest", "name=%s event=load bytes=%lu copy-instructions=%lu zero-instructions=%lu", p->name,
			 (unsigned long)p->memory_size, (unsigned long)copying, (unsigned long)zeroing);
	}
	while (guest_console_get(g) >= 0)
		; // what was typed for the life before
}
