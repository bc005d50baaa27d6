/* SPDX-License-Identifier: Apache-2.0 */
/* What the check program says: text, and results in TAP. */

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

unsigned tap_end(void)
{
	print("1..%u\n# %u passed, %u failed\n", passed_count + failed_count, passed_count, failed_count);
	return failed_count;
}
