/* SPDX-License-Identifier: Apache-2.0 */
/* Raw Linux system calls and a few helpers for the check programs; no C library is linked. */
#ifndef SYS_H
#define SYS_H

#include <stddef.h>
#include <stdint.h>

/* Numbers of the generic table (Linux, include/uapi/asm-generic/unistd.h); no kernel headers are needed. */
#define SYS_ioctl 29
#define SYS_openat 56
#define SYS_close 57
#define SYS_read 63
#define SYS_write 64
#define SYS_exit_group 94
#define SYS_nanosleep 101
#define SYS_clock_gettime 113
#define SYS_sched_setaffinity 122
#define SYS_sched_getaffinity 123
#define SYS_sched_yield 124
#define SYS_getcpu 168
#define SYS_clone 220
#define SYS_execve 221
#define SYS_mmap 222
#define SYS_perf_event_open 241
#define SYS_wait4 260

#define SIGILL	4
#define SIGTRAP 5
#define SIGBUS	7
#define SIGKILL 9
#define SIGSEGV 11
#define SIGCHLD 17

struct sys_timespec {
	long seconds;
	long nanoseconds;
};

/* Arguments after the number as the kernel takes them; a result in -4095..-1 is a negated errno. */
static inline long sys6(long number, long a, long b, long c, long d, long e, long f)
{
	register long a0 __asm__("a0") = a;
	register long a1 __asm__("a1") = b;
	register long a2 __asm__("a2") = c;
	register long a3 __asm__("a3") = d;
	register long a4 __asm__("a4") = e;
	register long a5 __asm__("a5") = f;
	register long a7 __asm__("a7") = number;

	__asm__ volatile("ecall"
			 : "+r"(a0)
			 : "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a5), "r"(a7)
			 : "memory");
	return a0;
}

static inline long sys3(long number, long a, long b, long c)
{
	return sys6(number, a, b, c, 0, 0, 0);
}

static inline _Noreturn void sys_exit(long code)
{
	for (;;)
		sys3(SYS_exit_group, code, 0, 0);
}

static inline long sys_fork(void)
{
	return sys6(SYS_clone, SIGCHLD, 0, 0, 0, 0, 0);
}

/* Waits for one child. Returns the raw wait status, or a negated errno. */
static inline long sys_wait(long pid)
{
	int status = 0;
	long result = sys6(SYS_wait4, pid, (long)&status, 0, 0, 0, 0);

	return result < 0 ? result : status;
}

/* Nanoseconds of CLOCK_MONOTONIC. */
static inline uint64_t sys_now(void)
{
	struct sys_timespec now = {0, 0};

	sys3(SYS_clock_gettime, 1, (long)&now, 0);
	return (uint64_t)now.seconds * 1000000000u + (uint64_t)now.nanoseconds;
}

static inline void sys_sleep(uint64_t nanoseconds)
{
	struct sys_timespec left = {(long)(nanoseconds / 1000000000u),
				    (long)(nanoseconds % 1000000000u)};

	sys3(SYS_nanosleep, (long)&left, 0, 0);
}

/* Waits until the terminal has sent all output (tcdrain): power-off does not. */
static inline void sys_drain(void)
{
	sys3(SYS_ioctl, 1, 0x5409, 1);
}

/* Lets this process run on one CPU only. Returns 0 or a negated errno. */
static inline long sys_pin(unsigned cpu)
{
	uint64_t mask = 1ul << cpu;

	return sys3(SYS_sched_setaffinity, 0, sizeof(mask), (long)&mask);
}

/* report.c. Text output: print() knows %s %d %u %x and %lu/%lx/%ld, and writes one line in one call. */
void print(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* One TAP line; detail may be NULL. */
void tap(int passed, const char *name, const char *detail);
/* The plan and the sums of all lines. Returns how many have failed. */
unsigned tap_end(void);

/* The parts of the check program, each reporting through tap(). */
void check_processes(void);
void check_cpus(void);
void check_registers(void);
void check_instructions(int values_only);

/* load.c: for some seconds a load of all kinds on the first two CPUs, before and after it a few idle ones. */
void run_load(uint64_t seconds);

/* bench.c: loads of a fixed amount of work, this many times each; a line says how long each took. */
void run_bench(uint64_t rounds);

/* samples.c: samples of cycles and instructions, one each time so many have gone by; a line says how many of how many came. */
void run_samples(uint64_t period);

/* CPUs this process may run on, as a mask of the first 64. */
uint64_t cpus_online(void);

#endif
