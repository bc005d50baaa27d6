// SPDX-License-Identifier: Apache-2.0
// SHA-256 of one buffer, written for few instructions on RV64 without Zbb; little-endian hosts only.
#include "lib/sha256.h"

#include <string.h>

static const uint32_t round_constants[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

// Words live in 64-bit variables whose upper halves hold anything: additions and logic need no more, and the compiler has no
// reason to extend signs. Doubled, a word stands beside itself: a right shift by n < 32 then leaves it rotated by n in the low
// half, which is cheaper than the rotations that RV64 without Zbb has not.
static inline uint64_t doubled(uint64_t x)
{
	uint64_t high = x << 32;

	__asm__("" : "+r"(high)); // or the compiler takes this apart and shifts twice
	return high | high >> 32;
}

static inline uint64_t big_sigma0(uint64_t x)
{
	uint64_t t = doubled(x);

	return t >> 2 ^ t >> 13 ^ t >> 22;
}

static inline uint64_t big_sigma1(uint64_t x)
{
	uint64_t t = doubled(x);

	return t >> 6 ^ t >> 11 ^ t >> 25;
}

// The small ones take a doubled word: the schedule keeps it so.
static inline uint64_t small_sigma0(uint64_t t)
{
	return t >> 7 ^ t >> 18 ^ (uint32_t)t >> 3;
}

static inline uint64_t small_sigma1(uint64_t t)
{
	return t >> 17 ^ t >> 19 ^ (uint32_t)t >> 10;
}

// A big-endian word of 4-byte aligned data, doubled: its bytes change places by two rotations and masks.
static inline uint64_t read_be32_doubled(const uint8_t *p)
{
	uint32_t x;
	uint64_t t;

	memcpy(&x, __builtin_assume_aligned(p, 4), 4);
	t = (uint64_t)x << 32 | x;
	t = (t >> 8 & 0xff00ff00) | (t >> 24 & 0x00ff00ff);
	return t << 32 | t;
}

static void write_be32(uint8_t *p, uint32_t x)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(x >> (24 - 8 * i));
}

// One round; the caller renames the variables instead of moving them.
#define ROUND(a, b, c, d, e, f, g, h, i) \
	do { \
		uint64_t sum = h + big_sigma1(e) + (((f ^ g) & e) ^ g) + k[i] + w[i]; \
		d += sum; \
		h = sum + big_sigma0(a) + (((a ^ b) & (b ^ c)) ^ b); \
	} while (0)

#define ROUNDS_8(i) \
	do { \
		ROUND(a, b, c, d, e, f, g, h, i + 0); \
		ROUND(h, a, b, c, d, e, f, g, i + 1); \
		ROUND(g, h, a, b, c, d, e, f, i + 2); \
		ROUND(f, g, h, a, b, c, d, e, i + 3); \
		ROUND(e, f, g, h, a, b, c, d, i + 4); \
		ROUND(d, e, f, g, h, a, b, c, i + 5); \
		ROUND(c, d, e, f, g, h, a, b, i + 6); \
		ROUND(b, c, d, e, f, g, h, a, i + 7); \
	} while (0)

#define SCHEDULE(i) (v[i + 16] = doubled(small_sigma1(v[i + 14]) + v[i + 9] + small_sigma0(v[i + 1]) + v[i]))

static inline void make_schedule(uint64_t w[64], const uint8_t *block)
{
#pragma GCC unroll 4
	for (int i = 0; i < 16; i++)
		w[i] = read_be32_doubled(block + 4 * i);
	for (uint64_t *v = w; v < w + 48; v += 16) {
		SCHEDULE(0), SCHEDULE(1), SCHEDULE(2), SCHEDULE(3);
		SCHEDULE(4), SCHEDULE(5), SCHEDULE(6), SCHEDULE(7);
		SCHEDULE(8), SCHEDULE(9), SCHEDULE(10), SCHEDULE(11);
		SCHEDULE(12), SCHEDULE(13), SCHEDULE(14), SCHEDULE(15);
	}
}

static inline void hash_block(uint32_t state[8], const uint8_t *block)
{
	uint64_t schedule[64], *w = schedule;

	make_schedule(schedule, block);

	uint64_t a = state[0], b = state[1], c = state[2], d = state[3];
	uint64_t e = state[4], f = state[5], g = state[6], h = state[7];

	for (const uint32_t *k = round_constants; k < round_constants + 64; k += 8, w += 8)
		ROUNDS_8(0);
	state[0] += (uint32_t)a;
	state[1] += (uint32_t)b;
	state[2] += (uint32_t)c;
	state[3] += (uint32_t)d;
	state[4] += (uint32_t)e;
	state[5] += (uint32_t)f;
	state[6] += (uint32_t)g;
	state[7] += (uint32_t)h;
}

// data is 4-byte aligned.
static void hash_blocks(uint32_t state[8], const uint8_t *data, size_t count)
{
	for (; count; count--, data += 64)
		hash_block(state, data);
}

void sha256(const void *data, size_t size, uint8_t digest[32])
{
	uint32_t state[8] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 };
	const uint8_t *next = data;
	_Alignas(4) uint8_t last[128] = { 0 };
	size_t rest = size % 64, last_size = rest < 56 ? 64 : 128;

	if (is_aligned((uintptr_t)data, 4)) {
		hash_blocks(state, next, size / 64);
		next += size - rest;
	} else {
		for (size_t i = 0; i < size / 64; i++, next += 64)
			hash_blocks(state, memcpy(last, next, 64), 1);
		memset(last, 0, 64);
	}
	if (rest)
		memcpy(last, next, rest);
	last[rest] = 0x80;
	write_be32(last + last_size - 8, (uint32_t)((uint64_t)size >> 29));
	write_be32(last + last_size - 4, (uint32_t)(size << 3));
	hash_blocks(state, last, last_size / 64);
	for (int i = 0; i < 8; i++)
		write_be32(digest + 4 * i, state[i]);
}
