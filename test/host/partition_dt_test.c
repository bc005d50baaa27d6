// SPDX-License-Identifier: Apache-2.0
// Tests of reading partition trees: what is right, everything that is wrong, and mutations.
#include "dt_util.h"

#include "dt/partition_dt.h"
#include "vdev/models.h"

static struct request r;
static struct diag why;

static void read_text(const char *text)
{
	struct blob b = dtb_from_text(text);
	if (!partition_read(b.data, b.size, &r, &why))
		fail_msg("%s %s %s %s", diag_str(why.code), why.node, why.property, why.value);
	free(b.data);
}

#define ROOT "/dts-v1/; / { compatible = \"bulkhead,partitions\"; "
#define GUEST(body) ROOT "guests { g { " body " }; }; };"
#define OK "hart-count = <1>; memory-size = <0x1000>; kernel = \"k\"; "

static void refuse(const char *text, enum diag_code code, const char *node, const char *property, const char *value)
{
	struct blob b = dtb_from_text(text);
	assert_false(partition_read(b.data, b.size, &r, &why));
	assert_diag(&why, code, node, property, value);
	free(b.data);
}

static void refuse_guest(const char *body, enum diag_code code, const char *property, const char *value)
{
	char text[4096];
	snprintf(text, sizeof(text), GUEST("%s"), body);
	refuse(text, code, "/guests/g", property, value);
}

static void test_demo(void **state)
{
	(void)state;
	struct blob b = dtb_from_file("platform/qemu-virt/demo.dts");
	assert_true(partition_read(b.data, b.size, &r, &why));
	assert_int_equal(r.guest_count, 2);
	assert_int_equal(r.on_last_stop, LAST_STOP_POWER_OFF);
	assert_false(r.colour);
	assert_string_equal(r.guests[0].name, "linux");
	assert_int_equal(r.guests[0].hart_count, 2);
	assert_false(r.guests[0].harts_named);
	assert_int_equal(r.guests[0].memory_size, 512 << 20);
	assert_int_equal(r.guests[0].memory_base.addr, GUEST_MEMORY_GPA);
	assert_string_equal(r.guests[0].kernel, "linux/Image");
	assert_string_equal(r.guests[0].initrd, "linux/initramfs.cpio.gz");
	assert_int_equal(r.guests[0].models, 1u << MODEL_UART);
	assert_string_equal(r.guests[1].name, "pulse");
	assert_int_equal(r.guests[1].memory_size, 16 << 20);
	assert_string_equal(r.guests[1].initrd, "");
	free(b.data);
}

#define EVERYTHING \
	ROOT "on-last-stop = \"wait\"; console-colour; model = \"x\"; #address-cells = <2>; #size-cells = <2>;" \
	"guests { #address-cells = <1>; #size-cells = <0>; one@5 { harts = <3 1>; memory-base = <0x1 0x40000000>;" \
	"host-memory = <0 0x90000000 0 0x1000>, <0x1 0 0x1 0>; kernel = \"k\"; initrd = \"i\";" \
	"device-tree-fragment = \"f\"; bootargs = \"\"; console = \"none\";" \
	"ignore-features = \"sstc\", \"henvcfg\", \"aia\", \"v\", \"hedeleg\", \"htinst\"; background; " \
	"denied-sbi-extensions = \"dbcn\", \"legacy\"; };" \
	"two { hart-count = <64>; memory-size = <0x2 0>; direct-mapped; kernel = \"k\"; };" \
	"three { hart-count = <1>; memory-size = <0x2000>; host-memory = <0 0xa0000000 0 0x2000>; direct-mapped;" \
	"kernel = \"k\"; }; }; };"

static void test_everything(void **state)
{
	(void)state;
	read_text(EVERYTHING);
	const struct guest_request *g = &r.guests[0];
	assert_int_equal(r.on_last_stop, LAST_STOP_WAIT);
	assert_true(r.colour);
	assert_int_equal(r.guest_count, 3);
	assert_string_equal(g->name, "one");
	assert_true(g->harts_named);
	assert_int_equal(g->hart_count, 2);
	assert_int_equal(g->hart_ids[0], 3);
	assert_int_equal(g->hart_ids[1], 1);
	assert_int_equal(g->memory_base.addr, 0x140000000);
	assert_int_equal(g->memory_size, 0x100001000);
	assert_int_equal(g->host_count, 2);
	assert_int_equal(g->host[1].base, 0x100000000);
	assert_string_equal(g->fragment, "f");
	assert_int_equal(g->models, 0);
	assert_true(g->ignore_henvcfg && g->ignore_aia && g->rules.ignore_hedeleg && g->rules.ignore_htinst);
	assert_false(r.guests[1].rules.ignore_hedeleg || r.guests[1].rules.ignore_htinst);
	assert_int_equal(g->denied_sbi, 1u << SBI_INDEX_DBCN | 1u << SBI_INDEX_LEGACY);
	assert_true(isa_has(&g->ignored, ISA_SSTC) && isa_has(&g->ignored, ISA_V) && isa_has(&g->ignored, ISA_SSAIA));
	assert_true(g->rules.background && !r.guests[1].rules.background);
	assert_int_equal(r.guests[1].hart_count, 64);
	assert_int_equal(r.guests[1].memory_size, 0x200000000);
	assert_true(r.guests[1].direct_mapped);
	assert_int_equal(r.guests[2].memory_base.addr, 0xa0000000);
	read_text(ROOT "on-last-stop = \"reset\"; guests { g { " OK "}; }; };");
	assert_int_equal(r.on_last_stop, LAST_STOP_RESET);
}

// A run needs somebody whose end is its end.
static void test_devices(void **state)
{
	(void)state;
	read_text(GUEST(OK "devices = \"/soc/rtc@101000\", \"serial1\"; trusted-dma;"));
	assert_int_equal(r.guests[0].device_count, 2);
	assert_string_equal(r.guests[0].devices[0].path, "/soc/rtc@101000");
	assert_string_equal(r.guests[0].devices[1].path, "serial1");
	assert_true(r.guests[0].trusted_dma);
	read_text(GUEST(OK));
	assert_int_equal(r.guests[0].device_count, 0);
	assert_false(r.guests[0].trusted_dma);
	assert_int_equal(r.guests[0].models, 1u << MODEL_UART);
	refuse_guest(OK "trusted-dma = <1>;", DIAG_PROPERTY_LENGTH, "trusted-dma", "0x1");
	read_text(GUEST(OK "finisher;"));
	assert_int_equal(r.guests[0].models, 1u << MODEL_UART | 1u << MODEL_FINISHER);
	refuse_guest(OK "finisher = <0x100000>;", DIAG_PROPERTY_LENGTH, "finisher", "0x100000");
	refuse_guest(OK "devices;", DIAG_PROPERTY_VALUE, "devices", "");
	refuse_guest(OK "devices = \"a\", \"\";", DIAG_PROPERTY_VALUE, "devices", "0x0");
	refuse_guest(OK "devices = [41 42];", DIAG_PROPERTY_VALUE, "devices", "0x41 0x42");
	char text[512] = OK "devices = \"/";
	size_t len = strlen(text);
	memset(text + len, 'x', MAX_DEVICE_PATH - 1);
	strcpy(text + len + MAX_DEVICE_PATH - 1, "\";");
	char whole[MAX_DEVICE_PATH + 1] = "/";
	memset(whole + 1, 'x', MAX_DEVICE_PATH - 1);
	refuse_guest(text, DIAG_PROPERTY_VALUE, "devices", whole);
	strcpy(text + len + MAX_DEVICE_PATH - 2, "\";");
	char fits[640];
	snprintf(fits, sizeof(fits), GUEST("%s"), text);
	read_text(fits);
	strcpy(text, OK "devices = \"a\"");
	for (int i = 0; i < MAX_GUEST_DEVICES; i++)
		strcat(text, ", \"a\"");
	strcat(text, ";");
	refuse_guest(text, DIAG_TOO_MANY, "devices", "a a a a a a a a a a a a a a a a a");
}

static void test_words_of_pmu(void **state)
{
	(void)state;
	read_text(GUEST(OK));
	assert_false(r.guests[0].rules.has_pmu_snapshots);
	read_text(GUEST(OK "pmu-snapshots;"));
	assert_true(r.guests[0].rules.has_pmu_snapshots);
	refuse_guest(OK "pmu-snapshots = <1>;", DIAG_PROPERTY_LENGTH, "pmu-snapshots", "0x1");
	refuse_guest(OK "pmu-snapshots = \"yes\";", DIAG_PROPERTY_LENGTH, "pmu-snapshots", "yes");
	assert_false(r.guests[0].rules.no_neighbour_counters);
	read_text(GUEST(OK "no-neighbour-counters;"));
	assert_true(r.guests[0].rules.no_neighbour_counters && !r.guests[0].rules.has_pmu_snapshots);
	refuse_guest(OK "no-neighbour-counters = <0>;", DIAG_PROPERTY_LENGTH, "no-neighbour-counters", "0x0");
}

static void test_all_in_background(void **state)
{
	(void)state;
	read_text(ROOT "guests { a { " OK "background; }; b { " OK "background; }; }; };");
	assert_false(r.guests[0].rules.background || r.guests[1].rules.background);
	read_text(ROOT "guests { a { " OK "background; }; b { " OK "}; }; };");
	assert_true(r.guests[0].rules.background && !r.guests[1].rules.background);
	refuse_guest(OK "background = <1>;", DIAG_PROPERTY_LENGTH, "background", "0x1");
}

static void test_exit_budget(void **state)
{
	(void)state;
	read_text(GUEST(OK));
	assert_false(r.guests[0].rules.has_exit_budget);
	read_text(GUEST(OK "max-exits-per-second = <0>;")); // none at all, which is not the same as no budget
	assert_true(r.guests[0].rules.has_exit_budget);
	assert_int_equal(r.guests[0].rules.max_exits, 0);
	assert_int_equal(r.guests[0].rules.budget_after, 10);
	read_text(GUEST(OK "max-exits-per-second = <0xffffffff 0>;"));
	assert_true(r.guests[0].rules.has_exit_budget);
	assert_int_equal(r.guests[0].rules.max_exits, 0xffffffff);
	assert_int_equal(r.guests[0].rules.budget_after, 0);
	refuse_guest(OK "max-exits-per-second;", DIAG_PROPERTY_LENGTH, "max-exits-per-second", "");
	refuse_guest(OK "max-exits-per-second = <1 2 3>;", DIAG_PROPERTY_LENGTH, "max-exits-per-second", "0x1 0x2 0x3");
	refuse_guest(OK "max-exits-per-second = \"none\";", DIAG_PROPERTY_LENGTH, "max-exits-per-second", "none");
}

static void test_wrong_root(void **state)
{
	(void)state;
	refuse("/dts-v1/; / { guests { g { " OK "}; }; };", DIAG_TREE_COMPATIBLE, "/", "compatible", "");
	refuse("/dts-v1/; / { };", DIAG_TREE_COMPATIBLE, "/", "compatible", "");
	refuse("/dts-v1/; / { compatible = \"riscv-virtio\"; };", DIAG_TREE_COMPATIBLE, "/", "compatible", "riscv-virtio");
	refuse(ROOT "};", DIAG_NO_GUESTS, "/guests", "", "");
	refuse(ROOT "guests { }; };", DIAG_NO_GUESTS, "/guests", "", "");
	refuse(ROOT "wrong = <1>; };", DIAG_PROPERTY_UNKNOWN, "/", "wrong", "0x1");
	refuse(ROOT "guests { model = \"x\"; }; };", DIAG_PROPERTY_UNKNOWN, "/guests", "model", "x");
	refuse(ROOT "on-last-stop = \"explode\"; };", DIAG_PROPERTY_VALUE, "/", "on-last-stop", "explode");
	refuse(ROOT "on-last-stop = <1>; };", DIAG_PROPERTY_VALUE, "/", "on-last-stop", "0x1");
	refuse(ROOT "console-colour = \"red\"; };", DIAG_PROPERTY_LENGTH, "/", "console-colour", "red");
	refuse(ROOT "guests-may-reset; guests { g { " OK "}; }; };", DIAG_PROPERTY_VALUE, "/", "guests-may-reset", "");
	refuse(ROOT "guests-may-reset = <1>; guests { g { " OK "}; }; };", DIAG_PROPERTY_VALUE, "/", "guests-may-reset", "0x1");
	refuse(ROOT "guests-may-reset = \"g\", \"h\"; guests { g { " OK "}; }; };", DIAG_PROPERTY_VALUE, "/", "guests-may-reset", "h");
	read_text(ROOT "guests-may-reset = \"g\", \"h\"; guests { f { " OK "}; g { " OK "}; h { " OK "}; }; };");
	assert_true(!r.guests[0].may_reset && r.guests[1].may_reset && r.guests[2].may_reset);
	read_text(ROOT "guests { g { " OK "}; }; };");
	assert_false(r.guests[0].may_reset);
	refuse(ROOT "cells { }; };", DIAG_NODE_UNKNOWN, "/cells", "", "");
	refuse(ROOT "guests { g { " OK "deeper { }; }; }; };", DIAG_NODE_UNKNOWN, "/guests/g/deeper", "", "");
}

static void test_wrong_names(void **state)
{
	(void)state;
	refuse(ROOT "guests { bulkhead { " OK "}; }; };", DIAG_NAME_OURS, "/guests/bulkhead", "name", "");
	refuse(ROOT "guests { bulkhead@1 { " OK "}; }; };", DIAG_NAME_OURS, "/guests/bulkhead@1", "name", "");
	refuse(ROOT "guests { g@1 { " OK "}; g@2 { " OK "}; }; };", DIAG_NAME_DUPLICATE, "/guests/g@2", "name", "");
	refuse(ROOT "guests { a23456789012345678901234567890123 { " OK "}; }; };", DIAG_PROPERTY_LENGTH,
	       "/guests/a23456789012345678901234567890123", "name", "");
	refuse(ROOT "guests { a? { " OK "}; }; };", DIAG_PROPERTY_VALUE, "/guests/a?", "name", "");
	char text[4096] = ROOT "guests { ";
	for (int i = 0; i <= MAX_GUESTS; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "g%d { " OK "}; ", i);
	strcat(text, "}; };");
	refuse(text, DIAG_TOO_MANY, "/guests/g16", "", "");
}

static void test_wrong_harts(void **state)
{
	(void)state;
#define REST "memory-size = <0x1000>; kernel = \"k\"; "
	refuse_guest(REST, DIAG_PROPERTY_MISSING, "hart-count", "");
	refuse_guest(REST "hart-count = <1>; harts = <1>;", DIAG_PROPERTY_UNKNOWN, "hart-count", "0x1");
	refuse_guest(REST "hart-count = <0>;", DIAG_PROPERTY_VALUE, "hart-count", "0x0");
	refuse_guest(REST "hart-count = <1 2>;", DIAG_PROPERTY_LENGTH, "hart-count", "0x1 0x2");
	refuse_guest(REST "hart-count = <65>;", DIAG_TOO_MANY, "hart-count", "0x41");
	refuse_guest(REST "harts;", DIAG_PROPERTY_LENGTH, "harts", "");
	refuse_guest(REST "harts = [01 02];", DIAG_PROPERTY_LENGTH, "harts", "0x1 0x2");
	char text[1024] = REST "harts = <";
	for (int i = 0; i <= MAX_HARTS; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%d ", i);
	strcat(text, ">;");
	refuse_guest(text, DIAG_TOO_MANY, "harts", "0x0 0x1 0x2 0x3 0x4 0x5 0x6 0x7 0x8 0x9 0xa 0xb 0xc 0xd 0xe 0xf "
		     "0x10 0x11 0x12 0x13 0x14 0x15 0x16 0x17 0x18 0x19 0x1a 0x1b");
#undef REST
}

static void test_wrong_memory(void **state)
{
	(void)state;
#define REST "hart-count = <1>; kernel = \"k\"; "
	refuse_guest(REST, DIAG_PROPERTY_MISSING, "memory-size", "");
	refuse_guest(REST "memory-size = <0>;", DIAG_MEM_SIZE, "memory-size", "0x0");
	refuse_guest(REST "memory-size = <0x1001>;", DIAG_MEM_SIZE, "memory-size", "0x1001");
	refuse_guest(REST "memory-size = <0 0 0x1000>;", DIAG_PROPERTY_LENGTH, "memory-size", "0x0 0x0 0x1000");
	refuse_guest(REST "memory-size = \"512M\";", DIAG_PROPERTY_LENGTH, "memory-size", "512M");
	refuse_guest(REST "memory-size = <0x1000>; memory-base = <0x80000800>;", DIAG_MEM_ALIGN, "memory-base", "0x80000800");
	refuse_guest(REST "memory-size = <0x1000>; memory-base;", DIAG_PROPERTY_LENGTH, "memory-base", "");
	refuse_guest(REST "memory-size = <0x2000>; memory-base = <0xffffffff 0xfffff000>;", DIAG_MEM_GPA, "memory-base",
		     "0xffffffff 0xfffff000");
	refuse_guest(REST "memory-size = <0x1000>; memory-base = <0>; direct-mapped;", DIAG_PROPERTY_UNKNOWN, "memory-base", "0x0");
	refuse_guest(REST "memory-size = <0x1000>; direct-mapped = <1>;", DIAG_PROPERTY_LENGTH, "direct-mapped", "0x1");
	refuse_guest(REST "memory-size = <0x1000>; host-memory = <0 0 0 0x2000>;", DIAG_PROPERTY_VALUE, "memory-size", "0x1000");
	refuse_guest(REST "host-memory = <0 0x80 0 0x2000>;", DIAG_MEM_ALIGN, "host-memory", "0x80");
	refuse_guest(REST "host-memory = <0 0 0 0>;", DIAG_MEM_SIZE, "host-memory", "0x0");
	refuse_guest(REST "host-memory = <0 0 0 0x80>;", DIAG_MEM_SIZE, "host-memory", "0x80");
	refuse_guest(REST "host-memory = <0xffffffff 0xfffff000 0 0x2000>;", DIAG_PROPERTY_VALUE, "host-memory", "0x2000");
	refuse_guest(REST "host-memory = <0 0 0xffffffff 0xfffff000 0 0 0xffffffff 0xfffff000>;", DIAG_PROPERTY_VALUE,
		     "host-memory", "0xfffffffffffff000");
	refuse_guest(REST "host-memory = <0 0 0x1000>;", DIAG_PROPERTY_LENGTH, "host-memory", "0x0 0x0 0x1000");
	refuse_guest(REST "host-memory;", DIAG_PROPERTY_LENGTH, "host-memory", "");
	refuse_guest(REST "direct-mapped; host-memory = <0 0 0 0x1000 0 0x1000 0 0x1000>;", DIAG_PROPERTY_VALUE, "host-memory",
		     "0x0 0x0 0x0 0x1000 0x0 0x1000 0x0 0x1000");
	char text[2048] = REST "host-memory = <";
	for (int i = 0; i <= MAX_EXTENTS; i++)
		strcat(text, "0 0 0 0x1000 ");
	strcat(text, ">;");
	refuse_guest(text, DIAG_TOO_MANY, "host-memory", "0x0 0x0 0x0 0x1000 0x0 0x0 0x0 0x1000 0x0 0x0 0x0 0x1000 "
		     "0x0 0x0 0x0 0x1000 0x0 0x0 0x0 0x1000 0x0 0x0 0x0 0x1000 0x0 0x0 0x0");
#undef REST
}

static void test_wrong_strings(void **state)
{
	(void)state;
#define REST "hart-count = <1>; memory-size = <0x1000>; "
	refuse_guest(REST, DIAG_PROPERTY_MISSING, "kernel", "");
	refuse_guest(REST "kernel = \"\";", DIAG_PROPERTY_VALUE, "kernel", "0x0");
	refuse_guest(REST "kernel = <0x41424344>;", DIAG_PROPERTY_VALUE, "kernel", "0x41424344");
	refuse_guest(REST "kernel = \"a\", \"b\";", DIAG_PROPERTY_VALUE, "kernel", "a b");
	refuse_guest(REST "kernel = \"a2345678901234567890123456789012\";", DIAG_PROPERTY_LENGTH, "kernel",
		     "a2345678901234567890123456789012");
	refuse_guest(OK "initrd;", DIAG_PROPERTY_VALUE, "initrd", "");
	refuse_guest(OK "device-tree-fragment = [ff];", DIAG_PROPERTY_VALUE, "device-tree-fragment", "0xff");
	refuse_guest(OK "bootargs = <1>;", DIAG_PROPERTY_VALUE, "bootargs", "0x1");
	refuse_guest(OK "console = \"pl011\";", DIAG_PROPERTY_VALUE, "console", "pl011");
	refuse_guest(OK "console = <0>;", DIAG_PROPERTY_VALUE, "console", "0x0");
	refuse_guest(OK "ignore-features = \"sstc\", \"fastboot\";", DIAG_PROPERTY_VALUE, "ignore-features", "fastboot");
	refuse_guest(OK "ignore-features = \"i\";", DIAG_PROPERTY_VALUE, "ignore-features", "i");
	refuse_guest(OK "ignore-features = \"\";", DIAG_PROPERTY_VALUE, "ignore-features", "0x0");
	refuse_guest(OK "denied-sbi-extensions = \"dbcn\", \"sbi\";", DIAG_PROPERTY_VALUE, "denied-sbi-extensions", "sbi");
	refuse_guest(OK "denied-sbi-extensions;", DIAG_PROPERTY_VALUE, "denied-sbi-extensions", "");
	refuse_guest(OK "ignore-features = [41 42];", DIAG_PROPERTY_VALUE, "ignore-features", "0x41 0x42");
	refuse_guest(OK "memory = <1>;", DIAG_PROPERTY_UNKNOWN, "memory", "0x1");
	char text[2048] = OK "bootargs = \"";
	size_t len = strlen(text);
	memset(text + len, 'x', MAX_BOOTARGS);
	strcpy(text + len + MAX_BOOTARGS, "\";");
	char cut[sizeof(why.value)] = { 0 };
	memset(cut, 'x', sizeof(cut) - 1);
	refuse_guest(text, DIAG_PROPERTY_LENGTH, "bootargs", cut);
	strcpy(text + len + MAX_BOOTARGS - 1, "\";");
	char whole[4096];
	snprintf(whole, sizeof(whole), GUEST("%s"), text);
	read_text(whole);
	assert_int_equal(strlen(r.guests[0].bootargs), MAX_BOOTARGS - 1);
#undef REST
}

static void test_denied_sbi(void **state)
{
	char text[1024], all[512] = "", wrong[64];
	uint32_t names = 0;
	(void)state;
	for (uint32_t i = 0; i < SBI_INDEX_UNKNOWN; i++) {
		if (sbi_names[i] == NULL)
			continue;
		snprintf(text, sizeof(text), GUEST(OK "denied-sbi-extensions = \"%s\";"), sbi_names[i]);
		read_text(text);
		assert_int_equal(r.guests[0].denied_sbi, 1u << i);
		snprintf(wrong, sizeof(wrong), "%sx", sbi_names[i]);
		snprintf(text, sizeof(text), OK "denied-sbi-extensions = \"%s\", \"%s\";", sbi_names[i], wrong);
		refuse_guest(text, DIAG_PROPERTY_VALUE, "denied-sbi-extensions", wrong);
		snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s\"%s\"", names == 0 ? "" : ", ", sbi_names[i]);
		names |= 1u << i;
	}
	snprintf(text, sizeof(text), GUEST(OK "denied-sbi-extensions = %s;"), all);
	read_text(text);
	assert_int_equal(r.guests[0].denied_sbi, names);
	read_text(GUEST(OK "denied-sbi-extensions = \"time\", \"time\";"));
	assert_int_equal(r.guests[0].denied_sbi, 1u << SBI_INDEX_TIME);
	refuse_guest(OK "denied-sbi-extensions = \"TIME\";", DIAG_PROPERTY_VALUE, "denied-sbi-extensions", "TIME");
	refuse_guest(OK "denied-sbi-extensions = <1>;", DIAG_PROPERTY_VALUE, "denied-sbi-extensions", "0x1");
	refuse_guest(OK "denied-sbi-extensions = \"time\", \"\";", DIAG_PROPERTY_VALUE, "denied-sbi-extensions", "0x0");
	read_text(GUEST(OK));
	assert_int_equal(r.guests[0].denied_sbi, 0);
}

// A value that would move the cursor of a terminal is shown as numbers.
static void test_value_is_printable(void **state)
{
	(void)state;
	refuse_guest(OK "console = \"\\x1b[2J\";", DIAG_PROPERTY_VALUE, "console", "0x1b 0x5b 0x32 0x4a 0x0");
}

static void try_tree(const uint8_t *bytes, size_t size)
{
	why = (struct diag){ 0 };
	if (!partition_read(bytes, size, &r, &why))
		assert_int_not_equal(why.code, DIAG_NONE);
	else
		for (uint32_t i = 0; i < r.guest_count * SBI_INDEX_UNKNOWN; i++)
			if (sbi_names[i % SBI_INDEX_UNKNOWN] == NULL)
				assert_int_equal(r.guests[i / SBI_INDEX_UNKNOWN].denied_sbi >> i % SBI_INDEX_UNKNOWN & 1, 0);
}

static void test_mutations(void **state)
{
	(void)state;
	struct blob b = dtb_from_file("platform/qemu-virt/demo.dts");
	mutate(b, try_tree);
	assert_false(partition_read(b.data, b.size - 1, &r, &why));
	assert_diag(&why, DIAG_TREE_BAD, "/", "", "");
	free(b.data);
	b = dtb_from_text(EVERYTHING);
	mutate(b, try_tree);
	free(b.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_demo),         cmocka_unit_test(test_everything),   cmocka_unit_test(test_all_in_background), cmocka_unit_test(test_words_of_pmu), cmocka_unit_test(test_devices), cmocka_unit_test(test_exit_budget), cmocka_unit_test(test_wrong_root),
		cmocka_unit_test(test_wrong_names),  cmocka_unit_test(test_wrong_harts),  cmocka_unit_test(test_wrong_memory),
		cmocka_unit_test(test_wrong_strings), cmocka_unit_test(test_value_is_printable), cmocka_unit_test(test_mutations),
		cmocka_unit_test(test_denied_sbi),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
