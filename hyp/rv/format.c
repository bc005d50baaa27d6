// SPDX-License-Identifier: Apache-2.0
// snprintf and vsnprintf (ISO C 7.21.6.5, 7.21.6.12), as far as the hypervisor uses them: %s %c %d %u %x %%, the lengths l and z, the
// flags -, 0 and #, a width. A quarter of the library's, which knows the rest as well.
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct output {
	char *text;
	size_t size, length; // length may pass size
};

static void put_char(struct output *o, char c)
{
	if (o->length < o->size)
		o->text[o->length] = c;
	o->length++;
}

static void pad(struct output *o, char c, int count)
{
	while (count-- > 0)
		put_char(o, c);
}

// What stands between % and the conversion.
struct spec {
	bool left, zero, prefix, is_long;
	int width;
};

static const char *read_spec(const char *format, struct spec *s)
{
	*s = (struct spec){ 0 };
	for (;; format++) {
		if (*format == '-')
			s->left = true;
		else if (*format == '#')
			s->prefix = true;
		else if (*format == '0' && s->width == 0)
			s->zero = true;
		else if (*format >= '0' && *format <= '9')
			s->width = 10 * s->width + *format - '0';
		else if (*format == 'l' || *format == 'z')
			s->is_long = true;
		else
			return format;
	}
}

int vsnprintf(char *buf, size_t size, const char *format, va_list args)
{
	struct output o = { buf, size, 0 };

	for (; *format != '\0'; format++) {
		char room[24], *end = room + sizeof(room);
		const char *text = end - 1;
		int length = 1;
		struct spec s;

		if (*format != '%') {
			put_char(&o, *format);
			continue;
		}
		format = read_spec(format + 1, &s);
		if (*format == 's') {
			text = va_arg(args, const char *);
			length = (int)strlen(text);
		} else if (*format == 'd' || *format == 'u' || *format == 'x') {
			uint64_t value = s.is_long ? va_arg(args, uint64_t) : (uint64_t)va_arg(args, int);
			bool is_negative = *format == 'd' && (int64_t)value < 0, has_prefix = s.prefix && value != 0;
			char *digit = end;

			if (is_negative)
				value = -value;
			else if (!s.is_long)
				value = (uint32_t)value; // an unsigned int, that is
			do
				*--digit = "0123456789abcdef"[value % (*format == 'x' ? 16 : 10)];
			while ((value /= *format == 'x' ? 16 : 10) != 0);
			if (has_prefix)
				*--digit = 'x', *--digit = '0';
			if (is_negative)
				*--digit = '-';
			text = digit;
			length = (int)(end - text);
		} else {
			end[-1] = *format == 'c' ? (char)va_arg(args, int) : *format;
		}
		if (!s.left)
			pad(&o, s.zero ? '0' : ' ', s.width - length);
		for (int i = 0; i < length; i++)
			put_char(&o, text[i]);
		if (s.left)
			pad(&o, ' ', s.width - length);
	}
	if (size != 0)
		buf[o.length < size ? o.length : size - 1] = '\0';
	return (int)o.length;
}

int snprintf(char *buf, size_t size, const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(buf, size, format, args);
	va_end(args);
	return length;
}
