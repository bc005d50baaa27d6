// SPDX-License-Identifier: Apache-2.0
// SBI service for guests: one table of extensions, from which dispatch and probe both work.
#ifndef BULKHEAD_SBI_SBI_H
#define BULKHEAD_SBI_SBI_H

#include "rv/spec.h"
#include "vcpu/vcpu.h"

// One call: a0..a5 are arg[0..5]. What becomes of the vcpu is VERDICT_ADVANCE unless *verdict is changed: VERDICT_RESUME
// executes the ecall again (a0 and a1 untouched), VERDICT_LEAVE does not come back, VERDICT_INJECT takes e->inject_*.
struct sbi_call {
	struct vcpu *vcpu;
	uint64_t eid, fid;
	const uint64_t *arg;
	enum verdict verdict;
};

struct sbi_extension {
	uint64_t first_eid, last_eid;
	struct sbi_ret (*call)(struct sbi_call *c);
	bool is_legacy; // returns in a0 only (SBI 3.0, "Legacy Extensions")
};

// Answers the ecall in v->x[]. On the vcpu's own hart.
enum verdict sbi_dispatch(struct vcpu *v);
// Whether an extension id is in the table.
bool sbi_has_extension(uint64_t eid);

static inline struct sbi_ret sbi_error(long error) { return (struct sbi_ret){ error, 0 }; }
static inline struct sbi_ret sbi_value(uint64_t value) { return (struct sbi_ret){ SBI_SUCCESS, (long)value }; }

struct sbi_ret sbi_base(struct sbi_call *c);
struct sbi_ret sbi_time(struct sbi_call *c);
struct sbi_ret sbi_ipi(struct sbi_call *c);
struct sbi_ret sbi_rfence(struct sbi_call *c);
struct sbi_ret sbi_hsm(struct sbi_call *c);
struct sbi_ret sbi_srst(struct sbi_call *c);
struct sbi_ret sbi_dbcn(struct sbi_call *c);
struct sbi_ret sbi_legacy(struct sbi_call *c);

// Shared by the extensions and their legacy forms.
void sbi_set_timer(struct vcpu *v, uint64_t deadline);
void sbi_send_ipi(struct vcpu *v, uint64_t set);
// fid: SBI_RFENCE_FENCE_I, _HFENCE_VVMA or _HFENCE_VVMA_ASID as they are asked of the firmware.
struct sbi_ret sbi_fence(struct vcpu *v, uint64_t fid, uint64_t set, uint64_t start, uint64_t size, uint64_t asid);
// The set of vhartids of hart mask arguments; false: SBI_ERR_INVALID_PARAM.
bool sbi_hart_set(const struct vcpu *v, uint64_t mask, uint64_t base, uint64_t *set);
// Legacy shutdown and SRST: stops or restarts the guest of v.
void sbi_reset(struct sbi_call *c, bool restart, const char *why);

#endif
