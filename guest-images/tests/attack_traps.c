/* SPDX-License-Identifier: Apache-2.0 */
/* Named cases of traps: each kind of access to places that are not this guest's memory, and page-table walks into them. */

#include "tests/attack.h"
#include "tests/fpv.h"

#define AMO(funct5, width)   ((uint32_t)(funct5) << 27 | 5u << 20 | 10u << 15 | (uint32_t)(width) << 12 | 5u << 7 | 0x2fu)
#define CBO(operation)	     ((uint32_t)(operation) << 20 | 0x5200fu)
#define SFENCE_VMA()	     __asm__ volatile("sfence.vma" ::: "memory")
#define LEAF_BITS	     (PTE_V | PTE_R | PTE_W | PTE_X | PTE_A | PTE_D)

enum { LOAD = CAUSE_LOAD_ACCESS_FAULT, STORE = CAUSE_STORE_ACCESS_FAULT };

static const struct access {
	const char *name;
	uint32_t insn; /* its address is in a0 */
	unsigned char cause;
	unsigned char device_has_it; /* an emulated device may answer it */
	unsigned char may_pass;	     /* may end without an access: SC without a reservation */
	const char *isa;
} accesses[] = {
	{"lb", 0x00050283, LOAD, 1, 0, NULL},	     {"lbu", 0x00054283, LOAD, 1, 0, NULL},
	{"lh", 0x00051283, LOAD, 1, 0, NULL},	     {"lhu", 0x00055283, LOAD, 1, 0, NULL},
	{"lw", 0x00052283, LOAD, 1, 0, NULL},	     {"lwu", 0x00056283, LOAD, 1, 0, NULL},
	{"ld", 0x00053283, LOAD, 1, 0, NULL},	     {"c.lw", 0x4108, LOAD, 1, 0, NULL},
	{"c.ld", 0x6108, LOAD, 1, 0, NULL},	     {"flw", 0x00052507, LOAD, 1, 0, "f"},
	{"fld", 0x00053507, LOAD, 1, 0, "d"},	     {"c.fld", 0x2108, LOAD, 1, 0, "d"},
	{"lr.w", AMO(2, 2) & ~0x1f00000u, LOAD, 0, 0, NULL}, {"lr.d", AMO(2, 3) & ~0x1f00000u, LOAD, 0, 0, NULL},
	{"sb", 0x00550023, STORE, 1, 0, NULL},	     {"sh", 0x00551023, STORE, 1, 0, NULL},
	{"sw", 0x00552023, STORE, 1, 0, NULL},	     {"sd", 0x00553023, STORE, 1, 0, NULL},
	{"c.sw", 0xc108, STORE, 1, 0, NULL},	     {"c.sd", 0xe108, STORE, 1, 0, NULL},
	{"fsw", 0x00a52027, STORE, 1, 0, "f"},	     {"fsd", 0x00a53027, STORE, 1, 0, "d"},
	{"c.fsd", 0xa108, STORE, 1, 0, "d"},	     {"sc.w", AMO(3, 2), STORE, 0, 1, NULL},
	{"sc.d", AMO(3, 3), STORE, 0, 1, NULL},	     {"amoadd.w", AMO(0, 2), STORE, 0, 0, NULL},
	{"amoadd.d", AMO(0, 3), STORE, 0, 0, NULL},  {"amoswap.w", AMO(1, 2), STORE, 0, 0, NULL},
	{"amoswap.d", AMO(1, 3), STORE, 0, 0, NULL}, {"amoxor.w", AMO(4, 2), STORE, 0, 0, NULL},
	{"amoand.d", AMO(12, 3), STORE, 0, 0, NULL}, {"amoor.w", AMO(8, 2), STORE, 0, 0, NULL},
	{"amomin.w", AMO(16, 2), STORE, 0, 0, NULL}, {"amomax.d", AMO(20, 3), STORE, 0, 0, NULL},
	{"amominu.d", AMO(24, 3), STORE, 0, 0, NULL}, {"amomaxu.w", AMO(28, 2), STORE, 0, 0, NULL},
	{"amocas.w", AMO(5, 2), STORE, 0, 0, "zacas"}, {"cbo.inval", CBO(0), STORE, 0, 0, "zicbom"},
	{"cbo.clean", CBO(1), STORE, 0, 0, "zicbom"}, {"cbo.flush", CBO(2), STORE, 0, 0, "zicbom"},
	{"cbo.zero", CBO(4), STORE, 0, 0, "zicboz"}, {"vle8.v", 0x02050087, LOAD, 0, 0, "v"},
	{"vle64.v", 0x02057407, LOAD, 0, 0, "v"},    {"vse8.v", 0x020500a7, STORE, 0, 0, "v"},
	{"vse64.v", 0x02057427, STORE, 0, 0, "v"},
};

static void report(const struct trap *trap, unsigned long cause, unsigned long tval, int may_pass, const char *ext,
		   const char *function, const char *what)
{
	int good = (trap->cause == cause && trap->tval == tval) || (may_pass && trap->cause == NO_TRAP);

	if (!good)
		print("# cause %ld, stval 0x%lx; wanted %lu and 0x%lx\n", (long)trap->cause, trap->tval, cause, tval);
	attack_report(good, ext, function, what);
}

static void jump_to(void *arg)
{
	((void (*)(void))arg)();
}

static void access_places(runner how, const char *mode, const struct access *access)
{
	struct trap trap;

	if (access->isa && !dt_has_isa(access->isa))
		return;
	for (size_t i = 0; i < place_count; i++) {
		if (places[i].is_hardware || (places[i].is_device && access->device_has_it))
			continue;
		run_insn(how, &trap, access->insn, (void *)places[i].addr);
		report(&trap, access->cause, places[i].addr, access->may_pass, mode, access->name, places[i].name);
	}
}

static void fetch_places(runner how, const char *mode)
{
	struct trap trap;

	for (size_t i = 0; i < place_count; i++) {
		how(&trap, jump_to, (void *)places[i].addr);
		report(&trap, CAUSE_FETCH_ACCESS_FAULT, places[i].addr, 0, mode, "fetch", places[i].name);
	}
}

void attack_accesses(void)
{
	unsigned long sstatus = csr_read(sstatus), counter = attack_count();

	csr_set(sstatus, SSTATUS_FS);
	if (dt_has_isa("v")) {
		csr_set(sstatus, SSTATUS_VS);
		__asm__ volatile(".word 0xcc027057" ::: "memory"); /* vsetivli zero, 4, e8, m1, ta, ma */
	}
	for (size_t i = 0; i < ARRAY_SIZE(accesses); i++)
		access_places(trap_run, "S-mode", &accesses[i]);
	fetch_places(trap_run, "S-mode");
	for (size_t i = 0; i < ARRAY_SIZE(accesses); i += 3)
		if ((accesses[i].insn & 0x7f) != 0x0f) /* senvcfg keeps cbo.* from U-mode */
			access_places(trap_run_user, "U-mode", &accesses[i]);
	fetch_places(trap_run_user, "U-mode");
	csr_write(sstatus, sstatus);
	print("# %lu accesses\n", attack_count() - counter);
}

/* Sv39: own memory and the UART as gigapages; at 100 GiB and on, entries that lead out of memory. */
static uint64_t root[512] __attribute__((aligned(4096)));
static uint64_t middle[512] __attribute__((aligned(4096)));
static uint64_t lower[512] __attribute__((aligned(4096)));

static uint64_t entry(unsigned long addr, unsigned long bits)
{
	return addr >> 12 << PTE_PPN_SHIFT | bits;
}

static void aim(unsigned long addr)
{
	unsigned long here = (unsigned long)root >> 30;

	root[0] = entry(0, PTE_V | PTE_R | PTE_W | PTE_A | PTE_D);
	root[here] = entry(here << 30, LEAF_BITS);
	root[100] = entry(addr, PTE_V);
	root[101] = entry((unsigned long)middle, PTE_V);
	middle[0] = entry(addr, PTE_V);
	middle[1] = entry((unsigned long)lower, PTE_V);
	lower[0] = entry(addr, LEAF_BITS);
}

static void walk(const struct place *place, unsigned long addr, const char *what)
{
	static const uint32_t insns[] = {0x00052283, 0x00553023, AMO(0, 2)};
	static const unsigned long causes[] = {CAUSE_LOAD_ACCESS_FAULT, CAUSE_STORE_ACCESS_FAULT, CAUSE_STORE_ACCESS_FAULT};
	static const char *const names[] = {"load through", "store through", "atomic through"};
	int is_leaf = addr >> 21 & 1;
	struct trap traps[ARRAY_SIZE(insns) + 1];

	csr_write(satp, SATP_MODE_SV39 | (unsigned long)root >> 12);
	SFENCE_VMA();
	for (size_t i = 0; i < ARRAY_SIZE(insns); i++)
		if (!is_leaf || !place->is_device || i == 2)
			run_insn(trap_run, &traps[i], insns[i], (void *)addr);
		else
			traps[i] = (struct trap){causes[i], addr, 0};
	trap_run(&traps[3], jump_to, (void *)addr);
	csr_write(satp, 0);
	SFENCE_VMA();
	for (size_t i = 0; i < ARRAY_SIZE(insns); i++)
		if (!is_leaf || !place->is_device || i == 2)
			report(&traps[i], causes[i], addr, 0, names[i], what, place->name);
	report(&traps[3], CAUSE_FETCH_ACCESS_FAULT, addr, 0, "fetch through", what, place->name);
}

void attack_walks(void)
{
	for (size_t i = 0; i < place_count; i++) {
		if (!places[i].is_memory_shaped || places[i].is_hardware)
			continue;
		aim(places[i].addr);
		walk(&places[i], 100ul << 30 | 0x1010, "a middle page table");
		walk(&places[i], 101ul << 30 | 0x1010, "a last page table");
		walk(&places[i], 101ul << 30 | 1ul << 21 | 0x010, "a page-table entry");
	}
}
