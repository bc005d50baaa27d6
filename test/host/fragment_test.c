// SPDX-License-Identifier: Apache-2.0
// Tests of dt/fragment: what may be laid over a guest's tree and what may not, and that no bytes harm whoever reads them.
#include "guest_tree.h"

#define FRAGMENT(body) "/dts-v1/; /plugin/; " body

static void set_up(void)
{
	read_board("qemu-rv64-plic");
	read_demo();
	assign(0, 0);
}

static char *lay(const char *body)
{
	char text[4096];
	snprintf(text, sizeof(text), FRAGMENT("%s"), body);
	struct blob b = dtb_from_text(text);
	struct guest_dt_input in = input(b.data, b.size);
	size_t size = guest_dt_make(&in, dtb, sizeof(dtb), &why);
	free(b.data);
	return size == 0 ? NULL : dts_from_dtb(dtb, size);
}

static void accept(const char *body, const char *expected)
{
	char *text = lay(body);
	if (text == NULL)
		fail_msg("%s: %s %s %s %s", body, diag_str(why.code), why.node, why.property, why.value);
	else if (strstr(text, expected) == NULL)
		fail_msg("no %s in %s", expected, text);
	free(text);
}

static void refuse(const char *body, const char *node, const char *property, const char *value)
{
	char *text = lay(body);
	if (text != NULL)
		fail_msg("%s was accepted", body);
	assert_diag(&why, DIAG_FRAGMENT_CLAIM, node, property, value);
}

// A node that libfdt takes for /chosen does not get the seed that is written at each start.
static void test_fragment_beside_chosen(void **state)
{
	(void)state;
	set_up();
	accept("&{/} { chosen@0 { rng-seed = <1 2 3 4 5 6 7 8>; }; };", "rng-seed");
	assert_int_equal(dtb[guest_dt_seed_offset(dtb) + 3], 0);
}

static void test_fragment_allowed(void **state)
{
	(void)state;
	set_up();
	accept("&{/chosen} { bootargs = \"quiet and longer than before, by a good deal\"; };", "quiet and longer");
	accept("&{/chosen} { stdout-path = \"serial0\"; seed = <1>; };", "seed");
	accept("&{/} { model = \"mine\"; compatible = \"a,b\"; extra { compatible = \"a,c\"; list = <1 2 3>; }; };", "a,c");
	accept("&{/soc} { thing@90000000 { compatible = \"a,b\"; reg = <0 0x90000000 0 0x1000>; }; };", "thing@90000000");
	accept("&{/soc} { uart@10000000 { compatible = \"a,b\"; reg = <0 0x10000000 0 0x100>; }; };", "uart@10000000");
	accept("&{/} { reserved-memory { #address-cells = <2>; #size-cells = <2>; ranges; a@81000000 { no-map;"
	       "reg = <0 0x81000000 0 0x1000>; }; }; };", "no-map");
	accept("&{/} { i2c { #address-cells = <1>; #size-cells = <0>; chip@50 { reg = <0x50>; }; }; };", "chip@50");
	accept("&{/soc} { bus { compatible = \"simple-bus\"; #address-cells = <1>; #size-cells = <1>; ranges;"
	       "d@90000000 { reg = <0x90000000 0x1000>; }; }; };", "d@90000000");
	accept("&{/soc} { bus { #address-cells = <2>; #size-cells = <1>; ranges = <0 0x90000000 0 0x90000000 0x1000>; }; };",
	       "bus");
	accept("&{/} { pmu { interrupts-extended = <1 13>, <2 13>; }; };", "pmu");
	accept("&{/chosen} { linux,initrd-start = <0x88000000>; linux,initrd-end = <0 0xa0000000>; };", "0x88000000");
	accept("&{/soc/serial@10000000} { label = \"console\"; };", "label");
	accept("&{/} { one: one { v = <1>; }; two { ref = <&one>; }; };", "ref");
}

static void test_fragment_claims(void **state)
{
	(void)state;
	set_up();
	refuse("&{/soc} { d@10001000 { reg = <0 0x10001000 0 0x1000>; }; };", "/soc/d@10001000", "reg", "0x0 0x10001000 0x0 0x1000");
	refuse("&{/} { d@0 { reg = <0 0 0 0>; }; };", "/d@0", "reg", "0x0 0x0 0x0 0x0");
	refuse("&{/} { d@0 { reg = <0 0x80000000 0 0x1000 0 0xa0000000 0 0x1000>; }; };", "/d@0", "reg",
	       "0x0 0x80000000 0x0 0x1000 0x0 0xa0000000 0x0 0x1000");
	refuse("&{/} { d@0 { reg = <0 0x9ffff000 0 0x2000>; }; };", "/d@0", "reg", "0x0 0x9ffff000 0x0 0x2000");
	refuse("&{/} { d@0 { reg = <0 0x90000000 0xffffffff 0xffffffff>; }; };", "/d@0", "reg",
	       "0x0 0x90000000 0xffffffff 0xffffffff");
	refuse("&{/} { d@0 { reg = <0 0x90000000>; }; };", "/d@0", "reg", "0x0 0x90000000");
	refuse("&{/soc} { b { #address-cells = <1>; #size-cells = <1>; ranges; d { reg = <0x1000 0x10>; }; }; };", "/soc/b/d", "reg",
	       "0x1000 0x10");
	refuse("&{/soc} { b { #address-cells = <3>; #size-cells = <2>; ranges; d { reg = <0 0 0 0 0>; }; }; };", "/soc/b/d", "reg",
	       "0x0 0x0 0x0 0x0 0x0");
	refuse("&{/soc} { b { #address-cells = <2>; #size-cells = <2>; ranges = <0 0 0 0x80000000 0 0x1000>; }; };", "/soc/b", "ranges",
	       "0x0 0x0 0x0 0x80000000 0x0 0x1000");
	refuse("&{/soc} { b { #address-cells = <1>; #size-cells = <1>; ranges = <0x80000000 0 0x80000000 0x1000>; }; };", "/soc/b",
	       "ranges", "0x80000000 0x0 0x80000000 0x1000");
	refuse("&{/soc} { dma-ranges = <0 0 0 0x80000000 0 0x1000>; };", "/soc", "dma-ranges", "0x0 0x0 0x0 0x80000000 0x0 0x1000");
	refuse("&{/} { reserved-memory { #address-cells = <2>; #size-cells = <2>; ranges; a { reg = <0 0x1000 0 0x1000>; }; }; };",
	       "/reserved-memory/a", "reg", "0x0 0x1000 0x0 0x1000");
	refuse("&{/} { reserved-memory { #address-cells = <2>; #size-cells = <2>; a { reg = <0 0x1000 0 0x1000>; }; }; };",
	       "/reserved-memory/a", "reg", "0x0 0x1000 0x0 0x1000");
}

static void test_fragment_interrupts(void **state)
{
	(void)state;
	set_up();
	refuse("&{/} { d { interrupts = <1>; }; };", "/d", "interrupts", "0x1");
	refuse("&{/} { interrupt-parent = <1>; };", "/", "interrupt-parent", "0x1");
	refuse("&{/soc/serial@10000000} { interrupts = <11>; };", "/soc/serial@10000000", "interrupts", "0xb");
	refuse("&{/} { d { interrupt-map = <1>; }; };", "/d", "interrupt-map", "0x1");
	refuse("&{/} { d { msi-parent = <1>; }; };", "/d", "msi-parent", "0x1");
	refuse("&{/} { d { iommus = <1 2>; }; };", "/d", "iommus", "0x1 0x2");
	refuse("&{/} { d { interrupts-extended = <3 9>; }; };", "/d", "interrupts-extended", "0x3 0x9");
	refuse("&{/} { d { interrupts-extended = <0 9>; }; };", "/d", "interrupts-extended", "0x0 0x9");
	refuse("&{/} { d { interrupts-extended = <1>; }; };", "/d", "interrupts-extended", "0x1");
}

static void test_fragment_own_nodes(void **state)
{
	(void)state;
	set_up();
	refuse("&{/memory@80000000} { reg = <0 0x80000000 0 0x40000000>; };", "/memory@80000000", "reg", "0x0 0x80000000 0x0 0x40000000");
	refuse("&{/memory@80000000} { numa-node-id = <1>; };", "/memory@80000000", "numa-node-id", "0x1");
	refuse("&{/} { memory@c0000000 { device_type = \"memory\"; reg = <0 0xc0000000 0 0x1000>; }; };", "/memory@c0000000", "", "");
	refuse("&{/} { more { device_type = \"memory\"; }; };", "/more", "device_type", "memory");
	refuse("&{/} { more { device_type = \"cpu\"; }; };", "/more", "device_type", "cpu");
	refuse("&{/cpus} { cpu@2 { reg = <2>; }; };", "/cpus/cpu@2", "", "");
	refuse("&{/cpus} { timebase-frequency = <1>; };", "/cpus", "timebase-frequency", "0x1");
	refuse("&{/cpus/cpu@0} { riscv,isa = \"rv64imac\"; };", "/cpus/cpu@0", "riscv,isa", "rv64imac");
	refuse("&{/cpus/cpu@1} { status = \"disabled\"; };", "/cpus/cpu@1", "status", "disabled");
	refuse("&{/cpus/cpu@1} { clock-frequency = <1>; };", "/cpus/cpu@1", "clock-frequency", "0x1");
	refuse("&{/} { #address-cells = <1>; };", "/", "#address-cells", "0x1");
	refuse("&{/soc} { compatible = \"other\"; };", "/soc", "compatible", "other");
	refuse("&{/soc/serial@10000000} { reg = <0 0x20000000 0 0x100>; };", "/soc/serial@10000000", "reg", "0x0 0x20000000 0x0 0x100");
	refuse("&{/soc/serial@10000000} { reg-shift = <2>; };", "/soc/serial@10000000", "reg-shift", "0x2");
	refuse("&{/chosen} { linux,initrd-start = <0x1000>; };", "/chosen", "linux,initrd-start", "0x1000");
	refuse("&{/chosen} { linux,initrd-end = <0 0xa0000001>; };", "/chosen", "linux,initrd-end", "0x0 0xa0000001");
	refuse("&{/chosen} { linux,initrd-end = \"x\"; };", "/chosen", "linux,initrd-end", "x");
}

static void bad(const struct blob b, const char *text)
{
	struct guest_dt_input in = input(b.data, b.size);
	assert_int_equal(guest_dt_make(&in, dtb, sizeof(dtb), &why), 0);
	assert_diag(&why, DIAG_FRAGMENT_BAD, "linux", "device-tree-fragment", text);
	free(b.data);
}

static void test_fragment_bad(void **state)
{
	(void)state;
	set_up();
	bad(dtb_from_text("/dts-v1/; / { chosen { }; };"), "not a flattened overlay");
	bad(dtb_from_text(FRAGMENT("&{/nowhere} { x; };")), "a target is not in the guest's tree");
	bad(dtb_from_text(FRAGMENT("&label { x; };")), "overlay does not apply");
	struct blob b = dtb_from_text(FRAGMENT("&{/} { x; };"));
	b.size -= 4;
	bad(b, "not a whole flattened device tree");
	char text[2048] = "&{/} { ";
	for (int i = 0; i < 21; i++)
		strcat(text, "n { ");
	for (int i = 0; i < 22; i++)
		strcat(text, "}; ");
	char *laid = lay(text);
	assert_non_null(laid);
	free(laid);
	char deep[4096];
	snprintf(deep, sizeof(deep), FRAGMENT("&{/} { n { %.*s }; };"), (int)(strlen(text) - 10), text + 7);
	bad(dtb_from_text(deep), "not a flattened overlay");
}

static void test_fragment_size(void **state)
{
	(void)state;
	set_up();
	static char text[90000] = FRAGMENT("&{/} { x = \"");
	size_t len = strlen(text);
	memset(text + len, 'x', 30000);
	strcpy(text + len + 30000, "\"; };");
	struct blob b = dtb_from_text(text);
	struct guest_dt_input in = input(b.data, b.size);
	assert_true(guest_dt_make(&in, dtb, sizeof(dtb), &why) > 30000);
	assert_int_equal(guest_dt_make(&in, dtb, 31000, &why), 0);
	assert_int_equal(why.code, DIAG_DTB_SIZE);
	free(b.data);
	memset(text + len, 'x', 40000);
	strcpy(text + len + 40000, "\"; };");
	b = dtb_from_text(text);
	in = input(b.data, b.size);
	assert_int_equal(guest_dt_make(&in, dtb, sizeof(dtb), &why), 0);
	assert_int_equal(why.code, DIAG_DTB_SIZE);
	free(b.data);
}

static void try_fragment(const uint8_t *bytes, size_t size)
{
	struct guest_dt_input in = input(bytes, size);
	why = (struct diag){ 0 };
	size_t made = guest_dt_make(&in, dtb, sizeof(dtb), &why);
	assert_true(made != 0 || why.code != DIAG_NONE);
}

static void test_mutations(void **state)
{
	(void)state;
	set_up();
	struct blob b = dtb_from_text(FRAGMENT("&{/} { one: one { v = <1>; #address-cells = <2>; ranges; }; two { ref = <&one>; }; };"
					       "&{/soc} { d@90000000 { reg = <0 0x90000000 0 0x1000>; }; };"
					       "&{/chosen} { bootargs = \"x\"; };"));
	mutate(b, try_fragment);
	free(b.data);
}

// Several bytes at once, at random but always the same ones.
static void test_random_mutations(void **state)
{
	(void)state;
	uint64_t seed = 1;
	set_up();
	struct blob b = dtb_from_text(FRAGMENT("&{/} { one: one { v = <1>; two { ref = <&one>, <&one>; }; }; };"
					       "&{/soc} { b: bus { ranges; ref = <&one>; }; };"));
	for (uint32_t i = 0; i < 4000; i++) {
		uint8_t *copy = malloc(b.size);
		memcpy(copy, b.data, b.size);
		for (uint64_t n = 1 + random_below(&seed, 4); n > 0; n--) {
			uint64_t cell = 4 * random_below(&seed, b.size / 4);
			uint32_t value = (uint32_t)random_below(&seed, 4 * b.size);
			memcpy(copy + cell, (uint8_t[]){ 0, 0, (uint8_t)(value >> 8), (uint8_t)value }, 4);
		}
		try_fragment(copy, b.size);
		free(copy);
	}
	free(b.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fragment_beside_chosen),
		cmocka_unit_test(test_fragment_allowed),
		cmocka_unit_test(test_fragment_claims),
		cmocka_unit_test(test_fragment_interrupts),
		cmocka_unit_test(test_fragment_own_nodes),
		cmocka_unit_test(test_fragment_bad),
		cmocka_unit_test(test_fragment_size),
		cmocka_unit_test(test_mutations),
		cmocka_unit_test(test_random_mutations),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
