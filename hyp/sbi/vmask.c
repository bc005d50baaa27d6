// SPDX-License-Identifier: Apache-2.0
// Turns a guest's hart mask into a set of its vcpus; never sees a physical hart.
#include "sbi/vmask.h"

bool vmask_make(uint64_t mask, uint64_t base, uint32_t vcpu_count, uint64_t *set)
{
	uint64_t all = vcpu_count < 64 ? (1ull << vcpu_count) - 1 : UINT64_MAX;

	if (base == UINT64_MAX) {
		*set = all;
		return true;
	}
	if (mask == 0) { // names no hart: the base alone need not be one
		*set = 0;
		return true;
	}
	if (base >= vcpu_count)
		return false;
	// Comparing after the shift back catches harts that were shifted out at the top.
	if (mask << base >> base != mask || (mask << base & ~all))
		return false;
	*set = mask << base;
	return true;
}
