// SPDX-License-Identifier: Apache-2.0
// What the parts of plan_make share: the guest whose turn it is, and the placing of memory. For plan/ alone.
#ifndef BULKHEAD_PLAN_PLAN_TURN_H
#define BULKHEAD_PLAN_PLAN_TURN_H

#include "plan/plan.h"

#define MIB_2 0x200000ull
#define GIB_1 0x40000000ull
#define GPA_LIMIT (1ull << 41) // reach of Sv39x4

// One guest's turn: all helpers name it in their errors.
struct turn {
	const struct plan_input *in;
	struct plan *plan;
	struct region_set *free;
	struct partition *partition;
	struct diag *why;
};

// Fills *t->why with the guest's path; returns false.
bool turn_fail(const struct turn *t, enum diag_code code, const char *property, uint64_t value);

// The frames that r touches; frames wholly inside r when inwards.
struct region turn_frames(struct region r, bool inwards);

enum placement { PLACE_EXPLICIT, PLACE_DIRECT, PLACE_JOINED };

// Places the guests of one kind, largest first. False with *t->why.
bool turn_place_all(struct turn *t, enum placement kind);
// The first address from base on that is congruent to gpa modulo align.
uint64_t turn_congruent(uint64_t base, uint64_t gpa, uint64_t align);
// Bytes of r from that address on.
uint64_t turn_usable(struct region r, uint64_t gpa, uint64_t align);

// What the guest's devices may not be, and where they may not lie. After all memory is placed. False with *t->why.
bool turn_check_devices(const struct turn *t);
// Takes what is known of them after the seal into the partition. When all guests' are checked. False with *t->why.
bool turn_add_devices(const struct turn *t);
// Gives the guest its emulated devices and its interrupt controller, by p->is_wired. Boot only.
void turn_place_models(const struct turn *t);

#endif
