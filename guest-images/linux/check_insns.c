/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of what single instructions do in a user process: each runs in a child, whose end is compared with a table. */

#include "sys.h"

#define ENDS_WELL 0

static void run_rdcycle(void)
{
	unsigned long a, b;

	__asm__ volatile("rdcycle %0\n nop\n rdcycle %1" : "=r"(a), "=r"(b));
	sys_exit(b - a < 1ul << 40 ? 0 : 1);
}

static void run_rdinstret(void)
{
	unsigned long a, b;

	__asm__ volatile("rdinstret %0\n nop\n rdinstret %1" : "=r"(a), "=r"(b));
	sys_exit(b - a < 1ul << 40 ? 0 : 1);
}

static void run_rdtime(void)
{
	unsigned long a, b;

	__asm__ volatile("rdtime %0\n nop\n rdtime %1" : "=r"(a), "=r"(b));
	sys_exit(b - a < 1ul << 40 ? 0 : 1);
}

static void run_hpmcounter(void)
{
	__asm__ volatile("csrr x0, hpmcounter3");
}

static void run_zero(void)
{
	__asm__ volatile(".half 0");
}

static void run_reserved(void)
{
	__asm__ volatile(".word 0xffffffff");
}

static void run_ebreak(void)
{
	__asm__ volatile(".option push\n .option norvc\n ebreak\n .option pop");
}

static void run_c_ebreak(void)
{
	__asm__ volatile("c.ebreak");
}

static void run_read_sstatus(void)
{
	__asm__ volatile("csrr x0, 0x100");
}

static void run_write_satp(void)
{
	__asm__ volatile("csrw 0x180, x0");
}

static void run_read_hstatus(void)
{
	__asm__ volatile("csrr x0, 0x600");
}

static void run_read_vsatp(void)
{
	__asm__ volatile("csrr x0, 0x280");
}

static void run_read_mstatus(void)
{
	__asm__ volatile("csrr x0, 0x300");
}

static void run_hlv(void)
{
	__asm__ volatile("mv a0, sp\n .word 0x6c054573" ::: "a0"); /* hlv.d a0, (a0) */
}

static void run_hfence(void)
{
	__asm__ volatile(".word 0x62000073"); /* hfence.gvma */
}

static void run_sret(void)
{
	__asm__ volatile(".word 0x10200073");
}

static void run_mret(void)
{
	__asm__ volatile(".word 0x30200073");
}

static void run_sfence(void)
{
	__asm__ volatile("sfence.vma");
}

static void run_misaligned(void)
{
	static volatile uint8_t bytes[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
	uint64_t value;
	uint64_t wanted = 0x0807060504030201ull >> 8 | 9ull << 56;

	__asm__ volatile("ld %0, 0(%1)" : "=r"(value) : "r"(bytes + 1) : "memory");
	if (value != wanted)
		sys_exit(1);
	__asm__ volatile("sw %0, 0(%1)" ::"r"(0xa1b2c3d4), "r"(bytes + 3) : "memory");
	if (bytes[3] != 0xd4 || bytes[4] != 0xc3 || bytes[5] != 0xb2 || bytes[6] != 0xa1 ||
	    bytes[7] != 8 || bytes[2] != 3)
		sys_exit(2);
	sys_exit(0);
}

static void run_misaligned_amo(void)
{
	static uint64_t words[2];

	__asm__ volatile("amoadd.w x0, %0, (%1)" ::"r"(1), "r"((char *)words + 1) : "memory");
}

static void run_jump_unmapped(void)
{
	__asm__ volatile("jr %0" ::"r"(0x1234000ul));
}

static void run_load_unmapped(void)
{
	__asm__ volatile("lb x0, 0(%0)" ::"r"(0x1234000ul));
}

static void run_store_readonly(void)
{
	__asm__ volatile("sb x0, 0(%0)" ::"r"((unsigned long)&run_store_readonly) : "memory");
}

static void run_load_kernel(void)
{
	__asm__ volatile("lb x0, 0(%0)" ::"r"(0xffffffff80000000ul));
}

static void run_wfi(void)
{
	__asm__ volatile("wfi");
}

static void run_lr_sc(void)
{
	static uint32_t word;
	unsigned tries = 0;
	unsigned long failed;

	do {
		__asm__ volatile("lr.w t0, (%1)\n addi t0, t0, 1\n sc.w %0, t0, (%1)"
				 : "=&r"(failed)
				 : "r"(&word)
				 : "t0", "memory");
	} while (failed && ++tries < 1000);
	sys_exit(word == 1 ? 0 : 1);
}

/*
 * What each must end with: a signal, or ENDS_WELL. Two ends are allowed where the answer is not the machine's alone: the
 * kernel decides whether user processes may read counters, some cores do misaligned atomics.
 */
static const struct {
	const char *name;
	void (*run)(void);
	int wanted;
	int or;
} rows[] = {
	{"rdcycle", run_rdcycle, ENDS_WELL, SIGILL},
	{"rdinstret", run_rdinstret, ENDS_WELL, SIGILL},
	{"rdtime", run_rdtime, ENDS_WELL, ENDS_WELL},
	{"hpmcounter3", run_hpmcounter, ENDS_WELL, SIGILL},
	{"illegal (all zero)", run_zero, SIGILL, SIGILL},
	{"illegal (all one)", run_reserved, SIGILL, SIGILL},
	{"ebreak", run_ebreak, SIGTRAP, SIGTRAP},
	{"c.ebreak", run_c_ebreak, SIGTRAP, SIGTRAP},
	{"read sstatus", run_read_sstatus, SIGILL, SIGILL},
	{"write satp", run_write_satp, SIGILL, SIGILL},
	{"read hstatus", run_read_hstatus, SIGILL, SIGILL},
	{"read vsatp", run_read_vsatp, SIGILL, SIGILL},
	{"read mstatus", run_read_mstatus, SIGILL, SIGILL},
	{"hlv.d", run_hlv, SIGILL, SIGILL},
	{"hfence.gvma", run_hfence, SIGILL, SIGILL},
	{"sret", run_sret, SIGILL, SIGILL},
	{"mret", run_mret, SIGILL, SIGILL},
	{"sfence.vma", run_sfence, SIGILL, SIGILL},
	{"wfi", run_wfi, SIGILL, SIGILL},
	{"misaligned load and store", run_misaligned, ENDS_WELL, ENDS_WELL},
	{"misaligned amo", run_misaligned_amo, SIGBUS, ENDS_WELL},
	{"lr/sc", run_lr_sc, ENDS_WELL, ENDS_WELL},
	{"jump to an unmapped page", run_jump_unmapped, SIGSEGV, SIGSEGV},
	{"load from an unmapped page", run_load_unmapped, SIGSEGV, SIGSEGV},
	{"store to a read-only page", run_store_readonly, SIGSEGV, SIGSEGV},
	{"load from the kernel", run_load_kernel, SIGSEGV, SIGSEGV},
};

static const char *end_name(int end)
{
	switch (end) {
	case ENDS_WELL:
		return "works";
	case SIGILL:
		return "SIGILL";
	case SIGTRAP:
		return "SIGTRAP";
	case SIGBUS:
		return "SIGBUS";
	case SIGSEGV:
		return "SIGSEGV";
	default:
		return "another end";
	}
}

/* Runs one row in a child. Returns the signal that ended it, ENDS_WELL, or 100 + exit code. */
static int end_of(void (*run)(void))
{
	long pid = sys_fork();
	long status;

	if (pid == 0) {
		run();
		sys_exit(0);
	}
	status = sys_wait(pid);
	if (status & 0x7f)
		return (int)(status & 0x7f);
	return status ? 100 + (int)(status >> 8) : ENDS_WELL;
}

void check_instructions(int values_only)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int end = end_of(rows[i].run);

		print("# value: %s = %s\n", rows[i].name, end_name(end));
		if (!values_only)
			tap(end == rows[i].wanted || end == rows[i].or, rows[i].name, NULL);
	}
}
