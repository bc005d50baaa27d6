/* SPDX-License-Identifier: Apache-2.0 */
/* Writes and reads all f registers and all v registers; sstatus.FS or VS is on. */

	.text
	.option	push
	.option	arch, +d
	.globl	f_write, f_read
f_write:				/* a0 = 32 doublewords */
	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	fld	f\n, 8*\n(a0)
	.endr
	ret
f_read:
	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	fsd	f\n, 8*\n(a0)
	.endr
	ret
	.option	pop

	.option	push
	.option	arch, +v
	.globl	v_write, v_read, v_configure
v_write:				/* a0 = 32 times vlenb bytes */
	csrr	t0, vlenb
	slli	t0, t0, 3
	vl8re8.v v0, (a0)
	add	a0, a0, t0
	vl8re8.v v8, (a0)
	add	a0, a0, t0
	vl8re8.v v16, (a0)
	add	a0, a0, t0
	vl8re8.v v24, (a0)
	ret
v_read:
	csrr	t0, vlenb
	slli	t0, t0, 3
	vs8r.v	v0, (a0)
	add	a0, a0, t0
	vs8r.v	v8, (a0)
	add	a0, a0, t0
	vs8r.v	v16, (a0)
	add	a0, a0, t0
	vs8r.v	v24, (a0)
	ret
v_configure:				/* vl = a0 or less, vtype = a1; returns vl */
	vsetvl	a0, a0, a1
	ret
	.option	pop
