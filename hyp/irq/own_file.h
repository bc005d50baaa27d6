// SPDX-License-Identifier: Apache-2.0
// What has come at the hypervisor's own interrupt file of a hart (identities: limits.h).
#ifndef BULKHEAD_IRQ_OWN_FILE_H
#define BULKHEAD_IRQ_OWN_FILE_H

#include "lib/types.h"
#include "limits.h"

// What aplic_settle() waits for, on harts for whose guests nothing is taken; it may come too late.
#define OWN_FILE_SETTLED OWN_FILE_ID(1)

// The source of an identity; 0: no source's. takes: the hypervisor takes sources on this hart.
static inline uint32_t own_file_source(uint32_t id, bool takes)
{
	return takes && id > OWN_FILE_KICK ? id - OWN_FILE_ID(0) : 0;
}

#endif
