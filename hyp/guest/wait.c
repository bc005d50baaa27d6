// SPDX-License-Identifier: Apache-2.0
// What a hart of a running guest does with messages, and how it waits for an interrupt on the guest's behalf.
#include "guest/guest.h"
#include "rv/csr.h"

bool guest_handle_messages(struct hart *h, uint32_t messages)
{
	if (messages & MSG_IPI)
		csr_set(CSR_HVIP, IP_VSSIP);
	if (messages & MSG_SSE)
		h->vcpu.sbi.sse.deliver = true;
	if ((messages & MSG_STOP) == 0)
		return true;
	guest_acknowledge_stop(h);
	return false;
}

// Sleeps until an interrupt for HS-mode, or one the guest waits for, is pending; then handles what is HS-mode's.
static uint32_t sleep(struct hart *h)
{
	uint64_t pending;

	wfi();
	pending = csr_read(CSR_SIP);
	if (pending & IP_STIP)
		timer_expired(h, TIMER_BUDGET_IDLE);
	return pending & IP_SSIP ? hart_msg_take(h) : 0;
}

bool guest_wait_for_interrupt(struct hart *h)
{
	while ((csr_read(CSR_HIP) & csr_read(CSR_HIE) & IP_VS_ALL) == 0 && !h->vcpu.sbi.sse.deliver)
		if (!guest_handle_messages(h, sleep(h)))
			return false;
	return true;
}
