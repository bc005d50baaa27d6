// SPDX-License-Identifier: Apache-2.0
// Tests of reading packages: FITs by mkimage in both layouts, hand-made wrong ones, cuts and mutations.
#include "dt_util.h"

#include "dt/package.h"
#include "lib/sha256.h"

static struct package p;
static struct diag why;

// A FIT made by mkimage of two images, "one" (1000 bytes) and "two" (4097 bytes).
static struct blob make_fit(const char *flags)
{
	static const char its[] =
		"/dts-v1/; / { description = \"t\"; #address-cells = <2>; images {\n"
		"one { description = \"1\"; data = /incbin/(\"%s.1\"); type = \"flat_dt\"; arch = \"riscv\"; compression = \"none\";"
		" hash { algo = \"sha256\"; }; };\n"
		"two { description = \"2\"; data = /incbin/(\"%s.2\"); type = \"ramdisk\"; os = \"linux\"; arch = \"riscv\";"
		" compression = \"none\"; hash-1 { algo = \"crc32\"; }; hash-2 { algo = \"sha256\"; }; };\n"
		"}; configurations { default = \"c\"; c { description = \"c\"; fdt = \"one\"; ramdisk = \"two\"; }; }; };";
	char base[128], text[2048], command[2048];
	uint8_t data[4097];
	snprintf(base, sizeof(base), "%s", scratch_file(""));
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * 7);
	snprintf(text, sizeof(text), "%s.1", base);
	write_file(text, data, 1000);
	snprintf(text, sizeof(text), "%s.2", base);
	write_file(text, data, sizeof(data));
	snprintf(text, sizeof(text), its, base, base);
	snprintf(command, sizeof(command), "%s.its", base);
	write_file(command, text, strlen(text));
	snprintf(command, sizeof(command),
		 "mkimage -q %s -f %s.its %s.itb >/dev/null 2>&1; cat %s.itb; rm -f %s.1 %s.2 %s.its %s.itb", flags, base, base, base,
		 base, base, base, base);
	return run_command(command);
}

static void check_fit(const char *flags)
{
	struct blob b = make_fit(flags);
	uint8_t digest[32];
	assert_true(package_read(b.data, b.size, &p, &why));
	assert_int_equal(p.count, 2);
	assert_string_equal(p.images[0].name, "one");
	assert_int_equal(p.images[0].size, 1000);
	const struct package_image *two = package_find(&p, "two");
	assert_non_null(two);
	assert_int_equal(two->size, 4097);
	assert_null(package_find(&p, "three"));
	assert_true(p.used <= b.size && p.used >= two->offset + two->size);
	for (uint32_t i = 0; i < 2; i++) {
		assert_true(p.images[i].has_sha256);
		sha256(sha256_blocks_plain, NULL, p.base + p.images[i].offset, p.images[i].size, digest);
		assert_memory_equal(digest, p.images[i].sha256, 32);
	}
	free(b.data);
}

static void test_mkimage(void **state)
{
	(void)state;
	check_fit("");
	check_fit("-E");
	check_fit("-E -B 0x1000");
	check_fit("-E -p 0x4000");
}

// A tree with something behind it, from the next multiple of four bytes on.
static struct blob with_tail(const char *text, size_t tail)
{
	struct blob b = dtb_from_text(text);
	size_t end = b.size;
	b.size = align_up(end, 4) + tail;
	b.data = realloc(b.data, b.size);
	memset(b.data + end, 0x5a, b.size - end);
	return b;
}

#define IMAGE(body) "/dts-v1/; / { images { one { " body " }; }; };"

static void refuse(const char *text, enum diag_code code, const char *node, const char *property, const char *value)
{
	struct blob b = with_tail(text, 64);
	assert_false(package_read(b.data, b.size, &p, &why));
	assert_diag(&why, code, node, property, value);
	free(b.data);
}

static void test_external(void **state)
{
	(void)state;
	struct blob b = with_tail(IMAGE("data-size = <0 64>; data-offset = <0 0>;"), 64);
	assert_true(package_read(b.data, b.size, &p, &why));
	assert_int_equal(p.images[0].offset, b.size - 64);
	assert_false(p.images[0].has_sha256);
	assert_int_equal(p.used, b.size);
	free(b.data);
	b = with_tail(IMAGE("data-size = <4>; data-position = <8>; hash { algo = \"md5\"; value = [00]; };"), 0);
	assert_true(package_read(b.data, b.size, &p, &why));
	assert_int_equal(p.images[0].offset, 8);
	assert_false(p.images[0].has_sha256);
	free(b.data);
	b = with_tail(IMAGE("data-size = <0>; data-offset = <0>;"), 0);
	assert_true(package_read(b.data, b.size, &p, &why));
	free(b.data);
}

static void test_wrong(void **state)
{
	(void)state;
	refuse("/dts-v1/; / { };", DIAG_PKG_BAD, "/images", "", "");
	refuse(IMAGE(""), DIAG_PKG_BAD, "/images/one", "data", "");
	refuse(IMAGE("hash { }; "), DIAG_PKG_BAD, "/images/one", "data", "");
	refuse(IMAGE("data-size = <1>;"), DIAG_PKG_BAD, "/images/one", "data-offset", "");
	refuse(IMAGE("data-size = [01]; data-offset = <0>;"), DIAG_PKG_BAD, "/images/one", "data-size", "0x1");
	refuse(IMAGE("data-size = <1>; data-offset = <0 0 0>;"), DIAG_PKG_BAD, "/images/one", "data-offset", "0x0 0x0 0x0");
	refuse(IMAGE("data = [00]; hash-1 { algo = \"sha256\"; value = [00]; };"), DIAG_PKG_BAD, "/images/one/hash-1", "value", "0x0");
	refuse(IMAGE("data = [00]; hash-1 { algo = \"sha256\"; };"), DIAG_PKG_BAD, "/images/one/hash-1", "value", "");
	refuse("/dts-v1/; / { images { a23456789012345678901234567890123 { data = [00]; }; }; };", DIAG_PKG_BAD,
	       "/images/a23456789012345678901234567890123", "name", "");
	char text[8192] = "/dts-v1/; / { images { ";
	for (int i = 0; i <= MAX_IMAGES; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "i%d { data = [00]; }; ", i);
	strcat(text, "}; };");
	refuse(text, DIAG_TOO_MANY, "/images/i64", "", "");
}

static void test_range(void **state)
{
	(void)state;
	refuse(IMAGE("data-size = <1>; data-offset = <0x1000>;"), DIAG_PKG_RANGE, "/images/one", "data-offset", "0x1000");
	refuse(IMAGE("data-size = <1>; data-offset = <0x1 0>;"), DIAG_PKG_RANGE, "/images/one", "data-offset", "0x1 0x0");
	refuse(IMAGE("data-size = <1>; data-offset = <0xffffffff 0xfffffffc>;"), DIAG_PKG_RANGE, "/images/one", "data-offset",
	       "0xffffffff 0xfffffffc");
	refuse(IMAGE("data-size = <1>; data-position = <0x1 4>;"), DIAG_PKG_RANGE, "/images/one", "data-position", "0x1 0x4");
	refuse(IMAGE("data-size = <0xffffffff 0xffffffff>; data-offset = <0>;"), DIAG_PKG_RANGE, "/images/one", "data-size",
	       "0xffffffff 0xffffffff");
	refuse(IMAGE("data-size = <1>; data-offset = <2>;"), DIAG_PKG_ALIGN, "/images/one", "data-offset", "0x2");
	refuse(IMAGE("data-size = <65>; data-offset = <0>;"), DIAG_PKG_TRUNCATED, "/images/one", "data-size", "0x41");
	refuse(IMAGE("data-size = <0x1 0>; data-offset = <0>;"), DIAG_PKG_TRUNCATED, "/images/one", "data-size", "0x1 0x0");
}

static void test_duplicate(void **state)
{
	(void)state;
	struct blob b = dtb_from_text("/dts-v1/; / { images { aa { data = [00]; }; ab { data = [00]; }; }; };");
	for (size_t i = 0; i + 3 <= b.size; i++)
		if (memcmp(b.data + i, "ab", 3) == 0)
			b.data[i + 1] = 'a';
	assert_false(package_read(b.data, b.size, &p, &why));
	assert_diag(&why, DIAG_NAME_DUPLICATE, "/images/aa", "name", "");
	free(b.data);
}

static void test_header(void **state)
{
	(void)state;
	struct blob b = make_fit("-E");
	assert_false(package_read(b.data, 39, &p, &why));
	assert_diag(&why, DIAG_PKG_BAD, "/", "", "");
	assert_false(package_read(b.data, 100, &p, &why));
	assert_int_equal(why.code, DIAG_PKG_TRUNCATED);
	assert_string_equal(why.property, "totalsize");
	assert_false(package_read(b.data, b.size - 8, &p, &why));
	assert_diag(&why, DIAG_PKG_TRUNCATED, "/images/two", "data-size", "0x1001");
	memset(b.data, 0, 4);
	assert_false(package_read(b.data, b.size, &p, &why));
	assert_diag(&why, DIAG_PKG_BAD, "/", "", "");
	free(b.data);
}

// Bare minimum for each place: the package alone, and what it may not touch.
static void test_places(void **state)
{
	static struct machine m;
	const struct region image = { 0x80200000, 0x90000 }, tree = { 0x87e00000, 0x2000 };
	const struct {
		struct region r;
		enum diag_code code;
	} cases[] = {
		{ { 0x84000000, 0x1000 }, DIAG_NONE },         { { 0x84000004, 0x1000 }, DIAG_NONE },
		{ { 0x84000002, 0x1000 }, DIAG_PKG_ALIGN },    { { 0x8003f000, 0x1000 }, DIAG_PKG_OVERLAP },
		{ { 0x80040000, 0x1000 }, DIAG_NONE },         { { 0x80000000, 0x1000 }, DIAG_PKG_OVERLAP },
		{ { 0x7ffff000, 0x1004 }, DIAG_PKG_OVERLAP },  { { 0x80000000, 0x40004 }, DIAG_NONE }, // as if its own
		{ { 0x801ff000, 0x1000 }, DIAG_NONE },         { { 0x801ff000, 0x1004 }, DIAG_PKG_OVERLAP },
		{ { 0x8028fffc, 0x1000 }, DIAG_PKG_OVERLAP },  { { 0x80290000, 0x1000 }, DIAG_NONE },
		{ { 0x87e01ffc, 0x1000 }, DIAG_PKG_OVERLAP },  { { 0x87e02000, 0x1000 }, DIAG_NONE },
		{ { 0x85000010, 0x1000 }, DIAG_NONE },         { { 0x85001000, 0x2000 }, DIAG_PKG_OVERLAP },
		{ { 0x85000010, 0xff0 }, DIAG_PKG_OVERLAP },  { { 0x84fffffc, 0x1804 }, DIAG_NONE },
	};
	(void)state;
	m.reserved_count = 2;
	m.reserved[0] = (struct region){ 0x80000000, 0x40000 };
	m.reserved[1] = (struct region){ 0x85000000, 0x1800 };
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char value[24];
		snprintf(value, sizeof(value), "0x%llx", (unsigned long long)cases[i].r.base);
		assert_int_equal(package_may_lie(&m, image, tree, cases[i].r, &why), cases[i].code == DIAG_NONE);
		if (cases[i].code != DIAG_NONE)
			assert_diag(&why, cases[i].code, "/chosen", "linux,initrd-start", value);
	}
}

static void try_package(const uint8_t *bytes, size_t size)
{
	why = (struct diag){ 0 };
	if (!package_read(bytes, size, &p, &why)) {
		assert_int_not_equal(why.code, DIAG_NONE);
		return;
	}
	assert_true(p.used <= size);
	for (uint32_t i = 0; i < p.count; i++)
		assert_true(p.images[i].size <= size && p.images[i].offset <= size - p.images[i].size);
}

static void test_mutations(void **state)
{
	(void)state;
	struct blob b = make_fit("");
	mutate(b, try_package);
	free(b.data);
	b = make_fit("-E");
	mutate(b, try_package);
	free(b.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mkimage), cmocka_unit_test(test_external),  cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_range),   cmocka_unit_test(test_duplicate), cmocka_unit_test(test_header),
		cmocka_unit_test(test_places),  cmocka_unit_test(test_mutations),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
