// SPDX-License-Identifier: Apache-2.0
// The table of harts, and the per-hart configuration of the H extension.
#include "hart/hart.h"

#include "lib/log.h"
#include "rv/csr.h"
#include "rv/guestmem.h"
#include "vcpu/offsets.h"

struct hart harts[MAX_HARTS];

_Static_assert(offsetof(struct hart, hs_save) == HART_SAVE, "vcpu/offsets.h");
_Static_assert(offsetof(struct hart, stack_top) == HART_STACK_TOP, "vcpu/offsets.h");
_Static_assert(offsetof(struct hart, satp) == HART_SATP, "vcpu/offsets.h");
_Static_assert(offsetof(struct hart, vcpu) == HART_VCPU, "vcpu/offsets.h");
_Static_assert(offsetof(struct vcpu, x) == 0, "vcpu/world.S");

void hart_table_init(const struct machine *m)
{
	for (uint32_t i = 0; i < m->hart_count; i++) {
		harts[i].index = i;
		harts[i].hartid = m->harts[i].hartid;
		harts[i].guest_deadline = UINT64_MAX;
		harts[i].service_deadline = UINT64_MAX;
		atomic_init(&harts[i].shared.state, HSM_STOPPED);
	}
}

// One row per henvcfg field that lets a guest use an extension: {extension, bits}. Adding a row is all an extension needs.
static const struct {
	enum isa_ext ext;
	uint64_t henvcfg;
} henvcfg_rows[] = {
	{ ISA_SSTC, HENVCFG_STCE },
	{ ISA_SVPBMT, HENVCFG_PBMTE },
	{ ISA_SVADU, HENVCFG_ADUE },
	// Invalidating would bring back what lay in memory before it was zeroed, so cbo.inval flushes.
	{ ISA_ZICBOM, HENVCFG_CBIE_FLUSH | HENVCFG_CBCFE },
	{ ISA_ZICBOZ, HENVCFG_CBZE },
};

void hart_probe(const struct machine_hart *desc, struct isa *enabled)
{
	uint64_t before, ignored;

	*enabled = (struct isa){ { 0 } };
	if (probe_henvcfg(&before) != 0)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(henvcfg_rows); i++) {
		uint64_t bits = henvcfg_rows[i].henvcfg;

		if (!isa_has(&desc->isa, henvcfg_rows[i].ext))
			continue;
		csr_write(CSR_HENVCFG, before | bits);
		if ((csr_read(CSR_HENVCFG) & bits) == bits)
			isa_set(enabled, henvcfg_rows[i].ext);
	}
	csr_write(CSR_HENVCFG, before);
	if (isa_has(enabled, ISA_SSTC) && probe_vstimecmp(&ignored) != 0)
		isa_clear(enabled, ISA_SSTC);
}

void hart_configure(struct hart *h, const struct machine_hart *desc, const struct partition *p, uint64_t hgatp)
{
	h->use_stimecmp = isa_has(&desc->isa, ISA_SSTC);
	if (p == NULL)
		return;
	h->config = (struct vcpu_config){
		.hgatp = hgatp,
		.has_henvcfg = p->use_henvcfg,
		.has_fp = isa_has(&desc->isa, ISA_D),
		.has_v = isa_has(&desc->isa, ISA_V),
	};
	for (size_t i = 0; i < ARRAY_SIZE(henvcfg_rows); i++)
		if (p->use_henvcfg && isa_has(&p->enabled, henvcfg_rows[i].ext))
			h->config.henvcfg |= henvcfg_rows[i].henvcfg;
	h->vcpu.use_vstimecmp = isa_has(&p->enabled, ISA_SSTC);
	// A guest that does without Sstc imitates a core without it: the hypervisor does without on these harts as well.
	h->use_stimecmp = h->use_stimecmp && h->vcpu.use_vstimecmp;
}

bool hart_init(struct hart *h)
{
	uint64_t ignored;

	h->use_stimecmp = h->use_stimecmp && probe_stimecmp(&ignored) == 0;
	csr_write(CSR_SIE, 0);
	if (h->use_stimecmp)
		csr_write(CSR_STIMECMP, UINT64_MAX);
	csr_set(CSR_SIE, IP_SSIP | IP_STIP);
	if (h->guest == NULL)
		return true;
	csr_write(CSR_HVIP, 0);
	csr_write(CSR_HIE, 0);
	h->config.has_hstateen = probe_hstateen0(&ignored) == 0;
	h->config.has_vstimecmp = probe_vstimecmp(&ignored) == 0;
	h->config.has_vsiselect = probe_vsiselect(&ignored) == 0;
	h->config.has_senvcfg = probe_senvcfg(&ignored) == 0;
	h->config.has_henvcfg = h->config.has_henvcfg && probe_henvcfg(&ignored) == 0;
	if (!h->config.has_henvcfg)
		return h->config.henvcfg == 0;
	csr_write(CSR_HENVCFG, h->config.henvcfg);
	return (csr_read(CSR_HENVCFG) & h->config.henvcfg) == h->config.henvcfg;
}

bool hart_move_state(struct hart *h, enum hsm_event event)
{
	uint32_t state = atomic_load(&h->shared.state);
	enum hsm_state next;

	do {
		if (!hsm_next((enum hsm_state)state, event, &next))
			return false;
	} while (!atomic_compare_exchange_weak(&h->shared.state, &state, (uint32_t)next));
	return true;
}
