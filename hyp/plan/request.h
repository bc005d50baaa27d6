// SPDX-License-Identifier: Apache-2.0
// struct request: what the partition tree asks for, before anything is assigned.
#ifndef BULKHEAD_PLAN_REQUEST_H
#define BULKHEAD_PLAN_REQUEST_H

#include "lib/diag.h"
#include "lib/region.h"
#include "limits.h"
#include "rv/isa.h"
#include "rv/sbi_list.h"

enum last_stop { LAST_STOP_POWER_OFF, LAST_STOP_RESET, LAST_STOP_WAIT };

// A device of the board that is given to a guest whole. The partition tree gives path (or an alias, resolved when the board's tree is
// looked at); the rest is what the board's tree says.
struct device_request {
	struct region reg[MAX_DEVICE_REGS]; // physical; the guest finds them at the same addresses
	char path[MAX_DEVICE_PATH];
	uint16_t reset[MAX_DEVICE_REGS];      // offset in reg of a word that resets it by a 0 and then reads as 0; 0: not known
	uint16_t sources[MAX_DEVICE_SOURCES]; // at the board's S-mode wired interrupt controller
	uint8_t reg_count, source_count;
	bool reaches_board;                   // it may reset the board
	bool can_master;                      // it may read and write memory by itself, as far as is known
	bool bypasses_caches;                 // ... and need not look into the harts' caches
};

// What holds for a guest as long as it runs: all of a request that is known after the seal, but for its devices.
struct guest_rules {
	bool background;      // the board's run does not wait for its end; never true of all guests
	bool has_exit_budget; // max-exits-per-second was said
	uint32_t max_exits;    // in a second, all vcpus together
	uint32_t budget_after; // seconds after each start that the budget does not hold for
	bool ignore_hedeleg; // "hedeleg": do as if no exception could be delegated
	bool ignore_htinst;  // "htinst": do as if the hart never wrote it
	bool has_pmu_snapshots; // "pmu-snapshots": SBI PMU has them
	bool no_neighbour_counters; // "no-neighbour-counters": none that moves while its hart works for others
};

struct guest_request {
	char name[MAX_NAME];          // the node's name without unit address
	uint32_t hart_count;          // harts wanted
	bool harts_named;             // true: hart_ids[] are meant, vhartid order
	uint64_t memory_size;         // bytes
	gpa_t memory_base;
	bool direct_mapped;           // GPA == PA; memory_base is chosen by the plan unless host extents are named
	uint32_t host_count;          // explicit host extents, in GPA order; 0: the plan chooses
	char kernel[MAX_NAME];   // image names in the package
	char initrd[MAX_NAME];   // empty: none
	char fragment[MAX_NAME]; // empty: none
	uint32_t device_count;
	uint32_t fixed_count;
	bool trusted_dma;   // its devices may reach all memory: its owner says so
	bool may_reset;     // it may have devices that reset the whole board
	uint32_t models;    // set of enum model: the emulated devices it asks for
	bool wants_files;   // it is not to run without a guest interrupt file for each vcpu
	struct isa ignored; // extensions of ignore-features
	bool ignore_henvcfg; // "henvcfg": do as if the CSR did not exist
	uint32_t denied_sbi; // set of enum sbi_index: extensions this guest does not get
	bool ignore_aia;     // "aia": do as if Smaia/Ssaia did not exist
	struct guest_rules rules;
	// The large ones last: what lies within 2 KB of the start costs one instruction.
	struct region host[MAX_EXTENTS];
	uint64_t hart_ids[MAX_HARTS]; // machine numbers
	char bootargs[MAX_BOOTARGS];
	struct device_request devices[MAX_GUEST_DEVICES];
	char fixed[MAX_GUEST_FIXED][MAX_DEVICE_PATH]; // paths in the board's tree of what its devices need and has no registers
};

struct request {
	uint32_t guest_count;
	enum last_stop on_last_stop;
	bool colour; // console lines are coloured by guest
	struct guest_request guests[MAX_GUESTS];
};

// Takes into account that this image does not have some SBI extensions (set of enum sbi_index): they are denied to every guest, with all
// that hangs on them. False with *why where a guest asks for what needs one; words that only do without it are taken.
bool request_without(struct request *r, uint32_t absent_sbi, struct diag *why);

// Bytes that the guest's generated tree may have, fragment included; whole pages.
static inline uint64_t guest_tree_room(const struct guest_request *r)
{
	return MAX_GUEST_DTB + (uint64_t)(r->hart_count > GUEST_DTB_HARTS ? r->hart_count - GUEST_DTB_HARTS : 0) * GUEST_DTB_FOR_HART;
}

// The same of the guest that may have most.
static inline uint64_t largest_tree_room(const struct request *r)
{
	uint64_t most = MAX_GUEST_DTB;

	for (uint32_t i = 0; i < r->guest_count; i++)
		most = max_u64(most, guest_tree_room(&r->guests[i]));
	return most;
}

#endif
