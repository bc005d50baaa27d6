// SPDX-License-Identifier: Apache-2.0
// Guest memory by guest physical address: translation off for the moment, and on again on every path.
#include "guest/guest_memory.h"

#include "rv/csr.h"
#include "rv/guestmem.h"

struct gpa_access gpa_begin(void)
{
	struct gpa_access a = { csr_read(CSR_VSATP), csr_read(CSR_HSTATUS), 0 };

	vcpu_snapshot(&this_hart()->vcpu);
	if (this_hart()->config.fwft & HENVCFG_PMM) {
		a.henvcfg = csr_read(CSR_HENVCFG) & HENVCFG_PMM;
		csr_clear(CSR_HENVCFG, HENVCFG_PMM);
	}
	csr_write(CSR_VSATP, 0);
	csr_set(CSR_HSTATUS, HSTATUS_SPVP);
	return a;
}

void gpa_end(struct gpa_access a)
{
	csr_write(CSR_VSATP, a.vsatp);
	csr_write(CSR_HSTATUS, a.hstatus);
	if (a.henvcfg != 0)
		csr_set(CSR_HENVCFG, a.henvcfg);
}

bool gpa_is_shmem(const struct guest *g, uint64_t low, uint64_t high, uint64_t size)
{
	return high == 0 && guest_owns_memory(g, GPA(low), size);
}

void gpa_read(gpa_t gpa, void *to, uint64_t size)
{
	struct gpa_access access = gpa_begin();
	uint64_t *words = to;

	for (uint64_t i = 0; i < size / 8; i++)
		if (guestmem_load(gpa.addr + 8 * i, &words[i]) != 0)
			words[i] = 0; // by a trigger of the guest's at most: what was there before is ours
	gpa_end(access);
}

void gpa_write(gpa_t gpa, const void *from, uint64_t size)
{
	struct gpa_access access = gpa_begin();
	const uint64_t *words = from;

	for (uint64_t i = 0; i < size / 8; i++)
		guestmem_store(gpa.addr + 8 * i, words[i]);
	gpa_end(access);
}
