/* SPDX-License-Identifier: Apache-2.0 */
/* SBI tests: PMU's firmware counters, and that each event counts this guest's own traffic, one for one. */

#include "tests/sbi_pmu.h"

long pmu_fw_open(unsigned long code)
{
	struct sbiret got = pmu_config(firmware_set, CFG_CLEAR_VALUE | CFG_AUTO_START, EVENT_FW(code), 0);

	return got.error ? -1 : got.value;
}

long pmu_fw_close(long counter)
{
	struct sbiret got = pmu_fw_read((unsigned long)counter);

	pmu_stop((unsigned long)counter, STOP_RESET);
	return got.error ? got.error : got.value;
}

static void set_timer(void)
{
	sbi_call3(SBI_EXT_TIME, 0, ~0ul, 0, 0);
}

static void test_life(void)
{
	struct sbiret got = pmu_config(firmware_set, CFG_CLEAR_VALUE, EVENT_FW(FW_SET_TIMER), 0);
	unsigned long counter = (unsigned long)got.value;

	check_ret(got, SBI_SUCCESS, (long)firmware_base, "PMU: the first firmware counter is free");
	set_timer();
	check_ret(pmu_fw_read(counter), SBI_SUCCESS, 0, "PMU: it does not count before its start");
	check_ret(pmu_stop(counter, 0), SBI_ERR_ALREADY_STOPPED, 0, "PMU: it is stopped already");
	check_ret(pmu_start(counter, START_INIT_VALUE, 1000), SBI_SUCCESS, 0, "PMU: it starts from 1000");
	set_timer();
	set_timer();
	check_ret(pmu_fw_read(counter), SBI_SUCCESS, 1002, "PMU: two calls");
	check_ret(pmu(PMU_FW_READ_HI, counter, 0, 0, 0, 0), SBI_SUCCESS, 0, "PMU: the upper half is 0");
	check_ret(pmu_start(counter, START_INIT_VALUE, 7), SBI_ERR_ALREADY_STARTED, 0, "PMU: it is started already");
	check_ret(pmu_stop(counter, 0), SBI_SUCCESS, 0, "PMU: it stops");
	set_timer();
	check_ret(pmu_fw_read(counter), SBI_SUCCESS, 1002, "PMU: and stands");
	check_ret(pmu_start(counter, 0, 55), SBI_SUCCESS, 0, "PMU: it goes on");
	set_timer();
	check_ret(pmu_fw_read(counter), SBI_SUCCESS, 1003, "PMU: from where it was");
	check_ret(pmu_config(1ul << counter, CFG_SKIP_MATCH | CFG_CLEAR_VALUE, EVENT_FW(FW_SET_TIMER), 0), SBI_SUCCESS,
		  (long)counter, "PMU: cleared without matching");
	set_timer();
	check_ret(pmu_fw_read(counter), SBI_SUCCESS, 1, "PMU: and counting on");
	check_error(pmu_config(1ul << counter, 0, EVENT_FW(FW_SET_TIMER), 0), SBI_ERR_NOT_SUPPORTED, "PMU: a started one is not found");
	check_ret(pmu_stop(counter, STOP_RESET), SBI_SUCCESS, 0, "PMU: stopped and reset");
	check_error(pmu_start(counter, 0, 0), SBI_ERR_INVALID_PARAM, "PMU: without an event it does not start");
	check_error(pmu_fw_read(CYCLE), SBI_ERR_INVALID_PARAM, "PMU: fw_read of a hardware counter");
	check_error(pmu_fw_read(counters), SBI_ERR_INVALID_PARAM, "PMU: fw_read behind the last");
	check_error(pmu_fw_read(~0ul), SBI_ERR_INVALID_PARAM, "PMU: fw_read of counter -1");
	if (guest_on_bulkhead()) { /* OpenSBI says 0 of any counter */
		check_error(pmu(PMU_FW_READ_HI, CYCLE, 0, 0, 0, 0), SBI_ERR_INVALID_PARAM, "PMU: fw_read_hi of a hardware counter");
		check_error(pmu(PMU_FW_READ_HI, ~0ul, 0, 0, 0, 0), SBI_ERR_INVALID_PARAM, "PMU: fw_read_hi of counter -1");
	}
}

/* All of them at once. OpenSBI lets only the first of several for one event count. */
static void test_all(void)
{
	unsigned long taken = 0, wrong = 0;
	unsigned count = (unsigned)__builtin_popcountl(firmware_set);

	for (unsigned i = 0; i < count; i++) {
		long counter = pmu_fw_open(FW_SET_TIMER);

		taken |= counter < 0 ? 0 : 1ul << counter;
	}
	tap_equal((long)taken, (long)firmware_set, "PMU: every firmware counter can be had once");
	check_error(pmu_config(firmware_set, 0, EVENT_FW(FW_SET_TIMER), 0), SBI_ERR_NOT_SUPPORTED, "PMU: and no more");
	set_timer();
	for (unsigned long i = firmware_base; i < counters; i++)
		wrong += pmu_fw_read(i).value != 1;
	if (guest_on_bulkhead())
		tap_equal((long)wrong, 0, "PMU: all count");
	check_ret(pmu(PMU_STOP, firmware_base, firmware_set >> firmware_base, STOP_RESET, 0, 0), SBI_SUCCESS, 0,
		  "PMU: all stop at once");
	check_ret(pmu_config(firmware_set, CFG_AUTO_START, EVENT_FW(FW_SET_TIMER), 0), SBI_SUCCESS, (long)firmware_base,
		  "PMU: they are free again");
	check_ret(pmu(PMU_STOP, firmware_base, 1, STOP_RESET, 0, 0), SBI_SUCCESS, 0, "PMU: stopped and reset");
}

static void illegal_instruction(void *arg)
{
	(void)arg;
	__asm__ volatile(".word 0");
}

static void read_machine_csr(void *arg)
{
	(void)arg;
	csr_read(mstatus);
}

/* Bulkhead answers it itself, without H it is illegal all the same. */
static void read_hypervisor_csr(void *arg)
{
	(void)arg;
	csr_read(vsatp);
}

static void load_from(void *arg)
{
	(void)*(volatile uint64_t *)arg;
}

static void store_to(void *arg)
{
	*(volatile uint64_t *)arg = 1;
}

static void test_trapped(void)
{
	static const char *const names[] = {"PMU: misaligned loads", "PMU: misaligned stores", "PMU: load access faults",
					    "PMU: store access faults", "PMU: illegal instructions"};
	long own[5];

	for (unsigned code = 0; code < 5; code++)
		own[code] = pmu_fw_open(code);
	for (int i = 0; i < 3; i++) {
		trap_run(NULL, illegal_instruction, NULL);
		trap_run(NULL, load_from, (void *)memory_hole_below());
		trap_run(NULL, store_to, (void *)memory_hole_below());
		trap_run(NULL, store_to, (void *)memory_hole_below());
	}
	trap_run(NULL, read_machine_csr, NULL);
	if (guest_on_bulkhead()) /* a hypervisor's own on bare firmware */
		trap_run(NULL, read_hypervisor_csr, NULL);
	tap_equal(pmu_fw_close(own[0]), 0, names[0]);
	tap_equal(pmu_fw_close(own[1]), 0, names[1]);
	tap_equal(pmu_fw_close(own[2]), 3, names[2]);
	tap_equal(pmu_fw_close(own[3]), 6, names[3]);
	tap_equal(pmu_fw_close(own[4]), guest_on_bulkhead() ? 5 : 4, names[4]);
}

/* ---- what other harts get ---- */

static volatile int ready, finish;
static struct sbiret received[4];

static void count_what_comes(void *arg)
{
	static const uint8_t codes[] = {FW_IPI_RECEIVED, FW_FENCE_I_RECEIVED, FW_SFENCE_VMA_RECEIVED, FW_SFENCE_VMA_ASID_RECEIVED};
	long own[4];

	(void)arg;
	for (unsigned i = 0; i < 4; i++)
		own[i] = pmu_fw_open(codes[i]);
	ready = 1;
	while (!finish)
		cpu_relax();
	for (unsigned i = 0; i < 4; i++) {
		received[i] = pmu_fw_read((unsigned long)own[i]);
		pmu_stop((unsigned long)own[i], STOP_RESET);
	}
	csr_clear(sip, SIE_SSIE);
}

static void send(unsigned long mask, unsigned ipis)
{
	for (unsigned i = 0; i < ipis; i++)
		sbi_call3(SBI_EXT_IPI, 0, mask, 0, 0);
	for (long fid = 0; fid < 3; fid++)
		for (long i = 0; i <= fid; i++)
			sbi_call(SBI_EXT_RFENCE, fid, mask, 0, 0, 0, 1, 0);
}

static void test_others(void)
{
	static const uint8_t codes[] = {FW_IPI_SENT, FW_FENCE_I_SENT, FW_SFENCE_VMA_SENT, FW_SFENCE_VMA_ASID_SENT};
	unsigned long self = 1ul << hart_self()->id, other;
	long own[4];

	if (hart_count() < 2) {
		tap_skip("PMU: what other harts get", "one hart");
		return;
	}
	if (!guest_on_bulkhead()) { /* OpenSBI counts fences as IPIs, too, and those to oneself */
		tap_skip("PMU: what other harts get", "counted otherwise");
		return;
	}
	other = 1ul << harts[1].id;
	ready = finish = 0;
	tap_equal(hart_start(1, count_what_comes, NULL).error, SBI_SUCCESS, "PMU: another hart counts what it gets");
	while (!ready)
		cpu_relax();
	for (unsigned i = 0; i < 4; i++)
		own[i] = pmu_fw_open(codes[i]);
	send(self, 1);
	for (unsigned i = 0; i < 4; i++)
		check_ret(pmu_fw_read((unsigned long)own[i]), SBI_SUCCESS, 0, "PMU: to oneself is not sent");
	send(other | self, 1);
	finish = 1;
	tap_check(hart_wait(1, HSM_STOPPED), "PMU: it stops");
	for (long i = 0; i < 4; i++) {
		tap_equal(pmu_fw_close(own[i]), i == 0 ? 1 : i, "PMU: sent");
		check_ret(received[i], SBI_SUCCESS, i == 0 ? 1 : i, "PMU: received");
	}
	csr_clear(sip, SIE_SSIE);
}

void test_pmu_events(void)
{
	test_life();
	test_all();
	test_trapped();
	test_others();
}
