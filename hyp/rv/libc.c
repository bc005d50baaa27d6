// SPDX-License-Identifier: Apache-2.0
// Parts of the C library and of the compiler's, shorter than theirs.
#include <stdlib.h>

#include "lib/types.h"

// The compiler counts zeros by these, because not every hart has Zbb.
int __ctzdi2(uint64_t x);
int __clzdi2(uint64_t x);

// A de Bruijn sequence: its top six bits are others after each shift. x is not 0.
int __ctzdi2(uint64_t x)
{
	static const uint8_t shifts[64] = {
		0, 1, 2, 53, 3, 7, 54, 27, 4, 38, 41, 8, 34, 55, 48, 28, 62, 5, 39, 46, 44, 42, 22, 9, 24, 35, 59, 56, 49, 18, 29, 11,
		63, 52, 6, 26, 37, 40, 33, 47, 61, 45, 43, 21, 23, 58, 17, 10, 51, 25, 36, 32, 60, 20, 57, 16, 50, 31, 19, 15, 30, 14, 13, 12,
	};

	return shifts[((x & -x) * 0x022fdd63cc95386dull) >> 58];
}

// The highest bit alone is left, which is then counted from below.
int __clzdi2(uint64_t x)
{
	for (int n = 1; n < 64; n *= 2)
		x |= x >> n;
	return 63 - __ctzdi2(x - (x >> 1));
}

// For libfdt, which reads offsets in overlays by it: decimal digits alone, whatever the base; 0 and *end = text where there are none.
unsigned long strtoul(const char *text, char **end, int base)
{
	unsigned long value = 0;

	(void)base;
	for (; *text >= '0' && *text <= '9'; text++)
		value = 10 * value + (unsigned long)(*text - '0');
	*end = (char *)(uintptr_t)text;
	return value;
}
