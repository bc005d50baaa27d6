/* SPDX-License-Identifier: Apache-2.0 */
/* Checks that floating-point and vector registers of two processes on one CPU survive context switches between them. */

#include "sys.h"

#define ROUNDS	  300
#define AT_HWCAP  16
#define HWCAP_BIT(letter) (1ul << ((letter) - 'a'))

#define EACH_F(x)                                                                                 \
	x(0) x(1) x(2) x(3) x(4) x(5) x(6) x(7) x(8) x(9) x(10) x(11) x(12) x(13) x(14) x(15) x(16) \
	x(17) x(18) x(19) x(20) x(21) x(22) x(23) x(24) x(25) x(26) x(27) x(28) x(29) x(30) x(31)

#define LOAD_F(n)  "fld f" #n ", 8*" #n "(%0)\n"
#define STORE_F(n) "fsd f" #n ", 8*" #n "(%1)\n"
#define NAME_F(n)  "f" #n,

/* Loads all 32 registers, yields the CPU by a system call, and stores them again. */
static void switch_with_f(const uint64_t *in, uint64_t *out)
{
	register long a7 __asm__("a7") = SYS_sched_yield;

	__asm__ volatile(EACH_F(LOAD_F) "ecall\n" EACH_F(STORE_F)
			 :
			 : "r"(in), "r"(out), "r"(a7)
			 : EACH_F(NAME_F) "a0", "memory");
}

/* The same with v0..v31 of 16 bytes or longer; the first 8 bytes of each are compared. */
static void switch_with_v(const uint64_t *in, uint64_t *out)
{
	__asm__ volatile(".option push\n .option arch, +v\n"
			 "vsetivli x0, 2, e64, m1, ta, ma\n"
			 "vle64.v v1, (%0)\n"
			 "vmv.v.v v9, v1\n vmv.v.v v17, v1\n vmv.v.v v31, v1\n"
			 "1: rdtime t0\n add t0, t0, %2\n"
			 "2: rdtime t1\n bltu t1, t0, 2b\n"
			 "vse64.v v1, (%1)\n addi t2, %1, 16\n"
			 "vse64.v v9, (t2)\n addi t2, t2, 16\n"
			 "vse64.v v17, (t2)\n addi t2, t2, 16\n"
			 "vse64.v v31, (t2)\n"
			 ".option pop\n"
			 :
			 : "r"(in), "r"(out), "r"(20000)
			 : "t0", "t1", "t2", "memory");
}

static int keeps_f(uint64_t seed)
{
	uint64_t in[32];
	uint64_t out[32];

	for (unsigned round = 0; round < ROUNDS; round++) {
		for (unsigned i = 0; i < 32; i++) {
			in[i] = seed * 0x9e3779b97f4a7c15ull + round * 64 + i;
			out[i] = 0;
		}
		switch_with_f(in, out);
		for (unsigned i = 0; i < 32; i++)
			if (in[i] != out[i])
				return 0;
	}
	return 1;
}

/* System calls may clobber vector registers, so a busy wait makes room for preemption instead. */
static int keeps_v(uint64_t seed)
{
	for (unsigned round = 0; round < 60; round++) {
		uint64_t in[2] = {seed + round, ~seed - round};
		uint64_t out[8] = {0};

		switch_with_v(in, out);
		for (unsigned i = 0; i < 8; i++)
			if (out[i] != in[i & 1])
				return 0;
	}
	return 1;
}

static int two_processes(int (*keeps)(uint64_t))
{
	unsigned good = 0;

	for (unsigned i = 1; i <= 2; i++)
		if (sys_fork() == 0) {
			sys_pin(0);
			sys_exit(keeps(i) ? 0 : 1);
		}
	for (unsigned i = 0; i < 2; i++)
		good += sys_wait(-1) == 0;
	return good == 2;
}

static uint64_t hwcap(void)
{
	uint64_t words[64] = {0};
	long file = sys3(SYS_openat, -100, (long)"/proc/self/auxv", 0);
	long size = sys3(SYS_read, file, (long)words, sizeof(words));

	sys3(SYS_close, file, 0, 0);
	for (unsigned i = 0; (long)(i * 8) + 16 <= size; i += 2)
		if (words[i] == AT_HWCAP)
			return words[i + 1];
	return 0;
}

void check_registers(void)
{
	uint64_t letters = hwcap();

	print("# hwcap %lx\n", letters);
	tap(two_processes(keeps_f), "floating-point registers survive context switches", NULL);
	if (letters & HWCAP_BIT('v'))
		tap(two_processes(keeps_v), "vector registers survive context switches", NULL);
	else
		tap(1, "vector registers survive context switches", "SKIP no V");
}
