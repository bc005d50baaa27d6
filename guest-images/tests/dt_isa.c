/* SPDX-License-Identifier: Apache-2.0 */
/* Device tree tests: each ISA extension that the tree shows works, by one of its instructions or its CSR; each name is known here. */

#include "tests/dt_test.h"
#include "tests/fpv.h"
#include "tests/step.h"

#define VSETIVLI(vtype) (0xc0027057u | (uint32_t)(vtype) << 20) /* vl = 4 */
#define E16 VSETIVLI(0xc8)
#define E32 VSETIVLI(0xd0)
#define E32M2 0xcd147057u /* two registers, vl = 8: what SM3 works on */
#define E64 VSETIVLI(0xd9) /* two registers each: 4 elements fit in VLEN 128 */
#define OPV(funct6, vs2, vs1, funct3) ((funct6) << 26 | 1u << 25 | (vs2) << 20 | (vs1) << 15 | (funct3) << 12 | 2u << 7 | 0x57)
#define OPVE(funct6, vs2, vs1) (OPV(funct6, vs2, vs1, 2u) | 0x20)

#define HINT 0x00000013u /* no instruction of its own: nop */

/* a0 points to 64 bytes of memory. */
static const struct {
	const char *name;
	uint32_t before, insn;
} rows[] = {
	{"i", 0, 0x00000013}, {"m", 0, 0x02c58533}, {"a", 0, 0x005522af}, {"f", 0, 0x0020f053}, {"d", 0, 0x0220f053},
	{"c", 0, 0x0001}, {"b", 0, 0x20c5a533}, {"v", E32, OPV(0u, 4u, 6u, 0u)},
	{"zic64b", 0, HINT}, {"zicbom", 0, 0x0015200f}, {"zicbop", 0, 0x00156013}, {"zicboz", 0, 0x0045200f},
	{"ziccamoa", 0, 0x005522af}, {"ziccamoc", 0, 0x285522af}, {"ziccif", 0, HINT}, {"zicclsm", 0, 0x00153283},
	{"ziccrse", 0, 0x100522af}, {"zicntr", 0, 0xc0202573}, {"zicond", 0, 0x0ec5d533}, {"zicsr", 0, 0x10002573},
	{"zifencei", 0, 0x0000100f}, {"zihintntl", 0, 0x00200033}, {"zihintpause", 0, 0x0100000f}, {"zihpm", 0, 0xc0302573}, {"zimop", 0, 0x81c5c573},
	{"zicfilp", 0, 0x00000017}, {"zicfiss", 0, HINT}, /* off, until SBI FWFT switches them on */
	{"zmmul", 0, 0x02c58533}, {"za64rs", 0, HINT}, {"za128rs", 0, HINT}, {"zaamo", 0, 0x005522af}, {"zabha", 0, 0x005502af},
	{"zacas", 0, 0x285522af}, {"zalasr", 0, 0x340532af}, {"zalrsc", 0, 0x100522af}, {"zama16b", 0, HINT}, {"zawrs", 0, 0x01d00073},
	{"zfa", 0, 0xf0100053}, {"zfbfmin", 0, 0x4480f053}, {"zfh", 0, 0x0420f053}, {"zfhmin", 0, 0x40208053},
	{"zca", 0, 0x0001}, {"zcb", 0, 0x9d61}, {"zcd", 0, 0x2108}, {"zcmop", 0, 0x6081}, {"zcmp", 0, 0xac66},
	{"zba", 0, 0x20c5a533}, {"zbb", 0, 0x40c5f533}, {"zbc", 0, 0x0ac5a533}, {"zbkb", 0, 0x08c5c533}, {"zbkc", 0, 0x0ac59533},
	{"zbkx", 0, 0x28c5c533}, {"zbs", 0, 0x28c59533}, {"zkn", 0, 0x32c58533}, {"zknd", 0, 0x3ac58533},
	{"zkne", 0, 0x32c58533}, {"zknh", 0, 0x10259513}, {"zks", 0, 0x30c58533}, {"zksed", 0, 0x30c58533},
	{"zksh", 0, 0x10859513}, {"zkt", 0, HINT}, {"ztso", 0, HINT},
	{"zvbb", E32, OPV(18u, 4u, 10u, 2u)}, {"zvbc", E64, OPV(12u, 4u, 6u, 2u)}, {"zve32f", E32, OPV(0u, 4u, 6u, 1u)},
	{"zve32x", E32, OPV(0u, 4u, 6u, 0u)}, {"zve64d", E64, OPV(0u, 4u, 6u, 1u)}, {"zve64f", E32, OPV(0u, 4u, 6u, 1u)},
	{"zve64x", E64, OPV(0u, 4u, 6u, 0u)}, {"zvfbfmin", E16, OPV(18u, 4u, 29u, 1u)}, {"zvfbfwma", E16, OPV(59u, 4u, 6u, 1u)},
	{"zvfh", E16, OPV(0u, 4u, 6u, 1u)}, {"zvfhmin", E16, OPV(18u, 4u, 12u, 1u)}, {"zvkb", E32, OPV(1u, 4u, 6u, 0u)},
	{"zvkg", E32, OPVE(44u, 4u, 6u)}, {"zvkn", E32, OPVE(40u, 4u, 3u)}, {"zvknc", E64, OPV(12u, 4u, 6u, 2u)},
	{"zvkned", E32, OPVE(40u, 4u, 3u)}, {"zvkng", E32, OPVE(44u, 4u, 6u)}, {"zvknha", E32, OPVE(45u, 4u, 6u)},
	{"zvknhb", E64, OPVE(45u, 4u, 6u)}, {"zvks", E32M2, OPVE(32u, 4u, 6u)}, {"zvksc", E64, OPV(12u, 4u, 6u, 2u)},
	{"zvksed", E32, OPVE(33u, 4u, 1u)}, {"zvksg", E32, OPVE(44u, 4u, 6u)}, {"zvksh", E32M2, OPVE(32u, 4u, 6u)},
	{"zvkt", 0, HINT}, {"zvl32b", 0, HINT}, {"zvl64b", 0, HINT}, {"zvl128b", 0, HINT}, {"zvl256b", 0, HINT},
	{"zvl512b", 0, HINT}, {"zvl1024b", 0, HINT},
	{"ssaia", 0, 0xdb002573}, {"ssccptr", 0, HINT}, {"sscounterenw", 0, HINT}, {"sstc", 0, 0x14d02573}, {"sstvala", 0, HINT}, {"sstvecd", 0, HINT},
	{"ssu64xl", 0, HINT}, {"sscofpmf", 0, 0xda002573}, {"ssdbltrp", 0, HINT}, {"ssnpm", 0, HINT}, {"svade", 0, HINT}, {"svadu", 0, HINT}, {"svinval", 0, 0x16b50073}, {"svnapot", 0, HINT},
	{"svpbmt", 0, HINT}, {"svvptc", 0, HINT},
};

/*
 * S-mode CSRs of extensions: each is there when one of its names is shown, and not otherwise. scountovf is missing: no hypervisor
 * can take it from a guest, and QEMU shows the machine's bits in it whatever hcounteren says.
 */
static const struct {
	uint16_t csr;
	const char *names[2];
	enum {
		MAY_BE_OFF = 1,	    /* there, but not before something else is on; or optional (scontext) */
		MAY_BE_UNSHOWN = 2, /* a guest can be kept from it on cores with Smstateen only, which boot argument smstateen says this is */
	} flags;
} csrs[] = {
	{0x011, {"zicfiss"}, MAY_BE_OFF}, {0x017, {"zcmt"}, 0}, {0x10c, {"ssstateen", "smstateen"}, 0}, {0x10f, {"ssstateen", "smstateen"}, 0},
	{0x120, {"smcdeleg", "ssccfg"}, 0}, {0x14d, {"sstc"}, 0}, {0x14e, {"ssctr", "smctr"}, MAY_BE_UNSHOWN}, {0x14f, {"ssctr", "smctr"}, MAY_BE_UNSHOWN},
	{0x150, {"ssaia", "sscsrind"}, MAY_BE_UNSHOWN}, {0x151, {"ssaia", "sscsrind"}, MAY_BE_OFF | MAY_BE_UNSHOWN}, {0x15c, {"ssaia"}, MAY_BE_OFF}, {0xdb0, {"ssaia"}, MAY_BE_UNSHOWN},
	{0x181, {"ssqosid"}, 0}, {0x5a8, {"sdtrig"}, MAY_BE_OFF | MAY_BE_UNSHOWN}, {0x008, {"v", "zve32x"}, 0}, {0xc22, {"v", "zve32x"}, 0},
	{0x003, {"f"}, 0}, {0xc00, {"zicntr"}, 0}, {0xc02, {"zicntr"}, 0},
};

static uint8_t memory[64] __attribute__((aligned(64)));
static struct step step;

static unsigned long execute(uint32_t before, uint32_t insn)
{
	static uint16_t code[16];
	unsigned long end = step_compose(code, before, insn, 0, 0);

	step_fill(&step, 1);
	step.entry |= dt_has_isa("v") || dt_has_isa("zve32x") ? SSTATUS_VS : 0;
	step.in[0] = (unsigned long)code;
	step.in[10] = (unsigned long)memory;
	step_run(&step);
	return step.cause == CAUSE_BREAKPOINT && step.out[0] == end ? NO_TRAP : step.cause;
}

static unsigned row_of(const char *name)
{
	unsigned i = 0;

	while (i < ARRAY_SIZE(rows) && strcmp(rows[i].name, name))
		i++;
	return i;
}

/* On bare firmware the tree shows what is M-mode's or the hypervisor's as well. */
static void test_extension(const char *name)
{
	unsigned i = row_of(name);
	char line[64] = "works: ";

	if (i == ARRAY_SIZE(rows)) {
		print("# no test knows %s\n", name);
		tap_check(!guest_on_bulkhead(), "a guest is told of extensions that this test knows only");
		return;
	}
	strncat(line, name, sizeof(line) - strlen(line) - 1);
	tap_equal((long)execute(rows[i].before, rows[i].insn), (long)NO_TRAP, line);
}

static void test_csrs(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(csrs); i++) {
		int shown = 0, flags = csrs[i].flags & ~(guest_has_arg("smstateen") ? MAY_BE_UNSHOWN : 0);
		unsigned long cause = execute(0, (uint32_t)csrs[i].csr << 20 | 0x2573);

		for (size_t n = 0; n < 2 && csrs[i].names[n]; n++)
			shown |= dt_has_isa(csrs[i].names[n]);
		/* A bare machine's tree need not name all that hardware has. */
		if (shown ? flags & MAY_BE_OFF : !guest_on_bulkhead() || (flags & MAY_BE_UNSHOWN && cause == NO_TRAP))
			continue;
		print("# CSR 0x%x\n", csrs[i].csr);
		tap_equal((long)cause, shown ? (long)NO_TRAP : CAUSE_ILLEGAL_INSTRUCTION, "the CSR is there with its extension only");
	}
}

/* What is a promise rather than an instruction. */
static void test_promises(void)
{
	unsigned long vlen = 0;
	char name[16];

	csr_set(sstatus, SSTATUS_VS);
	vlen = dt_has_isa("v") ? 8 * FPV_READ(CSR_VLENB) : 0;
	csr_clear(sstatus, SSTATUS_VS);
	for (unsigned long bits = 32; bits <= 1024; bits *= 2) {
		name[0] = '\0';
		strcat(name, bits == 32 ? "zvl32b" : bits == 64 ? "zvl64b" : bits == 128 ? "zvl128b" : bits == 256 ? "zvl256b" :
				       bits == 512 ? "zvl512b" : "zvl1024b");
		if (dt_has_isa(name))
			tap_check(vlen >= bits, name);
	}
	if (dt_has_isa("ssu64xl"))
		tap_equal(csr_read(sstatus) >> 32 & 3, 2, "ssu64xl: UXL is 64");
	if (dt_has_isa("sscounterenw")) {
		unsigned long before = csr_read(scounteren);

		csr_write(scounteren, 0);
		tap_equal((long)csr_read(scounteren), 0, "sscounterenw: bits clear");
		csr_write(scounteren, 7);
		tap_equal((long)csr_read(scounteren), 7, "and set");
		csr_write(scounteren, before);
	}
	if (dt_has_isa("zic64b"))
		tap_check(dt_u32(dt_path("/cpus/cpu"), "riscv,cbom-block-size", 64) == 64 &&
			  dt_u32(dt_path("/cpus/cpu"), "riscv,cboz-block-size", 64) == 64, "zic64b: blocks of 64 bytes");
}

void test_isa(void)
{
	int size = 0;
	const char *list = dt_prop(dt_path("/cpus/cpu"), "riscv,isa-extensions", &size);

	for (int at = 0; list && at < size; at += (int)strlen(list + at) + 1)
		test_extension(list + at);
	test_csrs();
	test_promises();
}
