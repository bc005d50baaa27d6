/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Storms of exceptions that go through M-mode first, under hostile page tables: illegal instructions and misaligned accesses at
 * addresses whose translation leads to own memory, a hole, a device, foreign memory or back into the table itself, and that
 * another hart changes all the while.
 */

#include "tests/attack.h"

#define VIRTUAL	  (200ul << 30) /* eight pages of the user's, and eight of the supervisor's */
#define PAGES	  8
#define LEAF_BITS (PTE_V | PTE_R | PTE_W | PTE_X | PTE_A | PTE_D)

static uint64_t root[512] __attribute__((aligned(4096)));
static volatile uint64_t middle[512] __attribute__((aligned(4096)));
static volatile uint64_t lower[512] __attribute__((aligned(4096)));
static uint32_t hostile_code[GUEST_PAGE_SIZE / 4] __attribute__((aligned(4096)));
static unsigned char data_page[GUEST_PAGE_SIZE] __attribute__((aligned(4096)));
static volatile int is_over;
static volatile unsigned long changes;
static unsigned long causes[32], foreign_causes;

static uint64_t entry(unsigned long addr, unsigned long bits)
{
	return addr >> 12 << PTE_PPN_SHIFT | bits;
}

/* A place as a frame; own devices would only be spoilt. */
static uint64_t place_entry(uint64_t random, unsigned long bits)
{
	const struct place *place = &places[random % place_count];

	return place->is_device ? 0 : entry(place->addr & ((1ul << 56) - 1), bits);
}

/* What a hostile page may be at this moment: own code or data, nothing, foreign, the tables themselves, or reserved bits. */
static uint64_t hostile_entry(uint64_t random, unsigned long user)
{
	switch (random % 8) {
	case 0:
	case 1:
		return entry((unsigned long)hostile_code, (LEAF_BITS & ~PTE_W) | user);
	case 2:
		return entry((unsigned long)data_page, (LEAF_BITS & ~PTE_X) | user);
	case 3:
		return 0;
	case 4:
		return place_entry(random / 8, LEAF_BITS | user);
	case 5:
		return entry((unsigned long)lower, PTE_V); /* a pointer in the last level */
	case 6:
		return entry((unsigned long)lower, PTE_V | PTE_R | PTE_A | user);
	default:
		return 1ul << 62 | entry((unsigned long)hostile_code, (LEAF_BITS & ~PTE_W) | user) | (random & 0x300);
	}
}

static uint64_t next(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005ull + 1442695040888963407ull;
	return *seed >> 24;
}

/* Another hart's part: the last entries, and sometimes the one that leads to them. No fence: the walker sees what it sees. */
static void change_tables(void *arg)
{
	uint64_t seed = (uint64_t)(unsigned long)arg;

	while (!is_over) {
		uint64_t random = next(&seed);

		lower[random / 64 % (2 * PAGES)] = hostile_entry(random / 4096, random / 64 % (2 * PAGES) < PAGES ? PTE_U : 0);
		if (random % 64 < 8) {
			middle[0] = random % 64 < 4 ? entry((unsigned long)root, PTE_V) : place_entry(random / 64, PTE_V);
			cpu_relax();
		}
		middle[0] = entry((unsigned long)lower, PTE_V);
		changes++;
	}
}

static void prepare(void)
{
	/* Without mret and its like, at which OpenSBI prints a line. */
	static const uint32_t illegal[] = {0x00000000, 0xffffffff, 0x60002573, 0x0000000b, 0x34302573, 0xb0002573, 0x24002573};
	unsigned long here = (unsigned long)root >> 30;

	for (size_t i = 0; i < ARRAY_SIZE(hostile_code); i++)
		hostile_code[i] = illegal[i % ARRAY_SIZE(illegal)];
	root[0] = entry(0, PTE_V | PTE_R | PTE_W | PTE_A | PTE_D);
	root[here] = entry(here << 30, LEAF_BITS);
	root[VIRTUAL >> 30] = entry((unsigned long)middle, PTE_V);
	middle[0] = entry((unsigned long)lower, PTE_V);
	for (size_t i = 0; i < 2 * PAGES; i++)
		lower[i] = hostile_entry(i, i < PAGES ? PTE_U : 0);
}

static void jump_to(void *arg)
{
	((void (*)(void))arg)();
}

/* One access or jump; the pages from PAGES on are the supervisor's. */
static unsigned long storm_once(uint64_t random, struct trap *trap)
{
	static const uint32_t insns[] = {0x00053283, 0x00553023, 0x00052283, 0x00552023, 0x005532af, 0x0055252f, 0x100532af, 0x00051283};
	unsigned page = (unsigned)(random / 8 % PAGES);
	unsigned long user = VIRTUAL + page * GUEST_PAGE_SIZE, supervisor = user + PAGES * GUEST_PAGE_SIZE;
	unsigned long offset = random / 64 % GUEST_PAGE_SIZE, edge = GUEST_PAGE_SIZE - 1 - random / 64 % 7;

	switch (random % 8) {
	case 0:
		return trap_run_user(trap, (void (*)(void *))(user + (offset & ~3ul)), NULL);
	case 1:
		return trap_run_user(trap, (void (*)(void *))(user + GUEST_PAGE_SIZE - 2), NULL);
	case 2:
		return trap_run(trap, jump_to, (void *)(supervisor + (offset & ~3ul)));
	case 3:
		return trap_run(trap, jump_to, (void *)(supervisor + GUEST_PAGE_SIZE - 2));
	case 4:
	case 5: /* misaligned, across the page's end */
		return run_insn(trap_run, trap, insns[random / 512 % ARRAY_SIZE(insns)], (void *)(supervisor + edge));
	case 6: /* misaligned somewhere */
		return run_insn(trap_run, trap, insns[random / 512 % ARRAY_SIZE(insns)], (void *)(supervisor + (offset | 1)));
	default: /* misaligned loads at the end of memory and beyond: root[here] maps a whole gigabyte */
		return run_insn(trap_run, trap, insns[random / 512 % 2 * 2], (void *)(memory_end() - random / 64 % 9));
	}
}

static void storm(unsigned long steps, uint64_t seed, unsigned long mode)
{
	struct trap trap;

	for (unsigned long i = 0; i < steps; i++) {
		unsigned long cause;

		csr_write(satp, mode);
		__asm__ volatile("sfence.vma" ::: "memory");
		cause = storm_once(next(&seed), &trap);
		csr_write(satp, 0);
		__asm__ volatile("sfence.vma" ::: "memory");
		if (cause < 32)
			causes[cause]++;
		/* Nothing of H's, nothing of another's: these are all that such accesses can end in. */
		foreign_causes += cause != NO_TRAP && (cause > 15 || !(1u << cause & 0xb0f7u));
	}
}

void attack_storm(unsigned long steps, uint64_t seed)
{
	unsigned helpers = hart_count() - 1;

	attack_places();
	prepare();
	for (unsigned i = 1; i <= helpers; i++)
		hart_start(i, change_tables, (void *)(seed + i));
	storm(steps, seed, SATP_MODE_SV39 | (unsigned long)root >> 12);
	is_over = 1;
	for (unsigned i = 1; i <= helpers; i++)
		tap_check(hart_wait(i, HSM_STOPPED), "storm: who changed the page tables is through too");
	for (unsigned i = 0; i < ARRAY_SIZE(causes); i++)
		if (causes[i])
			print("# storm: %lu ended in cause %u\n", causes[i], i);
	print("attacker: storm of %lu under %lu changes of page tables\n", steps, changes);
	tap_check(causes[CAUSE_ILLEGAL_INSTRUCTION] > steps / 50, "storm: many were illegal instructions");
	tap_equal((long)foreign_causes, 0, "storm: every exception is one of the guest's own machine");
}
