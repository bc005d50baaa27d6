// SPDX-License-Identifier: Apache-2.0
// Tests of plan/plan_make and plan_str: the demo, each way to ask for harts and memory, each refusal.
#include <stdio.h>
#include <string.h>

#include "map.h"
#include "golden.h"
#include "sample.h"
#include "testing.h"

static struct sample s;

// Makes and checks the plan; both must succeed.
static void make(void)
{
	if (!plan_make(&s.in, &s.plan, &s.why) || !plan_check(&s.in, &s.plan, &s.why))
		fail_msg("%s: %s %s %s", diag_str(s.why.code), s.why.node, s.why.property, s.why.value);
}

static void assert_refused(enum diag_code code, const char *node, const char *property, const char *value)
{
	assert_false(plan_make(&s.in, &s.plan, &s.why));
	assert_string_equal(diag_str(s.why.code), diag_str(code));
	assert_string_equal(s.why.node, node);
	assert_string_equal(s.why.property, property);
	assert_string_equal(s.why.value, value);
}

static void assert_plan_text(const char *golden)
{
	char text[8192];
	size_t length = plan_str(&s.in, &s.plan, text, sizeof(text)), column = 0;

	assert_int_equal(length, strlen(text));
	assert_int_equal(text[length - 1], '\n');
	for (size_t i = 0; i < length; i++) {
		column = text[i] == '\n' ? 0 : column + 1;
		assert_true(column <= 100);
		assert_true(text[i] == '\n' || (text[i] >= ' ' && text[i] <= '~'));
	}
	assert_golden(golden, text);
}

static void demo(void **state)
{
	(void)state;
	sample_demo(&s);
	make();
	assert_int_equal(s.plan.partitions[0].harts[0], 0);
	assert_int_equal(s.plan.partitions[0].harts[1], 1);
	assert_int_equal(s.plan.partitions[1].harts[0], 2);
	assert_int_equal(s.plan.console_hart, 3);
	assert_int_equal(map_memory_count(&s.plan.partitions[0]), 1);
	assert_int_equal(map_memory_count(&s.plan.partitions[1]), 1);
	assert_plan_text("plan-demo.txt");
}

static void demo_around_a_package(void **state)
{
	struct partition *p = &s.plan.partitions[0];

	(void)state;
	sample_demo(&s);
	s.in.package = (struct region){ 0xa0200000, 32 * MIB };
	make();
	assert_int_equal(map_memory_count(p), 2);
	for (uint32_t i = 0; i < 2; i++)
		assert_true(is_aligned(map_memory(p, i)->pa.addr | map_memory(p, i)->gpa.base | map_memory(p, i)->gpa.size, 2 * MIB));
	assert_plan_text("plan-package-in-the-middle.txt");
}

static void text_is_cut_like_snprintf(void **state)
{
	char whole[8192], cut[100];
	size_t length;

	(void)state;
	sample_demo(&s);
	make();
	length = plan_str(&s.in, &s.plan, whole, sizeof(whole));
	assert_int_equal(plan_str(&s.in, &s.plan, cut, sizeof(cut)), length);
	assert_int_equal(strlen(cut), sizeof(cut) - 1);
	assert_memory_equal(cut, whole, sizeof(cut) - 1);
	assert_int_equal(plan_str(&s.in, &s.plan, NULL, 0), length);
}

// 64 harts, some without H or disabled, a direct-mapped guest, explicit extents, no console, the firmware's UART.
static void large_machine(void **state)
{
	struct guest_request *g;

	(void)state;
	sample_init(&s, 64, 16 * GIB);
	s.machine.uart.is_ns16550 = false;
	s.machine.ram[1] = (struct region){ 0x8000000000, 64 * GIB };
	s.machine.ram_count = 2;
	for (uint32_t i = 40; i < 64; i++)
		s.machine.harts[i].hartid = 0x100 + i;
	s.machine.harts[0].enabled = false;
	isa_clear(&s.machine.harts[1].isa, ISA_H);
	sample_add_guest(&s.request, "server", 36, 40 * GIB);
	g = sample_add_guest(&s.request, "direct", 1, 64 * MIB);
	g->direct_mapped = true;
	g->harts_named = true;
	g->hart_ids[0] = 0x13f;
	g = sample_add_guest(&s.request, "exact", 2, 12 * MIB);
	g->host_count = 2;
	g->host[0] = (struct region){ 0x90000000, 8 * MIB };
	g->host[1] = (struct region){ 0x88000000, 4 * MIB };
	g->models = 0;
	make();
	assert_int_equal(s.plan.console_hart, 40); // hart 1 is nobody's too, but has no H
	assert_int_equal(s.plan.partitions[1].harts[0], 63);
	assert_true(s.plan.partitions[1].memory_base.addr == map_memory(&s.plan.partitions[1], 0)->pa.addr);
	assert_true(is_aligned(map_memory(&s.plan.partitions[0], 0)->pa.addr, GIB));
	assert_plan_text("plan-large-machine.txt");
}

static void named_harts_come_first(void **state)
{
	struct guest_request *g;

	(void)state;
	sample_init(&s, 4, GIB);
	sample_add_guest(&s.request, "counted", 2, 16 * MIB);
	g = sample_add_guest(&s.request, "named", 2, 16 * MIB);
	g->harts_named = true;
	g->hart_ids[0] = 2;
	g->hart_ids[1] = 0;
	make();
	assert_int_equal(s.plan.partitions[1].harts[0], 2);
	assert_int_equal(s.plan.partitions[1].harts[1], 0);
	assert_int_equal(s.plan.partitions[0].harts[0], 1);
	assert_int_equal(s.plan.partitions[0].harts[1], 3);
	assert_int_equal(s.plan.console_hart, 3); // nobody is left: last hart of the first guest with most harts
	s.request.guests[0].rules.background = true;
	make();
	assert_int_equal(s.plan.console_hart, 0); // and of those whose end is waited for
	s.request.guests[0].rules.background = false;
	s.machine.harts[3].h_is_guessed = true; // it may turn out to have no H: the boot hart then
	s.in.boot_hart = 1;
	make();
	assert_int_equal(s.plan.console_hart, 1);
	s.in.boot_hart = 0;
	s.request.guests[1].rules.background = true; // whose it is: the run would have no end
	make();
	assert_int_equal(s.plan.console_hart, 3);
}

static void harts_that_cannot_be_given(void **state)
{
	struct guest_request *g;

	(void)state;
	sample_init(&s, 4, GIB);
	assert_refused(DIAG_NO_GUESTS, "/guests", "", "");
	g = sample_add_guest(&s.request, "a", 5, 16 * MIB);
	assert_refused(DIAG_HARTS_MISSING, "/guests/a", "hart-count", "0x5");
	g->hart_count = 0;
	assert_refused(DIAG_HARTS_MISSING, "/guests/a", "hart-count", "0x0");
	g->hart_count = 2;
	g->harts_named = true;
	g->hart_ids[0] = 3;
	g->hart_ids[1] = 3;
	assert_refused(DIAG_HART_TWICE, "/guests/a", "harts", "0x3");
	g->hart_ids[1] = 4;
	assert_refused(DIAG_HART_UNKNOWN, "/guests/a", "harts", "0x4");
	g->hart_ids[1] = UINT64_MAX;
	assert_refused(DIAG_HART_UNKNOWN, "/guests/a", "harts", "0xffffffffffffffff");
	g->hart_ids[1] = 2;
	isa_clear(&s.machine.harts[2].isa, ISA_H);
	assert_refused(DIAG_HART_NO_H, "/guests/a", "harts", "0x2");
	s.machine.harts[2].enabled = false;
	assert_refused(DIAG_HART_DISABLED, "/guests/a", "harts", "0x2");
	g->hart_ids[1] = 1;
	isa_clear(&s.machine.harts[1].isa, ISA_I);
	assert_refused(DIAG_HART_ISA, "/guests/a", "harts", "0x2");
	g->hart_ids[1] = 0;
	g = sample_add_guest(&s.request, "b", 1, 16 * MIB);
	g->harts_named = true;
	g->hart_ids[0] = 3;
	assert_refused(DIAG_HART_TWICE, "/guests/b", "harts", "0x3");
}

static void isa_of_a_guest(void **state)
{
	const struct partition *p = &s.plan.partitions[0];
	struct guest_request *g;

	(void)state;
	sample_init(&s, 2, GIB);
	isa_set(&s.machine.harts[0].isa, ISA_V);
	isa_clear(&s.machine.harts[1].isa, ISA_ZICBOM);
	g = sample_add_guest(&s.request, "a", 2, 16 * MIB);
	make();
	assert_false(isa_has(&p->isa, ISA_H));
	assert_false(isa_has(&p->isa, ISA_V));
	assert_true(isa_has(&p->isa, ISA_D));
	assert_true(isa_has(&p->isa, ISA_SSTC) && isa_has(&p->enabled, ISA_SSTC));
	assert_false(isa_has(&p->isa, ISA_ZICBOM) || isa_has(&p->enabled, ISA_ZICBOM));
	assert_true(p->use_henvcfg);
	isa_set(&g->ignored, ISA_SSTC);
	make();
	assert_false(isa_has(&p->isa, ISA_SSTC) || isa_has(&p->enabled, ISA_SSTC));
	assert_true(p->use_henvcfg);
	isa_clear(&g->ignored, ISA_SSTC);
	g->ignore_henvcfg = true;
	make();
	assert_false(isa_has(&p->isa, ISA_SSTC) || isa_has(&p->enabled, ISA_SSTC));
	assert_false(p->use_henvcfg);
	isa_set(&s.machine.harts[0].isa, ISA_SSAIA);
	isa_set(&s.machine.harts[1].isa, ISA_SSAIA);
	isa_set(&s.machine.enabled, ISA_SSAIA);
	g->ignore_henvcfg = false;
	g->ignore_aia = true;
	make();
	assert_false(isa_has(&p->isa, ISA_SSAIA) || isa_has(&p->enabled, ISA_SSAIA));
}

// Extensions that a guest switches on by SBI FWFT are there with FWFT only; Svadu waits for it beside Svade only.
static void isa_by_fwft(void **state)
{
	static const enum isa_ext off[] = { ISA_ZICFILP, ISA_ZICFISS, ISA_SSDBLTRP, ISA_SSNPM };
	const struct partition *p = &s.plan.partitions[0];
	struct guest_request *g;

	(void)state;
	sample_init(&s, 1, GIB);
	for (size_t i = 0; i < ARRAY_SIZE(off); i++) {
		isa_set(&s.machine.harts[0].isa, off[i]);
		isa_set(&s.machine.enabled, off[i]);
	}
	isa_clear(&s.machine.enabled, ISA_SSNPM); // the tree has it, henvcfg does not
	isa_set(&s.machine.harts[0].isa, ISA_SVADE);
	isa_set(&s.machine.harts[0].isa, ISA_SVADU);
	isa_set(&s.machine.enabled, ISA_SVADU);
	g = sample_add_guest(&s.request, "a", 1, 16 * MIB);
	make();
	for (size_t i = 0; i < ARRAY_SIZE(off); i++)
		assert_true(isa_has(&p->isa, off[i]) == (off[i] != ISA_SSNPM) && isa_has(&p->enabled, off[i]) == (off[i] != ISA_SSNPM));
	assert_true(isa_has(&p->isa, ISA_SVADE) && isa_has(&p->isa, ISA_SVADU));
	g->denied_sbi = 1u << SBI_INDEX_FWFT;
	make();
	for (size_t i = 0; i < ARRAY_SIZE(off); i++)
		assert_false(isa_has(&p->isa, off[i]) || isa_has(&p->enabled, off[i]));
	assert_true(!isa_has(&p->isa, ISA_SVADE) && isa_has(&p->isa, ISA_SVADU) && isa_has(&p->enabled, ISA_SVADU));
	isa_set(&g->ignored, ISA_SVADU);
	make();
	assert_true(isa_has(&p->isa, ISA_SVADE) && !isa_has(&p->isa, ISA_SVADU) && !isa_has(&p->enabled, ISA_SVADU));
	g->denied_sbi = 0;
	isa_set(&g->ignored, ISA_ZICFISS);
	make();
	assert_true(!isa_has(&p->isa, ISA_ZICFISS) && !isa_has(&p->enabled, ISA_ZICFISS) && isa_has(&p->isa, ISA_ZICFILP));
}

static void memory_sizes(void **state)
{
	struct guest_request *g;

	(void)state;
	sample_init(&s, 2, GIB);
	g = sample_add_guest(&s.request, "a", 1, 0);
	assert_refused(DIAG_MEM_SIZE, "/guests/a", "memory-size", "0x0");
	g->memory_size = 4097;
	assert_refused(DIAG_MEM_SIZE, "/guests/a", "memory-size", "0x1001");
	g->memory_size = 1ull << 63;
	assert_refused(DIAG_MEM_GPA, "/guests/a", "memory-size", "0x8000000000000000");
	g->memory_size = GIB;
	assert_refused(DIAG_MEM_FIT, "/guests/a", "memory-size", "0x40000000");
	g->direct_mapped = true;
	assert_refused(DIAG_MEM_CONTIGUOUS, "/guests/a", "memory-size", "0x40000000");
	g->direct_mapped = false;
	g->memory_size = 4096;
	make();
	g->memory_size = 5 * MIB + 4096;
	make();
	s.in.pool_fixed_size = 2 * GIB;
	assert_false(plan_make(&s.in, &s.plan, &s.why));
	assert_int_equal(s.why.code, DIAG_TABLES);
}

static void guest_physical_addresses(void **state)
{
	struct guest_request *g;

	(void)state;
	sample_init(&s, 2, GIB);
	g = sample_add_guest(&s.request, "a", 1, 16 * MIB);
	g->memory_base = GPA(0x80000800);
	assert_refused(DIAG_MEM_ALIGN, "/guests/a", "memory-base", "0x80000800");
	g->memory_base = GPA((1ull << 41) - 16 * MIB);
	make();
	g->memory_base.addr += 4096;
	assert_refused(DIAG_MEM_GPA, "/guests/a", "memory-base", "0x1ffff001000");
	g->memory_base = GPA(UINT64_MAX - 4095);
	assert_refused(DIAG_MEM_GPA, "/guests/a", "memory-base", "0xfffffffffffff000");
	g->memory_base = GPA(GUEST_UART_GPA - 16 * MIB);
	make();
	g->memory_base.addr += 4096;
	assert_refused(DIAG_MEM_GPA, "/guests/a", "memory-base", "0xf001000");
	g->memory_base = GPA(GUEST_UART_GPA + 4096);
	make();
	g->memory_base = GPA(GUEST_UART_GPA);
	assert_refused(DIAG_MEM_GPA, "/guests/a", "memory-base", "0x10000000");
	g->models = 0;
	make();
	g->memory_base = GPA(0);
	make();
	assert_int_equal(s.plan.partitions[0].map_count, map_memory_count(&s.plan.partitions[0]));
}

static void explicit_extents(void **state)
{
	struct guest_request *g, *other;

	(void)state;
	sample_init(&s, 2, GIB);
	g = sample_add_guest(&s.request, "a", 1, 4 * MIB);
	g->host_count = 1;
	g->host[0] = (struct region){ 0x90000000, 4 * MIB };
	make();
	assert_true(map_memory(&s.plan.partitions[0], 0)->pa.addr == 0x90000000);
	assert_true(s.plan.partitions[0].memory_base.addr == 0x80000000);
	g->memory_size = 8 * MIB;
	assert_refused(DIAG_PROPERTY_VALUE, "/guests/a", "memory-size", "0x800000");
	g->memory_size = 4 * MIB;
	g->host[0].base = 0x90000800;
	assert_refused(DIAG_MEM_ALIGN, "/guests/a", "host-memory", "0x90000800");
	g->host[0] = (struct region){ 0x90000000, 0x800 };
	assert_refused(DIAG_MEM_SIZE, "/guests/a", "host-memory", "0x800");
	g->host[0] = (struct region){ 0x40000000, 4 * MIB };
	assert_refused(DIAG_MEM_NOT_RAM, "/guests/a", "host-memory", "0x40000000");
	g->host[0] = (struct region){ 0xbfe00000, 4 * MIB };
	assert_refused(DIAG_MEM_NOT_RAM, "/guests/a", "host-memory", "0xbfe00000");
	g->host[0] = (struct region){ 0xfffffffffffff000, 4 * MIB };
	assert_refused(DIAG_MEM_NOT_RAM, "/guests/a", "host-memory", "0xfffffffffffff000");
	g->host[0] = (struct region){ 0x80000000, 4 * MIB };
	assert_refused(DIAG_MEM_RESERVED, "/guests/a", "host-memory", "0x80000000");
	g->host[0] = (struct region){ 0x802ff000, 4 * MIB };
	assert_refused(DIAG_MEM_RESERVED, "/guests/a", "host-memory", "0x802ff000");
	g->host[0] = (struct region){ 0x90000000, 4 * MIB };
	other = sample_add_guest(&s.request, "b", 1, 4 * MIB);
	other->host_count = 1;
	other->host[0] = (struct region){ 0x903ff000, 4 * MIB };
	assert_refused(DIAG_MEM_OVERLAP, "/guests/b", "host-memory", "0x903ff000");
	other->host[0].base = 0x90400000;
	make();
	// The place where the pool would be otherwise: it moves away.
	other->host[0].base = 0x80300000;
	make();
}

static void direct_mapped_with_extents(void **state)
{
	struct guest_request *g;

	(void)state;
	sample_init(&s, 2, GIB);
	g = sample_add_guest(&s.request, "a", 1, 8 * MIB);
	g->direct_mapped = true;
	g->host_count = 2;
	g->host[0] = (struct region){ 0x90000000, 4 * MIB };
	g->host[1] = (struct region){ 0x90400000, 4 * MIB };
	make();
	assert_int_equal(map_memory_count(&s.plan.partitions[0]), 1);
	assert_true(s.plan.partitions[0].memory_base.addr == 0x90000000);
	g->host[1].base = 0x90800000;
	assert_refused(DIAG_MEM_CONTIGUOUS, "/guests/a", "host-memory", "0x90800000");
}

static void scattered_memory(void **state)
{
	struct guest_request *g;

	(void)state;
	// Free pieces of 3 MiB on odd megabytes: each holds one aligned piece of 2 MiB.
	sample_init(&s, 2, GIB);
	s.in.board_dtb.size = 0;
	s.machine.reserved_count = 0;
	s.machine.ram_count = 1;
	s.machine.ram[0] = (struct region){ 0x80000000, 64 * MIB };
	for (uint32_t i = 0; i < 6; i++) // reserve 1 MiB of every 4
		s.machine.reserved[s.machine.reserved_count++] = (struct region){ 0x81000000 + i * 4 * MIB, MIB };
	s.machine.reserved[s.machine.reserved_count++] = (struct region){ 0x80300000, 13 * MIB };
	s.machine.reserved[s.machine.reserved_count++] = (struct region){ 0x82500000, 27 * MIB };
	s.in.image = (struct region){ 0x80000000, MIB };
	s.in.pool_fixed_size = MIB;
	g = sample_add_guest(&s.request, "a", 1, 10 * MIB);
	make();
	assert_int_equal(map_memory_count(&s.plan.partitions[0]), 5);
	for (uint32_t i = 0; i < 5; i++)
		assert_true(is_aligned(map_memory(&s.plan.partitions[0], i)->pa.addr, 2 * MIB));
	g->memory_size = 12 * MIB;
	assert_refused(DIAG_MEM_FIT, "/guests/a", "memory-size", "0xc00000");
	g->memory_size = 13 * MIB + 4096; // not a multiple of 2 MiB: single frames are used as well
	make();
	g->memory_size = 17 * MIB;
	assert_false(plan_make(&s.in, &s.plan, &s.why));
	assert_int_equal(s.why.code, DIAG_MEM_FIT);
}

static void too_many_extents(void **state)
{
	(void)state;
	sample_init(&s, 2, GIB);
	s.machine.reserved_count = 0;
	for (uint32_t i = 0; i < 28; i++)
		s.machine.reserved[s.machine.reserved_count++] = (struct region){ 0x80800000 + i * 4 * MIB, 2 * MIB };
	s.machine.reserved[s.machine.reserved_count++] = (struct region){ 0x87600000, 0xc0000000 - 0x87600000 };
	sample_add_guest(&s.request, "a", 1, 64 * MIB);
	assert_refused(DIAG_MEM_EXTENTS, "/guests/a", "memory-size", "0x4000000");
}

// RAM and reservations whose ends are no multiples of a frame, and that wrap or touch the end of the address space.
static void odd_machines(void **state)
{
	(void)state;
	sample_demo(&s);
	s.machine.ram[s.machine.ram_count++] = (struct region){ 0x10, 0x20 };
	s.machine.ram[s.machine.ram_count++] = (struct region){ UINT64_MAX - 0x1fff, 0x2000 };
	s.machine.reserved[s.machine.reserved_count++] = (struct region){ 0xbfffffff, 1 };
	s.machine.reserved[s.machine.reserved_count++] = (struct region){ UINT64_MAX, 1 };
	make();
	s.machine.ram[s.machine.ram_count++] = (struct region){ 0x100000000, 0 };
	s.machine.ram[s.machine.ram_count++] = (struct region){ 0x100000800, 0x1000 };
	make();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(demo),
		cmocka_unit_test(demo_around_a_package),
		cmocka_unit_test(text_is_cut_like_snprintf),
		cmocka_unit_test(large_machine),
		cmocka_unit_test(named_harts_come_first),
		cmocka_unit_test(harts_that_cannot_be_given),
		cmocka_unit_test(isa_of_a_guest), cmocka_unit_test(isa_by_fwft),
		cmocka_unit_test(memory_sizes),
		cmocka_unit_test(guest_physical_addresses),
		cmocka_unit_test(explicit_extents),
		cmocka_unit_test(direct_mapped_with_extents),
		cmocka_unit_test(scattered_memory),
		cmocka_unit_test(too_many_extents),
		cmocka_unit_test(odd_machines),
	};

	return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
