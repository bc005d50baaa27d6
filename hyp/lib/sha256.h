// SPDX-License-Identifier: Apache-2.0
// SHA-256 (FIPS 180-4), for images of the package.
#ifndef BULKHEAD_LIB_SHA256_H
#define BULKHEAD_LIB_SHA256_H

#include "lib/types.h"

// Takes count blocks of 64 bytes, 4-byte aligned, into the state.
typedef void sha256_blocks(uint32_t state[8], const uint8_t *data, size_t count);

// In plain C, for few bytes of code: 74 instructions per byte. What is quicker stands in rv/sha256_rv.h.
sha256_blocks sha256_blocks_plain;

// The digest of size bytes. Calls pause(), unless NULL, after every SHA256_PIECE bytes.
#define SHA256_PIECE 0x100000
void sha256(sha256_blocks *blocks, void (*pause)(void), const void *data, size_t size, uint8_t digest[32]);

extern const uint32_t sha256_constants[64];

#endif
