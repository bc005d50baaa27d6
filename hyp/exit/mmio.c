// SPDX-License-Identifier: Apache-2.0
// Guest page faults of loads and stores: finds the emulated device, performs the access as a value, writes the register.
#include "exit/decode.h"
#include "exit/exit.h"
#include "exit/mmio.h"
#include "guest/guest.h"
#include "rv/csr.h"
#include "sbi/sbi.h"

#define PAGE_OFFSET (PAGE_SIZE - 1ull)
// Upper address bits that pointer masking may have replaced in stval (priv, "Pointer Masking Extensions": PMLEN is at most 16).
#define POINTER_MASK_BITS 16

// Counted as the firmware counts those that M-mode takes.
static enum verdict access_fault(struct vcpu *v, struct exit *e)
{
	v->sbi.pmu.events[e->cause == CAUSE_STORE_GUEST_PAGE_FAULT ? SBI_PMU_FW_ACCESS_STORE : SBI_PMU_FW_ACCESS_LOAD]++;
	return exit_inject(e, e->cause == CAUSE_STORE_GUEST_PAGE_FAULT ? CAUSE_STORE_ACCESS : CAUSE_LOAD_ACCESS, e->tval);
}

// Whether the fault is of the VS-stage table walk and not of the access itself: the pseudoinstruction says so where the core
// writes htinst; else an access and its translation share their page offset.
static bool is_table_walk(uint64_t gpa, const struct exit *e)
{
	uint64_t htinst = csr_read(CSR_HTINST);

	return htinst == HTINST_PSEUDO_READ || htinst == HTINST_PSEUDO_WRITE ||
	       ((gpa ^ e->tval) & PAGE_OFFSET) != 0;
}

// A load to an f register dirties the guest's FS, as in hardware (priv, "Extension Context Status in mstatus Register").
static void write_result(struct vcpu *v, const struct insn_access *a, uint64_t value)
{
	if (a->kind == ACCESS_LOAD_FP) {
		fp_write(a->reg, access_result(a, value));
		csr_set(CSR_VSSTATUS, SSTATUS_FS);
	} else if (a->reg != 0) {
		v->x[a->reg] = access_result(a, value);
	}
}

// Whether this instruction can be what trapped, other code having been there before: a load or store as the cause says, with its
// registers on, at the address of the trap, or misaligned in front of it (the trap is then of a piece of it).
static bool can_be(const struct exit *e, const struct insn_access *a, uint64_t inside)
{
	bool is_store = a->kind == ACCESS_STORE || a->kind == ACCESS_STORE_FP;
	bool is_fp = a->kind == ACCESS_LOAD_FP || a->kind == ACCESS_STORE_FP;

	if (a->kind == ACCESS_NONE || is_store != (e->cause == CAUSE_STORE_GUEST_PAGE_FAULT))
		return false;
	if (inside != 0 && (inside >= a->width || is_aligned(e->tval - inside, a->width)))
		return false;
	return !is_fp || (csr_read(CSR_VSSTATUS) & e->sstatus & SSTATUS_FS) != 0;
}

enum verdict exit_guest_page_fault(struct vcpu *v, struct exit *e)
{
	uint64_t gpa = csr_read(CSR_HTVAL) << 2 | (e->tval & 3), inside;
	const struct vdev *dev = vdev_find(v->guest->vdevs, gpa);
	struct insn_access a;
	enum verdict verdict;
	struct mmio access;
	uint32_t insn;

	if (dev == NULL || is_table_walk(gpa, e))
		return access_fault(v, e);
	if (!exit_fetch(e, &insn, &verdict))
		return verdict;
	a = decode_access(insn, hart_of_vcpu(v)->config.has_fp);
	if (a.kind == ACCESS_OTHER)
		return access_fault(v, e);
	inside = (e->tval - (v->x[a.base] + (uint64_t)(int64_t)a.offset)) << POINTER_MASK_BITS >> POINTER_MASK_BITS;
	if (!can_be(e, &a, inside))
		return exit_retry();
	if (inside != 0 || !mmio_fits(dev, gpa, a.width))
		return access_fault(v, e);
	access = (struct mmio){ gpa - dev->gpa.base, a.width, e->cause == CAUSE_STORE_GUEST_PAGE_FAULT, 0 };
	if (access.is_write)
		access.value = a.kind == ACCESS_STORE_FP ? fp_read(a.reg) : v->x[a.reg];
	switch (mmio_access(v->guest, dev, &access)) {
	case MMIO_FAULT:
		return access_fault(v, e);
	case MMIO_RETRY:
		return VERDICT_RESUME;
	case MMIO_END:
		sbi_reset(v, (enum stop_reason)access.value);
		return VERDICT_LEAVE;
	case MMIO_DONE:
		break;
	}
	if (!access.is_write)
		write_result(v, &a, access.value);
	return VERDICT_ADVANCE;
}
