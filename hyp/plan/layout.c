// SPDX-License-Identifier: Apache-2.0
// Places a guest's kernel, initrd and device tree in its memory; copies nothing.
#include "plan/layout.h"

#include <string.h>

// Offsets in the Image header (Documentation/arch/riscv/boot-image-header.rst), all little-endian.
#define IMAGE_TEXT_OFFSET 8
#define IMAGE_SIZE 16
#define IMAGE_FLAGS 24
#define IMAGE_FLAG_BIG_ENDIAN 1
#define IMAGE_MAGIC2 56
#define IMAGE_HEADER_SIZE 64

// Guests of this size have room to spare: their tree gets the 2 MiB alignment that old kernels and boot loaders like.
#define LARGE_MEMORY 0x4000000ull
#define LARGE_ALIGN 0x200000ull

#define MIDDLE_LIMIT 0x20000000ull

static uint64_t read_le64(const uint8_t *p)
{
	uint64_t value = 0;

	for (int i = 7; i >= 0; i--)
		value = value << 8 | p[i];
	return value;
}

// Takes size bytes from the top of the *room bytes at base, aligned to align. False when they do not fit.
static bool take_top(uint64_t base, uint64_t *room, uint64_t size, uint64_t align, gpa_t *at)
{
	uint64_t addr;

	if (size > *room)
		return false;
	addr = align_down(base + *room - size, align);
	if (addr < base)
		return false;
	*at = GPA(addr);
	*room = addr - base;
	return true;
}

// Bytes from the guest's memory to its kernel. A text_offset of whole 2 MiB is meant from a 2 MiB boundary on: Linux maps itself
// by pages of that size (Documentation/arch/riscv/boot.rst), and elsewhere ends without a word. UINT64_MAX: out of all memory.
static uint64_t kernel_offset(uint64_t base, uint64_t text_offset)
{
	uint64_t skip = text_offset != 0 && is_aligned(text_offset, LARGE_ALIGN) ? align_up(base, LARGE_ALIGN) - base : 0;

	return text_offset > UINT64_MAX - skip ? UINT64_MAX : text_offset + skip;
}

// Moves initrd and tree, which lie at the top, down to where neither end of memory reaches them: a kernel and its bss grow from the
// bottom, a boot loader moves itself to the top. Half of memory, 512 MiB at most, is where QEMU 10 puts an initrd, too.
static void move_to_middle(const struct partition *p, uint64_t align, struct layout *l)
{
	uint64_t middle = p->memory_base.addr + min_u64(p->memory_size / 2, MIDDLE_LIMIT);
	uint64_t from = align_up(max_u64(middle, l->kernel.addr + l->kernel_span), align);

	if (from >= (l->initrd_size ? l->initrd.addr : l->dtb.addr))
		return;
	if (l->initrd_size)
		l->initrd = GPA(from);
	l->dtb = GPA(align_up(from + l->initrd_size, align)); // not above where it was, which is aligned, too
}

bool layout_make(const struct partition *p, const void *kernel, uint64_t kernel_size, uint64_t initrd_size,
		 uint64_t dtb_size, struct layout *out, struct diag *why)
{
	const uint8_t *header = kernel;
	uint64_t base = p->memory_base.addr, room = p->memory_size, offset, span;
	uint64_t align = room >= LARGE_MEMORY ? LARGE_ALIGN : PAGE_SIZE;

	if (kernel_size < IMAGE_HEADER_SIZE || memcmp(header + IMAGE_MAGIC2, "RSC\x05", 4) != 0)
		return diag_set(why, DIAG_IMAGE_MAGIC, p->name, "kernel", p->request ? p->request->kernel : NULL);
	if ((read_le64(header + IMAGE_FLAGS) & IMAGE_FLAG_BIG_ENDIAN) != 0)
		return diag_set(why, DIAG_IMAGE_ENDIAN, p->name, "kernel", p->request ? p->request->kernel : NULL);
	offset = kernel_offset(base, read_le64(header + IMAGE_TEXT_OFFSET));
	span = max_u64(read_le64(header + IMAGE_SIZE), kernel_size);

	*out = (struct layout){ .kernel_size = kernel_size, .kernel_span = span, .initrd_size = initrd_size, .dtb_size = dtb_size };
	if (!take_top(base, &room, dtb_size, align, &out->dtb))
		return diag_set_u64(why, DIAG_IMAGE_FIT, p->name, "memory-size", p->memory_size);
	if (initrd_size && !take_top(base, &room, initrd_size, PAGE_SIZE, &out->initrd))
		return diag_set_u64(why, DIAG_IMAGE_FIT, p->name, "initrd", initrd_size);
	if (offset > room || span > room - offset)
		return diag_set_u64(why, DIAG_IMAGE_FIT, p->name, "kernel", span);
	out->kernel = GPA(base + offset);
	move_to_middle(p, align, out);
	return true;
}
