// SPDX-License-Identifier: Apache-2.0
// memcpy and memset, 128 bytes per turn where alignment allows, and zeroing and flushing by blocks:
// images and guest memory are hundreds of megabytes, and the library's own move byte by byte.
// Contract of the two: ISO C 7.24.2.1 and 7.24.6.1. No vector or floating-point registers; what the
// long loops use are those that have short loads and stores.
#include "rv/mem.h"

	.section .text.mem, "ax"

	.globl memcpy
	.type memcpy, @function
memcpy:					// a0 = to, a1 = from, a2 = size; returns a0
	mv	a3, a0
	xor	t0, a0, a1
	andi	t0, t0, 7
	bnez	t0, copy_bytes		// never aligned together
copy_head:
	andi	t0, a3, 7
	beqz	t0, copy_lines
	beqz	a2, copy_done
	lbu	t1, 0(a1)
	sb	t1, 0(a3)
	addi	a1, a1, 1
	addi	a3, a3, 1
	addi	a2, a2, -1
	j	copy_head
copy_lines:
	andi	t0, a2, -128
	beqz	t0, copy_words
	add	t0, t0, a3		// the end of the lines
	andi	t1, a2, 127
	mv	t2, a0
	.macro move_32 at
	ld	a0, \at(a1)
	ld	a2, \at+8(a1)
	ld	a4, \at+16(a1)
	ld	a5, \at+24(a1)
	sd	a0, \at(a3)
	sd	a2, \at+8(a3)
	sd	a4, \at+16(a3)
	sd	a5, \at+24(a3)
	.endm
1:	.irp	at, 0,32,64,96
	move_32	\at
	.endr
	addi	a1, a1, 128
	addi	a3, a3, 128
	bne	a3, t0, 1b
	mv	a0, t2
	mv	a2, t1
copy_words:
	li	t0, 8
	bltu	a2, t0, copy_bytes
1:	ld	t1, 0(a1)
	sd	t1, 0(a3)
	addi	a1, a1, 8
	addi	a3, a3, 8
	addi	a2, a2, -8
	bgeu	a2, t0, 1b
copy_bytes:
	beqz	a2, copy_done
1:	lbu	t1, 0(a1)
	sb	t1, 0(a3)
	addi	a1, a1, 1
	addi	a3, a3, 1
	addi	a2, a2, -1
	bnez	a2, 1b
copy_done:
	ret

	.globl memset
	.type memset, @function
memset:					// a0 = to, a1 = byte, a2 = size; returns a0
	mv	a3, a0
	andi	a1, a1, 0xff
	slli	a4, a1, 8
	or	a4, a4, a1
	slli	a5, a4, 16
	or	a4, a4, a5
	slli	a5, a4, 32
	or	a4, a4, a5		// the byte eight times
set_head:
	andi	t0, a3, 7
	beqz	t0, set_lines
	beqz	a2, set_done
	sb	a1, 0(a3)
	addi	a3, a3, 1
	addi	a2, a2, -1
	j	set_head
set_lines:
	andi	t0, a2, -128
	beqz	t0, set_words
	add	t0, t0, a3
	andi	a2, a2, 127
1:	.irp	at, 0,8,16,24,32,40,48,56,64,72,80,88,96,104,112,120
	sd	a4, \at(a3)
	.endr
	addi	a3, a3, 128
	bne	a3, t0, 1b
set_words:
	li	t0, 8
	bltu	a2, t0, set_bytes
1:	sd	a4, 0(a3)
	addi	a3, a3, 8
	addi	a2, a2, -8
	bgeu	a2, t0, 1b
set_bytes:
	beqz	a2, set_done
1:	sb	a1, 0(a3)
	addi	a3, a3, 1
	addi	a2, a2, -1
	bnez	a2, 1b
set_done:
	ret

// a0 = from, a1 = end, a2 = size of a block: see rv/mem.h
	.macro	each_block name, at_once, cbo
	.globl	\name
	.type	\name, @function
\name:
	.rept	\at_once
	.insn	i 0x0f, 2, x0, a0, \cbo
	add	a0, a0, a2
	.endr
	bne	a0, a1, \name
	ret
	.endm

	each_block zero_blocks, ZERO_BLOCKS, 4		// CBO.ZERO (a0)
	each_block flush_blocks, FLUSH_BLOCKS, 2	// CBO.FLUSH (a0)
