// SPDX-License-Identifier: Apache-2.0
// Tests of plan/layout: the Image header, and that kernel, initrd and tree never overlap or leave the memory.
#include <string.h>

#include "plan/layout.h"
#include "sample.h"
#include "testing.h"

static uint8_t image[64];
static struct guest_request request;
static struct partition p;
static struct layout l;
static struct diag why;

static void put_le64(uint8_t *at, uint64_t value)
{
	for (int i = 0; i < 8; i++)
		at[i] = (uint8_t)(value >> (8 * i));
}

static void set_up(uint64_t memory_size, uint64_t text_offset, uint64_t image_size)
{
	memset(image, 0, sizeof(image));
	put_le64(image + 8, text_offset);
	put_le64(image + 16, image_size);
	memcpy(image + 0x30, "RISCV\0\0\0", 8);
	memcpy(image + 0x38, "RSC\x05", 4);
	memset(&p, 0, sizeof(p));
	memset(&request, 0, sizeof(request));
	strcpy(p.name, "linux");
	strcpy(request.kernel, "vmlinux");
	p.request = &request;
	p.memory_base = GPA(0x80000000);
	p.memory_size = memory_size;
}

static void assert_refused(enum diag_code code, const char *property, const char *value)
{
	assert_int_equal(why.code, code);
	assert_string_equal(why.node, "linux");
	assert_string_equal(why.property, property);
	assert_string_equal(why.value, value);
}

static void large_guest(void **state)
{
	(void)state;
	set_up(512 * MIB, 2 * MIB, 33 * MIB);
	assert_true(layout_make(&p, image, 31 * MIB, 5 * MIB + 17, 0x10000, &l, &why));
	assert_true(l.kernel.addr == 0x80200000);
	assert_true(l.kernel_size == 31 * MIB);
	assert_true(l.kernel_span == 33 * MIB);
	assert_true(l.initrd.addr == 0x80000000 + 256 * MIB);
	assert_true(l.initrd_size == 5 * MIB + 17);
	assert_true(l.dtb.addr == 0x80000000 + 262 * MIB);
	assert_true(l.dtb_size == 0x10000);
}

// 512 MiB from the start at most; above the kernel's bss; and at the top where half of memory is not enough.
static void both_ends_are_left_alone(void **state)
{
	(void)state;
	set_up(8192 * MIB, 2 * MIB, 33 * MIB);
	assert_true(layout_make(&p, image, 31 * MIB, 0, 0x10000, &l, &why));
	assert_true(l.dtb.addr == 0x80000000 + 512 * MIB);
	set_up(128 * MIB, 2 * MIB, 100 * MIB + 5);
	assert_true(layout_make(&p, image, 31 * MIB, 3 * MIB, 0x10000, &l, &why));
	assert_true(l.initrd.addr == 0x80000000 + 104 * MIB);
	assert_true(l.dtb.addr == 0x80000000 + 108 * MIB);
	set_up(128 * MIB, 2 * MIB, 33 * MIB);
	assert_true(layout_make(&p, image, 31 * MIB, 80 * MIB, 0x10000, &l, &why));
	assert_true(l.initrd.addr == 0x80000000 + 46 * MIB);
	assert_true(l.dtb.addr == 0x80000000 + 126 * MIB);
}

static void small_guest_without_initrd(void **state)
{
	(void)state;
	set_up(MIB, 0, 0x8000);
	assert_true(layout_make(&p, image, 0x9000, 0, 0x2345, &l, &why));
	assert_true(l.kernel.addr == 0x80000000);
	assert_true(l.kernel_span == 0x9000);
	assert_true(l.dtb.addr == 0x80080000);
	assert_true(l.initrd.addr == 0 && l.initrd_size == 0);
}

static void files_that_are_no_image(void **state)
{
	(void)state;
	set_up(MIB, 0, 0);
	assert_false(layout_make(&p, image, 63, 0, 0x1000, &l, &why));
	assert_refused(DIAG_IMAGE_MAGIC, "kernel", "vmlinux");
	for (int i = 0; i < 4; i++) {
		set_up(MIB, 0, 0);
		image[0x38 + i] ^= 0x20;
		assert_false(layout_make(&p, image, sizeof(image), 0, 0x1000, &l, &why));
		assert_refused(DIAG_IMAGE_MAGIC, "kernel", "vmlinux");
	}
	set_up(MIB, 0, 0);
	assert_true(layout_make(&p, image, 64, 0, 0x1000, &l, &why));
}

static void big_endian_images(void **state)
{
	(void)state;
	set_up(MIB, 0, 0);
	put_le64(image + 24, 1);
	assert_false(layout_make(&p, image, sizeof(image), 0, 0x1000, &l, &why));
	assert_refused(DIAG_IMAGE_ENDIAN, "kernel", "vmlinux");
	put_le64(image + 24, ~1ull); // the other flags are reserved
	assert_true(layout_make(&p, image, sizeof(image), 0, 0x1000, &l, &why));
}

static void images_that_do_not_fit(void **state)
{
	(void)state;
	set_up(MIB, 0, 0);
	assert_false(layout_make(&p, image, 64, 0, 2 * MIB, &l, &why));
	assert_refused(DIAG_IMAGE_FIT, "memory-size", "0x100000");
	assert_false(layout_make(&p, image, 64, MIB, 0x1000, &l, &why));
	assert_refused(DIAG_IMAGE_FIT, "initrd", "0x100000");
	assert_false(layout_make(&p, image, 64, UINT64_MAX, 0x1000, &l, &why));
	assert_refused(DIAG_IMAGE_FIT, "initrd", "0xffffffffffffffff");
	assert_false(layout_make(&p, image, MIB - 0x1fff, 0x1000, 0x1000, &l, &why));
	assert_refused(DIAG_IMAGE_FIT, "kernel", "0xfe001");
	assert_true(layout_make(&p, image, MIB - 0x2000, 0x1000, 0x1000, &l, &why));
	set_up(MIB, UINT64_MAX, 64);
	assert_false(layout_make(&p, image, 64, 0, 0x1000, &l, &why));
	assert_int_equal(why.code, DIAG_IMAGE_FIT);
	set_up(MIB, 64, UINT64_MAX);
	assert_false(layout_make(&p, image, 64, 0, 0x1000, &l, &why));
	assert_refused(DIAG_IMAGE_FIT, "kernel", "0xffffffffffffffff");
	set_up(MIB, UINT64_MAX - 63, 64);
	assert_false(layout_make(&p, image, 64, 0, 0x1000, &l, &why));
	assert_int_equal(why.code, DIAG_IMAGE_FIT);
}

// Linux wants its 2 MiB, wherever its memory begins; what asks for another offset is where it asks to be.
static void memory_off_2_mib(void **state)
{
	static const struct {
		uint64_t base, text_offset, kernel;
	} cases[] = {
		{ 0x80000000, 2 * MIB, 0x80200000 }, { 0x80100000, 2 * MIB, 0x80400000 }, { 0x40001000, 2 * MIB, 0x40400000 },
		{ 0x401ff000, 4 * MIB, 0x40600000 }, { 0x80100000, 0, 0x80100000 },       { 0x80001000, 0x1000, 0x80002000 },
		{ 0x80001000, 3 * MIB, 0x80301000 }, { 0x801fe000, 2, 0x801fe002 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		set_up(16 * MIB, cases[i].text_offset, MIB);
		p.memory_base = GPA(cases[i].base);
		assert_true(layout_make(&p, image, 64, 0, 0x1000, &l, &why));
		assert_int_equal(l.kernel.addr, cases[i].kernel);
	}
	set_up(5 * MIB, 2 * MIB, 2 * MIB); // but for what is skipped it would fit
	p.memory_base = GPA(0x80001000);
	assert_false(layout_make(&p, image, 64, 0, 0x1000, &l, &why));
	assert_refused(DIAG_IMAGE_FIT, "kernel", "0x200000");
	set_up(5 * MIB, ~(2 * MIB - 1), 2 * MIB);
	p.memory_base = GPA(0x80001000);
	assert_false(layout_make(&p, image, 64, 0, 0x1000, &l, &why));
	assert_refused(DIAG_IMAGE_FIT, "kernel", "0x200000");
}

static void random_layouts(void **state)
{
	uint64_t seed = 7;
	int placed = 0;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		uint64_t memory = (1 + random_below(&seed, 40000)) * 4096, limit = random_below(&seed, 2) ? memory : memory / 3 + 1;
		uint64_t initrd = random_below(&seed, limit), dtb = 1 + random_below(&seed, 0x20000);
		uint64_t size = 64 + random_below(&seed, limit);

		set_up(memory, random_below(&seed, limit), random_below(&seed, limit));
		p.memory_base.addr += random_below(&seed, 1000) * 4096;
		if (!layout_make(&p, image, size, initrd, dtb, &l, &why)) {
			assert_int_equal(why.code, DIAG_IMAGE_FIT);
			continue;
		}
		placed++;
		assert_true(l.kernel_span >= size);
		assert_true(l.kernel.addr >= p.memory_base.addr);
		assert_true(is_aligned(l.dtb.addr, 8) && is_aligned(l.initrd.addr, 4096));
		assert_true(l.dtb.addr + dtb <= p.memory_base.addr + memory);
		if (initrd) {
			assert_true(l.kernel.addr + l.kernel_span <= l.initrd.addr);
			assert_true(l.initrd.addr + initrd <= l.dtb.addr);
		} else {
			assert_true(l.kernel.addr + l.kernel_span <= l.dtb.addr);
		}
	}
	assert_true(placed > 2000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(large_guest),
		cmocka_unit_test(both_ends_are_left_alone),
		cmocka_unit_test(small_guest_without_initrd),
		cmocka_unit_test(files_that_are_no_image),
		cmocka_unit_test(big_endian_images), cmocka_unit_test(images_that_do_not_fit),
		cmocka_unit_test(memory_off_2_mib), cmocka_unit_test(random_layouts),
	};

	return cmocka_run_group_tests_name("layout", tests, NULL, NULL);
}
