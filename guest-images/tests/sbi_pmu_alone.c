/* SPDX-License-Identifier: Apache-2.0 */
/* SBI tests: PMU of a guest that is to have no counter that moves while its hart works for other guests. */

#include "tests/sbi_pmu.h"

static void read_cycle(void *arg)
{
	(void)arg;
	csr_read(cycle);
}

static void read_instret(void *arg)
{
	(void)arg;
	csr_read(instret);
}

static void read_hpmcounter3(void *arg)
{
	(void)arg;
	csr_read(0xc03);
}

static void test_csrs(void)
{
	csr_write(scounteren, ~0ul);
	tap_equal((long)trap_run(NULL, read_cycle, NULL), CAUSE_ILLEGAL_INSTRUCTION, "PMU: rdcycle is illegal");
	tap_equal((long)trap_run_user(NULL, read_cycle, NULL), CAUSE_ILLEGAL_INSTRUCTION, "PMU: in U-mode, too");
	tap_equal((long)trap_run(NULL, read_instret, NULL), CAUSE_ILLEGAL_INSTRUCTION, "PMU: rdinstret is illegal");
	tap_equal((long)trap_run_user(NULL, read_instret, NULL), CAUSE_ILLEGAL_INSTRUCTION, "PMU: in U-mode, too");
	tap_equal(trap_run(NULL, read_hpmcounter3, NULL) == NO_TRAP, dt_has_isa("zihpm"),
		  "PMU: hpmcounter3 is there where the tree tells of it");
	tap_check(rdtime() != 0, "PMU: time can be read"); /* has long been running */
	tap_check(!dt_has_isa("zicntr"), "PMU: the tree tells of no Zicntr");
	tap_equal(dt_has_isa("zihpm"), dt_has_isa("sscofpmf"), "PMU: programmable counters are there with their filters only");
}

static int is_counted(unsigned long event)
{
	static struct {
		uint32_t event, output;
		uint64_t data;
	} info __attribute__((aligned(16)));
	struct sbiret got = pmu_config(programmable | firmware_set, 0, event, 0);

	info.event = (uint32_t)event;
	info.data = 0;
	if (!got.error)
		pmu_stop((unsigned long)got.value, STOP_RESET);
	check_ret(pmu(PMU_EVENT_GET_INFO, (unsigned long)&info, 0, 1, 0, 0), SBI_SUCCESS, 0, "PMU: ask for an event");
	tap_equal(info.output, !got.error, "PMU: the answer is that of config_matching");
	return !got.error;
}

static void find_counters(void)
{
	for (unsigned long i = 0; i < counters; i++) {
		struct sbiret info = pmu(PMU_GET_INFO, i, 0, 0, 0, 0);

		if (!info.error && info.value < 0)
			firmware_set |= 1ul << i;
		else if (!info.error)
			programmable |= 1ul << i;
	}
	print("# programmable %lx, firmware %lx\n", programmable, firmware_set);
}

static void test_events(void)
{
	unsigned seen = 0;

	/* Without programmable counters the firmware counters are the first. */
	check_error(pmu_config(1ul << CYCLE, CFG_SKIP_MATCH, EVENT_CYCLES, 0),
		    programmable ? SBI_ERR_INVALID_PARAM : SBI_ERR_NOT_SUPPORTED, "PMU: no cycle");
	check_error(pmu_config(1ul << INSTRET, CFG_SKIP_MATCH, EVENT_INSTRUCTIONS, 0),
		    programmable ? SBI_ERR_INVALID_PARAM : SBI_ERR_NOT_SUPPORTED, "PMU: no instret");
	check_error(pmu_start(CYCLE, START_INIT_VALUE, 0), SBI_ERR_INVALID_PARAM, "PMU: nothing that could start");
	check_error(pmu_stop(CYCLE, 0), programmable ? SBI_ERR_INVALID_PARAM : SBI_ERR_ALREADY_STOPPED, "PMU: or stop");
	tap_equal(is_counted(EVENT_CYCLES), programmable != 0, "PMU: the guest's own cycles where a filter can tell");
	tap_equal(is_counted(EVENT_INSTRUCTIONS), programmable != 0, "PMU: and instructions");
	for (unsigned long code = FW_EXIT_INTERRUPT; code <= FW_EXIT_TICKS; code++)
		seen += !pmu_config(firmware_set, 0, EVENT_FW(code), 0).error;
	tap_equal(seen, 0, "PMU: exits by interrupts, all exits and their time are not supported");
	tap_check(!is_counted(EVENT_FW(FW_EXIT_INTERRUPT + 5)), "PMU: the hypervisor's timer");
	tap_check(!is_counted(EVENT_FW(FW_EXIT_TICKS)), "PMU: ticks");
	tap_check(is_counted(EVENT_FW(FW_EXIT + 10)), "PMU: its own calls are counted");
	tap_check(is_counted(EVENT_FW(FW_SET_TIMER)), "PMU: and the specification's events");
}

/* Such a counter counts the guest's own modes (the topic's other parts see to the filters). */
static void test_filtered(void)
{
	unsigned long counter, before, own;

	if (!programmable) {
		tap_skip("PMU: a filtered counter", "no programmable ones");
		return;
	}
	counter = (unsigned long)pmu_config(programmable, CFG_CLEAR_VALUE | CFG_AUTO_START, EVENT_INSTRUCTIONS, 0).value;
	before = pmu_hw_read(counter);
	for (volatile int i = 0; i < 1000; i++)
		;
	own = pmu_hw_read(counter) - before;
	tap_check(own > 0, "PMU: it counts");
	pmu_stop(counter, STOP_RESET);
}

void test_pmu_alone(void)
{
	test_csrs();
	if (!sbi_has(SBI_EXT_PMU)) {
		tap_check(!dt_has_isa("zihpm"), "PMU: denied, there is no counter at all");
		return;
	}
	counters = (unsigned long)pmu(PMU_NUM_COUNTERS, 0, 0, 0, 0, 0).value;
	find_counters();
	tap_equal((long)(programmable & 7), 0, "PMU: cycle and instret are no counters of PMU either");
	tap_equal(programmable != 0, dt_has_isa("zihpm"), "PMU: programmable ones as the tree tells");
	test_events();
	test_filtered();
}
