// SPDX-License-Identifier: Apache-2.0
// Tests of reading assigned devices: those of QEMU's machines, of a board with everything that is difficult, and mutations.
#include "dt_util.h"

#include <libfdt.h>

#include "dt/device_dt.h"
#include "dt/device_list.h"
#include "dt/machine_dt.h"

static struct machine m;
static struct request r;
static struct diag why;
static struct blob board;

static void open_board(const char *name)
{
	char path[128];
	snprintf(path, sizeof(path), DATA "%s.dts", name);
	free(board.data);
	board = dtb_from_file(path);
	assert_true(machine_read(board.data, &m, &why));
}

// The same with room for more. Returns its tree.
static uint8_t *open_board_to_edit(const char *name)
{
	open_board(name);
	int size = (int)board.size + 1024;
	uint8_t *tree = malloc((size_t)size);
	assert_int_equal(fdt_open_into(board.data, tree, size), 0);
	free(board.data);
	return board.data = tree;
}

static struct guest_request *ask(const char *const paths[], uint32_t count)
{
	struct guest_request *g = &r.guests[0];
	memset(&r, 0, sizeof(r));
	r.guest_count = 1;
	strcpy(g->name, "g");
	for (g->device_count = 0; g->device_count < count; g->device_count++)
		strcpy(g->devices[g->device_count].path, paths[g->device_count]);
	return g;
}

#define ASK(...) ask((const char *const[]){ __VA_ARGS__ }, sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

// The first device, all of them having been accepted.
static const struct device_request *accept_all(const struct guest_request *g)
{
	if (!device_read(board.data, &m, &r, &why))
		fail_msg("%s: %s %s %s", diag_str(why.code), why.node, why.property, why.value);
	return &g->devices[0];
}

static void refuse(const struct guest_request *g, enum diag_code code, const char *value)
{
	assert_string_equal(g->name, "g");
	assert_false(device_read(board.data, &m, &r, &why));
	assert_diag(&why, code, "/guests/g", "devices", value);
}

static void assert_device(const struct device_request *d, uint64_t base, uint64_t size, uint32_t source)
{
	assert_int_equal(d->reg_count, 1);
	assert_int_equal(d->reg[0].base, base);
	assert_int_equal(d->reg[0].size, size);
	assert_int_equal(d->source_count, source != 0);
	assert_int_equal(d->sources[0], source);
}

static void test_qemu(void **state)
{
	(void)state;
	open_board("qemu-rv64-plic");
	const struct device_request *d = accept_all(ASK("/soc/rtc@101000", "/soc/virtio_mmio@10008000"));
	assert_device(d, 0x101000, 0x1000, 11);
	assert_false(d->can_master);
	assert_device(d + 1, 0x10008000, 0x1000, 8);
	assert_true(d[1].can_master);
	refuse(ASK("/fw-cfg@10100000"), DIAG_DEVICE_NEVER, "/fw-cfg@10100000");
	refuse(ASK("/soc/test@100000"), DIAG_DEVICE_NEVER, "/soc/test@100000");
	refuse(ASK("/soc/plic@c000000"), DIAG_DEVICE_NEVER, "/soc/plic@c000000");
	refuse(ASK("/soc/clint@2000000"), DIAG_DEVICE_NEVER, "/soc/clint@2000000");
	refuse(ASK("/soc/pci@30000000"), DIAG_DEVICE_NEVER, "/soc/pci@30000000");
	refuse(ASK("/cpus/cpu@0"), DIAG_DEVICE_NEVER, "/cpus/cpu@0");
	refuse(ASK("/memory@80000000"), DIAG_DEVICE_NEVER, "/memory@80000000");
	refuse(ASK("/soc/serial@10000000"), DIAG_DEVICE_HOST, "/soc/serial@10000000");
	refuse(ASK("serial0"), DIAG_DEVICE_HOST, "/soc/serial@10000000");
	refuse(ASK("serial7"), DIAG_DEVICE_UNKNOWN, "serial7");
	refuse(ASK("/soc/rtc"), DIAG_DEVICE_UNKNOWN, "/soc/rtc");
	refuse(ASK("/soc/rtc@101000/"), DIAG_DEVICE_UNKNOWN, "/soc/rtc@101000/");
	refuse(ASK("/"), DIAG_DEVICE_UNKNOWN, "/");
	refuse(ASK("/soc"), DIAG_DEVICE_HOST, "/soc"); // with the console in it
	refuse(ASK("/poweroff"), DIAG_DEVICE_NEVER, "/poweroff");
}

// A device whose word of reset lies in its registers, as a word, has one.
static void test_reset(void **state)
{
	(void)state;
	open_board("qemu-rv64-plic");
	int node = fdt_path_offset(board.data, "/soc/virtio_mmio@10008000");
	const struct {
		uint32_t base, size;
		uint16_t reset;
	} cases[] = { { 0x10008000, 0x74, 0x70 }, { 0x10008000, 0x73, 0 }, { 0x10008002, 0x100, 0 } };
	const struct device_request *d = accept_all(ASK("/soc/rtc@101000", "/soc/virtio_mmio@10008000"));
	assert_int_equal(d->reset[0], 0);
	assert_int_equal(d[1].reset[0], 0x70);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const fdt32_t reg[] = { 0, cpu_to_fdt32(cases[i].base), 0, cpu_to_fdt32(cases[i].size) };
		assert_int_equal(fdt_setprop_inplace(board.data, node, "reg", reg, sizeof(reg)), 0);
		assert_int_equal(accept_all(ASK("/soc/virtio_mmio@10008000"))->reset[0], cases[i].reset);
	}
}

static void test_aplic(void **state)
{
	(void)state;
	open_board("qemu-max-aia");
	assert_device(accept_all(ASK("/soc/rtc@101000")), 0x101000, 0x1000, 11);
	refuse(ASK("/soc/interrupt-controller@d000000"), DIAG_DEVICE_NEVER, "/soc/interrupt-controller@d000000");
	refuse(ASK("/soc/interrupt-controller@28000000"), DIAG_DEVICE_NEVER, "/soc/interrupt-controller@28000000");
}

static void test_translated(void **state)
{
	(void)state;
	open_board("buses");
	struct guest_request *g = ASK("serial1");
	const struct device_request *d = accept_all(g);
	assert_string_equal(d->path, "/bus@40000000/serial@2000");
	assert_device(d, 0x40002000, 0x100, 2);
	assert_int_equal(g->fixed_count, 1); // the oscillator
	refuse(ASK("/bus@40000000/serial@1200000"), DIAG_DEVICE_REG, "/bus@40000000/serial@1200000");
	refuse(ASK("serial0"), DIAG_DEVICE_HOST, "/bus@40000000/serial@1000");
	refuse(ASK("sound"), DIAG_DEVICE_REG, "/soc/codec");
	refuse(ASK("/soc/crossing@20010000"), DIAG_DEVICE_BUS, "/soc/crossing@20010000");
	refuse(ASK("/moved-bus@50000000/ethernet@50000000"), DIAG_DEVICE_BUS, "/moved-bus@50000000/ethernet@50000000");
}

static void test_interrupts(void **state)
{
	(void)state;
	open_board("buses");
	const struct device_request *d = accept_all(ASK("/soc/dma@3000000"));
	assert_int_equal(d->source_count, 2);
	assert_int_equal(d->sources[0], 23);
	assert_int_equal(d->sources[1], 24);
	assert_true(d->can_master);
	refuse(ASK("/soc/early@20003000"), DIAG_DEVICE_CONTROLLER, // a hart's own
	       "/soc/early@20003000 goes to interrupt-controller, only interrupt-controller@c000000 is driven");
	refuse(ASK("/soc/timer@20002000"), DIAG_DEVICE_IRQ, "/soc/timer@20002000"); // the controller has 53
	refuse(ASK("/soc/lost@20006000"), DIAG_DEVICE_IRQ, "/lost-clock"); // nobody would own its interrupt
}

// Cells of an interrupt whose bytes, counted in 32 bits, are none at all.
static void test_interrupt_cells(void **state)
{
	static const uint32_t wrong[] = { 0, 2, 0x40000000, 0x40000001, 0x80000000, 0xffffffff };
	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		open_board("qemu-rv64-plic");
		int node = fdt_path_offset(board.data, "/soc/plic@c000000");
		assert_int_equal(fdt_setprop_inplace_u32(board.data, node, "#interrupt-cells", wrong[i]), 0);
		refuse(ASK("/soc/rtc@101000"), DIAG_DEVICE_IRQ, "/soc/rtc@101000");
	}
}

// Boards with several controllers: what is wired to one that is not driven says so, by `interrupts` and by interrupts-extended.
static void test_other_controller(void **state)
{
	(void)state;
	for (int extended = 0; extended < 2; extended++) {
		uint8_t *tree = open_board_to_edit("qemu-rv64-plic");
		int soc = fdt_path_offset(tree, "/soc"), other = fdt_add_subnode(tree, soc, "plic@c600000");
		fdt_setprop_string(tree, other, "compatible", "sifive,plic-1.0.0");
		fdt_setprop(tree, other, "interrupt-controller", "", 0);
		fdt_setprop_u32(tree, other, "#interrupt-cells", 1);
		fdt_setprop_u32(tree, other, "phandle", 99);
		int rtc = fdt_path_offset(tree, "/soc/rtc@101000");
		const fdt32_t entry[] = { cpu_to_fdt32(99), cpu_to_fdt32(11) };
		if (extended)
			fdt_setprop(tree, rtc, "interrupts-extended", entry, sizeof(entry));
		else
			fdt_setprop_u32(tree, rtc, "interrupt-parent", 99);
		refuse(ASK("/soc/rtc@101000"), DIAG_DEVICE_CONTROLLER,
		       "/soc/rtc@101000 goes to plic@c600000, only plic@c000000 is driven");
		m.irqchip = IRQCHIP_NONE;
		refuse(ASK("/soc/rtc@101000"), DIAG_DEVICE_CONTROLLER, "/soc/rtc@101000 goes to plic@c600000, none is driven");
	}
}

// Every compatible that is known, by what it lets its guest do; and one that is not.
enum capability { NEVER = 1, WHOLE_BOARD = 2, NO_MASTER = 4 };

static void test_capabilities(void **state)
{
	static const struct {
		const char *compatible;
		enum capability capability;
	} rows[] = {
#define NEVER_ROW(compatible) { compatible, NEVER },
#define BOARD_ROW(compatible) { compatible, WHOLE_BOARD },
#define NO_MASTER_ROW(compatible) { compatible, NO_MASTER },
		DEVICE_NEVER_LIST(NEVER_ROW) DEVICE_WHOLE_BOARD_LIST(BOARD_ROW) DEVICE_NO_MASTER_LIST(NO_MASTER_ROW)
		{ "acme,unknown", 0 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint32_t is = 0;
		for (size_t j = 0; j < sizeof(rows) / sizeof(rows[0]); j++)
			is |= strcmp(rows[i].compatible, rows[j].compatible) == 0 ? rows[j].capability : 0;
		assert_true((is & NEVER) == 0 || is == NEVER);
		uint8_t *tree = open_board_to_edit("qemu-rv64-plic");
		fdt_setprop_string(tree, fdt_path_offset(tree, "/soc/virtio_mmio@10008000"), "compatible", rows[i].compatible);
		struct guest_request *g = ASK("/soc/virtio_mmio@10008000");
		if (is & (NEVER | WHOLE_BOARD))
			refuse(g, is & NEVER ? DIAG_DEVICE_NEVER : DIAG_DEVICE_RESETS, "/soc/virtio_mmio@10008000");
		g = ASK("/soc/virtio_mmio@10008000");
		g->may_reset = true;
		if (is & NEVER) {
			refuse(g, DIAG_DEVICE_NEVER, "/soc/virtio_mmio@10008000");
			continue;
		}
		const struct device_request *d = accept_all(g);
		assert_int_equal(d->reaches_board, (is & WHOLE_BOARD) != 0);
		assert_int_equal(d->can_master, (is & NO_MASTER) == 0);
	}
}

// Nothing said is not coherent; what is nearest counts; one part that bypasses the caches is enough.
static void test_coherency(void **state)
{
	static const struct {
		const char *soc, *device, *part;
		bool bypasses;
	} cases[] = {
		{ NULL, NULL, NULL, true },
		{ NULL, "dma-coherent", NULL, false },
		{ "dma-coherent", NULL, NULL, false },
		{ "dma-noncoherent", NULL, NULL, true },
		{ "dma-coherent", "dma-noncoherent", NULL, true },
		{ "dma-noncoherent", "dma-coherent", NULL, false },
		{ NULL, "dma-coherent", "dma-noncoherent", true },
		{ NULL, NULL, "dma-coherent", true }, // its other parts
	};
	static const char device[] = "/soc/wrapper@20007000";
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t *tree = open_board_to_edit("buses");
		fdt_delprop(tree, fdt_path_offset(tree, "/soc"), "dma-noncoherent");
		if (cases[i].soc != NULL)
			fdt_setprop_empty(tree, fdt_path_offset(tree, "/soc"), cases[i].soc);
		if (cases[i].device != NULL)
			fdt_setprop_empty(tree, fdt_path_offset(tree, device), cases[i].device);
		if (cases[i].part != NULL)
			fdt_setprop_empty(tree, fdt_path_offset(tree, "/soc/wrapper@20007000/core@20008000"), cases[i].part);
		const struct device_request *d = accept_all(ask((const char *const[]){ device }, 1));
		assert_true(d->can_master);
		assert_int_equal(d->bypasses_caches, cases[i].bypasses);
	}
	open_board("buses"); // no bus master
	assert_false(accept_all(ASK("/bus@40000000/serial@2000"))->bypasses_caches);
}

static void test_below(void **state)
{
	(void)state;
	open_board("buses");
	const struct device_request *d = accept_all(ASK("/soc/wrapper@20007000"));
	assert_int_equal(d->reg_count, 3);
	assert_int_equal(d->reg[1].base, 0x2000a000); // disabled: its interrupts and needs do not count
	assert_int_equal(d->reg[2].base, 0x20008000);
	assert_int_equal(d->source_count, 2);
	assert_int_equal(d->sources[1], 31);
	refuse(ASK("/soc/wrapper@20007000", "/soc/wrapper@20007000/core@20008000"), DIAG_DEVICE_TWICE,
	       "/soc/wrapper@20007000/core@20008000 /soc/wrapper@20007000");
	refuse(ASK("/soc/wrapper@20007000/core@20008000", "/soc/wrapper@20007000"), DIAG_DEVICE_TWICE,
	       "/soc/wrapper@20007000 /soc/wrapper@20007000/core@20008000");
	refuse(ASK("serial1", "/bus@40000000/serial@2000"), DIAG_DEVICE_TWICE, "/bus@40000000/serial@2000");
}

static void test_needs(void **state)
{
	(void)state;
	open_board("buses");
	refuse(ASK("/soc/watchdog@20001000"), DIAG_DEVICE_RESETS, "/soc/watchdog@20001000");
	ASK("/soc/watchdog@20001000")->may_reset = true;
	refuse(&r.guests[0], DIAG_DEVICE_NEEDS, "/soc/watchdog@20001000 /soc/clock-controller@10000000");
	ASK("/soc/watchdog@20001000", "/soc/clock-controller@10000000")->may_reset = true;
	accept_all(&r.guests[0]);
	refuse(ASK("/soc/spi@10040000", "/soc/clock-controller@10000000"), DIAG_DEVICE_IRQ, "/soc/spi@10040000");
	struct guest_request *g = ASK("/soc/spi@10040000", "/soc/clock-controller@10000000", "/soc/gpio@10060000");
	const struct device_request *d = accept_all(g);
	assert_int_equal(d->reg_count, 2); // the chip's number at its bus is none
	assert_int_equal(d->source_count, 1);
	assert_false(d->can_master);
	assert_true(d[1].can_master); // as far as is known
	assert_int_equal(g->fixed_count, 3); // oscillator, supply, divider
	refuse(ASK("/soc/off@20004000"), DIAG_DEVICE_DISABLED, "/soc/off@20004000");
	refuse(ASK("/soc/dangling@20005000"), DIAG_DEVICE_REFERENCE, "/soc/dangling@20005000 clocks");
}

// Whatever stands in the board's tree: no read outside it, and what is accepted is within the limits.
static void try_mutant(const uint8_t *bytes)
{
	struct guest_request *g = ASK("/soc/spi@10040000", "/soc/clock-controller@10000000", "/soc/gpio@10060000", "serial1");
	if (!machine_read(bytes, &m, &why) || !device_read(bytes, &m, &r, &why))
		return;
	assert_in_range(g->fixed_count, 0, MAX_GUEST_FIXED);
	for (uint32_t i = 0; i < g->device_count; i++) {
		assert_in_range(g->devices[i].reg_count, 1, MAX_DEVICE_REGS);
		assert_in_range(g->devices[i].source_count, 0, MAX_DEVICE_SOURCES);
	}
}

static void test_mutations(void **state)
{
	(void)state;
	open_board("buses");
	static const uint8_t with[] = { 0x00, 0x01, 0xff };
	// The header, 40 bytes, is machine_dt_test's business.
	for (size_t i = 40; i < board.size; i++) {
		uint8_t *copy = malloc(board.size);
		memcpy(copy, board.data, board.size);
		for (size_t j = 0; j < sizeof(with); j++) {
			copy[i] = with[j];
			try_mutant(copy);
		}
		free(copy);
	}
}

static int close_board(void **state)
{
	(void)state;
	free(board.data);
	board.data = NULL;
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_qemu), cmocka_unit_test(test_reset), cmocka_unit_test(test_aplic), cmocka_unit_test(test_translated),
		cmocka_unit_test(test_interrupts), cmocka_unit_test(test_interrupt_cells), cmocka_unit_test(test_capabilities), cmocka_unit_test(test_other_controller),
		cmocka_unit_test(test_coherency), cmocka_unit_test(test_below), cmocka_unit_test(test_needs),
		cmocka_unit_test(test_mutations),
	};
	return cmocka_run_group_tests_name("device_dt", tests, NULL, close_board);
}
