/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All 4096 numbers of CSRs, read, and written with what was read: what is not on the list as a
 * guest's own, or as one that it may read, is an illegal instruction.
 */

#include "../hyp/rv/csr_list.h"
#include "tests/insn.h"
#include "tests/step.h"
#include "tests/topic.h"

#define NUMBERS	   0x1000u
#define SSTATUS_VS 0x600ul
#define PER_CHECK  256u

enum kind { ABSENT, OWN, FIXED, PLAN, NONE };

static const unsigned char kinds[NUMBERS] = {
#define KIND(number, name, kind) [number] = kind,
	CSR_LIST(KIND)
#undef KIND
};

static struct step step;

/* The cause, or NO_TRAP and the value. */
static unsigned long execute(uint32_t insn, unsigned long *value)
{
	step_fill(&step, 1);
	step.entry |= SSTATUS_VS;
	step.in[10] = *value;
	if (step_insn(&step, insn) != NO_TRAP)
		return step.cause;
	*value = step.out[10];
	return NO_TRAP;
}

/* What is wrong about the answers, or NULL. */
static const char *judge(unsigned number, unsigned long read, unsigned long written)
{
	enum kind kind = kinds[number];

	if (read != NO_TRAP && read != CAUSE_ILLEGAL_INSTRUCTION)
		return "another exception than illegal instruction";
	if (written != NO_TRAP && written != CAUSE_ILLEGAL_INSTRUCTION)
		return "another exception than illegal instruction for a write";
	if (read == NO_TRAP && kind != OWN && kind != FIXED)
		return "can be read";
	if (written == NO_TRAP && kind != OWN)
		return "can be written";
	return NULL;
}

static int is_right(unsigned number)
{
	unsigned long value = 0, read, written;
	const char *wrong;

	read = execute(INSN_CSRR(number), &value);
	written = execute(INSN_CSRW(number), &value);
	wrong = judge(number, read, written);
	if (wrong)
		print("# csr 0x%03x %s (causes %ld and %ld)\n", number, wrong, (long)read, (long)written);
	return wrong == NULL;
}

void test_csr_walk(void)
{
	if (!guest_on_bulkhead()) {
		tap_skip("CSRs as the list says", "S-mode on bare firmware has the hypervisor extension's");
		return;
	}
	for (unsigned first = 0; first < NUMBERS; first += PER_CHECK) {
		int good = 1;

		csr_set(sstatus, SSTATUS_FS | SSTATUS_VS);
		for (unsigned number = first; number < first + PER_CHECK; number++)
			good &= is_right(number);
		csr_clear(sstatus, SSTATUS_FS | SSTATUS_VS);
		print("# 0x%03x to 0x%03x\n", first, first + PER_CHECK - 1);
		tap_check(good, "CSRs are a guest's own, or read-only, or illegal, as the list says");
	}
}
