// SPDX-License-Identifier: Apache-2.0
// Accesses to a guest's emulated devices, by the short way and the long one.
#ifndef BULKHEAD_EXIT_MMIO_H
#define BULKHEAD_EXIT_MMIO_H

#include "guest/guest.h"

// Whether an access at this guest physical address is one that devices answer: aligned, and inside.
static inline bool mmio_fits(const struct vdev *dev, uint64_t gpa, uint32_t width)
{
	return is_aligned(gpa, width) && width <= dev->gpa.base + dev->gpa.size - gpa;
}

// Performs it under the guest's lock.
static inline enum mmio_verdict mmio_access(struct guest *g, const struct vdev *dev, struct mmio *access)
{
	enum mmio_verdict verdict;

	spinlock_take(&g->device_lock);
	verdict = dev->access(dev->state, access);
	spinlock_give(&g->device_lock);
	return verdict;
}

#endif
