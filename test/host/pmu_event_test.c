// SPDX-License-Identifier: Apache-2.0
// PMU events, counter sets and filters against the text of SBI 3.0.
#include "pmu/pmu_event.h"

#include "vcpu/cause_list.h"
#include "rv/spec.h"
#include "vcpu/pmu_state.h"
#include "testing.h"

static void test_hardware_events(void **state)
{
	(void)state;
	assert_int_equal(pmu_event_kind(SBI_PMU_HW_NO_EVENT, 0), PMU_EVENT_UNSUPPORTED);
	for (uint32_t code = 1; code <= 0xffff; code++)
		assert_int_equal(pmu_event_kind(code, 0), code <= 10 ? PMU_EVENT_HARDWARE : PMU_EVENT_INVALID);
	assert_int_equal(pmu_event_kind(1, 1), PMU_EVENT_INVALID);
	assert_int_equal(pmu_event_kind(0, 1ull << 63), PMU_EVENT_INVALID);
}

static void test_cache_events(void **state)
{
	uint32_t valid = 0;

	(void)state;
	for (uint32_t code = 0; code <= 0xffff; code++) {
		enum pmu_event_kind kind = pmu_event_kind(0x10000 | code, 0);

		if (kind == PMU_EVENT_HARDWARE)
			valid++;
		else
			assert_int_equal(kind, PMU_EVENT_INVALID);
		assert_int_equal(pmu_event_kind(0x10000 | code, 1), PMU_EVENT_INVALID);
	}
	assert_int_equal(valid, 7 * 3 * 2);
	assert_int_equal(pmu_event_kind(0x10000 | 6 << 3 | 2 << 1 | 1, 0), PMU_EVENT_HARDWARE);
	assert_int_equal(pmu_event_kind(0x10000 | 6 << 3 | 3 << 1, 0), PMU_EVENT_INVALID);
	assert_int_equal(pmu_event_kind(0x10000 | 7 << 3, 0), PMU_EVENT_INVALID);
}

static void test_raw_events(void **state)
{
	(void)state;
	assert_int_equal(pmu_event_kind(0x20000, (1ull << 48) - 1), PMU_EVENT_HARDWARE);
	assert_int_equal(pmu_event_kind(0x20000, 1ull << 48), PMU_EVENT_INVALID);
	assert_int_equal(pmu_event_kind(0x20001, 0), PMU_EVENT_INVALID);
	assert_int_equal(pmu_event_kind(0x30000, (1ull << 56) - 1), PMU_EVENT_HARDWARE);
	assert_int_equal(pmu_event_kind(0x30000, 1ull << 56), PMU_EVENT_INVALID);
	assert_int_equal(pmu_event_kind(0x3ffff, 0), PMU_EVENT_INVALID);
}

// By the numbers that guests use: exceptions 0 to 23 without the reserved ones, interrupts 1, 5, 9, 12, 13; all, and their time.
static bool is_exit(uint32_t code)
{
	static const uint16_t codes[] = { 256, 257, 258, 259, 260, 261, 262, 263, 264, 265, 266, 267, 268, 269, 271, 272, 274,
					  275, 276, 277, 278, 279, 289, 293, 297, 300, 301, 320, 321 };

	for (uint32_t i = 0; i < ARRAY_SIZE(codes); i++)
		if (codes[i] == code)
			return true;
	return false;
}

static void test_exit_codes(void **state)
{
	(void)state;
	assert_int_equal(PMU_EXIT + CAUSE_VIRTUAL_SUPERVISOR_ECALL, 266);
	assert_int_equal(PMU_EXIT + EXIT_INTERRUPT + IRQ_S_TIMER, 293);
	assert_int_equal(PMU_EXIT_ALL, 320);
	assert_int_equal(PMU_EXIT_TICKS, 321);
}

static void test_firmware_events(void **state)
{
	(void)state;
	for (uint32_t code = 0; code <= 0xffff; code++) {
		enum pmu_event_kind wanted = code < PMU_EVENTS || is_exit(code) ? PMU_EVENT_FIRMWARE :
					     code <= 21 || code >= 256 ? PMU_EVENT_UNSUPPORTED : PMU_EVENT_INVALID;

		assert_int_equal(pmu_event_kind(0xf0000 | code, 0), wanted);
		assert_int_equal(pmu_event_kind(0xf0000 | code, 1), code == 0xffff ? PMU_EVENT_UNSUPPORTED : PMU_EVENT_INVALID);
	}
}

static void test_other_types(void **state)
{
	(void)state;
	for (uint64_t type = 4; type < 0x1000; type++)
		if (type != 15)
			assert_int_equal(pmu_event_kind(type << 16, 0), PMU_EVENT_INVALID);
	for (uint32_t bit = 20; bit < 64; bit++) // an event_idx has 20 bits
		assert_int_equal(pmu_event_kind(1ull << bit | 1, 0), PMU_EVENT_INVALID);
}

// Every base and single counter, against a loop over what is valid.
static void test_counter_sets(void **state)
{
	const uint64_t valid = 0x7fffd;
	uint64_t set;

	(void)state;
	for (uint64_t base = 0; base < 70; base++) {
		for (uint32_t bit = 0; bit < 64; bit++) {
			bool wanted = base + bit < 19 && base + bit != 1;

			assert_int_equal(pmu_counter_set(base, 1ull << bit, valid, &set), wanted);
			if (wanted)
				assert_int_equal(set, 1ull << (base + bit));
		}
		assert_false(pmu_counter_set(base, 0, valid, &set));
	}
	assert_false(pmu_counter_set(UINT64_MAX, 2, valid, &set));      // wraps around to counter 0
	assert_false(pmu_counter_set(UINT64_MAX - 62, 1, valid, &set)); // a shift by the base's low bits is none
	assert_false(pmu_counter_set(0, 0x7ffff, valid, &set));
	assert_true(pmu_counter_set(2, 0x1ffff, valid, &set));
	assert_int_equal(set, 0x7fffc);
	assert_true(pmu_counter_set(63, 1, 1ull << 63, &set));
	assert_false(pmu_counter_set(63, 3, UINT64_MAX, &set));
}

static void test_filters(void **state)
{
	const uint64_t vs = SBI_PMU_CFG_FLAG_SET_VSINH, vu = SBI_PMU_CFG_FLAG_SET_VUINH;
	const uint64_t always = SBI_PMU_CFG_FLAG_SET_MINH | SBI_PMU_CFG_FLAG_SET_SINH | SBI_PMU_CFG_FLAG_SET_UINH;

	(void)state;
	for (uint64_t flags = 0; flags < 0x100; flags++) {
		uint64_t wanted = always;

		if (flags & SBI_PMU_CFG_FLAG_SET_SINH)
			wanted |= vs;
		if (flags & SBI_PMU_CFG_FLAG_SET_UINH)
			wanted |= vu;
		assert_int_equal(pmu_filters_beneath(flags), wanted);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hardware_events), cmocka_unit_test(test_cache_events),
		cmocka_unit_test(test_raw_events),	cmocka_unit_test(test_firmware_events),
		cmocka_unit_test(test_other_types),	cmocka_unit_test(test_counter_sets),
		cmocka_unit_test(test_filters),		cmocka_unit_test(test_exit_codes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
