/* SPDX-License-Identifier: Apache-2.0 */
/* The check program of the Linux guest image: runs every part and reports in TAP; also load generators for other tests. */

#include <stdarg.h>

#include "sys.h"

static unsigned passed_count;
static unsigned failed_count;

struct line {
	char text[256];
	size_t used;
};

static void put_char(struct line *line, char c)
{
	if (line->used < sizeof(line->text))
		line->text[line->used++] = c;
}

static void put_string(struct line *line, const char *text)
{
	while (*text)
		put_char(line, *text++);
}

static void put_number(struct line *line, uint64_t number, unsigned base)
{
	char digits[24];
	unsigned count = 0;

	do {
		digits[count++] = "0123456789abcdef"[number % base];
		number /= base;
	} while (number);
	while (count)
		put_char(line, digits[--count]);
}

static void put_signed(struct line *line, int64_t number)
{
	if (number < 0)
		put_char(line, '-');
	put_number(line, number < 0 ? -(uint64_t)number : (uint64_t)number, 10);
}

void print(const char *format, ...)
{
	struct line line = {.used = 0};
	va_list args;

	va_start(args, format);
	for (; *format; format++) {
		int is_long = 0;

		if (*format != '%') {
			put_char(&line, *format);
			continue;
		}
		if (*++format == 'l') {
			is_long = 1;
			format++;
		}
		if (*format == 's')
			put_string(&line, va_arg(args, const char *));
		else if (*format == 'd')
			put_signed(&line, is_long ? va_arg(args, long) : va_arg(args, int));
		else
			put_number(&line, is_long ? va_arg(args, unsigned long) : va_arg(args, unsigned),
				   *format == 'x' ? 16 : 10);
	}
	va_end(args);
	sys3(SYS_write, 1, (long)line.text, (long)line.used);
}

void tap(int passed, const char *name, const char *detail)
{
	unsigned number = passed_count + failed_count + 1;

	if (passed)
		passed_count++;
	else
		failed_count++;
	print("%s %u - %s%s%s\n", passed ? "ok" : "not ok", number, name,
	      detail ? " # " : "", detail ? detail : "");
}

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

static void run_checks(void)
{
	check_processes();
	check_cpus();
	check_registers();
	check_instructions(0);
	print("1..%u\n# %u passed, %u failed\n", passed_count + failed_count, passed_count,
	      failed_count);
}

_Noreturn void checks_main(const long *stack);

/* Entered from start.S with the initial stack pointer. */
_Noreturn void checks_main(const long *stack)
{
	const char *action = stack[0] > 1 ? (const char *)stack[2] : "checks";

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
		run_checks();
	sys_drain();
	sys_exit(failed_count != 0);
}
