// SPDX-License-Identifier: Apache-2.0
// Decodes loads and stores, 32-bit and compressed; knows neither registers' contents nor devices.
#include "exit/decode.h"

#define OPCODE_LOAD 0x03
#define OPCODE_LOAD_FP 0x07
#define OPCODE_MISC_MEM 0x0f
#define OPCODE_STORE 0x23
#define OPCODE_STORE_FP 0x27
#define OPCODE_AMO 0x2f

#define AMO_LR 2
#define AMO_SC 3
#define AMO_CAS 5
// funct5 of LR, SC, the nine AMOs of A and amocas of Zacas.
#define AMO_FUNCT5_SET 0x1111113fu
// imm12 of cbo.inval, cbo.clean, cbo.flush and cbo.zero.
#define CBO_SET 0x17u

static uint32_t bits(uint32_t insn, uint32_t low, uint32_t count)
{
	return insn >> low & ((1u << count) - 1);
}

static struct insn_access access_of(enum access_kind kind, uint32_t length, uint32_t log2_width, uint32_t reg)
{
	return (struct insn_access){ .kind = kind, .length = length, .width = 1u << log2_width, .reg = reg };
}

static struct insn_access no_access(uint32_t length)
{
	return (struct insn_access){ .kind = ACCESS_NONE, .length = length };
}

static struct insn_access decode_amo(uint32_t insn)
{
	uint32_t funct5 = bits(insn, 27, 5), log2_width = bits(insn, 12, 3);
	bool is_lr_sc = funct5 == AMO_LR || funct5 == AMO_SC;

	if (!(AMO_FUNCT5_SET >> funct5 & 1) || (funct5 == AMO_LR && bits(insn, 20, 5)))
		return no_access(4);
	// LR and SC: words and doublewords; Zabha: bytes and halfwords for the AMOs; Zacas: amocas.q.
	if (log2_width > (funct5 == AMO_CAS ? 4 : 3) || (is_lr_sc && log2_width < 2))
		return no_access(4);
	return access_of(ACCESS_ATOMIC, 4, log2_width, bits(insn, 7, 5));
}

static struct insn_access decode_32(uint32_t insn)
{
	uint32_t funct3 = bits(insn, 12, 3), rd = bits(insn, 7, 5), rs2 = bits(insn, 20, 5);
	struct insn_access a;

	switch (insn & 0x7f) {
	case OPCODE_LOAD:
		if (funct3 == 7)
			break;
		a = access_of(ACCESS_LOAD, 4, funct3 & 3, rd);
		a.sign_extend = funct3 < 3;
		return a;
	case OPCODE_STORE:
		if (funct3 > 3)
			break;
		return access_of(ACCESS_STORE, 4, funct3, rs2);
	case OPCODE_LOAD_FP: // funct3 0 and 5 to 7 are vector loads, 4 is flq
		if (funct3 == 0 || funct3 > 3)
			break;
		return access_of(ACCESS_LOAD_FP, 4, funct3, rd);
	case OPCODE_STORE_FP:
		if (funct3 == 0 || funct3 > 3)
			break;
		return access_of(ACCESS_STORE_FP, 4, funct3, rs2);
	case OPCODE_AMO:
		return decode_amo(insn);
	case OPCODE_MISC_MEM:
		if (funct3 != 2 || rd != 0 || insn >> 20 > 4 || !(CBO_SET >> (insn >> 20) & 1))
			break;
		return (struct insn_access){ .kind = ACCESS_ATOMIC, .length = 4 };
	}
	return no_access(4);
}

// Zcb (quadrant 0, funct3 100): bits 12:10 choose the access, bit 6 tells lhu from lh.
static struct insn_access decode_zcb(uint32_t insn)
{
	uint32_t reg = 8 + bits(insn, 2, 3);
	struct insn_access a;

	switch (bits(insn, 10, 3)) {
	case 0:
		return access_of(ACCESS_LOAD, 2, 0, reg);
	case 1:
		a = access_of(ACCESS_LOAD, 2, 1, reg);
		a.sign_extend = bits(insn, 6, 1);
		return a;
	case 2:
		return access_of(ACCESS_STORE, 2, 0, reg);
	case 3:
		if (bits(insn, 6, 1))
			break;
		return access_of(ACCESS_STORE, 2, 1, reg);
	}
	return no_access(2);
}

static struct insn_access decode_16(uint32_t insn)
{
	// By funct3, in quadrants 0 and 2 alike: (-), fld, lw, ld, (-), fsd, sw, sd.
	static const uint8_t kinds[8] = { ACCESS_NONE, ACCESS_LOAD_FP,  ACCESS_LOAD,  ACCESS_LOAD,
					  ACCESS_NONE, ACCESS_STORE_FP, ACCESS_STORE, ACCESS_STORE };
	uint32_t quadrant = insn & 3, funct3 = bits(insn, 13, 3);
	enum access_kind kind = (enum access_kind)kinds[funct3];
	bool is_word = funct3 == 2 || funct3 == 6;
	struct insn_access a = access_of(kind, 2, is_word ? 2 : 3, 8 + bits(insn, 2, 3));

	if (quadrant == 0 && funct3 == 4)
		return decode_zcb(insn);
	if (quadrant == 1 || kind == ACCESS_NONE)
		return no_access(2);
	if (quadrant == 2) { // relative to sp, with full register numbers
		a.reg = funct3 < 4 ? bits(insn, 7, 5) : bits(insn, 2, 5);
		if (kind == ACCESS_LOAD && a.reg == 0)
			return no_access(2);
	}
	a.sign_extend = kind == ACCESS_LOAD && is_word;
	return a;
}

struct insn_access decode_access(uint32_t insn)
{
	return insn_length(insn) == 2 ? decode_16(insn & 0xffff) : decode_32(insn);
}
