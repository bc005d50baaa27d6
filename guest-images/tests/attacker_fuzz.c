/* SPDX-License-Identifier: Apache-2.0 */
/* The attacker's random walk: SBI calls, CSRs, instructions, and accesses of all kinds at addresses that are not its memory. */

#include "tests/attacker.h"

#define CSR_SSTATUS    0x100
#define CSR_SIE	       0x104
#define CSR_STVEC      0x105
#define CSR_SCOUNTEREN 0x106
#define CSR_SSCRATCH   0x140
#define CSR_SATP       0x180

static uint64_t state;

/* xorshift64*. */
uint64_t random64(void)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return state * 0x2545f4914f6cdd1dull;
}

uint64_t random_below(uint64_t limit)
{
	return (random64() >> 16) % limit;
}

unsigned long random_value(void)
{
	unsigned long value = interesting[random_below(interesting_count)];

	switch (random_below(4)) {
	case 0:
		return random64();
	case 1:
		return value + random_below(8192) - 4096;
	case 2:
		return random_below(256);
	default:
		return value;
	}
}

static void fuzz_call(void)
{
	unsigned long args[SBI_ARGS];

	for (size_t i = 0; i < 6; i++)
		args[i] = random_value();
	args[6] = random_below(8) ? random_below(10) : random64();
	args[7] = random_below(4) ? (unsigned long)known_eids[random_below(known_eid_count)] : random_below(0x21);
	attack_call(args);
}

/* Numbers whose change would only saw off the branch that this program sits on. */
static int is_own_branch(unsigned csr)
{
	return csr == CSR_STVEC || csr == CSR_SSCRATCH || csr == CSR_SATP;
}

/* On bare firmware S-mode may write hypervisor CSRs, and the next exit to M-mode would act on them. */
static int may_write(unsigned csr)
{
	return !is_own_branch(csr) && (guest_on_bulkhead() || (csr >> 8 & 3) == 1);
}

static void fuzz_csr(void)
{
	unsigned csr = (unsigned)random_below(4096);
	unsigned long sstatus = csr_read(sstatus);
	unsigned long counteren = csr_read(scounteren);
	struct trap trap;

	if (!random_below(3))
		csr = 0x100 | (csr & 0xff); /* the supervisor's own, more often */
	if (may_write(csr) && random_below(2))
		run_insn(trap_run, &trap, INSN_CSRW(csr), (void *)random_value());
	else
		run_insn(random_below(8) ? trap_run : trap_run_user, &trap, INSN_CSRR(csr), NULL);
	csr_write(sie, 0);
	csr_write(sstatus, sstatus & ~SSTATUS_SIE);
	csr_write(scounteren, counteren);
}

/* Stores to the line settings would only silence this guest's own console. */
static int is_console(unsigned long addr)
{
	return addr + 8 > 0x10000000 && addr < 0x10000100;
}

static uint32_t random_access(int store)
{
	static const uint32_t loads[] = {0x00050283, 0x00051283, 0x00052283, 0x00053283, 0x00054283,
					 0x00055283, 0x00056283, 0x4108,     0x6108,	 0x100522af, 0x100532af};
	static const uint32_t stores[] = {0x00550023, 0x00551023, 0x00552023, 0x00553023, 0xc108,     0xe108,
					  0x005522af, 0x005532af, 0x085522af, 0x185522af, 0xe05532af, 0x0045200f};

	return store ? stores[random_below(ARRAY_SIZE(stores))] : loads[random_below(ARRAY_SIZE(loads))];
}

static void jump_to(void *arg)
{
	((void (*)(void))arg)();
}

static void fuzz_access(void)
{
	unsigned long addr = random_value();
	int store = random_below(2) != 0;
	runner how = random_below(4) ? trap_run : trap_run_user;
	struct trap trap;

	if (attacker_near_memory(addr, 7, 0) || !guest_on_bulkhead())
		return;
	if (!random_below(8) && !is_console(addr))
		how(&trap, jump_to, (void *)addr);
	else if (!store || !is_console(addr))
		run_insn(how, &trap, random_access(store), (void *)addr);
}

void fuzz(uint64_t seed, unsigned long steps)
{
	state = (seed + 1) * 0x9e3779b97f4a7c15ul | 1ul << 63; /* another walk for each seed, and never 0 */
	fuzz_insn_init();
	for (unsigned long i = 0; i < steps; i++) {
		switch (random_below(6)) {
		case 0:
			fuzz_csr();
			break;
		case 1:
			fuzz_access();
			break;
		case 2:
			fuzz_insn(1);
			break;
		case 3:
			if (guest_on_bulkhead()) /* bare firmware gives S-mode the hypervisor's instructions too */
				fuzz_insn(0);
			break;
		default:
			fuzz_call();
			break;
		}
		if ((i + 1) % 10000 == 0)
			print("attacker: step %lu\n", i + 1);
	}
	fuzz_insn_report();
	print("attacker: seed %lu after %lu steps: 0x%lx\n", seed, steps, state);
}
