// SPDX-License-Identifier: Apache-2.0
// Tests of lib/sha256: the examples of FIPS 180, and each length around the padding against another implementation.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/sha256.h"
#include "testing.h"

static void assert_digest(const void *data, size_t size, const char *expected)
{
	uint8_t digest[32];
	char text[65];

	sha256(sha256_blocks_plain, NULL, data, size, digest);
	for (int i = 0; i < 32; i++)
		snprintf(text + 2 * i, 3, "%02x", digest[i]);
	assert_string_equal(text, expected);
}

static void published_vectors(void **state)
{
	static const struct {
		const char *message, *digest;
	} rows[] = {
		{ "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
		{ "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
		{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
		{ "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrs"
		  "tnopqrstu",
		  "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_digest(rows[i].message, strlen(rows[i].message), rows[i].digest);
}

static void a_million_a(void **state)
{
	char *text = malloc(1000000);

	(void)state;
	assert_non_null(text);
	memset(text, 'a', 1000000);
	assert_digest(text, 1000000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
	free(text);
}

static int pauses;

static void count_pause(void)
{
	pauses++;
}

// What pauses is told after each piece, whatever is left, and changes nothing.
static void pauses_after_each_piece(void **state)
{
	size_t size = 2 * SHA256_PIECE + 100;
	uint8_t *data = calloc(1, size), digest[32], paused[32];

	(void)state;
	assert_non_null(data);
	sha256(sha256_blocks_plain, NULL, data, size, digest);
	sha256(sha256_blocks_plain, count_pause, data, size, paused);
	assert_memory_equal(digest, paused, sizeof(digest));
	assert_int_equal(pauses, 2);
	free(data);
}

// The hash of the hashes of 0 to 299 bytes of a pattern, at eight alignments, as another implementation computed it.
static void lengths_and_alignments(void **state)
{
	uint8_t data[320], digests[300 * 32];

	(void)state;
	for (uint32_t shift = 0; shift < 8; shift++) {
		for (uint32_t i = 0; i < 300; i++)
			data[shift + i] = (uint8_t)(i * 7 + 3);
		for (uint32_t size = 0; size < 300; size++)
			sha256(sha256_blocks_plain, NULL, data + shift, size, digests + size * 32);
		assert_digest(digests, sizeof(digests), "7b074096cabb18dd0d1b468a173cb2f97f80e952525bca29542e606fd6d0753a");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(published_vectors),
		cmocka_unit_test(a_million_a),
		cmocka_unit_test(pauses_after_each_piece),
		cmocka_unit_test(lengths_and_alignments),
	};

	return cmocka_run_group_tests_name("sha256", tests, NULL, NULL);
}
