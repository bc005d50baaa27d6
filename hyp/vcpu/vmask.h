// SPDX-License-Identifier: Apache-2.0
// Hart masks in a guest's own numbering (SBI 3.0, "Hart list parameter").
#ifndef BULKHEAD_VCPU_VMASK_H
#define BULKHEAD_VCPU_VMASK_H

#include "lib/types.h"

// Of vmask_make(): what does not name harts of the guest one by one.
bool vmask_make_rest(uint64_t mask, uint64_t base, uint32_t vcpu_count, uint64_t *set);

// Turns hart_mask and hart_mask_base into the set of vhartids (bit n = vhartid n; vcpu_count 1 to 64). base -1: all of them,
// mask ignored. False when the mask names a hart the guest does not have (the call's answer is SBI_ERR_INVALID_PARAM).
static inline bool vmask_make(uint64_t mask, uint64_t base, uint32_t vcpu_count, uint64_t *set)
{
	// Comparing after the shift back catches harts that were shifted out at the top.
	if (base < vcpu_count && mask << base >> base == mask && mask << base >> (vcpu_count - 1) <= 1) {
		*set = mask << base;
		return true;
	}
	return vmask_make_rest(mask, base, vcpu_count, set);
}

#endif
