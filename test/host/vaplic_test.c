// SPDX-License-Identifier: Apache-2.0
// Tests of vdev/vaplic: registers, modes of sources, and pending bits by mode.
#include "vaplic_board.h"

static const uint32_t modes[] = { VAPLIC_DETACHED, VAPLIC_EDGE1, VAPLIC_EDGE0, VAPLIC_LEVEL1, VAPLIC_LEVEL0 };
static void test_reset_state(void **state)
{
	(void)state;
	for (uint32_t msi = 0; msi < 2; msi++) {
		set_up_board(msi);
		assert_int_equal(in(DOMAINCFG), msi ? 0x80000004 : 0x80000000);
		for (uint64_t offset = 4; offset < VAPLIC_SIZE; offset += 4)
			assert_int_equal(in(offset), 0);
	}
}

static void test_refused_accesses(void **state)
{
	(void)state;
	for (uint32_t width = 1; width <= 8; width *= 2)
		for (uint64_t offset = 0; offset < VAPLIC_SIZE + 16; offset++) {
			struct mmio access = { .offset = offset, .width = width, .is_write = offset & 8, .value = 0 };
			bool is_good = width == 4 && offset % 4 == 0 && offset < VAPLIC_SIZE;

			assert_int_equal(vaplic_access(&a, &access), is_good ? MMIO_DONE : MMIO_FAULT);
		}
	struct mmio beyond = { .offset = 1ull << 32, .width = 4 };
	assert_int_equal(vaplic_access(&a, &beyond), MMIO_FAULT);
}

static void test_what_is_not_there_stays_zero(void **state)
{
	(void)state;
	for (uint32_t msi = 0; msi < 2; msi++) {
		set_up_board(msi);
		for (uint32_t source = 0; source < 1024; source++) {
			if (source < VAPLIC_SOURCES && source % 3 != 0)
				continue; // 0, 3, 6 ...: absent
			for (uint32_t mode = 0; mode < 8 && source != 0; mode++)
				out(SOURCECFG(source), mode);
			if (source != 0)
				out(TARGET(source), 5);
			for (uint32_t reg = 0x1c00; reg < 0x2000; reg += 0x100) {
				out(reg + 4 * (source / 32), UINT32_MAX);
				out(reg + 0xdc, source);
			}
			out(SETIPNUM_LE, source);
		}
		out(SETIPNUM, UINT32_MAX);
		for (uint64_t offset = 0x1bc0; offset < 0x1bd0; offset += 4) // mmsiaddrcfg, smsiaddrcfg
			out(offset, UINT32_MAX);
		out(0x2004, 1); // setipnum_be
		for (uint64_t offset = IDC(msi ? 0 : VCPUS); offset < VAPLIC_SIZE; offset += 4)
			out(offset, UINT32_MAX);
		if (!msi)
			out(GENMSI, 1);
		for (uint64_t offset = 4; offset < VAPLIC_SIZE; offset += 4)
			assert_int_equal(in(offset), 0);
	}
}

static void test_domaincfg_holds_ie_only(void **state)
{
	(void)state;
	for (uint32_t msi = 0; msi < 2; msi++) {
		set_up_board(msi);
		out(DOMAINCFG, UINT32_MAX);
		assert_int_equal(in(DOMAINCFG), msi ? 0x80000104 : 0x80000100);
		out(DOMAINCFG, ~(uint32_t)IE);
		assert_int_equal(in(DOMAINCFG), msi ? 0x80000004 : 0x80000000);
	}
}

static void test_sourcecfg_takes_the_modes_there_are(void **state)
{
	static const uint32_t reads[] = { 0, 1, 0, 0, 4, 5, 6, 7 };

	(void)state;
	for (uint32_t k = 0; k < 2; k++)
		for (uint32_t value = 0; value < 0x1000; value++) {
			out(SOURCECFG(kinds[k]), VAPLIC_DETACHED);
			out(SOURCECFG(kinds[k]), value);
			assert_int_equal(in(SOURCECFG(kinds[k])), (value & 0x400) != 0 ? 0 : reads[value % 8]);
		}
}

static void test_an_inactive_source_forgets(void **state)
{
	(void)state;
	for (uint32_t k = 0; k < 2; k++) {
		set_up_source(kinds[k], VAPLIC_EDGE1, 1u << 18 | 9);
		out(SETIPNUM, kinds[k]);
		out(SOURCECFG(kinds[k]), VAPLIC_LEVEL1); // between active modes it does not
		assert_int_equal(in(TARGET(kinds[k])), 1u << 18 | 9);
		assert_int_equal(bit_of(kinds[k], SETIE(0)), 1);
		out(SOURCECFG(kinds[k]), 0);
		assert_int_equal(bit_of(kinds[k], SETIP(0)), 0);
		assert_int_equal(bit_of(kinds[k], SETIE(0)), 0);
		out(TARGET(kinds[k]), 5);
		assert_int_equal(in(TARGET(kinds[k])), 0);
		out(SOURCECFG(kinds[k]), VAPLIC_EDGE1);
		assert_int_equal(bit_of(kinds[k], SETIE(0)), 0);
		assert_int_equal(in(TARGET(kinds[k])), 1); // a priority is never 0
	}
}

static void test_target_fields(void **state)
{
	(void)state;
	for (uint32_t k = 0; k < 2; k++) {
		set_up_board(false);
		out(SOURCECFG(kinds[k]), VAPLIC_EDGE1);
		out(TARGET(kinds[k]), 2u << 18 | 0x3ffff);
		assert_int_equal(in(TARGET(kinds[k])), 2u << 18 | 0xff);
		out(TARGET(kinds[k]), (uint32_t)VCPUS << 18 | 0x100); // no such hart
		assert_int_equal(in(TARGET(kinds[k])), 2u << 18 | 1);
		set_up_board(true);
		out(SOURCECFG(kinds[k]), VAPLIC_EDGE1);
		out(TARGET(kinds[k]), 2u << 18 | 0x3ffff); // Guest Index stays 0
		assert_int_equal(in(TARGET(kinds[k])), 2u << 18 | 0x7ff);
		out(TARGET(kinds[k]), UINT32_MAX << 18 | 0x800);
		assert_int_equal(in(TARGET(kinds[k])), 2u << 18);
	}
}

// Section "Precise effects on interrupt-pending bits", whole: deliveries, kinds, modes, inputs, and the ways to set and clear.
static void test_pending_bits_by_mode(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 2 * 2 * 5 * 2; i++) {
		bool msi = i & 1, asserted = i >> 2 & 1;
		uint32_t source = kinds[i >> 1 & 1], mode = modes[i >> 3];
		bool level = mode >= VAPLIC_LEVEL1, attached = mode >= VAPLIC_EDGE1, wire = asserted != (mode & 1);

		set_up_board(msi);
		set_wire(source, attached && (mode & 1)); // not asserted
		out(SOURCECFG(source), mode);
		assert_int_equal(bit_of(source, SETIP(0)), 0);
		assert_int_equal(bit_of(source, IN_CLRIP(0)), 0);
		set_wire(source, wire);
		assert_int_equal(bit_of(source, IN_CLRIP(0)), attached && asserted);
		assert_int_equal(bit_of(source, SETIP(0)), attached && asserted);
		bool fixed = level && !msi; // a copy of the input
		for (uint32_t way = 0; way < 3; way++) {
			if (way == 0)
				out(CLRIPNUM, source);
			else
				out(IN_CLRIP(source / 32), 1u << source);
			assert_int_equal(bit_of(source, SETIP(0)), fixed && asserted);
			if (way == 0)
				out(SETIPNUM, source);
			else if (way == 1)
				out(SETIPNUM_LE, source);
			else
				out(SETIP(source / 32), 1u << source);
			assert_int_equal(bit_of(source, SETIP(0)), !level || asserted);
		}
		set_wire(source, mode & 1);
		assert_int_equal(bit_of(source, SETIP(0)), !level);
	}
}

static void test_a_source_that_is_asserted_when_made_active_is_pending(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 8; i++) {
		uint32_t source = kinds[i & 1], mode = i & 2 ? VAPLIC_LEVEL1 : VAPLIC_LEVEL0;

		set_up_board(i & 4);
		set_wire(source, mode == VAPLIC_LEVEL1);
		out(SOURCECFG(source), mode);
		assert_int_equal(bit_of(source, SETIP(0)), 1);
		out(SOURCECFG(source), mode ^ 1);
		assert_int_equal(bit_of(source, SETIP(0)), 0);
	}
}

static void test_enable_bits(void **state)
{
	(void)state;
	for (uint32_t k = 0; k < 2; k++) {
		uint32_t source = kinds[k];

		out(SOURCECFG(source), VAPLIC_DETACHED);
		out(SETIENUM, source);
		assert_int_equal(in(SETIE(0)), 1u << source);
		assert_int_equal(in(CLRIE(0)), 0);
		out(CLRIENUM, source);
		assert_int_equal(in(SETIE(0)), 0);
		out(SETIE(0), UINT32_MAX);
		assert_int_equal(in(SETIE(0)), 1u << source);
		out(CLRIE(0), 1u << source);
		assert_int_equal(in(SETIE(0)), 0);
		out(SOURCECFG(source), 0);
	}
}

static void test_reset_forgets_all_but_levels(void **state)
{
	(void)state;
	set_up_vcpu(1);
	for (uint32_t k = 0; k < 2; k++) {
		set_up_source(kinds[k], VAPLIC_LEVEL1, 1u << 18 | 9);
		set_wire(kinds[k], true);
	}
	out(ITHRESHOLD(1), 10);
	out(IDELIVERY(2), 1);
	out(IFORCE(2), 1);
	assert_true(board.lines[1] && board.lines[2]);
	vaplic_reset(&a);
	assert_true(!board.lines[1] && !board.lines[2]);
	assert_int_equal(board.cfg[HARDWARE(2)].mode, VAPLIC_INACTIVE);
	for (uint64_t offset = 4; offset < VAPLIC_SIZE; offset += 4)
		assert_int_equal(in(offset), 0);
	set_up_vcpu(1);
	for (uint32_t k = 0; k < 2; k++)
		set_up_source(kinds[k], VAPLIC_LEVEL1, 1u << 18 | 9);
	assert_int_equal(in(TOPI(1)), kinds[0] << 16 | 9);
	assert_int_equal(board.takes[HARDWARE(2)], 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reset_state),
		cmocka_unit_test_setup(test_refused_accesses, set_up_direct),
		cmocka_unit_test(test_what_is_not_there_stays_zero),
		cmocka_unit_test(test_domaincfg_holds_ie_only),
		cmocka_unit_test_setup(test_sourcecfg_takes_the_modes_there_are, set_up_direct),
		cmocka_unit_test_setup(test_an_inactive_source_forgets, set_up_direct),
		cmocka_unit_test(test_target_fields),
		cmocka_unit_test(test_pending_bits_by_mode),
		cmocka_unit_test(test_a_source_that_is_asserted_when_made_active_is_pending),
		cmocka_unit_test_setup(test_enable_bits, set_up_direct),
		cmocka_unit_test_setup(test_reset_forgets_all_but_levels, set_up_direct),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
