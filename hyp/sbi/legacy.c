// SPDX-License-Identifier: Apache-2.0
// SBI legacy calls (SBI 3.0, "Legacy Extensions (EIDs #0x00 - #0x0F)") for old guests; the answer is in a0 alone.
#include "guest/guest.h"
#include "rv/csr.h"
#include "rv/guestmem.h"
#include "sbi/sbi.h"

// The address as the guest's pointer masking (priv, "Pointer Masking Extensions") makes it. It is done here and switched off
// meanwhile, because QEMU 10 masks the addresses of HLV wrongly.
static uint64_t masked(uint64_t address, uint64_t pmm)
{
	uint32_t length = pmm == 0 ? 0 : pmm == HENVCFG_PMM_16 ? 16 : 7;

	if (csr_read(CSR_VSATP) >> SATP_MODE_SHIFT == 0)
		return address << length >> length;
	return (uint64_t)((int64_t)(address << length) >> length);
}

// The hart mask lies at a guest virtual address, or is NULL for all harts. False when reading it faults: the guest takes the fault.
static bool read_mask(struct vcpu *v, uint64_t address, uint64_t *set)
{
	struct exit *e;
	uint64_t mask = 0, fault = 0, all, pmm = 0;

	sbi_hart_set(v, 0, UINT64_MAX, &all);
	*set = all;
	if (address == 0)
		return true;
	e = vcpu_snapshot(v);
	if (hart_of_vcpu(v)->config.fwft & HENVCFG_PMM)
		pmm = csr_read(CSR_HENVCFG) & HENVCFG_PMM;
	if (pmm != 0)
		csr_clear(CSR_HENVCFG, HENVCFG_PMM);
	address = masked(address, pmm);
	for (uint32_t i = 0; i < sizeof(mask) && fault == 0; i++) {
		uint8_t byte;

		fault = guestmem_load_byte(address + i, &byte);
		if (fault == 0)
			mask |= (uint64_t)byte << (8 * i);
	}
	if (pmm != 0)
		csr_set(CSR_HENVCFG, pmm);
	*set = mask & all; // harts that are not this guest's do not exist for it
	if (fault == 0)
		return true;
	fault -= 1;
	// A breakpoint: by one of the guest's triggers, on a core that lets them match here.
	e->inject_cause = fault == CAUSE_LOAD_PAGE_FAULT || fault == CAUSE_BREAKPOINT ? (uint32_t)fault : CAUSE_LOAD_ACCESS;
	e->inject_tval = csr_read(CSR_STVAL);
	e->verdict = VERDICT_INJECT;
	return false;
}

static sbi_ret_t get_char(struct guest *g)
{
	int byte;

	spinlock_take(&g->device_lock);
	byte = guest_console_get(g);
	guest_update_uart(g); // which may have been waiting for it to be read
	spinlock_give(&g->device_lock);
	return sbi_ret((uint64_t)(int64_t)byte, 0);
}

static sbi_ret_t clear_ipi(void)
{
	bool was_pending = (csr_read(CSR_HVIP) & IP_VSSIP) != 0;

	csr_clear(CSR_HVIP, IP_VSSIP);
	return sbi_ret(was_pending, 0);
}

static sbi_ret_t legacy_fence(struct vcpu *v)
{
	uint64_t set;

	if (!read_mask(v, sbi_arg(v, 0), &set))
		return sbi_value(0);
	if (v->x[REG_A7] == SBI_EXT_LEGACY_FENCE_I)
		return sbi_fence(v, SBI_RFENCE_FENCE_I, set, 0, 0, 0);
	// With or without an ASID: fencing all of them covers both.
	return sbi_fence(v, SBI_RFENCE_HFENCE_VVMA, set, sbi_arg(v, 1), sbi_arg(v, 2), 0);
}

// In a0 alone.
static sbi_ret_t legacy_answer(struct vcpu *v)
{
	uint64_t set;

	switch (v->x[REG_A7]) {
	case SBI_EXT_LEGACY_SET_TIMER:
		sbi_set_timer(v, sbi_arg(v, 0));
		return sbi_value(0);
	case SBI_EXT_LEGACY_PUTCHAR:
		return sbi_write_byte(v);
	case SBI_EXT_LEGACY_GETCHAR:
		return get_char(v->guest);
	case SBI_EXT_LEGACY_CLEAR_IPI:
		return clear_ipi();
	case SBI_EXT_LEGACY_SEND_IPI:
		if (read_mask(v, sbi_arg(v, 0), &set))
			sbi_send_ipi(v, set);
		return sbi_value(0);
	case SBI_EXT_LEGACY_SHUTDOWN:
		sbi_reset(v, STOP_LEGACY_SHUTDOWN);
		return sbi_value(0);
	default:
		return legacy_fence(v);
	}
}

sbi_ret_t sbi_legacy(struct vcpu *v)
{
	sbi_ret_t ret = legacy_answer(v);

	if (!v->exit.is_live && v->exit.verdict != VERDICT_ADVANCE)
		return sbi_unchanged(v);
	return sbi_ret(sbi_ret_a0(ret), sbi_arg(v, 1));
}
