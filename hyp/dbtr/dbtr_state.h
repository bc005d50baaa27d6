// SPDX-License-Identifier: Apache-2.0
// Debug triggers of one hart as its guest sees them (SBI 3.0, "Debug Triggers Extension (EID #0x44425452 "DBTR")"), over the
// firmware's DBTR, which sees VS and VU where the guest sees S and U.
#ifndef BULKHEAD_DBTR_DBTR_STATE_H
#define BULKHEAD_DBTR_DBTR_STATE_H

#include "lib/types.h"

#define DBTR_MAX 16 // triggers of one hart; more than that are not handed out
#define DBTR_NO_SHMEM UINT64_MAX

// One entry of shared memory: trig_state or trig_idx, tdata1, tdata2, tdata3.
struct dbtr_entry {
	uint64_t word[4];
};

struct dbtr_ret {
	long error;
	uint64_t value;
};

// Triggers keep the numbers that the firmware gives them.
struct dbtr {
	uint64_t count;         // trig_max
	uint64_t guest_shmem;   // GPA, or DBTR_NO_SHMEM
	uint32_t installed;     // set of trig_idx
	uint8_t kind[DBTR_MAX]; // of those: what no update may change, dbtr_kind() of tdata1
	// One call of the firmware's extension. Entries are handed over in `shared`, which is the shared memory it was given.
	struct dbtr_ret (*firmware)(uint64_t fid, uint64_t a, uint64_t b);
	struct dbtr_entry shared[DBTR_MAX];
};

// Turns a guest's tdata1 into the machine's. SBI_SUCCESS; or why not: SBI_ERR_INVALID_PARAM, SBI_ERR_NOT_SUPPORTED, or
// SBI_ERR_FAILED for a type that no trigger of a guest can have (*tdata1 untouched).
long dbtr_to_machine(uint64_t *tdata1, uint64_t tdata3);
// The machine's tdata1 as the guest sees it.
uint64_t dbtr_to_guest(uint64_t tdata1);

// The functions of the extension; error and value are the call's. `entries` are copies of the guest's shared memory: install
// writes the trig_idx of what it has installed, those before the failing one too. Read leaves its answer in d->shared.
uint64_t dbtr_num_triggers(struct dbtr *d, uint64_t tdata1);
struct dbtr_ret dbtr_read(struct dbtr *d, uint64_t base, uint64_t count);
struct dbtr_ret dbtr_install(struct dbtr *d, struct dbtr_entry *entries, uint64_t count);
struct dbtr_ret dbtr_update(struct dbtr *d, const struct dbtr_entry *entries, uint64_t count);
// fid: SBI_DBTR_UNINSTALL_TRIGGERS, _ENABLE_ or _DISABLE_.
struct dbtr_ret dbtr_change(struct dbtr *d, uint64_t fid, uint64_t base, uint64_t mask);
// Uninstalls whatever is installed.
void dbtr_reset(struct dbtr *d);

#endif
