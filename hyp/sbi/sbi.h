// SPDX-License-Identifier: Apache-2.0
// SBI service for guests: one table of extensions, from which dispatch and probe both work.
#ifndef BULKHEAD_SBI_SBI_H
#define BULKHEAD_SBI_SBI_H

#include "guest/guest.h"
#include "plan/plan.h"
#include "rv/sbi_list.h"
#include "vcpu/sbi_call.h"
#include "vcpu/vmask.h"

// The extensions: sbi_time(), sbi_ipi(), ... and their rows by enum sbi_index.
#define SBI_LIST_DECLARE(ext, name, eid, handler) sbi_ret_t sbi_##handler(struct vcpu *v);
SBI_LIST(SBI_LIST_DECLARE)
#undef SBI_LIST_DECLARE
struct sbi_row {
	uint64_t eid;
	sbi_ret_t (*call)(struct vcpu *v);
};
extern const struct sbi_row sbi_rows[SBI_INDEX_UNKNOWN];

// The legacy calls are one row, that of the first.
static inline uint64_t sbi_key(uint64_t eid)
{
	return eid <= SBI_EXT_LEGACY_SHUTDOWN ? SBI_EXT_LEGACY_SET_TIMER : eid;
}

// Of sbi_dispatch(): an extension that is not in the list under its own EID, or that the guest does not have.
sbi_ret_t sbi_dispatch_rest(struct vcpu *v);

// Answers the ecall in v->x[]: returns a0 and a1. On the vcpu's own hart. In line: every call goes through here.
static inline sbi_ret_t sbi_dispatch(struct vcpu *v)
{
	uint64_t eid = v->x[REG_A7];
	uint32_t index = SBI_INDEX(eid);
	const struct sbi_row *row = &sbi_rows[index];

	if (__builtin_expect(row->eid != eid || (v->sbi.extensions >> index & 1) == 0, 0))
		return sbi_dispatch_rest(v);
	v->sbi.calls[index]++;
	return row->call(v);
}
// Whether the guest has an extension: it is in the list, the machine can carry it, and the partition does not deny it.
static inline bool sbi_has_extension(const struct vcpu *v, uint64_t eid)
{
	uint64_t key = sbi_key(eid);

	return sbi_eids[SBI_INDEX(key)] == key && (v->sbi.extensions >> SBI_INDEX(key) & 1) != 0;
}
// Decides which extensions a vcpu has. Boot hart, after fw_init().
void sbi_init_vcpu(struct vcpu *v, const struct partition *p);
// The extensions whose rooms this image was built without: a set of enum sbi_index.
uint32_t sbi_absent(void);
// Logs which extensions nobody has here, for want of a room or of something beneath. Boot hart, after fw_init().
void sbi_report_missing(void);

// Takes the firmware features back to their reset values, but those in henvcfg, which vcpu_reset() writes.
void fwft_reset(struct vcpu *v);

// Shared by the extensions and their legacy forms.
sbi_ret_t sbi_write_byte(struct vcpu *v);
void sbi_set_timer(struct vcpu *v, uint64_t deadline);
void sbi_send_ipi(struct vcpu *v, uint64_t set);
// fid: SBI_RFENCE_FENCE_I, _HFENCE_VVMA or _HFENCE_VVMA_ASID as they are asked of the firmware.
sbi_ret_t sbi_fence(struct vcpu *v, uint64_t fid, uint64_t set, uint64_t start, uint64_t size, uint64_t asid);
// The set of vhartids of hart mask arguments; false: SBI_ERR_INVALID_PARAM.
static inline bool sbi_hart_set(const struct vcpu *v, uint64_t mask, uint64_t base, uint64_t *set)
{
	return vmask_make(mask, base, v->vcpu_count, set);
}
// Whether a vcpu can be entered at a guest physical address: hart_start, hart_suspend, system_suspend.
bool sbi_is_code_address(const struct vcpu *v, uint64_t addr);
// Suspends the calling vcpu until an interrupt it has enabled is pending. It goes on behind its call, or at *resume when that is
// not NULL, its registers then as a non-retentive suspend leaves them.
sbi_ret_t sbi_suspend(struct vcpu *v, const struct vcpu_start *resume);

// Legacy shutdown and SRST, and what does the same: stops or restarts the guest of v.
void sbi_reset(struct vcpu *v, enum stop_reason reason);

#endif
