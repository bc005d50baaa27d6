// SPDX-License-Identifier: Apache-2.0
// Compares text with a file of test/golden, or rewrites the file when UPDATE_GOLDEN is set.
#ifndef BULKHEAD_TEST_GOLDEN_H
#define BULKHEAD_TEST_GOLDEN_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "testing.h"

// name: a file of test/golden; tests run in the top folder.
static inline void assert_golden(const char *name, const char *text)
{
	static char expected[0x20000];
	char path[256];
	const char *update = getenv("UPDATE_GOLDEN");
	FILE *file;
	size_t size;

	snprintf(path, sizeof(path), "test/golden/%s", name);
	if (update && *update) {
		file = fopen(path, "w");
		assert_non_null(file);
		assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
		assert_int_equal(fclose(file), 0);
		return;
	}
	file = fopen(path, "r");
	if (!file)
		fail_msg("%s is missing: make test-host UPDATE_GOLDEN=1 writes it", path);
	size = fread(expected, 1, sizeof(expected) - 1, file);
	fclose(file);
	expected[size] = 0;
	assert_string_equal(text, expected);
}

#endif
