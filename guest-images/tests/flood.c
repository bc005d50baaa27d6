/* SPDX-License-Identifier: Apache-2.0 */
/* Prints numbered lines as fast as the console takes them, so that a lost byte is visible. Boot argument: lines=N. */

#include "bare/guest.h"

void guest_main(void)
{
	unsigned long lines = guest_arg("lines", 1000);
	unsigned long begin = rdtime();

	for (unsigned long i = 1; i <= lines; i++)
		print("flood %06lu abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/\n", i);
	print("flood done: %lu lines in %lu ticks\n", lines, rdtime() - begin);
}
