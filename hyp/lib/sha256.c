// SPDX-License-Identifier: Apache-2.0
// SHA-256 of one buffer, and its blocks in plain C, for harts without Zbb.
#include "lib/sha256.h"

#include <string.h>

const uint32_t sha256_constants[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

// Doubled, a word stands beside itself: a right shift by n < 32 then leaves it rotated by n in the low half, which is cheaper than
// the rotations that RV64 without Zbb has not. The upper halves of words hold anything.
static inline uint64_t doubled(uint64_t x)
{
	uint64_t high = x << 32;

	__asm__("" : "+r"(high)); // or the compiler takes this apart and shifts twice
	return high | high >> 32;
}

static uint32_t read_be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

// v[0..7] is a to h; each round is made one place lower, so that nothing has to be moved.
static void hash_block(uint32_t state[8], const uint8_t *block)
{
	uint64_t w[64], room[64 + 8], *v = room + 64;

	for (int i = 0; i < 8; i++)
		v[i] = state[i];
	for (int i = 0; i < 64; i++, v--) {
		uint64_t a = doubled(v[0]), e = doubled(v[4]), sum;

		if (i < 16) {
			w[i] = doubled(read_be32(block + 4 * i));
		} else {
			uint64_t s = w[i - 15], t = w[i - 2];

			w[i] = doubled((t >> 17 ^ t >> 19 ^ (uint32_t)t >> 10) + w[i - 7] +
				       (s >> 7 ^ s >> 18 ^ (uint32_t)s >> 3) + w[i - 16]);
		}
		sum = v[7] + (e >> 6 ^ e >> 11 ^ e >> 25) + (((v[5] ^ v[6]) & v[4]) ^ v[6]) + sha256_constants[i] + w[i];
		v[3] += sum;
		v[-1] = sum + (a >> 2 ^ a >> 13 ^ a >> 22) + (((v[0] ^ v[1]) & (v[1] ^ v[2])) ^ v[1]);
	}
	for (int i = 0; i < 8; i++)
		state[i] += (uint32_t)v[i];
}

void sha256_blocks_plain(uint32_t state[8], const uint8_t *data, size_t count)
{
	for (; count; count--, data += 64)
		hash_block(state, data);
}

static void write_be32(uint8_t *p, uint32_t x)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(x >> (24 - 8 * i));
}

void sha256(sha256_blocks *blocks, void (*pause)(void), const void *data, size_t size, uint8_t digest[32])
{
	uint32_t state[8] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 };
	const uint8_t *next = data, *whole = next + size / 64 * 64;
	_Alignas(4) uint8_t last[128] = { 0 };
	size_t rest = size % 64, last_size = rest < 56 ? 64 : 128;

	while (next < whole) {
		size_t n = min_u64((size_t)(whole - next), SHA256_PIECE);

		if (is_aligned((uintptr_t)next, 4))
			blocks(state, next, n / 64);
		else
			blocks(state, memcpy(last, next, n = 64), 1);
		next += n;
		if (n == SHA256_PIECE && pause != NULL)
			pause();
	}
	memset(last, 0, sizeof(last));
	memcpy(last, next, rest);
	last[rest] = 0x80;
	write_be32(last + last_size - 8, (uint32_t)((uint64_t)size >> 29));
	write_be32(last + last_size - 4, (uint32_t)(size << 3));
	blocks(state, last, last_size / 64);
	for (int i = 0; i < 8; i++)
		write_be32(digest + 4 * i, state[i]);
}
