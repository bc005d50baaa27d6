/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of every instruction that accesses memory: what a guest-page fault of it tells (priv,
 * "Traps" and "Transformed Instruction or Pseudoinstruction for mtinst or htinst"), and what
 * becomes of it where its address is not aligned.
 */

#include "tests/hcheck.h"

/* Each has its address in a0, its data in t0; offset 0. */
#define LOAD(funct3)	    (0x00050283u | (funct3) << 12)		    /* l? t0, 0(a0) */
#define STORE(funct3)	    (0x00550023u | (funct3) << 12)		    /* s? t0, 0(a0) */
#define LOAD_FP(funct3)	    (0x00050007u | (funct3) << 12)		    /* fl? ft0, 0(a0) */
#define STORE_FP(funct3)    (0x00050027u | (funct3) << 12)		    /* fs? ft0, 0(a0) */
#define AMO(funct5, funct3) (0x005502afu | (funct5) << 27 | (funct3) << 12) /* amo? t0, t0, (a0) */
#define LR(funct3)	    (0x100502afu | (funct3) << 12)		    /* lr? t0, (a0) */
#define SC(funct3)	    (0x1855032fu | (funct3) << 12)		    /* sc? t1, t0, (a0) */
#define RS1		    (0x1fu << 15)

#define LOAD_FAULT  CAUSE_LOAD_GUEST_PAGE_FAULT
#define STORE_FAULT CAUSE_STORE_GUEST_PAGE_FAULT

/* Some machines say that an AMO is a load; the hypervisor does not mind. */
#define BOTH_AMOS(name, funct5) \
	{name "-w", AMO(funct5, 2u), 0, STORE_FAULT, NULL, OPTIONAL}, \
	{name "-d", AMO(funct5, 3u), 0, STORE_FAULT, NULL, OPTIONAL}

static const struct access {
	const char *name;
	uint32_t insn;
	uint32_t expanded; /* of a compressed one: the other form of it */
	unsigned long cause;
	const char *extension; /* it belongs to, or NULL */
	int needed;	       /* of cause, stval, sepc and hstatus */
} accesses[] = {
	{"lb", LOAD(0u), 0, LOAD_FAULT, NULL, NEEDED},
	{"lh", LOAD(1u), 0, LOAD_FAULT, NULL, NEEDED},
	{"lw", LOAD(2u), 0, LOAD_FAULT, NULL, NEEDED},
	{"ld", LOAD(3u), 0, LOAD_FAULT, NULL, NEEDED},
	{"lbu", LOAD(4u), 0, LOAD_FAULT, NULL, NEEDED},
	{"lhu", LOAD(5u), 0, LOAD_FAULT, NULL, NEEDED},
	{"lwu", LOAD(6u), 0, LOAD_FAULT, NULL, NEEDED},
	{"sb", STORE(0u), 0, STORE_FAULT, NULL, NEEDED},
	{"sh", STORE(1u), 0, STORE_FAULT, NULL, NEEDED},
	{"sw", STORE(2u), 0, STORE_FAULT, NULL, NEEDED},
	{"sd", STORE(3u), 0, STORE_FAULT, NULL, NEEDED},
	{"c-lw", 0x410c, 0x00052583, LOAD_FAULT, NULL, NEEDED},	 /* c.lw a1, 0(a0) */
	{"c-ld", 0x610c, 0x00053583, LOAD_FAULT, NULL, NEEDED},	 /* c.ld a1, 0(a0) */
	{"c-sw", 0xc10c, 0x00b52023, STORE_FAULT, NULL, NEEDED}, /* c.sw a1, 0(a0) */
	{"c-sd", 0xe10c, 0x00b53023, STORE_FAULT, NULL, NEEDED}, /* c.sd a1, 0(a0) */
	{"c-fld", 0x210c, 0x00053587, LOAD_FAULT, "d", NEEDED},	 /* c.fld fa1, 0(a0) */
	{"c-fsd", 0xa10c, 0x00b53027, STORE_FAULT, "d", NEEDED}, /* c.fsd fa1, 0(a0) */
	{"flw", LOAD_FP(2u), 0, LOAD_FAULT, "f", NEEDED},
	{"fld", LOAD_FP(3u), 0, LOAD_FAULT, "d", NEEDED},
	{"fsw", STORE_FP(2u), 0, STORE_FAULT, "f", NEEDED},
	{"fsd", STORE_FP(3u), 0, STORE_FAULT, "d", NEEDED},
	{"lr-w", LR(2u), 0, LOAD_FAULT, NULL, NEEDED},
	{"lr-d", LR(3u), 0, LOAD_FAULT, NULL, NEEDED},
	BOTH_AMOS("amoadd", 0x00u),
	BOTH_AMOS("amoswap", 0x01u),
	BOTH_AMOS("amoxor", 0x04u),
	BOTH_AMOS("amoor", 0x08u),
	BOTH_AMOS("amoand", 0x0cu),
	BOTH_AMOS("amomin", 0x10u),
	BOTH_AMOS("amomax", 0x14u),
	BOTH_AMOS("amominu", 0x18u),
	BOTH_AMOS("amomaxu", 0x1cu),
};

/* What htinst may hold besides 0: rs1 is the access's offset, 0; bit 1 tells a compressed one. */
static uint32_t transformed(uint32_t insn, uint32_t expanded)
{
	return expanded ? expanded & ~(RS1 | 2u) : insn & ~RS1;
}

static void check_htinst(const char *access, uint32_t wanted)
{
	enum rule_verdict verdict = world.htinst == wanted ? KEPT : BROKEN;

	rule(name_of("htinst-", access), OPTIONAL, world.htinst ? verdict : ABSENT,
	     "%lx, wanted 0 or %x", world.htinst, wanted);
}

static void check_access(const struct access *a)
{
	unsigned long address = world_page(HOLE) + 0x128;

	if (a->extension && !dt_has_isa(a->extension)) {
		rule(name_of("fault-", a->name), OPTIONAL, ABSENT, "no %s", a->extension);
		return;
	}
	world_run(VS, a->insn, address, 0);
	check_fault(a->name, a->needed, a->cause, address, world_code());
	check_htval(a->name, address);
	check_htinst(a->name, transformed(a->insn, a->expanded));
}

/* SC stores only what LR has reserved, so it faults where loads do not. */
static void check_sc(const char *access, uint32_t lr, uint32_t sc)
{
	unsigned long address = world_page(DATA) + 0x128;

	world_map_gstage(DATA, DATA, PTE_ALL & ~PTE_W);
	world_run_two(VS, lr, sc, address, 0);
	world_map_gstage(DATA, DATA, PTE_ALL);
	if (world.scause == DONE && world.x[6] != 0) {
		rule(name_of("fault-", access), OPTIONAL, ABSENT, "it fails, which is no store");
		return;
	}
	check_fault(access, OPTIONAL, STORE_FAULT, address, world_code() + 4);
	check_htval(access, address);
	check_htinst(access, transformed(sc, 0));
}

#define PATTERN 0x8182838485868788ul

/* It works, whoever does it, or it is an exception that says where. */
static void check_misaligned(const char *name, enum mode mode, uint32_t insn, int store,
			     unsigned size)
{
	const unsigned long mask = size == 8 ? ~0ul : (1ul << size * 8) - 1;
	unsigned long address = world_page(DATA) + 0x11, bits = 0, wanted;
	uint8_t *bytes = (uint8_t *)address;

	memset((void *)world_page(DATA), 0, 64);
	wanted = store ? 0x5566778899aabbccul & mask : PATTERN & mask;
	for (unsigned i = 0; !store && i < 8; i++)
		bytes[i] = (uint8_t)(PATTERN >> i * 8);
	/* Its data is in t0 for a load and in a1 for a store: sd t0 becomes sd a1. */
	world_run(mode, store ? insn ^ (5u ^ 11u) << 20 : insn, address, 0x5566778899aabbccul);
	for (unsigned i = 0; store && i < size; i++)
		bits |= (unsigned long)bytes[i] << i * 8;
	if (!store)
		bits = world.x[5] & mask;
	if (world.scause == (store ? CAUSE_STORE_MISALIGNED : CAUSE_LOAD_MISALIGNED) &&
	    world.stval == address && world.x[0] == world_code())
		rule(name, OPTIONAL, ABSENT, "it traps");
	else
		rule_kept(name, OPTIONAL,
			  world.scause == DONE && bits == wanted && !(store && bytes[size]),
			  "cause %ld, stval %lx; %lx, wanted %lx", (long)world.scause, world.stval,
			  bits, wanted);
}

static void check_all_misaligned(void)
{
	static const struct {
		const char *name;
		uint32_t insn;
		int store;
		unsigned size;
	} rows[] = {
		{"lh", LOAD(1u), 0, 2},	 {"lw", LOAD(2u), 0, 4},  {"ld", LOAD(3u), 0, 8},
		{"sh", STORE(1u), 1, 2}, {"sw", STORE(2u), 1, 4}, {"sd", STORE(3u), 1, 8},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		check_misaligned(name_of("misaligned-of-vs-", rows[i].name), VS, rows[i].insn,
				 rows[i].store, rows[i].size);
		check_misaligned(name_of("misaligned-of-hs-", rows[i].name), HS, rows[i].insn,
				 rows[i].store, rows[i].size);
	}
}

void check_accesses(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(accesses); i++)
		check_access(&accesses[i]);
	check_sc("sc-w", LR(2u), SC(2u));
	check_sc("sc-d", LR(3u), SC(3u));
	check_all_misaligned();
}
