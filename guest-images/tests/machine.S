# SPDX-License-Identifier: Apache-2.0
# What firmware finds on this machine, asked in M-mode with nothing beneath: rows whose outcome rests on it ask here, not the hypervisor.
# Started by QEMU's -bios on its virt machine; prints one line on the UART and switches off.

#define UART 0x10000000
#define FINISHER 0x100000
#define FINISHER_PASS 0x5555
#define MSTATUS_MPV_SHIFT 39
#define LCOFI_SHIFT 13

	.section .text
	.global _start
_start:
	csrr	t0, mhartid
	bnez	t0, park
	la	t0, print_facts # where a CSR is absent, the machine has none of what it is asked for
	csrw	mtvec, t0
	li	s1, '0'
	li	s2, '0'
	# mstatus.MPV: where a trap of a guest's is to come out when firmware hands it on.
	li	t0, 1
	slli	t0, t0, MSTATUS_MPV_SHIFT
	csrs	mstatus, t0
	csrr	t1, mstatus
	csrc	mstatus, t0
	and	t1, t1, t0
	snez	t1, t1
	add	s1, s1, t1
	# sie.LCOFIE: whether S-mode can have the interrupt of a counter's overflow.
	li	t0, 1 << LCOFI_SHIFT
	csrs	mideleg, t0
	csrs	sie, t0
	csrr	t1, sie
	and	t1, t1, t0
	snez	t1, t1
	add	s2, s2, t1

	.balign	4
print_facts:
	la	a0, mpv
	mv	a1, s1
	jal	print
	la	a0, lcofi
	mv	a1, s2
	jal	print
	li	t0, UART
	li	t1, '\n'
	sb	t1, (t0)
	li	t0, FINISHER
	li	t1, FINISHER_PASS
	sw	t1, (t0)
park:	wfi
	j	park

# A name at a0, then the character a1.
print:	li	t0, UART
1:	lbu	t1, (a0)
	beqz	t1, 2f
	sb	t1, (t0)
	addi	a0, a0, 1
	j	1b
2:	sb	a1, (t0)
	ret

mpv:	.asciz	"machine: mpv="
lcofi:	.asciz	" lcofi="
