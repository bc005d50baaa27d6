/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a guest may try at a console that others share. Boot argument do=
 *   opcodes  illegal instructions without end, of opcode SYSTEM, which M-mode looks at first and some firmware prints about
 *   nothing  the same without the instructions
 */
#include "bare/guest.h"

static void illegal(void *arg)
{
	(void)arg;
	__asm__ volatile(".4byte 0x02004073"); /* SYSTEM, funct3 4: nothing */
}

void guest_main(void)
{
	int is_loop = guest_arg_is("do", "opcodes");
	struct trap t;

	print("rude: it begins\n");
	for (;;) {
		if (is_loop)
			trap_run(&t, illegal, NULL);
		else
			timer_delay(timer_frequency());
	}
}
