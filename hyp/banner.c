// SPDX-License-Identifier: Apache-2.0
// The boot banner: the board, the firmware beneath, the plan, and what each phase of the boot cost.
#include <libfdt.h>
#include <stdio.h>

#include "boot.h"
#include "dbtr/dbtr.h"
#include "guest/service.h"
#include "lib/log.h"
#include "pmu/pmu.h"
#include "rv/csr.h"
#include "rv/firmware.h"
#include "rv/guestmem.h"
#include "rv/room_list.h"
#include "sse/sse.h"

#define MAX_PHASES 8

static struct {
	uint64_t start;
	uint32_t count;
	const char *names[MAX_PHASES];
	uint64_t ends[MAX_PHASES];
	uint64_t printing; // cycles spent in printing, in no phase
} phases;

uint64_t fdt_size(const void *fdt)
{
	return fdt_totalsize(fdt);
}

void banner_phase(const char *name)
{
	if (phases.count == MAX_PHASES)
		return;
	phases.names[phases.count] = name;
	phases.ends[phases.count++] = probe_cycle_now() - phases.printing;
}

void banner_begin(void)
{
	phases.start = probe_cycle_now();
}

static const char *irqchip_text(const struct machine *m)
{
	static const char *const names[] = { "none", "PLIC", "APLIC", "APLIC+IMSIC" };

	return names[m->irqchip];
}

// The rooms that were left out when this image was built, if any.
static void tell_absent(void)
{
#define ROOM_AND(room, extensions) && room##_is_linked
#define ROOM_FORMAT(room, extensions) "%s"
#define ROOM_NAME(room, extensions) , room##_is_linked ? "" : " " #room
	if (!(true ROOM_LIST(ROOM_AND)))
		log_line("image     built without" ROOM_LIST(ROOM_FORMAT) ROOM_LIST(ROOM_NAME));
#undef ROOM_AND
#undef ROOM_FORMAT
#undef ROOM_NAME
}

void banner_head(const struct machine *m, uint64_t hartid)
{
	uint64_t sbi = fw_spec_version(), impl = fw_impl_version(), begin = probe_cycle_now();

	log_text("\nBulkhead: one board, watertight partitions\n");
	log_line("board     %s, %u harts, booted on hart %lu, interrupts by %s", m->model, (unsigned)m->hart_count,
		 (unsigned long)hartid, irqchip_text(m));
	if (m->irqchip == IRQCHIP_IMSIC)
		log_line("          IMSICs with room for %u guest interrupt files per hart", (unsigned)m->imsic_guest_files);
	log_line("firmware  %s %lu.%lu, SBI %lu.%lu", fw_impl_id() == 1 ? "OpenSBI" : "SBI firmware",
		 (unsigned long)(impl >> 16), (unsigned long)(impl & 0xffff), (unsigned long)(sbi >> 24),
		 (unsigned long)(sbi & 0xffffff));
	tell_absent();
	if (fw_has_console())
		log_line("          prints on a console of its own: a guest can make it (README, \"What a firmware beneath cannot give\")");
	phases.printing += probe_cycle_now() - begin;
}

void banner_plan(const struct plan_input *in, const struct plan *plan, char *buf, size_t size)
{
	uint64_t begin = probe_cycle_now();

	plan_str(in, plan, buf, size);
	log_text(buf);
	phases.printing += probe_cycle_now() - begin;
}

static void tell_keys(void)
{
	const char *separator = "console   ";

	for (const struct mux_key *k = service_keys; k->first != 0; k++) {
		char line[64], last[] = { '.', '.', (char)k->last, '\0' };

		if (k->what == NULL)
			continue;
		snprintf(line, sizeof(line), "%sCtrl-] %c%s: %s", separator, k->first, k->first != k->last ? last : "", k->what);
		log_text(line);
		separator = ", ";
	}
	log_text("\n");
}

void banner_end(void)
{
	uint64_t last = phases.start, begin = probe_cycle_now();

	for (uint32_t i = 0; i < phases.count; i++) {
		log_info("boot", "phase=%s instructions=%lu", phases.names[i], (unsigned long)(phases.ends[i] - last));
		last = phases.ends[i];
	}
	tell_keys();
	phases.printing += probe_cycle_now() - begin;
	log_info("boot", "phase=banner instructions=%lu", (unsigned long)phases.printing);
	log_text("plan sealed, starting the guests\n\n");
}
