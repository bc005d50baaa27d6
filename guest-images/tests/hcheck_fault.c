/* SPDX-License-Identifier: Apache-2.0 */
/* Rules of guest-page faults: cause, stval, htval, htinst and hstatus for every kind of access (priv, "Traps"). */

#include "tests/hcheck.h"

static const struct {
	const char *name;
	uint32_t insn;	      /* its address is in a0 */
	uint32_t transformed; /* what htinst may hold besides 0 (priv, "Transformed Instruction or Pseudoinstruction for mtinst or htinst") */
	unsigned long cause;
	const char *extension; /* it belongs to, or NULL */
	int needed;	       /* of cause, stval, sepc and hstatus */
} accesses[] = {
	{"load", 0x00053283, 0x00003283, CAUSE_LOAD_GUEST_PAGE_FAULT, NULL, NEEDED},	      /* ld t0, 0(a0) */
	{"load-byte", 0x00054283, 0x00004283, CAUSE_LOAD_GUEST_PAGE_FAULT, NULL, NEEDED},     /* lbu t0, 0(a0) */
	{"store", 0x00553023, 0x00503023, CAUSE_STORE_GUEST_PAGE_FAULT, NULL, NEEDED},	      /* sd t0, 0(a0) */
	{"load-compressed", 0x610c, 0x00003581, CAUSE_LOAD_GUEST_PAGE_FAULT, NULL, NEEDED},   /* c.ld a1, 0(a0) */
	{"store-compressed", 0xe10c, 0x00b03021, CAUSE_STORE_GUEST_PAGE_FAULT, NULL, NEEDED}, /* c.sd a1, 0(a0) */
	{"lr", 0x100532af, 0x100032af, CAUSE_LOAD_GUEST_PAGE_FAULT, NULL, NEEDED},	      /* lr.d t0, (a0) */
	{"amo", 0x005522af, 0x005022af, CAUSE_STORE_GUEST_PAGE_FAULT, NULL, OPTIONAL},	      /* some say it is a load: amoadd.w t0, t0, (a0) */
	{"load-fp", 0x00053007, 0x00003007, CAUSE_LOAD_GUEST_PAGE_FAULT, "d", NEEDED},	      /* fld ft0, 0(a0) */
	{"store-fp", 0x00053027, 0x00003027, CAUSE_STORE_GUEST_PAGE_FAULT, "d", NEEDED},      /* fsd ft0, 0(a0) */
};

static char name[48];

static const char *name_of(const char *what, const char *access)
{
	strcpy(name, what);
	strcat(name, access);
	return name;
}

/* htval may be 0 by the specification; the hypervisor cannot do without it. */
static void check_htval(const char *access, unsigned long gpa)
{
	rule(name_of("htval-", access), NEEDED, world.htval == gpa >> 2 ? KEPT : world.htval ? BROKEN : ABSENT,
	     "%lx for guest physical address %lx", world.htval, gpa);
}

static void check_htinst(const char *access, unsigned long transformed)
{
	rule(name_of("htinst-", access), OPTIONAL, !world.htinst ? ABSENT : world.htinst == transformed ? KEPT : BROKEN,
	     "%lx, wanted 0 or %lx", world.htinst, transformed);
}

/* A guest-page fault of VS-mode: everything but htval and htinst. */
static void check_fault(const char *access, int needed, unsigned long cause, unsigned long stval, unsigned long sepc)
{
	const unsigned long wanted = HSTATUS_GVA | HSTATUS_SPV | HSTATUS_SPVP;

	rule_kept(name_of("fault-", access), needed,
		  world.scause == cause && world.stval == stval && world.x[0] == sepc && (world.hstatus & wanted) == wanted,
		  "cause %ld wanted %lu, stval %lx wanted %lx, sepc %s, hstatus %lx", (long)world.scause, cause, world.stval, stval,
		  world.x[0] == sepc ? "right" : "wrong", world.hstatus & wanted);
}

static void check_accesses(void)
{
	unsigned long address = world_page(HOLE) + 0x128;

	for (size_t i = 0; i < ARRAY_SIZE(accesses); i++) {
		if (accesses[i].extension && !dt_has_isa(accesses[i].extension)) {
			rule(name_of("fault-", accesses[i].name), OPTIONAL, ABSENT, "no %s", accesses[i].extension);
			continue;
		}
		world_run(VS, accesses[i].insn, address, 0);
		check_fault(accesses[i].name, accesses[i].needed, accesses[i].cause, address, world_code());
		check_htval(accesses[i].name, address);
		check_htinst(accesses[i].name, accesses[i].transformed);
	}
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
	unsigned long cause = world_run(VS, 0x00053283, end - 4, 0);

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
	cause = world_run(VS, 0x00053283, address, 0);
	check_fault("walk", NEEDED, CAUSE_LOAD_GUEST_PAGE_FAULT, address, world_code());
	check_htval("walk", entry);
	/* 0 is not allowed here when htval is written. */
	rule("htinst-walk", OPTIONAL, world.htinst == 0x3000 ? KEPT : world.htinst || world.htval ? BROKEN : ABSENT,
	     "%lx, wanted 3000 (cause %ld)", world.htinst, (long)cause);
	world_run(VS, 0x00553023, address, 0);
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
	world_run(VS, 0x00053283, world_va(DATA) + 0x128, 0);
	check_fault("translated", NEEDED, CAUSE_LOAD_GUEST_PAGE_FAULT, world_va(DATA) + 0x128, world_code());
	check_htval("translated", world_page(HOLE) + 0x128);
	world_vs_stage(0);
}

/* What the G-stage does not allow is a guest-page fault, too. */
static void check_permissions(void)
{
	unsigned long address = world_page(DATA) + 8;

	world_map_gstage(DATA, DATA, PTE_V | PTE_R | PTE_X | PTE_U | PTE_A | PTE_D);
	world_run(VS, 0x00553023, address, 0);
	check_fault("store-to-read-only", NEEDED, CAUSE_STORE_GUEST_PAGE_FAULT, address, world_code());
	world_map_gstage(DATA, DATA, PTE_ALL & ~PTE_X);
	world_call(VS, address, 0, 0);
	check_fault("fetch-of-data", NEEDED, CAUSE_FETCH_GUEST_PAGE_FAULT, address, address);
	world_map_gstage(DATA, DATA, PTE_ALL & ~PTE_U);
	world_run(VS, 0x00053283, address, 0);
	check_fault("load-without-u", NEEDED, CAUSE_LOAD_GUEST_PAGE_FAULT, address, world_code());
	world_map_gstage(DATA, DATA, PTE_ALL);
}

void check_faults(void)
{
	check_accesses();
	check_fetch();
	check_split();
	check_translated();
	check_walk();
	check_permissions();
}
