/* SPDX-License-Identifier: Apache-2.0 */
/* Rules of HLV, HLVX and HSV, by which a hypervisor reaches guest memory (priv, "Hypervisor Virtual-Machine Load and Store"). */

#include "tests/hcheck.h"

#define HLV(funct7, rs2) ((uint32_t)(funct7) << 25 | (uint32_t)(rs2) << 20 | 0x54573u) /* hlv? a0, (a0) */
#define HSV(funct7)	 ((uint32_t)(funct7) << 25 | 0xb54073u)			     /* hsv? a1, (a0) */
#define HLV_D		 HLV(0x36, 0)
#define HLVX_HU		 HLV(0x32, 3)
#define HSV_D		 HSV(0x37)
#define LD		 0x00053283 /* ld t0, 0(a0) */
#define NUMBER		 0x1122334455667788ul

static volatile uint64_t *word(enum page page)
{
	return (volatile uint64_t *)world_page(page);
}

static void check_plain(void)
{
	unsigned long hole = world_page(HOLE) + 0x208;
	const unsigned long mask = HSTATUS_GVA | HSTATUS_SPV;

	*word(DATA) = NUMBER;
	world_run(HS, HLV_D, world_page(DATA), 0);
	rule_kept("hlv-reads", NEEDED, world.scause == DONE && world.x[10] == NUMBER, "cause %ld, %lx", (long)world.scause, world.x[10]);
	world_run(HS, HLVX_HU, world_page(DATA), 0);
	rule_kept("hlvx-reads", NEEDED, world.scause == DONE && world.x[10] == (NUMBER & 0xffff), "cause %ld, %lx",
		  (long)world.scause, world.x[10]);
	world_run(HS, HSV_D, world_page(DATA), ~NUMBER);
	rule_kept("hsv-writes", NEEDED, world.scause == DONE && *word(DATA) == ~NUMBER, "cause %ld, %lx", (long)world.scause, *word(DATA));
	world_run(HS, HLV_D, hole, 0);
	rule_kept("hlv-faults", NEEDED, world.scause == CAUSE_LOAD_GUEST_PAGE_FAULT && world.stval == hole &&
		  (world.hstatus & mask) == HSTATUS_GVA, "cause %ld, stval %lx wanted %lx, SPV, GVA are %lx", (long)world.scause,
		  world.stval, hole, world.hstatus & mask);
	rule("hlv-htval", OPTIONAL, world.htval == hole >> 2 ? KEPT : world.htval ? BROKEN : ABSENT, "%lx", world.htval);
	world_run(HS, HSV_D, hole, 0);
	rule_kept("hsv-faults", NEEDED, world.scause == CAUSE_STORE_GUEST_PAGE_FAULT && world.stval == hole, "cause %ld, stval %lx",
		  (long)world.scause, world.stval);
}

/* Every width, and what becomes of the bits above: all bytes have their sign bit set. */
static void check_widths(void)
{
	static const struct {
		const char *name;
		uint32_t insn;
		unsigned long wanted;
	} loads[] = {
		{"hlv-b", HLV(0x30, 0), 0xfffffffffffffff8ul},	 {"hlv-bu", HLV(0x30, 1), 0xf8},
		{"hlv-h", HLV(0x32, 0), 0xfffffffffffff7f8ul},	 {"hlv-hu", HLV(0x32, 1), 0xf7f8},
		{"hlv-w", HLV(0x34, 0), 0xfffffffff5f6f7f8ul},	 {"hlv-wu", HLV(0x34, 1), 0xf5f6f7f8},
		{"hlvx-hu", HLV(0x32, 3), 0xf7f8},		 {"hlvx-wu", HLV(0x34, 3), 0xf5f6f7f8},
		{"hlv-d", HLV(0x36, 0), 0xf1f2f3f4f5f6f7f8ul},
	}, stores[] = {
		{"hsv-b", HSV(0x31), 0xf1f2f3f4f5f6f708ul}, {"hsv-h", HSV(0x33), 0xf1f2f3f4f5f60708ul},
		{"hsv-w", HSV(0x35), 0xf1f2f3f405060708ul}, {"hsv-d", HSV(0x37), 0x0102030405060708ul},
	};

	for (size_t i = 0; i < ARRAY_SIZE(loads); i++) {
		*word(DATA) = 0xf1f2f3f4f5f6f7f8ul;
		world_run(HS, loads[i].insn, world_page(DATA), 0);
		rule_kept(loads[i].name, NEEDED, world.scause == DONE && world.x[10] == loads[i].wanted,
			  "cause %ld, %lx, wanted %lx", (long)world.scause, world.x[10], loads[i].wanted);
	}
	for (size_t i = 0; i < ARRAY_SIZE(stores); i++) {
		*word(DATA) = 0xf1f2f3f4f5f6f7f8ul;
		world_run(HS, stores[i].insn, world_page(DATA), 0x0102030405060708ul);
		rule_kept(stores[i].name, NEEDED, world.scause == DONE && *word(DATA) == stores[i].wanted,
			  "cause %ld, %lx, wanted %lx", (long)world.scause, *word(DATA), stores[i].wanted);
	}
}

#define EXECUTE_ONLY (PTE_V | PTE_X | PTE_A | PTE_D)

/*
 * SPVP says with whose rights: those of VS- or of VU-mode. HLVX faults as a load does. HS-mode's own SUM means nothing here, its MXR
 * goes for both stages, and the guest's MXR for the VS-stage.
 */
static void check_rights(void)
{
	static const struct {
		const char *name;
		unsigned long flags, spvp, cause;
		uint32_t insn;
		int needed;
		unsigned long vsstatus, sstatus;
	} rows[] = {
		{"hlv-spvp-of-supervisor", PTE_ALL & ~PTE_U, HSTATUS_SPVP, DONE, HLV_D, NEEDED, 0, 0},
		{"hlv-spvp-of-user", PTE_ALL, 0, DONE, HLV_D, NEEDED, 0, 0},
		{"hlv-supervisor-on-user-page", PTE_ALL, HSTATUS_SPVP, CAUSE_LOAD_PAGE_FAULT, HLV_D, NEEDED, 0, 0},
		{"hsv-supervisor-on-user-page", PTE_ALL, HSTATUS_SPVP, CAUSE_STORE_PAGE_FAULT, HSV_D, NEEDED, 0, 0},
		{"hlv-user-on-supervisor-page", PTE_ALL & ~PTE_U, 0, CAUSE_LOAD_PAGE_FAULT, HLV_D, NEEDED, 0, 0},
		{"hsv-user-on-supervisor-page", PTE_ALL & ~PTE_U, 0, CAUSE_STORE_PAGE_FAULT, HSV_D, NEEDED, 0, 0},
		{"hlv-sum", PTE_ALL, HSTATUS_SPVP, DONE, HLV_D, OPTIONAL, SSTATUS_SUM, 0},
		{"hsv-sum", PTE_ALL, HSTATUS_SPVP, DONE, HSV_D, OPTIONAL, SSTATUS_SUM, 0},
		{"hlv-sum-of-hs-mode", PTE_ALL, HSTATUS_SPVP, CAUSE_LOAD_PAGE_FAULT, HLV_D, OPTIONAL, 0, SSTATUS_SUM},
		{"hsv-sum-of-hs-mode", PTE_ALL, HSTATUS_SPVP, CAUSE_STORE_PAGE_FAULT, HSV_D, OPTIONAL, 0, SSTATUS_SUM},
		{"hsv-read-only", PTE_V | PTE_R | PTE_A | PTE_D, HSTATUS_SPVP, CAUSE_STORE_PAGE_FAULT, HSV_D, NEEDED, 0, 0},
		{"hlv-execute-only", EXECUTE_ONLY, HSTATUS_SPVP, CAUSE_LOAD_PAGE_FAULT, HLV_D, NEEDED, 0, 0},
		{"hlv-execute-only-mxr", EXECUTE_ONLY, HSTATUS_SPVP, DONE, HLV_D, OPTIONAL, SSTATUS_MXR, 0},
		{"hlv-execute-only-mxr-of-hs-mode", EXECUTE_ONLY, HSTATUS_SPVP, DONE, HLV_D, OPTIONAL, 0, SSTATUS_MXR},
		{"hlvx-execute-only", EXECUTE_ONLY, HSTATUS_SPVP, DONE, HLVX_HU, NEEDED, 0, 0},
		{"hlvx-not-executable", PTE_V | PTE_R | PTE_W | PTE_A | PTE_D, HSTATUS_SPVP, CAUSE_LOAD_PAGE_FAULT, HLVX_HU,
		 OPTIONAL, 0, 0},
	};
	unsigned long vsstatus = hcsr_read(CSR_VSSTATUS);

	world_vs_stage(1);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		world_map_vs(DATA, DATA, rows[i].flags);
		world_hstatus = rows[i].spvp;
		hcsr_write(CSR_VSSTATUS, vsstatus | rows[i].vsstatus);
		world_sstatus = rows[i].sstatus;
		world_run(HS, rows[i].insn, world_va(DATA), 0);
		csr_clear(sstatus, rows[i].sstatus);
		rule_kept(rows[i].name, rows[i].needed, world.scause == rows[i].cause, "cause %ld, wanted %lu", (long)world.scause, rows[i].cause);
	}
	hcsr_write(CSR_VSSTATUS, vsstatus);
	world_sstatus = 0;
	world_hstatus = 0;
	world_vs_stage(0);
}

/* The G-stage's own rights, for HS-mode's accesses and for the guest's. */
static void check_gstage_rights(void)
{
	static const struct {
		const char *name;
		unsigned long flags;
		enum mode mode;
		uint32_t insn;
		unsigned long vsstatus, sstatus, cause;
		int needed;
	} rows[] = {
		{"hlvx-execute-only-gstage", EXECUTE_ONLY, HS, HLVX_HU, 0, 0, DONE, OPTIONAL},
		{"hlv-execute-only-gstage", EXECUTE_ONLY, HS, HLV_D, 0, 0, CAUSE_LOAD_GUEST_PAGE_FAULT, OPTIONAL},
		{"hlv-execute-only-gstage-mxr", EXECUTE_ONLY, HS, HLV_D, SSTATUS_MXR, 0, CAUSE_LOAD_GUEST_PAGE_FAULT, OPTIONAL},
		{"hlv-execute-only-gstage-mxr-of-hs-mode", EXECUTE_ONLY, HS, HLV_D, 0, SSTATUS_MXR, DONE, OPTIONAL},
		{"load-execute-only-gstage", EXECUTE_ONLY, VS, LD, 0, 0, CAUSE_LOAD_GUEST_PAGE_FAULT, NEEDED},
		{"load-execute-only-gstage-mxr", EXECUTE_ONLY, VS, LD, SSTATUS_MXR, 0, CAUSE_LOAD_GUEST_PAGE_FAULT, NEEDED},
		{"load-execute-only-gstage-mxr-of-hs-mode", EXECUTE_ONLY, VS, LD, 0, SSTATUS_MXR, DONE, OPTIONAL},
		{"hlvx-not-executable-gstage", PTE_ALL & ~(PTE_X | PTE_U), HS, HLVX_HU, 0, 0, CAUSE_LOAD_GUEST_PAGE_FAULT,
		 OPTIONAL},
		{"hsv-read-only-gstage", PTE_ALL & ~(PTE_W | PTE_U), HS, HSV_D, 0, 0, CAUSE_STORE_GUEST_PAGE_FAULT, NEEDED},
	};
	unsigned long vsstatus = hcsr_read(CSR_VSSTATUS);

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		*word(DATA) = NUMBER;
		world_map_gstage(DATA, DATA, rows[i].flags | PTE_U);
		hcsr_write(CSR_VSSTATUS, vsstatus | rows[i].vsstatus);
		world_sstatus = rows[i].sstatus;
		world_run(rows[i].mode, rows[i].insn, world_page(DATA), ~NUMBER);
		csr_clear(sstatus, rows[i].sstatus);
		rule_kept(rows[i].name, rows[i].needed, world.scause == rows[i].cause && *word(DATA) == NUMBER,
			  "cause %ld, wanted %lu%s", (long)world.scause, rows[i].cause, *word(DATA) == NUMBER ? "" : ", written");
	}
	hcsr_write(CSR_VSSTATUS, vsstatus);
	world_sstatus = 0;
	world_map_gstage(DATA, DATA, PTE_ALL);
}

void check_guest_memory(void)
{
	check_plain();
	check_widths();
	check_rights();
	check_gstage_rights();
}
