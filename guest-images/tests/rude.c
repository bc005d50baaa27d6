/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a guest may try at a console that others share. Boot argument do=
 *   opcodes  illegal instructions without end, of opcode SYSTEM, which M-mode looks at first and some firmware prints about
 *   nothing  the same without the instructions
 *   escape   what moves the cursor, asks the terminal, and looks like others' lines, each second; it says what it is answered
 */
#include "bare/guest.h"

static void illegal(void *arg)
{
	(void)arg;
	__asm__ volatile(".4byte 0x02004073"); /* SYSTEM, funct3 4: nothing */
}

static void escape(void)
{
	/* Where is the cursor, who are you (thrice), what is your answerback, what colour; up, wipe the line, and lie. */
	static const char text[] = "\x1b[6n\x1b[c\x1bZ\xc2\x9b" "c\x05\x1b]10;?\x07\x1b[2A\x1b[2K\b\b\b\b\b\b\b\b[bulkhead] info guest name=asker event=off\r\n";

	for (;;) {
		int byte;

		console_write(text, sizeof(text) - 1);
		timer_delay(timer_frequency());
		while ((byte = console_read()) >= 0)
			print("rude: answered %02x\n", (unsigned)byte);
	}
}

void guest_main(void)
{
	int is_loop = guest_arg_is("do", "opcodes");
	struct trap t;

	print("rude: it begins\n");
	if (guest_arg_is("do", "escape"))
		escape();
	for (;;) {
		if (is_loop)
			trap_run(&t, illegal, NULL);
		else
			timer_delay(timer_frequency());
	}
}
