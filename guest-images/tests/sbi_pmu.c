/* SPDX-License-Identifier: Apache-2.0 */
/* SBI tests: PMU. Counters, their configuration, start and stop, and every kind of bad argument. */

#include "tests/sbi_pmu.h"

#define CSR_CYCLE 0xc00

unsigned long counters, programmable, firmware_base, firmware_set;

unsigned long pmu_hw_read(unsigned long counter)
{
	switch (counter) {
#define READ(n, csr) case n: return csr_read(csr);
	READ(0, 0xc00) READ(2, 0xc02) READ(3, 0xc03) READ(4, 0xc04) READ(5, 0xc05) READ(6, 0xc06) READ(7, 0xc07)
	READ(8, 0xc08) READ(9, 0xc09) READ(10, 0xc0a) READ(11, 0xc0b) READ(12, 0xc0c) READ(13, 0xc0d) READ(14, 0xc0e)
	READ(15, 0xc0f) READ(16, 0xc10) READ(17, 0xc11) READ(18, 0xc12) READ(19, 0xc13) READ(20, 0xc14) READ(21, 0xc15)
	READ(22, 0xc16) READ(23, 0xc17) READ(24, 0xc18) READ(25, 0xc19) READ(26, 0xc1a) READ(27, 0xc1b) READ(28, 0xc1c)
	READ(29, 0xc1d) READ(30, 0xc1e) READ(31, 0xc1f)
#undef READ
	default:
		return 0;
	}
}

static void read_counter(void *counter)
{
	pmu_hw_read((unsigned long)counter);
}

static int is_readable(unsigned long counter)
{
	return trap_run(NULL, read_counter, (void *)counter) == NO_TRAP;
}

static void test_info(void)
{
	unsigned long readable = 0;

	for (unsigned long i = 0; i < counters; i++) {
		struct sbiret info = pmu(PMU_GET_INFO, i, 0, 0, 0, 0);

		if (info.error)
			continue;
		if (info.value < 0) {
			firmware_base = firmware_set ? firmware_base : i;
			firmware_set |= 1ul << i;
			continue;
		}
		if ((info.value & 0xfff) != (long)(CSR_CYCLE + i) || info.value >> 18)
			tap_equal(info.value, (long)(63ul << 12 | (CSR_CYCLE + i)), "PMU: a hardware counter's CSR");
		if (i > INSTRET)
			programmable |= 1ul << i;
		readable += (unsigned long)is_readable(i);
	}
	print("# %lu counters, programmable %lx, firmware %lx\n", counters, programmable, firmware_set);
	check_ret(pmu(PMU_GET_INFO, CYCLE, 0, 0, 0, 0), SBI_SUCCESS, 63 << 12 | 0xc00, "PMU: counter 0 is cycle");
	check_ret(pmu(PMU_GET_INFO, INSTRET, 0, 0, 0, 0), SBI_SUCCESS, 63 << 12 | 0xc02, "PMU: counter 2 is instret");
	check_error(pmu(PMU_GET_INFO, 1, 0, 0, 0, 0), SBI_ERR_INVALID_PARAM, "PMU: there is no counter 1");
	check_error(pmu(PMU_GET_INFO, counters, 0, 0, 0, 0), SBI_ERR_INVALID_PARAM, "PMU: none behind the last");
	check_error(pmu(PMU_GET_INFO, ~0ul, 0, 0, 0, 0), SBI_ERR_INVALID_PARAM, "PMU: no counter -1");
	if (guest_on_bulkhead()) /* OpenSBI looks at 32 bits */
		check_error(pmu(PMU_GET_INFO, 1ul << 32, 0, 0, 0, 0), SBI_ERR_INVALID_PARAM, "PMU: no counter 1 << 32");
	tap_equal((long)readable, 2 + __builtin_popcountl(programmable), "PMU: their CSRs can be read");
	tap_check(__builtin_popcountl(firmware_set) >= 8, "PMU: there are firmware counters");
	tap_equal(dt_has_isa("zihpm"), guest_on_bulkhead() ? programmable != 0 : 1, "PMU: Zihpm is told where there are more than two");
	check_ret(pmu(9, 0, 0, 0, 0, 0), SBI_ERR_NOT_SUPPORTED, 0, "PMU: unknown function");
	check_ret(pmu(0x80000000, 0, 0, 0, 0, 0), SBI_ERR_NOT_SUPPORTED, 0, "PMU: unknown function");
}

static int moves(unsigned long counter)
{
	unsigned long before = pmu_hw_read(counter);

	for (volatile int i = 0; i < 1000; i++)
		;
	return pmu_hw_read(counter) != before;
}

/* cycle and instret run from the hart's start on, as firmware leaves them. */
static void test_fixed(unsigned long counter, const char *name)
{
	unsigned long value;

	print("# %s\n", name);
	tap_check(moves(counter), "PMU: it runs at first");
	check_ret(pmu_start(counter, 0, 0), SBI_ERR_ALREADY_STARTED, 0, "PMU: it is started already");
	check_ret(pmu_stop(counter, 0), SBI_SUCCESS, 0, "PMU: it stops");
	tap_check(!moves(counter), "PMU: and stands");
	check_ret(pmu_stop(counter, 0), SBI_ERR_ALREADY_STOPPED, 0, "PMU: it is stopped already");
	check_ret(pmu_start(counter, START_INIT_VALUE, 1ul << 40), SBI_SUCCESS, 0, "PMU: it starts with a value");
	value = pmu_hw_read(counter);
	tap_check(value >= 1ul << 40 && value < 1ul << 41, "PMU: from which it goes on");
	tap_check(moves(counter), "PMU: it runs");
	check_ret(pmu_stop(counter, 0), SBI_SUCCESS, 0, "PMU: it stops");
	check_ret(pmu_start(counter, 0, 0), SBI_SUCCESS, 0, "PMU: it starts as it is");
	value = pmu_hw_read(counter);
	tap_check(value >= 1ul << 40 && value < 1ul << 41, "PMU: its value is kept");
}

static volatile uint8_t pages[64 * GUEST_PAGE_SIZE];

static void miss_tlb(void)
{
	__asm__ volatile("sfence.vma" ::: "memory");
	for (unsigned long i = 0; i < sizeof(pages); i += GUEST_PAGE_SIZE)
		(void)pages[i];
}

static void test_programmable(void)
{
	struct sbiret got = pmu_config(programmable, CFG_CLEAR_VALUE, EVENT_DTLB_MISSES, 0);
	unsigned long counter = (unsigned long)got.value, value;

	if (!programmable || got.error == SBI_ERR_NOT_SUPPORTED) {
		tap_skip("PMU: a programmable counter", "none counts TLB misses");
		return;
	}
	tap_check(got.error == 0 && (programmable >> counter & 1), "PMU: a counter for TLB misses");
	miss_tlb();
	if (guest_on_bulkhead()) /* OpenSBI leaves CLEAR_VALUE and AUTO_START out for cache events */
		tap_equal((long)pmu_hw_read(counter), 0, "PMU: it was cleared and stands");
	check_ret(pmu_start(counter, START_INIT_VALUE, 5), SBI_SUCCESS, 0, "PMU: it starts");
	miss_tlb();
	value = pmu_hw_read(counter);
	tap_check(value >= 5 + 32 && value < 1000000, "PMU: it counts");
	check_ret(pmu_start(counter, 0, 0), SBI_ERR_ALREADY_STARTED, 0, "PMU: it is started already");
	check_error(pmu_config(1ul << counter, 0, EVENT_DTLB_MISSES, 0), SBI_ERR_NOT_SUPPORTED, "PMU: a started one is not found");
	check_ret(pmu_stop(counter, 0), SBI_SUCCESS, 0, "PMU: it stops");
	value = pmu_hw_read(counter);
	miss_tlb();
	tap_equal((long)pmu_hw_read(counter), (long)value, "PMU: and stands");
	check_ret(pmu_stop(counter, STOP_RESET), SBI_ERR_ALREADY_STOPPED, 0, "PMU: reset of a stopped one");
	check_error(pmu_start(counter, 0, 0), SBI_ERR_INVALID_PARAM, "PMU: without an event it does not start");
	if (guest_on_bulkhead()) {
		check_ret(pmu_config(1ul << counter, CFG_AUTO_START | CFG_CLEAR_VALUE, EVENT_DTLB_MISSES, 0), SBI_SUCCESS,
			  (long)counter, "PMU: configured and started at once");
		miss_tlb();
		value = pmu_hw_read(counter);
		tap_check(value >= 32 && value < 1000000, "PMU: it counts");
		check_ret(pmu_config(1ul << counter, CFG_SKIP_MATCH | CFG_CLEAR_VALUE, EVENT_DTLB_MISSES, 0), SBI_SUCCESS,
			  (long)counter, "PMU: cleared while it runs");
		tap_check(pmu_hw_read(counter) < value, "PMU: it is cleared");
		check_ret(pmu_stop(counter, STOP_RESET), SBI_SUCCESS, 0, "PMU: stopped and reset");
	}
}

/* Filters: where there are any, what the guest's own mode does is not counted. */
static void test_filters(void)
{
	struct sbiret got;
	unsigned long counter;

	if (!dt_has_isa("sscofpmf")) {
		tap_skip("PMU: filters", "no Sscofpmf");
		return;
	}
	got = pmu_config(programmable, CFG_SET_SINH, EVENT_INSTRUCTIONS, 0);
	counter = (unsigned long)got.value;
	tap_check(got.error == 0 && (programmable >> counter & 1), "PMU: filter SINH");
	pmu_start(counter, START_INIT_VALUE, 0);
	tap_check(!moves(counter), "PMU: filtered by SINH, S-mode is not counted");
	pmu_stop(counter, STOP_RESET);
	check_ret(pmu_config(1ul << counter, CFG_SET_UINH, EVENT_INSTRUCTIONS, 0), SBI_SUCCESS, (long)counter, "PMU: filter UINH");
	pmu_start(counter, START_INIT_VALUE, 0);
	tap_check(moves(counter), "PMU: filtered by UINH, S-mode is counted");
	check_ret(pmu_stop(counter, STOP_RESET), SBI_SUCCESS, 0, "PMU: stopped and reset");
}

static void test_sets(long fid, const char *name)
{
	print("# %s\n", name);
	check_error(pmu(fid, 0, 0, 0, EVENT_CYCLES, 0), SBI_ERR_INVALID_PARAM, "PMU: no counter at all");
	check_error(pmu(fid, counters, 1, 0, EVENT_CYCLES, 0), SBI_ERR_INVALID_PARAM, "PMU: one behind the last");
	check_error(pmu(fid, counters - 1, 2, 0, EVENT_CYCLES, 0), SBI_ERR_INVALID_PARAM, "PMU: one behind the last, by the mask");
	check_error(pmu(fid, 0, ~0ul, 0, EVENT_CYCLES, 0), SBI_ERR_INVALID_PARAM, "PMU: all bits of the mask");
	check_error(pmu(fid, 63, ~0ul, 0, EVENT_CYCLES, 0), SBI_ERR_INVALID_PARAM, "PMU: bits shifted out");
	check_error(pmu(fid, 64, 1, 0, EVENT_CYCLES, 0), SBI_ERR_INVALID_PARAM, "PMU: base 64");
	check_error(pmu(fid, 1ul << 63, 1, 0, EVENT_CYCLES, 0), SBI_ERR_INVALID_PARAM, "PMU: base 1 << 63");
	if (!guest_on_bulkhead()) /* OpenSBI adds without looking, skips counters that are not there, and looks at no flags */
		return;
	check_error(pmu(fid, ~0ul, 2, 0, EVENT_CYCLES, 0), SBI_ERR_INVALID_PARAM, "PMU: base and bit that wrap around to 0");
	check_error(pmu(fid, ~0ul, 1, 0, EVENT_CYCLES, 0), SBI_ERR_INVALID_PARAM, "PMU: base -1");
	check_error(pmu(fid, 1, 1, 0, EVENT_CYCLES, 0), SBI_ERR_INVALID_PARAM, "PMU: counter 1");
	check_error(pmu(fid, 0, 3, 0, EVENT_CYCLES, 0), SBI_ERR_INVALID_PARAM, "PMU: counter 1 beside one that is there");
	for (unsigned bit = fid == PMU_CONFIG_MATCHING ? 8 : 2; bit < 64; bit++)
		if (pmu(fid, 0, 1, 1ul << bit, EVENT_CYCLES, 0).error != SBI_ERR_INVALID_PARAM)
			tap_equal(bit, -1, "PMU: a reserved flag");
	tap_check(moves(CYCLE), "PMU: reserved flags are refused, and nothing happened");
}

static void test_config_invalid(void)
{
	static const unsigned long reserved[] = {
		11, 0x10003 | 3 << 1, 0x10038, 0x1ffff, 0x20001, 0x30001, 0x40000, 0xe0001, EVENT_FW(22), EVENT_FW(255),
	};
	static const unsigned long absent[] = {0, EVENT_FW(FW_HFENCE_GVMA_SENT), EVENT_FW(21), EVENT_FW(FW_EXIT_TICKS + 1), EVENT_FW(0xfffe)};
	unsigned long all = 5 | programmable | firmware_set;

	for (unsigned i = 0; i < ARRAY_SIZE(reserved); i++)
		check_error(pmu_config(all, 0, reserved[i], 0), guest_on_bulkhead() ? SBI_ERR_NOT_SUPPORTED : SBI_ERR_INVALID_PARAM,
			    "PMU: a reserved event"); /* the text: "none of the counters can monitor the specified event" */
	check_error(pmu_config(all, 0, 0, 0), SBI_ERR_NOT_SUPPORTED, "PMU: no event");
	check_error(pmu_config(firmware_set, 0, EVENT_CYCLES, 0), guest_on_bulkhead() ? SBI_ERR_NOT_SUPPORTED : SBI_SUCCESS,
		    "PMU: a firmware counter does not count cycles"); /* OpenSBI answers with counter 0 */
	check_error(pmu_config(5 | programmable, 0, EVENT_FW(FW_SET_TIMER), 0), SBI_ERR_NOT_SUPPORTED,
		    "PMU: a hardware counter counts no firmware event");
	if (!guest_on_bulkhead()) /* OpenSBI hands out counters for any firmware event; it looks at no data where there is none */
		return;
	for (unsigned i = 0; i < ARRAY_SIZE(absent); i++)
		check_error(pmu_config(all, 0, absent[i], 0), SBI_ERR_NOT_SUPPORTED, "PMU: an event that nobody counts");
	check_error(pmu_config(all, 0, EVENT_FW(0xffff), 0), SBI_ERR_NOT_SUPPORTED, "PMU: no platform events");
	check_error(pmu_config(all, 0, EVENT_FW(0xffff), 77), SBI_ERR_NOT_SUPPORTED, "PMU: no platform events");
	check_error(pmu_config(all, 0, EVENT_CYCLES, 1), SBI_ERR_NOT_SUPPORTED, "PMU: data of a general event");
	check_error(pmu_config(all, 0, EVENT_DTLB_MISSES, 1), SBI_ERR_NOT_SUPPORTED, "PMU: data of a cache event");
	check_error(pmu_config(all, 0, EVENT_FW(FW_SET_TIMER), 1), SBI_ERR_NOT_SUPPORTED, "PMU: data of a firmware event");
	check_error(pmu_config(all, 0, 0x20000, 1ul << 48), SBI_ERR_NOT_SUPPORTED, "PMU: data of a raw event beyond 48 bits");
	check_error(pmu_config(all, 0, 0x30000, 1ul << 56), SBI_ERR_NOT_SUPPORTED, "PMU: data of a raw event beyond 56 bits");
	check_error(pmu_config(all, 0, 1ul << 20 | EVENT_CYCLES, 0), SBI_ERR_NOT_SUPPORTED, "PMU: an event of more than 20 bits");
	check_error(pmu_config(all, 0, 1ul << 63 | EVENT_CYCLES, 0), SBI_ERR_NOT_SUPPORTED, "PMU: an event of more than 20 bits");
	check_error(pmu_start(CYCLE, START_INIT_VALUE | START_INIT_SNAPSHOT, 0), SBI_ERR_INVALID_PARAM,
		    "PMU: start with both kinds of values");
}

static void look_again(void *arg)
{
	struct sbiret *got = arg;

	got[0] = pmu_start((unsigned long)firmware_base, 0, 0);
	got[1] = pmu_fw_read(firmware_base);
	got[2] = pmu_start(CYCLE, 0, 0);
	got[3] = pmu_start(INSTRET, 0, 0);
	got[4] = (struct sbiret){0, moves(CYCLE)};
	/* Leaves all it can changed. */
	pmu_stop(CYCLE, 0);
	pmu_stop(INSTRET, STOP_RESET);
	pmu_config(firmware_set, CFG_AUTO_START, EVENT_FW(FW_SFENCE_VMA_RECEIVED), 0);
	pmu_config(firmware_set, CFG_AUTO_START, EVENT_FW(FW_ILLEGAL_INSN), 0);
	pmu_config(programmable, CFG_AUTO_START, EVENT_DTLB_MISSES, 0);
}

/* A hart that is started finds its counters as after reset, whatever it did to them in its life before. */
static void test_reset(void)
{
	struct sbiret got[5] = {{0}};

	if (hart_count() < 2) {
		tap_skip("PMU: counters of a started hart", "one hart");
		return;
	}
	if (!guest_on_bulkhead()) { /* OpenSBI 1.8 forgets the events, but a counter that was stopped stays so */
		tap_skip("PMU: counters of a started hart", "firmware keeps some");
		return;
	}
	for (int life = 1; life <= 2; life++) {
		check_error(hart_start(1, look_again, got), SBI_SUCCESS, "PMU: another hart starts");
		tap_check(hart_wait(1, HSM_STOPPED), "PMU: it stops itself");
		check_ret(got[0], SBI_ERR_INVALID_PARAM, 0, "PMU: its firmware counters have no event");
		check_ret(got[1], SBI_SUCCESS, 0, "PMU: and are 0");
		check_ret(got[2], SBI_ERR_ALREADY_STARTED, 0, "PMU: its cycle counter is started");
		check_ret(got[3], SBI_ERR_ALREADY_STARTED, 0, "PMU: its instret counter is started");
		tap_equal(got[4].value, 1, "PMU: and runs");
	}
}

void test_pmu(void)
{
	if (guest_arg("neighbours", 1) == 0) {
		test_pmu_alone();
		return;
	}
	if (!sbi_has(SBI_EXT_PMU)) {
		check_ret(pmu(PMU_NUM_COUNTERS, 0, 0, 0, 0, 0), SBI_ERR_NOT_SUPPORTED, 0, "PMU: absent, and not supported");
		check_ret(pmu(PMU_GET_INFO, 0, 0, 0, 0, 0), SBI_ERR_NOT_SUPPORTED, 0, "PMU: absent, and not supported");
		check_ret(pmu_config(5, 0, EVENT_CYCLES, 0), SBI_ERR_NOT_SUPPORTED, 0, "PMU: absent, and not supported");
		check_ret(pmu_stop(CYCLE, 0), SBI_ERR_NOT_SUPPORTED, 0, "PMU: absent, and not supported");
		tap_check(!dt_has_isa("zihpm") && !dt_has_isa("sscofpmf"), "PMU: what rests on it is absent, too");
		tap_check(is_readable(CYCLE) && is_readable(INSTRET), "PMU: cycle and instret can be read all the same");
		tap_check(!is_readable(3), "PMU: hpmcounter3 cannot");
		return;
	}
	counters = (unsigned long)pmu(PMU_NUM_COUNTERS, 0, 0, 0, 0, 0).value;
	test_info();
	test_fixed(CYCLE, "cycle");
	test_fixed(INSTRET, "instret");
	test_programmable();
	test_filters();
	test_sets(PMU_CONFIG_MATCHING, "config_matching");
	test_sets(PMU_START, "start");
	test_sets(PMU_STOP, "stop");
	test_config_invalid();
	test_pmu_events();
	test_pmu_exits();
	test_pmu_snapshot();
	test_pmu_event_info();
	test_pmu_overflow();
	test_pmu_walk();
	test_pmu_events();
	test_reset();
}
