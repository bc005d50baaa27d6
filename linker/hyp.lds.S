/* SPDX-License-Identifier: Apache-2.0 */
/* Layout of the hypervisor: text, rodata, what only boots, data, bss on pages of their own (W^X), then the package of a linked-in
 * build. */
#include "limits.h"

OUTPUT_ARCH(riscv)
ENTRY(_start)

SECTIONS
{
	. = DEFINED(image_base) ? image_base : 0x80200000;
	__image_start = .;

	.text : {
		__text_start = .;
		*(.text.head)
		*(.text.may_fault)
		*(EXCLUDE_FILE(*cold-boot.o) .text EXCLUDE_FILE(*cold-boot.o) .text.*)
		__text_used = .;
		. = ALIGN(4096);
		__text_end = .;
	}

	.rodata : ALIGN(4096) {
		__rodata_start = .;
		*(EXCLUDE_FILE(*cold-boot.o) .rodata EXCLUDE_FILE(*cold-boot.o) .rodata.*
		  EXCLUDE_FILE(*cold-boot.o) .srodata EXCLUDE_FILE(*cold-boot.o) .srodata.*)
		__rodata_used = .;
		. = ALIGN(4096);
		__rodata_end = .;
	}

	/* What only boots: runs before there is a table, and is in none (hart/hs_build.c). */
	.boot_text : ALIGN(4096) {
		__boot_start = .;
		*cold-boot.o(.text .text.*)
	}
	.boot_rodata : {
		*cold-boot.o(.rodata .rodata.* .srodata .srodata.*)
		__boot_used = .;
		. = ALIGN(4096);
		__boot_end = .;
	}

	.data : ALIGN(4096) {
		__data_start = .;
		*(.data .data.* .sdata .sdata.*)
		. = ALIGN(8);
		__data_end = .;
	}

	.tdata : { *(.tdata .tdata.*) }
	.tbss : { *(.tbss .tbss.*) }

	.bss (NOLOAD) : ALIGN(16) {
		__bss_start = .;
		*(.sbss .sbss.* .bss .bss.* COMMON)
		. = ALIGN(4096);
		__bss_end = .;
	}

	/* The boot hart's stack, below it a page that is never mapped. Not cleared. */
	.boot_stack (NOLOAD) : ALIGN(4096) {
		__boot_guard = .;
		. += PAGE_SIZE;
		__boot_stack = .;
		. += BOOT_STACK_SIZE;
		__boot_stack_top = .;
	}
	__image_end = .;

	.package : ALIGN(4096) {
		__package_start = .;
		KEEP(*(.package))
		__package_end = .;
	}

	/DISCARD/ : { *(.comment) *(.riscv.attributes) *(.eh_frame) *(.init) *(.fini) *(.init_array*) *(.fini_array*) }
}

/* What was measured and 2 %: who needs more says why. */
ASSERT((__text_used - __text_start) + (__rodata_used - __rodata_start) <= 58368, "text and rodata after the seal exceed 57 KB")
ASSERT(__boot_used - __boot_start <= 63488, "text and rodata that only boot exceed 62 KB")
/* tp is this hart's struct hart: what is thread-local would lie in it. */
ASSERT(SIZEOF(.tbss) + SIZEOF(.tdata) == 0, "nothing can be thread-local")
ASSERT(__may_fault_start < __may_fault_end, "the routines that may fault are missing")
ASSERT(__may_fault_end <= __text_end, "the routines that may fault must lie in text")
