// SPDX-License-Identifier: Apache-2.0
// Tests of reading IMSICs from board trees: groups, regions with holes, index bits, identities that are wrong.
#include "dt_util.h"

#include "dt/machine_dt.h"

static struct machine m;
static struct diag why;

// Four harts in two groups; `files` is what the IMSICs' node says of itself.
static void read_imsics(const char *files)
{
	char text[4096] = "/dts-v1/; / { #address-cells = <2>; #size-cells = <2>; memory@0 { device_type = \"memory\"; reg = <0 0x80000000 0 "
			  "0x1000000>; }; cpus { #address-cells = <1>; #size-cells = <0>; timebase-frequency = <1>;";
	size_t at = strlen(text);
	for (int i = 0; i < 4; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at,
				       "cpu@%d { device_type = \"cpu\"; reg = <%d>; riscv,isa = \"rv64imach\"; i%d: interrupt-controller { "
				       "interrupt-controller; #interrupt-cells = <1>; }; };", i, i, i);
	snprintf(text + at, sizeof(text) - at,
		 "}; imsics { compatible = \"riscv,imsics\"; interrupt-controller; #interrupt-cells = <0>; msi-controller; "
		 "interrupts-extended = <&i0 9 &i1 9 &i2 9 &i3 9>; %s }; };", files);
	struct blob b = dtb_from_text(text);
	if (!machine_read(b.data, &m, &why))
		fail_msg("%s: %s %s %s", diag_str(why.code), why.node, why.property, why.value);
	free(b.data);
}

static void assert_files(const uint64_t files[4], const uint32_t indices[4])
{
	assert_int_equal(m.irqchip, IRQCHIP_IMSIC);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(m.imsic.file[i], files[i]);
		assert_int_equal(m.imsic.index[i], indices[i]);
	}
}

#define GROUPS "riscv,num-ids = <255>; riscv,guest-index-bits = <3>; riscv,hart-index-bits = <1>; riscv,group-index-bits = <1>; "

static void test_groups(void **state)
{
	static const uint64_t files[] = { 0x28000000, 0x28008000, 0x29000000, 0x29008000 };
	static const uint32_t indices[] = { 0, 1, 2, 3 };
	(void)state;
	read_imsics(GROUPS "reg = <0 0x28000000 0 0x10000 0 0x29000000 0 0x10000>;");
	assert_files(files, indices);
	assert_int_equal(m.imsic_guest_files, 7);
	// A region may end with what its last hart has, in the midst of the room that it could have.
	read_imsics(GROUPS "reg = <0 0x28000000 0 0xd000 0 0x29000000 0 0xd000>;");
	assert_files(files, indices);
	read_imsics(GROUPS "reg = <0 0x28000000 0 0x9000 0 0x29000000 0 0x10000>;"); // no guest file for the second
	assert_int_equal(m.imsic.file[1], 0);
	assert_int_equal(m.imsic.file[2], files[2]);
	read_imsics("riscv,num-ids = <255>; riscv,guest-index-bits = <3>; riscv,group-index-bits = <1>; riscv,group-index-shift = <32>; "
		    "riscv,hart-index-bits = <2>; reg = <0 0x28000000 0 0x10000 1 0x28000000 0 0x10000>;");
	assert_files((const uint64_t[]){ 0x28000000, 0x28008000, 0x128000000, 0x128008000 }, (const uint32_t[]){ 0, 1, 4, 5 });
}

static void test_index_bits(void **state)
{
	(void)state;
	read_imsics("riscv,num-ids = <63>; reg = <0 0x28000000 0 0x4000>;");
	assert_files((const uint64_t[]){ 0x28000000, 0x28001000, 0x28002000, 0x28003000 }, (const uint32_t[]){ 0, 1, 2, 3 });
	assert_int_equal(m.imsic_guest_files, 0);
	read_imsics("riscv,num-ids = <2047>; riscv,guest-index-bits = <7>; reg = <0 0x28000000 0 0x200000>;");
	assert_files((const uint64_t[]){ 0x28000000, 0x28080000, 0x28100000, 0x28180000 }, (const uint32_t[]){ 0, 1, 2, 3 });
	assert_int_equal(m.imsic_guest_files, 127);
	read_imsics("riscv,num-ids = <255>; riscv,guest-index-bits = <8>; reg = <0 0x28000000 0 0x400000>;");
	assert_int_equal(m.irqchip, IRQCHIP_NONE); // more than the binding has: not guessed at
}

static void test_identities(void **state)
{
	(void)state;
	read_imsics("riscv,num-ids = <511>; riscv,guest-index-bits = <1>; reg = <0 0x28000000 0 0x8000>;");
	assert_int_equal(m.imsic.ids, 511);
	assert_int_equal(m.imsic.guest_ids, 511);
	read_imsics("riscv,num-ids = <511>; riscv,num-guest-ids = <63>; riscv,guest-index-bits = <1>; reg = <0 0x28000000 0 0x8000>;");
	assert_int_equal(m.imsic.ids, 511);
	assert_int_equal(m.imsic.guest_ids, 63);
	read_imsics("riscv,num-ids = <511>; riscv,num-guest-ids = <100>; riscv,guest-index-bits = <1>; reg = <0 0x28000000 0 0x8000>;");
	assert_int_equal(m.imsic.guest_ids, 0);
	read_imsics("riscv,num-ids = <2111>; riscv,guest-index-bits = <1>; reg = <0 0x28000000 0 0x8000>;");
	assert_int_equal(m.irqchip, IRQCHIP_NONE);
	read_imsics("riscv,guest-index-bits = <1>; reg = <0 0x28000000 0 0x8000>;");
	assert_int_equal(m.irqchip, IRQCHIP_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_groups), cmocka_unit_test(test_index_bits), cmocka_unit_test(test_identities),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
