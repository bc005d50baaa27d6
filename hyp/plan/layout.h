// SPDX-License-Identifier: Apache-2.0
// Where a guest's images go inside its memory.
#ifndef BULKHEAD_PLAN_LAYOUT_H
#define BULKHEAD_PLAN_LAYOUT_H

#include "plan/plan.h"

struct layout {
	gpa_t kernel; // entry point and load address: text_offset of the Image behind memory_base, or behind the next 2 MiB
	uint64_t kernel_size; // bytes to copy
	uint64_t kernel_span; // bytes the kernel wants for itself, bss included (image_size of the Image header)
	gpa_t initrd; // 4 KiB aligned, from half of memory (512 MiB at most) on, or as far up as it takes to fit; 0 when initrd_size is 0
	uint64_t initrd_size;
	gpa_t dtb; // 8-byte aligned, above the initrd (Documentation/arch/riscv/boot.rst)
	uint64_t dtb_size;
};

// Reads the RISC-V Linux Image header (Documentation/arch/riscv/boot-image-header.rst) of kernel[0..kernel_size) and places
// kernel, initrd and tree without overlap. dtb_size is the room to keep for the tree. False with *why (DIAG_IMAGE_MAGIC, _ENDIAN,
// DIAG_IMAGE_FIT); node in *why is the guest's name.
bool layout_make(const struct partition *p, const void *kernel, uint64_t kernel_size, uint64_t initrd_size,
		 uint64_t dtb_size, struct layout *out, struct diag *why);

#endif
