// SPDX-License-Identifier: Apache-2.0
// Tests of vdev/finisher: every word that could be written, widths, offsets, reads.
#include "lib/stop_list.h"
#include "testing.h"
#include "vdev/finisher.h"

static enum mmio_verdict write_word(uint64_t offset, uint32_t width, uint64_t value, uint64_t *end)
{
	struct mmio access = { .offset = offset, .width = width, .is_write = true, .value = value };
	enum mmio_verdict verdict = finisher_access(NULL, &access);

	*end = access.value;
	return verdict;
}

static void three_words_end_the_machine(void **state)
{
	uint64_t end;

	(void)state;
	for (uint32_t word = 0; word <= 0xffff; word++) {
		bool ends = word == 0x3333 || word == 0x5555 || word == 0x7777;

		for (uint32_t width = 2; width <= 4; width += 2) {
			assert_int_equal(write_word(0, width, word | (width == 4 ? 0x00010000u : 0), &end), ends ? MMIO_END : MMIO_DONE);
			if (ends)
				assert_int_equal(end, word == 0x5555 ? STOP_FINISHER_PASS : word == 0x3333 ? STOP_FINISHER_FAIL : STOP_FINISHER_RESET);
		}
	}
}

static void elsewhere_nothing_happens(void **state)
{
	uint64_t end;

	(void)state;
	for (uint64_t offset = 2; offset < 0x1000; offset += 2)
		assert_int_equal(write_word(offset, 2, 0x5555, &end), MMIO_DONE);
	assert_int_equal(write_word(0, 1, 0x55, &end), MMIO_FAULT);
	assert_int_equal(write_word(0, 8, 0x5555, &end), MMIO_FAULT);
}

static void it_reads_as_zero(void **state)
{
	(void)state;
	for (uint32_t width = 1; width <= 8; width *= 2) {
		struct mmio access = { .offset = 0, .width = width, .value = 0x5555 };

		assert_int_equal(finisher_access(NULL, &access), width == 2 || width == 4 ? MMIO_DONE : MMIO_FAULT);
		if (width == 2 || width == 4)
			assert_int_equal(access.value, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(three_words_end_the_machine),
		cmocka_unit_test(elsewhere_nothing_happens),
		cmocka_unit_test(it_reads_as_zero),
	};

	return cmocka_run_group_tests_name("finisher", tests, NULL, NULL);
}
