// SPDX-License-Identifier: Apache-2.0
// Tests of exit/decode: all 65536 compressed encodings and all opcode and funct combinations of 32-bit ones, against a list of
// match and mask values as riscv-opcodes writes them.
#include "exit/decode.h"
#include "testing.h"

// Where an instruction has the register of its data.
enum field { RD, RS2, C_RD, C_RS2, C_RD_SHORT };

struct row {
	uint32_t match, mask;
	enum access_kind kind;
	uint32_t width;
	bool sign_extend;
	enum field field;
	bool is_not_x0; // the register must not be x0
};

#define L ACCESS_LOAD
#define S ACCESS_STORE
#define FL ACCESS_LOAD_FP
#define FS ACCESS_STORE_FP
#define A ACCESS_ATOMIC

static const struct row compressed[] = {
	{ 0x2000, 0xe003, FL, 8, false, C_RD_SHORT, false }, // c.fld
	{ 0x4000, 0xe003, L, 4, true, C_RD_SHORT, false },   // c.lw
	{ 0x6000, 0xe003, L, 8, false, C_RD_SHORT, false },  // c.ld
	{ 0x8000, 0xfc03, L, 1, false, C_RD_SHORT, false },  // c.lbu
	{ 0x8400, 0xfc43, L, 2, false, C_RD_SHORT, false },  // c.lhu
	{ 0x8440, 0xfc43, L, 2, true, C_RD_SHORT, false },   // c.lh
	{ 0x8800, 0xfc03, S, 1, false, C_RD_SHORT, false },  // c.sb
	{ 0x8c00, 0xfc43, S, 2, false, C_RD_SHORT, false },  // c.sh
	{ 0xa000, 0xe003, FS, 8, false, C_RD_SHORT, false }, // c.fsd
	{ 0xc000, 0xe003, S, 4, false, C_RD_SHORT, false },  // c.sw
	{ 0xe000, 0xe003, S, 8, false, C_RD_SHORT, false },  // c.sd
	{ 0x2002, 0xe003, FL, 8, false, C_RD, false },       // c.fldsp
	{ 0x4002, 0xe003, L, 4, true, C_RD, true },          // c.lwsp
	{ 0x6002, 0xe003, L, 8, false, C_RD, true },         // c.ldsp
	{ 0xa002, 0xe003, FS, 8, false, C_RS2, false },      // c.fsdsp
	{ 0xc002, 0xe003, S, 4, false, C_RS2, false },       // c.swsp
	{ 0xe002, 0xe003, S, 8, false, C_RS2, false },       // c.sdsp
};

static const struct row full[] = {
	{ 0x00000003, 0x0000707f, L, 1, true, RD, false },   // lb
	{ 0x00001003, 0x0000707f, L, 2, true, RD, false },   // lh
	{ 0x00002003, 0x0000707f, L, 4, true, RD, false },   // lw
	{ 0x00003003, 0x0000707f, L, 8, false, RD, false },  // ld
	{ 0x00004003, 0x0000707f, L, 1, false, RD, false },  // lbu
	{ 0x00005003, 0x0000707f, L, 2, false, RD, false },  // lhu
	{ 0x00006003, 0x0000707f, L, 4, false, RD, false },  // lwu
	{ 0x00000023, 0x0000707f, S, 1, false, RS2, false }, // sb
	{ 0x00001023, 0x0000707f, S, 2, false, RS2, false }, // sh
	{ 0x00002023, 0x0000707f, S, 4, false, RS2, false }, // sw
	{ 0x00003023, 0x0000707f, S, 8, false, RS2, false }, // sd
	{ 0x00001007, 0x0000707f, FL, 2, false, RD, false }, // flh
	{ 0x00002007, 0x0000707f, FL, 4, false, RD, false }, // flw
	{ 0x00003007, 0x0000707f, FL, 8, false, RD, false }, // fld
	{ 0x00001027, 0x0000707f, FS, 2, false, RS2, false }, // fsh
	{ 0x00002027, 0x0000707f, FS, 4, false, RS2, false }, // fsw
	{ 0x00003027, 0x0000707f, FS, 8, false, RS2, false }, // fsd
	{ 0x1000202f, 0xf9f0707f, A, 4, false, RD, false },  // lr.w
	{ 0x1000302f, 0xf9f0707f, A, 8, false, RD, false },  // lr.d
	{ 0x1800202f, 0xf800707f, A, 4, false, RD, false },  // sc.w
	{ 0x1800302f, 0xf800707f, A, 8, false, RD, false },  // sc.d
	{ 0x2800402f, 0xf800707f, A, 16, false, RD, false }, // amocas.q
	{ 0x0000200f, 0xfff07fff, A, 0, false, RD, false }, // cbo.inval
	{ 0x0010200f, 0xfff07fff, A, 0, false, RD, false },  // cbo.clean
	{ 0x0020200f, 0xfff07fff, A, 0, false, RD, false },  // cbo.flush
	{ 0x0040200f, 0xfff07fff, A, 0, false, RD, false },  // cbo.zero
};

// amoadd, amoswap, amocas, amoxor, amoor, amoand, amomin, amomax, amominu, amomaxu: bits 31:27, with .b .h .w .d each.
static const uint32_t amos[] = { 0x00, 0x01, 0x05, 0x04, 0x08, 0x0c, 0x10, 0x14, 0x18, 0x1c };

static uint32_t field_of(uint32_t insn, enum field field)
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

static struct insn_access expected_of(uint32_t insn, uint32_t length, const struct row *rows, size_t count)
{
	struct insn_access none = { ACCESS_NONE, length, 0, false, 0 };

	for (size_t i = 0; i < count; i++) {
		if ((insn & rows[i].mask) == rows[i].match && !(rows[i].is_not_x0 && field_of(insn, rows[i].field) == 0))
			return (struct insn_access){ rows[i].kind, length, rows[i].width, rows[i].sign_extend,
						     field_of(insn, rows[i].field) };
	}
	if (length == 4 && (insn & 0x7f) == 0x2f && (insn >> 12 & 7) < 4) {
		for (size_t i = 0; i < ARRAY_SIZE(amos); i++) {
			if (insn >> 27 == amos[i])
				return (struct insn_access){ A, 4, 1u << (insn >> 12 & 7), false, insn >> 7 & 31 };
		}
	}
	return none;
}

static void assert_decoded(uint32_t insn, struct insn_access expected)
{
	struct insn_access got = decode_access(insn);

	if (got.kind != expected.kind || got.length != expected.length)
		fail_msg("%08x: kind %d, length %u", insn, (int)got.kind, got.length);
	if (got.kind == ACCESS_NONE)
		return;
	if (got.width != expected.width || got.sign_extend != expected.sign_extend)
		fail_msg("%08x: width %u, sign extension %d", insn, got.width, got.sign_extend);
	if (expected.width && got.reg != expected.reg) // cbo.* have no data register
		fail_msg("%08x: register %u", insn, got.reg);
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
		accesses += expected.kind != ACCESS_NONE;
	}
	assert_int_equal(accesses, 12 * 2048 - 2 * 64 + 3 * 256 + 128); // less x0 of c.lwsp and c.ldsp; Zcb
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
		{ 0x00054503, { L, 4, 1, false, 10 } }, // lbu a0, 0(a0)
		{ 0x00b50023, { S, 4, 1, false, 11 } }, // sb a1, 0(a0)
		{ 0xff853783, { L, 4, 8, false, 15 } }, // ld a5, -8(a0)
		{ 0x0ff7a023, { S, 4, 4, false, 31 } }, // sw t6, 224(a5)
		{ 0x00052407, { FL, 4, 4, false, 8 } }, // flw fs0, 0(a0)
		{ 0x4188, { L, 2, 4, true, 10 } },      // c.lw a0, 0(a1)
		{ 0x70a2, { L, 2, 8, false, 1 } },      // c.ldsp ra, 40(sp)
		{ 0xf406, { S, 2, 8, false, 1 } },      // c.sdsp ra, 40(sp)
		{ 0x00c5a52f, { A, 4, 4, false, 10 } }, // amoadd.w a0, a2, (a1)
		{ 0x0005200f, { A, 4, 0, false, 0 } },  // cbo.inval (a0)
		{ 0x02055087, { ACCESS_NONE, 4, 0, false, 0 } }, // vle16.v v1, (a0)
		{ 0x00053003, { L, 4, 8, false, 0 } },  // ld zero, 0(a0)
		{ 0x0000, { ACCESS_NONE, 2, 0, false, 0 } },
		{ 0x9002, { ACCESS_NONE, 2, 0, false, 0 } },     // c.ebreak
		{ 0x4002, { ACCESS_NONE, 2, 0, false, 0 } },     // c.lwsp zero: reserved
		{ 0xffffffff, { ACCESS_NONE, 4, 0, false, 0 } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_decoded(rows[i].insn, rows[i].access);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_compressed_encoding),
		cmocka_unit_test(every_full_opcode),
		cmocka_unit_test(random_words),
		cmocka_unit_test(instructions_by_hand),
	};

	return cmocka_run_group_tests_name("decode", tests, NULL, NULL);
}
