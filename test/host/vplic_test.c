// SPDX-License-Identifier: Apache-2.0
// Tests of vdev/vplic: registers, gateways, priorities and claims; then random walks against a second, plainer model.
#include <string.h>

#include "testing.h"
#include "vdev/vplic.h"

#define CONTEXTS 3
#define PRIORITY(source) (4 * (source))
#define PENDING(word) (0x1000 + 4 * (word))
#define NUMBER(context) (2 * (context) + 1) // of S-mode; 2 * (context) is M-mode's
#define ENABLE(context, word) (0x2000 + 0x80 * NUMBER(context) + 4 * (word))
#define THRESHOLD(context) (0x200000 + 0x1000 * NUMBER(context))
#define CLAIM(context) (THRESHOLD(context) + 4)

static struct vplic p;
static bool lines[CONTEXTS];
static uint32_t changes, completed[VPLIC_SOURCES];

static void on_line(void *owner, uint32_t context, bool level)
{
	assert_ptr_equal(owner, &p);
	assert_true(context < CONTEXTS);
	assert_true(lines[context] != level); // only at a change
	lines[context] = level;
	changes++;
}

static void on_done(void *owner, uint32_t source)
{
	assert_ptr_equal(owner, &p);
	completed[source]++;
}

static int set_up(void **state)
{
	(void)state;
	memset(&p, 0xff, sizeof(p));
	memset(lines, 0, sizeof(lines));
	memset(completed, 0, sizeof(completed));
	changes = 0;
	vplic_init(&p, CONTEXTS, (struct vplic_lines){ &p, on_line, on_done });
	for (uint32_t source = 1; source < VPLIC_SOURCES; source += 3) // 1, 4, 7 ...: the rest is not wired
		vplic_wire(&p, source);
	return 0;
}

static uint32_t in(uint64_t offset)
{
	struct mmio access = { .offset = offset, .width = 4, .value = 0xdeadbeefcafe };

	assert_int_equal(vplic_access(&p, &access), MMIO_DONE);
	assert_true(access.value <= UINT32_MAX);
	return (uint32_t)access.value;
}

static void out(uint64_t offset, uint32_t value)
{
	struct mmio access = { .offset = offset, .width = 4, .is_write = true, .value = value };

	assert_int_equal(vplic_access(&p, &access), MMIO_DONE);
}

static void enable(uint32_t context, uint32_t source, uint32_t priority)
{
	out(PRIORITY(source), priority);
	out(ENABLE(context, source / 32), in(ENABLE(context, source / 32)) | 1u << source % 32);
}

static void test_reset_state(void **state)
{
	(void)state;
	for (uint64_t offset = 0; offset < 0x4000; offset += 4)
		assert_int_equal(in(offset), 0);
	for (uint32_t context = 0; context <= CONTEXTS; context++) {
		assert_int_equal(in(THRESHOLD(context)), 0);
		assert_int_equal(in(CLAIM(context)), 0);
	}
	assert_int_equal(changes, 0);
}

static void test_refused_accesses(void **state)
{
	(void)state;
	for (uint32_t width = 1; width <= 8; width *= 2) {
		struct mmio access = { .offset = PRIORITY(4), .width = width };

		assert_int_equal(vplic_access(&p, &access), width == 4 ? MMIO_DONE : MMIO_FAULT);
	}
	struct mmio beyond = { .offset = GUEST_PLIC_SIZE, .width = 4 };
	assert_int_equal(vplic_access(&p, &beyond), MMIO_FAULT);
}

static void test_what_is_not_there_stays_zero(void **state)
{
	(void)state;
	out(PRIORITY(0), 7);
	out(PRIORITY(2), 7); // not wired
	out(PRIORITY(VPLIC_SOURCES), 7);
	out(ENABLE(0, 0), UINT32_MAX);
	out(ENABLE(CONTEXTS, 0), UINT32_MAX);
	out(ENABLE(0, VPLIC_WORDS), UINT32_MAX);
	out(PENDING(0), UINT32_MAX);
	out(THRESHOLD(CONTEXTS), 3);
	assert_int_equal(in(PRIORITY(0)), 0);
	assert_int_equal(in(PRIORITY(2)), 0);
	assert_int_equal(in(PRIORITY(VPLIC_SOURCES)), 0);
	assert_int_equal(in(ENABLE(0, 0)), 0x92492492); // bits 1, 4, 7 ...
	assert_int_equal(in(ENABLE(CONTEXTS, 0)), 0);
	assert_int_equal(in(ENABLE(0, VPLIC_WORDS)), 0);
	assert_int_equal(in(PENDING(0)), 0);
	assert_int_equal(in(THRESHOLD(CONTEXTS)), 0);
}

static void test_priorities_and_thresholds_hold_three_bits(void **state)
{
	(void)state;
	out(PRIORITY(4), 0xfff5);
	out(THRESHOLD(1), 0xfffe);
	assert_int_equal(in(PRIORITY(4)), 5);
	assert_int_equal(in(THRESHOLD(1)), 6);
}

static void test_claim_and_complete(void **state)
{
	(void)state;
	enable(0, 4, 1);
	vplic_set_level(&p, 4, true);
	assert_true(lines[0] && !lines[1]);
	assert_int_equal(in(PENDING(0)), 1u << 4);
	assert_int_equal(in(CLAIM(0)), 4);
	assert_false(lines[0]);
	assert_int_equal(in(PENDING(0)), 0);
	assert_int_equal(in(CLAIM(0)), 0); // the gateway is closed, though the line is high
	out(CLAIM(0), 4);
	assert_int_equal(completed[4], 1);
	assert_true(lines[0]); // still high: once more
	assert_int_equal(in(CLAIM(0)), 4);
	vplic_set_level(&p, 4, false);
	out(CLAIM(0), 4);
	assert_int_equal(completed[4], 2);
	assert_false(lines[0]);
}

static void test_a_level_that_falls_stays_pending(void **state)
{
	(void)state;
	enable(0, 4, 1);
	vplic_set_level(&p, 4, true);
	vplic_set_level(&p, 4, false);
	assert_true(lines[0]);
	assert_int_equal(in(CLAIM(0)), 4);
	out(CLAIM(0), 4);
	assert_false(lines[0]);
}

static void test_edges_while_claimed_are_one_level(void **state)
{
	(void)state;
	enable(0, 4, 1);
	vplic_set_level(&p, 4, true);
	assert_int_equal(in(CLAIM(0)), 4);
	vplic_set_level(&p, 4, false);
	vplic_set_level(&p, 4, true);
	vplic_set_level(&p, 4, false);
	out(CLAIM(0), 4);
	assert_false(lines[0]); // the level at completion counts
}

static void test_wrong_completions_are_ignored(void **state)
{
	(void)state;
	enable(0, 4, 1);
	enable(1, 7, 1);
	vplic_set_level(&p, 4, true);
	out(CLAIM(0), 4); // not claimed yet
	assert_int_equal(completed[4], 0);
	assert_int_equal(in(CLAIM(0)), 4);
	out(CLAIM(1), 4); // not enabled there
	out(CLAIM(CONTEXTS), 4);
	out(CLAIM(0), 0);
	out(CLAIM(0), 5);
	out(CLAIM(0), VPLIC_SOURCES + 4);
	out(CLAIM(0), UINT32_MAX);
	assert_int_equal(completed[4], 0);
	out(CLAIM(0), 4);
	assert_int_equal(completed[4], 1);
}

static void test_contexts_of_m_mode_are_not_there(void **state)
{
	(void)state;
	enable(0, 4, 1);
	vplic_set_level(&p, 4, true);
	changes = 0;
	for (uint32_t context = 0; context <= 2 * CONTEXTS; context += 2) {
		uint32_t enables = 0x2000 + 0x80 * context, threshold = 0x200000 + 0x1000 * context;

		out(enables, UINT32_MAX);
		out(threshold, 7);
		assert_int_equal(in(enables) | in(threshold) | in(threshold + 4), 0); // the last would be a claim
		out(threshold + 4, 4);
	}
	assert_int_equal(changes, 0);
	assert_int_equal(completed[4], 0);
	assert_int_equal(in(CLAIM(0)), 4);
}

static void test_any_enabled_context_completes(void **state)
{
	(void)state;
	enable(0, 4, 1);
	enable(1, 4, 1);
	vplic_set_level(&p, 4, true);
	assert_true(lines[0] && lines[1]);
	assert_int_equal(in(CLAIM(1)), 4);
	assert_true(!lines[0] && !lines[1]); // one claim takes it from all
	assert_int_equal(in(CLAIM(0)), 0);
	vplic_set_level(&p, 4, false);
	out(CLAIM(0), 4);
	assert_int_equal(completed[4], 1);
}

static void test_highest_priority_then_lowest_number(void **state)
{
	(void)state;
	enable(0, 4, 2);
	enable(0, 7, 3);
	enable(0, 100, 3);
	enable(0, 10, 0); // never
	vplic_set_level(&p, 4, true);
	vplic_set_level(&p, 100, true);
	vplic_set_level(&p, 7, true);
	vplic_set_level(&p, 10, true);
	assert_int_equal(in(CLAIM(0)), 7);
	assert_int_equal(in(CLAIM(0)), 100);
	assert_int_equal(in(CLAIM(0)), 4);
	assert_int_equal(in(CLAIM(0)), 0);
	assert_int_equal(in(PENDING(0)), 1u << 10);
}

static void test_threshold_masks_the_line_not_the_claim(void **state)
{
	(void)state;
	enable(0, 4, 3);
	out(THRESHOLD(0), 3);
	vplic_set_level(&p, 4, true);
	assert_false(lines[0]);
	out(THRESHOLD(0), 2);
	assert_true(lines[0]);
	out(THRESHOLD(0), 7);
	assert_false(lines[0]);
	assert_int_equal(in(CLAIM(0)), 4);
}

static void test_disabling_takes_the_line_back(void **state)
{
	(void)state;
	enable(0, 4, 1);
	vplic_set_level(&p, 4, true);
	out(ENABLE(0, 0), 0);
	assert_false(lines[0]);
	out(ENABLE(0, 0), 1u << 4);
	assert_true(lines[0]);
	out(PRIORITY(4), 0);
	assert_false(lines[0]);
}

static void test_reset_forgets_all_but_levels(void **state)
{
	(void)state;
	enable(0, 4, 1);
	enable(0, 7, 1);
	vplic_set_level(&p, 4, true);
	vplic_set_level(&p, 7, true);
	assert_int_equal(in(CLAIM(0)), 4);
	vplic_set_level(&p, 7, false);
	vplic_reset(&p);
	assert_false(lines[0]);
	assert_int_equal(in(PENDING(0)), 1u << 4); // its line is high still
	assert_int_equal(in(ENABLE(0, 0)), 0);
	assert_int_equal(in(PRIORITY(4)), 0);
	enable(0, 4, 1);
	assert_int_equal(in(CLAIM(0)), 4);
}

// The plain model: one byte per fact, everything recomputed at each question.
static struct {
	bool high[VPLIC_SOURCES], pending[VPLIC_SOURCES], claimed[VPLIC_SOURCES], enabled[CONTEXTS][VPLIC_SOURCES];
	uint32_t priority[VPLIC_SOURCES], threshold[CONTEXTS];
} plain;

static uint32_t plain_best(uint32_t context)
{
	uint32_t best = 0;

	for (uint32_t s = VPLIC_SOURCES - 1; s > 0; s--)
		if (plain.pending[s] && plain.enabled[context][s] && plain.priority[s] > 0 &&
		    plain.priority[s] >= (best == 0 ? 1 : plain.priority[best]))
			best = s;
	return best;
}

static void plain_gateways(void)
{
	for (uint32_t s = 1; s < VPLIC_SOURCES; s++)
		if (plain.high[s] && !plain.claimed[s])
			plain.pending[s] = true;
}

static uint64_t seed = 4711;

static uint32_t random_u32(void)
{
	return (uint32_t)(random_next(&seed) >> 20);
}

static void random_step(void)
{
	uint32_t source = 1 + 3 * (random_u32() % 42), context = random_u32() % CONTEXTS, value = random_u32() % 8;

	switch (random_u32() % 6) {
	case 0:
		plain.high[source] = value & 1;
		vplic_set_level(&p, source, value & 1);
		break;
	case 1:
		plain.priority[source] = value;
		out(PRIORITY(source), value);
		break;
	case 2:
		plain.threshold[context] = value;
		out(THRESHOLD(context), value);
		break;
	case 3:
		plain.enabled[context][source] = !plain.enabled[context][source];
		out(ENABLE(context, source / 32), in(ENABLE(context, source / 32)) ^ 1u << source % 32);
		break;
	case 4:
		source = plain_best(context);
		assert_int_equal(in(CLAIM(context)), source);
		if (source != 0) {
			plain.pending[source] = false;
			plain.claimed[source] = true;
		}
		break;
	default:
		out(CLAIM(context), source);
		if (plain.enabled[context][source])
			plain.claimed[source] = false;
		break;
	}
	plain_gateways();
}

static void test_random_walks(void **state)
{
	(void)state;
	for (uint32_t walk = 0; walk < 20; walk++) {
		set_up(NULL);
		memset(&plain, 0, sizeof(plain));
		for (uint32_t step = 0; step < 2000; step++) {
			random_step();
			for (uint32_t context = 0; context < CONTEXTS; context++) {
				uint32_t best = plain_best(context);

				assert_int_equal(lines[context], best != 0 && plain.priority[best] > plain.threshold[context]);
			}
		}
		for (uint32_t s = 0; s < VPLIC_SOURCES; s++)
			assert_int_equal(in(PENDING(s / 32)) >> s % 32 & 1, plain.pending[s]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_reset_state, set_up),
		cmocka_unit_test_setup(test_refused_accesses, set_up),
		cmocka_unit_test_setup(test_what_is_not_there_stays_zero, set_up),
		cmocka_unit_test_setup(test_priorities_and_thresholds_hold_three_bits, set_up),
		cmocka_unit_test_setup(test_claim_and_complete, set_up),
		cmocka_unit_test_setup(test_a_level_that_falls_stays_pending, set_up),
		cmocka_unit_test_setup(test_edges_while_claimed_are_one_level, set_up),
		cmocka_unit_test_setup(test_wrong_completions_are_ignored, set_up),
		cmocka_unit_test_setup(test_contexts_of_m_mode_are_not_there, set_up),
		cmocka_unit_test_setup(test_contexts_of_m_mode_are_not_there, set_up),
		cmocka_unit_test_setup(test_any_enabled_context_completes, set_up),
		cmocka_unit_test_setup(test_highest_priority_then_lowest_number, set_up),
		cmocka_unit_test_setup(test_threshold_masks_the_line_not_the_claim, set_up),
		cmocka_unit_test_setup(test_disabling_takes_the_line_back, set_up),
		cmocka_unit_test_setup(test_reset_forgets_all_but_levels, set_up),
		cmocka_unit_test_setup(test_random_walks, set_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
