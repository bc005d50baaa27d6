/* SPDX-License-Identifier: Apache-2.0 */
/* In-guest test of synchronous exceptions: each must come with the cause, stval and sepc that hardware would give. */

#include "traps_test.h"

void check_cause(runner how, struct trap *trap, void (*run)(void *arg), void *arg, unsigned long cause,
		 const char *name)
{
	tap_equal((long)how(trap, run, arg), (long)cause, name);
}

void check_tval_insn(const struct trap *trap, unsigned long insn, const char *name)
{
	if (trap->tval && trap->tval != insn)
		print("# stval 0x%lx, instruction 0x%lx\n", trap->tval, insn);
	tap_check(!trap->tval || trap->tval == insn, name);
}

void test_traps(void)
{
	test_instructions();
	test_memory_faults();
	test_user();
	test_uart();
	test_accesses();
	test_causes();
	test_tables();
}
