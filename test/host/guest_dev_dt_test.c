// SPDX-License-Identifier: Apache-2.0
// Tests of assigned devices from the partition tree to the guest's: golden trees, and what fragments may do to them.
#include "dt_util.h"

#include <libfdt.h>

#include "dt/device_dt.h"
#include "dt/guest_dt.h"
#include "dt/machine_dt.h"
#include "dt/partition_dt.h"
#include "golden.h"

static struct machine m;
static struct request r;
static struct plan plan;
static struct diag why;
static struct blob board;
static _Alignas(8) uint8_t dtb[MAX_GUEST_DTB], scratch[MAX_GUEST_DTB];

#define GUEST "hart-count = <1>; memory-size = <0x1000000>; kernel = \"k\"; "

// Everything up to the plan. False with why.
static bool prepare(const char *name, const char *guests)
{
	char path[128], text[2048];
	snprintf(path, sizeof(path), DATA "%s.dts", name);
	free(board.data);
	board = dtb_from_file(path);
	snprintf(text, sizeof(text), "/dts-v1/; / { compatible = \"bulkhead,partitions\"; guests { %s }; };", guests);
	struct blob tree = dtb_from_text(text);
	struct plan_input in = { .machine = &m, .request = &r, .image = { 0x80200000, 0x100000 }, .pool_fixed_size = 0x10000 };
	bool fine = machine_read(board.data, &m, &why) && partition_read(tree.data, tree.size, &r, &why) &&
		    device_read(board.data, &m, &r, &why) && plan_make(&in, &plan, &why) && plan_check(&in, &plan, &why);
	free(tree.data);
	return fine;
}

// The guest's tree as text, NULL with why.
static char *make_tree(uint32_t guest, const char *fragment)
{
	struct blob b = { NULL, 0 };
	if (fragment != NULL)
		b = dtb_from_text(fragment);
	struct guest_dt_input in = { .machine = &m, .board = board.data, .partition = &plan.partitions[guest],
				     .fragment = b.data, .fragment_size = b.size, .scratch = scratch };
	size_t size = guest_dt_make(&in, dtb, sizeof(dtb), &why);
	free(b.data);
	return size == 0 ? NULL : dts_from_dtb(dtb, size);
}

static void check_golden(const char *name, const char *guests, const char *golden)
{
	if (!prepare(name, guests))
		fail_msg("%s: %s %s %s", diag_str(why.code), why.node, why.property, why.value);
	char *text = make_tree(0, NULL);
	assert_non_null(text);
	assert_golden(golden, text);
	free(text);
}

static void test_golden(void **state)
{
	(void)state;
	check_golden("qemu-rv64-plic", "g { " GUEST "devices = \"/soc/rtc@101000\", \"/soc/virtio_mmio@10008000\";"
		     "direct-mapped; trusted-dma; };", "qemu-rv64-plic.devices.dts");
	check_golden("buses", "g { " GUEST "console = \"none\"; direct-mapped; trusted-dma; devices = \"serial1\","
		     "\"/soc/spi@10040000\", \"/soc/rtc@20000800\", \"/soc/clock-controller@10000000\","
		     "\"/soc/gpio@10060000\"; };", "buses.devices.dts");
}

// The emulated UART steps aside from a source that is a device's.
static void test_uart_source(void **state)
{
	(void)state;
	assert_true(prepare("buses", "g { " GUEST "direct-mapped; trusted-dma; devices = \"/soc/dma@3000000\"; };"));
	assert_int_equal(partition_model(&plan.partitions[0], MODEL_UART)->source, GUEST_UART_SOURCE);
	r.guests[0].devices[0].sources[0] = GUEST_UART_SOURCE;
	struct plan_input in = { .machine = &m, .request = &r, .image = { 0x80200000, 0x100000 }, .pool_fixed_size = 0x10000 };
	assert_true(plan_make(&in, &plan, &why) && plan_check(&in, &plan, &why));
	assert_int_equal(partition_model(&plan.partitions[0], MODEL_UART)->source, 1);
	char *text = make_tree(0, NULL);
	assert_non_null(strstr(text, "interrupts = <0x01>"));
	free(text);
}

// A page with two devices: both to one guest, or not at all.
static void test_shared_page(void **state)
{
	(void)state;
	assert_false(prepare("buses", "g { " GUEST "console = \"none\"; devices = \"/soc/rtc@20000800\"; };"));
	assert_diag(&why, DIAG_DEVICE_PAGE, "/guests/g", "devices", "/soc/rtc@20000800 spi@10040000");
	assert_false(prepare("buses", "g { " GUEST "devices = \"/soc/spi@10040000\", \"/soc/gpio@10060000\","
			     "\"/soc/clock-controller@10000000\"; };"));
	assert_diag(&why, DIAG_DEVICE_PAGE, "/guests/g", "devices", "/soc/spi@10040000 rtc@20000800");
	assert_true(prepare("buses", "g { " GUEST "devices = \"/soc/rtc@20000800\", \"/soc/spi@10040000\", \"/soc/gpio@10060000\","
			    "\"/soc/clock-controller@10000000\"; direct-mapped; trusted-dma; console = \"none\"; };"));
}

// What others may not have is not in their trees.
static void test_others(void **state)
{
	(void)state;
	assert_true(prepare("qemu-rv64-plic", "g { " GUEST "devices = \"/soc/rtc@101000\"; }; h { " GUEST "};"));
	char *text = make_tree(1, NULL);
	assert_null(strstr(text, "rtc"));
	free(text);
}

#define FRAGMENT "/dts-v1/; /plugin/; "

static void refuse_fragment(const char *body, const char *node, const char *property, const char *value)
{
	char *text = make_tree(0, body);
	if (text != NULL)
		fail_msg("accepted: %s", body);
	assert_diag(&why, DIAG_FRAGMENT_CLAIM, node, property, value);
}

static void test_fragments(void **state)
{
	(void)state;
	assert_true(prepare("qemu-rv64-plic", "g { " GUEST "devices = \"/soc/rtc@101000\"; };"));
	char *text = make_tree(0, FRAGMENT "&{/soc} { clock@101000 { compatible = \"a,b\"; reg = <0 0x101000 0 0x1000>; }; };"
				  "&{/soc/rtc@101000} { wakeup-source; };");
	if (text == NULL)
		fail_msg("%s: %s %s %s", diag_str(why.code), why.node, why.property, why.value);
	assert_non_null(strstr(text, "clock@101000"));
	assert_non_null(strstr(text, "wakeup-source"));
	free(text);
	refuse_fragment(FRAGMENT "&{/soc/rtc@101000} { reg = <0 0x101000 0 0x2000>; };", "/soc/rtc@101000", "reg",
			"0x0 0x101000 0x0 0x2000");
	refuse_fragment(FRAGMENT "&{/soc/rtc@101000} { reg = <0 0x101000 0 0x100>; };", "/soc/rtc@101000", "reg",
			"0x0 0x101000 0x0 0x100");
	refuse_fragment(FRAGMENT "&{/soc/rtc@101000} { interrupts = <8>; };", "/soc/rtc@101000", "interrupts", "0x8");
	refuse_fragment(FRAGMENT "&{/soc/rtc@101000} { interrupt-parent = <1>; };", "/soc/rtc@101000", "interrupt-parent", "0x1");
	refuse_fragment(FRAGMENT "&{/soc/rtc@101000} { compatible = \"a,b\"; };", "/soc/rtc@101000", "compatible", "a,b");
	refuse_fragment(FRAGMENT "&{/soc} { a@100000 { reg = <0 0x100000 0 0x1000>; }; };", "/soc/a@100000", "reg",
			"0x0 0x100000 0x0 0x1000");
	refuse_fragment(FRAGMENT "&{/soc} { a@101000 { reg = <0 0x101000 0 0x1004>; }; };", "/soc/a@101000", "reg",
			"0x0 0x101000 0x0 0x1004");
}

// Two nodes of one name cannot both be in /soc.
static void test_names(void **state)
{
	(void)state;
	assert_true(prepare("qemu-rv64-plic", "g { " GUEST "devices = \"/soc/rtc@101000\"; };"));
	struct guest_request *g = &r.guests[0];
	g->devices[g->device_count++] = g->devices[0];
	assert_null(make_tree(0, NULL));
	assert_diag(&why, DIAG_NAME_DUPLICATE, "g", "devices", "rtc@101000");
}

// Whatever stands in the board's tree: what device_read() accepts can be copied, and the copy is a tree.
static void test_mutations(void **state)
{
	static const uint8_t with[] = { 0x00, 0x02, 0xff };
	static struct request asked;
	uint32_t copied = 0;
	(void)state;
	assert_true(prepare("buses", "g { " GUEST "console = \"none\"; direct-mapped; trusted-dma; devices = \"serial1\","
			    "\"/soc/spi@10040000\", \"/soc/rtc@20000800\", \"/soc/clock-controller@10000000\","
			    "\"/soc/gpio@10060000\", \"/soc/wrapper@20007000\"; };"));
	asked = r;
	for (uint32_t i = 0; i < asked.guests[0].device_count; i++) {
		struct device_request *d = &asked.guests[0].devices[i];
		d->reg_count = d->source_count = 0;
	}
	asked.guests[0].fixed_count = 0;
	for (size_t i = 40; i < board.size; i++) { // behind the header
		uint8_t *copy = malloc(board.size);
		memcpy(copy, board.data, board.size);
		for (size_t j = 0; j < sizeof(with); j++) {
			copy[i] = with[j];
			r = asked;
			if (!machine_read(copy, &m, &why) || !device_read(copy, &m, &r, &why))
				continue;
			struct guest_dt_input in = { .machine = &m, .board = copy, .partition = &plan.partitions[0] };
			size_t size = guest_dt_make(&in, dtb, sizeof(dtb), &why);
			if (size == 0)
				assert_true(why.code == DIAG_NAME_DUPLICATE || why.code == DIAG_DTB_SIZE);
			else
				assert_int_equal(fdt_check_full(dtb, size), 0);
			copied += size != 0;
		}
		free(copy);
	}
	assert_true(copied > 1000);
}

static int close_board(void **state)
{
	(void)state;
	free(board.data);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden), cmocka_unit_test(test_uart_source), cmocka_unit_test(test_shared_page),
		cmocka_unit_test(test_others), cmocka_unit_test(test_fragments), cmocka_unit_test(test_names),
		cmocka_unit_test(test_mutations),
	};
	return cmocka_run_group_tests_name("guest_dev_dt", tests, NULL, close_board);
}
