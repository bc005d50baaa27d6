// SPDX-License-Identifier: Apache-2.0
// Zeroing by CBO.ZERO (Zicboz), writing back by CBO.FLUSH (Zicbom). Read by rv/mem.S, too.
#ifndef BULKHEAD_RV_MEM_H
#define BULKHEAD_RV_MEM_H

#define ZERO_BLOCKS 4 // blocks per turn
#define FLUSH_BLOCKS 4

#ifndef __ASSEMBLER__
#include "lib/types.h"

// Zeroes [to, end), both multiples of ZERO_BLOCKS * block, which is the size that probe_zero_block() has shown. Not empty.
void zero_blocks(void *to, void *end, uint64_t block);
// Writes [from, end) back to memory and forgets it in all caches; both multiples of FLUSH_BLOCKS *
// block, where HS-mode may do so (probe_flush_block()). Not empty.
void flush_blocks(void *from, void *end, uint64_t block);
#endif

#endif
