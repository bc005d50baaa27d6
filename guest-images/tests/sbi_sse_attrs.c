/* SPDX-License-Identifier: Apache-2.0 */
/* SBI tests: attributes of software events: ranges, memory, what may be written when, and with what. */

#include "tests/sse_test.h"

static unsigned long buffer[ATTR_COUNT + 2];

static void check_get(unsigned long event, unsigned long attr, unsigned long wanted, const char *name)
{
	tap_equal((long)sse_get(event, attr), (long)wanted, name);
}

/* Before anything else is done with the event. */
void test_sse_reset(unsigned long event)
{
	print("# event 0x%lx\n", event);
	check_get(event, STATUS, UNUSED | INJECTABLE, "SSE: unused at first, and injectable");
	for (unsigned long attr = PRIORITY; attr < ATTR_COUNT; attr++)
		if (attr != PREFERRED_HART)
			check_get(event, attr, 0, "SSE: reset value");
	if (event == EVENT_GLOBAL)
		tap_check(sse_get(event, PREFERRED_HART) < GUEST_MAX_HARTS, "SSE: preferred hart is a hart");
	else
		check_get(event, PREFERRED_HART, hart_self()->id, "SSE: preferred hart of a local event is this one");
}

static void test_ranges(unsigned long event)
{
	static const struct {
		unsigned long base, count;
		long error;
		const char *name;
	} rows[] = {
		{0, 0, SBI_ERR_INVALID_PARAM, "SSE: no attribute"},
		{ATTR_COUNT, 0, SBI_ERR_INVALID_PARAM, "SSE: no attribute, beyond the last"},
		{ATTR_COUNT, 1, SSE_ERR_BAD_RANGE, "SSE: beyond the last"},
		{0, ATTR_COUNT + 1, SSE_ERR_BAD_RANGE, "SSE: one more than there are"},
		{ATTR_COUNT - 1, 2, SSE_ERR_BAD_RANGE, "SSE: the last and one more"},
		{0xffffffff, 1, SSE_ERR_BAD_RANGE, "SSE: attribute 0xffffffff"},
		{0xffffffff, 2, SSE_ERR_BAD_RANGE, "SSE: a range that wraps around"},
		{1, 0xffffffff, SSE_ERR_BAD_RANGE, "SSE: a count that wraps around"},
		{0x80000000, 0x80000000, SSE_ERR_BAD_RANGE, "SSE: a sum that wraps around"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		check_error(sse_attrs(SSE_READ, event, rows[i].base, rows[i].count, buffer), rows[i].error, rows[i].name);
		check_error(sse_attrs(SSE_WRITE, event, rows[i].base, rows[i].count, buffer), rows[i].error, rows[i].name);
	}
	check_error(sse_attrs(SSE_READ, event, 1ul << 32, 1ul << 32 | 1, buffer), SBI_SUCCESS, "SSE: upper halves are ignored");
}

static void test_shmem(unsigned long event)
{
	static const unsigned long steps[] = {1, 2, 4, 7};

	for (long fid = SSE_READ; fid <= SSE_WRITE; fid++) {
		for (size_t i = 0; i < ARRAY_SIZE(steps); i++)
			check_error(sse_attrs(fid, event, 1, 1, (char *)buffer + steps[i]), SBI_ERR_INVALID_ADDRESS,
				    "SSE: misaligned memory");
		check_error(sbi_call(SBI_EXT_SSE, fid, event, 1, 1, (unsigned long)buffer, 1, 0), SBI_ERR_INVALID_ADDRESS,
			    "SSE: memory beyond XLEN bits");
		check_error(sse_attrs(fid, event, ATTR_COUNT, 1, (char *)1), SSE_ERR_BAD_RANGE, "SSE: range before memory");
		if (!guest_on_bulkhead())
			continue; /* PMP lets S-mode reach holes and devices */
		check_error(sse_attrs(fid, event, 1, 1, (void *)memory_end()), SBI_ERR_INVALID_ADDRESS, "SSE: above memory");
		check_error(sse_attrs(fid, event, 1, 2, (void *)(memory_end() - 8)), SBI_ERR_INVALID_ADDRESS,
			    "SSE: over the end of memory");
		check_error(sse_attrs(fid, event, 1, 1, (void *)memory_hole_below()), SBI_ERR_INVALID_ADDRESS, "SSE: a hole below");
		check_error(sse_attrs(fid, event, 1, 1, (void *)0x10000000ul), SBI_ERR_INVALID_ADDRESS, "SSE: a device");
		check_error(sse_attrs(fid, event, 1, 2, (void *)-8l), SBI_ERR_INVALID_ADDRESS, "SSE: memory that wraps around");
	}
	memset(buffer, 0xa5, sizeof(buffer));
	check_error(sse_attrs(SSE_READ, event, 0, ATTR_COUNT, buffer + 1), SBI_SUCCESS, "SSE: read all");
	tap_check(buffer[0] == 0xa5a5a5a5a5a5a5a5 && buffer[ATTR_COUNT + 1] == 0xa5a5a5a5a5a5a5a5, "SSE: nothing beside is written");
	for (unsigned long i = 0; i < ATTR_COUNT; i++)
		tap_check(buffer[1 + i] == sse_get(event, i), "SSE: each is where it belongs");
}

static void test_values(unsigned long event)
{
	static const unsigned long read_only[] = {STATUS, ENTRY_PC, ENTRY_ARG};

	for (size_t i = 0; i < ARRAY_SIZE(read_only); i++)
		tap_equal(sse_set(event, read_only[i], 0), SBI_ERR_DENIED, "SSE: a read-only attribute");
	tap_equal(sse_set(event, PRIORITY, 1ul << 32), SBI_ERR_INVALID_PARAM, "SSE: a priority of 33 bits");
	tap_equal(sse_set(event, PRIORITY, 0xffffffff), SBI_SUCCESS, "SSE: the lowest priority");
	check_get(event, PRIORITY, 0xffffffff, "SSE: it is kept");
	tap_equal(sse_set(event, CONFIG, 2), SBI_ERR_INVALID_PARAM, "SSE: a reserved bit of CONFIG");
	tap_equal(sse_set(event, CONFIG, ~0ul), SBI_ERR_INVALID_PARAM, "SSE: all bits of CONFIG");
	tap_equal(sse_set(event, CONFIG, 1), SBI_SUCCESS, "SSE: one-shot");
	check_get(event, CONFIG, 1, "SSE: it is kept");
	for (unsigned long attr = INTERRUPTED_SEPC; attr <= INTERRUPTED_A7; attr++)
		tap_equal(sse_set(event, attr, 0), SSE_ERR_INVALID_STATE, "SSE: what was interrupted, while nothing was");
	tap_equal(sse_set(event, INTERRUPTED_FLAGS, 0x40), SBI_ERR_INVALID_PARAM, "SSE: a reserved flag");
	if (event == EVENT_GLOBAL) {
		tap_equal(sse_set(event, PREFERRED_HART, absent_hart()), SBI_ERR_INVALID_PARAM, "SSE: prefer an absent hart");
		tap_equal(sse_set(event, PREFERRED_HART, 0xffffffff), SBI_ERR_INVALID_PARAM, "SSE: prefer hart 0xffffffff");
		if (guest_on_bulkhead()) /* OpenSBI looks at the lower half */
			tap_equal(sse_set(event, PREFERRED_HART, 1ul << 32), SBI_ERR_INVALID_PARAM, "SSE: prefer hart 2^32");
		tap_equal(sse_set(event, PREFERRED_HART, hart_self()->id), SBI_SUCCESS, "SSE: prefer this hart");
	} else {
		tap_equal(sse_set(event, PREFERRED_HART, hart_self()->id), SBI_ERR_DENIED, "SSE: prefer a hart for a local event");
	}
	/* All or nothing, and the first error in the order of ids. */
	buffer[0] = 5;
	buffer[1] = 2;
	buffer[2] = ~0ul;
	check_error(sse_attrs(SSE_WRITE, event, PRIORITY, 3, buffer), SBI_ERR_INVALID_PARAM, "SSE: a range with a wrong value");
	buffer[1] = 0;
	check_error(sse_attrs(SSE_WRITE, event, PRIORITY, 3, buffer), event == EVENT_GLOBAL ? SBI_ERR_INVALID_PARAM : SBI_ERR_DENIED,
		    "SSE: a range whose last is wrong");
	check_get(event, PRIORITY, 0xffffffff, "SSE: nothing of it was written");
	check_error(sse_attrs(SSE_WRITE, event, PRIORITY, 2, buffer), SBI_SUCCESS, "SSE: a range");
	tap_check(sse_get(event, PRIORITY) == 5 && sse_get(event, CONFIG) == 0, "SSE: all of it was written");
}

static void test_values_by_state(unsigned long event)
{
	sse(SSE_REGISTER, event, (unsigned long)sse_entry, 0);
	tap_equal(sse_set(event, PRIORITY, 6), SBI_SUCCESS, "SSE: priority while registered");
	tap_equal(sse_set(event, CONFIG, 0), SBI_SUCCESS, "SSE: config while registered");
	sse(SSE_ENABLE, event, 0, 0);
	tap_equal(sse_set(event, PRIORITY, 7), SSE_ERR_INVALID_STATE, "SSE: priority while enabled");
	tap_equal(sse_set(event, CONFIG, 0), SSE_ERR_INVALID_STATE, "SSE: config while enabled");
	tap_equal(sse_set(event, INTERRUPTED_A6, 0), SSE_ERR_INVALID_STATE, "SSE: interrupted a6 while enabled");
	if (event == EVENT_GLOBAL)
		tap_equal(sse_set(event, PREFERRED_HART, hart_self()->id), SSE_ERR_INVALID_STATE, "SSE: preferred hart while enabled");
	if (guest_on_bulkhead()) /* a value that is never legal comes first in the table */
		tap_equal(sse_set(event, PRIORITY, ~0ul), SBI_ERR_INVALID_PARAM, "SSE: a wrong priority while enabled");
	check_get(event, PRIORITY, 6, "SSE: nothing was written");
	sse_drop(event);
	tap_equal(sse_set(event, PRIORITY, 0), SBI_SUCCESS, "SSE: priority while unused");
}

void test_sse_attrs(void)
{
	static const unsigned long events[] = {EVENT_LOCAL, EVENT_GLOBAL, EVENT_RAS, EVENT_DOUBLE_TRAP};

	for (size_t i = 0; i < (guest_on_bulkhead() ? 4 : 2); i++) {
		print("# event 0x%lx\n", events[i]);
		test_ranges(events[i]);
		test_shmem(events[i]);
		test_values(events[i]);
		test_values_by_state(events[i]);
	}
}
