// SPDX-License-Identifier: Apache-2.0
// Reads back what isolation rests on: that this hart keeps what is written to its CSRs, and nothing
// beside it, and that guests' accesses are translated. A hart that does not is given no guest.
#include "hart/hart.h"
#include "rv/csr.h"
#include "rv/guestmem.h"

#define GIB_SHIFT 30

struct seen {
	const char *name;
	uint64_t value;
};

// What was read back, and whether it is all of `must` and nothing beside `may`.
#define KEEPS(csr, text, must, may, seen) \
	((seen)->name = (text), (seen)->value = csr_read(csr), \
	 ((must) & ~(seen)->value) == 0 && ((seen)->value & ~(uint64_t)(may)) == 0)

void hart_find_csrs(struct hart *h)
{
	struct vcpu_config *c = &h->config;
	uint64_t ignored;

	c->has_hstateen = probe_hstateen0(&ignored) == 0;
	c->has_vstimecmp = probe_vstimecmp(&ignored) == 0;
	c->has_vsiselect = probe_vsiselect(&ignored) == 0;
	c->has_aia = probe_hvien(&ignored) == 0; // whether the tree says so or not
	c->has_senvcfg = probe_senvcfg(&ignored) == 0;
	c->has_jvt = probe_jvt(&ignored) == 0;
	c->has_scontext = probe_scontext(&ignored) == 0;
	c->has_ctr = clear_csr(0) == 0;
	for (uint64_t n = 1; n < CLEAR_CSRS; n++)
		clear_csr(n);
	if (probe_henvcfg(&ignored) != 0)
		c->has_henvcfg = false;
	else
		csr_write(CSR_HENVCFG, 0); // also where the guest is to do as if there were none
}

// Of the VMID as many bits as the core has (VMIDLEN, perhaps none): a hart has one guest for ever,
// so nothing depends on the rest.
static bool keeps_hgatp(uint64_t hgatp, struct seen *seen)
{
	uint64_t kept;

	csr_write(CSR_HGATP, hgatp | HGATP_VMID);
	kept = hgatp & (~HGATP_VMID | csr_read(CSR_HGATP));
	csr_write(CSR_HGATP, hgatp);
	hfence_gvma_all();
	return KEEPS(CSR_HGATP, "hgatp", kept, kept, seen);
}

// What a core does not delegate comes to us, and what it does not let through the guest goes
// without: only more would be wrong.
static bool keeps_csrs(const struct vcpu_config *c, uint64_t hedeleg, struct seen *seen)
{
	return KEEPS(CSR_HEDELEG, "hedeleg", 0, hedeleg, seen) &&
	       KEEPS(CSR_HIDELEG, "hideleg", IP_VS_ALL, IP_VS_ALL, seen) &&
	       KEEPS(CSR_HCOUNTEREN, "hcounteren", 0, c->hcounteren, seen) &&
	       (!c->has_henvcfg || KEEPS(CSR_HENVCFG, "henvcfg", 0, c->henvcfg, seen)) &&
	       (!c->has_hstateen ||
		KEEPS(CSR_HSTATEEN0, "hstateen0", 0, vcpu_hstateen0(c), seen));
}

// Where a core takes any mode, reading it back proves nothing: the guest's own memory is there, and
// where its table has nothing a fault of the G-stage says so, which no other translation raises.
static bool translates(const struct partition *p, const struct table *gstage, struct seen *seen)
{
	uint64_t nowhere = gstage->root_entries - 1, ignored;

	while (nowhere != 0 && gstage->root[nowhere] != 0)
		nowhere--;
	csr_write(CSR_VSATP, 0); // it has no value at reset, and a boot loader may have left one
	csr_set(CSR_HSTATUS, HSTATUS_SPVP); // as VS-mode: VU-mode's own state may still be a boot loader's
	seen->name = "inside";
	seen->value = guestmem_load(p->memory_base.addr, &ignored);
	if (seen->value != 0)
		return false;
	seen->name = "outside";
	seen->value = guestmem_load(nowhere << GIB_SHIFT, &ignored);
	return seen->value == CAUSE_LOAD_GUEST_PAGE_FAULT + 1;
}

bool hart_prove(struct hart *h, const struct partition *p, const struct table *gstage, struct diag *why)
{
	const struct vcpu_config *c = &h->config;
	uint64_t hedeleg = vcpu_program(c);
	struct seen seen;

	if (!keeps_hgatp(c->hgatp, &seen) || !keeps_csrs(c, hedeleg, &seen))
		return diag_set_u64(why, DIAG_HART_KEEPS, p->name, seen.name, seen.value);
	return translates(p, gstage, &seen) ||
	       diag_set_u64(why, DIAG_HART_GSTAGE, p->name, seen.name, seen.value);
}
