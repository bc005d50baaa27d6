// SPDX-License-Identifier: Apache-2.0
// Decodes loads and stores, 32-bit and compressed; knows neither registers' contents nor devices.
#include "exit/decode.h"

// Major opcodes: bits 6:2 of a 32-bit instruction (unpriv, "RISC-V base opcode map").
enum {
	OPCODE_LOAD = 0x00, OPCODE_LOAD_FP = 0x01, OPCODE_MISC_MEM = 0x03, OPCODE_OP_IMM = 0x04, OPCODE_AUIPC = 0x05,
	OPCODE_OP_IMM_32 = 0x06, OPCODE_LONGER_48 = 0x07, OPCODE_STORE = 0x08, OPCODE_STORE_FP = 0x09, OPCODE_OP = 0x0c, OPCODE_LUI = 0x0d, OPCODE_OP_32 = 0x0e,
	OPCODE_LONGER_64 = 0x0f, OPCODE_MADD = 0x10, OPCODE_MSUB = 0x11, OPCODE_NMSUB = 0x12, OPCODE_NMADD = 0x13, OPCODE_OP_FP = 0x14,
	OPCODE_OP_V = 0x15, OPCODE_LONGER_48_TOO = 0x17, OPCODE_BRANCH = 0x18, OPCODE_JALR = 0x19, OPCODE_JAL = 0x1b,
	OPCODE_SYSTEM = 0x1c, OPCODE_LONGER = 0x1f,
};
// Those that access no memory whatever their other bits say. Instructions of more than 32 bits are illegal.
#define NO_MEMORY_SET (1u << OPCODE_OP_IMM | 1u << OPCODE_AUIPC | 1u << OPCODE_OP_IMM_32 | 1u << OPCODE_OP | \
		       1u << OPCODE_LUI | 1u << OPCODE_OP_32 | 1u << OPCODE_MADD | 1u << OPCODE_MSUB | \
		       1u << OPCODE_NMSUB | 1u << OPCODE_NMADD | 1u << OPCODE_OP_FP | 1u << OPCODE_OP_V | \
		       1u << OPCODE_BRANCH | 1u << OPCODE_JALR | 1u << OPCODE_JAL | 1u << OPCODE_LONGER_48 | \
		       1u << OPCODE_LONGER_64 | 1u << OPCODE_LONGER_48_TOO | 1u << OPCODE_LONGER)

// c.mop.1 and c.mop.5, which are c.sspush x1 and c.sspopchk x5 (Zicfiss).
#define C_SHADOW_STACK_MASK 0xfdffu
#define C_SHADOW_STACK 0x6081u

static uint32_t bits(uint32_t insn, uint32_t low, uint32_t count)
{
	return insn >> low & ((1u << count) - 1);
}

// `count` bits of the instruction from `low` on, put at `to`: a piece of a scattered immediate.
static int32_t piece(uint32_t insn, uint32_t low, uint32_t count, uint32_t to)
{
	return (int32_t)(bits(insn, low, count) << to);
}

static struct insn_access no_access(uint32_t length)
{
	return (struct insn_access){ .kind = ACCESS_NONE, .length = length };
}

static struct insn_access other_access(uint32_t length)
{
	return (struct insn_access){ .kind = ACCESS_OTHER, .length = length };
}

static struct insn_access load_32(enum access_kind kind, uint32_t insn)
{
	uint32_t funct3 = bits(insn, 12, 3);

	return (struct insn_access){ kind, 4, 1u << (funct3 & 3), kind == ACCESS_LOAD && funct3 < 3, bits(insn, 7, 5),
				     bits(insn, 15, 5), (int32_t)insn >> 20 };
}

static struct insn_access store_32(enum access_kind kind, uint32_t insn)
{
	return (struct insn_access){ kind, 4, 1u << bits(insn, 12, 2), false, bits(insn, 20, 5), bits(insn, 15, 5),
				     ((int32_t)insn >> 25) * 32 + piece(insn, 7, 5, 0) };
}

static struct insn_access decode_32(uint32_t insn)
{
	uint32_t funct3 = bits(insn, 12, 3), opcode = bits(insn, 2, 5);

	switch (opcode) {
	case OPCODE_LOAD:
		return funct3 == 7 ? other_access(4) : load_32(ACCESS_LOAD, insn);
	case OPCODE_STORE:
		return funct3 > 3 ? other_access(4) : store_32(ACCESS_STORE, insn);
	case OPCODE_LOAD_FP: // funct3 0 and 5 to 7 are vector loads, 4 is flq
		return funct3 == 0 || funct3 > 3 ? other_access(4) : load_32(ACCESS_LOAD_FP, insn);
	case OPCODE_STORE_FP:
		return funct3 == 0 || funct3 > 3 ? other_access(4) : store_32(ACCESS_STORE_FP, insn);
	case OPCODE_MISC_MEM: // fences, and cbo.* in 2
		return funct3 == 2 ? other_access(4) : no_access(4);
	case OPCODE_SYSTEM: // CSRs and the like, and Zimop in 4, which has the shadow stack's
		return funct3 == 4 ? other_access(4) : no_access(4);
	}
	return NO_MEMORY_SET >> opcode & 1 ? no_access(4) : other_access(4);
}

// Zcb (quadrant 0, funct3 100): bits 12:10 choose the access, bit 6 tells lhu from lh.
static struct insn_access decode_zcb(uint32_t insn)
{
	uint32_t form = bits(insn, 10, 3), width = 1u << (form & 1);
	struct insn_access a = { form & 2 ? ACCESS_STORE : ACCESS_LOAD, 2, width, form == 1 && bits(insn, 6, 1),
				 8 + bits(insn, 2, 3), 8 + bits(insn, 7, 3), piece(insn, 5, 1, 1) };

	if (form > 3 || (form == 3 && bits(insn, 6, 1)))
		return other_access(2);
	if (width == 1)
		a.offset += piece(insn, 6, 1, 0);
	return a;
}

// Relative to sp, with full register numbers.
static struct insn_access decode_sp(uint32_t insn, struct insn_access a)
{
	a.base = 2;
	if (a.kind == ACCESS_STORE || a.kind == ACCESS_STORE_FP) {
		a.reg = bits(insn, 2, 5);
		a.offset = a.width == 4 ? piece(insn, 9, 4, 2) + piece(insn, 7, 2, 6) :
					  piece(insn, 10, 3, 3) + piece(insn, 7, 3, 6);
		return a;
	}
	a.reg = bits(insn, 7, 5);
	a.offset = piece(insn, 12, 1, 5) + (a.width == 4 ? piece(insn, 4, 3, 2) + piece(insn, 2, 2, 6) :
							   piece(insn, 5, 2, 3) + piece(insn, 2, 3, 6));
	return a.kind == ACCESS_LOAD && a.reg == 0 ? other_access(2) : a;
}

static struct insn_access decode_16(uint32_t insn, bool has_d)
{
	// By funct3, in quadrants 0 and 2 alike: (-), fld, lw, ld, (-), fsd, sw, sd.
	static const uint8_t kinds[8] = { ACCESS_NONE, ACCESS_LOAD_FP,  ACCESS_LOAD,  ACCESS_LOAD,
					  ACCESS_NONE, ACCESS_STORE_FP, ACCESS_STORE, ACCESS_STORE };
	uint32_t quadrant = insn & 3, funct3 = bits(insn, 13, 3);
	enum access_kind kind = (enum access_kind)kinds[funct3];
	bool is_word = funct3 == 2 || funct3 == 6;
	struct insn_access a = { kind, 2, is_word ? 4 : 8, kind == ACCESS_LOAD && is_word, 8 + bits(insn, 2, 3),
				 8 + bits(insn, 7, 3), piece(insn, 10, 3, 3) };

	if (quadrant == 0 && funct3 == 4)
		return decode_zcb(insn);
	if (quadrant == 1)
		return (insn & C_SHADOW_STACK_MASK) == C_SHADOW_STACK ? other_access(2) : no_access(2);
	if (kind == ACCESS_NONE)
		return no_access(2);
	if (quadrant == 2)
		return funct3 == 5 && !has_d ? other_access(2) : decode_sp(insn, a);
	a.offset += is_word ? piece(insn, 6, 1, 2) + piece(insn, 5, 1, 6) : piece(insn, 5, 2, 6);
	return a;
}

struct insn_access decode_access(uint32_t insn, bool has_d)
{
	return insn_length(insn) == 2 ? decode_16(insn & 0xffff, has_d) : decode_32(insn);
}
