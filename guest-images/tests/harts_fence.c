/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In-guest test of what remote fences do: hart 1 has used a translation, or code; hart 0 changes it and fences hart 1, which
 * must then see the new one. An emulator that keeps translations until it leaves the guest shows a fence that does nothing;
 * QEMU never runs code that has changed, so fence.i is a matter for boards.
 */

#include "tests/harts_test.h"
#include "tests/sv39.h"

#define TURNS	  40
#define ASID	  5ul
#define OLD	  0x111u
#define NEW	  0x222u
#define LI_A0(n)  (0x00000513u | (uint32_t)(n) << 20)
#define RET	  0x00008067u

enum { BY_RFENCE, BY_LEGACY, BY_NOTHING };

struct kind {
	const char *name;
	int by;
	long fid; /* or the legacy call */
	long start; /* counted from the window; 0 where the size is */
	unsigned long size;
};

static const struct kind kinds[] = {
	{"sfence_vma of the page", BY_RFENCE, 1, 0, GUEST_PAGE_SIZE},
	{"sfence_vma of one byte in the page", BY_RFENCE, 1, 0x123, 1},
	{"sfence_vma of the page and those around it", BY_RFENCE, 1, -5 * 4096, 8 * GUEST_PAGE_SIZE},
	{"sfence_vma of a long range, the page its last", BY_RFENCE, 1, -1023 * 4096l, 1024 * GUEST_PAGE_SIZE},
	{"sfence_vma of everything, start and size 0", BY_RFENCE, 1, 0, 0},
	{"sfence_vma of everything, size -1", BY_RFENCE, 1, 0, ~0ul},
	{"sfence_vma_asid of the page", BY_RFENCE, 2, 0, GUEST_PAGE_SIZE},
	{"sfence_vma_asid of the page and those around it", BY_RFENCE, 2, -5 * 4096, 8 * GUEST_PAGE_SIZE},
	{"sfence_vma_asid of everything", BY_RFENCE, 2, 0, ~0ul},
	{"legacy remote_sfence_vma", BY_LEGACY, SBI_LEGACY_REMOTE_SFENCE, 0, GUEST_PAGE_SIZE},
	{"legacy remote_sfence_vma_asid", BY_LEGACY, SBI_LEGACY_REMOTE_SFENCE_ASID, 0, GUEST_PAGE_SIZE},
};

static volatile uint32_t code[2] __attribute__((aligned(64)));
static volatile unsigned turn; /* whose it is: two steps of each hart for each time */
static volatile unsigned long asid;
static volatile unsigned old_seen, new_seen;

static void give_turn(unsigned next)
{
	__atomic_store_n(&turn, next, __ATOMIC_RELEASE);
}

static void await_turn(unsigned mine)
{
	while (__atomic_load_n(&turn, __ATOMIC_ACQUIRE) != mine)
		cpu_relax();
}

static uint32_t load_window(void)
{
	return *(volatile uint32_t *)sv39_window;
}

static uint32_t run_code(void)
{
	return ((uint32_t(*)(void))(uintptr_t)code)();
}

/* Hart 1: uses the old one, waits without leaving the guest, and uses what it finds then. */
static void use_twice(uint32_t (*use)(void))
{
	for (unsigned step = 0; step < 4 * TURNS; step += 4) {
		await_turn(step + 1);
		__asm__ volatile("sfence.vma\n\tfence.i" ::: "memory");
		old_seen += use() == OLD;
		give_turn(step + 2);
		await_turn(step + 3);
		new_seen += use() == NEW;
		give_turn(step + 4);
	}
}

static void use_window(void *arg)
{
	(void)arg;
	asid = sv39_on(ASID) >> 44 & 0xffff;
	use_twice(load_window);
	sv39_off();
}

static void use_code(void *arg)
{
	(void)arg;
	use_twice(run_code);
}

static void set_window(int is_new)
{
	sv39_set(is_new ? sv39_other : sv39_window);
}

static void set_code(int is_new)
{
	code[0] = LI_A0(is_new ? NEW : OLD);
	code[1] = RET;
}

/* The fence of hart 1; its error. */
static long fence_hart(const struct kind *kind)
{
	unsigned long start = kind->size ? (unsigned long)sv39_window + (unsigned long)kind->start : 0;
	unsigned long mask = 1ul << harts[1].id % 64;

	if (kind->by == BY_RFENCE)
		return sbi_call(SBI_EXT_RFENCE, kind->fid, 1, harts[1].id, start, kind->size, asid, 0).error;
	if (kind->by == BY_LEGACY)
		return sbi_call(kind->fid, 0, (unsigned long)&mask, start, kind->size, asid, 0, 0).error;
	return 0;
}

/* Hart 0's side. Returns the number of fences that failed. */
static unsigned change_and_fence(const struct kind *kind, void (*set)(int is_new), void (*use)(void *arg))
{
	unsigned errors = 0;

	turn = old_seen = new_seen = 0;
	hart_start(1, use, NULL);
	for (unsigned step = 0; step < 4 * TURNS; step += 4) {
		set(0);
		give_turn(step + 1);
		await_turn(step + 2);
		set(1);
		errors += fence_hart(kind) != 0;
		give_turn(step + 3);
		await_turn(step + 4);
	}
	return errors;
}

static void check_kind(const struct kind *kind, void (*set)(int is_new), void (*use)(void *arg))
{
	print("# remote fence: %s\n", kind->name);
	tap_equal(change_and_fence(kind, set, use), 0, "it succeeds");
	tap_check(hart_wait(1, HSM_STOPPED), "the other hart stops");
	tap_equal(old_seen, TURNS, "the other hart has used the old one");
	tap_equal(new_seen, TURNS, "behind the fence it uses the new one");
}

void test_fence_effects(void)
{
	static const struct kind none = {"none", BY_NOTHING, 0, 0, 0};
	static const struct kind fence_i = {"fence_i", BY_RFENCE, 0, 0, 0};

	sv39_init();
	*(volatile uint32_t *)sv39_window = OLD;
	*(volatile uint32_t *)sv39_other = NEW;
	change_and_fence(&none, set_window, use_window);
	tap_check(hart_wait(1, HSM_STOPPED), "the other hart stops");
	print("# without a fence the old page was seen %u times of %u; ASID %lu\n", TURNS - new_seen, TURNS, asid);
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		check_kind(&kinds[i], set_window, use_window);
	check_kind(&fence_i, set_code, use_code);
}
