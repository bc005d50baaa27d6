// SPDX-License-Identifier: Apache-2.0
// What a target of libFuzzer reads its input by, and how it says what is broken. Included by one file of a target.
#ifndef BULKHEAD_FUZZ_INPUT_H
#define BULKHEAD_FUZZ_INPUT_H

#include <stdio.h>
#include <stdlib.h>

#include "lib/types.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t *input;
static size_t input_left;

static inline void must(bool is_so, const char *what)
{
	if (is_so)
		return;
	fprintf(stderr, "broken: %s\n", what);
	abort();
}

// Behind the input's end there are zeros.
static inline uint8_t next_byte(void)
{
	return input_left != 0 ? (input_left--, *input++) : 0;
}

static inline bool next_bool(void)
{
	return (next_byte() & 1) != 0;
}

// Below count (at most 256): mostly one of a few, so that steps meet the same thing again.
static inline uint32_t next_number(uint32_t count)
{
	uint32_t byte = next_byte();

	return byte < 128 && count > 8 ? byte % 8 : byte % count;
}

static inline uint32_t next_word(void)
{
	uint32_t value = 0;

	for (int i = 0; i < 4; i++)
		value = value << 8 | next_byte();
	return value;
}

// Runs the case that the input's first byte names, with the rest of it.
static inline void run_one_of(void (*const runs[])(void), size_t count, const uint8_t *data, size_t size)
{
	if (size < 2)
		return;
	input = data + 1;
	input_left = size - 1;
	runs[data[0] % count]();
}

#endif
