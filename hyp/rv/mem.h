// SPDX-License-Identifier: Apache-2.0
// Zeroing by CBO.ZERO (Zicboz). Read by rv/mem.S, too.
#ifndef BULKHEAD_RV_MEM_H
#define BULKHEAD_RV_MEM_H

#define ZERO_BLOCKS 4 // blocks per turn

#ifndef __ASSEMBLER__
#include "lib/types.h"

// Zeroes [to, end), both multiples of ZERO_BLOCKS * block, which is the size that probe_zero_block() has shown. Not empty.
void zero_blocks(void *to, void *end, uint64_t block);
#endif

#endif
