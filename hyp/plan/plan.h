// SPDX-License-Identifier: Apache-2.0
// struct plan: who owns what. Made by plan_make, checked by plan_check, const from the seal on.
#ifndef BULKHEAD_PLAN_PLAN_H
#define BULKHEAD_PLAN_PLAN_H

#include "lib/diag.h"
#include "plan/machine.h"
#include "plan/request.h"

#define HART_UNOWNED UINT32_MAX
#define HS_REACH (1ull << 38) // the hypervisor's own address space: the lower half of Sv39, identity-mapped
#define WINDOW_GIBS 256u      // the upper half: the window through which images are loaded

// A piece of a guest's memory: `size` bytes at gpa are backed by pa.
struct extent {
	gpa_t gpa;
	pa_t pa;
	uint64_t size;
};

// The interrupt controllers a guest finds.
enum guest_irqchip {
	GUEST_IRQCHIP_NONE,
	GUEST_IRQCHIP_PLIC,
	GUEST_IRQCHIP_APLIC, // with direct delivery
	GUEST_IRQCHIP_IMSIC, // a guest interrupt file for each vcpu; an APLIC, if there is one, sends MSIs to them
};

// The static set of resources one guest owns.
struct partition {
	char name[MAX_NAME];
	uint32_t index; // in plan.partitions; VMID is index + 1
	uint32_t vcpu_count;
	uint32_t harts[MAX_HARTS]; // [vhartid] -> index into machine.harts
	gpa_t memory_base;
	uint64_t memory_size;
	bool direct_mapped;
	uint32_t extent_count;
	struct extent extents[MAX_EXTENTS]; // ascending GPA without gaps from memory_base on
	struct isa isa;      // what the guest's tree shows
	struct isa enabled;  // ISA_ENABLE extensions to switch on in henvcfg and friends
	bool use_henvcfg;    // false: leave henvcfg alone, as on cores that have none
	uint32_t denied_sbi; // set of enum sbi_index: SBI extensions the guest does not get
	bool has_console;
	struct region uart;  // guest physical, emulated ns16550a; size 0 without a console
	struct region finisher; // guest physical, emulated test finisher; size 0: none
	enum guest_irqchip irqchip;
	struct region controller;  // guest physical, emulated PLIC or APLIC; size 0: nothing is wired
	uint32_t uart_source;      // of the emulated UART at that controller: one that none of the guest's devices has
	struct region files;       // guest physical, interrupt files, one page for each vcpu; size 0: none
	uint64_t file[MAX_HARTS];  // [vhartid]: physical address of that page
	uint32_t file_ids;         // highest identity of each
	const struct guest_request *request; // names of images, bootargs
};

struct plan {
	uint32_t partition_count;
	uint32_t console_hart;          // machine hart index of the one that drains the UART
	enum last_stop on_last_stop;
	bool colour;
	struct region image;   // hypervisor's image, bss included (physical)
	struct region package; // the package (physical)
	struct region pool;    // page pool: tables, stacks, guest trees (physical)
	uint32_t free_count;   // RAM left over
	uint32_t hart_owner[MAX_HARTS]; // [machine hart index] -> partition index or HART_UNOWNED
	struct partition partitions[MAX_GUESTS];
	struct region free[MAX_RAM_REGIONS + MAX_RESERVED + MAX_GUESTS * MAX_EXTENTS];
};

// What the plan must keep clear of, beside machine.reserved.
struct plan_input {
	const struct machine *machine;
	const struct request *request;
	struct region image;
	struct region package;
	struct region board_dtb;
	uint32_t boot_hart;        // machine hart index
	uint64_t pool_fixed_size;  // bytes the page pool needs whatever the plan (stacks, guest trees); tables are added
};

// Computes the plan: named harts first, then counts in ascending hart order; explicit host extents first, then
// direct-mapped, then joined ones, largest first, 2 MiB aligned where size allows. Boot only. False with *why otherwise.
bool plan_make(const struct plan_input *in, struct plan *plan, struct diag *why);

// Checks a finished plan again, by other means than plan_make: every frame and hart has at most one owner, everything lies
// in RAM, nothing touches what is reserved. Boot only. False with *why otherwise.
bool plan_check(const struct plan_input *in, const struct plan *plan, struct diag *why);

// Writes the plan as the lines of the boot banner (ends with a newline). Returns the length that was needed, like snprintf.
size_t plan_str(const struct plan_input *in, const struct plan *plan, char *buf, size_t size);

#define MAX_DEVICE_FRAMES (MAX_GUEST_DEVICES * MAX_DEVICE_REGS)

// The frames of the partition's devices, joined where they touch; GPA and PA are the same. items has room for MAX_DEVICE_FRAMES.
// Returns how many there are.
uint32_t partition_device_frames(const struct partition *p, struct region items[MAX_DEVICE_FRAMES]);
// Whether the partition has all of r, guest physical: in its memory, an emulated device, or an assigned one.
bool partition_owns(const struct partition *p, struct region r);

// Upper bound of table pages for one partition's G-stage (root excluded, which is 4 pages).
uint64_t plan_table_pages(const struct partition *p);

#endif
