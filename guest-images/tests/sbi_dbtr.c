/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In-guest test of SBI DBTR: arguments and answers, triggers that fire, harts, restarts. Boot arguments: expect=absent (the
 * extension must not be there), how=restart (installs a trigger and waits for keys: r reboot, s stop), fuzz=N (random calls, from
 * seed=N), text= and data= (addresses of the hypervisor's to set triggers on).
 */

#include "tests/dbtr_test.h"

struct dbtr_entry shmem[GUEST_MAX_HARTS][MAX_ENTRIES];

static unsigned long max, count; /* all triggers, and those of type mcontrol6 */

struct sbiret dbtr(long fid, unsigned long a, unsigned long b)
{
	return sbi_call3(SBI_EXT_DBTR, fid, a, b, 0);
}

void dbtr_open(void)
{
	sbi_call3(SBI_EXT_DBTR, DBTR_SET_SHMEM, ~0ul, ~0ul, 0);
	check_ret(sbi_call3(SBI_EXT_DBTR, DBTR_SET_SHMEM, (unsigned long)shmem[hart_self()->index], 0, 0), SBI_SUCCESS, 0,
		  "DBTR: shared memory is set");
}

struct sbiret dbtr_one(long fid, unsigned long index, unsigned long tdata1, unsigned long tdata2, unsigned long tdata3)
{
	shmem[hart_self()->index][0] = (struct dbtr_entry){{index, tdata1, tdata2, tdata3}};
	return dbtr(fid, 1, 0);
}

long dbtr_install(unsigned long tdata1, unsigned long tdata2, const char *name)
{
	struct sbiret got = dbtr_one(DBTR_INSTALL, ~0ul, tdata1, tdata2, 0);

	check_ret(got, SBI_SUCCESS, 0, name);
	return got.error ? -1 : (long)shmem[hart_self()->index][0].word[0];
}

/*
 * OpenSBI uninstalls by a zero in tdata1, which QEMU 10 ignores, so that the trigger stays armed at address 0; and QEMU lets a
 * trigger fire in the modes of any other.
 */
void dbtr_uninstall(unsigned long base, unsigned long mask, const char *name)
{
	if (!guest_on_bulkhead())
		dbtr(DBTR_DISABLE, base, mask);
	check_ret(dbtr(DBTR_UNINSTALL, base, mask), SBI_SUCCESS, 0, name);
}

static void test_absent(void)
{
	tap_check(!sbi_has(SBI_EXT_DBTR), "DBTR: probe says absent");
	for (long fid = 0; fid <= 10; fid++)
		check_ret(dbtr(fid, 0, 0), SBI_ERR_NOT_SUPPORTED, 0, "DBTR: absent, no function is supported");
	check_ret(dbtr(-1, 0, 0), SBI_ERR_NOT_SUPPORTED, 0, "DBTR: absent, function -1 is not supported");
}

static void test_numbers(void)
{
	check_ret(dbtr(8, 0, 0), SBI_ERR_NOT_SUPPORTED, 0, "DBTR: function 8 is not supported");
	check_ret(dbtr(-1, 0, 0), SBI_ERR_NOT_SUPPORTED, 0, "DBTR: function -1 is not supported");
	tap_check(max >= 2, "DBTR: there are triggers");
	tap_check(count <= max, "DBTR: no more are of type mcontrol6");
	check_ret(dbtr(DBTR_NUM, TYPE(4), 0), SBI_SUCCESS, 0, "DBTR: none is an itrigger");
	check_ret(dbtr(DBTR_NUM, TYPE(5), 0), SBI_SUCCESS, 0, "DBTR: none is an etrigger");
	check_ret(dbtr(DBTR_NUM, TYPE(9), 0), SBI_SUCCESS, 0, "DBTR: none is of a reserved type");
	if (!guest_on_bulkhead()) /* OpenSBI looks at the type alone, and mcontrol has no VS and VU for a guest */
		return;
	check_ret(dbtr(DBTR_NUM, TYPE(2), 0), SBI_SUCCESS, 0, "DBTR: none is an mcontrol");
	check_ret(dbtr(DBTR_NUM, MC6 | MC6_M, 0), SBI_SUCCESS, 0, "DBTR: none works in M-mode");
	check_ret(dbtr(DBTR_NUM, MC6 | DMODE, 0), SBI_SUCCESS, 0, "DBTR: none is debug mode's");
}

static void test_set_shmem(void)
{
	static const struct {
		unsigned long low, high, flags;
		long error;
		int strict; /* OpenSBI does not look */
	} rows[] = {
		{0x80000001, 0, 0, SBI_ERR_INVALID_PARAM, 0},	   {0x80000004, 0, 0, SBI_ERR_INVALID_PARAM, 0},
		{0x80000007, 0, 0, SBI_ERR_INVALID_PARAM, 0},	   {~0ul, 0, 0, SBI_ERR_INVALID_PARAM, 0},
		{0x80000000, 1, 0, SBI_ERR_INVALID_ADDRESS, 0},	   {0x80000000, ~0ul, 0, SBI_ERR_INVALID_ADDRESS, 0},
		{0x80000000, 0, 1, SBI_ERR_INVALID_PARAM, 1},	   {0x80000000, 0, 1ul << 63, SBI_ERR_INVALID_PARAM, 1},
		{~0ul, ~0ul, 1, SBI_ERR_INVALID_PARAM, 1},	   {0, 0, 0, SBI_ERR_INVALID_ADDRESS, 1},
		{0x10000000, 0, 0, SBI_ERR_INVALID_ADDRESS, 1},	   {~7ul, 0, 0, SBI_ERR_INVALID_ADDRESS, 1},
		{0x7ffffffffffffff8, 0, 0, SBI_ERR_INVALID_ADDRESS, 1},
	};
	unsigned long end = memory_end();

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].strict && !guest_on_bulkhead())
			continue;
		print("# shared memory 0x%lx 0x%lx flags 0x%lx\n", rows[i].low, rows[i].high, rows[i].flags);
		check_ret(sbi_call3(SBI_EXT_DBTR, DBTR_SET_SHMEM, rows[i].low, rows[i].high, rows[i].flags),
			  rows[i].error, 0, "DBTR: refused as shared memory");
	}
	check_ret(dbtr(DBTR_INSTALL, 1, 0), SBI_ERR_NO_SHMEM, 0, "DBTR: after refusals there is no shared memory");
	if (!guest_on_bulkhead())
		return;
	check_ret(dbtr(DBTR_SET_SHMEM, memory_hole_above(), 0), SBI_ERR_INVALID_ADDRESS, 0, "DBTR: shared memory above memory");
	check_ret(dbtr(DBTR_SET_SHMEM, memory_hole_below(), 0), SBI_ERR_INVALID_ADDRESS, 0, "DBTR: shared memory in a hole");
	check_ret(dbtr(DBTR_SET_SHMEM, end, 0), SBI_ERR_INVALID_ADDRESS, 0, "DBTR: shared memory at the end");
	check_ret(dbtr(DBTR_SET_SHMEM, end - 32 * max + 8, 0), SBI_ERR_INVALID_ADDRESS, 0, "DBTR: shared memory across the end");
	check_ret(dbtr(DBTR_SET_SHMEM, end - 32 * max, 0), SBI_SUCCESS, 0, "DBTR: shared memory just before the end");
}

static void test_no_shmem(void)
{
	check_ret(dbtr(DBTR_READ, 0, 0), SBI_ERR_NO_SHMEM, 0, "DBTR: read without shared memory");
	check_ret(dbtr(DBTR_INSTALL, 1, 0), SBI_ERR_NO_SHMEM, 0, "DBTR: install without shared memory");
	check_ret(dbtr(DBTR_UPDATE, 1, 0), SBI_ERR_NO_SHMEM, 0, "DBTR: update without shared memory");
}

/* What cannot be installed: the tdata1 or tdata3 that says so, and the answer. */
static const struct {
	unsigned long tdata1, tdata3;
	long error;
	const char *name;
} refused[] = {
	{0, 0, SBI_ERR_FAILED, "type 0"},
	{TYPE(1), 0, SBI_ERR_FAILED, "type 1"},
	{TYPE(4) | 0x80, 0, SBI_ERR_FAILED, "itrigger"},
	{TYPE(5) | 0x80, 0, SBI_ERR_FAILED, "etrigger"},
	{TYPE(7), 0, SBI_ERR_FAILED, "tmexttrigger"},
	{TYPE(15), 0, SBI_ERR_FAILED, "type 15"},
	/* OpenSBI answers these differently, or takes them: */
	{TYPE(2) | MC6_EXECUTE | MC6_S, 0, SBI_ERR_FAILED, "mcontrol"},
	{EXECUTE_S | DMODE, 0, SBI_ERR_INVALID_PARAM, "dmode"},
	{EXECUTE_S | MC6_M, 0, SBI_ERR_INVALID_PARAM, "m"},
	{EXECUTE_S | 1ul << 27, 0, SBI_ERR_INVALID_PARAM, "a reserved bit"},
	{EXECUTE_S | 1ul << 58, 0, SBI_ERR_INVALID_PARAM, "the last reserved bit"},
	{EXECUTE_S | 1ul << 19, 0, SBI_ERR_INVALID_PARAM, "bit 19"},
	{EXECUTE_S | 1ul << 20, 0, SBI_ERR_INVALID_PARAM, "bit 20"},
	{EXECUTE_S | MC6_VS, 0, SBI_ERR_NOT_SUPPORTED, "vs: there is no H"},
	{EXECUTE_S | MC6_VU, 0, SBI_ERR_NOT_SUPPORTED, "vu: there is no H"},
	{EXECUTE_S | MC6_ACTION(1), 0, SBI_ERR_INVALID_PARAM, "entering debug mode"},
	{EXECUTE_S | MC6_ACTION(2), 0, SBI_ERR_NOT_SUPPORTED, "trace on"},
	{EXECUTE_S | MC6_ACTION(6), 0, SBI_ERR_INVALID_PARAM, "a reserved action"},
	{EXECUTE_S | MC6_ACTION(8), 0, SBI_ERR_NOT_SUPPORTED, "external output 0"},
	{EXECUTE_S | MC6_ACTION(15), 0, SBI_ERR_INVALID_PARAM, "the last action"},
	{EXECUTE_S | MC6_MATCH(6), 0, SBI_ERR_INVALID_PARAM, "a reserved match"},
	{EXECUTE_S | MC6_MATCH(15), 0, SBI_ERR_INVALID_PARAM, "the last match"},
	{EXECUTE_S | MC6_SIZE(7), 0, SBI_ERR_INVALID_PARAM, "a reserved size"},
	{EXECUTE_S | MC6_CHAIN, 0, SBI_ERR_INVALID_PARAM, "a chain that does not end"},
	{EXECUTE_S, 3, SBI_ERR_INVALID_PARAM, "a reserved sselect"},
	{EXECUTE_S, 1ul << 40, SBI_ERR_INVALID_PARAM, "a reserved bit of tdata3"},
	{EXECUTE_S, 4ul << 48, SBI_ERR_NOT_SUPPORTED, "mcontext"},
	{EXECUTE_S, 1ul << 51, SBI_ERR_NOT_SUPPORTED, "mhvalue"},
};
#define SAME_ON_OPENSBI 6

static void test_install_refused(void)
{
	for (size_t i = 0; i < (guest_on_bulkhead() ? ARRAY_SIZE(refused) : SAME_ON_OPENSBI); i++) {
		print("# install %s\n", refused[i].name);
		check_ret(dbtr_one(DBTR_INSTALL, 77, refused[i].tdata1, 0, refused[i].tdata3), refused[i].error, 0,
			  "DBTR: refused");
		tap_equal((long)shmem[0][0].word[0], 77, "DBTR: nothing is written back");
	}
	if (!guest_on_bulkhead())
		return;
	for (unsigned long i = 0; i < max; i++)
		check_ret(dbtr(DBTR_ENABLE, i, 1), SBI_ERR_INVALID_PARAM, 0, "DBTR: nothing is installed");
}

static void test_ranges(void)
{
	check_ret(dbtr(DBTR_INSTALL, 0, 0), SBI_SUCCESS, 0, "DBTR: install nothing");
	check_ret(dbtr(DBTR_UPDATE, 0, 0), SBI_SUCCESS, 0, "DBTR: update nothing");
	check_ret(dbtr(DBTR_READ, 0, 0), SBI_SUCCESS, 0, "DBTR: read nothing");
	check_ret(dbtr(DBTR_READ, 0, max - 1), SBI_SUCCESS, 0, "DBTR: read all but the last");
	check_ret(dbtr(DBTR_UPDATE, max, 0), SBI_ERR_BAD_RANGE, 0, "DBTR: update too many");
	check_ret(dbtr(DBTR_UPDATE, ~0ul, 0), SBI_ERR_BAD_RANGE, 0, "DBTR: update -1");
	if (!guest_on_bulkhead()) /* OpenSBI says invalid of reads, and does not check what is installed */
		return;
	check_ret(dbtr(DBTR_READ, max, 0), SBI_ERR_BAD_RANGE, 0, "DBTR: read nothing behind the last");
	check_ret(dbtr(DBTR_READ, 0, max), SBI_ERR_BAD_RANGE, 0, "DBTR: read the last too");
	check_ret(dbtr(DBTR_READ, 1, ~0ul), SBI_ERR_BAD_RANGE, 0, "DBTR: read a range that wraps around");
	check_ret(dbtr(DBTR_READ, ~0ul, 1), SBI_ERR_BAD_RANGE, 0, "DBTR: read from -1 on");
	check_ret(dbtr(DBTR_INSTALL, max, 0), SBI_ERR_BAD_RANGE, 0, "DBTR: install too many");
	check_ret(dbtr(DBTR_INSTALL, 1ul << 59, 0), SBI_ERR_BAD_RANGE, 0, "DBTR: install so many that sizes wrap around");
	check_ret(dbtr(DBTR_INSTALL, ~0ul, 0), SBI_ERR_BAD_RANGE, 0, "DBTR: install -1");
}

/* Sets of triggers: the first is installed, no other is. */
static void test_sets(void)
{
	static const long fids[] = {DBTR_ENABLE, DBTR_DISABLE, DBTR_UNINSTALL};
	long index = dbtr_install(EXECUTE_S, 8, "DBTR: install one");

	tap_equal(index, 0, "DBTR: it is the first");
	for (size_t i = 0; i < ARRAY_SIZE(fids); i++) {
		check_ret(dbtr(fids[i], 0, 0), SBI_SUCCESS, 0, "DBTR: an empty set");
		check_ret(dbtr(fids[i], ~0ul, 0), SBI_SUCCESS, 0, "DBTR: an empty set from -1 on");
		if (!guest_on_bulkhead()) /* OpenSBI leaves out what is not there, and shifts by what it is given */
			continue;
		check_ret(dbtr(fids[i], 0, 2), SBI_ERR_INVALID_PARAM, 0, "DBTR: one that is not installed");
		check_ret(dbtr(fids[i], 1, 1), SBI_ERR_INVALID_PARAM, 0, "DBTR: the same from 1 on");
		check_ret(dbtr(fids[i], 0, 3), SBI_ERR_INVALID_PARAM, 0, "DBTR: one that is and one that is not");
		check_ret(dbtr(fids[i], 0, 1ul << max), SBI_ERR_INVALID_PARAM, 0, "DBTR: one behind the last");
		check_ret(dbtr(fids[i], 0, ~0ul), SBI_ERR_INVALID_PARAM, 0, "DBTR: a set of all ones");
		check_ret(dbtr(fids[i], max, 1), SBI_ERR_INVALID_PARAM, 0, "DBTR: from behind the last on");
		check_ret(dbtr(fids[i], 64, 1), SBI_ERR_INVALID_PARAM, 0, "DBTR: from 64 on");
		check_ret(dbtr(fids[i], ~0ul, 2), SBI_ERR_INVALID_PARAM, 0, "DBTR: from -1 on");
		check_ret(dbtr(fids[i], 1, 1ul << 63), SBI_ERR_INVALID_PARAM, 0, "DBTR: a bit that is shifted out");
	}
	dbtr_uninstall(0, 1, "DBTR: uninstall it: no refusal has done so");
}

static void test_update_refused(void)
{
	long index = dbtr_install(EXECUTE_S, 8, "DBTR: install one to update");

	check_ret(dbtr_one(DBTR_UPDATE, max, EXECUTE_S, 16, 0), SBI_ERR_INVALID_PARAM, 0, "DBTR: update one behind the last");
	check_ret(dbtr_one(DBTR_UPDATE, ~0ul, EXECUTE_S, 16, 0), SBI_ERR_INVALID_PARAM, 0, "DBTR: update number -1");
	check_ret(dbtr_one(DBTR_UPDATE, max - 1, EXECUTE_S, 16, 0), SBI_ERR_FAILED, 0, "DBTR: update what is not installed");
	if (guest_on_bulkhead()) { /* OpenSBI takes whatever comes */
		check_ret(dbtr_one(DBTR_UPDATE, (unsigned long)index, TYPE(2) | MC6_EXECUTE, 16, 0), SBI_ERR_INVALID_PARAM, 0,
			  "DBTR: update to another type");
		check_ret(dbtr_one(DBTR_UPDATE, (unsigned long)index, EXECUTE_S | MC6_CHAIN, 16, 0), SBI_ERR_INVALID_PARAM, 0,
			  "DBTR: update to a chain");
		for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
			long error = refused[i].tdata1 >> 60 == 6 ? refused[i].error : SBI_ERR_INVALID_PARAM;

			print("# update to %s\n", refused[i].name);
			check_ret(dbtr_one(DBTR_UPDATE, (unsigned long)index, refused[i].tdata1, 16, refused[i].tdata3), error,
				  0, "DBTR: refused");
		}
	}
	check_ret(dbtr(DBTR_READ, 0, 1), SBI_SUCCESS, 0, "DBTR: read it");
	tap_equal((long)(shmem[0][0].word[0] & 0xff), STATE_MAPPED | STATE_S, "DBTR: its state");
	tap_equal((long)shmem[0][0].word[1], (long)EXECUTE_S, "DBTR: its tdata1");
	tap_equal((long)shmem[0][0].word[2], 8, "DBTR: its tdata2");
	tap_equal((long)shmem[0][0].word[3], 0, "DBTR: its tdata3");
	dbtr_uninstall((unsigned long)index, 1, "DBTR: uninstall it");
	check_ret(dbtr(DBTR_READ, 0, 1), SBI_SUCCESS, 0, "DBTR: read a free one");
	if (guest_on_bulkhead()) /* OpenSBI shows what the machine's registers hold */
		tap_check((shmem[0][0].word[0] | shmem[0][0].word[1] | shmem[0][0].word[2] | shmem[0][0].word[3]) == 0,
			  "DBTR: a free one is all zeros");
}

static void test_full(void)
{
	for (unsigned long i = 0; i < count; i++)
		tap_equal(dbtr_install(EXECUTE_S, 8 * i, "DBTR: install until there are no more"), (long)i, "DBTR: the next number");
	check_ret(dbtr_one(DBTR_INSTALL, 77, EXECUTE_S, 8, 0), SBI_ERR_FAILED, 0, "DBTR: there are no more");
	dbtr_uninstall(0, (1ul << count) - 1, "DBTR: uninstall all of them at once");
}

static __attribute__((noinline)) void watched(void *arg)
{
	(void)arg;
	__asm__ volatile("");
}

/* A trigger of the life before must be gone, and its shared memory too. */
static void test_restart(void)
{
	int key;

	check_ret(dbtr(DBTR_INSTALL, 1, 0), SBI_ERR_NO_SHMEM, 0, "DBTR: a new life has no shared memory");
	irq_enable();
	tap_check(trap_run(NULL, watched, NULL) == NO_TRAP, "DBTR: a new life has no triggers");
	dbtr_open();
	for (unsigned long i = 0; i < max; i++)
		check_ret(dbtr(DBTR_ENABLE, i, 1), SBI_ERR_INVALID_PARAM, 0, "DBTR: a new life has none to enable");
	dbtr_install(EXECUTE_S, (unsigned long)watched, "DBTR: install one");
	dbtr_install(EXECUTE_S, (unsigned long)watched, "DBTR: install another");
	tap_equal((long)trap_run(NULL, watched, NULL), CAUSE_BREAKPOINT, "DBTR: it fires");
	print("dbtr: r reboot, s stop\n");
	do {
		key = console_read();
		if (key == 'r')
			guest_reboot();
	} while (key != 's');
}

void test_dbtr(void)
{
	if (guest_arg_is("expect", "absent") || !sbi_has(SBI_EXT_DBTR)) {
		test_absent();
		return;
	}
	max = (unsigned long)dbtr(DBTR_NUM, 0, 0).value;
	count = (unsigned long)dbtr(DBTR_NUM, EXECUTE_S, 0).value;
	if (guest_arg_is("how", "restart")) {
		test_restart();
		return;
	}
	if (guest_has_arg("fuzz")) {
		test_dbtr_fuzz();
		return;
	}
	test_numbers();
	test_no_shmem();
	test_set_shmem();
	dbtr_open();
	test_install_refused();
	test_ranges();
	test_sets();
	test_update_refused();
	test_full();
	test_dbtr_fire();
	test_dbtr_abilities();
	test_dbtr_beneath();
	test_dbtr_harts();
	check_ret(sbi_call3(SBI_EXT_DBTR, DBTR_SET_SHMEM, ~0ul, ~0ul, 0), SBI_SUCCESS, 0, "DBTR: shared memory is given up");
	test_no_shmem();
}
