// SPDX-License-Identifier: Apache-2.0
// struct plan: who owns what. Made by plan_make, checked by plan_check, const from the seal on.
#ifndef BULKHEAD_PLAN_PLAN_H
#define BULKHEAD_PLAN_PLAN_H

#include "lib/diag.h"
#include "plan/machine.h"
#include "plan/request.h"
#include "vdev/models.h"

#define HART_UNOWNED UINT32_MAX
#define MAX_DEVICE_FRAMES (MAX_GUEST_DEVICES * MAX_DEVICE_REGS)
#define HS_REACH (1ull << 38) // the hypervisor's own address space: the lower half of Sv39, identity-mapped
#define WINDOW_GIBS 256u      // the upper half: the window through which images are loaded

// The interrupt controllers a guest finds.
enum guest_irqchip {
	GUEST_IRQCHIP_NONE,
	GUEST_IRQCHIP_PLIC,
	GUEST_IRQCHIP_APLIC, // with direct delivery
	GUEST_IRQCHIP_IMSIC, // a guest interrupt file for each vcpu; an APLIC, if there is one, sends MSIs to them
};

// A range of a guest's physical addresses, and what answers there.
enum map_kind {
	MAP_MEMORY, // RAM of the board's from pa on. These ascend, without gaps, from memory_base on
	MAP_FRAMES, // whole frames of assigned devices, at the same physical addresses
	MAP_FILES,  // interrupt files, one page for each vcpu: partition.file
	MAP_MODEL,  // an emulated device
};

struct map_entry {
	struct region gpa;
	uint8_t kind;    // enum map_kind
	uint8_t model;   // MAP_MODEL: which (enum model)
	uint16_t source; // MAP_MODEL: at the guest's interrupt controller; 0: it has no interrupt
	pa_t pa;         // MAP_MEMORY, MAP_FRAMES: what backs it
};

#define MAX_MAP (MODEL_COUNT + 1 + MAX_EXTENTS + MAX_DEVICE_FRAMES)

// The static set of resources one guest owns.
struct partition {
	char name[MAX_NAME];
	uint32_t index; // in plan.partitions; VMID is index + 1
	uint32_t vcpu_count;
	uint8_t harts[MAX_HARTS]; // [vhartid] -> index into machine.harts
	gpa_t memory_base;
	uint64_t memory_size;
	bool direct_mapped;
	struct isa isa;      // what the guest's tree shows
	struct isa enabled;  // ISA_ENABLE extensions to switch on in henvcfg and friends
	bool use_henvcfg;    // false: leave henvcfg alone, as on cores that have none
	uint32_t denied_sbi; // set of enum sbi_index: SBI extensions the guest does not get
	enum guest_irqchip irqchip;
	bool is_wired;             // sources are wired to an emulated controller
	uint32_t file_ids;         // highest identity of each; 0: the guest has no interrupt files
	struct guest_rules rules;
	// Of its assigned devices, beside what they have in the map.
	uint32_t sources[GUEST_SOURCES / 32]; // set: at the board's interrupt controller, and of the same number at the guest's
	uint32_t reset_count;
	pa_t resets[MAX_GUEST_RESETS]; // 32-bit words: a 0 resets a device, and they read as 0 then
	bool has_behind_caches;         // one reaches memory by itself, and need not look into the harts' caches
	const struct guest_request *request; // above the seal only
	// The large ones last: what lies within 2 KB of the start costs one instruction.
	uint64_t file[MAX_HARTS];  // [vhartid]: physical address of its interrupt file
	uint32_t map_count;
	struct map_entry map[MAX_MAP];
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

// The frames of the partition's devices, joined where they touch; GPA and PA are the same. items has room for MAX_DEVICE_FRAMES.
// Returns how many there are.
uint32_t partition_device_frames(const struct partition *p, struct region items[MAX_DEVICE_FRAMES]);
// The next entry of a kind in its map, after one of that kind, or (NULL) the first; NULL: no more.
static inline const struct map_entry *partition_next(const struct partition *p, enum map_kind kind, const struct map_entry *after)
{
	for (const struct map_entry *e = after == NULL ? p->map : after + 1; e < p->map + p->map_count; e++)
		if (e->kind == kind)
			return e;
	return NULL;
}
// The model of which the partition has one, or NULL.
static inline const struct map_entry *partition_model(const struct partition *p, enum model model)
{
	for (uint32_t i = 0; i < p->map_count; i++)
		if (p->map[i].kind == MAP_MODEL && p->map[i].model == model)
			return &p->map[i];
	return NULL;
}
// What the plan and the checker know of a model (vdev/models.h). Boot only.
struct model_row {
	enum model_kind kind;
	const char *property, *name;
	struct region gpa;
	uint32_t source;
};
extern const struct model_row model_rows[MODEL_COUNT];
// Whether a guest has one: as it asks, or as it is wired on this board.
bool model_is_wanted(const struct partition *p, enum model model);
// Whether the partition has all of r, guest physical: in its memory, an emulated device, or an assigned one.
bool partition_owns(const struct partition *p, struct region r);

// Upper bound of table pages for one partition's G-stage (root excluded, which is 4 pages).
uint64_t plan_table_pages(const struct partition *p);

#endif
