/* SPDX-License-Identifier: Apache-2.0 */
/* A load of every kind a kernel makes for itself (CPU, timers, IPIs, memory, processes), which prints nothing while it runs. */

#include "sys.h"

#define SYS_pipe2       59
#define SYS_setpriority 140
#define SYS_munmap      215
#define SYS_mmap        222
#define SYS_membarrier  283

#define GLOBAL_EXPEDITED	  2 /* of membarrier: an IPI to each CPU that runs a process which has registered */
#define REGISTER_GLOBAL_EXPEDITED 4

#define US	  1000ul
#define AREA	  (4ul << 20) /* bytes that come and go */
#define PAGE	  4096
#define SETTLE_NS 5000000000ul

static uint64_t end;

static int goes_on(void)
{
	return sys_now() < end;
}

/* Where nobody else wants to run, so that those that wake each other do it often. */
static void count_up(void)
{
	sys3(SYS_setpriority, 0, 0, 19);
	while (goes_on())
		for (volatile unsigned i = 0; i < 100000; i++)
			;
}

static void sleep_shortly(void)
{
	for (unsigned n = 0; goes_on(); n++)
		sys_sleep((50 + n % 7 * 100) * US);
}

static void interrupt_others(void)
{
	sys3(SYS_membarrier, REGISTER_GLOBAL_EXPEDITED, 0, 0);
	while (goes_on()) {
		sys3(SYS_membarrier, GLOBAL_EXPEDITED, 0, 0);
		sys_sleep(300 * US);
	}
}

static void touch_memory(void)
{
	while (goes_on()) {
		long at = sys6(SYS_mmap, 0, AREA, 3, 0x22, -1, 0); /* read and write; private, anonymous */

		if (at < 0)
			return;
		for (unsigned long i = 0; i < AREA; i += PAGE)
			*(volatile char *)(at + (long)i) = 1;
		sys3(SYS_munmap, at, AREA, 0);
	}
}

static void start_processes(void)
{
	static char *const arguments[] = {"/bin/checks", "nothing", NULL};

	while (goes_on()) {
		long pid = sys_fork();

		if (pid == 0) {
			sys3(SYS_execve, (long)arguments[0], (long)arguments, 0);
			sys_exit(127);
		}
		sys_wait(pid);
	}
}

static void start(void (*work)(void), int cpu)
{
	if (sys_fork() != 0)
		return;
	if (cpu >= 0)
		sys_pin((unsigned)cpu);
	work();
	sys_exit(0);
}

/* Two processes on two CPUs that wake each other by a byte that goes around. */
static void start_pair(void)
{
	int ends[2][2];

	for (int i = 0; i < 2; i++)
		if (sys3(SYS_pipe2, (long)ends[i], 0, 0))
			return;
	sys3(SYS_write, ends[0][1], (long)"x", 1);
	for (int i = 0; i < 2; i++)
		if (sys_fork() == 0) {
			char byte = 0;

			sys_pin((unsigned)i);
			sys3(SYS_close, ends[i][1], 0, 0);
			sys3(SYS_close, ends[!i][0], 0, 0);
			while (goes_on() && sys3(SYS_read, ends[i][0], (long)&byte, 1) == 1)
				sys3(SYS_write, ends[!i][1], (long)&byte, 1);
			sys_exit(0);
		}
	for (int i = 0; i < 4; i++)
		sys3(SYS_close, ends[i / 2][i % 2], 0, 0);
}

void run_load(uint64_t seconds)
{
	sys_sleep(SETTLE_NS);
	end = sys_now() + seconds * 1000000000u;
	for (int cpu = 0; cpu < 2; cpu++) {
		start(count_up, cpu);
		start(sleep_shortly, cpu);
		start(interrupt_others, cpu);
	}
	start_pair();
	start(touch_memory, -1); /* wherever the kernel puts them: they move, and with them what has to be fenced */
	start(start_processes, -1);
	start(start_processes, -1);
	while (sys_wait(-1) >= 0)
		;
	sys_sleep(SETTLE_NS);
}
