/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which rules of the hypervisor extension this hart keeps: runs in HS-mode right on the firmware, prints a line per rule, puts
 * every CSR back, and goes on to the program that lies 2 MiB further on. Without such a program it ends by SRST.
 */

#include <stdarg.h>
#include <stdio.h>

#include "tests/hcheck.h"
#include "tests/insn.h"

extern char _image_end[];
_Noreturn void hcheck_go(unsigned long a0, const void *a1, unsigned long pc);

#define NEXT_ALIGN 0x200000ul

static unsigned counts[3], needed_broken;

void rule(const char *name, int needed, enum rule_verdict verdict, const char *format, ...)
{
	static const char *const words[] = {"kept", "broken", "absent"};
	char detail[160];
	va_list args;

	va_start(args, format);
	vsnprintf(detail, sizeof(detail), format, args);
	va_end(args);
	counts[verdict]++;
	needed_broken += needed && verdict != KEPT;
	print("rule: %s: %s (%s%s)\n", name, words[verdict], needed ? "needed; " : "", detail);
}

static const unsigned saved_csrs[] = {
	CSR_HEDELEG, CSR_HIDELEG, CSR_HVIP, CSR_HIE, CSR_HTIMEDELTA, CSR_HCOUNTEREN, CSR_HGEIE, CSR_HENVCFG, CSR_HSTATEEN0,
	CSR_HSTATEEN0 + 1, CSR_HSTATEEN0 + 2, CSR_HSTATEEN0 + 3, CSR_HVIEN, CSR_HVICTL, CSR_HVIPRIO1, CSR_HVIPRIO2, CSR_HTVAL,
	CSR_HTINST, CSR_VSSTATUS, CSR_VSTVEC, CSR_VSSCRATCH, CSR_VSEPC, CSR_VSCAUSE, CSR_VSTVAL, CSR_VSTIMECMP, CSR_VSISELECT,
	CSR_VSATP, CSR_HGATP, CSR_SENVCFG, CSR_STIMECMP,
};
static struct {
	unsigned long there, value;
} saved[ARRAY_SIZE(saved_csrs)];
static unsigned long saved_sstatus, saved_hstatus;

static void save(void)
{
	saved_sstatus = csr_read(sstatus);
	saved_hstatus = hcsr_read(CSR_HSTATUS);
	for (size_t i = 0; i < ARRAY_SIZE(saved_csrs); i++)
		saved[i].there = (unsigned long)csr_get(saved_csrs[i], &saved[i].value);
}

/* QEMU shows HS-mode's pending timer in hvip, too. */
static unsigned long kept_mask(unsigned csr)
{
	return csr == CSR_HVIP ? HIDELEG_VS : ~0ul;
}

/* Returns how many CSRs do not read as they did. */
static unsigned restore(void)
{
	unsigned wrong = 0;
	unsigned long now;

	for (size_t i = 0; i < ARRAY_SIZE(saved_csrs); i++)
		if (saved[i].there)
			csr_put(saved_csrs[i], saved[i].value);
	for (size_t i = 0; i < ARRAY_SIZE(saved_csrs); i++)
		if (saved[i].there && (!csr_get(saved_csrs[i], &now) || (now ^ saved[i].value) & kept_mask(saved_csrs[i]))) {
			print("# csr %x was %lx and is %lx\n", saved_csrs[i], saved[i].value, now);
			wrong++;
		}
	hfence_all();
	csr_write(sie, 0);
	csr_write(sstatus, saved_sstatus);
	hcsr_write(CSR_HSTATUS, saved_hstatus);
	return wrong;
}

/* The program behind this one has the header of a Linux Image, too; 0 when there is none. */
static unsigned long next_program(void)
{
	unsigned long next = ((unsigned long)_image_end + NEXT_ALIGN - 1) & ~(NEXT_ALIGN - 1);

	if (next + NEXT_ALIGN > memory_end() || memory_is_taken(next))
		return 0;
	return memcmp((const char *)next + 48, "RISCV\0\0\0RSC\5", 12) ? 0 : next;
}

static void check_all(void)
{
	unsigned wrong;

	save();
	check_csrs();
	world_init();
	if (world_run(VS, 0x00000013, 0, 0) != DONE) {
		rule("a-guest-runs", NEEDED, BROKEN, "cause %lx stval %lx htval %lx", world.scause, world.stval, world.htval);
	} else {
		rule("a-guest-runs", NEEDED, KEPT, "an instruction and an ebreak in VS-mode");
		check_traps();
		check_faults();
		check_virtual_instructions();
		check_guest_memory();
		check_fences();
	}
	wrong = restore();
	rule_kept("csrs-restored", NEEDED, !wrong, "%u differ", wrong);
}

void guest_main(void)
{
	unsigned long next = next_program();
	struct trap trap;

	print("# hcheck: hart %lu, what its hypervisor extension does\n", hart_self()->id);
	if (run_insn(trap_run, &trap, INSN_CSRR(CSR_HSTATUS), NULL) != NO_TRAP) {
		rule("h-extension", NEEDED, ABSENT, "hstatus cannot be read; %s", dt_has_isa("h") ? "the device tree says it is there" :
		     "the device tree does not have it either");
		next = 0;
	} else {
		rule_kept("h-extension", NEEDED, dt_has_isa("h"), "hstatus %lx; h is%s in the device tree", hcsr_read(CSR_HSTATUS),
			  dt_has_isa("h") ? "" : " not");
		check_all();
	}
	print("hardware: %u rules kept, %u broken, %u absent\n", counts[KEPT], counts[BROKEN], counts[ABSENT]);
	if (needed_broken)
		print("hardware: %u of those that are broken or absent are needed\n", needed_broken);
	if (!next)
		return;
	print("# hcheck: on to the hypervisor\n");
	hcheck_go(hart_self()->id, dt_address(), next);
}
