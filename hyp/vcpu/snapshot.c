// SPDX-License-Identifier: Apache-2.0
// The CSRs that say where the guest goes on: taken into memory when something of ours may overwrite them, and back.
#include "rv/csr.h"
#include "vcpu/vcpu.h"

struct exit *vcpu_snapshot(struct vcpu *v)
{
	struct exit *e = &v->exit;

	if (!e->is_live)
		return e;
	e->is_live = false;
	e->pc = csr_read(CSR_SEPC);
	e->sstatus = csr_read_clear(CSR_SSTATUS, SSTATUS_SDT); // a fault in rv/guestmem.S is none of a double trap's
	e->hstatus = csr_read(CSR_HSTATUS);
	e->length = 4;
	e->verdict = VERDICT_ADVANCE;
	return e;
}

void vcpu_write_back(struct vcpu *v)
{
	struct exit *e = &v->exit;

	csr_write(CSR_SEPC, e->pc);
	csr_write(CSR_SSTATUS, e->sstatus);
	csr_write(CSR_HSTATUS, e->hstatus);
	e->is_live = true;
}
