// SPDX-License-Identifier: Apache-2.0
// Turns a guest's hart mask into a set of its vcpus; never sees a physical hart.
#include "vcpu/vmask.h"

bool vmask_make_rest(uint64_t mask, uint64_t base, uint32_t vcpu_count, uint64_t *set)
{
	if (base == UINT64_MAX) {
		*set = UINT64_MAX >> (64 - vcpu_count);
		return true;
	}
	if (mask != 0)
		return false;
	*set = 0; // names no hart: the base alone need not be one
	return true;
}
