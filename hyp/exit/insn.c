// SPDX-License-Identifier: Apache-2.0
// Instructions of the guest that have to be looked at: fetched as the guest sees them; and those that H takes away from it.
#include "exit/decode.h"
#include "exit/exit.h"
#include "hart/hart.h"
#include "rv/csr.h"
#include "rv/guestmem.h"

// The hart's own fetches may lag behind memory and tables until it fences, which ours have not.
enum verdict exit_retry(void)
{
	hfence_vvma_all();
	fence_i();
	return VERDICT_RESUME;
}

// A compressed instruction at the end of a page must not touch the next one; an aligned word lies in one page.
bool exit_fetch(struct exit *e, uint32_t *insn, enum verdict *verdict)
{
	uint32_t high = 0;
	uint64_t fault;

	if (e->pc & 2) {
		fault = guestmem_fetch(GVA(e->pc), insn);
		if (fault == 0 && insn_length(*insn) == 4)
			fault = guestmem_fetch(GVA(e->pc + 2), &high);
		*insn |= high << 16;
	} else {
		fault = guestmem_fetch_word(GVA(e->pc), insn);
	}
	if (fault == 0) {
		e->length = insn_length(*insn);
		return true;
	}
	*verdict = exit_retry();
	return false;
}

// Where the firmware lets HS-mode set up counters itself (Smcdeleg, menvcfg.CDE), a guest's read of scountovf is ours to answer
// ("Virtualizing scountovf"); in VS-mode only, and only when the guest has it.
#define READ_SCOUNTOVF 0xda002073u // csrr x0, scountovf; csrrs, csrrc and their immediate forms without bits to change are the same
#define READ_SCOUNTOVF_ANY 0x5f80u // any of those, any rd

static bool read_scountovf(struct vcpu *v, const struct exit *e, uint32_t insn)
{
	const struct vcpu_config *config = &hart_of_vcpu(v)->config;
	uint32_t rd = insn >> 7 & 31;
	uint64_t value;

	if ((insn & ~READ_SCOUNTOVF_ANY) != READ_SCOUNTOVF || config->lcofi == LCOFI_NONE || (e->sstatus & SSTATUS_SPP) == 0 ||
	    probe_scountovf(&value) != 0)
		return false;
	if (rd != 0)
		v->x[rd] = value & config->hcounteren;
	return true;
}

// The priorities of major interrupts (AIA, "Major interrupt priorities"): a VS-mode hart has hviprio1 and 2 for them, which are left
// alone, so the guest's iprio array is one of read-only zeros.
#define INSN_SYSTEM 0x73u
#define IPRIO_FIRST 0x30u
#define IPRIO_LAST 0x3fu

static bool access_iprio(struct vcpu *v, const struct exit *e, uint32_t insn)
{
	uint32_t rd = insn >> 7 & 31;
	uint64_t select;

	if ((insn & 0x7f) != INSN_SYSTEM || (insn >> 12 & 3) == 0 || insn >> 20 != CSR_SIREG ||
	    hart_of_vcpu(v)->config.vgein == 0 || (e->sstatus & SSTATUS_SPP) == 0)
		return false;
	select = csr_read(CSR_VSISELECT);
	if (select < IPRIO_FIRST || select > IPRIO_LAST || (select & 1) != 0) // RV64 has the even ones
		return false;
	if (rd != 0)
		v->x[rd] = 0;
	return true;
}

// H is hidden from guests, so whatever H makes a virtual instruction is an illegal one on the guest's machine. stval may be
// stale there (facts differ by core), so the instruction is read again.
enum verdict exit_virtual_instruction(struct vcpu *v, struct exit *e)
{
	uint32_t insn;
	enum verdict verdict;

	if (!exit_fetch(e, &insn, &verdict))
		return verdict;
	if (read_scountovf(v, e, insn) || access_iprio(v, e, insn))
		return VERDICT_ADVANCE;
	v->sbi.pmu.events[SBI_PMU_FW_ILLEGAL_INSN]++; // the firmware counts those that M-mode takes
	return exit_inject(e, CAUSE_ILLEGAL_INSTRUCTION, e->length == 2 ? insn & 0xffff : insn);
}
