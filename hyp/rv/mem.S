// SPDX-License-Identifier: Apache-2.0
// memcpy and memset, 64 bytes per turn where alignment allows: images and guest memory are hundreds of megabytes, and the
// library's own move byte by byte. Contract: ISO C 7.24.2.1 and 7.24.6.1. Uses no vector or floating-point registers.
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
	li	t0, 64
	bltu	a2, t0, copy_words
	.macro move_8 at
	ld	t1, \at(a1)
	ld	t2, \at+8(a1)
	ld	t3, \at+16(a1)
	ld	t4, \at+24(a1)
	sd	t1, \at(a3)
	sd	t2, \at+8(a3)
	sd	t3, \at+16(a3)
	sd	t4, \at+24(a3)
	.endm
1:	move_8	0
	move_8	32
	addi	a1, a1, 64
	addi	a3, a3, 64
	addi	a2, a2, -64
	bgeu	a2, t0, 1b
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
	slli	t1, a1, 8
	or	t1, t1, a1
	slli	t2, t1, 16
	or	t1, t1, t2
	slli	t2, t1, 32
	or	t1, t1, t2		// the byte eight times
set_head:
	andi	t0, a3, 7
	beqz	t0, set_lines
	beqz	a2, set_done
	sb	a1, 0(a3)
	addi	a3, a3, 1
	addi	a2, a2, -1
	j	set_head
set_lines:
	li	t0, 64
	bltu	a2, t0, set_words
1:	.irp	at, 0,8,16,24,32,40,48,56
	sd	t1, \at(a3)
	.endr
	addi	a3, a3, 64
	addi	a2, a2, -64
	bgeu	a2, t0, 1b
set_words:
	li	t0, 8
	bltu	a2, t0, set_bytes
1:	sd	t1, 0(a3)
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
