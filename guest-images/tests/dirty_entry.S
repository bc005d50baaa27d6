/* SPDX-License-Identifier: Apache-2.0 */
/* Entries of a guest that keep every x register and the supervisor CSRs as they come, before anything of the guest changes them. */

	.macro	keep_csrs		/* to a1's struct entry; changes t1 */
	.set	at, 256
	.irp	csr, sstatus,sie,stvec,scounteren,sscratch,sepc,scause,stval,sip,satp
	csrr	t1, \csr
	sd	t1, at(t0)
	.set	at, at + 8
	.endr
	.endm

	.text
	/* The boot hart: a1 = device tree, two fields of whose header (last_comp_version, boot_cpuid) nobody here reads. */
	.globl	dirty_boot
dirty_boot:
	sd	t0, 24(a1)
	lla	t0, dirty_entries
	.irp	n, 1,2,3,4,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	sd	x\n, 8*\n(t0)
	.endr
	ld	t1, 24(a1)
	sd	t1, 8*5(t0)
	keep_csrs
	tail	boot

	/* Another hart: a1 = its struct entry, which begins with x[32] and ends with its struct hart. */
	.globl	dirty_hart_entry
dirty_hart_entry:
	.irp	n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	sd	x\n, 8*\n(a1)
	.endr
	mv	t0, a1
	keep_csrs
	ld	a1, 336(a1)
	tail	hart_entry

	.section .data
	.balign	8
	.globl	dirty_entries
dirty_entries:				/* not in .bss, which the runtime clears */
	.skip	344 * 8
