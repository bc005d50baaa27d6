/* SPDX-License-Identifier: Apache-2.0 */
/* SBI tests: PMU's events of Bulkhead's own, that count this guest's exits, one for one, and nobody else's. */

#include "tests/sbi_pmu.h"

#define CAUSE_ECALL	(FW_EXIT + 10)
#define CAUSE_FETCH	(FW_EXIT + 20)
#define CAUSE_LOAD	(FW_EXIT + 21)
#define CAUSE_VIRTUAL	(FW_EXIT + 22)
#define CAUSE_STORE	(FW_EXIT + 23)
#define CAUSE_IPI	(FW_EXIT_INTERRUPT + 1)
#define CAUSE_TIMER	(FW_EXIT_INTERRUPT + 5)
#define CAUSE_EXTERNAL	(FW_EXIT_INTERRUPT + 9)

static const unsigned causes[] = {CAUSE_ECALL, CAUSE_FETCH, CAUSE_LOAD, CAUSE_VIRTUAL, CAUSE_STORE,
				  CAUSE_IPI, CAUSE_TIMER, CAUSE_EXTERNAL};
#define CAUSES ARRAY_SIZE(causes)

static long open_at[CAUSES], count[CAUSES];

static void open_all(void)
{
	for (size_t i = 0; i < CAUSES; i++)
		open_at[i] = pmu_fw_open(causes[i]);
}

/* The calls' counter is the first of both: it counts the other openings, and its own reading. */
static void close_all(void)
{
	for (size_t i = 0; i < CAUSES; i++)
		count[i] = pmu_fw_close(open_at[i]);
}

static void ask_version(void)
{
	sbi_call(SBI_EXT_BASE, 0, 0, 0, 0, 0, 0, 0);
}

/* ---- which codes there are ---- */

static int can_be_counted(unsigned long code)
{
	long counter = pmu_fw_open(code);

	if (counter >= 0)
		pmu_fw_close(counter);
	return counter >= 0;
}

static void test_codes(void)
{
	const unsigned long exceptions = 0xfdbffful, interrupts = 1ul << 1 | 1ul << 5 | 1ul << 9 | 1ul << 12 | 1ul << 13;
	unsigned wrong = 0;

	for (unsigned long n = 0; n < 64; n++)
		wrong += can_be_counted(FW_EXIT + n) != (int)((exceptions | interrupts << 32) >> n & 1);
	tap_equal(wrong, 0, "PMU: exits can be counted by each cause there is, and no other");
	tap_check(can_be_counted(FW_EXIT_ALL) && can_be_counted(FW_EXIT_TICKS), "PMU: all of them, and their time");
	for (unsigned long code = FW_EXIT_TICKS + 1; code < 0x10000; code += code < 0x200 ? 1 : 0xff)
		wrong += can_be_counted(code);
	tap_equal(wrong, 0, "PMU: codes beyond the list are refused");
	check_error(pmu_config(firmware_set, 0, EVENT_FW(FW_EXIT_ALL), 1), SBI_ERR_NOT_SUPPORTED, "PMU: exits have no data");
	check_error(pmu_config(5 | programmable, 0, EVENT_FW(FW_EXIT_ALL), 0), SBI_ERR_NOT_SUPPORTED,
		    "PMU: a hardware counter counts no exits");
}

/* ---- what is counted ---- */

static void load_from(void *arg)
{
	(void)*(volatile uint64_t *)arg;
}

static void store_to(void *arg)
{
	*(volatile uint64_t *)arg = 1;
}

static void jump_to(void *arg)
{
	((void (*)(void))arg)();
}

static void read_hypervisor_csr(void *arg)
{
	(void)arg;
	csr_read(vsatp);
}

static void test_causes(void)
{
	void *hole = (void *)memory_hole_below();

	open_all();
	for (int i = 0; i < 5; i++)
		ask_version();
	for (int i = 0; i < 2; i++)
		trap_run(NULL, load_from, hole);
	for (int i = 0; i < 3; i++)
		trap_run(NULL, store_to, hole);
	for (int i = 0; i < 4; i++)
		trap_run(NULL, read_hypervisor_csr, NULL);
	trap_run(NULL, jump_to, hole);
	close_all();
	tap_equal(count[0], (long)CAUSES - 1 + 5 + 1, "PMU: exits by SBI calls, that which reads them included");
	tap_equal(count[1], 1, "PMU: exits by fetches");
	tap_equal(count[2], 2, "PMU: exits by loads");
	tap_equal(count[3], 4, "PMU: exits by virtual instructions");
	tap_equal(count[4], 3, "PMU: exits by stores");
}

/* A counter of exits is a firmware counter like the others: it stops, goes on, and starts from a value. */
static void test_life(void)
{
	long counter = pmu_fw_open(CAUSE_VIRTUAL);
	unsigned long c = (unsigned long)counter;

	trap_run(NULL, read_hypervisor_csr, NULL);
	check_ret(pmu_stop(c, 0), SBI_SUCCESS, 0, "PMU: a counter of exits stops");
	trap_run(NULL, read_hypervisor_csr, NULL);
	check_ret(pmu_fw_read(c), SBI_SUCCESS, 1, "PMU: and stands");
	check_ret(pmu_start(c, START_INIT_VALUE, ~0ul), SBI_SUCCESS, 0, "PMU: it starts from a value");
	trap_run(NULL, read_hypervisor_csr, NULL);
	trap_run(NULL, read_hypervisor_csr, NULL);
	check_ret(pmu_fw_read(c), SBI_SUCCESS, 1, "PMU: and goes on");
	tap_equal(pmu_fw_close(counter), 1, "PMU: it is free again");
}

/*
 * All exits are those by cause, and take time, though no more than there was. A simulator may move `time` in long steps, where a hart
 * traps (Spike): within an exit, that is when the hypervisor calls its firmware, as it does to start a hardware counter.
 */
static void test_sums(void)
{
	uint64_t begin = rdtime();
	long all = pmu_fw_open(FW_EXIT_ALL), ticks = pmu_fw_open(FW_EXIT_TICKS), took, others;

	open_all();
	for (int i = 0; i < 2000; i++)
		ask_version();
	for (int i = 0; i < 50; i++) {
		pmu_stop(CYCLE, 0);
		pmu_start(CYCLE, 0, 0);
	}
	took = pmu_fw_read((unsigned long)ticks).value;
	others = pmu_fw_read((unsigned long)all).value;
	close_all();
	pmu_fw_close(ticks);
	pmu_fw_close(all);
	tap_check(took > 0 && took <= (long)(rdtime() - begin), "PMU: exits take time, and not more than there was");
	others -= count[0] + 1; /* calls: the second and the third opening are `all`'s alone, the last reading is count[0]'s */
	others -= count[5] + count[6] + count[7];
	tap_check(others >= -1 && others <= 1, "PMU: all exits are those by cause"); /* an interrupt may fall between two readings */
}

/* Neither a neighbour's exits nor another hart's. */
static volatile int ready, finish, is_started;

static void exit_often(void *arg)
{
	(void)arg;
	ready = 1;
	while (!finish) {
		ask_version();
		trap_run(NULL, read_hypervisor_csr, NULL);
	}
}

static void test_others(void)
{
	ready = finish = 0;
	if (hart_count() > 1) {
		tap_equal(hart_start(1, exit_often, NULL).error, SBI_SUCCESS, "PMU: another hart makes exits");
		while (!ready)
			cpu_relax();
	}
	open_all();
	timer_delay(timer_frequency() / 20);
	close_all();
	finish = 1;
	if (hart_count() > 1)
		tap_check(hart_wait(1, HSM_STOPPED), "PMU: it stops");
	tap_equal(count[0], (long)CAUSES - 1 + 1, "PMU: the calls of others are none of this hart's");
	tap_equal(count[1] + count[2] + count[3] + count[4] + count[5] + count[7], 0, "PMU: nor are their other exits");
}

/* What woke this hart for its start may come once more, late, and for nothing. */
static void wait_for_ipi(void *arg)
{
	long counter;

	while (!is_started)
		cpu_relax();
	timer_delay(timer_frequency() / 1000);
	counter = pmu_fw_open(CAUSE_IPI);
	ready = 1;
	while ((csr_read(sip) & SIE_SSIE) == 0)
		cpu_relax();
	*(long *)arg = pmu_fw_close(counter);
	csr_clear(sip, SIE_SSIE);
}

static void test_ipis(void)
{
	long got = -1;

	if (hart_count() < 2) {
		tap_skip("PMU: exits by IPIs", "one hart");
		return;
	}
	ready = 0;
	is_started = 0;
	tap_equal(hart_start(1, wait_for_ipi, &got).error, SBI_SUCCESS, "PMU: another hart counts its exits by IPIs");
	is_started = 1;
	while (!ready)
		cpu_relax();
	sbi_call3(SBI_EXT_IPI, 0, 1ul << harts[1].id, 0, 0);
	tap_check(hart_wait(1, HSM_STOPPED), "PMU: it stops");
	tap_equal(got, 1, "PMU: one IPI, one exit");
}

void test_pmu_exits(void)
{
	if (!guest_on_bulkhead()) {
		tap_skip("PMU: exits", "no hypervisor beneath");
		return;
	}
	test_codes();
	test_causes();
	test_life();
	test_sums();
	test_others();
	test_ipis();
}
