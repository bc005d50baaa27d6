// SPDX-License-Identifier: Apache-2.0
// Emulated devices: an access is a value, a device is (state, access) -> verdict. Knows no hart, no guest, no CSR.
#ifndef BULKHEAD_VDEV_VDEV_H
#define BULKHEAD_VDEV_VDEV_H

#include "lib/region.h"

struct mmio {
	uint64_t offset; // bytes from the device's base
	uint32_t width;  // bytes: 1, 2, 4, 8
	bool is_write;
	uint64_t value;  // written value, or the result of a read (zero-extended)
};

enum mmio_verdict {
	MMIO_DONE,  // performed
	MMIO_FAULT, // the device does not answer this access: access fault
	MMIO_END,   // performed, and the guest is to be stopped: the value is why (enum stop_reason)
	MMIO_RETRY, // the device cannot take it now: the guest executes the instruction again
};

struct vdev {
	struct region gpa; // guest physical range of the registers
	enum mmio_verdict (*access)(void *state, struct mmio *access);
	void *state;
};

// The device in a list at a guest physical address; NULL: none. Behind the last one is one without access().
static inline const struct vdev *vdev_find(const struct vdev *list, uint64_t gpa)
{
	for (; list->access != NULL; list++)
		if (gpa - list->gpa.base < list->gpa.size)
			return list;
	return NULL;
}

#endif
