/* SPDX-License-Identifier: Apache-2.0 */
/* Rules of virtual-instruction exceptions: what VS- and VU-mode may not do ends with cause 22 or 2 as it should, and a fresh stval. */

#include "tests/hcheck.h"

/* What has to be so for a row to make sense. */
enum condition { ALWAYS, STIMECMP, STATEEN, CBO_ZERO };

static const struct {
	const char *name;
	enum mode mode;
	uint32_t insn; /* with a0 = DATA */
	unsigned long hstatus;
	unsigned long cause;
	enum condition condition;
} rows[] = {
	{"vs-csrr-hstatus", VS, 0x60002573, 0, CAUSE_VIRTUAL_INSTRUCTION, ALWAYS},
	{"vs-csrw-hgatp", VS, 0x68051073, 0, CAUSE_VIRTUAL_INSTRUCTION, ALWAYS},
	{"vs-csrr-vsstatus", VS, 0x20002573, 0, CAUSE_VIRTUAL_INSTRUCTION, ALWAYS},
	{"vs-csrr-hgeip", VS, 0xe1202573, 0, CAUSE_VIRTUAL_INSTRUCTION, ALWAYS},
	{"vs-hlv", VS, 0x6c054573, 0, CAUSE_VIRTUAL_INSTRUCTION, ALWAYS},
	{"vs-hlvx", VS, 0x64354573, 0, CAUSE_VIRTUAL_INSTRUCTION, ALWAYS},
	{"vs-hsv", VS, 0x6eb54073, 0, CAUSE_VIRTUAL_INSTRUCTION, ALWAYS},
	{"vs-hfence-gvma", VS, 0x62000073, 0, CAUSE_VIRTUAL_INSTRUCTION, ALWAYS},
	{"vs-hfence-vvma", VS, 0x22000073, 0, CAUSE_VIRTUAL_INSTRUCTION, ALWAYS},
	{"vs-sret-vtsr", VS, 0x10200073, HSTATUS_VTSR, CAUSE_VIRTUAL_INSTRUCTION, ALWAYS},
	{"vs-sfence-vtvm", VS, 0x12000073, HSTATUS_VTVM, CAUSE_VIRTUAL_INSTRUCTION, ALWAYS},
	{"vs-csrr-satp-vtvm", VS, 0x18002573, HSTATUS_VTVM, CAUSE_VIRTUAL_INSTRUCTION, ALWAYS},
	{"vs-csrw-satp-vtvm", VS, 0x18001073, HSTATUS_VTVM, CAUSE_VIRTUAL_INSTRUCTION, ALWAYS},
	{"vs-rdcycle-denied", VS, 0xc0002573, 0, CAUSE_VIRTUAL_INSTRUCTION, ALWAYS},
	{"vs-rdtime-denied", VS, 0xc0102573, 0, CAUSE_VIRTUAL_INSTRUCTION, ALWAYS},
	{"vs-stimecmp-denied", VS, 0x14d02573, 0, CAUSE_VIRTUAL_INSTRUCTION, STIMECMP},
	{"vs-senvcfg-denied", VS, 0x10a02573, 0, CAUSE_VIRTUAL_INSTRUCTION, STATEEN},
	{"vs-cbo-zero-denied", VS, 0x0045200f, 0, CAUSE_VIRTUAL_INSTRUCTION, CBO_ZERO},
	{"vu-csrr-sstatus", VU, 0x10002573, 0, CAUSE_VIRTUAL_INSTRUCTION, ALWAYS},
	{"vu-csrr-hstatus", VU, 0x60002573, 0, CAUSE_VIRTUAL_INSTRUCTION, ALWAYS},
	{"vu-sret", VU, 0x10200073, 0, CAUSE_VIRTUAL_INSTRUCTION, ALWAYS},
	{"vu-sfence", VU, 0x12000073, 0, CAUSE_VIRTUAL_INSTRUCTION, ALWAYS},
	{"vu-hlv", VU, 0x6c054573, 0, CAUSE_VIRTUAL_INSTRUCTION, ALWAYS},
	{"vu-hfence-gvma", VU, 0x62000073, 0, CAUSE_VIRTUAL_INSTRUCTION, ALWAYS},
	{"vs-mret", VS, 0x30200073, 0, CAUSE_ILLEGAL_INSTRUCTION, ALWAYS},
	{"vs-csrr-mstatus", VS, 0x30002573, 0, CAUSE_ILLEGAL_INSTRUCTION, ALWAYS},
	{"vs-csrr-absent", VS, 0x5ff02573, 0, CAUSE_ILLEGAL_INSTRUCTION, ALWAYS},
	{"vs-all-zeros", VS, 0x00000000, 0, CAUSE_ILLEGAL_INSTRUCTION, ALWAYS},
	{"vs-all-ones", VS, 0xffffffff, 0, CAUSE_ILLEGAL_INSTRUCTION, ALWAYS},
	{"vu-mret", VU, 0x30200073, 0, CAUSE_ILLEGAL_INSTRUCTION, ALWAYS},
};

static int applies(enum condition condition)
{
	unsigned long ignored;

	switch (condition) {
	case STIMECMP:
		return csr_get(CSR_STIMECMP, &ignored) && csr_get(CSR_HENVCFG, &ignored);
	case STATEEN:
		return csr_get(CSR_HSTATEEN0, &ignored);
	case CBO_ZERO:
		return dt_has_isa("zicboz") && csr_get(CSR_HENVCFG, &ignored);
	case ALWAYS:
		break;
	}
	return 1;
}

#define WFI   0x10500073
#define TIMER (CAUSE_INTERRUPT | 5)

static unsigned tried, trapped;

/* Nothing is given to the guest. */
static void deny_all(void)
{
	csr_put(CSR_HENVCFG, 0);
	for (unsigned i = 0; i < 4; i++)
		csr_put(CSR_HSTATEEN0 + i, 0);
	hcsr_write(CSR_HCOUNTEREN, 0);
}

/*
 * Which exception it is, in world, wherever it was taken. Illegal instructions come by way of M-mode: here they go on to VS-mode, as
 * they do in a guest of the hypervisor. Whether they could go to HS-mode is a rule of its own (redirected-illegal-from-vs).
 */
static void run_forbidden(enum mode mode, uint32_t insn, unsigned long hstatus)
{
	hcsr_write(CSR_VSTVAL, STALE);
	hcsr_write(CSR_VSCAUSE, 0);
	hcsr_write(CSR_HEDELEG, 1ul << CAUSE_ILLEGAL_INSTRUCTION);
	world_hstatus = hstatus;
	world_run(mode, insn, world_page(DATA), 0);
	world_hstatus = 0;
	hcsr_write(CSR_HEDELEG, 0);
	if (world.scause == CAUSE_ECALL_FROM_VS && world.x[0] == world_ecall()) {
		world.scause = hcsr_read(CSR_VSCAUSE);
		world.stval = hcsr_read(CSR_VSTVAL);
		world.x[0] = hcsr_read(CSR_VSEPC);
	}
}

static void check_row(size_t i)
{
	unsigned long cause;

	if (!applies(rows[i].condition)) {
		rule(rows[i].name, OPTIONAL, ABSENT, "this hart does not have it");
		return;
	}
	run_forbidden(rows[i].mode, rows[i].insn, rows[i].hstatus);
	cause = world.scause;
	rule_kept(rows[i].name, OPTIONAL, cause == rows[i].cause && world.x[0] == world_code(), "cause %ld, wanted %lu",
		  (long)cause, rows[i].cause);
	trapped += cause == CAUSE_VIRTUAL_INSTRUCTION || cause == CAUSE_ILLEGAL_INSTRUCTION;
	tried++;
	if (cause == rows[i].cause)
		rule_kept(name_of("stval-", rows[i].name), OPTIONAL, !world.stval || world.stval == rows[i].insn,
			  "%lx, wanted 0 or the instruction %x%s", world.stval, rows[i].insn,
			  world.stval == STALE ? ": left as it was" : "");
}

/* A wfi that waits is ended by the timer, and the interrupt comes behind it; one that comes before it is no answer. */
static void run_wfi(enum mode mode, unsigned long hstatus)
{
	unsigned long wait = timer_frequency() / 50;

	for (unsigned turn = 0; turn < 4; turn++, wait *= 4) {
		timer_set(rdtime() + wait);
		csr_set(sie, SIE_STIE);
		world_hstatus = hstatus;
		world_run(mode, WFI, 0, 0);
		world_hstatus = 0;
		csr_clear(sie, SIE_STIE);
		timer_set(~0ul);
		if (world.scause != TIMER || world.x[0] != world_code())
			return;
	}
}

/* It may be over at once, and is not forbidden then (priv, "Wait for Interrupt"). */
static void check_wfi_denied(const char *name, enum mode mode, unsigned long hstatus)
{
	run_wfi(mode, hstatus);
	if (world.scause == DONE)
		rule(name, OPTIONAL, ABSENT, "wfi does not wait");
	else
		rule_kept(name, OPTIONAL, world.scause == CAUSE_VIRTUAL_INSTRUCTION && world.x[0] == world_code(), "cause %lx, wanted %u",
			  world.scause, CAUSE_VIRTUAL_INSTRUCTION);
}

static void check_wfi(void)
{
	check_wfi_denied("vs-wfi-vtw", VS, HSTATUS_VTW);
	check_wfi_denied("vu-wfi", VU, 0);
	run_wfi(VS, 0);
	rule_kept("vs-wfi", OPTIONAL, world.scause == DONE || (world.scause == TIMER && world.x[0] == world_code() + 4),
		  "cause %lx, pc %s it", world.scause, world.x[0] == world_code() ? "at" : "behind");
}

/* The same when it is given: it works. */
static void check_granted(void)
{
	unsigned long all;

	csr_put(CSR_HENVCFG, HENVCFG_STCE | HENVCFG_CBZE);
	hcsr_write(CSR_HCOUNTEREN, HCOUNTEREN_ALL);
	rule_kept("vs-rdcycle-granted", NEEDED, world_run(VS, 0xc0002573, 0, 0) == DONE, "cause %ld", (long)world.scause);
	rule_kept("vs-rdtime-granted", NEEDED, world_run(VS, 0xc0102573, 0, 0) == DONE, "cause %ld", (long)world.scause);
	if (applies(STIMECMP) && csr_get(CSR_HENVCFG, &all) && all & HENVCFG_STCE)
		rule_kept("vs-stimecmp-granted", NEEDED, world_run(VS, 0x14d51073, ~0ul, 0) == DONE && csr_get(CSR_VSTIMECMP, &all) &&
			  all == ~0ul, "cause %ld", (long)world.scause);
	if (applies(CBO_ZERO))
		rule_kept("vs-cbo-zero-granted", NEEDED, world_run(VS, 0x0045200f, world_page(DATA), 0) == DONE, "cause %ld",
			  (long)world.scause);
}

void check_virtual_instructions(void)
{
	deny_all();
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		check_row(i);
	/* Which of the two it is does not matter to the hypervisor: its guests see an illegal instruction. */
	rule_kept("forbidden-instructions-trap", NEEDED, trapped == tried, "%u of %u", trapped, tried);
	check_wfi();
	check_granted();
}
