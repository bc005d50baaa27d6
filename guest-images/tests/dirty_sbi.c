/* SPDX-License-Identifier: Apache-2.0 */
/* What a guest can leave behind by SBI: features, events, counters, triggers, shared memory; printed and spoilt where it is there. */

#include "tests/dirty.h"

#define FWFT_SET 0
#define FWFT_GET 1
#define FWFT_LOCK 1
enum { MISALIGNED_DELEG, LANDING_PAD, SHADOW_STACK, DOUBLE_TRAP, PTE_AD_UPDATING, POINTER_MASKING, FWFT_COUNT };

#define SSE_READ_ATTRS 0
#define SSE_REGISTER   2
#define SSE_ENABLE     4
#define SSE_UNMASK     8
#define SSE_ATTRS      6 /* status, priority, config, preferred hart, entry pc, entry argument */
#define SSE_LOCAL      0xffff0000ul
#define SSE_GLOBAL     0xffff8000ul

#define PMU_COUNTERS	 0
#define PMU_INFO	 1
#define PMU_CONFIG	 2
#define PMU_START	 3
#define PMU_STOP	 4
#define PMU_FW_READ	 5
#define PMU_FLAGS	 6 /* clear the value, start */
#define PMU_INIT_VALUE	 1
#define PMU_RESET	 1
#define PMU_VALUE	 0x5a5a5a5aul
#define PMU_FW_SET_TIMER 0xf0005ul
#define PMU_CYCLES	 1
#define PMU_INSTRUCTIONS 2
#define PMU_DTLB_MISSES	 0x10019ul

#define DBTR_COUNT     0
#define DBTR_SET_SHMEM 1
#define DBTR_READ      2
#define DBTR_INSTALL   3
#define DBTR_EXECUTE_S (6ul << 60 | 1ul << 4 | 1ul << 2) /* mcontrol6 */

static unsigned long shared[GUEST_MAX_HARTS][64] __attribute__((aligned(4096)));

static unsigned long *own(void)
{
	return shared[hart_self()->index];
}

static void print_fwft(void)
{
	for (unsigned long f = 0; f < FWFT_COUNT; f++) {
		struct sbiret ret = sbi_call3(SBI_EXT_FWFT, FWFT_GET, f, 0, 0);

		STATE("fwft-%lu error %ld value %lx", f, ret.error, ret.error ? 0 : ret.value);
	}
}

static void print_sse(unsigned long event)
{
	struct sbiret ret;

	memset(own(), 0, 8 * SSE_ATTRS);
	ret = sbi_call(SBI_EXT_SSE, SSE_READ_ATTRS, event, 0, SSE_ATTRS, (unsigned long)own(), 0, 0);
	STATE("sse-%lx error %ld status %lx priority %lx config %lx hart %lx entry %lx %lx", event, ret.error, own()[0], own()[1],
	      own()[2], own()[3], own()[4], own()[5]);
}

static void print_pmu(void)
{
	long count = sbi_call3(SBI_EXT_PMU, PMU_COUNTERS, 0, 0, 0).value;

	STATE("pmu-counters %ld", count);
	for (long i = 0; i < count; i++)
		STATE("pmu-%ld firmware read: error %ld", i, sbi_call3(SBI_EXT_PMU, PMU_FW_READ, (unsigned long)i, 0, 0).error);
}

static void print_dbtr(void)
{
	long count = sbi_call3(SBI_EXT_DBTR, DBTR_COUNT, 0, 0, 0).value;

	STATE("dbtr-triggers %ld", count);
	if (count == 0)
		return;
	STATE("dbtr-read before shared memory: error %ld", sbi_call3(SBI_EXT_DBTR, DBTR_READ, 0, 1, 0).error);
	memset(own(), 0, sizeof(shared[0]));
	sbi_call3(SBI_EXT_DBTR, DBTR_SET_SHMEM, (unsigned long)own(), 0, 0);
	for (long i = 0; i < count; i++) {
		struct sbiret ret = sbi_call3(SBI_EXT_DBTR, DBTR_READ, (unsigned long)i, 1, 0);

		STATE("dbtr-%ld error %ld state %lx tdata1 %lx tdata2 %lx", i, ret.error, own()[0] & 0xff, own()[1], own()[2]);
	}
}

void print_sbi_state(void)
{
	if (sbi_has(SBI_EXT_FWFT))
		print_fwft();
	if (sbi_has(SBI_EXT_SSE)) {
		print_sse(SSE_LOCAL);
		if (hart_self()->index == 0)
			print_sse(SSE_GLOBAL);
	}
	if (sbi_has(SBI_EXT_PMU))
		print_pmu();
	if (sbi_has(SBI_EXT_DBTR))
		print_dbtr();
}

/* The counters that are there, and which of them are hpmcounter CSRs. */
static unsigned long pmu_counters(unsigned long *hpm)
{
	long count = sbi_call3(SBI_EXT_PMU, PMU_COUNTERS, 0, 0, 0).value;
	unsigned long all = 0;

	*hpm = 0;
	for (long i = 0; i < count; i++) {
		struct sbiret info = sbi_call3(SBI_EXT_PMU, PMU_INFO, (unsigned long)i, 0, 0);

		all |= info.error ? 0 : 1ul << i;
		*hpm |= info.error || info.value < 0 || i < 3 ? 0 : 1ul << i;
	}
	return all;
}

/* Of the hpmcounters one is left with its event, one without. */
static void spoil_pmu(void)
{
	unsigned long hpm, all = pmu_counters(&hpm);
	struct sbiret ret;

	sbi_call(SBI_EXT_PMU, PMU_CONFIG, 0, all, PMU_FLAGS, PMU_FW_SET_TIMER, 0, 0);
	sbi_call(SBI_EXT_PMU, PMU_CONFIG, 0, all, PMU_FLAGS, PMU_CYCLES, 0, 0);
	for (unsigned i = 0; i < 2; i++) {
		ret = sbi_call(SBI_EXT_PMU, PMU_CONFIG, 0, hpm, 0, i == 0 ? PMU_DTLB_MISSES : PMU_INSTRUCTIONS, 0, 0);
		if (ret.error)
			continue;
		sbi_call(SBI_EXT_PMU, PMU_START, (unsigned long)ret.value, 1, PMU_INIT_VALUE, PMU_VALUE, 0, 0);
		if (i == 0)
			sbi_call(SBI_EXT_PMU, PMU_STOP, (unsigned long)ret.value, 1, PMU_RESET, 0, 0, 0);
		hpm &= ~(1ul << ret.value);
	}
}

static void spoil_event(unsigned long event)
{
	sbi_call3(SBI_EXT_SSE, SSE_REGISTER, event, (unsigned long)hart_entry, 0x5a);
	sbi_call3(SBI_EXT_SSE, SSE_ENABLE, event, 0, 0);
}

void spoil_sbi_state(void)
{
	if (sbi_has(SBI_EXT_PMU))
		spoil_pmu();
	sbi_call3(SBI_EXT_STA, 0, (unsigned long)(own() + 32), 0, 0);
	if (sbi_has(SBI_EXT_DBTR)) {
		own()[1] = DBTR_EXECUTE_S;
		own()[2] = memory_hole_above();
		own()[3] = 0;
		sbi_call3(SBI_EXT_DBTR, DBTR_SET_SHMEM, (unsigned long)own(), 0, 0);
		sbi_call3(SBI_EXT_DBTR, DBTR_INSTALL, 1, 0, 0);
	}
	spoil_event(SSE_LOCAL);
	spoil_event(SSE_GLOBAL);
	sbi_call3(SBI_EXT_SSE, SSE_UNMASK, 0, 0, 0);
	for (unsigned long f = 0; f < FWFT_COUNT; f++) {
		unsigned long value = (unsigned long)sbi_call3(SBI_EXT_FWFT, FWFT_GET, f, 0, 0).value;

		sbi_call3(SBI_EXT_FWFT, FWFT_SET, f, f == POINTER_MASKING ? 7 : !value, FWFT_LOCK);
	}
}
