// SPDX-License-Identifier: Apache-2.0
// What a hart of a running guest does with messages, and how it waits for an interrupt on the guest's behalf.
#include "guest/guest.h"
#include "guest/service.h"
#include "irq/irq.h"
#include "rv/csr.h"

bool guest_handle_messages(struct hart *h, uint32_t messages)
{
	if (messages & MSG_IPI)
		guest_receive_ipi(h);
	if (messages & MSG_FENCE)
		hart_fence_answer(h, h->guest->partition);
	if (messages & MSG_SSE)
		h->vcpu.sbi.sse.deliver = true;
	if (messages & MSG_DEVICE)
		guest_update_devices(h->guest);
	if (messages & MSG_LINE)
		guest_apply_line(h);
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
	if (timer_is_due())
		service_timer(h, SERVICE_BUDGET_IDLE);
	if (pending & csr_read(CSR_SIE) & IP_SEIP)
		irq_external(h);
	return (pending & IP_SSIP) != 0 || hart_msg_waiting(h) ? hart_msg_take(h) : 0;
}

// An overflow that waits for HS-mode to hand it on ends the wait, too: that is done at the exit which then follows.
static bool has_interrupt(void)
{
	return (csr_read(CSR_VSIP) & csr_read(CSR_VSIE)) != 0 || (csr_read(CSR_SIP) & csr_read(CSR_SIE) & IP_LCOFIP) != 0;
}

// Lets a guest interrupt file be noticed here: QEMU's wfi in HS-mode looks at it no sooner. HS-mode is not interrupted by it
// (hie.SGEIE is 0).
static void watch_file(const struct hart *h, bool is_waiting)
{
	if (h->config.vgein != 0)
		csr_write(CSR_HGEIE, is_waiting ? 1ull << h->config.vgein : 0);
}

bool guest_wait_for_interrupt(struct hart *h)
{
	uint64_t begin = time_now();
	bool is_running = true;

	watch_file(h, true);
	while (is_running && !has_interrupt() && !h->vcpu.sbi.sse.deliver)
		is_running = guest_handle_messages(h, sleep(h));
	watch_file(h, false);
	if (!is_running)
		return false;
	h->vcpu.exit.begin += time_now() - begin; // the guest's own time
	return true;
}
