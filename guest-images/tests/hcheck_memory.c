/* SPDX-License-Identifier: Apache-2.0 */
/* Rules of HLV, HLVX and HSV, by which a hypervisor reaches guest memory, and of the fences. */

#include "tests/hcheck.h"

#define HLV_D	0x6c054573 /* hlv.d a0, (a0) */
#define HLVX_HU 0x64354573 /* hlvx.hu a0, (a0) */
#define HSV_D	0x6eb54073 /* hsv.d a1, (a0) */
#define NUMBER	0x1122334455667788ul

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

/* SPVP says with whose rights: those of VS- or of VU-mode. HLVX faults as a load does (priv, "Hypervisor Virtual-Machine Load and Store"). */
static void check_rights(void)
{
	static const struct {
		const char *name;
		unsigned long flags, spvp, cause;
		uint32_t insn;
		int needed;
	} rows[] = {
		{"hlv-spvp-of-supervisor", PTE_ALL & ~PTE_U, HSTATUS_SPVP, DONE, HLV_D, NEEDED},
		{"hlv-spvp-of-user", PTE_ALL, 0, DONE, HLV_D, NEEDED},
		{"hlv-supervisor-on-user-page", PTE_ALL, HSTATUS_SPVP, CAUSE_LOAD_PAGE_FAULT, HLV_D, NEEDED},
		{"hlv-user-on-supervisor-page", PTE_ALL & ~PTE_U, 0, CAUSE_LOAD_PAGE_FAULT, HLV_D, NEEDED},
		{"hsv-user-on-supervisor-page", PTE_ALL & ~PTE_U, 0, CAUSE_STORE_PAGE_FAULT, HSV_D, NEEDED},
		{"hlv-execute-only", PTE_V | PTE_X | PTE_A | PTE_D, HSTATUS_SPVP, CAUSE_LOAD_PAGE_FAULT, HLV_D, NEEDED},
		{"hlvx-execute-only", PTE_V | PTE_X | PTE_A | PTE_D, HSTATUS_SPVP, DONE, HLVX_HU, NEEDED},
		{"hlvx-not-executable", PTE_V | PTE_R | PTE_W | PTE_A | PTE_D, HSTATUS_SPVP, CAUSE_LOAD_PAGE_FAULT, HLVX_HU, OPTIONAL},
	};

	world_vs_stage(1);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		world_map_vs(DATA, DATA, rows[i].flags);
		world_hstatus = rows[i].spvp;
		world_run(HS, rows[i].insn, world_va(DATA), 0);
		rule_kept(rows[i].name, rows[i].needed, world.scause == rows[i].cause, "cause %ld, wanted %lu", (long)world.scause, rows[i].cause);
	}
	world_hstatus = 0;
	world_vs_stage(0);
}

/* The G-stage's own rights. */
static void check_gstage_rights(void)
{
	world_map_gstage(DATA, DATA, PTE_V | PTE_X | PTE_U | PTE_A | PTE_D);
	world_run(HS, HLVX_HU, world_page(DATA), 0);
	rule_kept("hlvx-execute-only-gstage", OPTIONAL, world.scause == DONE, "cause %ld", (long)world.scause);
	world_run(HS, HLV_D, world_page(DATA), 0);
	rule_kept("hlv-execute-only-gstage", OPTIONAL, world.scause == CAUSE_LOAD_GUEST_PAGE_FAULT, "cause %ld", (long)world.scause);
	world_map_gstage(DATA, DATA, PTE_ALL & ~PTE_X);
	world_run(HS, HLVX_HU, world_page(DATA), 0);
	rule_kept("hlvx-not-executable-gstage", OPTIONAL, world.scause == CAUSE_LOAD_GUEST_PAGE_FAULT, "cause %ld", (long)world.scause);
	world_map_gstage(DATA, DATA, PTE_ALL);
}

/* After a fence the new mapping counts. */
static void check_fences(void)
{
	*word(DATA) = 1;
	*word(OTHER) = 2;
	world_run(VS, 0x00053503, world_page(DATA), 0); /* ld a0, 0(a0) */
	world_map_gstage(DATA, OTHER, PTE_ALL);
	world_run(VS, 0x00053503, world_page(DATA), 0);
	rule_kept("hfence-gvma", NEEDED, world.scause == DONE && world.x[10] == 2, "cause %ld, page %ld", (long)world.scause,
		  (long)world.x[10]);
	world_map_gstage(DATA, DATA, PTE_ALL);
	world_vs_stage(1);
	world_map_vs(DATA, DATA, PTE_ALL & ~PTE_U);
	world_run(VS, 0x00053503, world_va(DATA), 0);
	world_map_vs(DATA, OTHER, PTE_ALL & ~PTE_U);
	world_run(VS, 0x00053503, world_va(DATA), 0);
	rule_kept("hfence-vvma", NEEDED, world.scause == DONE && world.x[10] == 2, "cause %ld, page %ld", (long)world.scause,
		  (long)world.x[10]);
	world_vs_stage(0);
}

void check_guest_memory(void)
{
	check_plain();
	check_rights();
	check_gstage_rights();
	check_fences();
}
