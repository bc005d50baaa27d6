/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DBTR test: random calls with random entries, most of them nearly right, and between them work of the hypervisor's that a trigger
 * of ours must not touch. Whatever fires must have fired at what was set, and in the end everything can be uninstalled.
 */

#include "tests/dbtr_test.h"

#define MASK_OF_ALL(max) ((1ul << (max)) - 1)

static unsigned long seed, max;
static volatile unsigned long watched_word;

static unsigned long next(unsigned long limit)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return (seed * 0x2545f4914f6cdd1dul >> 16) % limit;
}

static __attribute__((noinline)) void watched(void *arg)
{
	(void)arg;
	watched_word++;
}

/* What is watched of ours, what may be the hypervisor's, and nothing. Its addresses are not those of this guest's memory. */
static unsigned long random_address(void)
{
	const unsigned long addresses[] = {(unsigned long)watched,
					   (unsigned long)&watched_word,
					   guest_arg("text", 0),
					   guest_arg("data", 0),
					   guest_arg("text", 0) + 4 * next(64),
					   guest_arg("data", 0) + 8 * next(64),
					   0x10000000 + next(8),
					   0,
					   ~7ul, /* QEMU complains of an access that would wrap around */
					   seed};

	return addresses[next(ARRAY_SIZE(addresses))];
}

static unsigned long random_tdata1(void)
{
	unsigned long type = next(8) ? 6 : next(16);
	unsigned long bits = next(8) | (next(4) ? next(4) << 3 : 0); /* load, store, execute; u, s */

	for (unsigned i = next(8) ? 0 : 1 + next(4); i; i--)
		bits |= 1ul << next(60);
	if (!next(8))
		bits |= MC6_CHAIN;
	if (!next(8))
		bits |= MC6_MATCH(next(16));
	return TYPE(type) | bits;
}

static unsigned long random_small(void)
{
	return next(8) ? next(max + 1) : seed;
}

static void random_entries(void)
{
	for (unsigned i = 0; i < 4; i++)
		shmem[0][i] = (struct dbtr_entry){{random_small(), random_tdata1(), random_address(), next(8) ? 0 : seed >> next(64)}};
}

static void work(void *arg)
{
	(void)arg;
	sbi_call3(SBI_EXT_BASE, 0, 0, 0, 0);
	sbi_call3(SBI_EXT_RFENCE, 1, 1, hart_self()->id, 0);
	print("%s", ""); /* locks, nothing to write */
	(void)console_read(); /* an emulated access */
	watched(NULL);
}

/* One random call. False when its answer is none that the extension has. */
static int step(void)
{
	static const long errors[] = {SBI_SUCCESS, SBI_ERR_FAILED, SBI_ERR_NOT_SUPPORTED, SBI_ERR_INVALID_PARAM,
				      SBI_ERR_INVALID_ADDRESS, SBI_ERR_NO_SHMEM, SBI_ERR_BAD_RANGE};
	long fid = (long)next(10);
	struct sbiret got;

	random_entries();
	if (fid == DBTR_SET_SHMEM && next(4))
		got = dbtr(fid, (unsigned long)shmem[0], 0);
	else
		got = dbtr(fid, fid == DBTR_NUM ? random_tdata1() : random_small(), random_small());
	for (size_t i = 0; i < ARRAY_SIZE(errors); i++)
		if (got.error == errors[i])
			return got.value >= 0 && got.value <= (long)max;
	return 0;
}

void test_dbtr_fuzz(void)
{
	unsigned long steps = guest_arg("fuzz", 0), fired = 0, wrong = 0;

	seed = guest_arg("seed", 1);
	max = (unsigned long)dbtr(DBTR_NUM, 0, 0).value;
	print("# %lu random calls, seed %lu\n", steps, seed);
	dbtr_open();
	irq_enable();
	for (unsigned long i = 0; i < steps; i++) {
		struct trap trap = {NO_TRAP, 0, 0};

		wrong += !step();
		if (trap_run(&trap, work, NULL) == NO_TRAP)
			continue;
		fired++;
		if (trap.cause != CAUSE_BREAKPOINT) {
			print("# step %lu: cause %lu at 0x%lx, stval 0x%lx\n", i, trap.cause, trap.epc, trap.tval);
			wrong++;
		}
	}
	irq_disable();
	tap_equal((long)wrong, 0, "DBTR: all answers are the extension's, all exceptions breakpoints");
	print("# %lu of %lu times a trigger fired\n", fired, steps);
	tap_check(!steps || fired, "DBTR: triggers have fired");
	for (unsigned long i = 0; i < max; i++)
		dbtr(DBTR_UNINSTALL, i, 1);
	check_ret(dbtr(DBTR_UNINSTALL, 0, MASK_OF_ALL(max)), SBI_ERR_INVALID_PARAM, 0, "DBTR: none is left to uninstall");
	tap_check(trap_run(NULL, work, NULL) == NO_TRAP, "DBTR: none is left to fire");
}
