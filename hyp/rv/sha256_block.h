// SPDX-License-Identifier: Apache-2.0
// The blocks of SHA-256 for harts that have REV8 (Zbb or Zbkb): code to be included once a file has said what else there are
// instructions for, big_sigma0(), big_sigma1(), small_sigma0() and small_sigma1(), and the name of the whole, BLOCKS.
//
// Words live in 64-bit variables whose upper halves hold anything: additions and logic need no more, and the compiler has no
// reason to extend signs. Instructions come as encodings, because files are compiled for what every hart has.
#include "rv/sha256_rv.h"

static inline uint64_t read_be32(const uint8_t *p)
{
	uint64_t x = *(const uint32_t *)(const void *)p;

	__asm__(".insn i 0x13, 5, %0, %0, 0x6b8" : "+r"(x)); // REV8
	return x >> 32;
}

// One round; the caller renames the variables instead of moving them.
#define ROUND(a, b, c, d, e, f, g, h, i) \
	do { \
		uint64_t sum = h + big_sigma1(e) + (((f ^ g) & e) ^ g) + k[i] + w[i]; \
		d += sum; \
		h = sum + big_sigma0(a) + (((a ^ b) & (b ^ c)) ^ b); \
	} while (0)

#define ROUNDS_8() \
	do { \
		ROUND(a, b, c, d, e, f, g, h, 0); \
		ROUND(h, a, b, c, d, e, f, g, 1); \
		ROUND(g, h, a, b, c, d, e, f, 2); \
		ROUND(f, g, h, a, b, c, d, e, 3); \
		ROUND(e, f, g, h, a, b, c, d, 4); \
		ROUND(d, e, f, g, h, a, b, c, 5); \
		ROUND(c, d, e, f, g, h, a, b, 6); \
		ROUND(b, c, d, e, f, g, h, a, 7); \
	} while (0)

#define SCHEDULE(i) (v[i] = small_sigma1(v[i - 2]) + v[i - 7] + small_sigma0(v[i - 15]) + v[i - 16])

static inline void make_schedule(uint64_t w[64], const uint8_t *block)
{
	uint64_t *v = w;

#pragma GCC unroll 2
	for (; v < w + 16; v++, block += 4)
		*v = read_be32(block);
	for (; v < w + 64; v += 4) {
		SCHEDULE(0), SCHEDULE(1), SCHEDULE(2), SCHEDULE(3);
		__asm__("" : "+r"(v)); // or the compiler keeps words for later turns, and moves all of them at each
	}
}

static inline void hash_block(uint32_t state[8], const uint8_t *block)
{
	uint64_t schedule[64], *w = schedule;

	make_schedule(schedule, block);

	uint64_t a = state[0], b = state[1], c = state[2], d = state[3];
	uint64_t e = state[4], f = state[5], g = state[6], h = state[7];

	for (const uint32_t *k = sha256_constants; k < sha256_constants + 64; k += 8, w += 8)
		ROUNDS_8();
	state[0] += (uint32_t)a;
	state[1] += (uint32_t)b;
	state[2] += (uint32_t)c;
	state[3] += (uint32_t)d;
	state[4] += (uint32_t)e;
	state[5] += (uint32_t)f;
	state[6] += (uint32_t)g;
	state[7] += (uint32_t)h;
}

void BLOCKS(uint32_t state[8], const uint8_t *data, size_t count)
{
	for (; count; count--, data += 64)
		hash_block(state, data);
}
