// SPDX-License-Identifier: Apache-2.0
// What SBI FWFT keeps for one vcpu; the values themselves stand in the hart's CSRs.
#ifndef BULKHEAD_VCPU_FWFT_STATE_H
#define BULKHEAD_VCPU_FWFT_STATE_H

#include "lib/types.h"

struct fwft_state {
	uint32_t locked;          // bit n: feature n
	bool pmlen_is_set;        // the firmware was asked for POINTER_MASKING_PMLEN as well
	bool misaligned_is_set;   // the firmware was asked to change MISALIGNED_EXC_DELEG ...
	uint64_t misaligned_reset; // ... from this
};

#endif
