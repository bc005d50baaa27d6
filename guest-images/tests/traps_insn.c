/* SPDX-License-Identifier: Apache-2.0 */
/* Trap tests: instructions that a supervisor without the H extension may not execute, and breakpoints. */

#include "traps_test.h"

#define INSN_MRET 0x30200073

static const uint32_t hypervisor_csrs[] = {
	0x200, 0x204, 0x205, 0x240, 0x241, 0x242, 0x243, 0x244, 0x24d, 0x280, /* vs* */
	0x600, 0x602, 0x603, 0x604, 0x605, 0x606, 0x607, 0x60a, 0x643, 0x644, 0x645, 0x64a, 0x680, 0xe12, /* h* */
};

static const uint32_t absent_csrs[] = {0x300, 0x304, 0x305, 0x340, 0x341, 0x342, 0x3a0, 0x3b0, 0xf14, 0x7a8, 0x5ff, 0x9ff};

static uint64_t target; /* what a0 points to */

static const struct {
	uint32_t insn;
	const char *name;
} illegal[] = {
	{0x00000000, "c.unimp"},
	{0xffffffff, "all ones"},
	{0xc0001073, "unimp (write of cycle)"},
	{INSN_MRET, "mret"},
	{0x7b200073, "dret"},
	{0x0000000b, "custom-0"},
	{0x60054573, "hlv.b"},
	{0x6c054573, "hlv.d"},
	{0x64354573, "hlvx.hu"},
	{0x62b54073, "hsv.b"},
	{0x22000073, "hfence.vvma"},
	{0x62000073, "hfence.gvma"},
};

/* On bare firmware S-mode is HS-mode and has them: then only their absence of harm can be seen. */
static int has_hypervisor_csrs(void)
{
	struct trap trap;

	return run_insn(trap_run, &trap, INSN_CSRR(0x600), NULL) == NO_TRAP;
}

static void test_csrs(void)
{
	struct trap trap;

	for (size_t i = 0; i < ARRAY_SIZE(absent_csrs); i++) {
		print("# csr 0x%x\n", absent_csrs[i]);
		tap_equal((long)run_insn(trap_run, &trap, INSN_CSRR(absent_csrs[i]), NULL), CAUSE_ILLEGAL_INSTRUCTION,
			  "a foreign CSR cannot be read");
		check_tval_insn(&trap, INSN_CSRR(absent_csrs[i]), "stval is the instruction or 0");
	}
	if (has_hypervisor_csrs()) {
		tap_skip("h* and vs* CSRs", "this machine has them in S-mode");
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(hypervisor_csrs); i++) {
		print("# csr 0x%x\n", hypervisor_csrs[i]);
		tap_equal((long)run_insn(trap_run, &trap, INSN_CSRR(hypervisor_csrs[i]), NULL),
			  CAUSE_ILLEGAL_INSTRUCTION, "a hypervisor CSR cannot be read");
		check_tval_insn(&trap, INSN_CSRR(hypervisor_csrs[i]), "stval is the instruction or 0");
		tap_equal((long)run_insn(trap_run, &trap, INSN_CSRW(hypervisor_csrs[i]), NULL),
			  CAUSE_ILLEGAL_INSTRUCTION, "a hypervisor CSR cannot be written");
	}
}

/* QEMU leaves an old stval behind for mret. */
static void check_illegal(runner how, uint32_t insn, const char *name)
{
	struct trap trap;

	tap_equal((long)run_insn(how, &trap, insn, &target), CAUSE_ILLEGAL_INSTRUCTION, name);
	if (insn != INSN_MRET)
		check_tval_insn(&trap, insn, "stval is the instruction or 0");
}

static void test_illegal(void)
{
	int hypervisor = has_hypervisor_csrs();

	for (size_t i = 0; i < ARRAY_SIZE(illegal); i++) {
		int is_h = illegal[i].name[0] == 'h';

		if (is_h && hypervisor)
			continue;
		print("# %s\n", illegal[i].name);
		check_illegal(trap_run, illegal[i].insn, "an illegal instruction in S-mode");
		check_illegal(trap_run_user, illegal[i].insn, "an illegal instruction in U-mode");
	}
}

static void test_breakpoints(void)
{
	struct trap trap;

	tap_equal((long)run_insn(trap_run, &trap, 0x00100073, NULL), CAUSE_BREAKPOINT, "ebreak in S-mode");
	tap_check(trap.tval == 0 || trap.tval == trap.epc, "stval is 0 or the address");
	tap_equal((long)run_insn(trap_run, &trap, 0x9002, NULL), CAUSE_BREAKPOINT, "c.ebreak in S-mode");
	tap_equal((long)run_insn(trap_run_user, &trap, 0x00100073, NULL), CAUSE_BREAKPOINT, "ebreak in U-mode");
	tap_equal((long)run_insn(trap_run_user, &trap, 0x00000073, NULL), CAUSE_ECALL_FROM_U, "ecall in U-mode");
	tap_equal((long)trap.tval, 0, "stval of ecall is 0");
}

void test_instructions(void)
{
	test_csrs();
	test_illegal();
	test_breakpoints();
}
