// SPDX-License-Identifier: Apache-2.0
// Tests of dbtr/dbtr_state over a firmware and a hart that are imitated: with chains, icount and types of every kind, and with as
// much or as little of tdata1 as a test wants.
#include <string.h>

#include "rv/spec.h"
#include "dbtr/dbtr_state.h"
#include "testing.h"

#define TYPE(type) ((uint64_t)(type) << TDATA1_TYPE_SHIFT)
#define MC6 TYPE(TDATA1_TYPE_MCONTROL6)
#define EXECUTE_S (MC6 | MCONTROL6_EXECUTE | MCONTROL6_S)
#define EXECUTE_VS (MC6 | MCONTROL6_EXECUTE | MCONTROL6_VS)
#define MC6_FORBIDDEN (MCONTROL6_M | MCONTROL6_S | MCONTROL6_U | MCONTROL6_ACTION | 1ull << 59)
#define ICOUNT_FORBIDDEN (ICOUNT_M | ICOUNT_S | ICOUNT_U | ICOUNT_ACTION | 1ull << 59)

// The hart's triggers, and the firmware that keeps them as the specification says.
static struct {
	uint64_t count;
	uint64_t types;       // of each trigger
	uint64_t held;        // bits of tdata1 that the hart has
	bool holds_tdata3;
	uint64_t busy;        // triggers that somebody else has
	uint64_t step;        // distance of the triggers it hands out
	bool forgets;         // the firmware writes over what it was handed
	struct {
		bool is_mapped;
		uint64_t state, tdata[3]; // tdata as the hart has it
	} triggers[32];
} hart;

static struct dbtr d;

// What no trigger that reaches the hart may have: no mode but VS and VU, no action but a breakpoint.
static void check_harmless(uint64_t tdata1)
{
	uint64_t type = tdata1 >> TDATA1_TYPE_SHIFT;

	assert_true(type == TDATA1_TYPE_MCONTROL6 || type == TDATA1_TYPE_ICOUNT);
	assert_int_equal(tdata1 & (type == TDATA1_TYPE_MCONTROL6 ? MC6_FORBIDDEN : ICOUNT_FORBIDDEN), 0);
}

static uint64_t modes_of(uint64_t tdata1)
{
	return tdata1 & (tdata1 >> TDATA1_TYPE_SHIFT == TDATA1_TYPE_MCONTROL6 ? MCONTROL6_VS | MCONTROL6_VU :
										ICOUNT_VS | ICOUNT_VU);
}

static void set_trigger(uint64_t index, const uint64_t *tdata)
{
	bool is_mc6 = tdata[0] >> TDATA1_TYPE_SHIFT == TDATA1_TYPE_MCONTROL6;

	check_harmless(tdata[0]);
	hart.triggers[index].is_mapped = true;
	hart.triggers[index].state = DBTR_STATE_MAPPED | DBTR_STATE_HAVE_HW_TRIG | index << 8 |
				     (tdata[0] & (is_mc6 ? MCONTROL6_VS : ICOUNT_VS) ? DBTR_STATE_VS : 0) |
				     (tdata[0] & (is_mc6 ? MCONTROL6_VU : ICOUNT_VU) ? DBTR_STATE_VU : 0);
	hart.triggers[index].tdata[0] = tdata[0] & (hart.held | 0xfull << TDATA1_TYPE_SHIFT);
	hart.triggers[index].tdata[1] = tdata[1];
	hart.triggers[index].tdata[2] = hart.holds_tdata3 ? tdata[2] : 0;
}

static struct dbtr_ret install(uint64_t n)
{
	for (uint64_t i = 0; i < n; i++) {
		uint64_t at = 0;

		while (at < hart.count && (hart.triggers[at].is_mapped || hart.busy >> at & 1))
			at += hart.step;
		if (at >= hart.count)
			return (struct dbtr_ret){ SBI_ERR_FAILED, i };
		set_trigger(at, &d.shared[i].word[1]);
		d.shared[i].word[0] = at;
		if (hart.forgets)
			d.shared[i].word[1] = d.shared[i].word[2] = d.shared[i].word[3] = 0;
	}
	return (struct dbtr_ret){ SBI_SUCCESS, 0 };
}

static struct dbtr_ret read(uint64_t base, uint64_t n)
{
	if (base >= hart.count || base + n >= hart.count)
		return (struct dbtr_ret){ SBI_ERR_BAD_RANGE, 0 };
	for (uint64_t i = 0; i < n; i++) {
		d.shared[i].word[0] = hart.triggers[base + i].state;
		memcpy(&d.shared[i].word[1], hart.triggers[base + i].tdata, 3 * sizeof(uint64_t));
	}
	return (struct dbtr_ret){ SBI_SUCCESS, 0 };
}

static void change(uint64_t fid, uint64_t index)
{
	uint64_t *tdata1 = &hart.triggers[index].tdata[0];
	bool is_mc6 = *tdata1 >> TDATA1_TYPE_SHIFT == TDATA1_TYPE_MCONTROL6;
	uint64_t state = hart.triggers[index].state;

	assert_true(hart.triggers[index].is_mapped);
	if (fid == SBI_DBTR_UNINSTALL_TRIGGERS) {
		assert_int_equal(modes_of(*tdata1), 0); // it was disabled before
		memset(&hart.triggers[index], 0, sizeof(hart.triggers[index]));
		return;
	}
	*tdata1 &= ~modes_of(*tdata1);
	if (fid == SBI_DBTR_ENABLE_TRIGGERS)
		*tdata1 |= (state & DBTR_STATE_VS ? (is_mc6 ? MCONTROL6_VS : ICOUNT_VS) : 0) |
			   (state & DBTR_STATE_VU ? (is_mc6 ? MCONTROL6_VU : ICOUNT_VU) : 0);
}

static struct dbtr_ret firmware(uint64_t fid, uint64_t a, uint64_t b)
{
	switch (fid) {
	case SBI_DBTR_NUM_TRIGGERS:
		return (struct dbtr_ret){ SBI_SUCCESS, a == 0 || hart.types >> (a >> TDATA1_TYPE_SHIFT) & 1 ? hart.count : 0 };
	case SBI_DBTR_READ_TRIGGERS:
		return read(a, b);
	case SBI_DBTR_INSTALL_TRIGGERS:
		assert_true(a <= DBTR_MAX);
		return install(a);
	case SBI_DBTR_UPDATE_TRIGGERS:
		assert_int_equal(a, 1);
		assert_true(hart.triggers[d.shared[0].word[0]].is_mapped);
		set_trigger(d.shared[0].word[0], &d.shared[0].word[1]);
		break;
	default:
		for (uint64_t i = 0; i < 64 && b >> i != 0; i++)
			if (b >> i & 1)
				change(fid, a + i);
	}
	return (struct dbtr_ret){ SBI_SUCCESS, 0 };
}

static void begin(uint64_t count)
{
	memset(&hart, 0, sizeof(hart));
	memset(&d, 0, sizeof(d));
	hart.count = count;
	hart.types = 0x7c; // all of 2 to 6
	hart.held = ~0ull;
	hart.holds_tdata3 = true;
	hart.step = 1;
	d.count = min_u64(count, DBTR_MAX);
	d.firmware = firmware;
}

static uint64_t mapped(void)
{
	uint64_t set = 0;

	for (uint64_t i = 0; i < hart.count; i++)
		set |= (uint64_t)hart.triggers[i].is_mapped << i;
	return set;
}

static void check(struct dbtr_ret got, long error, uint64_t value)
{
	assert_int_equal(got.error, error);
	assert_int_equal(got.value, value);
	assert_int_equal(mapped(), d.installed); // both always know the same
}

// Every value of the fields that decide, and each bit alone: what passes is harmless and comes back as it was.
static void every_tdata1_is_refused_or_harmless(void **state)
{
	uint64_t seed = 1, passed = 0;

	(void)state;
	for (uint64_t i = 0; i < 2000000; i++) {
		uint64_t guest = i < 16 * 64 ? TYPE(i / 64) | 1ull << i % 64 : random_next(&seed) & random_next(&seed);
		uint64_t tdata3 = i % 3 == 0 ? random_next(&seed) & random_next(&seed) & random_next(&seed) : 0;
		uint64_t machine;

		if (i >= 16 * 64 && i % 2 == 0)
			guest = (guest & 0x7ffffff) | TYPE(i % 4 == 0 ? 6 : 3);
		machine = guest;
		if (dbtr_to_machine(&machine, tdata3) != SBI_SUCCESS) {
			assert_int_equal(machine, guest);
			continue;
		}
		passed++;
		check_harmless(machine);
		assert_int_equal(dbtr_to_guest(machine), guest);
		assert_int_equal(tdata3 >> 40, 0);
	}
	assert_true(passed > 1000);
}

static void refusals_name_their_reason(void **state)
{
	static const struct {
		uint64_t tdata1, tdata3;
		long error;
	} rows[] = {
		{ EXECUTE_S, 0, SBI_SUCCESS },
		{ MC6, 0, SBI_SUCCESS },
		{ MC6 | MCONTROL6_HIT0 | MCONTROL6_HIT1 | MCONTROL6_UNCERTAIN, 0, SBI_SUCCESS },
		{ TYPE(3) | ICOUNT_S | 1 << 10, 0, SBI_SUCCESS },
		{ EXECUTE_S, TEXTRA_SVALUE | TEXTRA_SBYTEMASK | 2, SBI_SUCCESS },
		{ TYPE(0), 0, SBI_ERR_FAILED },
		{ TYPE(2) | 0x14, 0, SBI_ERR_FAILED },
		{ TYPE(4), 0, SBI_ERR_FAILED },
		{ TYPE(5), 0, SBI_ERR_FAILED },
		{ TYPE(7), 0, SBI_ERR_FAILED },
		{ TYPE(15), 0, SBI_ERR_FAILED },
		{ EXECUTE_S | 1ull << 59, 0, SBI_ERR_INVALID_PARAM },
		{ EXECUTE_S | MCONTROL6_M, 0, SBI_ERR_INVALID_PARAM },
		{ EXECUTE_S | 1ull << 12, 0, SBI_ERR_INVALID_PARAM },
		{ EXECUTE_S | 2ull << 12, 0, SBI_ERR_NOT_SUPPORTED },
		{ EXECUTE_S | 5ull << 12, 0, SBI_ERR_NOT_SUPPORTED },
		{ EXECUTE_S | 6ull << 12, 0, SBI_ERR_INVALID_PARAM },
		{ EXECUTE_S | 9ull << 12, 0, SBI_ERR_NOT_SUPPORTED },
		{ EXECUTE_S | 10ull << 12, 0, SBI_ERR_INVALID_PARAM },
		{ EXECUTE_S | MCONTROL6_VS, 0, SBI_ERR_NOT_SUPPORTED },
		{ EXECUTE_S | 14ull << 7, 0, SBI_ERR_INVALID_PARAM },
		{ EXECUTE_S | MCONTROL6_SIZE, 0, SBI_ERR_INVALID_PARAM },
		{ TYPE(3) | ICOUNT_M, 0, SBI_ERR_INVALID_PARAM },
		{ TYPE(3) | ICOUNT_VU, 0, SBI_ERR_NOT_SUPPORTED },
		{ TYPE(3) | 1, 0, SBI_ERR_INVALID_PARAM },
		{ TYPE(3) | 8, 0, SBI_ERR_NOT_SUPPORTED },
		{ TYPE(3) | 16, 0, SBI_ERR_INVALID_PARAM },
		{ TYPE(3) | 1 << 27, 0, SBI_ERR_INVALID_PARAM },
		{ EXECUTE_S, 3, SBI_ERR_INVALID_PARAM },
		{ EXECUTE_S, 1ull << 47, SBI_ERR_INVALID_PARAM },
		{ EXECUTE_S, 1ull << 48, SBI_ERR_NOT_SUPPORTED },
		{ EXECUTE_S, 1ull << 63, SBI_ERR_NOT_SUPPORTED },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint64_t tdata1 = rows[i].tdata1;

		assert_int_equal(dbtr_to_machine(&tdata1, rows[i].tdata3), rows[i].error);
	}
}

static void triggers_are_counted_by_what_they_can_do(void **state)
{
	(void)state;
	begin(20);
	assert_int_equal(dbtr_num_triggers(&d, 0), DBTR_MAX);
	assert_int_equal(dbtr_num_triggers(&d, EXECUTE_S), DBTR_MAX);
	assert_int_equal(dbtr_num_triggers(&d, TYPE(3) | ICOUNT_S), DBTR_MAX);
	assert_int_equal(dbtr_num_triggers(&d, TYPE(2)), 0);
	assert_int_equal(dbtr_num_triggers(&d, TYPE(5)), 0);
	begin(4);
	hart.types = 1 << 6;
	assert_int_equal(dbtr_num_triggers(&d, EXECUTE_S), 4);
	assert_int_equal(dbtr_num_triggers(&d, TYPE(3) | ICOUNT_S), 0);
}

static void installed_in_order_until_one_fails(void **state)
{
	struct dbtr_entry e[4] = { { { 9, EXECUTE_S, 0x1000, 0 } },
				   { { 9, MC6 | MCONTROL6_LOAD | MCONTROL6_U, 0x2000, 0 } },
				   { { 9, TYPE(3) | ICOUNT_S | 5 << 10, 0, 0 } },
				   { { 9, EXECUTE_S | MCONTROL6_M, 0, 0 } } };

	(void)state;
	begin(8);
	check(dbtr_install(&d, e, 4), SBI_ERR_INVALID_PARAM, 3);
	assert_int_equal(d.installed, 7);
	for (uint64_t i = 0; i < 3; i++)
		assert_int_equal(e[i].word[0], i);
	assert_int_equal(e[3].word[0], 9);
	assert_int_equal(hart.triggers[0].tdata[0], EXECUTE_VS);
	assert_int_equal(hart.triggers[1].tdata[0], MC6 | MCONTROL6_LOAD | MCONTROL6_VU);
	assert_int_equal(hart.triggers[2].tdata[0], TYPE(3) | ICOUNT_VS | 5 << 10);
	check(dbtr_read(&d, 0, 4), SBI_SUCCESS, 0);
	assert_int_equal(d.shared[0].word[0], DBTR_STATE_MAPPED | DBTR_STATE_HAVE_HW_TRIG | DBTR_STATE_S);
	assert_int_equal(d.shared[1].word[0], DBTR_STATE_MAPPED | DBTR_STATE_HAVE_HW_TRIG | DBTR_STATE_U | 1 << 8);
	assert_int_equal(d.shared[2].word[1], TYPE(3) | ICOUNT_S | 5 << 10);
	for (uint64_t i = 0; i < 4; i++)
		assert_int_equal(d.shared[3].word[i], 0);
	e[3].word[1] = EXECUTE_S;
	hart.busy = 0xf0;
	check(dbtr_install(&d, &e[3], 1), SBI_SUCCESS, 0);
	check(dbtr_install(&d, e, 2), SBI_ERR_FAILED, 0); // all of them are in use
	dbtr_reset(&d);
	check(dbtr_read(&d, 0, 7), SBI_SUCCESS, 0);
	assert_int_equal(d.installed, 0);
}

static void chains_are_whole_and_in_a_row(void **state)
{
	struct dbtr_entry e[3] = { { { 9, EXECUTE_S, 0, 0 } },
				   { { 9, EXECUTE_S | MCONTROL6_CHAIN | 2 << 7, 0x1000, 0 } },
				   { { 9, EXECUTE_S | 3 << 7, 0x2000, 0 } } };

	(void)state;
	begin(8);
	check(dbtr_install(&d, e, 3), SBI_SUCCESS, 0);
	assert_int_equal(e[2].word[0], 2);
	dbtr_reset(&d);
	check(dbtr_install(&d, e, 2), SBI_ERR_INVALID_PARAM, 1); // its end is missing: nothing of it stays
	assert_int_equal(d.installed, 1);
	dbtr_reset(&d);
	hart.step = 2; // no two in a row
	check(dbtr_install(&d, &e[1], 2), SBI_ERR_FAILED, 1);
	assert_int_equal(d.installed, 0);
	hart.step = 1;
	hart.held = ~MCONTROL6_CHAIN; // a hart without chains
	check(dbtr_install(&d, e, 3), SBI_ERR_NOT_SUPPORTED, 1);
	assert_int_equal(d.installed, 1);
	dbtr_reset(&d);
	hart.held = ~0ull;
	e[2].word[1] |= 1ull << 59; // its end is invalid
	check(dbtr_install(&d, &e[1], 2), SBI_ERR_INVALID_PARAM, 1);
	assert_int_equal(d.installed, 0);
}

static void what_a_hart_does_not_hold_is_not_supported(void **state)
{
	struct dbtr_entry e = { { 0, EXECUTE_S | MCONTROL6_SELECT, 0x1000, 0 } };

	(void)state;
	begin(3);
	hart.held = ~MCONTROL6_SELECT;
	check(dbtr_install(&d, &e, 1), SBI_ERR_NOT_SUPPORTED, 0);
	e = (struct dbtr_entry){ { 0, EXECUTE_S, 0x1000, 1 } };
	hart.holds_tdata3 = false;
	check(dbtr_install(&d, &e, 1), SBI_ERR_NOT_SUPPORTED, 0);
	hart.held = ~MCONTROL6_HIT0;
	e = (struct dbtr_entry){ { 0, EXECUTE_S | MCONTROL6_HIT0, 0x1000, 0 } };
	check(dbtr_install(&d, &e, 1), SBI_SUCCESS, 0); // which the hart may do as it likes
	assert_int_equal(d.installed, 1);
	// The last cannot be looked at: only what every hart can do.
	e.word[1] = EXECUTE_S;
	check(dbtr_install(&d, &e, 1), SBI_SUCCESS, 0);
	hart.held = ~0ull;
	hart.holds_tdata3 = true;
	e.word[1] = EXECUTE_S | MCONTROL6_SELECT;
	check(dbtr_install(&d, &e, 1), SBI_ERR_NOT_SUPPORTED, 0);
	e = (struct dbtr_entry){ { 0, EXECUTE_S, 0x1000, 1 } };
	check(dbtr_install(&d, &e, 1), SBI_ERR_NOT_SUPPORTED, 0);
	e = (struct dbtr_entry){ { 0, TYPE(3) | ICOUNT_S | 2 << 10, 0, 0 } };
	check(dbtr_install(&d, &e, 1), SBI_ERR_NOT_SUPPORTED, 0);
	e.word[1] = TYPE(3) | ICOUNT_S | 1 << 10;
	check(dbtr_install(&d, &e, 1), SBI_SUCCESS, 0);
	assert_int_equal(e.word[0], 2);
	e.word[1] = TYPE(3) | ICOUNT_U | 1 << 10;
	check(dbtr_update(&d, &e, 1), SBI_SUCCESS, 0);
	assert_int_equal(hart.triggers[2].tdata[0], TYPE(3) | ICOUNT_VU | 1 << 10);
	e.word[1] = TYPE(3) | ICOUNT_U | 3 << 10;
	check(dbtr_update(&d, &e, 1), SBI_ERR_NOT_SUPPORTED, 0);
	assert_int_equal(hart.triggers[2].tdata[0], TYPE(3) | ICOUNT_VU | 1 << 10);
}

static void more_triggers_than_are_handed_out(void **state)
{
	struct dbtr_entry e[DBTR_MAX];

	(void)state;
	begin(32);
	hart.busy = 0x7fff; // the firmware has 15 and those from 16 on left
	for (uint64_t i = 0; i < DBTR_MAX; i++)
		e[i] = (struct dbtr_entry){ { 99, EXECUTE_S, i, 0 } };
	check(dbtr_install(&d, e, DBTR_MAX - 1), SBI_ERR_FAILED, 1);
	assert_int_equal(d.installed, 0x8000);
	check(dbtr_install(&d, e, DBTR_MAX), SBI_ERR_BAD_RANGE, 0);
	assert_int_equal(dbtr_read(&d, 15, 1).error, SBI_ERR_BAD_RANGE);
	assert_int_equal(dbtr_read(&d, 14, 1).error, SBI_SUCCESS);
	check(dbtr_change(&d, SBI_DBTR_DISABLE_TRIGGERS, 15, 3), SBI_ERR_INVALID_PARAM, 0);
	check(dbtr_change(&d, SBI_DBTR_UNINSTALL_TRIGGERS, 15, 1), SBI_SUCCESS, 0);
}

static void updates_keep_type_and_chain(void **state)
{
	struct dbtr_entry e[2] = { { { 0, EXECUTE_S, 0x1000, 0 } }, { { 0, EXECUTE_S | MCONTROL6_U, 0x2000, 0 } } };

	(void)state;
	begin(4);
	check(dbtr_install(&d, e, 2), SBI_SUCCESS, 0);
	e[0].word[2] = 0x3000;
	e[1].word[1] |= MCONTROL6_CHAIN;
	check(dbtr_update(&d, e, 2), SBI_ERR_INVALID_PARAM, 1); // the first is done by then
	assert_int_equal(hart.triggers[0].tdata[1], 0x3000);
	e[1].word[1] = TYPE(3) | ICOUNT_S | 1 << 10;
	check(dbtr_update(&d, e, 2), SBI_ERR_INVALID_PARAM, 1);
	e[1].word[0] = 2;
	check(dbtr_update(&d, e, 2), SBI_ERR_FAILED, 1);
	e[1].word[0] = 4;
	check(dbtr_update(&d, e, 2), SBI_ERR_INVALID_PARAM, 1);
	check(dbtr_update(&d, e, 4), SBI_ERR_BAD_RANGE, 0);
	assert_int_equal(hart.triggers[1].tdata[0], EXECUTE_VS | MCONTROL6_VU);

	// What the hart does not take leaves the trigger as it was, disabled if it was that.
	hart.held = ~MCONTROL6_MATCH;
	e[1] = (struct dbtr_entry){ { 1, MC6 | MCONTROL6_LOAD | 1 << 7, 0x4000, 0 } };
	check(dbtr_update(&d, &e[1], 1), SBI_ERR_NOT_SUPPORTED, 0);
	assert_int_equal(hart.triggers[1].tdata[0], EXECUTE_VS | MCONTROL6_VU);
	assert_int_equal(hart.triggers[1].tdata[1], 0x2000);
	check(dbtr_change(&d, SBI_DBTR_DISABLE_TRIGGERS, 1, 1), SBI_SUCCESS, 0);
	check(dbtr_update(&d, &e[1], 1), SBI_ERR_NOT_SUPPORTED, 0);
	assert_int_equal(hart.triggers[1].tdata[0], MC6 | MCONTROL6_EXECUTE);
	check(dbtr_change(&d, SBI_DBTR_ENABLE_TRIGGERS, 0, 3), SBI_SUCCESS, 0);
	assert_int_equal(hart.triggers[1].tdata[0], EXECUTE_VS | MCONTROL6_VU);
}

static void a_firmware_may_answer_anything(void **state)
{
	struct dbtr_entry e = { { 0, EXECUTE_S, 0x1000, 0 } };

	(void)state;
	begin(5);
	hart.forgets = true;
	check(dbtr_install(&d, &e, 1), SBI_SUCCESS, 0);
	hart.triggers[0].tdata[0] = TYPE(15); // nothing that could be made again what it was
	check(dbtr_update(&d, &(struct dbtr_entry){ { 0, EXECUTE_S, 0x2000, 0 } }, 1), SBI_ERR_FAILED, 0);
	assert_int_equal(hart.triggers[0].tdata[1], 0x1000);
}

static void sets_are_all_or_nothing(void **state)
{
	static const uint64_t fids[] = { SBI_DBTR_DISABLE_TRIGGERS, SBI_DBTR_ENABLE_TRIGGERS, SBI_DBTR_UNINSTALL_TRIGGERS };
	struct dbtr_entry e[2] = { { { 0, EXECUTE_S, 0, 0 } }, { { 0, EXECUTE_S, 0, 0 } } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(fids); i++) {
		begin(5);
		check(dbtr_install(&d, e, 2), SBI_SUCCESS, 0);
		check(dbtr_change(&d, fids[i], 0, 7), SBI_ERR_INVALID_PARAM, 0);
		check(dbtr_change(&d, fids[i], 1, 3), SBI_ERR_INVALID_PARAM, 0);
		check(dbtr_change(&d, fids[i], 5, 1), SBI_ERR_INVALID_PARAM, 0);
		check(dbtr_change(&d, fids[i], UINT64_MAX, 1), SBI_ERR_INVALID_PARAM, 0);
		check(dbtr_change(&d, fids[i], 1, 1ull << 63), SBI_ERR_INVALID_PARAM, 0);
		check(dbtr_change(&d, fids[i], 0, 1ull << 32), SBI_ERR_INVALID_PARAM, 0);
		assert_int_equal(hart.triggers[1].tdata[0], EXECUTE_VS);
		check(dbtr_change(&d, fids[i], 99, 0), SBI_SUCCESS, 0);
		check(dbtr_change(&d, fids[i], 1, 1), SBI_SUCCESS, 0);
		check(dbtr_change(&d, fids[i], 0, 1), SBI_SUCCESS, 0);
	}
	assert_int_equal(d.installed, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_tdata1_is_refused_or_harmless),
		cmocka_unit_test(refusals_name_their_reason),
		cmocka_unit_test(triggers_are_counted_by_what_they_can_do),
		cmocka_unit_test(installed_in_order_until_one_fails),
		cmocka_unit_test(chains_are_whole_and_in_a_row),
		cmocka_unit_test(what_a_hart_does_not_hold_is_not_supported),
		cmocka_unit_test(more_triggers_than_are_handed_out),
		cmocka_unit_test(updates_keep_type_and_chain),
		cmocka_unit_test(a_firmware_may_answer_anything),
		cmocka_unit_test(sets_are_all_or_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
