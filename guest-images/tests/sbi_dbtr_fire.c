/* SPDX-License-Identifier: Apache-2.0 */
/* DBTR tests: where and when triggers fire, and that they are felt nowhere else. */

#include "tests/dbtr_test.h"

static volatile unsigned long watched_word;
static int is_one_of_two; /* two triggers are installed */

__attribute__((noinline)) void dbtr_watched(void *arg)
{
	(void)arg;
	__asm__ volatile("");
}

__attribute__((noinline)) void dbtr_unwatched(void *arg)
{
	(void)arg;
	__asm__ volatile("nop");
}

void dbtr_load_word(void *arg)
{
	(void)*(volatile unsigned long *)arg;
}

void dbtr_store_word(void *arg)
{
	*(volatile unsigned long *)arg = 1;
}

/* Triggers may be silent in S-mode while interrupts are off (debug 1.0, "Native Triggers"). */
unsigned long dbtr_run(dbtr_runner how, struct trap *trap, void (*run)(void *arg), void *arg)
{
	unsigned long cause;

	irq_enable();
	cause = how(trap, run, arg);
	irq_disable();
	return cause;
}

void dbtr_fires(dbtr_runner how, void (*run)(void *arg), void *arg, unsigned long address, const char *name)
{
	struct trap trap;

	tap_equal((long)dbtr_run(how, &trap, run, arg), CAUSE_BREAKPOINT, name);
	if (!is_one_of_two) /* QEMU 10 names either */
		tap_check(trap.tval == address || trap.tval == 0, "DBTR: stval is the address or 0");
	if (address == (unsigned long)run)
		tap_equal((long)trap.epc, (long)address, "DBTR: sepc is the instruction's");
}

void dbtr_silent(dbtr_runner how, void (*run)(void *arg), void *arg, const char *name)
{
	struct trap trap;

	if (dbtr_run(how, &trap, run, arg) != NO_TRAP)
		print("# cause %ld at 0x%lx, stval 0x%lx\n", trap.cause, trap.epc, trap.tval);
	tap_equal((long)trap.cause, (long)NO_TRAP, name);
}

static void uninstall(long index)
{
	dbtr_uninstall((unsigned long)index, 1, "DBTR: uninstall");
}

static void test_modes(void)
{
	unsigned long at = (unsigned long)dbtr_watched;
	long index = dbtr_install(MC6 | MC6_EXECUTE | MC6_S, at, "DBTR: execute in S-mode");

	dbtr_fires(trap_run, dbtr_watched, NULL, at, "DBTR: it fires in S-mode");
	dbtr_silent(trap_run_user, dbtr_watched, NULL, "DBTR: it does not in U-mode");
	dbtr_silent(trap_run, dbtr_unwatched, NULL, "DBTR: it does not elsewhere");
	uninstall(index);
	dbtr_silent(trap_run, dbtr_watched, NULL, "DBTR: it does not once it is uninstalled");

	index = dbtr_install(MC6 | MC6_EXECUTE | MC6_U, at, "DBTR: execute in U-mode");
	dbtr_fires(trap_run_user, dbtr_watched, NULL, at, "DBTR: it fires in U-mode");
	dbtr_silent(trap_run, dbtr_watched, NULL, "DBTR: it does not in S-mode");
	uninstall(index);

	index = dbtr_install(MC6 | MC6_EXECUTE | MC6_U | MC6_S, at, "DBTR: execute in both modes");
	dbtr_fires(trap_run_user, dbtr_watched, NULL, at, "DBTR: it fires in U-mode");
	dbtr_fires(trap_run, dbtr_watched, NULL, at, "DBTR: it fires in S-mode");
	uninstall(index);

	index = dbtr_install(MC6 | MC6_EXECUTE, at, "DBTR: execute in no mode");
	dbtr_silent(trap_run, dbtr_watched, NULL, "DBTR: it does not fire in S-mode");
	dbtr_silent(trap_run_user, dbtr_watched, NULL, "DBTR: it does not fire in U-mode");
	uninstall(index);
}

static void test_accesses(void)
{
	void *word = (void *)&watched_word;
	unsigned long at = (unsigned long)word;
	long index = dbtr_install(MC6 | MC6_LOAD | MC6_S | MC6_U, at, "DBTR: load");

	dbtr_fires(trap_run, dbtr_load_word, word, at, "DBTR: a load fires");
	dbtr_fires(trap_run_user, dbtr_load_word, word, at, "DBTR: a load in U-mode fires");
	dbtr_silent(trap_run, dbtr_store_word, word, "DBTR: a store does not");
	uninstall(index);
	index = dbtr_install(MC6 | MC6_STORE | MC6_S, at, "DBTR: store");
	dbtr_silent(trap_run, dbtr_load_word, word, "DBTR: a load does not");
	dbtr_fires(trap_run, dbtr_store_word, word, at, "DBTR: a store fires");
	uninstall(index);
}

/*
 * Whatever else is done to a trigger, its state and tdata1 are read back as they were set, but for what the machine may note when
 * the trigger has fired (debug 1.0, "mcontrol6": hit0 and hit1).
 */
static void check_read(unsigned long state, unsigned long tdata1, unsigned long tdata2)
{
	struct dbtr_entry *e = &shmem[0][0];

	check_ret(dbtr(DBTR_READ, 0, 1), SBI_SUCCESS, 0, "DBTR: read");
	tap_equal((long)(e->word[0] & 0xff & ~0x20ul), (long)state, "DBTR: state");
	tap_equal((long)(e->word[1] & ~(MC6_HIT0 | MC6_HIT1)), (long)tdata1, "DBTR: tdata1");
	tap_equal((long)e->word[2], (long)tdata2, "DBTR: tdata2");
}

/* An update to what the machine lacks is refused, and leaves the trigger as it was. */
static void test_update_beyond(unsigned long index, unsigned long state, unsigned long at)
{
	unsigned long beyond = guest_on_bulkhead() ? dbtr_beyond_machine() : 0;

	if (!beyond) { /* OpenSBI does not look whether the machine took it */
		tap_skip("DBTR: update to what the machine lacks", guest_on_bulkhead() ? "it lacks nothing" : "on OpenSBI");
		return;
	}
	check_error(dbtr_one(DBTR_UPDATE, index, beyond, at, 0), SBI_ERR_NOT_SUPPORTED, "DBTR: update to what the machine lacks");
	check_read(state, EXECUTE_S | MC6_U, at);
	check_ret(dbtr(DBTR_DISABLE, 0, 1), SBI_SUCCESS, 0, "DBTR: disable");
	check_error(dbtr_one(DBTR_UPDATE, index, beyond, at, 0), SBI_ERR_NOT_SUPPORTED, "DBTR: the same while it is disabled");
	check_read(state, EXECUTE_S & ~MC6_S, at);
	dbtr_silent(trap_run, dbtr_unwatched, NULL, "DBTR: it has stayed disabled");
}

static void test_switching(void)
{
	unsigned long at = (unsigned long)dbtr_watched, other = (unsigned long)dbtr_unwatched;
	unsigned long state = STATE_MAPPED | STATE_S;
	long index = dbtr_install(EXECUTE_S, at, "DBTR: install one to switch");

	check_read(state, EXECUTE_S, at);
	check_ret(dbtr(DBTR_DISABLE, 0, 1), SBI_SUCCESS, 0, "DBTR: disable");
	dbtr_silent(trap_run, dbtr_watched, NULL, "DBTR: disabled, it does not fire");
	check_read(state, EXECUTE_S & ~MC6_S, at);
	check_ret(dbtr(DBTR_DISABLE, 0, 1), SBI_SUCCESS, 0, "DBTR: disable again");
	check_ret(dbtr(DBTR_ENABLE, 0, 1), SBI_SUCCESS, 0, "DBTR: enable");
	dbtr_fires(trap_run, dbtr_watched, NULL, at, "DBTR: enabled, it fires");
	check_read(state, EXECUTE_S, at);
	check_ret(dbtr_one(DBTR_UPDATE, (unsigned long)index, EXECUTE_S | MC6_U, other, 0), SBI_SUCCESS, 0, "DBTR: update");
	dbtr_silent(trap_run, dbtr_watched, NULL, "DBTR: updated, it does not fire where it was");
	dbtr_fires(trap_run, dbtr_unwatched, NULL, other, "DBTR: but where it is");
	dbtr_fires(trap_run_user, dbtr_unwatched, NULL, other, "DBTR: in the other mode too");
	check_read(state | STATE_U, EXECUTE_S | MC6_U, other);
	test_update_beyond((unsigned long)index, state | STATE_U, other);
	uninstall(index);
	dbtr_silent(trap_run, dbtr_unwatched, NULL, "DBTR: uninstalled, it does not fire");
}

static void test_second(void)
{
	long one = dbtr_install(EXECUTE_S, (unsigned long)dbtr_watched, "DBTR: install one");
	long two = dbtr_install(EXECUTE_S, (unsigned long)dbtr_unwatched, "DBTR: install another");

	is_one_of_two = 1;
	dbtr_fires(trap_run, dbtr_watched, NULL, (unsigned long)dbtr_watched, "DBTR: the first fires");
	dbtr_fires(trap_run, dbtr_unwatched, NULL, (unsigned long)dbtr_unwatched, "DBTR: the second fires");
	check_ret(dbtr_one(DBTR_UPDATE, (unsigned long)two, EXECUTE_S, (unsigned long)dbtr_load_word, 0), SBI_SUCCESS, 0,
		  "DBTR: update the second");
	dbtr_silent(trap_run, dbtr_unwatched, NULL, "DBTR: it does not fire where it was");
	dbtr_fires(trap_run, dbtr_load_word, (void *)&watched_word, (unsigned long)dbtr_load_word, "DBTR: but where it is");
	uninstall(one);
	is_one_of_two = 0;
	dbtr_fires(trap_run, dbtr_load_word, (void *)&watched_word, (unsigned long)dbtr_load_word, "DBTR: without the first it still fires");
	uninstall(two);
	dbtr_silent(trap_run, dbtr_load_word, (void *)&watched_word, "DBTR: once it is uninstalled it does not");
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

		dbtr_silent(trap_run, call_beneath, NULL, "DBTR: the hypervisor goes on, and nothing fires here");
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
	cause = dbtr_run(trap_run, &trap, dbtr_load_word, (void *)&mask);
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

	hart_result[0] = dbtr_run(trap_run, NULL, dbtr_watched, NULL) == NO_TRAP;
	hart_result[1] = dbtr(DBTR_INSTALL, 1, 0).error == SBI_ERR_NO_SHMEM;
	if (!again) {
		sbi_call3(SBI_EXT_DBTR, DBTR_SET_SHMEM, (unsigned long)shmem[hart_self()->index], 0, 0);
		hart_result[2] = dbtr_one(DBTR_INSTALL, 0, EXECUTE_S, (unsigned long)dbtr_watched, 0).error == SBI_SUCCESS;
		hart_result[3] = dbtr_run(trap_run, NULL, dbtr_watched, NULL) == CAUSE_BREAKPOINT;
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
	index = dbtr_install(EXECUTE_S, (unsigned long)dbtr_watched, "DBTR: install one on the first hart");
	run_other_hart(NULL);
	tap_check(hart_result[0] != 0, "DBTR: it does not fire on another hart");
	tap_check(hart_result[1] != 0, "DBTR: the other hart has no shared memory at first");
	tap_check(hart_result[2] && hart_result[3], "DBTR: its own trigger fires");
	uninstall(index);
	dbtr_silent(trap_run, dbtr_watched, NULL, "DBTR: the other hart's does not fire here");
	if (!guest_on_bulkhead()) /* OpenSBI keeps a hart's triggers over its stop */
		return;
	run_other_hart(&again);
	tap_check(hart_result[0] != 0, "DBTR: started again, the other hart has no trigger");
	tap_check(hart_result[1] != 0, "DBTR: and no shared memory");
}
