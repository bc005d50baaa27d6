// SPDX-License-Identifier: Apache-2.0
// For tests of device-tree readers: trees from source through dtc, and what a diagnosis should say. Tests run in the top folder.
// To be included first: it asks for POSIX.
#ifndef BULKHEAD_TEST_HOST_DT_UTIL_H
#define BULKHEAD_TEST_HOST_DT_UTIL_H

#define _POSIX_C_SOURCE 200809L

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/diag.h"
#include "testing.h"

#define DATA "test/host/data/"

struct blob {
	uint8_t *data;
	size_t size;
};

// What its header says.
static inline uint32_t dtb_total_size(const uint8_t *tree)
{
	return (uint32_t)tree[4] << 24 | (uint32_t)tree[5] << 16 | (uint32_t)tree[6] << 8 | tree[7];
}

// All a stream holds. The buffer is exactly as large, so that ASan sees the first byte read beyond it.
static inline struct blob read_stream(FILE *stream)
{
	struct blob b = { NULL, 0 };
	size_t room = 1 << 20, got;
	uint8_t *buf = malloc(room);
	while ((got = fread(buf + b.size, 1, room - b.size, stream)) != 0) {
		b.size += got;
		if (b.size == room)
			buf = realloc(buf, room *= 2);
	}
	b.data = malloc(b.size + !b.size);
	memcpy(b.data, buf, b.size);
	free(buf);
	return b;
}

static inline struct blob run_command(const char *command)
{
	FILE *pipe = popen(command, "r");
	assert_non_null(pipe);
	struct blob b = read_stream(pipe);
	if (pclose(pipe) != 0)
		fail_msg("failed: %s", command);
	return b;
}

static inline void write_file(const char *path, const void *data, size_t size)
{
	FILE *file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, size, file), size);
	fclose(file);
}

// A name for a scratch file of this process.
static inline const char *scratch_file(const char *suffix)
{
	static char path[128];
	snprintf(path, sizeof(path), "/tmp/bulkhead-test-%ld%s", (long)getpid(), suffix);
	return path;
}

static inline struct blob dtb_from_file(const char *path)
{
	char command[512];
	snprintf(command, sizeof(command), "dtc -qq -f -@ -I dts -O dtb %s 2>/dev/null", path);
	return run_command(command);
}

static inline struct blob dtb_from_text(const char *text)
{
	char path[128];
	snprintf(path, sizeof(path), "%s", scratch_file(".dts"));
	write_file(path, text, strlen(text));
	struct blob b = dtb_from_file(path);
	unlink(path);
	return b;
}

// The tree as source, as dtc prints it; zero-terminated. Newer dtc (1.7.2) prints a list of strings as "a", "b", older (1.6.1)
// as "a\0b": this is always the latter.
static inline char *dts_from_dtb(const void *dtb, size_t size)
{
	char path[128], command[512];
	snprintf(path, sizeof(path), "%s", scratch_file(".dtb"));
	write_file(path, dtb, size);
	snprintf(command, sizeof(command), "dtc -q -I dtb -O dts %s", path);
	struct blob b = run_command(command);
	unlink(path);
	b.data = realloc(b.data, b.size + 1);
	b.data[b.size] = '\0';
	for (char *at = (char *)b.data; (at = strstr(at, "\", \"")) != NULL;) {
		memcpy(at, "\\0", 2);
		memmove(at + 2, at + 4, strlen(at + 4) + 1);
	}
	return (char *)b.data;
}

static inline void assert_diag(const struct diag *why, enum diag_code code, const char *node, const char *property,
			       const char *value)
{
	if (why->code != code || strcmp(why->node, node) != 0 || strcmp(why->property, property) != 0 ||
	    strcmp(why->value, value) != 0)
		fail_msg("is '%s' %s %s '%s', should be '%s' %s %s '%s'", diag_str(why->code), why->node, why->property,
			 why->value, diag_str(code), node, property, value);
}

// Calls try(bytes, size) with every byte of the tree changed in several ways, and with the tree cut at every length.
// Each copy has its own allocation, so that ASan sees reads beyond it.
static inline void mutate(struct blob b, void (*try)(const uint8_t *bytes, size_t size))
{
	static const uint8_t with[] = { 0x00, 0x01, 0x03, 0x7f, 0x80, 0xff };
	for (size_t i = 0; i < b.size; i++) {
		uint8_t *copy = malloc(b.size);
		memcpy(copy, b.data, b.size);
		for (size_t j = 0; j < sizeof(with); j++) {
			copy[i] = j < 3 ? (uint8_t)(b.data[i] ^ (1u << j)) : with[j];
			try(copy, b.size);
		}
		free(copy);
	}
	for (size_t size = 0; size < b.size; size++) {
		uint8_t *copy = malloc(size + !size);
		memcpy(copy, b.data, size);
		try(copy, size);
		free(copy);
	}
}

#endif
