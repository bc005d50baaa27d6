// SPDX-License-Identifier: Apache-2.0
// SBI client: what the hypervisor asks of the firmware beneath it. HS-mode, any hart unless said otherwise.
// fw_init() finds out what there is; calls that the firmware lacks answer SBI_ERR_NOT_SUPPORTED.
#ifndef BULKHEAD_RV_FIRMWARE_H
#define BULKHEAD_RV_FIRMWARE_H

#include "lib/types.h"

struct fw_ret {
	long error; // SBI_SUCCESS or SBI_ERR_*
	uint64_t value;
};

// Probes the firmware's version and extensions. Boot hart, once.
void fw_init(void);
// Whether the firmware drives a console of its own, where it may say something by itself. As fw_init() found it.
bool fw_has_console(void);
// Whether it can be asked whether it resets and shuts down. As fw_init() found it.
bool fw_has_reset(void);
// Whether the firmware has an extension of those that guests' extensions rest on (PMU, FWFT, DBTR). As fw_init() found it.
bool fw_has_pmu(void);
bool fw_has_fwft(void);
bool fw_has_dbtr(void);
uint64_t fw_spec_version(void);
uint64_t fw_impl_id(void);
uint64_t fw_impl_version(void);
uint64_t fw_mvendorid(void);
uint64_t fw_marchid(void);
uint64_t fw_mimpid(void);

// One call of these extensions about this hart; arguments as in SBI 3.0.
struct fw_ret fw_pmu(uint64_t fid, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e);
struct fw_ret fw_fwft(uint64_t fid, uint64_t feature, uint64_t value, uint64_t flags);
struct fw_ret fw_dbtr(uint64_t fid, uint64_t a, uint64_t b, uint64_t c);
struct fw_ret fw_sse(uint64_t fid, uint64_t event_id);

// Programs this hart's STIP; clears a pending one.
void fw_set_timer(uint64_t deadline);
// Raises SSIP at the harts of mask, counted from machine hart id base.
void fw_send_ipi(uint64_t mask, uint64_t base);
// SBI RFENCE with one of SBI_RFENCE_FENCE_I, HFENCE_VVMA, HFENCE_VVMA_ASID; returns when every target has fenced. HFENCE
// kinds act on the VMID of this hart's hgatp.
struct fw_ret fw_remote_fence(uint64_t fid, uint64_t mask, uint64_t base, uint64_t start, uint64_t size, uint64_t asid);
struct fw_ret fw_hart_start(uint64_t hartid, pa_t entry, uint64_t opaque);
// Hands this hart back to the firmware; returns only when the firmware refuses.
void fw_hart_stop(void);
// Resets or shuts down the board; returns only when the firmware cannot.
void fw_system_reset(uint32_t type, uint32_t reason);
// Writes up to size bytes to the firmware's console, returns how many were taken (at least 1 without DBCN).
size_t fw_console_write(const char *s, size_t size);
// One byte from the firmware's console, or -1.
int fw_console_read(void);

#endif
