// SPDX-License-Identifier: Apache-2.0
// A hart outside its guest: does its part for the guest's next life (exit/life.c), serves the console, and ends the board's run when the
// last guest has stopped.
#include "exit/idle.h"

#include "console/console.h"
#include "exit/life.h"
#include "guest/guest.h"
#include "guest/service.h"
#include "irq/imsic.h"
#include "irq/irq.h"
#include "lib/log.h"
#include "lib/panic.h"
#include "rv/csr.h"
#include "rv/firmware.h"

// The hart that drains the console does what the plan wants when no guest runs any more and everything has been said.
static void end_of_run(void)
{
	static bool said;

	guest_stop_background();
	if (!guest_all_off())
		return;
	if (!said) {
		static const char *const words[] = { "power-off", "reset", "wait" };

		said = true;
		log_info("run", "event=last-guest-stopped action=%s failed=%u", words[the_plan->on_last_stop],
			 (unsigned)guest_failures());
		return;
	}
	if (the_plan->on_last_stop == LAST_STOP_WAIT || !console_is_idle())
		return;
	board_end(the_plan->on_last_stop == LAST_STOP_RESET ? SBI_RESET_COLD_REBOOT : SBI_RESET_SHUTDOWN,
		  guest_failures() != 0 ? SBI_RESET_REASON_SYSTEM_FAILURE : SBI_RESET_REASON_NONE);
}

// With the kick, which would make a guest that is entered now leave again for nothing.
static uint32_t take_messages(struct hart *h)
{
	imsic_take_kick(h);
	return hart_msg_take(h);
}

_Noreturn void idle(struct hart *h)
{
	hart_leave_guest(h);
	if (h->guest != NULL)
		life_reset(h, LIFE_HART_LEAVES);
	for (;;) {
		uint32_t messages = take_messages(h);

		if (h->guest != NULL) {
			if (messages & MSG_FENCE) // they may fence this hart, whatever its state
				hart_fence_answer(h, h->guest->partition);
			if (messages & MSG_DEVICE) // the guest's other harts may run
				guest_update_devices(h->guest);
			if (life_go_on(h, messages))
				vcpu_enter(&h->vcpu);
		}
		if (h->service_deadline != UINT64_MAX) {
			end_of_run();
			if (guest_all_off())
				timer_service_within(h, console_busy_ticks());
		}
		wfi();
		if (csr_read(CSR_SIP) & csr_read(CSR_SIE) & IP_SEIP)
			irq_external(h);
		if (timer_is_due())
			service_timer(h, SERVICE_BUDGET_IDLE);
	}
}
