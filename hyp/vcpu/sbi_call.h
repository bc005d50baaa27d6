// SPDX-License-Identifier: Apache-2.0
// An SBI call of a guest, as its handler sees it.
#ifndef BULKHEAD_VCPU_SBI_CALL_H
#define BULKHEAD_VCPU_SBI_CALL_H

#include "vcpu/vcpu.h"

// A call is the guest's registers: a7 the extension, a6 the function, a0 to a5 the arguments. A handler returns what a0 and a1
// shall be, whatever becomes of the call. One that touches guest memory, or wants something else of the vcpu than to go on behind
// its ecall, takes the snapshot first and sets its verdict: VERDICT_RESUME executes the ecall again, VERDICT_LEAVE does not come
// back, VERDICT_INJECT takes exit.inject_*.
static inline uint64_t sbi_fid(const struct vcpu *v) { return v->x[REG_A6]; }
static inline uint64_t sbi_arg(const struct vcpu *v, uint32_t n) { return v->x[REG_A0 + n]; }

static inline sbi_ret_t sbi_error(long error) { return sbi_ret((uint64_t)error, 0); }
static inline sbi_ret_t sbi_value(uint64_t value) { return sbi_ret(SBI_SUCCESS, value); }
// Leaves a0 and a1 as they are.
static inline sbi_ret_t sbi_unchanged(const struct vcpu *v) { return sbi_ret(sbi_arg(v, 0), sbi_arg(v, 1)); }

#endif
