/* SPDX-License-Identifier: Apache-2.0 */
/* Loads of a fixed amount of work, and how long each took: where time is the number of instructions, what it costs here. */

#include "sys.h"

#define SYS_sched_setscheduler 119
#define SYS_getppid	       173
#define SYS_socketpair	       199
#define SYS_setsockopt	       208
#define SYS_mmap	       222

#define SETTLE_NS 1000000000ul

#define STARTERS      4
#define PROCESSES     50 /* by each of them */
#define CALLS	      200000
#define STREAM_BYTES  (24ul << 20) /* twice: beyond all caches */
#define GROUPS	      2
#define PAIRS	      4 /* senders and receivers in a group */
#define MESSAGES      60 /* from each sender to each receiver */
#define MESSAGE_BYTES 100

static void wait_for_all(void)
{
	while (sys_wait(-1) >= 0)
		;
}

static void start_processes(void)
{
	static char *const arguments[] = {"/bin/checks", "nothing", NULL};

	for (int i = 0; i < PROCESSES; i++) {
		long pid = sys_fork();

		if (pid == 0) {
			sys3(SYS_execve, (long)arguments[0], (long)arguments, 0);
			sys_exit(127);
		}
		sys_wait(pid);
	}
}

static void bench_forks(void)
{
	for (int i = 0; i < STARTERS; i++)
		if (sys_fork() == 0) {
			start_processes();
			sys_exit(0);
		}
	wait_for_all();
}

static void bench_calls(void)
{
	for (int i = 0; i < CALLS; i++)
		sys3(SYS_getppid, 0, 0, 0);
}

static void bench_memory(void)
{
	static volatile uint64_t *area;
	size_t words = STREAM_BYTES / sizeof(*area);
	uint64_t sum = 0;

	if (area == NULL)
		area = (volatile uint64_t *)sys6(SYS_mmap, 0, 2 * STREAM_BYTES, 3, 0x22, -1, 0); /* read and write; private, anonymous */
	for (size_t i = 0; i < words; i++)
		area[i] = i;
	for (size_t i = 0; i < words; i++)
		area[words + i] = area[i];
	for (size_t i = 0; i < words; i++)
		sum += area[words + i];
	if (sum != words * (words - 1) / 2)
		print("bulkhead-linux: bench memory is not what was written\n");
}

/* Reads or writes whole messages. */
static void move_messages(long call, int end, unsigned count)
{
	static char message[MESSAGE_BYTES];

	for (size_t left = count * sizeof(message); left > 0;) {
		long moved = sys3(call, end, (long)message, (long)(left % sizeof(message) ? left % sizeof(message) : sizeof(message)));

		if (moved <= 0)
			sys_exit(1);
		left -= (size_t)moved;
	}
}

/* As hackbench does it: in each group every sender writes to every receiver, through the receiver's socket. */
static void bench_ipc(void)
{
	const int room = 0; /* as little as the kernel allows: a few messages, then the sender waits */

	for (int group = 0; group < GROUPS; group++) {
		int ends[PAIRS][2];

		for (int i = 0; i < PAIRS; i++)
			if (sys6(SYS_socketpair, 1, 1, 0, (long)ends[i], 0, 0) || /* AF_UNIX, SOCK_STREAM */
			    sys6(SYS_setsockopt, ends[i][1], 1, 7, (long)&room, sizeof(room), 0)) /* SOL_SOCKET, SO_SNDBUF */
				return;
		for (int i = 0; i < PAIRS; i++) {
			if (sys_fork() == 0) {
				move_messages(SYS_read, ends[i][0], PAIRS * MESSAGES);
				sys_exit(0);
			}
			if (sys_fork() == 0) {
				for (int n = 0; n < MESSAGES; n++)
					for (int to = 0; to < PAIRS; to++)
						move_messages(SYS_write, ends[to][1], 1);
				sys_exit(0);
			}
		}
		for (int i = 0; i < 2 * PAIRS; i++)
			sys3(SYS_close, ends[i / 2][i % 2], 0, 0);
	}
	wait_for_all();
}

/* First come, first served, until it waits: who runs when, and with it how much there is to do, is no matter of chance. */
void run_bench(uint64_t rounds)
{
	const int priority = 1;
	static const struct {
		const char *name;
		void (*run)(void);
	} loads[] = {{"forks", bench_forks}, {"calls", bench_calls}, {"memory", bench_memory}, {"ipc", bench_ipc}};

	sys3(SYS_sched_setscheduler, 0, 1, (long)&priority); /* SCHED_FIFO; children have it, too */
	for (unsigned i = 0; i < sizeof(loads) / sizeof(loads[0]); i++) {
		loads[i].run(); /* once for what only the first time has */
		for (uint64_t round = 0; round < rounds; round++) {
			uint64_t begin;

			sys_sleep(SETTLE_NS);
			begin = sys_now();
			loads[i].run();
			print("bulkhead-linux: bench %s %lu ns\n", loads[i].name, sys_now() - begin);
		}
	}
}
