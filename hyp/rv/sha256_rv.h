// SPDX-License-Identifier: Apache-2.0
// The blocks of SHA-256 by instructions that not every hart has.
#ifndef BULKHEAD_RV_SHA256_RV_H
#define BULKHEAD_RV_SHA256_RV_H

#include "lib/sha256.h"
#include "rv/isa.h"

// What takes the fewest instructions on a hart of this ISA.
sha256_blocks *sha256_blocks_for(const struct isa *isa);

// By Zbb alone, and by Zknh and the REV8 of Zbb or Zbkb.
sha256_blocks sha256_blocks_zbb, sha256_blocks_zknh;

#endif
