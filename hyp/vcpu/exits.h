// SPDX-License-Identifier: Apache-2.0
// What exits have cost, and what their causes are called. Any hart may ask about any vcpu.
#ifndef BULKHEAD_VCPU_EXITS_H
#define BULKHEAD_VCPU_EXITS_H

#include "vcpu/vcpu.h"

// Adds a vcpu's counts to *sum. They may be moving: each is a whole number, together they are of no one moment.
void exits_add(struct exit_counts *sum, const struct vcpu *v);
// All exits of *c.
uint64_t exits_all(const struct exit_counts *c);
// The name of a counter's cause; "other" of those the specifications reserve.
const char *exits_name(uint32_t counter);
// Logs them: `info guest name=... event=exits all=... <cause>=... ticks=...`, in several such lines where one has no room.
// vcpu -1: of the whole guest. Never more than EXITS_LOG_MAX bytes.
void exits_log(const char *guest, int vcpu, const struct exit_counts *c);

#define EXITS_LOG_MAX 2048

#endif
