// SPDX-License-Identifier: Apache-2.0
// Tests of vdev/vaplic's deliveries: priorities, thresholds and claims on vcpus' lines, and MSIs.
#include "vaplic_board.h"

static void test_smallest_priority_number_then_lowest_source(void **state)
{
	(void)state;
	set_up_vcpu(1);
	set_up_source(EMULATED(1), VAPLIC_EDGE1, 1u << 18 | 9); // 4
	set_up_source(HARDWARE(30), VAPLIC_EDGE1, 1u << 18 | 3); // 92
	set_up_source(EMULATED(40), VAPLIC_EDGE1, 1u << 18 | 3); // 121
	set_up_source(EMULATED(3), VAPLIC_EDGE1, 2u << 18 | 1); // for another
	for (uint32_t source = 1; source < VAPLIC_SOURCES; source++)
		set_wire(source, true);
	assert_true(board.lines[1] && !board.lines[2]); // its idelivery is 0
	assert_int_equal(in(TOPI(2)), 10u << 16 | 1);
	static const uint32_t order[] = { 92u << 16 | 3, 121u << 16 | 3, 4u << 16 | 9, 0 };
	for (uint32_t n = 0; n < 4; n++) {
		assert_int_equal(in(TOPI(1)), order[n]);
		out(CLAIMI(1), 0); // ignored
		assert_int_equal(in(CLAIMI(1)), order[n]);
	}
	assert_false(board.lines[1]);
}

static void test_threshold(void **state)
{
	(void)state;
	set_up_vcpu(0);
	set_up_source(7, VAPLIC_EDGE1, 5);
	set_wire(7, true);
	out(ITHRESHOLD(0), 5);
	assert_true(!board.lines[0] && in(TOPI(0)) == 0 && in(CLAIMI(0)) == 0);
	out(ITHRESHOLD(0), 6);
	assert_true(board.lines[0] && in(TOPI(0)) == (7u << 16 | 5));
	out(ITHRESHOLD(0), 0x1ff);
	assert_int_equal(in(ITHRESHOLD(0)), 0xff);
	out(TARGET(7), 0xff); // as high as the threshold
	assert_false(board.lines[0]);
	out(ITHRESHOLD(0), 0); // none at all
	assert_true(board.lines[0]);
}

static void test_line_needs_ie_and_idelivery_topi_does_not(void **state)
{
	(void)state;
	for (uint32_t k = 0; k < 2; k++) {
		set_up_board(false);
		set_up_source(kinds[k], VAPLIC_LEVEL1, 5);
		set_wire(kinds[k], true);
		for (uint32_t i = 0; i < 4; i++) {
			out(DOMAINCFG, i & 1 ? IE : 0);
			out(IDELIVERY(0), i >> 1);
			assert_int_equal(board.lines[0], i == 3);
			assert_int_equal(in(TOPI(0)), kinds[k] << 16 | 5);
		}
		out(CLRIENUM, kinds[k]);
		assert_true(!board.lines[0] && in(TOPI(0)) == 0);
		out(SETIENUM, kinds[k]);
		assert_true(board.lines[0]);
		out(TARGET(kinds[k]), 2u << 18 | 5);
		assert_true(!board.lines[0] && in(TOPI(2)) != 0);
	}
}

static void test_iforce_makes_one_spurious_interrupt(void **state)
{
	(void)state;
	out(IFORCE(1), UINT32_MAX);
	assert_int_equal(in(IFORCE(1)), 1);
	assert_false(board.lines[1]);
	set_up_vcpu(1);
	assert_true(board.lines[1]);
	set_up_source(7, VAPLIC_EDGE1, 1u << 18 | 1);
	set_wire(7, true);
	assert_int_equal(in(CLAIMI(1)), 7u << 16 | 1);
	assert_true(board.lines[1] && in(IFORCE(1)) == 1); // until a claim returns 0
	assert_int_equal(in(TOPI(1)), 0);
	assert_true(board.lines[1]);
	assert_int_equal(in(CLAIMI(1)), 0);
	assert_true(!board.lines[1] && in(IFORCE(1)) == 0);
}

static void test_msi_once_until_the_level_falls_or_is_asked_for(void **state)
{
	(void)state;
	out(DOMAINCFG, IE);
	for (uint32_t k = 0; k < 2; k++) {
		uint32_t source = kinds[k], *sent = &board.msis[2][20 + k];

		set_up_source(source, VAPLIC_LEVEL1, 2u << 18 | (20 + k));
		set_wire(source, true);
		assert_int_equal(*sent, 1);
		assert_int_equal(bit_of(source, SETIP(0)), 0);
		assert_int_equal(bit_of(source, IN_CLRIP(0)), 1);
		set_wire(source, true);
		assert_int_equal(*sent, 1);
		out(SETIPNUM_LE, source); // as Linux ends a level
		assert_int_equal(*sent, 2);
		set_wire(source, false);
		out(SETIPNUM_LE, source);
		assert_int_equal(*sent, 2);
		set_wire(source, true);
		assert_int_equal(*sent, 3);
		assert_int_equal(board.takes[source], 0);
	}
}

static void test_msi_waits_for_ie_and_the_enable_bit(void **state)
{
	(void)state;
	for (uint32_t k = 0; k < 2; k++) {
		uint32_t source = kinds[k], *sent = &board.msis[0][30 + k];

		out(DOMAINCFG, 0);
		out(SOURCECFG(source), VAPLIC_EDGE1);
		out(TARGET(source), 30 + k);
		set_wire(source, true);
		out(DOMAINCFG, IE);
		assert_int_equal(*sent, 0);
		out(SETIENUM, source);
		assert_int_equal(*sent, 1);
		out(DOMAINCFG, 0);
		out(SETIPNUM, source);
		assert_int_equal(*sent, 1);
		out(TARGET(source), 40 + k); // sent to where the target is then
		out(DOMAINCFG, IE);
		assert_true(*sent == 1 && board.msis[0][40 + k] == 1);
		out(TARGET(source), 0); // no such identity
		out(SETIPNUM, source);
		assert_int_equal(bit_of(source, SETIP(0)), 0);
	}
}

static void test_genmsi(void **state)
{
	(void)state;
	out(GENMSI, 1u << 18 | 0x3f800 | 33); // whatever IE is
	assert_int_equal(board.msis[1][33], 1);
	assert_int_equal(in(GENMSI), 1u << 18 | 33); // not busy
	out(GENMSI, (uint32_t)VCPUS << 18 | 33);
	out(GENMSI, 1u << 18);
	assert_int_equal(in(GENMSI), 1u << 18);
	out(GENMSI, 2u << 18);
	vaplic_reset(&a);
	assert_int_equal(in(GENMSI), 0);
	for (uint32_t vcpu = 0; vcpu < VCPUS; vcpu++)
		for (uint32_t eiid = 0; eiid <= EIID_MAX; eiid++)
			assert_int_equal(board.msis[vcpu][eiid], vcpu == 1 && eiid == 33);
}

static void test_eiid_has_all_bits_and_sends_identities_alone(void **state)
{
	(void)state;
	out(SOURCECFG(7), VAPLIC_DETACHED);
	out(TARGET(7), 0x3ffff);
	assert_int_equal(in(TARGET(7)), 0x7ff);
	a.eiid_max = 40; // what the field holds beyond its identities sends nothing: on_msi() would see it
	out(DOMAINCFG, IE);
	set_up_source(7, VAPLIC_DETACHED, 41);
	out(SETIPNUM, 7);
	out(GENMSI, 41);
	out(GENMSI, 0x7ff);
	assert_true(board.msis[0][41] == 0 && bit_of(7, SETIP(0)) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_smallest_priority_number_then_lowest_source, set_up_direct),
		cmocka_unit_test_setup(test_threshold, set_up_direct),
		cmocka_unit_test(test_line_needs_ie_and_idelivery_topi_does_not),
		cmocka_unit_test_setup(test_iforce_makes_one_spurious_interrupt, set_up_direct),
		cmocka_unit_test_setup(test_msi_once_until_the_level_falls_or_is_asked_for, set_up_msi),
		cmocka_unit_test_setup(test_msi_waits_for_ie_and_the_enable_bit, set_up_msi),
		cmocka_unit_test_setup(test_genmsi, set_up_msi),
		cmocka_unit_test_setup(test_eiid_has_all_bits_and_sends_identities_alone, set_up_msi),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
