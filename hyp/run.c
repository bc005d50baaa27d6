// SPDX-License-Identifier: Apache-2.0
// After the seal: every hart enters its table, the console, interrupts and guests are set up, and all harts meet in idle().
#include "run.h"

#include "console/console.h"
#include "exit/idle.h"
#include "guest/guest.h"
#include "guest/service.h"
#include "irq/irq.h"
#include "lib/log.h"
#include "rv/csr.h"
#include "rv/firmware.h"
#include "rv/guestmem.h"
#include "sbi/sbi.h"

// Every hart that has an owner, and the one that drains the console, meet in idle(); a guest starts when its harts are there.
static void start_harts(const struct machine *m, const struct plan *plan)
{
	for (uint32_t i = 0; i < m->hart_count; i++) {
		uint32_t owner = plan->hart_owner[i];
		struct hart *h = &harts[i];

		hart_configure(h, &m->harts[i], owner == HART_UNOWNED ? NULL : &plan->partitions[owner],
			       owner == HART_UNOWNED ? 0 : guest_hgatp(&guests[owner]));
		if (owner != HART_UNOWNED)
			sbi_init_vcpu(&h->vcpu, &plan->partitions[owner]);
		if (i == plan->console_hart)
			h->service_deadline = 0;
	}
	for (uint32_t i = 0; i < m->hart_count; i++) {
		struct hart *h = &harts[i];

		if (h == this_hart() || (h->guest == NULL && i != plan->console_hart))
			continue;
		if (fw_hart_start(h->hartid, PA((uintptr_t)secondary_start), (uintptr_t)h).error != SBI_SUCCESS) {
			log_error("hart", "hartid=%lu: the firmware does not start it", (unsigned long)h->hartid);
			guest_hart_missing(h);
			if (i == plan->console_hart) // somebody has to
				this_hart()->service_deadline = 0;
		}
	}
}

// Another hart's story, and the end of the boot hart's.
void secondary_main(struct hart *h)
{
	struct diag why;

	hart_take_over();
	if (!probe_h()) { // where idle() could not be either
		log_error("hart", "hartid=%lu: this hart has no hypervisor extension (h), which the boot hart has",
			  (unsigned long)h->hartid);
		guest_hart_missing(h);
		for (;;)
			fw_hart_stop();
	}
	if (!hart_init(h, h->guest == NULL ? NULL : h->guest->partition, h->guest == NULL ? NULL : &h->guest->gstage, &why)) {
		log_error("hart", "hartid=%lu node=%s property=%s value=\"%s\": %s",
			  (unsigned long)h->hartid, why.node, why.property, why.value,
			  diag_run_str(why.code));
		guest_hart_missing(h);
		while (!hart_settle(h)) // idle() would end the board with it
			fw_hart_stop();
	} else {
		irq_hart_init(h); // before the guest can start
		if (h->guest != NULL)
			guest_acknowledge_stop(h);
	}
	service_timer(h, SERVICE_BUDGET_IDLE); // programs the first deadline
	idle(h);
}

void run(const struct machine *m, const struct plan *plan, uint8_t *rings)
{
	struct hart *h = this_hart();

	hs_table_enter(h);
	sbi_report_missing();
	console_init(plan, service_keys, m->timebase, rings);
	irq_init(m);
	for (uint32_t i = 0; i < plan->partition_count; i++)
		guest_init(&guests[i], &plan->partitions[i]);
	start_harts(m, plan);
	if (h->guest == NULL && h->service_deadline == UINT64_MAX)
		fw_hart_stop(); // nobody's hart goes back to the firmware
	secondary_main(h);
}
