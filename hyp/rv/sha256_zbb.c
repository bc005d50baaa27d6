// SPDX-License-Identifier: Apache-2.0
// The blocks of SHA-256 by Zbb: 42 instructions per byte.
#include "rv/sha256_rv.h"

// RORIW: the low half of x rotated right by n.
#define ror(x, n) ({ \
	uint64_t ror_; \
	__asm__(".insn i 0x1b, 5, %0, %1, 0x600 + %2" : "=r"(ror_) : "r"(x), "i"(n)); \
	ror_; })

static inline uint64_t big_sigma0(uint64_t x)
{
	return ror(x, 2) ^ ror(x, 13) ^ ror(x, 22);
}

static inline uint64_t big_sigma1(uint64_t x)
{
	return ror(x, 6) ^ ror(x, 11) ^ ror(x, 25);
}

static inline uint64_t small_sigma0(uint64_t x)
{
	return ror(x, 7) ^ ror(x, 18) ^ (uint32_t)x >> 3;
}

static inline uint64_t small_sigma1(uint64_t x)
{
	return ror(x, 17) ^ ror(x, 19) ^ (uint32_t)x >> 10;
}

#define BLOCKS sha256_blocks_zbb
#include "rv/sha256_block.h"
