/* SPDX-License-Identifier: Apache-2.0 */
/* Benchmark: exceptions, from the instruction to the one behind it, by a handler of four instructions; plain instructions. */

#include "bench/bench.h"
#include "tests/sv39.h"

#define TOUCH_BYTES (BENCH_SAMPLES * GUEST_PAGE_SIZE)

static volatile uint8_t *untouched, *next;

static void begin_traps(void)
{
	bench_vector(bench_skip);
}

static void end_traps(void)
{
	bench_vector(NULL);
}

static void begin_translated(void)
{
	begin_traps();
	sv39_init();
	sv39_set(NULL);
	sv39_on(0);
}

static void end_translated(void)
{
	sv39_off();
	end_traps();
}

static void begin_touch(void)
{
	if (!untouched)
		untouched = (volatile uint8_t *)memory_find(TOUCH_BYTES, GUEST_PAGE_SIZE);
	next = untouched;
}

static unsigned long measure_illegal(const void *with)
{
	(void)with;
	return BENCH(".option push\n\t.option norvc\n\t.word 0x0000000b\n\t.option pop", "r"(0)); /* custom-0 */
}

static unsigned long measure_ebreak(const void *with)
{
	(void)with;
	return BENCH(".option push\n\t.option norvc\n\tebreak\n\t.option pop", "r"(0));
}

static unsigned long load(const volatile void *address)
{
	return BENCH(".option push\n\t.option norvc\n\tlb t5, 0(%2)\n\t.option pop", "r"(address));
}

static unsigned long measure_page_fault(const void *with)
{
	(void)with;
	return load(sv39_window);
}

static unsigned long measure_access_fault(const void *with)
{
	(void)with;
	return load((const volatile void *)memory_hole_above());
}

static unsigned long measure_touch(const void *with)
{
	volatile uint8_t *page = next;

	(void)with;
	next += GUEST_PAGE_SIZE;
	return BENCH("sb zero, 0(%2)", "r"(page));
}

static unsigned long measure_rdcycle(const void *with)
{
	(void)with;
	return BENCH("rdcycle t5", "r"(0));
}

static unsigned long measure_rdtime(const void *with)
{
	(void)with;
	return BENCH("rdtime t5", "r"(0));
}

static unsigned long measure_sfence(const void *with)
{
	(void)with;
	return BENCH("sfence.vma", "r"(0));
}

static unsigned long measure_satp(const void *with)
{
	(void)with;
	return BENCH("csrw satp, %2", "r"(0));
}

static const struct bench_op bench_traps[] = {
	{.name = "rdcycle", .measure = measure_rdcycle},
	{.name = "rdtime", .measure = measure_rdtime},
	{.name = "sfence.vma", .measure = measure_sfence},
	{.name = "write of satp", .measure = measure_satp},
	{"first store to a page", measure_touch, .begin = begin_touch},
	{"second store to a page", measure_touch, .begin = begin_touch},
	{"illegal instruction, round trip", measure_illegal, .begin = begin_traps, .end = end_traps},
	{"ebreak, round trip", measure_ebreak, .begin = begin_traps, .end = end_traps},
	{"guest page fault, round trip", measure_page_fault, .begin = begin_translated, .end = end_translated},
	{"load access fault, round trip", measure_access_fault, .begin = begin_traps, .end = end_traps},
};

BENCH_GROUP(bench_traps, 1);
