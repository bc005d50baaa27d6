/* SPDX-License-Identifier: Apache-2.0 */
/* Ways for a guest to end; boot arguments: how=shutdown | reboot | crash | hang | wfi | ask, for=MS with how=reboot. */

#include "bare/guest.h"

#define MARK 0x4d41524b4d41524bul

static void crash(void)
{
	print("exit: crashing\n");
	csr_write(stvec, memory_hole_above());
	__asm__ volatile(".half 0");
}

/* A mark in free memory tells the next life whether the restart has zeroed it. */
static void reboot(void)
{
	volatile uint64_t *mark = (volatile uint64_t *)memory_find(GUEST_PAGE_SIZE, GUEST_PAGE_SIZE);

	print("exit: memory is %s\n", mark[0] == MARK ? "kept" : mark[0] ? "foreign" : "zero");
	mark[0] = MARK;
	print("exit: rebooting\n");
	print("exit: reboot refused, error %ld\n", guest_reboot().error);
}

/* Nothing in memory survives a restart, so time since power-on says when to stop: after for= milliseconds. */
static void reboot_for_a_while(void)
{
	unsigned long ms = timer_frequency() / 1000;

	if (rdtime() >= guest_arg("for", 1500) * ms)
		return;
	timer_delay(200 * ms);
	reboot();
}

static void hang(void)
{
	print("exit: hanging\n");
	for (;;)
		cpu_relax();
}

static void wait_for_ever(void)
{
	print("exit: waiting for ever\n");
	for (;;)
		wfi();
}

/* One key on the console decides. */
static void ask(void)
{
	int key = -1;

	print("exit: r reboot, c crash, h hang, w wfi, s shutdown?\n");
	while (key < 0)
		key = console_read();
	if (key == 'r')
		reboot();
	else if (key == 'c')
		crash();
	else if (key == 'h')
		hang();
	else if (key == 'w')
		wait_for_ever();
}

void guest_main(void)
{
	print("exit: started at time %lu\n", rdtime());
	if (guest_arg_is("how", "reboot"))
		reboot_for_a_while();
	else if (guest_arg_is("how", "crash"))
		crash();
	else if (guest_arg_is("how", "hang"))
		hang();
	else if (guest_arg_is("how", "wfi"))
		wait_for_ever();
	else if (guest_arg_is("how", "ask"))
		ask();
	print("exit: shutting down\n");
}
