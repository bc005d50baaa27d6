/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DBTR tests: what a machine may have or lack (debug 1.0: fields of tdata registers are WARL). Each configuration is refused and
 * leaves nothing behind, or the machine holds it, and then it does what debug 1.0 says of it.
 */

#include "tests/dbtr_test.h"

#define LOAD_U	  (MC6 | MC6_LOAD | MC6_U) /* of U-mode, where nothing else of this test loads */
#define HIGH_ONES (0xfffffffful << 32)
#define LOW(word) ((unsigned long)(word) & 0xfffffffful)
#define MARK	  0x5a5aul

static volatile unsigned long words[8] __attribute__((aligned(64))) = {[2] = MARK};

static void load_half(void *arg)
{
	(void)*(volatile uint32_t *)arg;
}

/* An instruction that nothing else of U-mode is here: c.li a5, 23. Spike compares no more than an instruction's first 16 bits. */
#define RARE_INSN 0x47dd
static __attribute__((noinline)) void rare(void *arg)
{
	(void)arg;
	__asm__ volatile("c.li a5, 23" ::: "a5");
}

/* Whether the machine holds what was installed as its first `size` triggers; OpenSBI does not look, so it is looked at here. */
static int is_held(const struct dbtr_entry *asked, unsigned long size)
{
	int held = dbtr(DBTR_READ, 0, size).error == SBI_SUCCESS;

	for (unsigned long i = 0; i < size; i++)
		for (unsigned word = 1; word < 4; word++)
			held &= shmem[0][i].word[word] == asked[i].word[word];
	return held;
}

/* Installs one configuration, a chain of `size`. True when the machine has it: it is installed then. */
static int install(const char *name, const struct dbtr_entry *asked, unsigned long size)
{
	struct sbiret got;
	int held;

	for (unsigned long i = 0; i < size; i++) {
		shmem[0][i] = asked[i];
		shmem[0][i].word[0] = 77;
	}
	got = dbtr(DBTR_INSTALL, size, 0);
	if (got.error == SBI_SUCCESS) {
		held = is_held(asked, size);
		print("# this machine %s %s\n", held ? "has" : "lacks", name);
		if (guest_on_bulkhead())
			tap_check(held, "DBTR: what is installed is what was asked for");
		if (!held)
			dbtr_uninstall(0, (1ul << size) - 1, "DBTR: uninstall what the machine has not taken");
		return held;
	}
	print("# this machine lacks %s\n", name);
	tap_equal(got.error, SBI_ERR_NOT_SUPPORTED, "DBTR: what the machine lacks is refused");
	tap_check(got.value >= 0 && got.value < (long)size, "DBTR: which of them");
	tap_equal((long)shmem[0][0].word[0], 77, "DBTR: nothing is written back");
	check_ret(dbtr(DBTR_ENABLE, 0, 1), guest_on_bulkhead() ? SBI_ERR_INVALID_PARAM : SBI_SUCCESS, 0,
		  "DBTR: nothing is installed");
	return 0;
}

struct ability {
	const char *name;
	unsigned long tdata1, tdata2;
	void (*run)(void *arg);
	int fires[2], silent[2]; /* at words[these]; -1: nowhere */
};

static void test_ability(const struct ability *a)
{
	struct dbtr_entry asked = {{0, a->tdata1, a->tdata2, 0}};

	if (!install(a->name, &asked, 1))
		return;
	for (unsigned i = 0; i < 2; i++) {
		void *at = (void *)&words[a->fires[i]], *other = (void *)&words[a->silent[i]];

		if (a->fires[i] >= 0)
			dbtr_fires(trap_run_user, a->run, at, (unsigned long)at, "DBTR: it fires");
		if (a->silent[i] >= 0)
			dbtr_silent(trap_run_user, a->run, other, "DBTR: it does not fire");
	}
	dbtr_uninstall(0, 1, "DBTR: uninstall");
}

/* "match", and its negations; "select" for loads and stores. */
static void test_matches(void)
{
	const unsigned long at = (unsigned long)&words[2], end = (unsigned long)&words[4];
	const unsigned long high = (unsigned long)words >> 32;
	const struct ability rows[] = {
		{"match 1, NAPOT", LOAD_U | MC6_MATCH(1), at | 7, dbtr_load_word, {2, 3}, {1, 4}},
		{"match 2, from an address on", LOAD_U | MC6_MATCH(2), end, dbtr_load_word, {4, 5}, {3, 0}},
		{"match 3, below an address", LOAD_U | MC6_MATCH(3), end, dbtr_load_word, {3, 0}, {4, 5}},
		{"match 4, the low half", LOAD_U | MC6_MATCH(4), HIGH_ONES | LOW(at), dbtr_load_word, {2, -1}, {1, 4}},
		{"match 5, the high half", LOAD_U | MC6_MATCH(5), HIGH_ONES | high, dbtr_load_word, {2, 5}, {-1, -1}},
		{"match 5, another high half", LOAD_U | MC6_MATCH(5), HIGH_ONES | (high ^ 1), dbtr_load_word, {-1, -1}, {2, 5}},
		{"match 8, all but an address", LOAD_U | MC6_MATCH(8), at, dbtr_load_word, {4, 5}, {2, -1}},
		{"match 9, all but NAPOT", LOAD_U | MC6_MATCH(9), at | 7, dbtr_load_word, {4, 5}, {2, 3}},
		{"match 12, not the low half", LOAD_U | MC6_MATCH(12), HIGH_ONES | LOW(at), dbtr_load_word, {4, 5}, {2, -1}},
		{"match 13, not the high half", LOAD_U | MC6_MATCH(13), HIGH_ONES | high, dbtr_load_word, {-1, -1}, {2, 5}},
		{"select, data loaded", LOAD_U | MC6_SELECT, MARK, dbtr_load_word, {2, -1}, {1, 3}},
		{"select, data stored", MC6 | MC6_STORE | MC6_U | MC6_SELECT, 1, dbtr_store_word, {5, -1}, {-1, -1}},
		{"select, other data stored", MC6 | MC6_STORE | MC6_U | MC6_SELECT, MARK, dbtr_store_word, {-1, -1}, {5, -1}},
		{"size 5, 64 bits", LOAD_U | MC6_SIZE(5), at, dbtr_load_word, {2, -1}, {1, 4}},
		{"size 3, 32 bits", LOAD_U | MC6_SIZE(3), at, load_half, {2, -1}, {1, 4}},
		{"size 5, stores", MC6 | MC6_STORE | MC6_U | MC6_SIZE(5), end, dbtr_store_word, {4, -1}, {3, 5}},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		test_ability(&rows[i]);
}

static void test_select_execute(void)
{
	struct dbtr_entry asked = {{0, MC6 | MC6_EXECUTE | MC6_U | MC6_SELECT, RARE_INSN, 0}};

	if (!install("select, an instruction", &asked, 1))
		return;
	dbtr_fires(trap_run_user, rare, NULL, (unsigned long)rare, "DBTR: it fires");
	dbtr_silent(trap_run_user, dbtr_unwatched, NULL, "DBTR: it does not fire");
	dbtr_uninstall(0, 1, "DBTR: uninstall");
}

/* Two triggers that fire only together: a range. */
static void test_chain(void)
{
	const struct dbtr_entry asked[2] = {{{0, LOAD_U | MC6_MATCH(2) | MC6_CHAIN, (unsigned long)&words[2], 0}},
					    {{0, LOAD_U | MC6_MATCH(3), (unsigned long)&words[4], 0}}};

	if (dbtr(DBTR_NUM, 0, 0).value <= 2) { /* the last one can be neither read nor installed with all others */
		tap_skip("DBTR: a chain", "too few triggers");
		return;
	}
	if (!install("a chain", asked, 2))
		return;
	dbtr_fires(trap_run_user, dbtr_load_word, (void *)&words[2], (unsigned long)&words[2], "DBTR: it fires in its range");
	dbtr_fires(trap_run_user, dbtr_load_word, (void *)&words[3], (unsigned long)&words[3], "DBTR: it fires in its range");
	dbtr_silent(trap_run_user, dbtr_load_word, (void *)&words[1], "DBTR: it does not below");
	dbtr_silent(trap_run_user, dbtr_load_word, (void *)&words[4], "DBTR: it does not above");
	dbtr_uninstall(0, 3, "DBTR: uninstall");
}

/* Counts one instruction of U-mode, fires before the next one, and never again. */
static void test_icount(void)
{
	struct dbtr_entry asked = {{0, ICOUNT | ICOUNT_U | ICOUNT_OF(1), 0, 0}};
	unsigned long first = (unsigned long)dbtr_unwatched;
	struct trap trap;

	if (dbtr(DBTR_NUM, asked.word[1], 0).value == 0) {
		print("# this machine lacks icount\n");
		if (guest_on_bulkhead())
			check_ret(dbtr_one(DBTR_INSTALL, 77, asked.word[1], 0, 0), SBI_ERR_FAILED, 0,
				  "DBTR: no trigger is an icount");
		return;
	}
	if (!install("icount", &asked, 1))
		return;
	tap_equal((long)dbtr_run(trap_run, &trap, dbtr_unwatched, NULL), (long)NO_TRAP, "DBTR: it does not count S-mode");
	tap_equal((long)dbtr_run(trap_run_user, &trap, dbtr_unwatched, NULL), CAUSE_BREAKPOINT, "DBTR: it fires in U-mode");
	tap_check(trap.epc > first && trap.epc <= first + 4, "DBTR: before the second instruction");
	dbtr_silent(trap_run_user, dbtr_unwatched, NULL, "DBTR: it does not fire twice");
	dbtr_uninstall(0, 1, "DBTR: uninstall");
}

/* tdata3, which OpenSBI 1.8 does not write: taken where the machine can be told so. */
static void test_contexts(void)
{
	static const struct {
		const char *name;
		unsigned long tdata3;
	} rows[] = {{"match by scontext", 1}, {"match by ASID", 2}};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct dbtr_entry asked = {{0, EXECUTE_S, (unsigned long)dbtr_watched, rows[i].tdata3}};

		if (install(rows[i].name, &asked, 1))
			dbtr_uninstall(0, 1, "DBTR: uninstall");
	}
}

unsigned long dbtr_beyond_machine(void)
{
	static const unsigned long tried[] = {
		EXECUTE_S | MC6_MATCH(2), EXECUTE_S | MC6_MATCH(12), EXECUTE_S | MC6_MATCH(8), EXECUTE_S | MC6_SIZE(6),
		EXECUTE_S | MC6_SELECT,	  EXECUTE_S | MC6_MATCH(1),
	};

	for (size_t i = 0; i < ARRAY_SIZE(tried); i++) {
		struct sbiret got = dbtr_one(DBTR_INSTALL, 77, tried[i] & ~MC6_S, 0, 0);

		if (got.error == SBI_ERR_NOT_SUPPORTED)
			return tried[i];
		if (got.error == SBI_SUCCESS)
			dbtr_uninstall(shmem[0][0].word[0], 1, "DBTR: uninstall what the machine has");
	}
	return 0;
}

void test_dbtr_abilities(void)
{
	test_matches();
	test_select_execute();
	test_chain();
	test_icount();
	test_contexts();
}
