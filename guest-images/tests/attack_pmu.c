/* SPDX-License-Identifier: Apache-2.0 */
/* Named cases of PMU (SBI 3.0): counters that are not there, reserved flags, events of no kind, foreign shared memory. */

#include "tests/attack.h"

#define FLAG_INIT_SNAPSHOT 2ul
#define FLAG_TAKE_SNAPSHOT 2ul
#define COUNTER_IS_FIRMWARE(info) ((info) < 0)

enum { NUM_COUNTERS, GET_INFO, CONFIG_MATCHING, START, STOP, FW_READ, FW_READ_HI, SET_SHMEM, EVENT_GET_INFO };

static void pmu(const char *function, long fid, const char *what, unsigned long a, unsigned long b, unsigned long c,
		unsigned long d, long error)
{
	attack_try(&(struct attack){"PMU", SBI_EXT_PMU, function, fid, what, {a, b, c, d}, error, ANY_VALUE});
}

/* Functions that take one counter, and those that take a set of them. */
static void absent_counters(unsigned long count)
{
	const struct {
		unsigned long index;
		const char *what;
	} rows[] = {
		{count, "the first absent counter"}, {count + 64, "the 64th absent counter"}, {0x7fffffff, "counter 2^31 - 1"},
		{1ul << 32, "counter 2^32"},	     {1ul << 63, "counter 2^63"},	      {~0ul, "counter -1"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		unsigned long index = rows[i].index;

		pmu("counter_get_info", GET_INFO, rows[i].what, index, 0, 0, 0, SBI_ERR_INVALID_PARAM);
		pmu("counter_fw_read", FW_READ, rows[i].what, index, 0, 0, 0, SBI_ERR_INVALID_PARAM);
		pmu("counter_fw_read_hi", FW_READ_HI, rows[i].what, index, 0, 0, 0, SBI_ERR_INVALID_PARAM);
		pmu("counter_config_matching", CONFIG_MATCHING, rows[i].what, index, 1, 0, 1, SBI_ERR_INVALID_PARAM);
		pmu("counter_start", START, rows[i].what, index, 1, 0, 0, SBI_ERR_INVALID_PARAM);
		pmu("counter_stop", STOP, rows[i].what, index, 1, 0, 0, SBI_ERR_INVALID_PARAM);
	}
	pmu("counter_config_matching", CONFIG_MATCHING, "a set shifted out of all counters", count - 1, 1ul << 63, 0, 1,
	    SBI_ERR_INVALID_PARAM);
	pmu("counter_start", START, "a set shifted out of all counters", count - 1, 1ul << 63, 0, 0, SBI_ERR_INVALID_PARAM);
	pmu("counter_stop", STOP, "a set shifted out of all counters", count - 1, 1ul << 63, 0, 0, SBI_ERR_INVALID_PARAM);
	pmu("counter_start", START, "a set with one that is there and the first absent one", count - 1, 3, 0, 0,
	    SBI_ERR_INVALID_PARAM);
}

static void reserved(unsigned long first)
{
	static const struct {
		unsigned long bit;
		const char *what;
	} rows[] = {{8, "reserved flag 8"}, {31, "reserved flag 31"}, {32, "reserved flag 32"}, {63, "reserved flag 63"}};
	static const struct {
		unsigned long event;
		const char *what;
	} events[] = {
		{0, "event 0"},		    {11, "first reserved general event"}, {0x1fffe, "no such cache"},
		{0x40000, "reserved type 4"}, {0xe0000, "reserved type 14"},	  {0xf0016, "first reserved firmware event"},
		{0xf00ff, "last reserved firmware event"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		pmu("counter_config_matching", CONFIG_MATCHING, rows[i].what, first, 1, 1ul << rows[i].bit, 1,
		    SBI_ERR_INVALID_PARAM);
		pmu("counter_start", START, rows[i].what, first, 1, 1ul << rows[i].bit, 0, SBI_ERR_INVALID_PARAM);
		pmu("counter_stop", STOP, rows[i].what, first, 1, 1ul << rows[i].bit, 0, SBI_ERR_INVALID_PARAM);
	}
	for (size_t i = 0; i < ARRAY_SIZE(events); i++)
		pmu("counter_config_matching", CONFIG_MATCHING, events[i].what, first, 1, 0, events[i].event,
		    SBI_ERR_NOT_SUPPORTED);
}

/* Snapshots are optional: where they are not supported no address is looked at. */
static void snapshots(unsigned long first)
{
	unsigned long own = (unsigned long)attack_page;
	int has = attack_ask(SBI_EXT_PMU, SET_SHMEM, ~0ul, ~0ul, 0).error != SBI_ERR_NOT_SUPPORTED;
	long address = has ? SBI_ERR_INVALID_ADDRESS : SBI_ERR_NOT_SUPPORTED, param = has ? SBI_ERR_INVALID_PARAM : address;
	const char *name = "snapshot_set_shmem";
	struct attack at = {"PMU", SBI_EXT_PMU, name, SET_SHMEM, NULL, {0}, address, ANY_VALUE};

	attack_at_places(&at, 0);
	pmu(name, SET_SHMEM, "misaligned by 8", own + 8, 0, 0, 0, param);
	pmu(name, SET_SHMEM, "misaligned by 2048", own + 2048, 0, 0, 0, param);
	pmu(name, SET_SHMEM, "flag 0", own, 0, 1, 0, param);
	pmu(name, SET_SHMEM, "flag 63", own, 0, 1ul << 63, 0, param);
	pmu(name, SET_SHMEM, "a high part of 1", own, 1, 0, 0, address);
	pmu(name, SET_SHMEM, "a high part of all ones", own, ~0ul, 0, 0, address);
	pmu("counter_start", START, "a snapshot without shared memory", first, 1, FLAG_INIT_SNAPSHOT, 0, SBI_ERR_NO_SHMEM);
	pmu("counter_stop", STOP, "a snapshot without shared memory", first, 1, FLAG_TAKE_SNAPSHOT, 0, SBI_ERR_NO_SHMEM);
}

static void event_info(void)
{
	unsigned long own = (unsigned long)attack_page;
	struct attack at = {"PMU", SBI_EXT_PMU, "event_get_info", EVENT_GET_INFO, NULL, {0, 0, 1, 0}, 0, ANY_VALUE};
	int has;

	memset(attack_page, 0, sizeof(attack_page));
	attack_page[0] = 1; /* event 1: cycles */
	has = sbi_call(SBI_EXT_PMU, EVENT_GET_INFO, own, 0, 1, 0, 0, 0).error != SBI_ERR_NOT_SUPPORTED;
	at.error = has ? SBI_ERR_INVALID_ADDRESS : SBI_ERR_NOT_SUPPORTED;
	attack_at_places(&at, 0);
	pmu("event_get_info", EVENT_GET_INFO, "a high part of 1", own, 1, 1, 0, at.error);
	pmu("event_get_info", EVENT_GET_INFO, "2^40 entries", own, 0, 1ul << 40, 0, at.error);
	pmu("event_get_info", EVENT_GET_INFO, "2^60 entries, a size that wraps to 0", own, 0, 1ul << 60, 0, at.error);
	pmu("event_get_info", EVENT_GET_INFO, "2^60 + 1 entries, a size that wraps to 16", own, 0, (1ul << 60) + 1, 0, at.error);
	pmu("event_get_info", EVENT_GET_INFO, "across the end of memory", memory_end() - 16, 0, 2, 0, at.error);
	at.error = has ? SBI_ERR_INVALID_PARAM : SBI_ERR_NOT_SUPPORTED;
	pmu("event_get_info", EVENT_GET_INFO, "misaligned by 8", own + 8, 0, 1, 0, at.error);
	pmu("event_get_info", EVENT_GET_INFO, "flag 0", own, 0, 1, 1, at.error);
	pmu("event_get_info", EVENT_GET_INFO, "flag 63", own, 0, 1, 1ul << 63, at.error);
	attack_page[3] = 0x10; /* bit 28 of event_idx */
	pmu("event_get_info", EVENT_GET_INFO, "a reserved bit in event_idx", own, 0, 1, 0, at.error);
	attack_page[3] = 0;
}

/* A hardware counter is no firmware counter. */
static void hardware_counters(unsigned long count)
{
	for (unsigned long i = 0; i < count; i++) {
		struct sbiret info = attack_ask(SBI_EXT_PMU, GET_INFO, i, 0, 0);

		if (info.error || COUNTER_IS_FIRMWARE(info.value))
			continue;
		pmu("counter_fw_read", FW_READ, "the first hardware counter", i, 0, 0, 0, SBI_ERR_INVALID_PARAM);
		pmu("counter_fw_read_hi", FW_READ_HI, "the first hardware counter", i, 0, 0, 0, SBI_ERR_INVALID_PARAM);
		return;
	}
}

/* The first counter that exists: counter 1 is the number of `time` and may be missing. */
void attack_pmu(void)
{
	unsigned long count = sbi_has(SBI_EXT_PMU) ? (unsigned long)attack_ask(SBI_EXT_PMU, NUM_COUNTERS, 0, 0, 0).value : 1;
	unsigned long first = 0;

	while (first < count && attack_ask(SBI_EXT_PMU, GET_INFO, first, 0, 0).error)
		first++;
	if (first == count)
		first = 0;
	absent_counters(count);
	reserved(first);
	hardware_counters(count);
	snapshots(first);
	event_info();
}
