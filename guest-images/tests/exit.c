/* SPDX-License-Identifier: Apache-2.0 */
/* Ways for a guest to end; boot arguments: how=shutdown | reboot | loop (reboot at once, for ever) | crash | hang | wfi | ask; reboots=N, for=MS. */

#include "bare/guest.h"

#define MARK 0x4d41524b4d41524bul

static void crash(void)
{
	print("exit: crashing\n");
	csr_write(stvec, memory_hole_above());
	__asm__ volatile(".half 0");
}

/* A page that survives a restart, unless the restart zeroes memory: a mark, and how often it has been found. */
static volatile uint64_t *marked_page(void)
{
	return (volatile uint64_t *)memory_find(GUEST_PAGE_SIZE, GUEST_PAGE_SIZE);
}

static void reboot(void)
{
	volatile uint64_t *mark = marked_page();

	print("exit: memory is %s\n", mark[0] == MARK ? "kept" : mark[0] ? "foreign" : "zero");
	mark[1] = mark[0] == MARK ? mark[1] + 1 : 1;
	mark[0] = MARK;
	print("exit: rebooting\n");
	print("exit: reboot refused, error %ld\n", guest_reboot().error);
}

/*
 * reboots= times where memory is kept. Where it is zeroed nothing remembers the count, but time goes on: until for=
 * milliseconds after power-on, five lives a second, that end for all such guests of a board at once.
 */
static void reboot_for_a_while(void)
{
	unsigned long ms = timer_frequency() / 1000;
	volatile uint64_t *mark = marked_page();

	if (rdtime() >= guest_arg("for", 1500) * ms)
		return;
	if (mark[0] == MARK && mark[1] >= guest_arg("reboots", 2))
		return;
	timer_delay(200 * ms - rdtime() % (200 * ms));
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
	if (guest_arg_is("how", "loop"))
		guest_reboot();
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
