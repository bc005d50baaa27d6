// SPDX-License-Identifier: Apache-2.0
// Tests of generated guest trees: the demo's on each board against golden text, and what guests differ in.
#include "guest_tree.h"

static void check_golden(const char *board, uint32_t guest, uint32_t first)
{
	char path[128];
	read_golden_board(board);
	read_demo();
	assign(guest, first);
	struct guest_dt_input in = input(NULL, 0);
	size_t size = guest_dt_make(&in, dtb, sizeof(dtb), &why);
	assert_true(size != 0);
	char *text = dts_from_dtb(dtb, size);
	snprintf(path, sizeof(path), "%s.%s.dts", board, p.name);
	assert_golden(path, text);
	free(text);
}

static void test_golden(void **state)
{
	(void)state;
	check_golden("qemu-rv64-plic", 0, 0);
	check_golden("qemu-rv64-plic", 1, 2);
	check_golden("qemu-max-aia", 0, 0);
	check_golden("qemu-max-aplic", 1, 0);
	check_golden("sifive_u", 1, 0);
	check_golden("spike", 0, 0);
	check_golden("early-core", 1, 0);
}

// A guest's tree has room for a seed, and never the board's own.
static void test_seed(void **state)
{
	static const uint8_t zeros[GUEST_SEED_SIZE];
	(void)state;
	read_board("qemu-rv64-plic");
	assert_int_equal(m.seed_size, 32);
	assert_int_equal(m.seed[0], 0x20);
	assert_int_equal(m.seed[31], 0x94);
	read_demo();
	assign(1, 0);
	struct guest_dt_input in = input(NULL, 0);
	assert_true(guest_dt_make(&in, dtb, sizeof(dtb), &why) != 0);
	size_t offset = guest_dt_seed_offset(dtb);
	assert_true(offset != 0);
	assert_memory_equal((const uint8_t *)dtb + offset, zeros, sizeof(zeros));
	m.seed_size = 0;
	assert_true(guest_dt_make(&in, dtb, sizeof(dtb), &why) != 0);
	assert_int_equal(guest_dt_seed_offset(dtb), 0);
}

static void test_no_console(void **state)
{
	(void)state;
	read_board("qemu-rv64-plic");
	read_demo();
	r.guests[1].models = 0;
	assign(1, 0);
	struct guest_dt_input in = input(NULL, 0);
	in.layout = NULL;
	size_t size = guest_dt_make(&in, dtb, sizeof(dtb), &why);
	char *text = dts_from_dtb(dtb, size);
	assert_null(strstr(text, "serial"));
	assert_null(strstr(text, "stdout-path"));
	free(text);
}

static void test_finisher(void **state)
{
	(void)state;
	read_board("qemu-rv64-plic");
	read_demo();
	assign(1, 0);
	map_add_model(&p, MODEL_FINISHER, 0);
	struct guest_dt_input in = input(NULL, 0);
	size_t size = guest_dt_make(&in, dtb, sizeof(dtb), &why);
	char *text = dts_from_dtb(dtb, size);
	assert_non_null(strstr(text, "test@100000 {"));
	assert_non_null(strstr(text, "compatible = \"sifive,test1\\0sifive,test0\";"));
	free(text);
}

// The guest is told of the weakest MMU of its harts.
static void test_weakest_mmu(void **state)
{
	(void)state;
	read_board("qemu-rv64-plic");
	read_demo();
	m.harts[1].mmu = MMU_SV39;
	assign(0, 0);
	struct guest_dt_input in = input(NULL, 0);
	char *text = dts_from_dtb(dtb, guest_dt_make(&in, dtb, sizeof(dtb), &why));
	assert_non_null(strstr(text, "riscv,sv39"));
	assert_null(strstr(text, "riscv,sv57"));
	free(text);
}

// The largest tree of any number of harts, but for devices and fragment, fits: every extension, the longest arguments.
static void test_room_for_harts(void **state)
{
	static uint8_t buf[MAX_GUEST_DTB + MAX_HARTS * GUEST_DTB_FOR_HART] __attribute__((aligned(8)));
	(void)state;
	read_board("qemu-max-aia");
	read_demo();
	struct guest_request *g = &r.guests[0];
	struct guest_dt_input in = { .machine = &m, .partition = &p, .layout = &layout };
	memset(g->bootargs, 'b', MAX_BOOTARGS - 1);
	for (uint32_t i = 1; i < MAX_HARTS; i++)
		m.harts[i] = m.harts[0];
	for (g->hart_count = 1; g->hart_count <= MAX_HARTS; g->hart_count++) {
		m.hart_count = g->hart_count;
		assign(0, 0);
		p.vcpu_count = g->hart_count;
		memset(&p.isa, 0xff, sizeof(p.isa));
		if (guest_dt_make(&in, buf, guest_tree_room(g), &why) == 0)
			fail_msg("%u harts: %s", g->hart_count, diag_str(why.code));
		assert_true(guest_tree_room(g) % PAGE_SIZE == 0 && guest_tree_room(g) <= largest_tree_room(&r));
	}
}

static void test_room(void **state)
{
	(void)state;
	read_board("qemu-rv64-plic");
	read_demo();
	assign(0, 0);
	struct guest_dt_input in = input(NULL, 0);
	size_t need = guest_dt_make(&in, dtb, sizeof(dtb), &why);
	for (size_t size = 0; size < need; size += 8) {
		uint8_t *tight = aligned_alloc(8, size + 8);
		assert_int_equal(guest_dt_make(&in, tight, size, &why), 0);
		assert_int_equal(why.code, DIAG_DTB_SIZE);
		free(tight);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_seed),
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_no_console),
		cmocka_unit_test(test_finisher),
		cmocka_unit_test(test_weakest_mmu),
		cmocka_unit_test(test_room),
		cmocka_unit_test(test_room_for_harts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
