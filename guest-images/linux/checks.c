/* SPDX-License-Identifier: Apache-2.0 */
/* The check program of the Linux guest image: runs every part and reports in TAP; also load generators for other tests. */

#include "sys.h"

static uint64_t number_after(const char *text, char mark)
{
	uint64_t number = 0;

	while (*text && *text != mark)
		text++;
	if (*text)
		text++;
	while (*text >= '0' && *text <= '9')
		number = number * 10 + (uint64_t)(*text++ - '0');
	return number;
}

static int starts_with(const char *text, const char *start)
{
	while (*start)
		if (*text++ != *start++)
			return 0;
	return 1;
}

/* A process that is started by exec and does nothing: what the fork loop pays for. */
static void run_forks(uint64_t count)
{
	static char *const arguments[] = {"/bin/checks", "nothing", NULL};
	uint64_t begin = sys_now();
	uint64_t good = 0;

	for (uint64_t i = 0; i < count; i++) {
		long pid = sys_fork();

		if (pid == 0) {
			sys3(SYS_execve, (long)arguments[0], (long)arguments, 0);
			sys_exit(127);
		}
		good += sys_wait(pid) == 0;
	}
	print("bulkhead-linux: %lu of %lu processes ended well in %lu us\n", good, count,
	      (sys_now() - begin) / 1000);
}

/* One busy process per CPU, for a number of seconds. */
static void run_busy(uint64_t seconds)
{
	uint64_t cpus = cpus_online();
	uint64_t end = sys_now() + seconds * 1000000000u;

	for (unsigned cpu = 0; cpu < 64; cpu++)
		if (cpus >> cpu & 1 && sys_fork() == 0) {
			sys_pin(cpu);
			while (sys_now() < end)
				;
			sys_exit(0);
		}
	while (sys_wait(-1) >= 0)
		;
	print("bulkhead-linux: busy for %lu s done\n", seconds);
}

static unsigned run_checks(void)
{
	check_processes();
	check_cpus();
	check_registers();
	check_instructions(0);
	return tap_end();
}

_Noreturn void checks_main(const long *stack);

/* Entered from start.S with the initial stack pointer. */
_Noreturn void checks_main(const long *stack)
{
	const char *action = stack[0] > 1 ? (const char *)stack[2] : "checks";
	unsigned failed = 0;

	if (starts_with(action, "nothing"))
		sys_exit(0);
	if (starts_with(action, "drain"))
		; /* only what is below */
	else if (starts_with(action, "forks="))
		run_forks(number_after(action, '='));
	else if (starts_with(action, "busy="))
		run_busy(number_after(action, '='));
	else if (starts_with(action, "load="))
		run_load(number_after(action, '='));
	else if (starts_with(action, "bench="))
		run_bench(number_after(action, '='));
	else if (starts_with(action, "samples="))
		run_samples(number_after(action, '='));
	else if (starts_with(action, "values"))
		check_instructions(1);
	else
		failed = run_checks();
	sys_drain();
	sys_exit(failed != 0);
}
