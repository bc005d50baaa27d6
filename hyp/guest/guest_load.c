// SPDX-License-Identifier: Apache-2.0
// (Re)loads a guest from its pristine images, through the window that shows only its own memory.
#include <string.h>

#include "guest/guest.h"
#include "lib/panic.h"
#include "rv/csr.h"

#define CHUNK 0x100000ull // bytes between two looks at the console

// A hart that also drains the console must not leave it alone while it fills hundreds of megabytes.
static void breathe(void)
{
	struct hart *h = this_hart();

	if (time_now() >= h->service_deadline)
		timer_expired(h, 0);
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

// 64 bytes per turn: 8 stores and 2 other instructions.
static void zero_lines(uint8_t *at, uint64_t size)
{
	uint64_t *p = (uint64_t *)(void *)at, *end = (uint64_t *)(void *)(at + size);

	for (; p < end; p += 8) {
		__asm__ volatile("sd zero, 0(%0)\n sd zero, 8(%0)\n sd zero, 16(%0)\n sd zero, 24(%0)\n"
				 "sd zero, 32(%0)\n sd zero, 40(%0)\n sd zero, 48(%0)\n sd zero, 56(%0)\n"
				 : : "r"(p) : "memory");
	}
}

static void zero(uint8_t *base, uint64_t from, uint64_t to)
{
	uint64_t aligned = min_u64(align_up(from, 64), to);

	memset(base + from, 0, aligned - from);
	while (aligned < to) {
		uint64_t n = min_u64(align_down(to - aligned, 64), CHUNK);

		if (n == 0) {
			memset(base + aligned, 0, to - aligned);
			return;
		}
		zero_lines(base + aligned, n);
		aligned += n;
		breathe();
	}
}

void guest_load(struct guest *g)
{
	const struct partition *p = g->partition;
	const struct layout *l = &g->layout;
	uint8_t *memory = window_open(this_hart(), &g->gstage, p->memory_base, p->memory_size);
	// The layout's order is kernel, initrd, tree; everything between them is zeroed.
	uint64_t kernel = l->kernel.addr - p->memory_base.addr, kernel_end = kernel + l->kernel_size;
	uint64_t initrd = l->initrd.addr - p->memory_base.addr, initrd_end = initrd + l->initrd_size;
	uint64_t dtb = l->dtb.addr - p->memory_base.addr, dtb_end = dtb + l->dtb_size;

	if (l->initrd_size == 0)
		initrd = initrd_end = dtb;
	ASSERT(kernel_end <= initrd && initrd_end <= dtb && dtb_end <= p->memory_size);
	zero(memory, 0, kernel);
	copy_in(memory + kernel, g->kernel, l->kernel_size);
	zero(memory, kernel_end, initrd);
	copy_in(memory + initrd, g->initrd, l->initrd_size);
	zero(memory, initrd_end, dtb);
	copy_in(memory + dtb, g->dtb, l->dtb_size);
	zero(memory, dtb_end, p->memory_size);
	window_close(this_hart());
	uart16550_reset(&g->uart);
	g->starts++;
}
