// SPDX-License-Identifier: Apache-2.0
// Tests of vdev/vaplic's hardware sources: how often the hypervisor is entered, what is lost (nothing), what the real ones are told.
#include "vaplic_board.h"

#define SOURCE HARDWARE(2) // 8
#define TOP (SOURCE << 16 | 5)

static void set_up_hardware(uint32_t mode)
{
	out(DOMAINCFG, IE);
	for (uint32_t vcpu = 0; !board.msi && vcpu < VCPUS; vcpu++)
		out(IDELIVERY(vcpu), 1);
	out(SOURCECFG(SOURCE), mode);
	out(TARGET(SOURCE), 5);
	out(SETIENUM, SOURCE);
}

static void test_a_level_costs_one_entry_and_two_claims(void **state)
{
	(void)state;
	set_up_hardware(VAPLIC_LEVEL1);
	for (uint32_t n = 1; n <= 100; n++) {
		set_wire(SOURCE, true);
		assert_true(board.lines[0]);
		assert_int_equal(board.takes[SOURCE], n);
		assert_int_equal(in(CLAIMI(0)), TOP);
		set_wire(SOURCE, false); // the handler has served the device
		assert_int_equal(in(CLAIMI(0)), 0);
		assert_false(board.lines[0]);
	}
}

static void test_an_edge_costs_one_entry_and_one_claim(void **state)
{
	(void)state;
	set_up_hardware(VAPLIC_EDGE0);
	assert_int_equal(in(CLAIMI(0)), TOP); // low already
	for (uint32_t n = 2; n <= 100; n++) {
		set_wire(SOURCE, true);
		assert_false(board.lines[0]);
		set_wire(SOURCE, false);
		assert_true(board.lines[0]);
		assert_int_equal(board.takes[SOURCE], n);
		assert_int_equal(in(CLAIMI(0)), TOP);
		assert_false(board.lines[0]);
	}
}

static void test_a_noisy_wire_enters_once_per_claim(void **state)
{
	static const uint32_t modes[] = { VAPLIC_EDGE1, VAPLIC_EDGE0, VAPLIC_LEVEL1, VAPLIC_LEVEL0 };

	(void)state;
	for (uint32_t m = 0; m < 4; m++) {
		set_up_board(false);
		set_wire(SOURCE, modes[m] & 1);
		set_up_hardware(modes[m]);
		for (uint32_t claims = 1; claims <= 10; claims++) {
			for (uint32_t n = 0; n < 1000; n++)
				set_wire(SOURCE, n % 2 == (modes[m] & 1));
			assert_int_equal(board.takes[SOURCE], claims);
			set_wire(SOURCE, modes[m] & 1);
			assert_int_equal(in(CLAIMI(0)), modes[m] < VAPLIC_LEVEL1 ? TOP : 0); // a level has fallen by itself
			assert_false(board.lines[0]);
		}
	}
}

static void test_edges_before_the_claim_are_one_and_after_it_another(void **state)
{
	(void)state;
	set_up_hardware(VAPLIC_EDGE1);
	for (uint32_t n = 0; n < 5; n++)
		set_wire(SOURCE, n % 2 == 0);
	assert_int_equal(in(CLAIMI(0)), TOP);
	assert_true(!board.lines[0] && in(CLAIMI(0)) == 0);
	set_wire(SOURCE, false);
	set_wire(SOURCE, true);
	assert_true(board.lines[0]);
	out(CLRIPNUM, SOURCE); // clearing is as good as claiming
	assert_false(board.lines[0]);
	set_wire(SOURCE, false);
	set_wire(SOURCE, true);
	assert_int_equal(board.takes[SOURCE], 3);
	assert_int_equal(in(CLAIMI(0)), TOP);
}

static void test_a_level_that_stays_or_rises_again_is_not_lost(void **state)
{
	(void)state;
	set_up_hardware(VAPLIC_LEVEL1);
	set_wire(SOURCE, true);
	for (uint32_t n = 0; n < 3; n++) {
		assert_int_equal(in(CLAIMI(0)), TOP); // as often as the guest asks, without an entry
		set_wire(SOURCE, false);
		set_wire(SOURCE, true);
		assert_true(board.lines[0]);
	}
	assert_int_equal(board.takes[SOURCE], 1);
	set_wire(SOURCE, false);
	assert_int_equal(in(CLAIMI(0)), 0);
	set_wire(SOURCE, true);
	assert_true(board.lines[0] && board.takes[SOURCE] == 2);
}

static void test_a_handler_that_claims_once_meets_one_spurious_interrupt(void **state)
{
	(void)state;
	set_up_hardware(VAPLIC_LEVEL1);
	set_wire(SOURCE, true);
	assert_int_equal(in(CLAIMI(0)), TOP);
	set_wire(SOURCE, false);
	assert_true(board.lines[0]); // nothing has asked yet
	assert_int_equal(in(CLAIMI(0)), 0);
	assert_true(!board.lines[0] && board.enabled[SOURCE]);
}

// Each of these sees that a held level has fallen; so does setie, for a driver that masks while a thread serves the device.
static void test_what_asks_about_a_held_level(void **state)
{
	(void)state;
	set_up_hardware(VAPLIC_LEVEL1);
	for (uint32_t way = 0; way < 5; way++) {
		set_wire(SOURCE, true);
		assert_true(board.lines[0] && !board.enabled[SOURCE]);
		if (way == 4)
			out(CLRIENUM, SOURCE);
		set_wire(SOURCE, false);
		if (way < 4)
			assert_int_equal(in((const uint32_t[]){ TOPI(0), CLAIMI(0), SETIP(0), IN_CLRIP(0) }[way]), 0);
		else
			out(SETIENUM, SOURCE);
		assert_true(!board.lines[0] && board.enabled[SOURCE]);
	}
	set_wire(SOURCE, true);
	set_wire(SOURCE, false);
	assert_int_equal(in(CLAIMI(1)), 0); // another vcpu's does not
	assert_int_equal(in(IN_CLRIP(1)), 0);
	assert_false(board.enabled[SOURCE]);
}

static void test_a_held_source_is_not_enabled_behind_our_back(void **state)
{
	(void)state;
	set_up_hardware(VAPLIC_LEVEL1);
	set_wire(SOURCE, true);
	out(CLRIENUM, SOURCE);
	out(SETIENUM, SOURCE);
	out(TARGET(SOURCE), 2u << 18 | 5);
	assert_true(!board.lines[0] && board.lines[2]);
	out(DOMAINCFG, 0);
	out(DOMAINCFG, IE);
	out(SOURCECFG(SOURCE), VAPLIC_EDGE1);
	assert_false(board.enabled[SOURCE]);
	assert_int_equal(board.takes[SOURCE], 1);
	assert_int_equal(in(CLAIMI(2)), TOP);
	assert_true(board.enabled[SOURCE] && board.cfg[SOURCE].vcpu == 2);
}

static void test_a_disabled_source_never_enters_and_nothing_is_lost(void **state)
{
	(void)state;
	for (uint32_t mode = VAPLIC_EDGE1; mode <= VAPLIC_LEVEL1; mode += 2) {
		set_up_board(false);
		set_up_hardware(mode);
		out(CLRIENUM, SOURCE);
		set_wire(SOURCE, true);
		assert_int_equal(board.takes[SOURCE], 0);
		assert_int_equal(in(SETIP(0)), 1u << SOURCE);
		assert_int_equal(in(TOPI(0)), 0);
		out(SETIENUM, SOURCE);
		assert_true(board.lines[0] && board.takes[SOURCE] == 1);
		out(CLRIENUM, SOURCE); // while held: released without being enabled
		set_wire(SOURCE, false);
		out(CLRIPNUM, SOURCE);
		assert_int_equal(in(SETIP(0)), 0);
		assert_true(!board.enabled[SOURCE] && !is_held(SOURCE));
		set_wire(SOURCE, true);
		assert_int_equal(board.takes[SOURCE], 1);
	}
}

static void test_a_late_entry_for_an_inactive_source_is_ignored(void **state)
{
	(void)state;
	set_up_hardware(VAPLIC_LEVEL1);
	out(SOURCECFG(SOURCE), 0);
	vaplic_take(&a, SOURCE);
	assert_true(!board.lines[0] && !is_held(SOURCE) && in(TOPI(0)) == 0);
	set_up_hardware(VAPLIC_LEVEL1);
	set_wire(SOURCE, true);
	out(SOURCECFG(SOURCE), 0); // while held
	assert_true(!board.lines[0] && !is_held(SOURCE));
	set_up_hardware(VAPLIC_LEVEL1);
	assert_true(board.lines[0] && board.takes[SOURCE] == 2);
}

static void test_a_late_entry_for_a_disabled_source_is_kept(void **state)
{
	(void)state;
	set_up_hardware(VAPLIC_EDGE1);
	out(CLRIENUM, SOURCE);
	vaplic_take(&a, SOURCE); // had been claimed by then
	assert_true(!board.lines[0] && in(SETIP(0)) == 1u << SOURCE);
	out(SETIENUM, SOURCE);
	assert_true(board.lines[0]);
	assert_int_equal(in(CLAIMI(0)), TOP);
	assert_true(board.enabled[SOURCE]);
}

static void test_pending_by_a_write_does_not_touch_the_real_source(void **state)
{
	(void)state;
	set_up_hardware(VAPLIC_EDGE1);
	out(SETIPNUM, SOURCE);
	assert_true(board.lines[0] && board.enabled[SOURCE] && !board.pending[SOURCE]);
	set_wire(SOURCE, true); // one with it
	assert_int_equal(in(CLAIMI(0)), TOP);
	assert_int_equal(in(CLAIMI(0)), 0);
	out(SETIPNUM, SOURCE);
	set_wire(SOURCE, false);
	out(SOURCECFG(SOURCE), VAPLIC_LEVEL1); // a level is not pending by a write
	assert_true(!board.lines[0] && in(TOPI(0)) == 0);
}

static void test_the_real_aplic_is_asked_and_told_no_more_than_needed(void **state)
{
	(void)state;
	for (uint32_t msi = 0; msi < 2; msi++) {
		set_up_board(msi);
		set_up_hardware(VAPLIC_EDGE1);
		board.calls = 0;
		out(SETIENUM, SOURCE); // nothing changes
		out(SOURCECFG(SOURCE), VAPLIC_EDGE1);
		out(DOMAINCFG, IE);
		set_wire(SOURCE, true);
		assert_int_equal(board.calls, 0);
		assert_int_equal(in(msi ? SETIE(0) : CLAIMI(0)), msi ? 1u << SOURCE : TOP);
		assert_int_equal(board.calls, msi ? 0 : 2); // hw_set_pending(), hw_enable()
		board.calls = 0;
		(void)in(SETIP(0));
		assert_int_equal(board.calls, 1); // the active source only
	}
}

static void test_msi_delivery_is_configured_and_left_alone(void **state)
{
	struct vaplic_source *cfg = &board.cfg[SOURCE];

	(void)state;
	set_up_hardware(VAPLIC_LEVEL0);
	assert_true(cfg->mode == VAPLIC_LEVEL0 && cfg->vcpu == 0 && cfg->eiid == 5 && cfg->enabled);
	out(DOMAINCFG, 0);
	assert_false(cfg->enabled);
	out(TARGET(SOURCE), 1u << 18 | 6);
	out(SETIENUM, SOURCE);
	assert_true(cfg->vcpu == 1 && cfg->eiid == 6 && !cfg->enabled);
	out(DOMAINCFG, IE);
	assert_true(cfg->enabled);
	out(CLRIENUM, SOURCE);
	assert_false(cfg->enabled);
	out(SOURCECFG(SOURCE), 0);
	assert_true(cfg->mode == VAPLIC_INACTIVE && !cfg->enabled);
	assert_int_equal(board.takes[SOURCE], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_a_level_costs_one_entry_and_two_claims, set_up_direct),
		cmocka_unit_test_setup(test_an_edge_costs_one_entry_and_one_claim, set_up_direct),
		cmocka_unit_test(test_a_noisy_wire_enters_once_per_claim),
		cmocka_unit_test_setup(test_edges_before_the_claim_are_one_and_after_it_another, set_up_direct),
		cmocka_unit_test_setup(test_a_level_that_stays_or_rises_again_is_not_lost, set_up_direct),
		cmocka_unit_test_setup(test_a_handler_that_claims_once_meets_one_spurious_interrupt, set_up_direct),
		cmocka_unit_test_setup(test_what_asks_about_a_held_level, set_up_direct),
		cmocka_unit_test_setup(test_a_held_source_is_not_enabled_behind_our_back, set_up_direct),
		cmocka_unit_test(test_a_disabled_source_never_enters_and_nothing_is_lost),
		cmocka_unit_test_setup(test_a_late_entry_for_an_inactive_source_is_ignored, set_up_direct),
		cmocka_unit_test_setup(test_a_late_entry_for_a_disabled_source_is_kept, set_up_direct),
		cmocka_unit_test_setup(test_pending_by_a_write_does_not_touch_the_real_source, set_up_direct),
		cmocka_unit_test(test_the_real_aplic_is_asked_and_told_no_more_than_needed),
		cmocka_unit_test_setup(test_msi_delivery_is_configured_and_left_alone, set_up_msi),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
