/* SPDX-License-Identifier: Apache-2.0 */
/* Trap tests: loads and stores of f registers at the UART: widths, NaN boxes, every register, and what becomes of sstatus.FS. */

#include "tests/step.h"
#include "traps_test.h"

#define UART_DLL     0
#define UART_LCR     3
#define UART_MCR 4

#define FS_OFF	 0x0000ul
#define FS_CLEAN 0x4000ul
#define FS_DIRTY 0x6000ul
#define FS_SD	 (1ul << 63)

#define FMV_D_X(f, x) (0xf2000053u | (uint32_t)(f) << 7 | (uint32_t)(x) << 15)
#define FMV_X_D(x, f) (0xe2000053u | (uint32_t)(x) << 7 | (uint32_t)(f) << 15)

static const struct {
	const char *name, *needs;
	uint32_t load, store;	 /* with x10 or sp as the base, offset 0, register 0 */
	unsigned load_reg, store_reg; /* where the register's number stands */
	unsigned width;
	int is_short;	 /* only f8 to f15 */
} forms[] = {
	{"flh fsh", "zfhmin", 0x00051007, 0x00051027, 7, 20, 2, 0},
	{"flw fsw", "f", 0x00052007, 0x00052027, 7, 20, 4, 0},
	{"fld fsd", "d", 0x00053007, 0x00053027, 7, 20, 8, 0},
	{"c.fld c.fsd", "d", 0x2100, 0xa100, 2, 2, 8, 1},
	{"c.fldsp c.fsdsp", "d", 0x2002, 0xa002, 7, 2, 8, 0},
};

static struct step step;
static volatile uint8_t *uart;
static uint16_t code[16] __attribute__((aligned(64)));


static int run(uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
	unsigned long end = step_compose(code, a, b, c, d);

	step.in[0] = (unsigned long)code;
	step_run(&step);
	return step.cause == CAUSE_BREAKPOINT && step.out[0] == end;
}

/* Loads into fN while fM keeps its value, then stores fN. */
static unsigned failures_of(size_t form, unsigned n)
{
	unsigned short_n = forms[form].is_short ? 8 + n % 8 : n, m = (short_n + 1) % 32;
	unsigned width = forms[form].width, field = forms[form].is_short ? short_n - 8 : short_n;
	uint32_t load = forms[form].load | field << forms[form].load_reg, store = forms[form].store | field << forms[form].store_reg;
	unsigned long at = (unsigned long)uart + (width == 8 ? UART_DLL : UART_MCR);
	unsigned long box = width == 8 ? 0 : ~0ul << 8 * width, byte = 0x09;
	unsigned failures = 0;

	step_fill(&step, n);
	step.in[10] = step.in[2] = at;
	*(volatile uint8_t *)at = (uint8_t)byte;
	failures += !run(FMV_D_X(m, 11), load, FMV_X_D(12, short_n), FMV_X_D(13, m));
	failures += step.out[12] != (box | byte) || step.out[13] != step.in[11];
	step.in[11] = 0x1122334455667706ul;
	failures += !run(FMV_D_X(short_n, 11), store, FMV_X_D(12, short_n), 0);
	failures += *(volatile uint8_t *)at != 0x06 || step.out[12] != step.in[11];
	if (failures)
		print("# %s: f%u: cause %ld tval %lx, f%u %lx\n", forms[form].name, short_n, (long)step.cause, step.tval,
		      short_n, step.out[12]);
	return failures;
}

static void test_forms(void)
{
	for (size_t form = 0; form < ARRAY_SIZE(forms); form++) {
		unsigned failures = 0;

		if (!dt_has_isa(forms[form].needs)) {
			tap_skip(forms[form].name, forms[form].needs);
			continue;
		}
		uart[UART_LCR] = forms[form].width == 8 ? 0x83 : 0x03;
		for (unsigned n = 0; n < 32; n++)
			failures += failures_of(form, n);
		uart[UART_LCR] = 0x03;
		tap_equal(failures, 0, forms[form].name);
	}
}

/* priv, "Extension Context Status in mstatus Register": a load dirties the state, a store does not, off is illegal. */
static void test_status(void)
{
	uint32_t flw = 0x00052507, fsw = 0x00a52027; /* f10, 0(a0) */

	step_fill(&step, 1);
	step.in[10] = (unsigned long)uart + UART_MCR;
	step.entry = SSTATUS_SPP | FS_CLEAN;
	tap_equal((long)step_insn(&step, fsw), (long)NO_TRAP, "fsw with FS clean");
	tap_equal((long)(step.status & SSTATUS_FS), (long)FS_CLEAN, "leaves FS clean");
	tap_equal((long)step_insn(&step, flw), (long)NO_TRAP, "flw with FS clean");
	tap_equal((long)(step.status & (FS_SD | SSTATUS_FS)), (long)(FS_SD | FS_DIRTY), "makes FS dirty");
	step.entry = SSTATUS_SPP | FS_OFF;
	tap_equal((long)step_insn(&step, flw), CAUSE_ILLEGAL_INSTRUCTION, "flw with FS off is illegal");
	tap_equal((long)step_insn(&step, fsw), CAUSE_ILLEGAL_INSTRUCTION, "fsw with FS off is illegal");
	tap_equal((long)step_changed(&step, 0), 0, "and no register changes");
	uart[UART_MCR] = 0x0b;
}

void test_fp_accesses(unsigned long uart_base)
{
	if (!dt_has_isa("d")) {
		tap_skip("accesses of f registers", "no D");
		return;
	}
	uart = (volatile uint8_t *)uart_base;
	test_forms();
	test_status();
}
