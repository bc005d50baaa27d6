// SPDX-License-Identifier: Apache-2.0
// SHA-256 of one buffer, sixteen rounds at a time with the message schedule in local variables.
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

// A word beside itself in 64 bits: a right shift by n < 32 then leaves the word rotated by n in the low half. Cheaper than
// rotations, which RV64 without Zbb has not.
static inline uint64_t twice(uint32_t x)
{
	uint64_t high = (uint64_t)x << 32;

	__asm__("" : "+r"(high)); // or the compiler takes this apart and shifts twice
	return high | high >> 32;
}

static inline uint32_t big_sigma0(uint32_t x)
{
	uint64_t t = twice(x);

	return (uint32_t)(t >> 2 ^ t >> 13 ^ t >> 22);
}

static inline uint32_t big_sigma1(uint32_t x)
{
	uint64_t t = twice(x);

	return (uint32_t)(t >> 6 ^ t >> 11 ^ t >> 25);
}

// The small ones take the word twice already: the schedule keeps it so.
static inline uint32_t small_sigma0(uint64_t t)
{
	return (uint32_t)(t >> 7 ^ t >> 18) ^ (uint32_t)t >> 3;
}

static inline uint32_t small_sigma1(uint64_t t)
{
	return (uint32_t)(t >> 17 ^ t >> 19) ^ (uint32_t)t >> 10;
}

static uint32_t read_be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void write_be32(uint8_t *p, uint32_t x)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(x >> (24 - 8 * i));
}

// One round; the caller renames the variables instead of moving them.
#define ROUND(a, b, c, d, e, f, g, h, i) \
	do { \
		uint32_t sum = h + big_sigma1(e) + (((f ^ g) & e) ^ g) + k[i] + (uint32_t)w[i]; \
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

#define SCHEDULE(i) \
	(v[i + 16] = twice(small_sigma1(v[i + 14]) + (uint32_t)v[i + 9] + small_sigma0(v[i + 1]) + (uint32_t)v[i]))

static void make_schedule(uint64_t w[64], const uint8_t *block)
{
	for (int i = 0; i < 16; i++)
		w[i] = twice(read_be32(block + 4 * i));
	for (uint64_t *v = w; v < w + 48; v += 8) {
		SCHEDULE(0), SCHEDULE(1), SCHEDULE(2), SCHEDULE(3);
		SCHEDULE(4), SCHEDULE(5), SCHEDULE(6), SCHEDULE(7);
	}
}

static void hash_block(uint32_t state[8], const uint8_t *block)
{
	uint64_t schedule[64], *w = schedule;
	uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
	uint32_t e = state[4], f = state[5], g = state[6], h = state[7];

	make_schedule(schedule, block);
	for (const uint32_t *k = round_constants; k < round_constants + 64; k += 8, w += 8)
		ROUNDS_8(0);
	state[0] += a;
	state[1] += b;
	state[2] += c;
	state[3] += d;
	state[4] += e;
	state[5] += f;
	state[6] += g;
	state[7] += h;
}

void sha256(const void *data, size_t size, uint8_t digest[32])
{
	uint32_t state[8] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 };
	const uint8_t *next = data;
	uint8_t last[128] = { 0 };
	size_t rest = size % 64, last_size = rest < 56 ? 64 : 128;
	uint64_t bit_count = (uint64_t)size * 8;

	for (; size >= 64; size -= 64, next += 64)
		hash_block(state, next);
	if (rest)
		memcpy(last, next, rest);
	last[rest] = 0x80;
	write_be32(last + last_size - 8, (uint32_t)(bit_count >> 32));
	write_be32(last + last_size - 4, (uint32_t)bit_count);
	for (size_t at = 0; at < last_size; at += 64)
		hash_block(state, last + at);
	for (int i = 0; i < 8; i++)
		write_be32(digest + 4 * i, state[i]);
}
