/* SPDX-License-Identifier: Apache-2.0 */
/* DBTR tests: where and when triggers fire, and that they are felt nowhere else. */

#include "tests/dbtr_test.h"

static volatile unsigned long watched_word;
static int is_one_of_two; /* two triggers are installed */

static __attribute__((noinline)) void watched(void *arg)
{
	(void)arg;
	__asm__ volatile("");
}

static __attribute__((noinline)) void unwatched(void *arg)
{
	(void)arg;
	__asm__ volatile("nop");
}

static void load_word(void *arg)
{
	(void)*(volatile unsigned long *)arg;
}

static void store_word(void *arg)
{
	*(volatile unsigned long *)arg = 1;
}

typedef unsigned long (*runner)(struct trap *trap, void (*run)(void *arg), void *arg);

/* Triggers may be silent in S-mode while interrupts are off (debug 1.0, "Native Triggers"). */
static unsigned long run_open(runner how, struct trap *trap, void (*run)(void *arg), void *arg)
{
	unsigned long cause;

	irq_enable();
	cause = how(trap, run, arg);
	irq_disable();
	return cause;
}

static void fires(runner how, void (*run)(void *arg), void *arg, unsigned long address, const char *name)
{
	struct trap trap;

	tap_equal((long)run_open(how, &trap, run, arg), CAUSE_BREAKPOINT, name);
	if (!is_one_of_two) /* QEMU 10 names either */
		tap_check(trap.tval == address || trap.tval == 0, "DBTR: stval is the address or 0");
	if (address == (unsigned long)run)
		tap_equal((long)trap.epc, (long)address, "DBTR: sepc is the instruction's");
}

static void silent(runner how, void (*run)(void *arg), void *arg, const char *name)
{
	struct trap trap;

	if (run_open(how, &trap, run, arg) != NO_TRAP)
		print("# cause %ld at 0x%lx, stval 0x%lx\n", trap.cause, trap.epc, trap.tval);
	tap_equal((long)trap.cause, (long)NO_TRAP, name);
}

static void uninstall(long index)
{
	dbtr_uninstall((unsigned long)index, 1, "DBTR: uninstall");
}

static void test_modes(void)
{
	unsigned long at = (unsigned long)watched;
	long index = dbtr_install(MC6 | MC6_EXECUTE | MC6_S, at, "DBTR: execute in S-mode");

	fires(trap_run, watched, NULL, at, "DBTR: it fires in S-mode");
	silent(trap_run_user, watched, NULL, "DBTR: it does not in U-mode");
	silent(trap_run, unwatched, NULL, "DBTR: it does not elsewhere");
	uninstall(index);
	silent(trap_run, watched, NULL, "DBTR: it does not once it is uninstalled");

	index = dbtr_install(MC6 | MC6_EXECUTE | MC6_U, at, "DBTR: execute in U-mode");
	fires(trap_run_user, watched, NULL, at, "DBTR: it fires in U-mode");
	silent(trap_run, watched, NULL, "DBTR: it does not in S-mode");
	uninstall(index);

	index = dbtr_install(MC6 | MC6_EXECUTE | MC6_U | MC6_S, at, "DBTR: execute in both modes");
	fires(trap_run_user, watched, NULL, at, "DBTR: it fires in U-mode");
	fires(trap_run, watched, NULL, at, "DBTR: it fires in S-mode");
	uninstall(index);

	index = dbtr_install(MC6 | MC6_EXECUTE, at, "DBTR: execute in no mode");
	silent(trap_run, watched, NULL, "DBTR: it does not fire in S-mode");
	silent(trap_run_user, watched, NULL, "DBTR: it does not fire in U-mode");
	uninstall(index);
}

static void test_accesses(void)
{
	void *word = (void *)&watched_word;
	unsigned long at = (unsigned long)word;
	long index = dbtr_install(MC6 | MC6_LOAD | MC6_S | MC6_U, at, "DBTR: load");

	fires(trap_run, load_word, word, at, "DBTR: a load fires");
	fires(trap_run_user, load_word, word, at, "DBTR: a load in U-mode fires");
	silent(trap_run, store_word, word, "DBTR: a store does not");
	uninstall(index);
	index = dbtr_install(MC6 | MC6_STORE | MC6_S, at, "DBTR: store");
	silent(trap_run, load_word, word, "DBTR: a load does not");
	uninstall(index);
	index = dbtr_install(MC6 | MC6_STORE | MC6_S | MC6_SIZE(5), at, "DBTR: store of 64 bits");
	fires(trap_run, store_word, word, at, "DBTR: a store fires");
	uninstall(index);
}

/* Whatever else is done to a trigger, its state and tdata1 are read back as they were set. */
static void check_read(unsigned long state, unsigned long tdata1, unsigned long tdata2)
{
	struct dbtr_entry *e = &shmem[0][0];

	check_ret(dbtr(DBTR_READ, 0, 1), SBI_SUCCESS, 0, "DBTR: read");
	tap_equal((long)(e->word[0] & 0xff & ~0x20ul), (long)state, "DBTR: state");
	tap_equal((long)e->word[1], (long)tdata1, "DBTR: tdata1");
	tap_equal((long)e->word[2], (long)tdata2, "DBTR: tdata2");
}

static void test_switching(void)
{
	unsigned long at = (unsigned long)watched, other = (unsigned long)unwatched;
	unsigned long state = STATE_MAPPED | STATE_S;
	long index = dbtr_install(EXECUTE_S, at, "DBTR: install one to switch");

	check_read(state, EXECUTE_S, at);
	check_ret(dbtr(DBTR_DISABLE, 0, 1), SBI_SUCCESS, 0, "DBTR: disable");
	silent(trap_run, watched, NULL, "DBTR: disabled, it does not fire");
	check_read(state, EXECUTE_S & ~MC6_S, at);
	check_ret(dbtr(DBTR_DISABLE, 0, 1), SBI_SUCCESS, 0, "DBTR: disable again");
	check_ret(dbtr(DBTR_ENABLE, 0, 1), SBI_SUCCESS, 0, "DBTR: enable");
	fires(trap_run, watched, NULL, at, "DBTR: enabled, it fires");
	check_read(state, EXECUTE_S, at);
	check_ret(dbtr_one(DBTR_UPDATE, (unsigned long)index, EXECUTE_S | MC6_U, other, 0), SBI_SUCCESS, 0, "DBTR: update");
	silent(trap_run, watched, NULL, "DBTR: updated, it does not fire where it was");
	fires(trap_run, unwatched, NULL, other, "DBTR: but where it is");
	fires(trap_run_user, unwatched, NULL, other, "DBTR: in the other mode too");
	check_read(state | STATE_U, EXECUTE_S | MC6_U, other);
	if (guest_on_bulkhead()) { /* OpenSBI does not look whether the machine took it */
		check_error(dbtr_one(DBTR_UPDATE, (unsigned long)index, EXECUTE_S | MC6_MATCH(2), at, 0), SBI_ERR_NOT_SUPPORTED,
			    "DBTR: update to what the machine cannot do");
		check_read(state | STATE_U, EXECUTE_S | MC6_U, other);
		check_ret(dbtr(DBTR_DISABLE, 0, 1), SBI_SUCCESS, 0, "DBTR: disable");
		check_error(dbtr_one(DBTR_UPDATE, (unsigned long)index, EXECUTE_S | MC6_MATCH(2), at, 0), SBI_ERR_NOT_SUPPORTED,
			    "DBTR: the same while it is disabled");
		check_read(state | STATE_U, EXECUTE_S & ~MC6_S, other);
		silent(trap_run, unwatched, NULL, "DBTR: it has stayed disabled");
	}
	uninstall(index);
	silent(trap_run, unwatched, NULL, "DBTR: uninstalled, it does not fire");
}

static void test_second(void)
{
	long one = dbtr_install(EXECUTE_S, (unsigned long)watched, "DBTR: install one");
	long two = dbtr_install(EXECUTE_S, (unsigned long)unwatched, "DBTR: install another");

	is_one_of_two = 1;
	fires(trap_run, watched, NULL, (unsigned long)watched, "DBTR: the first fires");
	fires(trap_run, unwatched, NULL, (unsigned long)unwatched, "DBTR: the second fires");
	check_ret(dbtr_one(DBTR_UPDATE, (unsigned long)two, EXECUTE_S, (unsigned long)load_word, 0), SBI_SUCCESS, 0,
		  "DBTR: update the second");
	silent(trap_run, unwatched, NULL, "DBTR: it does not fire where it was");
	fires(trap_run, load_word, (void *)&watched_word, (unsigned long)load_word, "DBTR: but where it is");
	uninstall(one);
	is_one_of_two = 0;
	fires(trap_run, load_word, (void *)&watched_word, (unsigned long)load_word, "DBTR: without the first it still fires");
	uninstall(two);
	silent(trap_run, load_word, (void *)&watched_word, "DBTR: once it is uninstalled it does not");
}

void test_dbtr_fire(void)
{
	test_modes();
	test_accesses();
	test_switching();
	test_second();
}

static void call_beneath(void *arg)
{
	unsigned long all[2] = {~0ul, ~0ul};

	(void)arg;
	for (int i = 0; i < 20; i++) {
		sbi_call3(SBI_EXT_BASE, 0, 0, 0, 0);
		sbi_call3(SBI_EXT_IPI, 0, 1, hart_self()->id, 0);
		sbi_call3(SBI_EXT_RFENCE, 1, 1, hart_self()->id, 0);
		sbi_call3(SBI_LEGACY_REMOTE_FENCE_I, 0, (unsigned long)all, 0, 0);
		print("# beneath %d\n", i); /* through the UART */
	}
}

/* A trigger on what the hypervisor executes, loads and stores: it is not felt there, nor here. */
static void test_address(const char *what, unsigned long at)
{
	static const unsigned long kinds[] = {MC6_EXECUTE, MC6_LOAD | MC6_STORE, MC6_EXECUTE | MC6_LOAD | MC6_STORE};

	if (!at)
		return;
	print("# triggers at %s, 0x%lx\n", what, at);
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		long index = dbtr_install(MC6 | kinds[i] | MC6_S | MC6_U, at, "DBTR: a trigger on an address of the hypervisor's");

		silent(trap_run, call_beneath, NULL, "DBTR: the hypervisor goes on, and nothing fires here");
		uninstall(index);
	}
}

/*
 * The SBI reads this word for us. If its access counted as ours the trigger fires, and the breakpoint is ours; if not, the call
 * just does its work.
 */
static void test_legacy_mask(void)
{
	static volatile unsigned long mask;
	long index = dbtr_install(MC6 | MC6_LOAD | MC6_S, (unsigned long)&mask, "DBTR: a trigger on what the SBI will load");
	struct trap trap;
	unsigned long cause;

	irq_enable();
	sbi_call3(SBI_LEGACY_SEND_IPI, 0, (unsigned long)&mask, 0, 0);
	irq_disable();
	cause = run_open(trap_run, &trap, load_word, (void *)&mask);
	tap_equal((long)cause, CAUSE_BREAKPOINT, "DBTR: our own load of it fires");
	uninstall(index);
}

static void test_dbcn_buffer(void)
{
	static const char text[] = "# dbtr: written by the SBI\n";
	struct sbiret got;
	long index;

	if (!sbi_has(SBI_EXT_DBCN))
		return;
	index = dbtr_install(MC6 | MC6_LOAD | MC6_S, (unsigned long)text, "DBTR: a trigger on what DBCN will load");
	irq_enable();
	got = sbi_call3(SBI_EXT_DBCN, DBCN_WRITE, sizeof(text) - 1, (unsigned long)text, 0);
	irq_disable();
	tap_check(got.error == SBI_SUCCESS, "DBTR: DBCN goes on");
	uninstall(index);
}

void test_dbtr_beneath(void)
{
	test_address("the trap vector", guest_arg("text", 0));
	test_address("data", guest_arg("data", 0));
	test_legacy_mask();
	test_dbcn_buffer();
}

static volatile long hart_result[4];

/* On another hart: what the first has installed is not there, and what a life before has installed is not either. */
static void on_other_hart(void *arg)
{
	int again = arg != NULL;

	hart_result[0] = run_open(trap_run, NULL, watched, NULL) == NO_TRAP;
	hart_result[1] = dbtr(DBTR_INSTALL, 1, 0).error == SBI_ERR_NO_SHMEM;
	if (!again) {
		sbi_call3(SBI_EXT_DBTR, DBTR_SET_SHMEM, (unsigned long)shmem[hart_self()->index], 0, 0);
		hart_result[2] = dbtr_one(DBTR_INSTALL, 0, EXECUTE_S, (unsigned long)watched, 0).error == SBI_SUCCESS;
		hart_result[3] = run_open(trap_run, NULL, watched, NULL) == CAUSE_BREAKPOINT;
	}
}

static void run_other_hart(void *arg)
{
	for (size_t i = 0; i < ARRAY_SIZE(hart_result); i++)
		hart_result[i] = 0;
	tap_equal(hart_start(1, on_other_hart, arg).error, SBI_SUCCESS, "DBTR: start another hart");
	tap_check(hart_wait(1, HSM_STOPPED), "DBTR: it ends");
}

void test_dbtr_harts(void)
{
	static int again;
	long index;

	if (hart_count() < 2) {
		tap_skip("DBTR: triggers belong to one hart", "one hart");
		return;
	}
	index = dbtr_install(EXECUTE_S, (unsigned long)watched, "DBTR: install one on the first hart");
	run_other_hart(NULL);
	tap_check(hart_result[0] != 0, "DBTR: it does not fire on another hart");
	tap_check(hart_result[1] != 0, "DBTR: the other hart has no shared memory at first");
	tap_check(hart_result[2] && hart_result[3], "DBTR: its own trigger fires");
	uninstall(index);
	silent(trap_run, watched, NULL, "DBTR: the other hart's does not fire here");
	if (!guest_on_bulkhead()) /* OpenSBI keeps a hart's triggers over its stop */
		return;
	run_other_hart(&again);
	tap_check(hart_result[0] != 0, "DBTR: started again, the other hart has no trigger");
	tap_check(hart_result[1] != 0, "DBTR: and no shared memory");
}
