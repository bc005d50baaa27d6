// SPDX-License-Identifier: Apache-2.0
// The boot as a story: discover, plan, check, build, seal, run. Details are one call down. What only boots, this file among it, is in
// no table that the hypervisor runs with: from run() on it cannot be reached any more.
#include "boot.h"

#include "console/uart.h"
#include "dt/device_dt.h"
#include "dt/machine_dt.h"
#include "dt/partition_dt.h"
#include "dt/uart_dt.h"
#include "guest/guest.h"
#include "guest/guest_prepare.h"
#include "guest/image.h"
#include "lib/log.h"
#include "lib/panic.h"
#include "rv/csr.h"
#include "rv/firmware.h"
#include "rv/guestmem.h"
#include "run.h"
#include "sbi/sbi.h"

extern char __image_start[], __image_end[], __package_start[], __package_end[];

static struct machine machine;
static struct package package;
static struct request request;
static struct plan plan;
static struct page_pool pool;
static struct prepare prepare;

// Says what is wrong with the input and ends the run: nothing has been started yet.
_Noreturn static void refuse_input(const struct diag *why)
{
	log_error("config", "node=%s property=%s value=\"%s\": %s", why->node, why->property, why->value,
		  diag_str(why->code));
	log_error("config", "nothing was started; correct this and boot again");
	board_end(SBI_RESET_SHUTDOWN, SBI_RESET_REASON_SYSTEM_FAILURE);
	for (;;)
		wfi();
}

static void require(bool is_fine, const struct diag *why)
{
	if (!is_fine)
		refuse_input(why);
}

static uint64_t address_of(const void *p)
{
	return (uint64_t)(uintptr_t)p;
}

// OpenSBI believes the tree, and dies of its own first write to stimecmp where there is none: these words are then the last before
// the firmware's. A firmware that left Sstc off on purpose has another timer, and goes on.
static void look_for_sstc(const struct machine_hart *h)
{
	uint64_t ignored;

	if (isa_has(&h->isa, ISA_SSTC) && probe_stimecmp(&ignored) != 0)
		log_info("timer", "hartid=%lu: the tree lists sstc, but stimecmp traps: a firmware that believes the tree fails with its timer",
			 (unsigned long)h->hartid);
}

// What the board has: its tree, and what this hart's CSRs say about the H extension.
static uint32_t discover(uint64_t hartid, const void *fdt)
{
	struct diag why;
	uint32_t guessed;
	int boot_hart;

	banner_begin();
	fw_init();
	hart_take_over();
	uart_find(fdt, !fw_has_console(), &machine.uart); // first: what is refused has to be read
	uart_init(&machine.uart, !fw_has_console());
	require(machine_read(fdt, &machine, &why), &why);
	banner_head(&machine, hartid);
	boot_hart = machine_find_hart(&machine, hartid);
	if (boot_hart < 0) {
		diag_set_u64(&why, DIAG_HART_UNKNOWN, "/cpus", "reg", hartid);
		refuse_input(&why);
	}
	guessed = machine_set_h(&machine, (uint32_t)boot_hart, probe_h());
	if (guessed != 0)
		log_info("hart", "%u harts: the tree does not list the hypervisor extension (h); hart %lu was asked and has it", (unsigned)guessed,
			 (unsigned long)hartid);
	if (!isa_has(&machine.harts[boot_hart].isa, ISA_H)) {
		diag_set_u64(&why, DIAG_HART_NO_H, "/cpus", "riscv,isa", hartid);
		refuse_input(&why);
	}
	hart_table_init(&machine);
	__asm__ volatile("mv tp, %0" : : "r"(&harts[boot_hart]) : "memory");
	hart_leave_guest(this_hart()); // there was none, but perhaps a boot loader
	look_for_sstc(&machine.harts[boot_hart]);
	hart_probe(&machine.harts[boot_hart], &machine.enabled);
	return (uint32_t)boot_hart;
}

// The package: handed over by the boot loader, or else the one linked in.
static void read_package(const void *fdt)
{
	struct region image = { address_of(__image_start), (uint64_t)(__image_end - __image_start) };
	struct region linked = { address_of(__package_start), (uint64_t)(__package_end - __package_start) };
	struct region r = machine.initrd.size != 0 ? machine.initrd : linked;
	struct diag why;

	diag_set(&why, DIAG_PKG_MISSING, "/chosen", "linux,initrd-start", "");
	require(r.size != 0, &why);
	require(package_may_lie(&machine, image, (struct region){ address_of(fdt), fdt_size(fdt) }, r, &why), &why);
	require(package_read((const void *)(uintptr_t)r.base, r.size, &package, &why), &why);
	log_info("package", "from=%s address=%#lx size=%lu images=%u", machine.initrd.size != 0 ? "boot-loader" : "firmware",
		 (unsigned long)r.base, (unsigned long)package.used, (unsigned)package.count);
}

// What the user asks for.
static void read_request(const void *fdt)
{
	struct diag why;
	const uint8_t *tree;
	uint64_t size;

	image_init(&package, &machine);
	prepare.package = &package;
	prepare.machine = &machine;
	prepare.pool = &pool;
	prepare.board = fdt;
	tree = prepare_image(&prepare, "partitions", &size, &why);
	require(tree != NULL, &why);
	require(partition_read(tree, size, &request, &why), &why);
	require(request_without(&request, sbi_absent(), &why), &why);
	require(device_read(fdt, &machine, &request, &why), &why);
}

// Who owns what; printed.
static void make_plan(uint32_t boot_hart, const void *fdt)
{
	uint64_t scratch_size = 2 * largest_tree_room(&request);
	struct plan_input in = {
		.machine = &machine,
		.request = &request,
		.image = { address_of(__image_start), (uint64_t)(__image_end - __image_start) },
		.package = { address_of(package.base), package.used },
		.board_dtb = { address_of(fdt), fdt_size(fdt) },
		.boot_hart = boot_hart,
		.pool_fixed_size = machine.hart_count * (HART_STACK_SIZE + 2ull * PAGE_SIZE) +
				   request.guest_count * CONSOLE_RING_SIZE + prepare_trees_size(&prepare, &request) +
				   scratch_size,
	};
	struct diag why;

	require(plan_make(&in, &plan, &why), &why);
	require(plan_check(&in, &plan, &why), &why);
	page_pool_init(&pool, plan.pool);
	prepare.scratch = page_pool_take(&pool, scratch_size / PAGE_SIZE, PAGE_SIZE);
	banner_plan(&in, &plan, (char *)prepare.scratch, scratch_size);
}

// Whether the boot hart isolates each guest by its very table; all harts prove themselves once more
// when they meet.
static void prove_isolation(void)
{
	struct hart *h = this_hart();
	struct diag why;

	for (uint32_t i = 0; i < plan.partition_count; i++) {
		hart_configure(h, &machine.harts[h->index], &plan.partitions[i], guest_hgatp(&guests[i]));
		hart_find_csrs(h);
		require(hart_prove(h, &plan.partitions[i], &guests[i].gstage, &why), &why);
	}
}

// Tables, images, trees; then the seal: nothing is allocated after it, and the plan is const.
static uint8_t *build(void)
{
	struct diag why;
	uint8_t *rings;

	diag_set(&why, DIAG_TABLES, "/guests", "", "");
	require(hs_table_build(&plan, &machine, &pool), &why);
	rings = page_pool_take(&pool, plan.partition_count * (CONSOLE_RING_SIZE / PAGE_SIZE), PAGE_SIZE);
	require(rings != NULL, &why);
	banner_phase("tables");
	for (uint32_t i = 0; i < plan.partition_count; i++)
		require(gstage_build(&plan.partitions[i], &pool, &guests[i].gstage), &why);
	banner_phase("gstage");
	for (uint32_t i = 0; i < plan.partition_count; i++) {
		guests[i].partition = &plan.partitions[i];
		if (prepare_guest(&prepare, &guests[i]))
			guest_move(&guests[i], LIFE_EVENT_START);
	}
	banner_phase("images");
	prove_isolation();
	for (uint32_t i = 0; i < plan.partition_count; i++)
		plan.partitions[i].request = NULL; // what of it holds for the run stands in the plan
	page_pool_seal(&pool);
	the_plan = &plan;
	banner_end();
	prepare_report(&prepare);
	return rings;
}

void hyp_main(uint64_t hartid, const void *fdt)
{
	uint32_t boot_hart = discover(hartid, fdt); // the board
	banner_phase("board");
	read_package(fdt);                          // what came with us
	read_request(fdt);                          // who wants what
	banner_phase("request");
	make_plan(boot_hart, fdt);                  // who gets what, checked and shown
	banner_phase("plan");
	run(&machine, &plan, build());              // tables, images, trees; sealed; and no way back
}
