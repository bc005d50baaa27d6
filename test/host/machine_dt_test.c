// SPDX-License-Identifier: Apache-2.0
// Tests of reading board trees: those of QEMU's machines, a made-up early core, wrong ones, and mutations of all.
#include "dt_util.h"

#include <libfdt.h>

#include "dt/machine_dt.h"

static struct machine m;
static struct diag why;

static void read_board(const char *name)
{
	char path[128];
	snprintf(path, sizeof(path), DATA "%s.dts", name);
	struct blob b = dtb_from_file(path);
	if (!machine_read(b.data, &m, &why))
		fail_msg("%s: %s %s %s %s", name, diag_str(why.code), why.node, why.property, why.value);
	free(b.data);
}

static const struct machine_device *find_device(const char *name)
{
	for (uint32_t i = 0; i < m.device_count; i++)
		if (strcmp(m.devices[i].name, name) == 0)
			return &m.devices[i];
	return NULL;
}

static void assert_region(struct region r, uint64_t base, uint64_t size)
{
	assert_int_equal(r.base, base);
	assert_int_equal(r.size, size);
}

static void test_qemu_rv64(void **state)
{
	(void)state;
	read_board("qemu-rv64-plic");
	assert_string_equal(m.model, "riscv-virtio,qemu");
	assert_int_equal(m.hart_count, 4);
	for (uint32_t i = 0; i < 4; i++) {
		assert_int_equal(m.harts[i].hartid, i);
		assert_true(m.harts[i].enabled);
		assert_int_equal(m.harts[i].mmu, MMU_SV57);
		assert_int_equal(m.harts[i].cbom_block_size, 64);
		assert_int_equal(m.harts[i].cboz_block_size, 64);
		assert_int_equal(m.harts[i].cbop_block_size, 64);
		assert_true(isa_has(&m.harts[i].isa, ISA_H) && isa_has(&m.harts[i].isa, ISA_SSTC));
		assert_false(isa_has(&m.harts[i].isa, ISA_SVPBMT));
	}
	assert_int_equal(m.timebase, 10000000);
	assert_int_equal(m.ram_count, 1);
	assert_region(m.ram[0], 0x80000000, 0x40000000);
	assert_int_equal(m.reserved_count, 0);
	assert_int_equal(m.irqchip, IRQCHIP_PLIC);
	assert_region(m.plic.reg, 0xc000000, 0x600000);
	assert_int_equal(m.plic.sources, 95);
	for (uint32_t i = 0; i < 4; i++)
		assert_int_equal(m.plic.context[i], 2 * i + 1);
	assert_int_equal(m.imsic_guest_files, 0);
	assert_int_equal(m.initrd.size, 0);
	assert_region(find_device("clint@2000000")->reg, 0x2000000, 0x10000);
	assert_region(find_device("flash@20000000")->reg, 0x20000000, 0x2000000);
	assert_region(find_device("fw-cfg@10100000")->reg, 0x10100000, 0x18);
	assert_null(find_device("cpu@0"));
	assert_null(find_device("memory@80000000"));
	assert_int_equal(machine_find_hart(&m, 3), 3);
	assert_int_equal(machine_find_hart(&m, 4), -1);
}

static void test_qemu_max(void **state)
{
	(void)state;
	read_board("qemu-max-aia");
	assert_int_equal(m.irqchip, IRQCHIP_IMSIC);
	assert_region(m.aplic.reg, 0xd000000, 0x8000);
	assert_int_equal(m.aplic.sources, 96);
	assert_true(m.aplic.is_msi);
	assert_int_equal(m.imsic.ids, 255);
	assert_int_equal(m.imsic.guest_index_bits, 1);
	assert_int_equal(m.imsic.file[0], 0x28000000);
	assert_int_equal(m.imsic.file[1], 0x28002000);
	assert_int_equal(m.imsic.index[0], 0);
	assert_int_equal(m.imsic.index[1], 1);
	assert_int_equal(m.imsic_guest_files, 1);
	assert_int_equal(m.hart_count, 2);
	assert_true(isa_has(&m.harts[1].isa, ISA_V) && isa_has(&m.harts[1].isa, ISA_SSAIA));
	assert_true(isa_has(&m.harts[1].isa, ISA_SVPBMT) && isa_has(&m.harts[0].isa, ISA_ZVKT));
}

static void test_sifive_u(void **state)
{
	(void)state;
	read_board("sifive_u");
	assert_int_equal(m.hart_count, 2);
	assert_false(isa_has(&m.harts[0].isa, ISA_H));
	assert_int_equal(m.harts[0].mmu, MMU_NONE);
	assert_true(isa_has(&m.harts[1].isa, ISA_H));
	assert_int_equal(m.harts[1].mmu, MMU_SV48);
	assert_int_equal(m.irqchip, IRQCHIP_PLIC);
	assert_int_equal(m.timebase, 1000000);
	assert_null(find_device("flash@0")); // behind SPI
	assert_non_null(find_device("spi@10040000"));
}

static void test_spike(void **state)
{
	(void)state;
	read_board("spike");
	assert_int_equal(m.irqchip, IRQCHIP_NONE);
	assert_region(find_device("htif")->reg, 0x1000000, 0x1000);
}

// The erratum of one core's PLIC, and a PLIC whose registers end before its contexts: none.
static void test_odd_plics(void **state)
{
	static const char cp100[] = "ultrarisc,cp100-plic\0any,plic"; // as long as what it replaces
	(void)state;
	struct blob b = dtb_from_file(DATA "qemu-rv64-plic.dts");
	int node = fdt_path_offset(b.data, "/soc/plic@c000000");
	assert_true(machine_read(b.data, &m, &why));
	assert_false(m.plic.claims_alone);
	assert_int_equal(fdt_setprop_inplace(b.data, node, "compatible", cp100, sizeof(cp100)), 0);
	assert_true(machine_read(b.data, &m, &why));
	assert_int_equal(m.irqchip, IRQCHIP_PLIC);
	assert_true(m.plic.claims_alone);
	const uint32_t small[] = { 0, cpu_to_fdt32(0xc000000), 0, cpu_to_fdt32(0x200000) };
	assert_int_equal(fdt_setprop_inplace(b.data, node, "reg", small, sizeof(small)), 0);
	assert_true(machine_read(b.data, &m, &why));
	assert_int_equal(m.irqchip, IRQCHIP_NONE);
	free(b.data);
}

static void test_early_core(void **state)
{
	(void)state;
	read_board("early-core");
	assert_int_equal(m.hart_count, 3);
	assert_false(m.harts[0].enabled);
	assert_true(m.harts[1].enabled);
	assert_int_equal(m.harts[1].hartid, 0x100000001);
	assert_true(isa_has(&m.harts[1].isa, ISA_H) && isa_has(&m.harts[1].isa, ISA_ZBB));
	assert_true(isa_has(&m.harts[1].isa, ISA_SSCOFPMF) && isa_has(&m.harts[1].isa, ISA_ZICNTR));
	assert_false(isa_has(&m.harts[2].isa, ISA_I)); // rv32
	assert_int_equal(m.timebase, 1000000);
	assert_int_equal(m.ram_count, 2);
	assert_region(m.ram[1], 0x100000000, 0x100000000);
	assert_int_equal(m.reserved_count, 2);
	assert_region(m.reserved[0], 0x80000000, 0x40000);
	assert_region(m.reserved[1], 0x80040000, 0x40000);
	assert_region(m.initrd, 0x90000000, 0x1000);
	assert_null(find_device("beyond@20000"));
	assert_null(find_device("chip@50"));
	assert_int_equal(m.irqchip, IRQCHIP_PLIC);
	assert_int_equal(m.plic.sources, 52);
	assert_int_equal(m.plic.context[0], IRQ_NO_CONTEXT);
	assert_int_equal(m.plic.context[1], 2);
}

static void refuse(const char *body, enum diag_code code, const char *node, const char *property, const char *value)
{
	char text[8192];
	snprintf(text, sizeof(text), "/dts-v1/; / { #address-cells = <2>; #size-cells = <2>; %s };", body);
	struct blob b = dtb_from_text(text);
	assert_false(machine_read(b.data, &m, &why));
	assert_diag(&why, code, node, property, value);
	free(b.data);
}

#define CPUS "cpus { #address-cells = <1>; #size-cells = <0>; timebase-frequency = <1>; c { device_type = \"cpu\"; reg = <0>; }; };"
#define RAM "memory@0 { device_type = \"memory\"; reg = <0 0x80000000 0 0x1000>; };"

static void test_wrong(void **state)
{
	(void)state;
	refuse(RAM, DIAG_PROPERTY_MISSING, "/cpus", "device_type", "cpu");
	refuse(CPUS, DIAG_PROPERTY_MISSING, "/memory", "reg", "");
	refuse(RAM "cpus { #address-cells = <1>; c { device_type = \"cpu\"; reg = <0>; }; };", DIAG_PROPERTY_MISSING,
	       "/cpus", "timebase-frequency", "");
	refuse(RAM "cpus { #address-cells = <1>; c { device_type = \"cpu\"; }; };", DIAG_PROPERTY_MISSING, "/cpus/c", "reg", "");
	refuse(RAM "cpus { #address-cells = <1>; c { device_type = \"cpu\"; reg = <0 1>; }; };", DIAG_PROPERTY_LENGTH, "/cpus/c",
	       "reg", "0x0 0x1");
	refuse(CPUS "memory@0 { device_type = \"memory\"; reg = <0xffffffff 0xfffff000 0 0x2000>; };", DIAG_PROPERTY_VALUE,
	       "/memory@0", "reg", "0xffffffff 0xfffff000 0x0 0x2000");
}

static void test_too_many(void **state)
{
	(void)state;
	char text[8192] = CPUS RAM "reserved-memory { #address-cells = <2>; #size-cells = <2>; x { reg = <";
	for (int i = 0; i <= MAX_RESERVED; i++)
		strcat(text, "0 1 0 1 ");
	strcat(text, ">; }; };");
	struct blob b;
	char source[9000];
	snprintf(source, sizeof(source), "/dts-v1/; / { #address-cells = <2>; #size-cells = <2>; %s };", text);
	b = dtb_from_text(source);
	assert_false(machine_read(b.data, &m, &why));
	assert_int_equal(why.code, DIAG_TOO_MANY);
	assert_string_equal(why.node, "/reserved-memory/x");
	free(b.data);
}

static void test_deep(void **state)
{
	(void)state;
	char text[2048] = CPUS RAM;
	for (int i = 0; i < 30; i++)
		strcat(text, "n { ");
	for (int i = 0; i < 30; i++)
		strcat(text, "}; ");
	refuse(text, DIAG_TREE_BAD, "/", "", "");
}

static void test_not_a_tree(void **state)
{
	(void)state;
	static const uint8_t zeros[64];
	assert_false(machine_read(zeros, &m, &why));
	assert_diag(&why, DIAG_TREE_BAD, "/", "", "");
}

// The board's tree is read up to the size its header gives: a cut one is not tried, as nobody knows the true size.
static size_t full_size;
static void try_tree(const uint8_t *bytes, size_t size)
{
	if (size == full_size && dtb_total_size(bytes) <= size)
		(void)machine_read(bytes, &m, &why);
}

static void test_mutations(void **state)
{
	(void)state;
	static const char *const boards[] = { "early-core", "spike" };
	for (size_t i = 0; i < ARRAY_SIZE(boards); i++) {
		char path[128];
		snprintf(path, sizeof(path), DATA "%s.dts", boards[i]);
		struct blob b = dtb_from_file(path);
		full_size = b.size;
		mutate(b, try_tree);
		free(b.data);
	}
}

// Vendors' trees leave H out: the boot hart's answer counts for harts of its kind that can do the same, and for no other.
static void test_h_by_the_boot_hart(void **state)
{
	static const char *const harts[][2] = {
		{ "acme,big\", \"riscv", "rv64imafdc_sstc" }, { "acme,big\", \"riscv", "rv64imafdc_sstc" },
		{ "acme,little\", \"riscv", "rv64imafdc_sstc" }, { "acme,big\", \"riscv", "rv64imafdc" },
		{ "acme,big\", \"riscv", "rv64imafdch_sstc" }, { "acme,big\", \"riscv", "rv64imafdc_sstc" },
	};
	static const uint32_t like[] = { 0, 0, 2, 3, 4, 0 };
	char text[4096] = "/dts-v1/; / { #address-cells = <2>; #size-cells = <2>; memory@0 { device_type = \"memory\"; reg = <0 0x80000000 0 "
			  "0x1000000>; }; cpus { #address-cells = <1>; #size-cells = <0>; timebase-frequency = <1>;";
	size_t at = strlen(text);
	(void)state;
	for (unsigned i = 0; i < 6; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "cpu@%u { device_type = \"cpu\"; reg = <%u>; compatible = \"%s\"; "
				       "riscv,isa = \"%s\"; };", i, i, harts[i][0], harts[i][1]);
	snprintf(text + at, sizeof(text) - at, "}; };");
	struct blob b = dtb_from_text(text);
	for (uint32_t boot = 0; boot < 6; boot++) {
		assert_true(machine_read(b.data, &m, &why));
		uint32_t wanted = 0;
		for (uint32_t i = 0; i < 6; i++) {
			assert_int_equal(m.harts[i].like, like[i]);
			wanted += like[i] == like[boot] && i != 4;
		}
		assert_int_equal(machine_set_h(&m, boot, true), wanted);
		for (uint32_t i = 0; i < 6; i++) {
			assert_int_equal(isa_has(&m.harts[i].isa, ISA_H), like[i] == like[boot] || i == 4);
			assert_int_equal(m.harts[i].h_is_guessed, like[i] == like[boot] && i != boot && i != 4);
		}
		assert_int_equal(machine_set_h(&m, boot, true), 0);
		assert_int_equal(machine_set_h(&m, boot, false), 0); // the tree lists it, and the hart has it not
		assert_false(isa_has(&m.harts[boot].isa, ISA_H));
	}
	free(b.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_h_by_the_boot_hart), cmocka_unit_test(test_qemu_rv64), cmocka_unit_test(test_qemu_max), cmocka_unit_test(test_sifive_u),
		cmocka_unit_test(test_odd_plics), cmocka_unit_test(test_spike),     cmocka_unit_test(test_early_core), cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_too_many),  cmocka_unit_test(test_deep),       cmocka_unit_test(test_not_a_tree),
		cmocka_unit_test(test_mutations),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
