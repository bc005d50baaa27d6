// SPDX-License-Identifier: Apache-2.0
// Guest memory by guest physical address, for SBI arguments. On a hart of the guest.
#ifndef BULKHEAD_GUEST_GUEST_MEMORY_H
#define BULKHEAD_GUEST_GUEST_MEMORY_H

#include "guest/guest.h"

// HLV and HSV translate through the live vsatp with SPVP's privilege: physical addresses want it Bare (priv, "Hypervisor
// Virtual-Machine Load and Store Instructions"). Between begin and end guestmem_*() take guest physical addresses; the caller has
// checked that they are RAM of this guest. Pointer masking is the guest's, for its own pointers: it is off meanwhile.
struct gpa_access {
	uint64_t vsatp, hstatus, henvcfg;
};
struct gpa_access gpa_begin(void);
void gpa_end(struct gpa_access a);

// Whether an SBI shared-memory argument is RAM of this guest as a whole (SBI 3.0, "Shared Memory Physical Address Range
// Parameter"); `high` is the address' upper XLEN bits. Alignment is the caller's business: extensions answer it differently.
bool gpa_is_shmem(const struct guest *g, uint64_t low, uint64_t high, uint64_t size);
// Copies between the hypervisor and a range for which gpa_is_shmem() holds. gpa and size are multiples of 8.
void gpa_read(gpa_t gpa, void *to, uint64_t size);
void gpa_write(gpa_t gpa, const void *from, uint64_t size);

#endif
