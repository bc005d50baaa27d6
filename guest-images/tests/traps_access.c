/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trap tests: every encoding of a load or store at every width, register and addressing form, against the scratch register of
 * the UART. A 16550 has eight data lines: a wide access reaches the register at its address by its low byte, and reads zeros above.
 */

#include "tests/step.h"
#include "traps_test.h"

#define UART_DLL     0
#define UART_LCR     3
#define UART_MCR     4
#define UART_SCRATCH 7

#define IMM_I(insn, offset) ((insn) | (uint32_t)(offset) << 20)
#define IMM_S(insn, offset) ((insn) | ((uint32_t)(offset) & 31) << 7 | (uint32_t)(offset) >> 5 << 25)

static struct step step;
static unsigned long uart;
static unsigned failures; /* of the many cases of one result */

static void set(unsigned reg, unsigned value)
{
	((volatile uint8_t *)uart)[reg] = (uint8_t)value;
}

static unsigned get(unsigned reg)
{
	return ((volatile uint8_t *)uart)[reg];
}

static void expect(int good, const char *what, uint32_t insn)
{
	if (good)
		return;
	if (failures++ < 5)
		print("# %s: insn %08x cause %ld tval %lx\n", what, insn, (long)step.cause, step.tval);
}

static void report(const char *name)
{
	tap_equal(failures, 0, name);
	failures = 0;
}

static unsigned long extended(unsigned byte, unsigned width, int is_signed)
{
	return is_signed && width == 1 ? (unsigned long)(int8_t)byte : byte;
}

/* Where an aligned access of this width finds a register that keeps what is written: with LCR.DLAB the divisor is at 0. */
static unsigned place(unsigned width)
{
	return width == 1 ? UART_SCRATCH : width == 8 ? UART_DLL : UART_MCR;
}

/* Loads of all widths into all registers, relative to another register, with offsets of either sign. */
static void test_loads(void)
{
	static const int offsets[] = {0, 1, -1, 2047, -2048};

	for (unsigned funct3 = 0; funct3 < 7; funct3++) {
		unsigned width = 1u << (funct3 & 3), at = place(width), byte = width == 1 ? 0xc5 : 0x0b;

		set(UART_LCR, width == 8 ? 0x83 : 0x03);
		set(at, byte);
		for (unsigned rd = 0; rd < 32; rd++) {
			unsigned base = rd % 31 + 1; /* any but x0; the register itself for some */
			int offset = offsets[rd % ARRAY_SIZE(offsets)];
			uint32_t insn = IMM_I(0x03u | funct3 << 12 | rd << 7 | base << 15, offset);

			step_fill(&step, rd);
			step.in[base] = uart + at - (unsigned long)(long)offset;
			expect(step_insn(&step, insn) == NO_TRAP, "load", insn);
			expect(rd == 0 || step.out[rd] == extended(byte, width, funct3 < 3), "value", insn);
			expect(step_changed(&step, rd) == 0, "other registers", insn);
			insn = IMM_I(0x03u | funct3 << 12 | rd << 7 | rd << 15, offset); /* over its own base */
			if (rd == 0)
				continue;
			step.in[rd] = uart + at - (unsigned long)(long)offset;
			expect(step_insn(&step, insn) == NO_TRAP && step.out[rd] == extended(byte, width, funct3 < 3) &&
			       step_changed(&step, rd) == 0, "load over its base", insn);
		}
	}
	set(UART_LCR, 0x03);
	report("lb lh lw ld lbu lhu lwu into every register");
}

static void test_stores(void)
{
	for (unsigned funct3 = 0; funct3 < 4; funct3++) {
		unsigned at = place(1u << funct3);

		set(UART_LCR, funct3 == 3 ? 0x83 : 0x03);
		for (unsigned rs2 = 0; rs2 < 32; rs2++) {
			unsigned base = rs2 % 31 + 1;
			int offset = rs2 % 2 ? -1 - (int)rs2 : 60 + (int)rs2;
			uint32_t insn = IMM_S(0x23u | funct3 << 12 | rs2 << 20 | base << 15, offset);
			unsigned wanted;

			step_fill(&step, rs2);
			step.in[base] = uart + at - (unsigned long)(long)offset;
			wanted = rs2 == 0 ? 0 : step.in[rs2] & (at == UART_MCR ? 0x0f : 0xff);
			if (at == UART_MCR && rs2) /* not into loop mode */
				step.in[rs2 == base ? 0 : rs2] &= ~0x10ul;
			set(at, 0x05);
			expect(step_insn(&step, insn) == NO_TRAP && step_changed(&step, 0) == 0, "store", insn);
			expect(rs2 == base || get(at) == wanted, "stored", insn);
		}
	}
	set(UART_MCR, 0x0b);
	set(UART_LCR, 0x03);
	report("sb sh sw sd of every register");
}

/* rd' and rs2' are x8 to x15; the uimm bits of c.lw and c.ld are zero, c.lbu's and c.lhu's choose the register. */
static void test_compressed(void)
{
	for (unsigned r = 0; r < 8; r++) {
		unsigned base = (r + 3) % 8;
		uint32_t regs = r << 2 | base << 7;

		step_fill(&step, r);
		set(UART_MCR, 0x0b);
		step.in[8 + base] = uart + UART_MCR - 4;
		expect(step_insn(&step, 0x4040u | regs) == NO_TRAP && step.out[8 + r] == 0x0b, "c.lw", 0x4040u | regs);
		expect(step_changed(&step, 8 + r) == 0, "c.lw", 0x4040u | regs);
		step.in[8 + r] = 0xfffffffffffffe09ul;
		expect(step_insn(&step, 0xc040u | regs) == NO_TRAP && get(UART_MCR) == 0x09, "c.sw", 0xc040u | regs);
		set(UART_LCR, 0x83); /* the low byte of the divisor is at 0 now */
		set(UART_DLL, 0x21);
		step.in[8 + base] = uart - 248;
		expect(step_insn(&step, 0x7c60u | regs) == NO_TRAP && step.out[8 + r] == 0x21 && step_changed(&step, 8 + r) == 0,
		       "c.ld", 0x7c60u | regs);
		step.in[8 + r] = 0xfffffffffffff701ul;
		expect(step_insn(&step, 0xfc60u | regs) == NO_TRAP && get(UART_DLL) == 0x01, "c.sd", 0xfc60u | regs);
		set(UART_LCR, 0x03);
	}
	report("c.lw c.ld c.sw c.sd");
}

static void test_zcb(void)
{
	if (!dt_has_isa("zcb")) {
		tap_skip("c.lbu c.lhu c.lh c.sb c.sh", "no Zcb");
		return;
	}
	for (unsigned r = 0; r < 8; r++) {
		unsigned base = (r + 5) % 8;
		uint32_t regs = r << 2 | base << 7;

		step_fill(&step, r);
		set(UART_SCRATCH, 0xa3);
		set(UART_MCR, 0x0b);
		step.in[8 + base] = uart + UART_SCRATCH - 3;
		expect(step_insn(&step, 0x8060u | regs) == NO_TRAP && step.out[8 + r] == 0xa3 &&
		       step_changed(&step, 8 + r) == 0, "c.lbu", 0x8060u | regs);
		step.in[8 + r] = 0xfffe5d;
		expect(step_insn(&step, 0x8860u | regs) == NO_TRAP && get(UART_SCRATCH) == 0x5d, "c.sb", 0x8860u | regs);
		step.in[8 + base] = uart + UART_MCR - 2;
		expect(step_insn(&step, 0x8420u | regs) == NO_TRAP && step.out[8 + r] == 0x0b, "c.lhu", 0x8420u | regs);
		expect(step_insn(&step, 0x8460u | regs) == NO_TRAP && step.out[8 + r] == 0x0b, "c.lh", 0x8460u | regs);
		step.in[8 + r] = 0xfffe07;
		expect(step_insn(&step, 0x8c20u | regs) == NO_TRAP && get(UART_MCR) == 0x07, "c.sh", 0x8c20u | regs);
	}
	report("c.lbu c.lhu c.lh c.sb c.sh");
}

/* Relative to sp. */
static void test_sp(void)
{
	for (unsigned r = 1; r < 32; r++) {
		uint32_t lwsp = 0x5012u | r << 7 | 0x0cu, swsp = 0xdf82u | r << 2; /* 0xe4(sp), 0xfc(sp) */

		step_fill(&step, r);
		set(UART_MCR, 0x0b);
		step.in[2] = uart + UART_MCR - 0xe4;
		expect(step_insn(&step, lwsp) == NO_TRAP && step.out[r] == 0x0b && step_changed(&step, r) == 0, "c.lwsp", lwsp);
		step.in[2] = uart + UART_MCR - 0xfc;
		if (r != 2)
			step.in[r] = 0xffffffff00000e05ul;
		expect(step_insn(&step, swsp) == NO_TRAP && (r == 2 || get(UART_MCR) == 0x05), "c.swsp", swsp);
		set(UART_LCR, 0x83);
		set(UART_DLL, 0x21);
		step.in[2] = uart - 0x1f8;
		expect(step_insn(&step, 0x707eu | r << 7) == NO_TRAP && step.out[r] == 0x21, "c.ldsp", 0x707eu | r << 7);
		if (r != 2)
			step.in[r] = 0xffffffff00000e01ul;
		expect(step_insn(&step, 0xff82u | r << 2) == NO_TRAP && (r == 2 || get(UART_DLL) == 0x01), "c.sdsp", 0xff82u | r << 2);
		set(UART_LCR, 0x03);
	}
	report("c.lwsp c.ldsp c.swsp c.sdsp of every register");
}

/* The UART has bytes; an APLIC's first register, domaincfg, is a word with bit 31 set. */
static void test_signs(void)
{
	static uint16_t code[16];
	unsigned long base = 0, size, word;

	if (!guest_on_bulkhead() || !dt_reg(dt_compatible(-1, "riscv,aplic"), 0, &base, &size)) {
		tap_skip("loads of a word with bit 31 set", "no APLIC of the hypervisor's");
		return;
	}
	step_fill(&step, 4);
	step.in[2] = step.in[10] = base;
	step_insn(&step, 0x00056583); /* lwu a1, 0(a0) */
	word = step.out[11];
	tap_equal((long)(word & ~0x104ul), 0x80000000l, "lwu extends by zeros");
	step_insn(&step, 0x00052583);
	tap_equal((long)step.out[11], (int32_t)word, "lw extends by the sign");
	step_insn(&step, 0x410c);
	tap_equal((long)step.out[11], (int32_t)word, "c.lw extends by the sign");
	step_insn(&step, 0x4582);
	tap_equal((long)step.out[11], (int32_t)word, "c.lwsp extends by the sign");
	if (!dt_has_isa("d"))
		return;
	step_compose(code, 0x00052587, 0xe20585d3, 0, 0); /* flw f11, 0(a0); fmv.x.d a1, f11 */
	step.in[0] = (unsigned long)code;
	step_run(&step);
	tap_equal((long)step.out[11], (long)(~0ul << 32 | word), "flw extends by ones");
}

void test_accesses(void)
{
	unsigned shift;

	uart = (unsigned long)console_uart(&shift);
	if (!uart || shift) {
		tap_skip("accesses to the UART", "no UART with byte registers");
		return;
	}
	test_loads();
	test_stores();
	test_compressed();
	test_zcb();
	test_sp();
	test_signs();
	test_fp_accesses(uart);
	console_init();
}
