// SPDX-License-Identifier: Apache-2.0
// Model of QEMU's test finisher (compatible "sifive,test0"), by which images for that board end their machine.
#ifndef BULKHEAD_VDEV_FINISHER_H
#define BULKHEAD_VDEV_FINISHER_H

#include "vdev/vdev.h"

// struct vdev's access; has no state. One register, of 2 or 4 bytes, which reads as 0; a write whose lower half is no known word is
// ignored, as by QEMU. Other widths are MMIO_FAULT.
enum mmio_verdict finisher_access(void *state, struct mmio *access);

#endif
