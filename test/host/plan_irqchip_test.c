// SPDX-License-Identifier: Apache-2.0
// Tests of guests' interrupt controllers in the plan: which one on which board, who has interrupt files, what the checker finds.
#include <stdlib.h>

#include "golden.h"
#include "gstage/gstage.h"
#include "map.h"
#include "sample.h"
#include "testing.h"

#define FILES 0x28000000ull
#define STRIDE 0x4000ull // bytes of a hart's interrupt files: three guest files

static struct sample s;

// The demo on a board whose harts have an IMSIC with guest files each.
static int set_up(void **state)
{
	(void)state;
	sample_demo(&s);
	s.machine.irqchip = IRQCHIP_IMSIC;
	s.machine.aplic = (struct machine_aplic){ .reg = { 0xd000000, 0x8000 }, .sources = 96, .phandle = 9, .is_msi = true };
	s.machine.imsic = (struct machine_imsic){ .phandle = 10, .ids = 255, .guest_ids = 255, .guest_index_bits = 2 };
	s.machine.imsic_guest_files = 3;
	for (uint32_t i = 0; i < s.machine.hart_count; i++) {
		s.machine.imsic.file[i] = FILES + i * STRIDE;
		s.machine.imsic.index[i] = i;
		isa_set(&s.machine.harts[i].isa, ISA_SSAIA);
	}
	isa_set(&s.machine.enabled, ISA_SSAIA);
	return 0;
}

static void make(void)
{
	if (!plan_make(&s.in, &s.plan, &s.why) || !plan_check(&s.in, &s.plan, &s.why))
		fail_msg("%s: %s %s %s", diag_str(s.why.code), s.why.node, s.why.property, s.why.value);
}

static void assert_refused(enum diag_code code, const char *property)
{
	assert_false(plan_make(&s.in, &s.plan, &s.why));
	assert_string_equal(diag_str(s.why.code), diag_str(code));
	assert_string_equal(s.why.node, "/guests/linux");
	assert_string_equal(s.why.property, property);
}

static void assert_caught(void)
{
	assert_false(plan_check(&s.in, &s.plan, &s.why));
	assert_int_equal(s.why.code, DIAG_CHECK);
	assert_string_equal(s.why.node, "/guests/linux");
	assert_string_equal(s.why.property, "interrupt-files");
}

static void a_file_for_each_vcpu(void **state)
{
	struct partition *p = &s.plan.partitions[0];
	char text[8192];

	(void)state;
	s.request.guests[0].harts_named = true;
	s.request.guests[0].hart_ids[0] = 3;
	s.request.guests[0].hart_ids[1] = 1;
	s.machine.harts[3].enabled = true;
	s.request.guests[1].models = 0;
	make();
	assert_int_equal(p->irqchip, GUEST_IRQCHIP_IMSIC);
	assert_int_equal(map_files_of(p)->gpa.base, GUEST_IMSIC_GPA);
	assert_int_equal(map_files_of(p)->gpa.size, 2 * PAGE_SIZE);
	assert_int_equal(p->file_ids, 255);
	assert_int_equal(p->file[0], FILES + 3 * STRIDE + PAGE_SIZE);
	assert_int_equal(p->file[1], FILES + 1 * STRIDE + PAGE_SIZE);
	assert_int_equal(map_model(p, MODEL_APLIC)->gpa.base, GUEST_APLIC_GPA);
	assert_true(isa_has(&p->isa, ISA_SSAIA));
	assert_int_equal(s.plan.partitions[1].irqchip, GUEST_IRQCHIP_IMSIC); // IPIs are for all
	assert_null(map_model(&s.plan.partitions[1], MODEL_APLIC));         // but nothing is wired
	plan_str(&s.in, &s.plan, text, sizeof(text));
	assert_golden("plan-imsic.txt", text);
}

static void assert_direct(const char *banner)
{
	struct partition *p = &s.plan.partitions[0];
	char text[8192];

	make();
	assert_int_equal(p->irqchip, GUEST_IRQCHIP_APLIC);
	assert_int_equal(map_model(p, MODEL_APLIC)->gpa.base, GUEST_APLIC_GPA);
	assert_null(map_files_of(p));
	assert_int_equal(p->file_ids, 0);
	assert_false(isa_has(&p->isa, ISA_SSAIA) || isa_has(&p->enabled, ISA_SSAIA));
	plan_str(&s.in, &s.plan, text, sizeof(text));
	assert_non_null(strstr(text, banner));
}

static void direct_delivery_without_files(void **state)
{
	(void)state;
	s.machine.imsic_guest_files = 0; // the tree has no room
	assert_direct("emulated APLIC at GPA 0x0d000000 (the harts have no guest interrupt files)");
	set_up(NULL);
	isa_clear(&s.machine.enabled, ISA_SSAIA); // hgeie says so
	assert_direct("emulated APLIC at GPA 0x0d000000 (the harts have no guest interrupt files)");
	set_up(NULL);
	s.machine.imsic.file[1] = 0; // one of the two has none
	assert_direct("emulated APLIC at GPA 0x0d000000 (the harts have no guest interrupt files)");
	assert_int_equal(s.plan.partitions[1].irqchip, GUEST_IRQCHIP_IMSIC);
	set_up(NULL);
	isa_clear(&s.machine.harts[0].isa, ISA_SSAIA);
	assert_direct("emulated APLIC at GPA 0x0d000000 (the harts have no guest interrupt files)");
	set_up(NULL);
	s.request.guests[0].ignore_aia = true;
	assert_direct("emulated APLIC at GPA 0x0d000000 (ignores AIA)");
	set_up(NULL);
	s.machine.irqchip = IRQCHIP_APLIC;
	s.machine.imsic = (struct machine_imsic){ 0 };
	s.machine.imsic_guest_files = 0;
	assert_direct("emulated APLIC at GPA 0x0d000000\n");
}

static void henvcfg_has_no_part_in_it(void **state)
{
	(void)state;
	s.request.guests[0].ignore_henvcfg = true;
	make();
	assert_int_equal(s.plan.partitions[0].irqchip, GUEST_IRQCHIP_IMSIC);
}

static void files_that_are_wanted(void **state)
{
	(void)state;
	s.request.guests[0].wants_files = true;
	make();
	s.machine.imsic.file[1] = 0;
	assert_refused(DIAG_HART_FILES, "interrupt-files");
	set_up(NULL);
	s.request.guests[0].wants_files = true;
	s.machine.irqchip = IRQCHIP_PLIC;
	assert_refused(DIAG_HART_FILES, "interrupt-files");
}

static void memory_on_the_files(void **state)
{
	(void)state;
	s.request.guests[0].memory_base = GPA(GUEST_IMSIC_GPA);
	assert_refused(DIAG_MEM_GPA, "memory-base");
	s.request.guests[0].memory_base = GPA(GUEST_APLIC_GPA - s.request.guests[0].memory_size + PAGE_SIZE);
	assert_refused(DIAG_MEM_GPA, "memory-base");
}

static void memory_on_the_finisher(void **state)
{
	struct guest_request *g = &s.request.guests[0];

	(void)state;
	g->memory_base = GPA(GUEST_FINISHER_GPA);
	g->memory_size = 16 * MIB; // the guest's UART lies far above
	make();
	g->models |= 1u << MODEL_FINISHER;
	assert_refused(DIAG_MEM_GPA, "memory-base");
	g->memory_base = GPA(GUEST_FINISHER_GPA + GUEST_FINISHER_SIZE);
	make();
	assert_int_equal(partition_model(&s.plan.partitions[0], MODEL_FINISHER)->gpa.base, GUEST_FINISHER_GPA);
	g->memory_base.addr -= PAGE_SIZE;
	assert_refused(DIAG_MEM_GPA, "memory-base");
}

// Only the files of its own harts, and each as one page that can be written and never executed.
static void the_gstage_shows_them(void **state)
{
	static uint8_t memory[64 * PAGE_SIZE] __attribute__((aligned(0x4000)));
	struct page_pool pool;
	struct table t;
	uint64_t flags;
	pa_t pa;

	(void)state;
	make();
	page_pool_init(&pool, (struct region){ (uint64_t)(uintptr_t)memory, sizeof(memory) });
	assert_true(gstage_build(&s.plan.partitions[0], &pool, &t));
	for (uint32_t i = 0; i < 2; i++) {
		assert_true(table_walk(&t, GUEST_IMSIC_GPA + i * PAGE_SIZE, &pa, &flags));
		assert_int_equal(pa.addr, FILES + i * STRIDE + PAGE_SIZE);
		assert_int_equal(flags & (PTE_R | PTE_W | PTE_X | PTE_U), PTE_R | PTE_W | PTE_U);
	}
	assert_false(table_walk(&t, GUEST_IMSIC_GPA + 2 * PAGE_SIZE, &pa, &flags));
	assert_false(table_walk(&t, GUEST_IMSIC_GPA - PAGE_SIZE, &pa, &flags));
	assert_false(table_walk(&t, GUEST_APLIC_GPA, &pa, &flags));
}

static void the_checker_finds_foreign_files(void **state)
{
	uint64_t *file = s.plan.partitions[0].file;

	(void)state;
	make();
	file[0] = FILES; // the hypervisor's own
	assert_caught();
	file[0] = FILES + STRIDE + PAGE_SIZE; // another hart's
	assert_caught();
	file[0] = FILES + 2 * PAGE_SIZE; // not the one that VGEIN names
	assert_caught();
	file[0] = FILES + PAGE_SIZE + 8;
	assert_caught();
	make();
	map_files_of(&s.plan.partitions[0])->gpa.size = 3 * PAGE_SIZE;
	assert_caught();
	make();
	isa_clear(&s.plan.partitions[0].isa, ISA_SSAIA);
	assert_caught();
	make();
	s.plan.partitions[0].irqchip = GUEST_IRQCHIP_APLIC;
	assert_caught();
	make();
	s.machine.imsic.guest_index_bits = 0; // no room behind the first page
	assert_caught();
	set_up(NULL);
	make();
	s.machine.irqchip = IRQCHIP_APLIC;
	assert_caught();
}

static void assert_board_caught(void)
{
	assert_false(plan_check(&s.in, &s.plan, &s.why));
	assert_int_equal(s.why.code, DIAG_CHECK);
	assert_string_equal(s.why.property, "riscv,imsics");
}

// Whatever the board's tree says, no hart's files are another's too.
static void the_checker_finds_harts_that_share(void **state)
{
	(void)state;
	make();
	s.machine.imsic.file[3] = s.machine.imsic.file[2] + PAGE_SIZE; // nobody's hart, in the midst of another's
	assert_board_caught();
	set_up(NULL);
	make();
	s.machine.imsic.index[3] = s.machine.imsic.index[0];
	assert_board_caught();
	set_up(NULL);
	make();
	s.machine.imsic.index[3] = 1u << 14; // beyond what an APLIC can name
	assert_board_caught();
}

static void files_of_unknown_size(void **state)
{
	(void)state;
	s.machine.imsic.guest_ids = 0;
	s.request.guests[0].wants_files = true;
	assert_refused(DIAG_HART_FILES, "interrupt-files");
}

// Wired sources of a guest without files go through the hypervisor, which has to be reached on each of its harts.
static void sources_that_cannot_arrive(void **state)
{
	struct guest_request *g = &s.request.guests[0];

	(void)state;
	sample_add_device(&s.machine, "rtc@101000", 0x101000, 0x1000);
	g->devices[g->device_count++] = (struct device_request){ .path = "/soc/rtc@101000", .reg_count = 1,
		.reg = { { 0x101000, 0x1000 } }, .source_count = 1, .sources = { 100 } };
	s.machine.imsic.ids = 63;
	make(); // with files of its own the guest chooses identities
	g->ignore_aia = true;
	assert_refused(DIAG_DEVICE_IRQ, "devices");
	s.machine.imsic.ids = 255;
	make();
	s.machine.imsic.file[1] = 0;
	assert_refused(DIAG_DEVICE_IRQ, "devices");
	s.machine.irqchip = IRQCHIP_APLIC;
	make();
	s.machine.aplic.idc[1] = IRQ_NO_CONTEXT;
	assert_refused(DIAG_DEVICE_IRQ, "devices");
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_file_for_each_vcpu),
		TEST(direct_delivery_without_files),
		TEST(henvcfg_has_no_part_in_it),
		TEST(files_that_are_wanted),
		TEST(memory_on_the_files),
		TEST(memory_on_the_finisher),
		TEST(the_gstage_shows_them),
		TEST(the_checker_finds_foreign_files),
		TEST(the_checker_finds_harts_that_share),
		TEST(files_of_unknown_size),
		TEST(sources_that_cannot_arrive),
	};

	return cmocka_run_group_tests_name("plan_irqchip", tests, NULL, NULL);
}
