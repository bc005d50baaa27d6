// SPDX-License-Identifier: Apache-2.0
// The hypervisor's own address space: identity-mapped and W^X in the lower half, shared by all harts; in the upper half of
// each hart's own root the window, which is empty but while that hart loads its guest.
#include "hart/hart.h"

#include "lib/panic.h"
#include "rv/csr.h"
#include "rv/guestmem.h"

#define WINDOW_BASE 0xffffffc000000000ull // virtual address of root entry 256 under Sv39
#define GIB_SHIFT 30

void hs_table_enter(struct hart *h)
{
	sfence_vma_all();
	csr_write(CSR_SATP, h->satp);
	sfence_vma_all();
}

// G-stage entries have the format of Sv39's with U set, so the window is the guest's own lower tables under our root: it
// shows exactly what the guest can reach, and nothing of it is executable for us (S-mode never executes U pages).
void *window_open(struct hart *h, const struct table *gstage, gpa_t base, uint64_t size)
{
	uint64_t first = base.addr >> GIB_SHIFT;
	uint64_t last = (base.addr + size - 1) >> GIB_SHIFT;

	ASSERT(last - first < WINDOW_GIBS && last < gstage->root_entries);
	for (uint64_t i = first; i <= last; i++)
		h->root[HS_ROOT_WINDOW + i - first] = gstage->root[i];
	sfence_vma_all();
	csr_set(CSR_SSTATUS, SSTATUS_SUM);
	return (void *)(uintptr_t)(WINDOW_BASE + base.addr - (first << GIB_SHIFT));
}

void window_close(struct hart *h)
{
	csr_clear(CSR_SSTATUS, SSTATUS_SUM);
	for (uint32_t i = HS_ROOT_WINDOW; i < HS_ROOT_ENTRIES; i++)
		h->root[i] = 0;
	sfence_vma_all();
	csr_set(CSR_SSTATUS, SSTATUS_SUM); // so that only the missing mapping can make the probes fail
	for (uint32_t i = HS_ROOT_WINDOW; i < HS_ROOT_ENTRIES; i++)
		ASSERT(probe_load(WINDOW_BASE + ((uint64_t)(i - HS_ROOT_WINDOW) << GIB_SHIFT)) != 0);
	csr_clear(CSR_SSTATUS, SSTATUS_SUM);
}
