// SPDX-License-Identifier: Apache-2.0
// The hypervisor's timer on a hart: the deadline of a guest without Sstc, and of the console service.
#include "hart/hart.h"

#include "rv/csr.h"
#include "rv/firmware.h"

static void program_timer(struct hart *h)
{
	uint64_t next = min_u64(h->guest_deadline, h->service_deadline);

	if (h->use_stimecmp) {
		csr_write(CSR_STIMECMP, next);
	} else if (next == UINT64_MAX) {
		csr_clear(CSR_SIE, IP_STIP); // as good as a call of the firmware, which costs hundreds of instructions
		return;
	} else {
		fw_set_timer(next);
	}
	csr_set(CSR_SIE, IP_STIP);
}

void timer_set_guest(struct hart *h, uint64_t deadline)
{
	csr_clear(CSR_HVIP, IP_VSTIP);
	h->guest_deadline = deadline;
	program_timer(h);
}

void timer_service_within(struct hart *h, uint64_t ticks)
{
	uint64_t deadline = time_now() + ticks;

	if (deadline >= h->service_deadline)
		return;
	h->service_deadline = deadline;
	program_timer(h);
}

bool timer_expired(struct hart *h)
{
	uint64_t now = time_now();

	if (now >= h->guest_deadline) {
		h->guest_deadline = UINT64_MAX;
		csr_set(CSR_HVIP, IP_VSTIP);
	}
	if (now >= h->service_deadline)
		return true;
	program_timer(h);
	return false;
}

void timer_service_at(struct hart *h, uint64_t deadline)
{
	h->service_deadline = deadline;
	program_timer(h);
}
