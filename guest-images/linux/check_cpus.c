/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of processes, clocks and CPUs: fork and exec, sleep accuracy, every CPU used, hotplug of each secondary CPU. */

#include "sys.h"

#define PROCESSES 200
#define MS	  1000000ul

uint64_t cpus_online(void)
{
	uint64_t mask[16] = {0};

	sys3(SYS_sched_getaffinity, 0, sizeof(mask), (long)mask);
	return mask[0];
}

static void check_fork_exec(void)
{
	static char *const arguments[] = {"/bin/checks", "nothing", NULL};
	unsigned good = 0;

	for (unsigned i = 0; i < PROCESSES; i++) {
		long pid = sys_fork();

		if (pid == 0) {
			sys3(SYS_execve, (long)arguments[0], (long)arguments, 0);
			sys_exit(127);
		}
		good += sys_wait(pid) == 0;
	}
	tap(good == PROCESSES, "200 processes fork, exec and end well", NULL);
}

static void check_sleep(void)
{
	uint64_t begin = sys_now();
	uint64_t taken;

	sys_sleep(1000 * MS);
	taken = sys_now() - begin;
	print("# sleep of 1 s took %lu us\n", taken / 1000);
	tap(taken >= 1000 * MS && taken < 1500 * MS, "sleep of one second takes one second", NULL);

	begin = sys_now();
	for (unsigned i = 0; i < 20; i++)
		sys_sleep(10 * MS);
	taken = sys_now() - begin;
	print("# 20 sleeps of 10 ms took %lu us\n", taken / 1000);
	tap(taken >= 200 * MS && taken < 700 * MS, "short sleeps take their time", NULL);
}

void check_processes(void)
{
	check_fork_exec();
	check_sleep();
}

/* Runs on one CPU: true if the kernel moved us there and the clock advances by busy waiting. */
static int cpu_works(unsigned cpu)
{
	unsigned now_on = ~0u;
	uint64_t end;

	if (sys_pin(cpu))
		return 0;
	end = sys_now() + 20 * MS;
	while (sys_now() < end)
		;
	sys3(SYS_getcpu, (long)&now_on, 0, 0);
	return now_on == cpu;
}

static void check_all_used(void)
{
	uint64_t cpus = cpus_online();
	unsigned good = 0;
	unsigned count = 0;

	for (unsigned cpu = 0; cpu < 64; cpu++) {
		if (!(cpus >> cpu & 1))
			continue;
		count++;
		if (sys_fork() == 0)
			sys_exit(cpu_works(cpu) ? 0 : 1);
	}
	for (unsigned i = 0; i < count; i++)
		good += sys_wait(-1) == 0;
	print("# %u cpus\n", count);
	tap(good == count, "every cpu runs a process at the same time", NULL);
}

static long write_online(unsigned cpu, const char *value)
{
	char path[] = "/sys/devices/system/cpu/cpu0/online";
	long file;
	long result;

	path[sizeof("/sys/devices/system/cpu/cpu") - 1] = (char)('0' + cpu);
	file = sys3(SYS_openat, -100, (long)path, 1);
	if (file < 0)
		return file;
	result = sys3(SYS_write, file, (long)value, 1);
	sys3(SYS_close, file, 0, 0);
	return result;
}

static int cpu_works_in_child(unsigned cpu)
{
	long pid = sys_fork();

	if (pid == 0)
		sys_exit(cpu_works(cpu) ? 0 : 1);
	return sys_wait(pid) == 0;
}

static void check_hotplug(unsigned cpu)
{
	uint64_t all = cpus_online();

	print("# cpu %u off and on\n", cpu);
	tap(write_online(cpu, "0") == 1 && cpus_online() == (all & ~(1ul << cpu)),
	    "a secondary cpu goes offline", NULL);
	tap(!cpu_works_in_child(cpu), "an offline cpu runs nothing", NULL);
	tap(write_online(cpu, "1") == 1 && cpus_online() == all && cpu_works_in_child(cpu),
	    "the cpu comes back and runs a process", NULL);
}

void check_cpus(void)
{
	uint64_t cpus = cpus_online();

	check_all_used();
	for (unsigned cpu = 1; cpu < 8; cpu++)
		if (cpus >> cpu & 1)
			check_hotplug(cpu);
}
