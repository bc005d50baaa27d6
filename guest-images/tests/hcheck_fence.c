/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of what a fence reaches, and of what VMIDs and ASIDs keep apart without one (priv,
 * "Hypervisor Memory-Management Fence Instructions").
 */

#include "tests/hcheck.h"

#define LD_A0	0x00053503 /* ld a0, 0(a0) */
#define HLV_D	0x6c054573 /* hlv.d a0, (a0) */
#define ID_MASK 0xfffful

static volatile uint64_t *word(enum page page)
{
	return (volatile uint64_t *)world_page(page);
}

#define NO_PAGE (-1)
#define DIFFER	(-2)

static long read_as(enum mode mode, uint32_t insn, unsigned long address)
{
	return world_run(mode, insn, address, 0) == DONE ? (long)world.x[10] : NO_PAGE;
}

/*
 * What is at a guest's address: 1 of DATA, 2 of OTHER. VS-mode and HLV are asked, which must
 * agree; HLV before and after the guest has run, for some machines forget all that is cached when
 * they go to another mode.
 */
static long seen(unsigned long address)
{
	long first, guest, last;

	world_hstatus = HSTATUS_SPVP;
	first = read_as(HS, HLV_D, address);
	guest = read_as(VS, LD_A0, address);
	last = read_as(HS, HLV_D, address);
	world_hstatus = 0;
	return first == guest && guest == last ? guest : DIFFER;
}

static void check_seen(const char *name, int needed, unsigned long address, long wanted)
{
	long got = seen(address);

	rule_kept(name, needed, got == wanted, "reads %ld, wanted %ld; cause %ld", got, wanted,
		  (long)world.scause);
}

static unsigned long ids(unsigned csr, unsigned long mode, unsigned shift)
{
	unsigned long back = 0;

	csr_readback(csr, mode | ID_MASK << shift, &back);
	return back >> shift & ID_MASK;
}

/* ---- one fence, one kind of change ---- */

enum fence { ALL, ADDRESS, ID, BOTH, KINDS };
static const char *const kinds_gvma[KINDS] = {"", "-address", "-vmid", "-both"};
static const char *const kinds_vvma[KINDS] = {"", "-address", "-asid", "-both"};

static void fence_gvma(enum fence kind, unsigned long gpa, unsigned long vmid)
{
	switch (kind) {
	case ADDRESS:
		hfence_gvma_at(gpa);
		break;
	case ID:
		hfence_gvma_vmid(vmid);
		break;
	case BOTH:
		hfence_gvma_both(gpa, vmid);
		break;
	default:
		hfence_gvma();
	}
}

static void fence_vvma(enum fence kind, unsigned long va, unsigned long asid)
{
	switch (kind) {
	case ADDRESS:
		hfence_vvma_at(va);
		break;
	case ID:
		hfence_vvma_asid(asid);
		break;
	case BOTH:
		hfence_vvma_both(va, asid);
		break;
	default:
		hfence_vvma();
	}
}

/* The G-stage's entry changes after it was used, and is fenced by hfence.gvma alone. */
static void check_gvma(unsigned long vmid)
{
	for (enum fence kind = ALL; kind < KINDS; kind++) {
		world_use_gstage(0, vmid);
		hfence_all();
		seen(world_page(DATA));
		world_set_gstage(0, DATA, OTHER, PTE_ALL);
		fence_gvma(kind, world_page(DATA), vmid);
		check_seen(name_of("hfence-gvma", kinds_gvma[kind]), NEEDED, world_page(DATA), 2);
		/* To take away is what isolation rests on. */
		world_set_gstage(0, DATA, OTHER, 0);
		fence_gvma(kind, world_page(DATA), vmid);
		check_seen(name_of("hfence-gvma-unmaps", kinds_gvma[kind]), NEEDED,
			   world_page(DATA), NO_PAGE);
		world_map_gstage(DATA, DATA, PTE_ALL);
	}
	/* What was cached is both stages in one: a VMID is fenced for all of its addresses. */
	world_vs_stage(1);
	world_map_vs(DATA, DATA, PTE_ALL & ~PTE_U);
	for (enum fence kind = ALL; kind < KINDS; kind += ID) {
		seen(world_va(DATA));
		world_set_gstage(0, DATA, OTHER, PTE_ALL);
		fence_gvma(kind, 0, vmid);
		check_seen(name_of("hfence-gvma-under-vs-stage", kinds_gvma[kind]), NEEDED,
			   world_va(DATA), 2);
		world_map_gstage(DATA, DATA, PTE_ALL);
	}
	world_vs_stage(0);
	world_use_gstage(0, 0);
}

/* The same for the VS-stage and hfence.vvma, which goes for the VMID in hgatp. */
static void check_vvma(unsigned long vmid, unsigned long asid)
{
	world_use_gstage(0, vmid);
	world_use_vs_stage(0, asid);
	for (enum fence kind = ALL; kind < KINDS; kind++) {
		world_map_vs(DATA, DATA, PTE_ALL & ~PTE_U);
		seen(world_va(DATA));
		world_set_vs(0, DATA, world_page(OTHER), PTE_ALL & ~PTE_U);
		fence_vvma(kind, world_va(DATA), asid);
		check_seen(name_of("hfence-vvma", kinds_vvma[kind]), NEEDED, world_va(DATA), 2);
	}
	world_vs_stage(0);
	world_use_gstage(0, 0);
	hfence_all();
}

/* ---- no fence ---- */

/* Two guests on one hart: each has its own memory at an address, global in its tables or not. */
static void check_vmids(unsigned long vmids)
{
	static const struct {
		const char *name;
		unsigned long flags;
	} rows[] = {
		{"vmids-apart-under-vs-stage", PTE_ALL & ~PTE_U},
		{"vmids-apart-global", (PTE_ALL & ~PTE_U) | PTE_G},
	};
	long first, second, third;

	if (!vmids) {
		rule("vmids-apart", OPTIONAL, ABSENT, "no VMIDs");
		return;
	}
	world_set_gstage(1, DATA, OTHER, PTE_ALL);
	hfence_all();
	world_use_gstage(0, 1);
	first = seen(world_page(DATA));
	world_use_gstage(1, vmids);
	second = seen(world_page(DATA));
	world_use_gstage(0, 1);
	third = seen(world_page(DATA));
	rule_kept("vmids-apart", NEEDED, first == 1 && second == 2 && third == 1,
		  "they read %ld and %ld; then the first %ld", first, second, third);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		world_vs_stage(1);
		world_map_vs(DATA, DATA, rows[i].flags);
		world_use_gstage(0, 1);
		first = seen(world_va(DATA));
		world_use_gstage(1, vmids);
		second = seen(world_va(DATA));
		rule_kept(rows[i].name, NEEDED, first == 1 && second == 2, "they read %ld and %ld",
			  first, second);
	}
	world_vs_stage(0);
	world_use_gstage(0, 0);
	world_set_gstage(1, DATA, DATA, PTE_ALL);
	hfence_all();
}

/* Two processes of one guest, in turn. */
static void check_asids(unsigned long asids)
{
	long first, second;

	if (!asids) {
		rule("asids-apart", OPTIONAL, ABSENT, "no ASIDs in vsatp");
		return;
	}
	world_set_vs(0, DATA, world_page(DATA), PTE_ALL & ~PTE_U);
	world_set_vs(1, DATA, world_page(OTHER), PTE_ALL & ~PTE_U);
	hfence_all();
	world_use_vs_stage(0, 1);
	first = seen(world_va(DATA));
	world_use_vs_stage(1, asids);
	second = seen(world_va(DATA));
	rule_kept("asids-apart", OPTIONAL, first == 1 && second == 2, "they read %ld and %ld",
		  first, second);
	world_vs_stage(0);
}

void check_fences(void)
{
	unsigned long vmids = ids(CSR_HGATP, ATP_SV39, 44) & 0x3fff;
	unsigned long asids = ids(CSR_VSATP, ATP_SV39, 44);

	*word(DATA) = 1;
	*word(OTHER) = 2;
	rule("asidlen", OPTIONAL, asids ? KEPT : ABSENT, "%d bits", __builtin_popcountl(asids));
	check_gvma(vmids & 5);
	check_vvma(vmids & 5, asids & 5);
	check_vmids(vmids);
	check_asids(asids);
}
