// SPDX-License-Identifier: Apache-2.0
// Decodes the instruction of a trapped guest access.
#ifndef BULKHEAD_EXIT_DECODE_H
#define BULKHEAD_EXIT_DECODE_H

#include "lib/types.h"

enum access_kind {
	ACCESS_NONE,     // no access to memory
	ACCESS_LOAD,
	ACCESS_STORE,
	ACCESS_LOAD_FP,
	ACCESS_STORE_FP,
	ACCESS_OTHER,    // LR, SC, AMO, cbo.*, vectors, shadow stacks, Zcmp, unknown extensions: no device answers these
};

// Of ACCESS_OTHER only kind and length are defined, of ACCESS_NONE only these as well.
struct insn_access {
	enum access_kind kind;
	uint32_t length; // instruction length: 2 or 4 bytes
	uint32_t width;  // bytes accessed: 1, 2, 4, 8
	bool sign_extend;
	uint32_t reg;    // x or f register: destination of a load, source of a store
	uint32_t base;   // x register: the address is its value plus offset
	int32_t offset;
};

// insn: the 16 or 32 bits at pc (upper half ignored for compressed ones). Zcb's byte and halfword forms included.
// has_d: the hart has D; without it the encodings of c.fsdsp are those of Zcmp and Zcmt (cm.push, cm.pop, ...).
struct insn_access decode_access(uint32_t insn, bool has_d);
// Length in bytes by the low bits: 2 or 4 (longer encodings count as 4).
static inline uint32_t insn_length(uint32_t insn) { return (insn & 3) == 3 ? 4 : 2; }

// The value without its `unused` (0 to 63) upper bits, which its sign or zeros take the place of.
static inline uint64_t extend(uint64_t value, uint32_t unused, bool is_signed)
{
	return is_signed ? (uint64_t)((int64_t)(value << unused) >> unused) : value << unused >> unused;
}

// What the register of a load gets of a value, of which the access's width counts: extended by its sign or zeros, and by ones in
// an f register (unpriv, "NaN Boxing of Narrower Values").
static inline uint64_t access_result(const struct insn_access *a, uint64_t value)
{
	uint32_t unused = 64 - 8 * a->width;
	uint64_t result = extend(value, unused, a->sign_extend);

	return a->kind == ACCESS_LOAD_FP && unused != 0 ? result | UINT64_MAX << 8 * a->width : result;
}

#endif
