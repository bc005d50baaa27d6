// SPDX-License-Identifier: Apache-2.0
// The blocks of SHA-256 by Zknh: 28 instructions per byte. And which hart takes which.
#include "rv/sha256_rv.h"

#define SIGMA(name, number) \
	static inline uint64_t name(uint64_t x) \
	{ \
		uint64_t y; \
		__asm__(".insn i 0x13, 1, %0, %1, %2" : "=r"(y) : "r"(x), "i"(number)); \
		return y; \
	}

SIGMA(big_sigma0, 0x100)   // SHA256SUM0
SIGMA(big_sigma1, 0x101)   // SHA256SUM1
SIGMA(small_sigma0, 0x102) // SHA256SIG0
SIGMA(small_sigma1, 0x103) // SHA256SIG1

#define BLOCKS sha256_blocks_zknh
#include "rv/sha256_block.h"

sha256_blocks *sha256_blocks_for(const struct isa *isa)
{
	bool has_zbb = isa_has(isa, ISA_ZBB);

	if (isa_has(isa, ISA_ZKNH) && (has_zbb || isa_has(isa, ISA_ZBKB)))
		return sha256_blocks_zknh;
	return has_zbb ? sha256_blocks_zbb : sha256_blocks_plain;
}
