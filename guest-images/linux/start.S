/* SPDX-License-Identifier: Apache-2.0 */
/* Start of the check program: hands the initial stack (argc, argv) to C. */

	.section .text
	.globl _start
_start:
	.option	push
	.option	norelax
	lla	gp, __global_pointer$
	.option	pop
	mv	a0, sp
	andi	sp, sp, -16
	tail	checks_main
