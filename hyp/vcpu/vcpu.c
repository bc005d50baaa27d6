// SPDX-License-Identifier: Apache-2.0
// Resets a vcpu: every register and CSR a guest can reach, so that nothing of an earlier life or neighbour shows.
#include "vcpu/vcpu.h"

#include <string.h>

#include "rv/csr.h"

#define HEDELEG_BIT(cause, name, delegated, handler) | (uint64_t)(delegated) << CAUSE_##cause
#define HEDELEG_GUEST (0 CAUSE_LIST(HEDELEG_BIT))
#define HIDELEG_GUEST IP_VS_ALL

static void reset_overflow(enum lcofi lcofi)
{
	if (lcofi == LCOFI_NONE)
		return;
	csr_clear(CSR_SIP, IP_LCOFIP);
	if (lcofi == LCOFI_DELEGATED)
		csr_set(CSR_HIDELEG, IP_LCOFIP);
	else
		csr_set(CSR_SIE, IP_LCOFIP);
}

uint64_t vcpu_hstateen0(const struct vcpu_config *config)
{
	return HSTATEEN0_ENVCFG | (config->vgein != 0 ? HSTATEEN0_FILE : 0);
}

uint64_t vcpu_program(const struct vcpu_config *config)
{
	uint64_t hedeleg = config->delegates ? HEDELEG_GUEST : 0;

	csr_write(CSR_HEDELEG, hedeleg);
	csr_write(CSR_HIDELEG, HIDELEG_GUEST);
	csr_write(CSR_HCOUNTEREN, config->hcounteren);
	csr_write(CSR_HTIMEDELTA, 0);
	csr_write(CSR_HVIP, 0);
	csr_write(CSR_HGEIE, 0);
	if (config->has_aia) { // no interrupt but those that are, by their default priorities
		csr_write(CSR_HVICTL, 0);
		csr_write(CSR_HVIPRIO1, 0);
		csr_write(CSR_HVIPRIO2, 0);
	}
	if (config->has_henvcfg)
		csr_write(CSR_HENVCFG, config->henvcfg);
	if (config->has_hstateen)
		csr_write(CSR_HSTATEEN0, vcpu_hstateen0(config));
	csr_write(CSR_HGATP, config->hgatp);
	return hedeleg;
}

static void reset_guest_csrs(const struct vcpu_config *config)
{
	csr_write(CSR_VSSTATUS, SSTATUS_UXL_64);
	csr_write(CSR_VSIE, 0);
	csr_write(CSR_VSTVEC, 0);
	csr_write(CSR_VSSCRATCH, 0);
	csr_write(CSR_VSEPC, 0);
	csr_write(CSR_VSCAUSE, 0);
	csr_write(CSR_VSTVAL, 0);
	csr_write(CSR_VSATP, 0);
	// State without a VS copy: the guest reads and writes the hart's own.
	csr_write(CSR_SCOUNTEREN, HCOUNTEREN_CY | HCOUNTEREN_TM | HCOUNTEREN_IR); // as OpenSBI leaves it; Linux relies on TM
	if (config->has_senvcfg)
		csr_write(CSR_SENVCFG, 0);
	if (config->has_ssp)
		csr_write(CSR_SSP, 0);
	if (config->has_jvt)
		csr_write(CSR_JVT, 0);
	if (config->has_scontext)
		csr_write(CSR_SCONTEXT, 0);
	if (config->has_ctr) {
		csr_write(CSR_VSCTRCTL, 0);
		csr_write(CSR_SCTRSTATUS, 0);
		sctrclr();
	}
	if (config->has_vsiselect)
		csr_write(CSR_VSISELECT, 0);
	// Its reset value 0 is a pending timer, in QEMU even where henvcfg keeps the guest from Sstc.
	if (config->has_vstimecmp)
		csr_write(CSR_VSTIMECMP, UINT64_MAX);
}

void vcpu_reset(struct vcpu *v, const struct vcpu_config *config, const struct vcpu_start *s)
{
	vcpu_program(config);
	reset_overflow(config->lcofi);
	reset_guest_csrs(config);
	// On here what the hart has and we reset; the guest's own switches are in vsstatus.
	uint64_t units = (config->has_fp ? SSTATUS_FS : 0) | (config->has_v ? SSTATUS_VS : 0);

	csr_set(CSR_SSTATUS, units);
	if (config->has_fp)
		fp_reset();
	if (config->has_v)
		v_reset();
	hfence_vvma_all();
	hfence_gvma_all();
	fence_i();

	memset(v->x, 0, sizeof(v->x));
	v->exit = (struct exit){ .is_live = true };
	v->x[REG_A0] = s->a0;
	v->x[REG_A1] = s->a1;
	csr_write(CSR_SEPC, s->pc.addr);
	// VS-mode with the guest's interrupts off: vsstatus.SIE is 0.
	csr_write(CSR_SSTATUS, SSTATUS_SPP | units | SSTATUS_UXL_64);
	csr_write(CSR_HSTATUS, HSTATUS_VSXL_64 | (uint64_t)config->vgein << HSTATUS_VGEIN_SHIFT | HSTATUS_SPV | HSTATUS_SPVP);
}

void vcpu_resume_at(struct vcpu *v, const struct vcpu_start *s)
{
	csr_write(CSR_VSATP, 0);
	csr_clear(CSR_VSSTATUS, SSTATUS_SIE | (v->has_sdt ? SSTATUS_SDT : 0));
	v->x[REG_A0] = s->a0;
	v->x[REG_A1] = s->a1;
	v->exit.pc = s->pc.addr;
	v->exit.sstatus |= SSTATUS_SPP;
	v->exit.hstatus |= HSTATUS_SPVP;
}
