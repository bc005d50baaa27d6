// SPDX-License-Identifier: Apache-2.0
// Sets of ISA extensions.
#include "rv/isa.h"

bool isa_has(const struct isa *isa, enum isa_ext ext)
{
	return (isa->bits[ext / 64] >> (ext % 64)) & 1;
}

void isa_set(struct isa *isa, enum isa_ext ext)
{
	isa->bits[ext / 64] |= 1ull << (ext % 64);
}

void isa_clear(struct isa *isa, enum isa_ext ext)
{
	isa->bits[ext / 64] &= ~(1ull << (ext % 64));
}

struct isa isa_and(const struct isa *a, const struct isa *b)
{
	struct isa both;
	for (size_t i = 0; i < ARRAY_SIZE(both.bits); i++)
		both.bits[i] = a->bits[i] & b->bits[i];
	return both;
}

bool isa_has_float(const struct isa *isa)
{
	return isa_has(isa, ISA_D);
}

bool isa_has_vector(const struct isa *isa)
{
	return isa_has(isa, ISA_V);
}
