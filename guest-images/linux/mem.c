/* SPDX-License-Identifier: Apache-2.0 */
/* The memory functions that the compiler may call by itself; compiled without turning their loops into calls of themselves. */

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memset(void *to, int value, size_t size);

__attribute__((optimize("no-tree-loop-distribute-patterns"))) void *
memcpy(void *restrict to, const void *restrict from, size_t size)
{
	char *target = to;
	const char *source = from;

	while (size--)
		*target++ = *source++;
	return to;
}

__attribute__((optimize("no-tree-loop-distribute-patterns"))) void *
memset(void *to, int value, size_t size)
{
	char *target = to;

	while (size--)
		*target++ = (char)value;
	return to;
}
