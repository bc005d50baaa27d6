/* SPDX-License-Identifier: Apache-2.0 */
/* Rules of traps to and past HS-mode: what hstatus says after each, delegation of exceptions and interrupts to VS-mode, time. */

#include "tests/hcheck.h"

#define ECALL	0x00000073
#define NOP	0x00000013
#define ABSENT_CSR 0x5ff02573 /* csrr a0, 0x5ff */
#define RDTIME	0xc0102573

/* hstatus.SPV and SPVP after traps from each mode; GVA where stval is no guest address. */
static void check_hstatus(void)
{
	const unsigned long mask = HSTATUS_SPV | HSTATUS_SPVP | HSTATUS_GVA;

	world_run(VS, ECALL, 0, 0);
	rule_kept("ecall-from-vs", NEEDED, world.scause == CAUSE_ECALL_FROM_VS && world.stval == 0, "cause %ld stval %lx",
		  (long)world.scause, world.stval);
	rule_kept("hstatus-from-vs", NEEDED, (world.hstatus & mask) == (HSTATUS_SPV | HSTATUS_SPVP) &&
		  world.sstatus & SSTATUS_SPP, "SPV, SPVP, GVA are %lx", world.hstatus & mask);
	world_hstatus = HSTATUS_SPVP;
	world_run(VU, ECALL, 0, 0);
	world_hstatus = 0;
	rule_kept("hstatus-from-vu", NEEDED, world.scause == CAUSE_ECALL_FROM_U && (world.hstatus & mask) == HSTATUS_SPV &&
		  !(world.sstatus & SSTATUS_SPP), "cause %ld, SPV, SPVP, GVA are %lx", (long)world.scause, world.hstatus & mask);
	/* A trap from HS-mode itself leaves SPVP alone. */
	world_hstatus = HSTATUS_SPVP;
	world_run(HS, NOP, 0, 0);
	rule_kept("hstatus-from-hs", NEEDED, (world.hstatus & mask) == HSTATUS_SPVP, "SPV, SPVP, GVA are %lx", world.hstatus & mask);
	/* Illegal instructions come by way of M-mode: firmware must not leave SPV of an earlier trap. */
	world_run(HS, ABSENT_CSR, 0, 0);
	rule_kept("redirected-illegal-from-hs", OPTIONAL,
		  world.scause == CAUSE_ILLEGAL_INSTRUCTION && (world.hstatus & mask) == HSTATUS_SPVP && world.x[0] == world_code(),
		  "cause %ld, SPV, SPVP, GVA are %lx", (long)world.scause, world.hstatus & mask);
	world_hstatus = 0;
	rule_kept("redirected-illegal-stval", OPTIONAL, !world.stval || world.stval == ABSENT_CSR, "%lx", world.stval);
}

/*
 * An illegal instruction comes by way of M-mode. With hedeleg clear the firmware brings it to HS-mode, by writing mstatus.MPV;
 * cores whose exceptions the hypervisor takes itself need that, and double traps do.
 */
static void check_redirected(const char *name, enum mode mode, unsigned long spvp)
{
	const unsigned long mask = HSTATUS_SPV | HSTATUS_SPVP | HSTATUS_GVA;

	world_run(mode, ABSENT_CSR, 0, 0);
	if (world_strayed())
		rule(name, OPTIONAL, BROKEN, "it went on in VS-mode, at HS-mode's stvec");
	else
		rule_kept(name, OPTIONAL, world.scause == CAUSE_ILLEGAL_INSTRUCTION && world.x[0] == world_code() &&
			  (world.hstatus & mask) == (HSTATUS_SPV | spvp), "cause %ld, sepc %s, SPV, SPVP, GVA are %lx",
			  (long)world.scause, world.x[0] == world_code() ? "right" : "wrong", world.hstatus & mask);
}

/* With its bit in hedeleg set an exception of VS-mode stays there: vstvec is an ecall. */
static void check_delegated(const char *name, uint32_t insn, unsigned long cause)
{
	unsigned long vscause, vsepc;

	hcsr_write(CSR_VSCAUSE, 0);
	hcsr_write(CSR_VSEPC, 0);
	hcsr_write(CSR_HEDELEG, 1ul << cause);
	world_run(VS, insn, world_page(HOLE), 0);
	hcsr_write(CSR_HEDELEG, 0);
	vscause = hcsr_read(CSR_VSCAUSE);
	vsepc = hcsr_read(CSR_VSEPC);
	rule_kept(name, NEEDED, world.scause == CAUSE_ECALL_FROM_VS && world.x[0] == world_ecall() && vscause == cause &&
		  vsepc == world_code(), "cause %ld, vscause %ld wanted %lu, vsepc is %s", (long)world.scause, (long)vscause, cause,
		  vsepc == world_code() ? "right" : "wrong");
}

static void check_delegation(void)
{
	check_delegated("delegated-breakpoint", 0x00100073, CAUSE_BREAKPOINT);
	check_delegated("delegated-illegal", ABSENT_CSR, CAUSE_ILLEGAL_INSTRUCTION);
	world_vs_stage(1);
	world_map_vs(OTHER, OTHER, 0);
	hcsr_write(CSR_HEDELEG, 1ul << CAUSE_LOAD_PAGE_FAULT);
	hcsr_write(CSR_VSTVAL, 0);
	world_run(VS, 0x00053283, world_va(OTHER) + 0x10, 0);
	hcsr_write(CSR_HEDELEG, 0);
	rule_kept("delegated-page-fault", NEEDED, world.scause == CAUSE_ECALL_FROM_VS &&
		  hcsr_read(CSR_VSCAUSE) == CAUSE_LOAD_PAGE_FAULT && hcsr_read(CSR_VSTVAL) == world_va(OTHER) + 0x10,
		  "cause %ld, vscause %ld, vstval %lx", (long)world.scause, (long)hcsr_read(CSR_VSCAUSE), hcsr_read(CSR_VSTVAL));
	world_vs_stage(0);
}

/* An interrupt that hvip makes goes to VS-mode when delegated, under its number there, and else to HS-mode. */
static void check_interrupt(const char *name, const char *not_delegated, unsigned number)
{
	unsigned long bit = 1ul << number, vscause;

	hcsr_write(CSR_HIE, bit);
	hcsr_write(CSR_HIDELEG, HIDELEG_VS);
	hcsr_write(CSR_HVIP, bit);
	hcsr_write(CSR_VSCAUSE, 0);
	hcsr_write(CSR_VSSTATUS, hcsr_read(CSR_VSSTATUS) | SSTATUS_SIE);
	world_run(VS, NOP, 0, 0);
	vscause = hcsr_read(CSR_VSCAUSE);
	rule_kept(name, NEEDED, world.scause == CAUSE_ECALL_FROM_VS && vscause == (CAUSE_INTERRUPT | (number - 1)),
		  "cause %lx, vscause %lx", world.scause, vscause);
	hcsr_write(CSR_HIDELEG, 0);
	world_run(VS, NOP, 0, 0);
	rule_kept(not_delegated, OPTIONAL, world.scause == (CAUSE_INTERRUPT | number), "cause %lx", world.scause);
	hcsr_write(CSR_HVIP, 0);
	hcsr_write(CSR_HIE, 0);
	hcsr_write(CSR_VSSTATUS, hcsr_read(CSR_VSSTATUS) & ~(SSTATUS_SIE | SSTATUS_SPIE | SSTATUS_SPP));
}

/* With vsstatus.SIE 0 it waits. */
static void check_masked(void)
{
	hcsr_write(CSR_HIE, VSSIP);
	hcsr_write(CSR_HIDELEG, HIDELEG_VS);
	hcsr_write(CSR_HVIP, VSSIP);
	world_run(VS, 0x14402573, 0, 0); /* csrr a0, sip */
	rule_kept("interrupt-masked", NEEDED, world.scause == DONE && world.x[10] == SIE_SSIE, "cause %lx, sip %lx", world.scause,
		  world.x[10]);
	hcsr_write(CSR_HVIP, 0);
	hcsr_write(CSR_HIE, 0);
	hcsr_write(CSR_HIDELEG, 0);
}

/* vsie and vsip are hie and hip through hideleg, one bit lower; what is a guest's is not in HS-mode's own sie and sip. */
static void check_vs_interrupt_csrs(void)
{
	unsigned long back, sip, vsie, vsip;

	hcsr_write(CSR_HIE, HIDELEG_VS);
	hcsr_write(CSR_HVIP, HIDELEG_VS);
	vsie = hcsr_read(CSR_VSIE);
	vsip = hcsr_read(CSR_VSIP);
	rule_kept("vsie-masked-by-hideleg", NEEDED, !(vsie & HIDELEG_VS >> 1), "vsie reads %lx with hideleg 0", vsie);
	rule_kept("vsip-masked-by-hideleg", NEEDED, !(vsip & HIDELEG_VS >> 1), "vsip reads %lx with hideleg 0", vsip);
	hcsr_write(CSR_VSIE, 0);
	back = hcsr_read(CSR_HIE) & HIDELEG_VS;
	rule_kept("vsie-writes-masked-by-hideleg", NEEDED, back == HIDELEG_VS, "hie reads %lx after clearing vsie", back);

	hcsr_write(CSR_HIDELEG, HIDELEG_VS);
	vsie = hcsr_read(CSR_VSIE);
	vsip = hcsr_read(CSR_VSIP);
	sip = csr_read(sip);
	rule_kept("vsie-is-hie", NEEDED, vsie == HIDELEG_VS >> 1, "vsie reads %lx, hie is 444", vsie);
	rule_kept("vsip-is-hip", NEEDED, vsip == HIDELEG_VS >> 1, "vsip reads %lx, hvip is 444", vsip);
	rule_kept("sip-without-vs", NEEDED, !(sip & HIDELEG_VS), "sip reads %lx, hvip is 444", sip);
	csr_write(sie, HIDELEG_VS);
	back = csr_read(sie);
	csr_write(sie, 0);
	rule_kept("sie-without-vs", NEEDED, !(back & HIDELEG_VS) && (hcsr_read(CSR_HIE) & HIDELEG_VS) == HIDELEG_VS,
		  "sie reads %lx after writing 444, hie %lx after clearing sie", back, hcsr_read(CSR_HIE));
	hcsr_write(CSR_VSIP, 0);
	back = hcsr_read(CSR_HVIP) & HIDELEG_VS;
	rule_kept("vsip-writes-only-ssip", NEEDED, back == (VSTIP | VSEIP), "hvip reads %lx after clearing vsip", back);
	hcsr_write(CSR_VSIP, ~0ul);
	back = hcsr_read(CSR_HVIP) & HIDELEG_VS;
	rule_kept("vsip-writes-ssip", NEEDED, back == HIDELEG_VS, "hvip reads %lx after setting vsip", back);
	hcsr_write(CSR_VSIE, 0);
	back = hcsr_read(CSR_HIE) & HIDELEG_VS;
	rule_kept("vsie-writes-hie", NEEDED, !back, "hie reads %lx after clearing vsie", back);
	hcsr_write(CSR_HVIP, 0);
	hcsr_write(CSR_HIE, 0);
	hcsr_write(CSR_HIDELEG, 0);
}

static void check_time(void)
{
	const unsigned long delta = 1ul << 40;
	unsigned long before = rdtime(), seen;

	hcsr_write(CSR_HCOUNTEREN, HCOUNTEREN_ALL);
	hcsr_write(CSR_HTIMEDELTA, delta);
	world_run(VS, RDTIME, 0, 0);
	seen = world.x[10] - delta;
	hcsr_write(CSR_HTIMEDELTA, 0);
	rule_kept("htimedelta-moves-time", OPTIONAL, world.scause == DONE && seen >= before && seen <= rdtime(),
		  "cause %ld, time %lx with a delta of %lx", (long)world.scause, world.x[10], delta);
}

/* SPELP says that a landing pad was expected; without LPE in henvcfg it means nothing to a guest. */
static void check_landing_pads(void)
{
	csr_set(sstatus, SSTATUS_SPELP);
	if (!(csr_read(sstatus) & SSTATUS_SPELP)) {
		rule("spelp-without-lpe", OPTIONAL, ABSENT, "sstatus has no SPELP");
		return;
	}
	csr_clear(sstatus, SSTATUS_SPELP);
	csr_put(CSR_HENVCFG, 0);
	world_sstatus = SSTATUS_SPELP;
	world_run(VS, NOP, 0, 0);
	world_sstatus = 0;
	rule_kept("spelp-without-lpe", OPTIONAL, world.scause == DONE && !(world.sstatus & SSTATUS_SPELP), "cause %ld, SPELP %s",
		  (long)world.scause, world.sstatus & SSTATUS_SPELP ? "set" : "clear");
	csr_clear(sstatus, SSTATUS_SPELP);
}

void check_traps(void)
{
	check_hstatus();
	check_redirected("redirected-illegal-from-vs", VS, HSTATUS_SPVP);
	check_redirected("redirected-illegal-from-vu", VU, 0);
	check_delegation();
	check_interrupt("interrupt-vssi", "interrupt-vssi-to-hs", 2);
	check_interrupt("interrupt-vsti", "interrupt-vsti-to-hs", 6);
	check_interrupt("interrupt-vsei", "interrupt-vsei-to-hs", 10);
	check_masked();
	check_vs_interrupt_csrs();
	check_time();
	check_landing_pads();
}
