/* SPDX-License-Identifier: Apache-2.0 */
/* Runs single instructions that tests compose at run time. */

#include "insn.h"

unsigned long run_insn(runner how, struct trap *trap, uint32_t insn, void *arg)
{
	static uint16_t code[4] __attribute__((aligned(16)));
	unsigned used = 0;

	code[used++] = (uint16_t)insn;
	if ((insn & 3) == 3)
		code[used++] = (uint16_t)(insn >> 16);
	code[used++] = 0x8082; /* c.jr ra */
	__asm__ volatile("fence.i" ::: "memory");
	return how(trap, (void (*)(void *))(void *)code, arg);
}
