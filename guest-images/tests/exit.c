/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ways for a guest to end; boot arguments: how=shutdown | reboot | loop (reboot at once, for ever) | crash | hang | wfi | ask;
 * reboots=N, for=MS; by=dbcn | legacy (how=ask reads its keys by this call and tells them).
 */

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

static void reboot(unsigned long type, unsigned long reason)
{
	volatile uint64_t *mark = marked_page();

	print("exit: memory is %s\n", mark[0] == MARK ? "kept" : mark[0] ? "foreign" : "zero");
	mark[1] = mark[0] == MARK ? mark[1] + 1 : 1;
	mark[0] = MARK;
	print("exit: rebooting\n");
	print("exit: reboot refused, error %ld\n", sbi_call3(SBI_EXT_SRST, 0, type, reason, 0).error);
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
	reboot(SRST_COLD_REBOOT, 0);
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

#define KEYS	  "rchws"
#define KEYS_SIZE 64
#define BEFORE	  3 /* bytes of the buffer that lie before a page border */
#define UNTOUCHED 0x5a

static uint8_t pages[2 * GUEST_PAGE_SIZE] __attribute__((aligned(4096)));

/* One call that takes what is there, at most `room` bytes. Returns how many, or -1 on an error. */
static long read_some(uint8_t *to, unsigned long room)
{
	struct sbiret got;

	if (guest_arg_is("by", "dbcn")) {
		got = sbi_call3(SBI_EXT_DBCN, DBCN_READ, room, (unsigned long)to, 0);
		return got.error || got.value < 0 || (unsigned long)got.value > room ? -1 : got.value;
	}
	got = sbi_call3(SBI_LEGACY_GETCHAR, 0, 0, 0, 0);
	if (got.error < 0) /* nothing there: -1 by the specification, which OpenSBI gives too */
		return got.error == -1 ? 0 : -1;
	*to = (uint8_t)got.error;
	return got.error > 255 ? -1 : 1;
}

/* Bytes up to one of KEYS, which it returns; tells them, and whether the rest of the buffer is as it was. */
static int read_key_by_sbi(void)
{
	uint8_t *keys = pages + GUEST_PAGE_SIZE - BEFORE;
	unsigned long count = 0, changed = 0;

	memset(pages, UNTOUCHED, sizeof(pages));
	while (count < KEYS_SIZE && (count == 0 || strchr(KEYS, keys[count - 1]) == NULL || keys[count - 1] == 0)) {
		long got = read_some(keys + count, KEYS_SIZE - count);

		if (got < 0) {
			print("exit: an answer that cannot be\n");
			break;
		}
		count += (unsigned long)got;
	}
	for (uint8_t *at = pages; at < pages + sizeof(pages); at++)
		changed += (at < keys || at >= keys + count) && *at != UNTOUCHED;
	print("exit: %lu bytes, %lu others changed:", count, changed);
	for (unsigned long i = 0; i < count; i++)
		print(" %02x", keys[i]);
	print("\n");
	return count ? keys[count - 1] : 's';
}

/* A word for the finisher of QEMU's virt machine, where the tree has one or not. */
#define FINISHER 0x100000ul

static void store_finisher(void *word)
{
	*(volatile uint32_t *)FINISHER = (uint32_t)(unsigned long)word;
}

static void load_finisher(void *value)
{
	*(uint32_t *)value = *(volatile uint32_t *)FINISHER;
}

static void finish(unsigned long word)
{
	int is_told = dt_compatible(-1, "sifive,test0") >= 0;
	uint32_t value = 1;

	print("exit: finisher %s, load %ld\n", is_told ? "in the tree" : "absent", (long)trap_run(NULL, load_finisher, &value));
	print("exit: finisher reads %u, 0x1234: %ld\n", value, (long)trap_run(NULL, store_finisher, (void *)0x1234ul));
	print("exit: finisher went on, %ld\n", (long)trap_run(NULL, store_finisher, (void *)word));
}

/* One key on the console decides; P, F, R: the finisher's pass, fail, reset; m: a warm reboot, f: one for a failure, g: a warm one for a failure. */
static void ask(void)
{
	int key = -1;

	print("exit: r reboot, c crash, h hang, w wfi, s shutdown?\n");
	if (guest_has_arg("by"))
		key = read_key_by_sbi();
	while (key < 0)
		key = console_read();
	if (key == 'r')
		reboot(SRST_COLD_REBOOT, 0);
	else if (key == 'm')
		reboot(SRST_WARM_REBOOT, 0);
	else if (key == 'f')
		reboot(SRST_COLD_REBOOT, SRST_REASON_FAILURE);
	else if (key == 'g')
		reboot(SRST_WARM_REBOOT, SRST_REASON_FAILURE);
	else if (key == 'P')
		finish(0x5555);
	else if (key == 'F')
		finish(0x00023333);
	else if (key == 'R')
		finish(0x7777);
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
