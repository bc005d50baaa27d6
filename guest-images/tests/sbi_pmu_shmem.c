/* SPDX-License-Identifier: Apache-2.0 */
/* SBI tests: PMU's shared memory: snapshots of counters and questions about events; memory that is and is not this guest's. */

#include "tests/sbi_pmu.h"

static uint64_t snapshot[GUEST_PAGE_SIZE / 8] __attribute__((aligned(4096)));
#define VALUE(index) snapshot[1 + (index)]
#define UNTOUCHED 0x5a5a5a5a5a5a5a5aul

static struct sbiret set_shmem(unsigned long low, unsigned long high, unsigned long flags)
{
	return pmu(PMU_SNAPSHOT_SET_SHMEM, low, high, flags, 0, 0);
}

static void test_set_shmem(void)
{
	unsigned long mine = (unsigned long)snapshot;

	check_error(pmu_stop(CYCLE, STOP_TAKE_SNAPSHOT), SBI_ERR_NO_SHMEM, "PMU: snapshot without memory");
	check_error(pmu(PMU_START, firmware_base, 1, START_INIT_SNAPSHOT, 0, 0), SBI_ERR_INVALID_PARAM,
		    "PMU: start of a counter without an event");
	check_ret(set_shmem(mine, 0, 0), SBI_SUCCESS, 0, "PMU: set memory");
	for (unsigned bit = 0; bit < 64; bit++)
		if (set_shmem(mine, 0, 1ul << bit).error != SBI_ERR_INVALID_PARAM)
			tap_equal(bit, -1, "PMU: a reserved flag");
	for (unsigned bit = 0; bit < 12; bit++)
		if (set_shmem(mine | 1ul << bit, 0, 0).error != SBI_ERR_INVALID_PARAM)
			tap_equal(bit, -1, "PMU: memory that is not aligned");
	check_error(set_shmem(~0ul, ~0ul, 1), SBI_ERR_INVALID_PARAM, "PMU: a flag while switching it off");
	check_error(set_shmem(mine, 1, 0), SBI_ERR_INVALID_ADDRESS, "PMU: a high part of the address");
	check_error(set_shmem(0, ~0ul, 0), SBI_ERR_INVALID_ADDRESS, "PMU: a high part of -1");
	check_error(set_shmem(~0ul, 0, 0), SBI_ERR_INVALID_PARAM, "PMU: -1 with a high part of 0 is not aligned");
	check_error(set_shmem(memory_hole_above(), 0, 0), SBI_ERR_INVALID_ADDRESS, "PMU: memory above the guest's");
	check_error(set_shmem(memory_hole_below(), 0, 0), SBI_ERR_INVALID_ADDRESS, "PMU: a hole below");
	check_error(set_shmem(0x10000000, 0, 0), SBI_ERR_INVALID_ADDRESS, "PMU: a device page");
	check_error(set_shmem(0, 0, 0), SBI_ERR_INVALID_ADDRESS, "PMU: address 0");
	check_error(set_shmem(memory_end(), 0, 0), SBI_ERR_INVALID_ADDRESS, "PMU: behind the end of memory");
	check_error(set_shmem(~0xffful, 0, 0), SBI_ERR_INVALID_ADDRESS, "PMU: the last page there is");
	check_ret(set_shmem(memory_end() - GUEST_PAGE_SIZE, 0, 0), SBI_SUCCESS, 0, "PMU: the last page of memory");
	check_ret(set_shmem(mine, 0, 0), SBI_SUCCESS, 0, "PMU: set memory again");
}

static void clear_snapshot(void)
{
	for (unsigned i = 0; i < ARRAY_SIZE(snapshot); i++)
		snapshot[i] = UNTOUCHED;
}

static void test_save_and_load(void)
{
	long a = pmu_fw_open(FW_SET_TIMER), b = pmu_fw_open(FW_SET_TIMER);
	unsigned long base = (unsigned long)a, mask = 1ul | 1ul << (b - a), others = 0;

	clear_snapshot();
	sbi_call3(SBI_EXT_TIME, 0, ~0ul, 0, 0);
	check_ret(pmu(PMU_STOP, base, mask, STOP_TAKE_SNAPSHOT, 0, 0), SBI_SUCCESS, 0, "PMU: two stop with a snapshot");
	tap_equal((long)VALUE(0), 1, "PMU: it holds the first value, at its place from the base on");
	tap_equal((long)VALUE(b - a), 1, "PMU: and the second");
	tap_equal((long)snapshot[0], 0, "PMU: no counter has overflown");
	for (unsigned i = 1; i < ARRAY_SIZE(snapshot); i++)
		others += i != 1 && i != (unsigned)(b - a) + 1 && snapshot[i] != UNTOUCHED;
	tap_equal((long)others, 0, "PMU: nothing else has changed");
	clear_snapshot();
	check_ret(pmu(PMU_STOP, base, mask, STOP_TAKE_SNAPSHOT, 0, 0), SBI_ERR_ALREADY_STOPPED, 0, "PMU: stopped already");
	tap_equal((long)VALUE(0), (long)UNTOUCHED, "PMU: what it did not stop it does not save");
	VALUE(0) = 100;
	VALUE(b - a) = 200;
	check_ret(pmu(PMU_START, base, mask, START_INIT_SNAPSHOT, 0, 0), SBI_SUCCESS, 0, "PMU: two start from a snapshot");
	sbi_call3(SBI_EXT_TIME, 0, ~0ul, 0, 0);
	check_ret(pmu_fw_read((unsigned long)a), SBI_SUCCESS, 101, "PMU: from the first value");
	check_ret(pmu_fw_read((unsigned long)b), SBI_SUCCESS, 201, "PMU: and the second");
	check_ret(pmu_stop((unsigned long)a, STOP_RESET), SBI_SUCCESS, 0, "PMU: one stops");
	check_ret(pmu(PMU_STOP, base, mask, STOP_RESET | STOP_TAKE_SNAPSHOT, 0, 0), SBI_ERR_ALREADY_STOPPED, 0,
		  "PMU: one of two is stopped already");
	tap_equal((long)VALUE(b - a), 201, "PMU: the other is saved all the same");
	check_error(pmu_start((unsigned long)b, 0, 0), SBI_ERR_INVALID_PARAM, "PMU: and reset");

	check_ret(pmu(PMU_STOP, 0, 5, STOP_TAKE_SNAPSHOT, 0, 0), SBI_SUCCESS, 0, "PMU: hardware counters stop with a snapshot");
	tap_equal((long)VALUE(CYCLE), (long)pmu_hw_read(CYCLE), "PMU: it holds cycle");
	tap_equal((long)VALUE(INSTRET), (long)pmu_hw_read(INSTRET), "PMU: and instret");
	VALUE(CYCLE) = 1ul << 50;
	VALUE(INSTRET) = 1ul << 51;
	check_ret(pmu(PMU_START, 0, 5, START_INIT_SNAPSHOT, 0, 0), SBI_SUCCESS, 0, "PMU: they start from a snapshot");
	tap_check(pmu_hw_read(CYCLE) - (1ul << 50) < 1ul << 40, "PMU: cycle goes on from there");
	tap_check(pmu_hw_read(INSTRET) - (1ul << 51) < 1ul << 40, "PMU: and instret");
}

int pmu_has_snapshots(void)
{
	return guest_on_bulkhead() && guest_arg("snapshots", 0);
}

void test_pmu_snapshot(void)
{
	if (!pmu_has_snapshots()) { /* OpenSBI 1.8 has none, a guest only what its partition tree says */
		check_ret(set_shmem((unsigned long)snapshot, 0, 0), SBI_ERR_NOT_SUPPORTED, 0, "PMU: there are no snapshots");
		check_ret(pmu_stop(CYCLE, STOP_TAKE_SNAPSHOT), SBI_ERR_NO_SHMEM, 0, "PMU: none when a counter stops");
		check_ret(pmu(PMU_START, CYCLE, 1, START_INIT_SNAPSHOT, 0, 0), SBI_ERR_NO_SHMEM, 0, "PMU: none to start from");
		return;
	}
	test_set_shmem();
	test_save_and_load();
	check_ret(set_shmem(~0ul, ~0ul, 0), SBI_SUCCESS, 0, "PMU: switch snapshots off");
	check_ret(pmu_stop(CYCLE, STOP_TAKE_SNAPSHOT), SBI_ERR_NO_SHMEM, 0, "PMU: snapshot without memory");
	check_ret(pmu_start(CYCLE, 0, 0), SBI_ERR_ALREADY_STARTED, 0, "PMU: and nothing was stopped");
}

/* ---- event_get_info ---- */

struct event_info {
	uint32_t event;
	uint32_t output;
	uint64_t data;
};

static struct event_info infos[300] __attribute__((aligned(16)));

static struct sbiret get_info(unsigned long low, unsigned long high, unsigned long count, unsigned long flags)
{
	return pmu(PMU_EVENT_GET_INFO, low, high, count, flags, 0);
}

/* Whether config_matching agrees, on a counter that is free. */
static int can_be_configured(uint32_t event)
{
	struct sbiret got = pmu_config(5 | programmable | firmware_set, 0, event, 0);

	if (got.error == 0 && got.value > INSTRET)
		pmu_stop((unsigned long)got.value, STOP_RESET);
	return got.error == 0;
}

static void test_agreement(void)
{
	unsigned count = 0, wrong = 0;

	for (uint32_t code = 0; code <= 11; code++)
		infos[count++].event = code;
	for (uint32_t code = 0; code < 64; code++)
		infos[count++].event = 0x10000 | code;
	for (uint32_t code = 0; guest_on_bulkhead() && code < 30; code++) /* OpenSBI knows hardware events only */
		infos[count++].event = 0xf0000 | code;
	for (uint32_t code = FW_EXIT; guest_on_bulkhead() && code < FW_EXIT_TICKS + 10; code++)
		infos[count++].event = 0xf0000 | code;
	infos[count++].event = 0x40000;
	for (unsigned i = 0; i < count; i++)
		infos[i].output = 0xfffffffe;
	check_ret(get_info((unsigned long)infos, 0, count, 0), SBI_SUCCESS, 0, "PMU: ask for many events at once");
	for (unsigned i = 0; i < count; i++)
		if (infos[i].output != (uint32_t)can_be_configured(infos[i].event)) {
			print("# event %x: output %x\n", infos[i].event, infos[i].output);
			wrong++;
		}
	tap_equal(wrong, 0, "PMU: its answers are those of config_matching");
}

void test_pmu_event_info(void)
{
	unsigned long mine = (unsigned long)infos;

	if (get_info(mine, 0, 1, 0).error == SBI_ERR_NOT_SUPPORTED && !guest_on_bulkhead()) {
		tap_skip("PMU: event_get_info", "firmware before SBI 3.0");
		return;
	}
	test_agreement();
	check_error(get_info(mine, 0, 1, 1), SBI_ERR_INVALID_PARAM, "PMU: info: a reserved flag");
	check_error(get_info(mine, 0, 1, 1ul << 63), SBI_ERR_INVALID_PARAM, "PMU: info: a reserved flag");
	check_error(get_info(mine + 8, 0, 1, 0), SBI_ERR_INVALID_PARAM, "PMU: info: memory that is not aligned");
	check_error(get_info(mine, 0, 0, 0), SBI_ERR_INVALID_PARAM, "PMU: info: no event");
	check_error(get_info(mine, 1, 1, 0), SBI_ERR_INVALID_ADDRESS, "PMU: info: a high part of the address");
	if (!guest_on_bulkhead()) /* OpenSBI looks at no reserved bits, and lets S-mode name any address */
		return;
	infos[0] = infos[1] = (struct event_info){EVENT_CYCLES, 7, 0};
	infos[1].event |= 1ul << 20;
	check_error(get_info(mine, 0, 2, 0), SBI_ERR_INVALID_PARAM, "PMU: info: a reserved bit of an event");
	tap_equal(infos[0].output, 7, "PMU: info: and nothing was written");
	infos[1] = (struct event_info){EVENT_CYCLES, 7, 1};
	check_ret(get_info(mine, 0, 2, 0), SBI_SUCCESS, 0, "PMU: info: data that an event does not have");
	tap_check(infos[0].output == 1 && infos[1].output == 0, "PMU: info: such an event there is not");
	check_error(get_info(mine, 0, ARRAY_SIZE(infos), 0), SBI_ERR_FAILED, "PMU: info: more than one call takes");
	check_error(get_info(memory_hole_above(), 0, 1, 0), SBI_ERR_INVALID_ADDRESS, "PMU: info: memory above the guest's");
	check_error(get_info(memory_hole_below(), 0, 1, 0), SBI_ERR_INVALID_ADDRESS, "PMU: info: a hole below");
	check_error(get_info(0x10000000, 0, 1, 0), SBI_ERR_INVALID_ADDRESS, "PMU: info: a device page");
	check_error(get_info(memory_end() - 16, 0, 2, 0), SBI_ERR_INVALID_ADDRESS, "PMU: info: across the end of memory");
	check_error(get_info(~0ul - 15, 0, 2, 0), SBI_ERR_INVALID_ADDRESS, "PMU: info: a range that wraps around");
	check_error(get_info(mine, 0, 1ul << 60, 0), SBI_ERR_INVALID_ADDRESS, "PMU: info: a size that wraps around to 0");
	check_error(get_info(mine, 0, ~0ul, 0), SBI_ERR_INVALID_ADDRESS, "PMU: info: -1 events");
	check_ret(get_info(memory_end() - 16, 0, 1, 0), SBI_SUCCESS, 0, "PMU: info: the last entry of memory");
}
