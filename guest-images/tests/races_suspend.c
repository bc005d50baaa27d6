/* SPDX-License-Identifier: Apache-2.0 */
/* Races of suspend and what wakes: an IPI that comes before, while or after the hart goes to sleep is never lost. */

#include "tests/races.h"

#define RETENTIVE     0x00000000ul
#define NON_RETENTIVE 0x80000000ul

static volatile unsigned long woken;
static volatile unsigned long refused;

/* In one instruction: a suspend may end for other reasons, and the IPI come then. */
static int take_ipi(void)
{
	return (csr_read_clear(sip, SIE_SSIE) & SIE_SSIE) != 0;
}

static void sleep_retentively(void *arg)
{
	(void)arg;
	csr_set(sie, SIE_SSIE);
	while (woken < race_turns) {
		refused += sbi_call3(SBI_EXT_HSM, HSM_HART_SUSPEND, RETENTIVE, 0, 0).error != 0;
		if (take_ipi())
			woken++;
	}
}

/*
 * Comes here at its start and after each suspend, through the entry of a started hart: nothing but memory is kept. OpenSBI
 * takes the IPI that woke it away.
 */
static void sleep_and_begin_again(void *arg)
{
	static volatile int slept;

	(void)arg;
	if (take_ipi() || (slept && !guest_on_bulkhead()))
		woken++;
	slept = 1;
	csr_set(sie, SIE_SSIE);
	if (woken >= race_turns)
		return;
	sbi_call3(SBI_EXT_HSM, HSM_HART_SUSPEND, NON_RETENTIVE, (unsigned long)hart_entry, (unsigned long)hart_self());
	refused++;
}

/* Sends each IPI when the last has woken the sleeper, a little later each time. */
static void wake_again_and_again(void (*sleeper)(void *arg), const char *comes, const char *succeeds)
{
	unsigned long turn = 0;

	woken = refused = race_bad = 0;
	race_helper(1, sleeper);
	for (; turn < race_turns && !race_bad; turn++) {
		for (unsigned long i = turn % 97; i; i--)
			cpu_relax();
		race_bad += sbi_call3(SBI_EXT_IPI, 0, 1, harts[1].id, 0).error != 0;
		if (!race_wait(&woken, turn + 1))
			break;
	}
	if (turn < race_turns)
		print("# IPI %lu: %lu woke it, %lu suspends refused, its state is %ld\n", turn, woken, refused, hart_status(1));
	tap_equal((long)turn, (long)race_turns, comes);
	tap_check(race_stopped(1) && !refused && !race_bad, succeeds);
}

void test_suspend_races(void)
{
	wake_again_and_again(sleep_retentively, "retentive suspend racing an IPI: none is lost",
			     "retentive suspend racing an IPI: every call succeeds");
	wake_again_and_again(sleep_and_begin_again, "non-retentive suspend racing an IPI: none is lost",
			     "non-retentive suspend racing an IPI: every call succeeds");
}
