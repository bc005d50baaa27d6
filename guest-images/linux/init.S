/* SPDX-License-Identifier: Apache-2.0 */
/* The first user process: becomes `/bin/busybox sh /etc/init.sh`; linked at a fixed address so that a debugger can count instructions up to _start. */

#define SYS_write	64
#define SYS_exit	93
#define SYS_execve	221

	.section .rodata
path:		.asciz	"/bin/busybox"
shell:		.asciz	"sh"
script:		.asciz	"/etc/init.sh"
home:		.asciz	"HOME=/"
search:		.asciz	"PATH=/bin"
terminal:	.asciz	"TERM=vt100"
failed:		.ascii	"bulkhead-linux: cannot execute /bin/busybox\n"
failed_end:

	.balign	8
arguments:	.dword	shell, script, 0
environment:	.dword	home, search, terminal, 0

	.section .text
	.globl _start
_start:
	lla	a0, path
	lla	a1, arguments
	lla	a2, environment
	li	a7, SYS_execve
	ecall
	li	a0, 2			/* still here: say why the kernel is about to panic */
	lla	a1, failed
	lla	a2, failed_end
	sub	a2, a2, a1
	li	a7, SYS_write
	ecall
	li	a0, 1
	li	a7, SYS_exit
	ecall
