/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The self-test of a board: every topic in turn, then what failed, then "N passed, N failed" as the last line, and the end by
 * SRST with that as its reason. Boot argument: fail (one test fails on purpose, to see how that looks).
 */

#include "tests/topic.h"

extern const char trap_vector[];

static const struct {
	const char *name;
	void (*run)(void);
} topics[] = {
#define TOPIC_ROW(name) {#name, test_##name},
	TOPICS(TOPIC_ROW)
};

static int others_are_stopped(void)
{
	int stopped = 1;

	for (unsigned i = 1; i < hart_count(); i++)
		stopped &= hart_wait(i, HSM_STOPPED);
	return stopped;
}

/* The next topic finds this hart as the first one did. */
static void tidy_up(const char *name, unsigned long counters)
{
	struct hart *self = hart_self();

	irq_disable();
	csr_write(sie, 0);
	timer_set(~0ul);
	csr_clear(sip, SIE_SSIE);
	csr_write(satp, 0);
	__asm__ volatile("sfence.vma" ::: "memory");
	csr_clear(sstatus, SSTATUS_SUM | SSTATUS_SPIE);
	csr_write(scounteren, counters);
	csr_write(sscratch, self);
	csr_write(stvec, trap_vector);
	memset(self->handlers, 0, sizeof(self->handlers));
	self->unexpected = 0;
	if (!others_are_stopped()) {
		print("# %s left a hart that runs\n", name);
		tap_check(0, "all other harts are stopped afterwards");
	}
}

void guest_main(void)
{
	unsigned long counters = csr_read(scounteren);
	unsigned long begin = rdtime();

	tap_end_with_verdict();
	print("# selftest: %u harts, on %s\n", hart_count(), guest_on_bulkhead() ? "Bulkhead" : "bare firmware");
	for (size_t i = 0; i < ARRAY_SIZE(topics); i++) {
		tap_begin(topics[i].name);
		topics[i].run();
		tidy_up(topics[i].name, counters);
	}
	if (guest_has_arg("fail"))
		tap_check(0, "a test that fails because the boot arguments say so");
	print("# selftest: %lu ms\n", (rdtime() - begin) / (timer_frequency() / 1000));
	tap_end();
}
