/* SPDX-License-Identifier: Apache-2.0 */
/* Rules of guest-page faults: cause, stval, htval, htinst and hstatus by where and why they are (priv, "Traps"). */

#include "tests/hcheck.h"

#define LD    0x00053283 /* ld t0, 0(a0) */
#define SD    0x00553023 /* sd t0, 0(a0) */
#define HLV_D 0x6c054573 /* hlv.d a0, (a0) */
#define HSV_D 0x6eb54073 /* hsv.d a1, (a0) */

const char *name_of(const char *what, const char *which)
{
	static char names[2][48]; /* one may be a part of the other */
	static unsigned turn;
	char *name = names[turn++ % 2];

	strcpy(name, what);
	strcat(name, which);
	return name;
}

/* htval may be 0 by the specification; the hypervisor cannot do without it. */
void check_htval(const char *access, unsigned long gpa)
{
	rule(name_of("htval-", access), NEEDED, world.htval == gpa >> 2 ? KEPT : world.htval ? BROKEN : ABSENT,
	     "%lx for guest physical address %lx", world.htval, gpa);
}

void check_fault(const char *access, int needed, unsigned long cause, unsigned long stval, unsigned long sepc)
{
	const unsigned long wanted = HSTATUS_GVA | HSTATUS_SPV | HSTATUS_SPVP;

	rule_kept(name_of("fault-", access), needed,
		  world.scause == cause && world.stval == stval && world.x[0] == sepc && (world.hstatus & wanted) == wanted,
		  "cause %ld wanted %lu, stval %lx wanted %lx, sepc %s, hstatus %lx", (long)world.scause, cause, world.stval, stval,
		  world.x[0] == sepc ? "right" : "wrong", world.hstatus & wanted);
}

static void check_fetch(void)
{
	unsigned long address = world_page(HOLE) + 0x40;

	world_call(VS, address, 0, 0);
	check_fault("fetch", NEEDED, CAUSE_FETCH_GUEST_PAGE_FAULT, address, address);
	check_htval("fetch", address);
	rule_kept("htinst-fetch", OPTIONAL, !world.htinst, "%lx, wanted 0", world.htinst);
}

/* Half of it lies in the hole: which half faulted is in stval and htval, or the hart splits no access at all. */
static void check_split(void)
{
	unsigned long hole = world_page(HOLE), end = hole + GUEST_PAGE_SIZE;
	unsigned long cause = world_run(VS, LD, end - 4, 0);

	if (cause == CAUSE_LOAD_MISALIGNED) {
		rule("fault-split-load", OPTIONAL, ABSENT, "misaligned loads trap");
		return;
	}
	/* The hole comes before DATA: the first half faults, and both are told of the address of the access. */
	rule_kept("fault-split-load", NEEDED, cause == CAUSE_LOAD_GUEST_PAGE_FAULT && world.stval == end - 4 &&
		  (world.htval == (end - 4) >> 2 || !world.htval), "cause %ld, stval %lx htval %lx for %lx", (long)cause,
		  world.stval, world.htval, end - 4);
}

/* A page table in the hole: stval is the access's address, htval that of the table's entry, htinst says which kind. */
static void check_walk(void)
{
	unsigned long address = world_va_beyond();
	unsigned long entry = world_page(HOLE) + (address >> 21 & 511) * 8;
	unsigned long cause;

	world_vs_stage(1);
	cause = world_run(VS, LD, address, 0);
	check_fault("walk", NEEDED, CAUSE_LOAD_GUEST_PAGE_FAULT, address, world_code());
	check_htval("walk", entry);
	/* 0 is not allowed here when htval is written. */
	rule("htinst-walk", OPTIONAL, world.htinst == 0x3000 ? KEPT : world.htinst || world.htval ? BROKEN : ABSENT,
	     "%lx, wanted 3000 (cause %ld)", world.htinst, (long)cause);
	world_run(VS, SD, address, 0);
	check_fault("walk-of-a-store", NEEDED, CAUSE_STORE_GUEST_PAGE_FAULT, address, world_code());
	world_call(VS, address & ~1ul, 0, 0);
	check_fault("walk-of-a-fetch", NEEDED, CAUSE_FETCH_GUEST_PAGE_FAULT, address & ~1ul, address & ~1ul);
	world_vs_stage(0);
}

/* Under VS-stage translation stval is the virtual address, htval the guest physical one. */
static void check_translated(void)
{
	world_vs_stage(1);
	world_map_vs(DATA, HOLE, PTE_ALL & ~PTE_U);
	world_run(VS, LD, world_va(DATA) + 0x128, 0);
	check_fault("translated", NEEDED, CAUSE_LOAD_GUEST_PAGE_FAULT, world_va(DATA) + 0x128, world_code());
	check_htval("translated", world_page(HOLE) + 0x128);
	world_vs_stage(0);
}

/* What the G-stage does not allow is a guest-page fault, too. */
static void check_permissions(void)
{
	unsigned long address = world_page(DATA) + 8;

	world_map_gstage(DATA, DATA, PTE_V | PTE_R | PTE_X | PTE_U | PTE_A | PTE_D);
	world_run(VS, SD, address, 0);
	check_fault("store-to-read-only", NEEDED, CAUSE_STORE_GUEST_PAGE_FAULT, address, world_code());
	world_map_gstage(DATA, DATA, PTE_ALL & ~PTE_X);
	world_call(VS, address, 0, 0);
	check_fault("fetch-of-data", NEEDED, CAUSE_FETCH_GUEST_PAGE_FAULT, address, address);
	world_map_gstage(DATA, DATA, PTE_ALL & ~PTE_U);
	world_run(VS, LD, address, 0);
	check_fault("load-without-u", NEEDED, CAUSE_LOAD_GUEST_PAGE_FAULT, address, world_code());
	world_map_gstage(DATA, DATA, PTE_ALL);
}

/* Where stval and sepc need not hold the address that was used. */
static void check_cause(const char *what, const char *which, unsigned long cause)
{
	rule_kept(name_of(what, which), NEEDED, world.scause == cause, "cause %ld, wanted %lu", (long)world.scause, cause);
}

/* Sv39x4 has 41 bits: an address beyond is nobody's, even where its lower bits are those of a page. */
static void check_beyond(void)
{
	static const struct {
		const char *bits;
		unsigned bit;
	} rows[] = {{"beyond-41-bits", 41}, {"beyond-55-bits", 55}, {"beyond-63-bits", 63}};
	unsigned long address;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		address = (world_page(DATA) + 0x18) | 1ul << rows[i].bit;
		world_run(VS, LD, address, 0);
		check_cause("load-", rows[i].bits, CAUSE_LOAD_GUEST_PAGE_FAULT);
		world_run(VS, SD, address, 0);
		check_cause("store-", rows[i].bits, CAUSE_STORE_GUEST_PAGE_FAULT);
		world_call(VS, address, 0, 0);
		check_cause("fetch-", rows[i].bits, CAUSE_FETCH_GUEST_PAGE_FAULT);
		world_run(HS, HLV_D, address, 0);
		check_cause("hlv-", rows[i].bits, CAUSE_LOAD_GUEST_PAGE_FAULT);
		world_run(HS, HSV_D, address, 0);
		check_cause("hsv-", rows[i].bits, CAUSE_STORE_GUEST_PAGE_FAULT);
	}
	/* A guest's own table can name an address of 56 bits. */
	address = world_page(DATA) | 1ul << 41;
	world_vs_stage(1);
	world_set_vs(0, DATA, address, PTE_ALL & ~PTE_U);
	hfence_all();
	world_run(VS, LD, world_va(DATA) + 0x18, 0);
	check_fault("translated-beyond-41-bits", NEEDED, CAUSE_LOAD_GUEST_PAGE_FAULT, world_va(DATA) + 0x18, world_code());
	check_htval("translated-beyond-41-bits", address + 0x18);
	world_vs_stage(0);
}

/* What the VS-stage forbids is the guest's own affair, whatever the G-stage would say to the address. */
static void check_first_stage_first(void)
{
	static const struct {
		const char *name;
		unsigned long flags, cause;
		uint32_t insn;
	} rows[] = {
		{"vs-stage-first-invalid", 0, CAUSE_LOAD_PAGE_FAULT, LD},
		{"vs-stage-first-user-page", PTE_ALL, CAUSE_LOAD_PAGE_FAULT, LD},
		{"vs-stage-first-read-only", PTE_V | PTE_R | PTE_A | PTE_D, CAUSE_STORE_PAGE_FAULT, SD},
		{"vs-stage-first-execute-only", PTE_V | PTE_X | PTE_A | PTE_D, CAUSE_LOAD_PAGE_FAULT, LD},
	};

	world_vs_stage(1);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		world_map_vs(DATA, HOLE, rows[i].flags);
		world_run(VS, rows[i].insn, world_va(DATA), 0);
		rule_kept(rows[i].name, NEEDED, world.scause == rows[i].cause && world.stval == world_va(DATA),
			  "cause %ld, wanted %lu", (long)world.scause, rows[i].cause);
	}
	world_vs_stage(0);
}

void check_faults(void)
{
	check_accesses();
	check_fetch();
	check_split();
	check_translated();
	check_walk();
	check_permissions();
	check_beyond();
	check_first_stage_first();
}
