/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The attacker's random instructions: up to four in U-mode, in an address space that maps a sandbox for it, or one in S-mode
 * with registers that point into the sandbox or to what is not this guest's. What follows them is ebreak, so that every
 * step ends in a trap; words that would turn in circles, wait, or saw off the branch this program sits on are drawn again.
 */

#include "tests/attacker.h"

#define MIB	   (1ul << 20)
#define MAX_WORDS  4
#define C_EBREAK   0x9002
#define ECALL	   0x00000073u
#define EBREAK	   0x00100073u
#define SRET	   0x10200073u
#define WFI	   0x10500073u
#define SSTATUS_VS 0x600ul
#define UART	   0x10000000ul
#define USER_BASE  (200ul << 30) /* where U-mode sees the sandbox: code, three pages of data, and pages of what is foreign */
#define USER_DATA  (USER_BASE + 0x2800)
#define USER_ALIEN (USER_BASE + 0x8000)

enum { CODE_AT = 1, DATA_AT = 4, SANDBOX_MIB = 6 }; /* in the sandbox, in MiB: a jump reaches one in either direction */

static uint64_t root[512] __attribute__((aligned(4096)));
static uint64_t middle[512] __attribute__((aligned(4096)));
static uint64_t lower[512] __attribute__((aligned(4096)));
static uint16_t *code;
static unsigned long data; /* middle of the three pages */
static unsigned long causes[32];

_Noreturn void attacker_enter(const unsigned long x[32]); /* attacker_call.S */

static uint32_t bits(uint32_t word, unsigned low, unsigned count)
{
	return word >> low & ((1u << count) - 1);
}

static unsigned long leaf(unsigned long addr, unsigned long flags)
{
	return addr >> 12 << PTE_PPN_SHIFT | flags | PTE_V | PTE_A | PTE_D;
}

/* A store with any offset might hit this program, or silence its console. */
static int is_dear(unsigned long value)
{
	if (attacker_near_memory(value, GUEST_PAGE_SIZE, GUEST_PAGE_SIZE))
		return 1;
	return value + GUEST_PAGE_SIZE >= UART && value < UART + 2 * GUEST_PAGE_SIZE;
}

void fuzz_insn_init(void)
{
	static const unsigned long alien[] = {0x80000000, 0x80200000, 0x0c000000, 0x28000000, 0x100000, 0x88000000};
	unsigned long sandbox = memory_find(SANDBOX_MIB * MIB, 2 * MIB), here = sandbox >> 30;
	unsigned long first = sandbox + DATA_AT * MIB;

	memset((void *)sandbox, 0, SANDBOX_MIB * MIB);
	code = (uint16_t *)(sandbox + CODE_AT * MIB);
	data = first + 3 * GUEST_PAGE_SIZE / 2;
	for (size_t i = 0; i < GUEST_PAGE_SIZE / 2; i++)
		code[i] = C_EBREAK;
	for (size_t i = 0; i < 3 * GUEST_PAGE_SIZE / 8; i++)
		((uint64_t *)first)[i] = random64();
	root[0] = leaf(0, PTE_R | PTE_W);
	root[here] = leaf(here << 30, PTE_R | PTE_W | PTE_X);
	root[USER_BASE >> 30] = (unsigned long)middle >> 12 << PTE_PPN_SHIFT | PTE_V;
	middle[0] = (unsigned long)lower >> 12 << PTE_PPN_SHIFT | PTE_V;
	lower[0] = leaf((unsigned long)code, PTE_R | PTE_X | PTE_U);
	for (unsigned long i = 0; i < 3; i++)
		lower[1 + i] = leaf(first + i * GUEST_PAGE_SIZE, PTE_R | PTE_W | PTE_U);
	for (size_t i = 0; i < ARRAY_SIZE(alien); i++) {
		if (is_dear(alien[i]) || !guest_on_bulkhead())
			continue;
		lower[8 + i] = leaf(alien[i], PTE_R | PTE_W | PTE_X | PTE_U);
		middle[8 + i] = alien[i] >> 12 << PTE_PPN_SHIFT | PTE_V;
	}
}

/* ---- words ---- */

static uint32_t random_word(void)
{
	static const uint8_t opcodes[] = {0x03, 0x07, 0x0f, 0x13, 0x17, 0x1b, 0x23, 0x27, 0x2f, 0x33, 0x37, 0x3b, 0x43, 0x47, 0x4b,
					  0x4f, 0x53, 0x57, 0x63, 0x67, 0x6f, 0x73, 0x77, 0x0b, 0x2b, 0x5b, 0x7b};
	static const uint32_t system[] = {0x10200073, 0x30200073, 0x7b200073, 0x70200073, 0x00100073, 0x10500073, 0x00d00073,
					  0x01d00073, 0x12000073, 0x16000073, 0x18000073, 0x18100073, 0x22000073, 0x62000073,
					  0x60004073, 0x64304073, 0x6c004073, 0x62004073, 0x6e004073, 0x00000073, 0x10400073};
	uint32_t word = (uint32_t)random64();

	switch (random_below(16)) {
	case 0:
		return word;
	case 1:
	case 2:
	case 3: /* compressed */
		return (word & 0xffff) % 3 + (word & 0xfffc);
	case 4: /* CSR instructions */
		return (word & ~0x7fu) | 0x73;
	case 5:
	case 6: /* atomics of words and doublewords */
		return (word & ~0x707fu) | 0x202f | (word & 0x1000);
	case 7: /* privileged, with random registers */
		return system[random_below(ARRAY_SIZE(system))] | (random_below(2) ? word & 0xf8f80 : 0);
	case 8: /* cbo.*, fences */
		return (word & 0x7f8f80) | 0x200f;
	default:
		return (word & ~0x7fu) | opcodes[random_below(ARRAY_SIZE(opcodes))];
	}
}

static unsigned length_of(uint32_t word)
{
	return (word & 3) == 3 ? 4 : 2;
}

/* Jumps by a register's value. */
static int is_indirect(uint32_t word)
{
	if (length_of(word) == 2)
		return (word & 0xe07f) == 0x8002 && bits(word, 7, 5);
	return (word & 0x7f) == 0x67;
}

/* Jumps and branches by their own offset, which is then in *offset. */
static int is_direct(uint32_t word, long *offset)
{
	uint32_t funct3 = bits(word, 13, 3);
	long sign = (int32_t)word < 0 ? -1 : 0, short_sign = bits(word, 12, 1) ? -1 : 0;

	if (length_of(word) == 2 && (word & 3) == 1 && funct3 == 5) /* c.j */
		*offset = short_sign << 11 | (long)(bits(word, 11, 1) << 4 | bits(word, 9, 2) << 8 | bits(word, 8, 1) << 10 |
						    bits(word, 7, 1) << 6 | bits(word, 6, 1) << 7 | bits(word, 3, 3) << 1 |
						    bits(word, 2, 1) << 5);
	else if (length_of(word) == 2 && (word & 3) == 1 && funct3 > 5) /* c.beqz, c.bnez */
		*offset = short_sign << 8 | (long)(bits(word, 10, 2) << 3 | bits(word, 5, 2) << 6 | bits(word, 3, 2) << 1 |
						   bits(word, 2, 1) << 5);
	else if ((word & 0x7f) == 0x63)
		*offset = sign << 12 | (long)(bits(word, 7, 1) << 11 | bits(word, 25, 6) << 5 | bits(word, 8, 4) << 1);
	else if ((word & 0x7f) == 0x6f)
		*offset = sign << 20 | (long)(bits(word, 12, 8) << 12 | bits(word, 20, 1) << 11 | bits(word, 21, 10) << 1);
	else
		return 0;
	return 1;
}

/* stvec, sscratch and satp: without them no trap comes back. */
static int touches_own_csr(uint32_t word)
{
	uint32_t csr = word >> 20;

	return (word & 0x7f) == 0x73 && bits(word, 12, 3) && (csr == 0x105 || csr == 0x140 || csr == 0x180);
}

/* OpenSBI prints a line for each of these: privileged words that are illegal where they stand. */
static int is_noisy(uint32_t word, int is_user)
{
	if ((word & 0x307f) != 0x73 || word == ECALL || word == EBREAK || word == WFI)
		return 0;
	return is_user || (word != SRET && word >> 25 != 9 && word >> 25 != 11 && word >> 25 != 12);
}

/*
 * OpenSBI 1.8.1 takes flh and fsh for vector instructions: when one gets an access fault of the machine's (at an interrupt file, which
 * takes words alone), it emulates nothing and returns to it, for ever.
 */
static int is_half_float(uint32_t word)
{
	return (bits(word, 0, 7) == 0x07 || bits(word, 0, 7) == 0x27) && bits(word, 12, 3) == 1;
}

/* Whether a word may stand `before` bytes after the first, being the last or not. */
static int is_allowed(uint32_t word, unsigned before, int is_last, int is_user, const unsigned long x[32])
{
	unsigned rs1 = length_of(word) == 2 ? bits(word, 7, 5) : bits(word, 15, 5);
	long offset;

	if (is_half_float(word) || (is_noisy(word, is_user) && random_below(256)))
		return 0;
	if (is_direct(word, &offset)) /* what it jumps over is ebreak in either direction, or nothing at all */
		return is_last && (offset < -(long)before || offset >= (long)length_of(word));
	if (is_indirect(word)) {
		unsigned long target = (rs1 ? x[rs1] : 0) + (length_of(word) == 4 ? (unsigned long)((int32_t)word >> 20) : 0);

		return is_user && is_last && !before && target - USER_BASE > length_of(word);
	}
	return is_user || (word != ECALL && word != WFI && !touches_own_csr(word));
}

/* ---- registers ---- */

static unsigned long supervisor_value(void)
{
	unsigned long value = data + random_below(2048) - 1024;

	while (random_below(2)) {
		value = random_value();
		if (!is_dear(value))
			return value;
		value = data;
	}
	return value;
}

static unsigned long user_value(void)
{
	switch (random_below(8)) {
	case 0:
		return random_value();
	case 1:
		return USER_ALIEN + random_below(8 * GUEST_PAGE_SIZE);
	case 2:
		return USER_BASE + (8 + random_below(6)) * 2 * MIB + random_below(GUEST_PAGE_SIZE);
	case 3:
		return USER_BASE + random_below(4 * GUEST_PAGE_SIZE);
	default:
		return (USER_DATA + random_below(4096) - 2048) & (random_below(4) ? ~7ul : ~0ul);
	}
}

/* ---- a step ---- */

static void enter(void *arg)
{
	attacker_enter(arg);
}

static unsigned long run(unsigned long x[32], int is_user)
{
	unsigned long sstatus = csr_read(sstatus), counters = csr_read(scounteren);
	struct trap trap;

	csr_write(sstatus, (sstatus & ~(SSTATUS_SPP | SSTATUS_SPIE)) | SSTATUS_FS | (is_user ? SSTATUS_VS : SSTATUS_SPP));
	if (is_user) {
		csr_write(scounteren, 0); /* no time, no counts: a seed repeats itself */
		csr_write(satp, SATP_MODE_SV39 | (unsigned long)root >> 12);
	}
	__asm__ volatile("sfence.vma\n fence.i" ::: "memory");
	trap_run(&trap, enter, x);
	csr_write(satp, 0);
	__asm__ volatile("sfence.vma" ::: "memory");
	csr_write(sie, 0);
	csr_write(sstatus, sstatus & ~SSTATUS_SIE);
	csr_write(scounteren, counters);
	return trap.cause;
}

/* Causes that a guest's machine has: none of H's, none that comes without a reason. */
static int is_legal(unsigned long cause)
{
	return cause < 32 && (1u << cause & 0x4b1ffu);
}

void fuzz_insn(int is_user)
{
	unsigned count = is_user ? 1 + (unsigned)random_below(MAX_WORDS) : 1, used = 0;
	unsigned long x[32], cause;
	uint32_t word = 0;

	for (unsigned i = 1; i < 32; i++)
		x[i] = is_user ? user_value() : supervisor_value();
	x[0] = is_user ? USER_BASE : (unsigned long)code;
	for (unsigned i = 0; i < count; i++, used += length_of(word) / 2) {
		do
			word = random_word();
		while (!is_allowed(word, 2 * used, i + 1 == count, is_user, x));
		code[used] = (uint16_t)word;
		if (length_of(word) == 4)
			code[used + 1] = (uint16_t)(word >> 16);
	}
	cause = run(x, is_user);
	for (unsigned i = 0; i < used; i++)
		code[i] = C_EBREAK;
	if (is_legal(cause))
		causes[cause]++;
	else if (calls_wrong++ < 10)
		print("# wrong: %s-mode, last word %08x: cause %ld\n", is_user ? "U" : "S", word, (long)cause);
}

void fuzz_insn_report(void)
{
	for (unsigned i = 0; i < ARRAY_SIZE(causes); i++)
		if (causes[i])
			print("# random instructions that ended in cause %u: %lu\n", i, causes[i]);
}
