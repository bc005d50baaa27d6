// SPDX-License-Identifier: Apache-2.0
// Tests of assigned devices in the plan: what plan_make refuses, what plan_check finds by itself, the banner, the G-stage.
#include <stdlib.h>
#include <string.h>

#include "golden.h"
#include "gstage/gstage.h"
#include "map.h"
#include "sample.h"
#include "testing.h"

static struct sample s;

static struct device_request *give(uint32_t guest, const char *path, uint64_t base, uint64_t size, uint32_t source)
{
	struct guest_request *g = &s.request.guests[guest];
	struct device_request *d = &g->devices[g->device_count++];

	snprintf(d->path, sizeof(d->path), "%s", path);
	d->reg[d->reg_count++] = (struct region){ base, size };
	d->sources[0] = source;
	d->source_count = source != 0;
	return d;
}

// Two guests, the second with the RTC, on a board with a PLIC.
static int set_up(void **state)
{
	(void)state;
	sample_demo(&s);
	s.machine.irqchip = IRQCHIP_PLIC;
	s.machine.plic = (struct machine_plic){ .reg = { 0xc000000, 0x600000 }, .sources = 95, .phandle = 9 };
	sample_add_device(&s.machine, "rtc@101000", 0x101000, 0x1000);
	sample_add_device(&s.machine, "test@100000", 0x100000, 0x1000);
	give(1, "/soc/rtc@101000", 0x101000, 0x1000, 11);
	return 0;
}

static void make(void)
{
	if (!plan_make(&s.in, &s.plan, &s.why) || !plan_check(&s.in, &s.plan, &s.why))
		fail_msg("%s: %s %s %s", diag_str(s.why.code), s.why.node, s.why.property, s.why.value);
}

static void assert_refused(enum diag_code code, const char *node, const char *value)
{
	assert_false(plan_make(&s.in, &s.plan, &s.why));
	assert_string_equal(diag_str(s.why.code), diag_str(code));
	assert_string_equal(s.why.node, node);
	assert_string_equal(s.why.property, "devices");
	assert_string_equal(s.why.value, value);
}

// The plan maps what the request has come to ask for, as if nobody had looked.
static void map_frames_again(void)
{
	for (uint32_t i = 0; i < s.plan.partition_count; i++) {
		struct partition *p = &s.plan.partitions[i];
		struct region frames[MAX_DEVICE_FRAMES];
		uint32_t count = 0;

		for (uint32_t n = 0; n < p->map_count; n++)
			if (p->map[n].kind != MAP_FRAMES)
				p->map[count++] = p->map[n];
		memset(p->map + count, 0, (MAX_MAP - count) * sizeof(p->map[0]));
		p->map_count = count;
		count = partition_device_frames(p, frames);
		for (uint32_t n = 0; n < count; n++)
			p->map[p->map_count++] = (struct map_entry){ frames[n], MAP_FRAMES, MODEL_COUNT, 0, PA(frames[n].base) };
	}
}

// What is done to the request after the plan was made must be found by the checker.
static void assert_caught(const char *node)
{
	assert_false(plan_check(&s.in, &s.plan, &s.why));
	assert_string_equal(diag_str(s.why.code), diag_str(DIAG_CHECK));
	assert_string_equal(s.why.node, node);
	assert_string_equal(s.why.property, "devices");
}

static void banner(void **state)
{
	char text[8192];
	struct device_request *d;

	(void)state;
	s.request.guests[0].direct_mapped = true;
	s.request.guests[0].trusted_dma = true;
	d = give(0, "/soc/virtio_mmio@10008000", 0x10008000, 0x1000, 8);
	d->can_master = true;
	d = give(0, "/soc/dma@3000000", 0x3000000, 0x1000, 23);
	d->reg[d->reg_count++] = (struct region){ 0x3010000, 0x100 };
	for (uint32_t i = 1; i < MAX_DEVICE_SOURCES; i++)
		d->sources[d->source_count++] = 99 + i;
	make();
	plan_str(&s.in, &s.plan, text, sizeof(text));
	for (const char *line = text; *line; line = strchr(line, '\n') + 1)
		assert_in_range(strcspn(line, "\n"), 1, 100);
	assert_golden("plan-devices.txt", text);
}

static void no_console_but_a_controller(void **state)
{
	(void)state;
	s.request.guests[1].models = 0;
	make();
	assert_non_null(partition_model(&s.plan.partitions[1], MODEL_PLIC));
	s.request.guests[1].device_count = 0;
	make();
	assert_null(partition_next(&s.plan.partitions[1], MAP_MODEL, NULL));
}

static void the_same_for_two(void **state)
{
	(void)state;
	give(0, "/soc/rtc@101000", 0x101000, 0x1000, 11);
	assert_refused(DIAG_DEVICE_TWICE, "/guests/linux", "/soc/rtc@101000");
}

static void pages_that_are_shared(void **state)
{
	(void)state;
	sample_add_device(&s.machine, "small@102000", 0x102000, 0x100);
	sample_add_device(&s.machine, "small@102f00", 0x102f00, 0x200);
	give(0, "/soc/small@102000", 0x102000, 0x100, 0);
	assert_refused(DIAG_DEVICE_PAGE, "/guests/linux", "/soc/small@102000 small@102f00");
	give(1, "/soc/small@102f00", 0x102f00, 0x200, 0);
	assert_refused(DIAG_DEVICE_PAGE, "/guests/linux", "/soc/small@102000 /soc/small@102f00");
	s.request.guests[0].device_count = 0;
	give(1, "/soc/small@102000", 0x102000, 0x100, 0);
	make(); // both are one guest's
}

static void sources_that_are_shared(void **state)
{
	(void)state;
	give(0, "/soc/a@103000", 0x103000, 0x1000, 11);
	assert_refused(DIAG_DEVICE_SOURCE, "/guests/linux", "/soc/a@103000 /soc/rtc@101000");
	s.request.guests[0].device_count = 0;
	give(1, "/soc/a@103000", 0x103000, 0x1000, 11);
	make(); // one guest may
	s.request.guests[1].devices[1].sources[0] = 128;
	assert_refused(DIAG_TOO_MANY, "/guests/pulse", "/soc/a@103000");
}

static void places_that_are_taken(void **state)
{
	struct device_request *d = &s.request.guests[1].devices[0];
	static const struct {
		uint64_t base, size;
		enum diag_code code;
		const char *with;
	} rows[] = {
		{ 0x10000f00, 0x100, DIAG_DEVICE_HOST, "" },
		{ 0x10000100, 0x100, DIAG_DEVICE_HOST, "" },
		{ 0xbffff000, 0x1000, DIAG_DEVICE_PAGE, " RAM" },
		{ 0x7ffff000, 0x1001, DIAG_DEVICE_PAGE, " RAM" },
		{ 0x60000100, 0x100, DIAG_DEVICE_PAGE, " reserved memory" },
		{ 0xc5ff000, 0x1000, DIAG_DEVICE_PAGE, " plic@c000000" },
		{ 0x2000000, 0x100, DIAG_DEVICE_PAGE, " clint@2000000" },
		{ 0x100f00, 0x101, DIAG_DEVICE_PAGE, " rtc@101000" }, // whose registers are not all asked for now
		{ 0x100f00, 0x100, DIAG_DEVICE_PAGE, " test@100000" },
		{ 1ull << 41, 0x1000, DIAG_DEVICE_GPA, "" },
		{ (1ull << 41) - 1, 2, DIAG_DEVICE_GPA, "" },
		{ UINT64_MAX - 0xff, 0x100, DIAG_DEVICE_GPA, "" },
	};

	(void)state;
	s.machine.reserved[s.machine.reserved_count++] = (struct region){ 0x60000000, 0x1000 };
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char value[64];

		snprintf(value, sizeof(value), "/soc/rtc@101000%s", rows[i].with);
		d->reg[0] = (struct region){ 0x101000, 0x1000 };
		make();
		d->reg[0] = (struct region){ rows[i].base, rows[i].size };
		assert_caught("/guests/pulse");
		assert_refused(rows[i].code, "/guests/pulse", value);
	}
}

// The board has nothing there, but the guest does.
static void places_of_the_guest(void **state)
{
	struct device_request *d = &s.request.guests[1].devices[0];

	(void)state;
	s.machine.uart.is_ns16550 = false;
	s.machine.device_count = 0;
	d->reg[0] = (struct region){ 0x10000000, 0x100 };
	assert_refused(DIAG_DEVICE_GPA, "/guests/pulse", "/soc/rtc@101000");
	d->reg[0].base = 0xc000000;
	assert_refused(DIAG_DEVICE_GPA, "/guests/pulse", "/soc/rtc@101000");
	d->reg[0].base = 0x40000000;
	s.request.guests[1].memory_base = GPA(0x3ff00000);
	assert_refused(DIAG_DEVICE_GPA, "/guests/pulse", "/soc/rtc@101000");
	s.request.guests[1].memory_base = GPA(0x40001000);
	make();
	d->reg[0].base = 0x40002000;
	assert_caught("/guests/pulse");
	d->reg[0].base = 0x10000800;
	assert_caught("/guests/pulse");
	d->reg[0].base = 0xc3fff00;
	assert_caught("/guests/pulse");
}

static void dma_without_trust(void **state)
{
	struct guest_request *g = &s.request.guests[1];

	(void)state;
	g->devices[0].can_master = true;
	assert_refused(DIAG_DEVICE_DMA, "/guests/pulse", "/soc/rtc@101000");
	g->trusted_dma = true;
	assert_refused(DIAG_DEVICE_DMA, "/guests/pulse", "/soc/rtc@101000");
	g->direct_mapped = true;
	g->trusted_dma = false;
	assert_refused(DIAG_DEVICE_DMA, "/guests/pulse", "/soc/rtc@101000");
	g->trusted_dma = true;
	make();
	g->trusted_dma = false;
	assert_caught("/guests/pulse");
}

static void what_the_checker_finds(void **state)
{
	struct device_request *d;

	(void)state;
	make();
	d = give(0, "/soc/rtc@101000", 0x101800, 0x10, 12);
	s.plan.partitions[0].sources[0] |= 1u << 12;
	map_frames_again();
	assert_caught("/guests/pulse"); // the later one in the same page
	d->reg[0] = (struct region){ 0x103000, 0x1000 };
	map_frames_again();
	assert_true(plan_check(&s.in, &s.plan, &s.why));
	d->sources[0] = 11;
	assert_caught("/guests/pulse");
	d->sources[0] = GUEST_UART_SOURCE;
	assert_caught("/guests/linux");
	d->sources[0] = MAX_BOARD_SOURCE + 1;
	assert_caught("/guests/linux");
	d->sources[0] = 12;
	d->reg_count = 0;
	assert_caught("/guests/linux");
	d->reg_count = MAX_DEVICE_REGS + 1;
	assert_caught("/guests/linux");
	d->reg_count = 1;
	// A wide one below, then one of the same guest, then another guest's that only the wide one reaches.
	d->reg[0] = (struct region){ 0x40000000, 0x10000 };
	give(0, "/soc/b", 0x40001000, 0x1000, 0);
	s.request.guests[1].devices[0].reg[0] = (struct region){ 0x40003000, 0x1000 };
	map_frames_again();
	assert_caught("/guests/pulse");
	s.request.guests[1].devices[0].reg[0] = (struct region){ 0x40010000, 0x1000 };
	map_frames_again();
	assert_true(plan_check(&s.in, &s.plan, &s.why));
}

// What the run goes by is what was asked for.
static void what_the_run_goes_by(void **state)
{
	struct device_request *d = &s.request.guests[1].devices[0];
	struct partition *p = &s.plan.partitions[1];

	(void)state;
	d->reset[0] = 0x70;
	d->bypasses_caches = true;
	make();
	assert_int_equal(p->sources[0], 1u << 11);
	assert_int_equal(p->reset_count, 1);
	assert_int_equal(p->resets[0].addr, 0x101070);
	assert_true(p->has_behind_caches && !s.plan.partitions[0].has_behind_caches);
	p->sources[0] |= 1;
	assert_caught("/guests/pulse");
	p->sources[0] = 0;
	assert_caught("/guests/pulse");
	p->sources[0] = 1u << 11;
	s.plan.partitions[0].sources[0] = 1u << 11;
	assert_caught("/guests/linux");
	s.plan.partitions[0].sources[0] = 0;
	p->resets[0] = PA(0x101ffe);
	assert_caught("/guests/pulse");
	p->resets[0] = PA(0x102000);
	assert_caught("/guests/pulse");
	p->resets[0] = PA(0x101ffc);
	assert_true(plan_check(&s.in, &s.plan, &s.why));
	p->reset_count = MAX_GUEST_RESETS + 1;
	assert_caught("/guests/pulse");
	for (uint32_t i = 0; i < MAX_GUEST_RESETS / MAX_DEVICE_REGS; i++) {
		struct device_request *many = give(0, "/soc/many", 0x40000000 + i * 0x10000ull, 0x1000, 0);

		for (many->reg_count = 0; many->reg_count < MAX_DEVICE_REGS; many->reg_count++) {
			many->reg[many->reg_count] = (struct region){ 0x40000000 + i * 0x10000ull + many->reg_count * 0x1000ull, 0x1000 };
			many->reset[many->reg_count] = 4;
		}
	}
	make();
	assert_int_equal(s.plan.partitions[0].reset_count, MAX_GUEST_RESETS);
	give(0, "/soc/more", 0x50000000, 0x1000, 0)->reset[0] = 4;
	assert_refused(DIAG_TOO_MANY, "/guests/linux", "/soc/more");
}

// The frames that a guest reaches are its devices', no more and no fewer, each at its own address.
static void what_is_mapped(void **state)
{
	struct partition *p = &s.plan.partitions[1];
	struct map_entry *e;

	(void)state;
	give(1, "/soc/b@103f00", 0x103f00, 0x200, 0);
	make();
	e = map_nth(p, MAP_FRAMES, 0);
	assert_true(e->gpa.base == 0x101000 && e->gpa.size == 0x1000 && e->pa.addr == 0x101000);
	assert_null(map_nth(&s.plan.partitions[0], MAP_FRAMES, 0));
	e->gpa.size = 0x2000;
	assert_caught("/guests/pulse");
	e->gpa.size = 0x1000;
	e->pa.addr = 0x102000;
	assert_caught("/guests/pulse");
	e->pa.addr = e->gpa.base = 0x102000;
	assert_caught("/guests/pulse");
	e->pa.addr = e->gpa.base = 0x101000;
	e = map_nth(p, MAP_FRAMES, 1);
	assert_true(e->gpa.base == 0x103000 && e->gpa.size == 0x2000);
	e->gpa.size = 0x1000; // the second half of a register range
	assert_caught("/guests/pulse");
	e->gpa.size = 0x2000;
	assert_true(plan_check(&s.in, &s.plan, &s.why));
	p->map_count--;
	e->gpa.size = 0;
	assert_caught("/guests/pulse");
}

// The checker against a comparison of all pairs, on random devices that often share pages.
static void the_checker_and_all_pairs(void **state)
{
	uint64_t random = 7;
	uint32_t accepted = 0;

	(void)state;
	s.request.guests[1].device_count = 0;
	make();
	for (uint32_t turn = 0; turn < 20000; turn++) {
		bool is_shared = false;

		s.request.guests[0].device_count = s.request.guests[1].device_count = 0;
		for (uint32_t i = 0; i < 6; i++)
			give((uint32_t)random_below(&random, 2), "/d", 0x40000000 + random_below(&random, 64) * 0x800,
			     1 + random_below(&random, 6) * 0x900, 0);
		for (uint32_t i = 0; i < s.request.guests[0].device_count; i++) {
			for (uint32_t j = 0; j < s.request.guests[1].device_count; j++) {
				struct region a = s.request.guests[0].devices[i].reg[0], b = s.request.guests[1].devices[j].reg[0];

				for (uint64_t f = a.base >> 12; f <= (a.base + a.size - 1) >> 12; f++)
					is_shared |= f >= b.base >> 12 && f <= (b.base + b.size - 1) >> 12;
			}
		}
		map_frames_again();
		assert_int_equal(plan_check(&s.in, &s.plan, &s.why), !is_shared);
		accepted += !is_shared;
		// Guests that do not share are refused by nobody.
		if (turn % 20 == 0)
			assert_int_equal(plan_make(&s.in, &s.plan, &s.why), !is_shared);
		if (turn % 20 == 0 && is_shared)
			s.plan.partition_count = 2;
		for (uint32_t i = 0; i < 2; i++)
			memset(s.request.guests[i].devices, 0, sizeof(s.request.guests[i].devices));
		if (turn % 20 == 0 && is_shared) {
			s.request.guests[0].device_count = s.request.guests[1].device_count = 0;
			make();
		}
	}
	assert_in_range(accepted, 1000, 19000);
}

static void tables(void **state)
{
	struct page_pool pool;
	struct table t;
	pa_t pa;
	uint64_t flags, pages;
	void *memory = aligned_alloc(0x4000, 256 * PAGE_SIZE);

	(void)state;
	give(1, "/soc/large@40000000", 0x40000000, 0x400000, 0);
	give(1, "/soc/odd@52345000", 0x52345678, 0x2000, 0);
	give(1, "/soc/within@52345000", 0x52345800, 0x10, 0);
	make();
	pages = plan_table_pages(&s.plan.partitions[1]);
	page_pool_init(&pool, (struct region){ (uint64_t)(uintptr_t)memory, (4 + pages) * PAGE_SIZE });
	assert_true(gstage_build(&s.plan.partitions[1], &pool, &t));
	for (uint64_t at = 0x101000; at < 0x102000; at += 8)
		assert_true(table_walk(&t, at, &pa, &flags) && pa.addr == at && (flags & (PTE_R | PTE_W | PTE_X | PTE_U)) == (PTE_R | PTE_W | PTE_U));
	assert_false(table_walk(&t, 0x100fff, &pa, &flags));
	assert_false(table_walk(&t, 0x102000, &pa, &flags));
	assert_true(table_walk(&t, 0x52345000, &pa, &flags) && table_walk(&t, 0x52347fff, &pa, &flags));
	assert_int_equal(pa.addr, 0x52347fff);
	assert_false(table_walk(&t, 0x52348000, &pa, &flags));
	assert_true(table_walk(&t, 0x403fffff, &pa, &flags));
	assert_true(table_walk(&t, 0x80000000, &pa, &flags) && (flags & PTE_X));
	assert_false(table_walk(&t, 0x10008000, &pa, &flags)); // nobody's
	// The guest without devices has none of it.
	page_pool_init(&pool, (struct region){ (uint64_t)(uintptr_t)memory, 256 * PAGE_SIZE });
	assert_true(gstage_build(&s.plan.partitions[0], &pool, &t));
	assert_false(table_walk(&t, 0x101000, &pa, &flags));
	free(memory);
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(banner),
		TEST(no_console_but_a_controller),
		TEST(the_same_for_two),
		TEST(pages_that_are_shared),
		TEST(sources_that_are_shared),
		TEST(places_that_are_taken),
		TEST(places_of_the_guest),
		TEST(dma_without_trust),
		TEST(what_the_checker_finds),
		TEST(what_the_run_goes_by),
		TEST(what_is_mapped),
		TEST(the_checker_and_all_pairs),
		TEST(tables),
	};

	return cmocka_run_group_tests_name("plan_devices", tests, NULL, NULL);
}
