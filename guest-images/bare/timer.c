/* SPDX-License-Identifier: Apache-2.0 */
/* Timer of a bare guest: stimecmp when the device tree says Sstc, else SBI TIME, else the legacy call. */

#include "guest.h"

enum { UNKNOWN, SSTC, TIME, LEGACY };

static int way;

static int find_way(void)
{
	if (dt_has_isa("sstc"))
		return SSTC;
	return sbi_has(SBI_EXT_TIME) ? TIME : LEGACY;
}

unsigned long timer_frequency(void)
{
	return dt_u32(dt_path("/cpus"), "timebase-frequency", 10000000);
}

int timer_has_sstc(void)
{
	if (way == UNKNOWN)
		way = find_way();
	return way == SSTC;
}

void timer_set(unsigned long deadline)
{
	if (timer_has_sstc()) {
		/* stimecmp by number: the assembler knows its name only with Sstc in -march */
		__asm__ volatile("csrw 0x14d, %0" ::"r"(deadline) : "memory");
	} else if (way == TIME) {
		sbi_call3(SBI_EXT_TIME, 0, deadline, 0, 0);
	} else {
		sbi_call3(SBI_LEGACY_SET_TIMER, 0, deadline, 0, 0);
	}
}

void timer_delay(unsigned long ticks)
{
	unsigned long begin = rdtime();

	while (rdtime() - begin < ticks)
		cpu_relax();
}
