// SPDX-License-Identifier: Apache-2.0
// Accesses that may fault: guest memory through HLV/HLVX/HSV, and probes of CSRs and addresses.
// Each routine is a leaf of rv/guestmem.S between __may_fault_start and __may_fault_end; a trap there makes it return at once.
// All: HS-mode, any hart, tp valid. They return 0, or scause + 1 of the trap. After a fault stval and htval hold its
// addresses, and sepc, sstatus.SPP and hstatus.SPV are clobbered: vcpu_snapshot() comes first, or the fault is a panic.
#ifndef BULKHEAD_RV_GUESTMEM_H
#define BULKHEAD_RV_GUESTMEM_H

#include "lib/types.h"

// The instruction halfword at a guest virtual address, with execute permission, at hstatus.SPVP's privilege.
uint64_t guestmem_fetch(gva_t pc, uint32_t *halfword);
// The same for a whole word; pc is a multiple of 4.
uint64_t guestmem_fetch_word(gva_t pc, uint32_t *word);
// One byte or eight aligned bytes as the guest would load or store them: with vsatp Bare, addr is a GPA.
uint64_t guestmem_load_byte(uint64_t addr, uint8_t *value);
uint64_t guestmem_store_byte(uint64_t addr, uint8_t value);
uint64_t guestmem_load(uint64_t addr, uint64_t *value);
uint64_t guestmem_store(uint64_t addr, uint64_t value);

// Reads through HS's own translation; for proving that an address is not mapped.
uint64_t probe_load(uint64_t va);
// Zeroes the cache block of va, which HS-mode may where the hart has Zicboz and the firmware lets it (menvcfg.CBZE).
uint64_t probe_zero_block(void *va);
// Flushes it, which HS-mode may where the hart has Zicbom and the firmware lets it (menvcfg.CBCFE).
uint64_t probe_flush_block(void *va);
// Whether this hart has the H extension: whether hgatp can be read. Interrupts are off; not one of the above, may be called anywhere.
bool probe_h(void);
// Reads of CSRs that early cores lack.
uint64_t probe_henvcfg(uint64_t *value);
uint64_t probe_hstateen0(uint64_t *value);
uint64_t probe_stimecmp(uint64_t *value);
uint64_t probe_vstimecmp(uint64_t *value);
uint64_t probe_vsiselect(uint64_t *value);
uint64_t probe_senvcfg(uint64_t *value);
uint64_t probe_ssp(uint64_t *value);
uint64_t probe_jvt(uint64_t *value);
uint64_t probe_scontext(uint64_t *value);
uint64_t probe_cycle(uint64_t *value);
uint64_t probe_hvien(uint64_t *value);
uint64_t probe_scountovf(uint64_t *value);
uint64_t probe_stopei(uint64_t *value); // claims nothing
// The counter CSR cycle + index, index < 32.
uint64_t probe_counter(uint64_t index, uint64_t *value);

// Clears CSR number n < CLEAR_CSRS of those that some harts have, that no guest can reach or change
// and would notice all the same, if a boot loader has left anything in them. The first is sctrctl.
#define CLEAR_CSRS 11
uint64_t clear_csr(uint64_t n);

// The cycle counter, or 0 where the firmware keeps it from us. For reports only.
static inline uint64_t probe_cycle_now(void)
{
	uint64_t now;

	return probe_cycle(&now) == 0 ? now : 0;
}

#endif
