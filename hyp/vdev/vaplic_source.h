// SPDX-License-Identifier: Apache-2.0
// What vaplic.c's registers do to sources and lines. Only for vaplic.c.
#ifndef BULKHEAD_VDEV_VAPLIC_SOURCE_H
#define BULKHEAD_VDEV_VAPLIC_SOURCE_H

#include "vdev/vaplic.h"

#define VAPLIC_IPRIO 0xffu   // field IPRIO of target: IPRIOLEN is 8
#define VAPLIC_TOPI_SHIFT 16 // the source in topi

static inline bool vaplic_is_msi(const struct vaplic *a)
{
	return a->eiid_max != 0;
}

// The value of topi: the smallest priority number below the threshold, the lowest source among equals; 0 when there is none.
uint32_t vaplic_top(const struct vaplic *a, uint32_t vcpu);
// Tells a change of the vcpu's line. Direct delivery.
void vaplic_update_line(struct vaplic *a, uint32_t vcpu);
// Asks about the held levels that target a vcpu, so that what has fallen is released.
void vaplic_sample(struct vaplic *a, uint32_t vcpu);
// Sends an MSI, unless the interrupt file has no such identity (it would ignore it).
void vaplic_send(struct vaplic *a, uint32_t vcpu, uint32_t eiid);
// What can follow from a source's pending or enable bit, or from its IE: an MSI, which takes the pending bit with it, or its line.
void vaplic_deliver(struct vaplic *a, uint32_t source);
// Tells the real source, if it is one.
void vaplic_configure(struct vaplic *a, uint32_t source);
// The rectified input value. A held level that has fallen is released by the way.
bool vaplic_rectified(struct vaplic *a, uint32_t source);

// Of active sources only. Whether a pending bit can be set or cleared is up to section "Precise effects on interrupt-pending bits".
bool vaplic_is_pending(struct vaplic *a, uint32_t source);
void vaplic_set_pending(struct vaplic *a, uint32_t source);
void vaplic_clear_pending(struct vaplic *a, uint32_t source);
void vaplic_set_enabled(struct vaplic *a, uint32_t source, bool enabled);
void vaplic_set_target(struct vaplic *a, uint32_t source, uint32_t vcpu, uint32_t eiid);
// To a mode that it is not in; to VAPLIC_INACTIVE always.
void vaplic_set_mode(struct vaplic *a, uint32_t source, enum vaplic_mode mode);

#endif
