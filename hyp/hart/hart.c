// SPDX-License-Identifier: Apache-2.0
// The table of harts, and the per-hart configuration of the H extension.
#include "hart/hart.h"

#include "hart/henvcfg_list.h"
#include "lib/log.h"
#include "lib/panic.h"
#include "rv/csr.h"
#include "rv/firmware.h"
#include "rv/guestmem.h"
#include "hart/offsets.h"

struct hart harts[MAX_HARTS];

_Static_assert(offsetof(struct hart, hs_save) == HART_SAVE, "hart/offsets.h");
_Static_assert(offsetof(struct hart, stack_top) == HART_STACK_TOP, "hart/offsets.h");
_Static_assert(offsetof(struct hart, satp) == HART_SATP, "hart/offsets.h");
_Static_assert(offsetof(struct hart, vcpu) == HART_VCPU, "hart/offsets.h");
_Static_assert(offsetof(struct vcpu, x) == 0, "exit/world.S");
_Static_assert(offsetof(struct vcpu, exit.is_live) == VCPU_IS_LIVE, "hart/offsets.h");

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

// One row per henvcfg field that lets a guest use an extension (hart/henvcfg_list.h).
static const struct henvcfg_row {
	uint64_t henvcfg;
	uint8_t ext; // enum isa_ext
	uint8_t when;
	uint8_t feature;
} henvcfg_rows[] = {
#define HENVCFG_ROW(field, ext, when, feature) { field, ISA_##ext, when, feature },
	HENVCFG_LIST(HENVCFG_ROW)
#undef HENVCFG_ROW
};

void hart_leave_guest(struct hart *h)
{
	bool is_settled = hart_settle(h);

	h->vcpu.exit.is_live = false; // no guest here any more
	ASSERT(is_settled);
}

static bool sticks(uint64_t bits)
{
	csr_write(CSR_HENVCFG, bits);
	return (csr_read(CSR_HENVCFG) & bits) == bits;
}

// Whether this hart's henvcfg takes a row; leaves anything in henvcfg. What the firmware is asked to
// switch on beneath stays on where it is wanted, and is harmless to HS-mode: its tables have A and D
// set and no shadow-stack pages, and SDT is cleared before a fault is expected (vcpu_snapshot(),
// hart_settle()). LPE it is never asked for: HS-mode has no landing pads.
static bool takes(const struct henvcfg_row *row, bool is_wanted)
{
	bool is_taken = sticks(row->henvcfg);

	if (is_taken || row->when != ON_CALL_BENEATH ||
	    fw_fwft(SBI_FWFT_SET, row->feature, 1, 0).error != SBI_SUCCESS)
		return is_taken;
	is_taken = sticks(row->henvcfg);
	if (!is_taken || !is_wanted)
		fw_fwft(SBI_FWFT_SET, row->feature, 0, 0);
	return is_taken;
}

// Whether this hart has the guest interrupt file that guests are given, and lets them reach it.
static bool has_guest_file(void)
{
	uint64_t before, ignored;
	bool has;

	if (probe_vsiselect(&ignored) != 0)
		return false;
	csr_write(CSR_HGEIE, 1ull << GUEST_FILE);
	has = csr_read(CSR_HGEIE) != 0;
	csr_write(CSR_HGEIE, 0);
	if (probe_hstateen0(&before) != 0)
		return has; // nothing stands in the way
	csr_write(CSR_HSTATEEN0, HSTATEEN0_FILE);
	has &= (csr_read(CSR_HSTATEEN0) & HSTATEEN0_FILE) == HSTATEEN0_FILE;
	csr_write(CSR_HSTATEEN0, before);
	return has;
}

void hart_probe(const struct machine_hart *desc, struct isa *enabled)
{
	uint64_t before, ignored;

	*enabled = (struct isa){ { 0 } };
	if (isa_has(&desc->isa, ISA_ZIHPM) && (counters_probe().hardware & HCOUNTEREN_HPM) != 0)
		isa_set(enabled, ISA_ZIHPM);
	if (isa_has(&desc->isa, ISA_SSCOFPMF) && fw_has_pmu() && lcofi_probe() != LCOFI_NONE)
		isa_set(enabled, ISA_SSCOFPMF);
	if (isa_has(&desc->isa, ISA_SSAIA) && has_guest_file())
		isa_set(enabled, ISA_SSAIA);
	if (probe_henvcfg(&before) != 0)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(henvcfg_rows); i++)
		if (isa_has(&desc->isa, henvcfg_rows[i].ext) && takes(&henvcfg_rows[i], false))
			isa_set(enabled, henvcfg_rows[i].ext);
	csr_write(CSR_HENVCFG, before);
	if (!hart_redirects()) // a guest's double trap is M-mode's
		isa_clear(enabled, ISA_SSDBLTRP);
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
		.hcounteren = HCOUNTEREN_TM | (p->rules.no_neighbour_counters ? 0 : HCOUNTEREN_CY | HCOUNTEREN_IR) |
			      (isa_has(&p->enabled, ISA_ZIHPM) ? HCOUNTEREN_HPM : 0),
		.vgein = p->file_ids != 0 ? GUEST_FILE : 0,
		.lcofi = isa_has(&p->enabled, ISA_SSCOFPMF) ? LCOFI_INJECTED : LCOFI_NONE,
		.delegates = !p->rules.ignore_hedeleg,
		.uses_htinst = !p->rules.ignore_htinst,
		.has_henvcfg = p->use_henvcfg,
		.has_fp = isa_has_float(&desc->isa),
		.has_v = isa_has_vector(&desc->isa),
	};
	for (size_t i = 0; i < ARRAY_SIZE(henvcfg_rows); i++) {
		const struct henvcfg_row *row = &henvcfg_rows[i];

		if (!p->use_henvcfg || !isa_has(&p->enabled, row->ext))
			continue;
		if (row->when != ON_RESET)
			h->config.fwft |= row->henvcfg;
		// Svadu alone in a guest's tree is on from reset (riscv,isa-extensions); beside Svade it waits for the guest's call.
		if (row->when == ON_RESET || (row->ext == ISA_SVADU && !isa_has(&p->isa, ISA_SVADE)))
			h->config.henvcfg |= row->henvcfg;
	}
	h->vcpu.use_vstimecmp = isa_has(&p->enabled, ISA_SSTC);
	// A guest that does without Sstc imitates a core without it: the hypervisor does without on these harts as well.
	h->use_stimecmp = h->use_stimecmp && h->vcpu.use_vstimecmp;
}

// Which of the planned features this very hart has, and the firmware's part of them.
static void probe_fwft(struct hart *h)
{
	uint64_t found = 0, ignored;

	for (size_t i = 0; i < ARRAY_SIZE(henvcfg_rows); i++) {
		uint64_t bits = henvcfg_rows[i].henvcfg;

		if ((h->config.fwft & bits) == bits && takes(&henvcfg_rows[i], true))
			found |= bits;
	}
	if ((found & HENVCFG_DTE) != 0 && !hart_redirects())
		found &= ~HENVCFG_DTE;
	h->config.fwft = found;
	h->config.has_ssp = (found & HENVCFG_SSE) != 0 && probe_ssp(&ignored) == 0;
	h->vcpu.has_sdt = (found & HENVCFG_DTE) != 0;
}

bool hart_init(struct hart *h, const struct partition *p, const struct table *gstage, struct diag *why)
{
	uint64_t ignored;

	diag_set(why, DIAG_HART_LACKS, "", "", "");
	if (!hart_settle(h))
		return false;
	h->use_stimecmp = h->use_stimecmp && probe_stimecmp(&ignored) == 0;
	csr_write(CSR_SIE, 0);
	if (h->use_stimecmp)
		csr_write(CSR_STIMECMP, UINT64_MAX);
	csr_set(CSR_SIE, IP_SSIP | IP_STIP);
	if (p == NULL)
		return true;
	if (!counters_init(h) || (h->config.vgein != 0 && !has_guest_file()))
		return false;
	h->config.delegates = h->config.delegates || !hart_redirects(); // what M-mode gives to VS-mode arrives
	hart_find_csrs(h);
	if (!h->config.has_henvcfg)
		return h->config.henvcfg == 0 && hart_prove(h, p, gstage, why);
	probe_fwft(h);
	return sticks(h->config.henvcfg) && hart_prove(h, p, gstage, why);
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
