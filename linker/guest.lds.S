/* SPDX-License-Identifier: Apache-2.0 */
/* Layout of a bare guest: one position-independent segment that begins with the Image header; crt0.S relocates it. */

#include "bare/link.h"

OUTPUT_ARCH(riscv)
ENTRY(_start)

PHDRS
{
	image PT_LOAD FLAGS(7);
	dynamic PT_DYNAMIC;
}

SECTIONS
{
	. = GUEST_LINK_ADDR;
	_image_start = .;

	.text : { KEEP(*(.head)) *(.text .text.*) } :image
	.rodata : ALIGN(8) { *(.rodata .rodata.* .srodata .srodata.*) } :image
	.dynamic : ALIGN(8) { *(.dynamic) } :image :dynamic
	.rela.dyn : ALIGN(8) {
		_rela_start = .;
		*(.rela .rela.*)
		_rela_end = .;
	} :image
	.got : ALIGN(8) { *(.got .got.plt) } :image
	.data : ALIGN(8) { *(.data .data.* .sdata .sdata.*) } :image
	.tdata : { *(.tdata .tdata.*) } :image
	.tbss : { *(.tbss .tbss.*) } :image
	. = ALIGN(8);
	_data_end = .;

	.bss ALIGN(16) (NOLOAD) : {
		_bss_start = .;
		*(.bss .bss.* .sbss .sbss.* COMMON)
		. = ALIGN(16);
		*(.stacks)
		. = ALIGN(4096);
		_bss_end = .;
	} :image
	_image_end = .;

	/DISCARD/ : { *(.hash .gnu.hash .dynsym .dynstr .interp .comment .note .note.* .eh_frame .riscv.attributes) }
}

/* Harts share one tp-relative area, so nothing may live in it. */
ASSERT(SIZEOF(.tdata) == 0 && SIZEOF(.tbss) == 0, "a bare guest has no thread-local storage")
