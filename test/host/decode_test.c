// SPDX-License-Identifier: Apache-2.0
// Tests of exit/decode: all 65536 compressed encodings and all opcode and funct combinations of 32-bit ones, against a list of
// match and mask values as riscv-opcodes writes them.
#include "exit/decode.h"
#include "testing.h"

// Where an instruction has the register of its data.
enum field { RD, RS2, C_RD, C_RS2, C_RD_SHORT };

// Its immediate: for each bit of the offset, lowest first, the bit of the instruction, -1 for none.
struct immediate {
	int8_t from[12];
	bool is_signed;
};

#define Z -1
#define NO_MORE Z, Z, Z, Z
static const struct immediate imm_i = { { 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31 }, true };
static const struct immediate imm_s = { { 7, 8, 9, 10, 11, 25, 26, 27, 28, 29, 30, 31 }, true };
static const struct immediate imm_w = { { Z, Z, 6, 10, 11, 12, 5, Z, NO_MORE }, false };
static const struct immediate imm_d = { { Z, Z, Z, 10, 11, 12, 5, 6, NO_MORE }, false };
static const struct immediate imm_b = { { 6, 5, Z, Z, Z, Z, Z, Z, NO_MORE }, false };
static const struct immediate imm_h = { { Z, 5, Z, Z, Z, Z, Z, Z, NO_MORE }, false };
static const struct immediate imm_lwsp = { { Z, Z, 4, 5, 6, 12, 2, 3, NO_MORE }, false };
static const struct immediate imm_ldsp = { { Z, Z, Z, 5, 6, 12, 2, 3, 4, Z, Z, Z }, false };
static const struct immediate imm_swsp = { { Z, Z, 9, 10, 11, 12, 7, 8, NO_MORE }, false };
static const struct immediate imm_sdsp = { { Z, Z, Z, 10, 11, 12, 7, 8, 9, Z, Z, Z }, false };

struct row {
	uint32_t match, mask;
	enum access_kind kind;
	uint32_t width;
	bool sign_extend;
	enum field field;
	const struct immediate *imm;
};

#define L ACCESS_LOAD
#define S ACCESS_STORE
#define FL ACCESS_LOAD_FP
#define FS ACCESS_STORE_FP
#define O ACCESS_OTHER

static const struct row compressed[] = {
	{ 0x4002, 0xef83, O, 0, false, C_RD, NULL },             // c.lwsp zero: reserved
	{ 0x6002, 0xef83, O, 0, false, C_RD, NULL },             // c.ldsp zero: reserved
	{ 0x2000, 0xe003, FL, 8, false, C_RD_SHORT, &imm_d },    // c.fld
	{ 0x4000, 0xe003, L, 4, true, C_RD_SHORT, &imm_w },      // c.lw
	{ 0x6000, 0xe003, L, 8, false, C_RD_SHORT, &imm_d },     // c.ld
	{ 0x8000, 0xfc03, L, 1, false, C_RD_SHORT, &imm_b },     // c.lbu
	{ 0x8400, 0xfc43, L, 2, false, C_RD_SHORT, &imm_h },     // c.lhu
	{ 0x8440, 0xfc43, L, 2, true, C_RD_SHORT, &imm_h },      // c.lh
	{ 0x8800, 0xfc03, S, 1, false, C_RD_SHORT, &imm_b },     // c.sb
	{ 0x8c00, 0xfc43, S, 2, false, C_RD_SHORT, &imm_h },     // c.sh
	{ 0x8c40, 0xfc43, O, 0, false, C_RD_SHORT, NULL },       // reserved
	{ 0x9000, 0xf003, O, 0, false, C_RD_SHORT, NULL },       // reserved
	{ 0xa000, 0xe003, FS, 8, false, C_RD_SHORT, &imm_d },    // c.fsd
	{ 0xc000, 0xe003, S, 4, false, C_RD_SHORT, &imm_w },     // c.sw
	{ 0xe000, 0xe003, S, 8, false, C_RD_SHORT, &imm_d },     // c.sd
	{ 0x2002, 0xe003, FL, 8, false, C_RD, &imm_ldsp },       // c.fldsp
	{ 0x4002, 0xe003, L, 4, true, C_RD, &imm_lwsp },         // c.lwsp
	{ 0x6002, 0xe003, L, 8, false, C_RD, &imm_ldsp },        // c.ldsp
	{ 0xa002, 0xe003, FS, 8, false, C_RS2, &imm_sdsp },      // c.fsdsp
	{ 0xc002, 0xe003, S, 4, false, C_RS2, &imm_swsp },       // c.swsp
	{ 0xe002, 0xe003, S, 8, false, C_RS2, &imm_sdsp },       // c.sdsp
	{ 0x6081, 0xffff, O, 0, false, C_RD, NULL },             // c.sspush x1
	{ 0x6281, 0xffff, O, 0, false, C_RD, NULL },             // c.sspopchk x5
};

static const struct row full[] = {
	{ 0x00000003, 0x0000707f, L, 1, true, RD, &imm_i },   // lb
	{ 0x00001003, 0x0000707f, L, 2, true, RD, &imm_i },   // lh
	{ 0x00002003, 0x0000707f, L, 4, true, RD, &imm_i },   // lw
	{ 0x00003003, 0x0000707f, L, 8, false, RD, &imm_i },  // ld
	{ 0x00004003, 0x0000707f, L, 1, false, RD, &imm_i },  // lbu
	{ 0x00005003, 0x0000707f, L, 2, false, RD, &imm_i },  // lhu
	{ 0x00006003, 0x0000707f, L, 4, false, RD, &imm_i },  // lwu
	{ 0x00000023, 0x0000707f, S, 1, false, RS2, &imm_s }, // sb
	{ 0x00001023, 0x0000707f, S, 2, false, RS2, &imm_s }, // sh
	{ 0x00002023, 0x0000707f, S, 4, false, RS2, &imm_s }, // sw
	{ 0x00003023, 0x0000707f, S, 8, false, RS2, &imm_s }, // sd
	{ 0x00001007, 0x0000707f, FL, 2, false, RD, &imm_i }, // flh
	{ 0x00002007, 0x0000707f, FL, 4, false, RD, &imm_i }, // flw
	{ 0x00003007, 0x0000707f, FL, 8, false, RD, &imm_i }, // fld
	{ 0x00001027, 0x0000707f, FS, 2, false, RS2, &imm_s }, // fsh
	{ 0x00002027, 0x0000707f, FS, 4, false, RS2, &imm_s }, // fsw
	{ 0x00003027, 0x0000707f, FS, 8, false, RS2, &imm_s }, // fsd
};

// op-imm, auipc, op-imm-32, op, lui, op-32, madd, msub, nmsub, nmadd, op-fp, op-v, branch, jalr, jal, and more than 32 bits:
// nothing in memory.
static const uint8_t no_memory[] = { 0x13, 0x17, 0x1b, 0x33, 0x37, 0x3b, 0x43, 0x47, 0x4b, 0x4f,
				     0x53, 0x57, 0x63, 0x67, 0x6f, 0x1f, 0x3f, 0x5f, 0x7f };

static bool is_without_memory(uint32_t insn)
{
	uint32_t opcode = insn & 0x7f, funct3 = insn >> 12 & 7;

	for (size_t i = 0; i < ARRAY_SIZE(no_memory); i++)
		if (opcode == no_memory[i])
			return true;
	return (opcode == 0x0f && funct3 != 2) || (opcode == 0x73 && funct3 != 4); // all but cbo.*; all but Zimop
}

static uint32_t reg_of(uint32_t insn, enum field field)
{
	switch (field) {
	case RD:
	case C_RD:
		return insn >> 7 & 31;
	case RS2:
		return insn >> 20 & 31;
	case C_RS2:
		return insn >> 2 & 31;
	case C_RD_SHORT:
		break;
	}
	return 8 + (insn >> 2 & 7);
}

static uint32_t base_of(uint32_t insn, enum field field)
{
	switch (field) {
	case RD:
	case RS2:
		return insn >> 15 & 31;
	case C_RD:
	case C_RS2:
		return 2;
	case C_RD_SHORT:
		break;
	}
	return 8 + (insn >> 7 & 7);
}

static int32_t offset_of(uint32_t insn, const struct immediate *imm)
{
	int32_t offset = 0;

	for (int i = 0; i < 12; i++)
		if (imm->from[i] >= 0 && insn >> imm->from[i] & 1)
			offset += imm->is_signed && i == 11 ? -(1 << i) : 1 << i;
	return offset;
}

static struct insn_access expected_of(uint32_t insn, uint32_t length, const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct row *row = &rows[i];

		if ((insn & row->mask) != row->match)
			continue;
		if (row->kind == ACCESS_OTHER)
			return (struct insn_access){ .kind = ACCESS_OTHER, .length = length };
		return (struct insn_access){ row->kind, length, row->width, row->sign_extend, reg_of(insn, row->field),
					     base_of(insn, row->field), offset_of(insn, row->imm) };
	}
	return (struct insn_access){ .kind = length == 2 || is_without_memory(insn) ? ACCESS_NONE : ACCESS_OTHER,
				     .length = length };
}

static void assert_decoded(uint32_t insn, struct insn_access expected)
{
	struct insn_access got = decode_access(insn, true);

	if (got.kind != expected.kind || got.length != expected.length)
		fail_msg("%08x: kind %d, length %u", insn, (int)got.kind, got.length);
	if (got.kind == ACCESS_NONE || got.kind == ACCESS_OTHER)
		return;
	if (got.width != expected.width || got.sign_extend != expected.sign_extend)
		fail_msg("%08x: width %u, sign extension %d", insn, got.width, got.sign_extend);
	if (got.reg != expected.reg || got.base != expected.base || got.offset != expected.offset)
		fail_msg("%08x: register %u, at x%u %d", insn, got.reg, got.base, got.offset);
}

static void every_compressed_encoding(void **state)
{
	uint32_t accesses = 0;

	(void)state;
	for (uint32_t insn = 0; insn < 0x10000; insn++) {
		if ((insn & 3) == 3)
			continue;
		struct insn_access expected = expected_of(insn, 2, compressed, ARRAY_SIZE(compressed));

		assert_int_equal(insn_length(insn), 2);
		assert_decoded(insn, expected);
		assert_decoded(insn | 0xdead0000, expected); // what follows in memory does not matter
		accesses += expected.kind != ACCESS_NONE && expected.kind != ACCESS_OTHER;
	}
	assert_int_equal(accesses, 12 * 2048 - 2 * 64 + 3 * 256 + 128); // less x0 of c.lwsp and c.ldsp; Zcb
}

// Zcmp and Zcmt are for cores without D: no other encoding changes its meaning there.
static void compressed_encodings_without_d(void **state)
{
	uint32_t others = 0;

	(void)state;
	for (uint32_t insn = 0; insn < 0x10000; insn++) {
		struct insn_access with = decode_access(insn, true), without = decode_access(insn, false);

		if ((insn & 3) == 3)
			continue;
		if ((insn & 0xe003) == 0xa002) {
			assert_true(without.kind == ACCESS_OTHER && without.length == 2);
			others++;
		} else {
			assert_memory_equal(&with, &without, sizeof(with));
		}
	}
	assert_int_equal(others, 2048);
	assert_int_equal(decode_access(0xb842, false).kind, ACCESS_OTHER); // cm.push {ra}, -16
	assert_int_equal(decode_access(0xba42, false).kind, ACCESS_OTHER); // cm.pop {ra}, 16
}

// All opcodes with all funct3, the upper bits that matter each in turn, and a few registers.
static void every_full_opcode(void **state)
{
	static const uint32_t registers[] = { 0, 1, 2, 15, 16, 31 };

	(void)state;
	for (uint32_t low = 3; low < 0x80; low += 4) {
		for (uint32_t funct3 = 0; funct3 < 8; funct3++) {
			for (uint32_t upper = 0; upper < 0x1000; upper++) {
				for (size_t i = 0; i < ARRAY_SIZE(registers); i++) {
					uint32_t insn = low | funct3 << 12 | upper << 20 | registers[i] << 7 | 11u << 15;

					assert_int_equal(insn_length(insn), 4);
					assert_decoded(insn, expected_of(insn, 4, full, ARRAY_SIZE(full)));
				}
			}
		}
	}
}

static void random_words(void **state)
{
	uint64_t seed = 3;

	(void)state;
	for (int i = 0; i < 300000; i++) {
		uint32_t insn = (uint32_t)(random_next(&seed) >> 32) | 3;

		assert_decoded(insn, expected_of(insn, 4, full, ARRAY_SIZE(full)));
	}
}

static void instructions_by_hand(void **state)
{
	static const struct {
		uint32_t insn;
		struct insn_access access;
	} rows[] = {
		{ 0x00054503, { L, 4, 1, false, 10, 10, 0 } },    // lbu a0, 0(a0)
		{ 0x00b50023, { S, 4, 1, false, 11, 10, 0 } },    // sb a1, 0(a0)
		{ 0xff853783, { L, 4, 8, false, 15, 10, -8 } },   // ld a5, -8(a0)
		{ 0x0ff7a023, { S, 4, 4, false, 31, 15, 224 } },  // sw t6, 224(a5)
		{ 0xfff7ae23, { S, 4, 4, false, 31, 15, -4 } },   // sw t6, -4(a5)
		{ 0x00052407, { FL, 4, 4, false, 8, 10, 0 } },    // flw fs0, 0(a0)
		{ 0x4188, { L, 2, 4, true, 10, 11, 0 } },         // c.lw a0, 0(a1)
		{ 0x70a2, { L, 2, 8, false, 1, 2, 40 } },         // c.ldsp ra, 40(sp)
		{ 0xf406, { S, 2, 8, false, 1, 2, 40 } },         // c.sdsp ra, 40(sp)
		{ 0x00c5a52f, { .kind = O, .length = 4 } },       // amoadd.w a0, a2, (a1)
		{ 0x0005200f, { .kind = O, .length = 4 } },       // cbo.inval (a0)
		{ 0x02055087, { .kind = O, .length = 4 } },       // vle16.v v1, (a0)
		{ 0x00053003, { L, 4, 8, false, 0, 10, 0 } },     // ld zero, 0(a0)
		{ 0x00150513, { .kind = ACCESS_NONE, .length = 4 } }, // addi a0, a0, 1
		{ 0x0000, { .kind = ACCESS_NONE, .length = 2 } },
		{ 0x9002, { .kind = ACCESS_NONE, .length = 2 } }, // c.ebreak
		{ 0x4002, { .kind = O, .length = 2 } },           // c.lwsp zero: reserved
		{ 0x00100073, { .kind = ACCESS_NONE, .length = 4 } }, // ebreak
		{ 0xffffffff, { .kind = ACCESS_NONE, .length = 4 } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_decoded(rows[i].insn, rows[i].access);
}

// Each load by its encoding, of a value with the sign of each width set and not, and with bits above the width.
static void results_of_loads(void **state)
{
	static const struct {
		uint32_t insn;
		uint64_t high, low; // of 0x8182838485868788 and 0x7172737475767778
	} rows[] = {
		{ 0x00050583, 0xffffffffffffff88, 0x78 },               // lb
		{ 0x00051583, 0xffffffffffff8788, 0x7778 },             // lh
		{ 0x00052583, 0xffffffff85868788, 0x75767778 },         // lw
		{ 0x00053583, 0x8182838485868788, 0x7172737475767778 }, // ld
		{ 0x00054583, 0x88, 0x78 },                             // lbu
		{ 0x00055583, 0x8788, 0x7778 },                         // lhu
		{ 0x00056583, 0x85868788, 0x75767778 },                 // lwu
		{ 0x00051587, 0xffffffffffff8788, 0xffffffffffff7778 }, // flh
		{ 0x00052587, 0xffffffff85868788, 0xffffffff75767778 }, // flw
		{ 0x00053587, 0x8182838485868788, 0x7172737475767778 }, // fld
		{ 0x410c, 0xffffffff85868788, 0x75767778 },             // c.lw
		{ 0x610c, 0x8182838485868788, 0x7172737475767778 },     // c.ld
		{ 0x210c, 0x8182838485868788, 0x7172737475767778 },     // c.fld
		{ 0x4582, 0xffffffff85868788, 0x75767778 },             // c.lwsp
		{ 0x810c, 0x88, 0x78 },                                 // c.lbu
		{ 0x850c, 0x8788, 0x7778 },                             // c.lhu
		{ 0x854c, 0xffffffffffff8788, 0x7778 },                 // c.lh
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct insn_access a = decode_access(rows[i].insn, true);

		assert_int_equal(access_result(&a, 0x8182838485868788), rows[i].high);
		assert_int_equal(access_result(&a, 0x7172737475767778), rows[i].low);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_compressed_encoding),
		cmocka_unit_test(compressed_encodings_without_d),
		cmocka_unit_test(every_full_opcode),
		cmocka_unit_test(random_words),
		cmocka_unit_test(instructions_by_hand),
		cmocka_unit_test(results_of_loads),
	};

	return cmocka_run_group_tests_name("decode", tests, NULL, NULL);
}
