// SPDX-License-Identifier: Apache-2.0
// Tests of plan/plan_check: it accepts what plan_make makes and refuses each way in which a plan can be wrong.
#include <string.h>

#include "map.h"
#include "sample.h"
#include "testing.h"

static struct sample s;
static const struct sample *const made = &s;

static int make(void **state)
{
	(void)state;
	sample_demo(&s);
	s.machine.harts[3].enabled = true;
	return plan_make(&s.in, &s.plan, &s.why) && plan_check(&s.in, &s.plan, &s.why) ? 0 : -1;
}

static void assert_caught(const char *node, const char *property)
{
	memset(&s.why, 0, sizeof(s.why));
	assert_false(plan_check(&made->in, &made->plan, &s.why));
	assert_int_equal(s.why.code, DIAG_CHECK);
	assert_string_equal(s.why.node, node);
	assert_string_equal(s.why.property, property);
	assert_true(s.why.value[0]);
}

// Moves linux' only extent, with its size, and expects the check to notice.
static void assert_extent_caught(uint64_t pa)
{
	map_memory(&s.plan.partitions[0], 0)->pa = PA(pa);
	s.plan.free_count = 0;
	assert_caught("/guests/linux", "host-memory");
}

static void extent_on_the_firmware(void **state)
{
	(void)state;
	s.machine.reserved[1] = (struct region){ 0xa0000000, 0x1000 };
	s.plan.free_count = 0;
	assert_caught("/memory", "reg");
}

static void extent_on_the_hypervisor(void **state)
{
	(void)state;
	s.in.image.size = 44 * MIB; // its end lies in linux
	s.plan.free_count = 0;
	s.plan.pool.base = 0xbf000000;
	assert_caught("/guests/linux", "host-memory");
}

static void extent_on_the_pool(void **state)
{
	(void)state;
	s.plan.pool.base = map_memory(&s.plan.partitions[0], 0)->pa.addr + 2 * MIB;
	s.plan.free_count = 0;
	assert_caught("/memory", "pool");
}

static void extent_outside_ram(void **state)
{
	(void)state;
	assert_extent_caught(0xa0001000);
	assert_extent_caught(0x40000000);
	assert_extent_caught(UINT64_MAX - 4095);
}

static void extents_that_overlap(void **state)
{
	(void)state;
	map_memory(&s.plan.partitions[1], 0)->pa.addr -= 4096;
	s.plan.free_count = 0;
	assert_caught("/guests/pulse", "host-memory");
	// The same inside one guest.
	assert_int_equal(make(state), 0);
	struct map_entry *e = map_memory(&s.plan.partitions[0], 0);

	e->gpa.size = 256 * MIB;
	map_add_memory(&s.plan.partitions[0], e->gpa.base + 256 * MIB, 256 * MIB, e->pa.addr);
	s.plan.free_count = 0;
	assert_caught("/guests/linux", "host-memory");
}

static void finisher_that_memory_covers(void **state)
{
	(void)state;
	struct map_entry *e = map_add_model(&s.plan.partitions[0], MODEL_FINISHER, 0);

	assert_caught("/guests/linux", "finisher"); // which nobody wanted
	s.request.guests[0].models |= 1u << MODEL_FINISHER;
	assert_true(plan_check(&s.in, &s.plan, &s.why));
	e->gpa.base = s.plan.partitions[0].memory_base.addr + 4096;
	assert_caught("/guests/linux", "finisher");
	e->gpa = map_model(&s.plan.partitions[0], MODEL_UART)->gpa;
	assert_caught("/guests/linux", "finisher");
	e->gpa.size = 0;
	assert_caught("/guests/linux", "finisher");
	s.plan.partitions[0].map_count--;
	assert_caught("/guests/linux", "finisher");
}

static void extent_that_is_left_over_too(void **state)
{
	(void)state;
	s.plan.free[s.plan.free_count++] = (struct region){ map_memory(&s.plan.partitions[0], 0)->pa.addr + 4096, 4096 };
	assert_caught("/memory", "reg");
}

static void extent_that_is_no_whole_frame(void **state)
{
	(void)state;
	map_memory(&s.plan.partitions[1], 0)->pa.addr += 0x800;
	s.plan.free_count = 0;
	assert_caught("/guests/pulse", "host-memory");
}

static void memory_with_gaps(void **state)
{
	struct partition *p = &s.plan.partitions[0];

	(void)state;
	map_memory(p, 0)->gpa.base += 4096;
	assert_caught("/guests/linux", "memory-base");
	map_memory(p, 0)->gpa.base -= 4096;
	map_memory(p, 0)->gpa.size -= 4096;
	assert_caught("/guests/linux", "memory-size");
	map_memory(p, 0)->gpa.size = 0;
	assert_caught("/guests/linux", "memory-base");
	map_memory(p, 0)->kind = MAP_MODEL;
	assert_caught("/guests/linux", "host-memory");
}

static void more_memory_than_there_may_be(void **state)
{
	struct partition *p = &s.plan.partitions[0];
	struct map_entry *e = map_memory(p, 0);

	(void)state;
	e->gpa.size -= MAX_EXTENTS * 4096;
	for (uint64_t at = 0; at < MAX_EXTENTS; at++)
		map_add_memory(p, e->gpa.base + e->gpa.size + at * 4096, 4096, e->pa.addr + e->gpa.size + at * 4096);
	assert_caught("/guests/linux", "host-memory");
	p->map_count = MAX_MAP + 1;
	assert_caught("/guests/linux", "console");
}

static void extents_past_the_count(void **state)
{
	(void)state;
	map_add_memory(&s.plan.partitions[0], 0, 4096, 0);
	s.plan.partitions[0].map_count--;
	assert_caught("/guests/linux", "host-memory");
}

static void direct_mapped_elsewhere(void **state)
{
	(void)state;
	s.plan.partitions[1].direct_mapped = true;
	assert_caught("/guests/pulse", "host-memory");
}

static void memory_on_the_uart(void **state)
{
	(void)state;
	struct map_entry *e = map_model(&s.plan.partitions[0], MODEL_UART);

	e->gpa.base = 0x80000000 + 512 * MIB - 0x1000;
	assert_caught("/guests/linux", "console");
	e->gpa.base = 0x80000000 + 512 * MIB;
	assert_true(plan_check(&s.in, &s.plan, &s.why));
	e->gpa.size = 0;
	assert_caught("/guests/linux", "console");
}

static void memory_out_of_reach(void **state)
{
	(void)state;
	s.plan.partitions[1].memory_base = GPA(1ull << 41);
	map_memory(&s.plan.partitions[1], 0)->gpa.base = 1ull << 41;
	assert_caught("/guests/pulse", "memory-base");
}

static void harts_with_two_owners(void **state)
{
	(void)state;
	s.plan.partitions[1].harts[0] = 1;
	assert_caught("/guests/pulse", "harts");
	s.plan.partitions[1].harts[0] = 2;
	s.plan.partitions[0].harts[1] = 0; // twice in one guest
	assert_caught("/cpus", "owners");
	s.plan.partitions[0].harts[1] = 1;
	s.plan.hart_owner[3] = 0; // owned, but no vcpu
	assert_caught("/cpus", "owners");
}

static void harts_that_cannot_run_guests(void **state)
{
	(void)state;
	s.plan.partitions[1].harts[0] = 4;
	assert_caught("/guests/pulse", "harts");
	s.plan.partitions[1].harts[0] = 2;
	isa_clear(&s.machine.harts[2].isa, ISA_H);
	assert_caught("/guests/pulse", "harts");
	isa_set(&s.machine.harts[2].isa, ISA_H);
	s.machine.harts[2].enabled = false;
	assert_caught("/guests/pulse", "harts");
	s.machine.harts[2].enabled = true;
	s.plan.partitions[1].vcpu_count = 0;
	assert_caught("/guests/pulse", "harts");
	s.plan.partitions[1].vcpu_count = MAX_HARTS + 1;
	assert_caught("/guests/pulse", "harts");
}

static void console_hart_that_is_none(void **state)
{
	(void)state;
	s.plan.console_hart = 4;
	assert_caught("/cpus", "console hart");
	s.plan.console_hart = 3;
	s.machine.harts[3].enabled = false;
	assert_caught("/cpus", "console hart");
}

static void isa_that_harts_have_not(void **state)
{
	(void)state;
	isa_set(&s.plan.partitions[0].isa, ISA_V);
	assert_caught("/guests/linux", "harts");
	isa_clear(&s.plan.partitions[0].isa, ISA_V);
	isa_set(&s.plan.partitions[0].isa, ISA_H);
	assert_caught("/guests/linux", "ignore-features");
	isa_clear(&s.plan.partitions[0].isa, ISA_H);
	isa_clear(&s.machine.enabled, ISA_SSTC);
	assert_caught("/guests/linux", "ignore-features");
}

static void pool_that_is_too_small(void **state)
{
	(void)state;
	s.plan.pool.size = 0x1000;
	assert_caught("/memory", "pool");
}

static void counts_out_of_range(void **state)
{
	(void)state;
	s.plan.partition_count = MAX_GUESTS + 1;
	assert_caught("/guests", "count");
	s.plan.partition_count = 0;
	assert_caught("/guests", "count");
	s.plan.partition_count = 2;
	s.plan.partitions[1].index = 0;
	assert_caught("/guests/pulse", "index");
}

// What plan_make takes and nothing behind it can do: each has words of its own.
static void assert_beyond(enum diag_code code, const char *node, const char *property, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "0x%llx", (unsigned long long)value);
	memset(&s.why, 0, sizeof(s.why));
	assert_false(plan_check(&made->in, &made->plan, &s.why));
	assert_string_equal(diag_str(s.why.code), diag_str(code));
	assert_string_equal(s.why.node, node);
	assert_string_equal(s.why.property, property);
	assert_string_equal(s.why.value, text);
}

static void memory_that_the_window_does_not_hold(void **state)
{
	(void)state;
	for (uint64_t base = 0; base < 2 * GIB; base += GIB / 2) {
		sample_init(&s, 2, (WINDOW_GIBS + 2) * GIB);
		sample_add_guest(&s.request, "big", 1, WINDOW_GIBS * GIB)->memory_base = GPA(GUEST_MEMORY_GPA + base);
		assert_true(plan_make(&s.in, &s.plan, &s.why));
		if (is_aligned(base, GIB))
			assert_true(plan_check(&s.in, &s.plan, &s.why));
		else
			assert_beyond(DIAG_MEM_WINDOW, "/guests/big", "memory-base", GUEST_MEMORY_GPA + base);
	}
}

static void ram_that_page_tables_do_not_reach(void **state)
{
	(void)state;
	for (uint64_t shift = 0; shift < 2; shift++) {
		sample_init(&s, 2, 64 * MIB);
		s.machine.ram[1] = (struct region){ (1ull << 56) - shift * 64 * MIB, 64 * MIB };
		s.machine.ram_count = 2;
		sample_add_guest(&s.request, "far", 1, 32 * MIB)->host_count = 1;
		s.request.guests[0].host[0] = (struct region){ s.machine.ram[1].base, 32 * MIB };
		assert_true(plan_make(&s.in, &s.plan, &s.why));
		if (shift != 0)
			assert_true(plan_check(&s.in, &s.plan, &s.why));
		else
			assert_beyond(DIAG_MEM_REACH, "/guests/far", "host-memory", 1ull << 56);
	}
}

static void own_things_beyond_the_own_space(void **state)
{
	const uint64_t far = HS_REACH - 0x1000;

	(void)state;
	s.in.package = s.plan.package = (struct region){ far, 0x1000 };
	assert_true(plan_check(&s.in, &s.plan, &s.why));
	s.in.package.size = s.plan.package.size = 0x1001;
	assert_beyond(DIAG_HS_REACH, "/chosen", "linux,initrd-start", far);
	assert_int_equal(make(state), 0);
	s.machine.uart.reg = (struct region){ far, 0x1000 };
	assert_true(plan_check(&s.in, &s.plan, &s.why));
	s.machine.uart.reg.base += 1;
	assert_beyond(DIAG_HS_REACH, "stdout-path", "reg", far + 1);
	s.machine.uart.is_ns16550 = false; // the firmware's console then, wherever it is
	assert_true(plan_check(&s.in, &s.plan, &s.why));
	s.machine.plic.reg = (struct region){ HS_REACH, 0x400000 };
	assert_beyond(DIAG_HS_REACH, "PLIC", "reg", HS_REACH);
	s.machine.irqchip = IRQCHIP_APLIC;
	assert_true(plan_check(&s.in, &s.plan, &s.why));
	s.machine.aplic.reg = (struct region){ HS_REACH - 0x4000, 0x8000 };
	assert_beyond(DIAG_HS_REACH, "APLIC", "reg", HS_REACH - 0x4000);
	s.machine.irqchip = IRQCHIP_IMSIC;
	s.machine.aplic.reg = (struct region){ 0, 0 };
	s.machine.imsic.file[2] = far; // its guest file lies beyond
	assert_beyond(DIAG_HS_REACH, "IMSIC", "reg", far);
}

static void own_devices_in_ram(void **state)
{
	(void)state;
	s.machine.uart.reg = (struct region){ 0x80000000 + GIB - 1, 1 };
	assert_beyond(DIAG_DEVICE_IN_RAM, "stdout-path", "reg", 0x80000000 + GIB - 1);
	s.machine.uart.reg = (struct region){ 0x80000000 + GIB, 0x100 };
	assert_true(plan_check(&s.in, &s.plan, &s.why));
	s.machine.plic.reg = (struct region){ 0x7ffff000, 0x1001 };
	assert_beyond(DIAG_DEVICE_IN_RAM, "PLIC", "reg", 0x7ffff000);
}

// All RAM of the board is out of the hypervisor's reach but a little; the page pool has to be there.
static void pool_is_within_reach(void **state)
{
	(void)state;
	sample_init(&s, 4, 64 * MIB);
	s.machine.ram[0].base = 0x8000000000;
	s.machine.ram[1] = (struct region){ 0x80000000, 16 * MIB };
	s.machine.ram_count = 2;
	sample_add_guest(&s.request, "far", 1, 32 * MIB);
	assert_true(plan_make(&s.in, &s.plan, &s.why));
	assert_true(plan_check(&s.in, &s.plan, &s.why));
	assert_true(s.plan.pool.base < 0x81000000);
	s.machine.ram_count = 1;
	assert_false(plan_make(&s.in, &s.plan, &s.why));
	assert_int_equal(s.why.code, DIAG_TABLES);
}

#define TEST(name) cmocka_unit_test_setup(name, make)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(extent_on_the_firmware),
		TEST(extent_on_the_hypervisor),
		TEST(extent_on_the_pool),
		TEST(extent_outside_ram),
		TEST(extents_that_overlap),
		TEST(finisher_that_memory_covers),
		TEST(extent_that_is_left_over_too),
		TEST(extent_that_is_no_whole_frame),
		TEST(more_memory_than_there_may_be),
		TEST(memory_with_gaps),
		TEST(extents_past_the_count),
		TEST(direct_mapped_elsewhere),
		TEST(memory_on_the_uart),
		TEST(memory_out_of_reach),
		TEST(harts_with_two_owners),
		TEST(harts_that_cannot_run_guests),
		TEST(console_hart_that_is_none),
		TEST(isa_that_harts_have_not),
		TEST(pool_that_is_too_small),
		TEST(counts_out_of_range),
		TEST(memory_that_the_window_does_not_hold),
		TEST(ram_that_page_tables_do_not_reach),
		TEST(own_things_beyond_the_own_space),
		TEST(own_devices_in_ram),
		TEST(pool_is_within_reach),
	};

	return cmocka_run_group_tests_name("plan_check", tests, NULL, NULL);
}
