// SPDX-License-Identifier: Apache-2.0
// What SBI keeps for one vcpu. Changed by the vcpu's own hart only, unless a field says otherwise.
#ifndef BULKHEAD_VCPU_SBI_VCPU_H
#define BULKHEAD_VCPU_SBI_VCPU_H

#include "lib/types.h"
#include "rv/sbi_list.h"
#include "vcpu/fwft_state.h"
#include "vcpu/pmu_state.h"
#include "vcpu/sse_vcpu.h"

struct sbi_vcpu {
	uint32_t extensions;           // set of enum sbi_index: those the guest has; const after boot
	uint64_t calls[SBI_INDEXES];   // by enum sbi_index, since the guest's start
	struct sse_vcpu sse;
	struct fwft_state fwft;
	struct pmu_vcpu pmu;
};

#endif
