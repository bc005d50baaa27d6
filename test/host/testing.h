// SPDX-License-Identifier: Apache-2.0
// What every host test includes: cmocka with the headers it wants, and a random number generator that repeats itself.
#ifndef BULKHEAD_TEST_TESTING_H
#define BULKHEAD_TEST_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

// xorshift64*: the same sequence on every host, so that a failure can be repeated. state must not be 0.
static inline uint64_t random_next(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 0x2545f4914f6cdd1dull;
}

// A number below limit.
static inline uint64_t random_below(uint64_t *state, uint64_t limit)
{
	return (random_next(state) >> 16) % limit;
}

#endif
