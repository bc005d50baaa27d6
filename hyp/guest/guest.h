// SPDX-License-Identifier: Apache-2.0
// The running occupant of a partition: its tables, images, devices, and how it starts, stops and restarts.
#ifndef BULKHEAD_GUEST_GUEST_H
#define BULKHEAD_GUEST_GUEST_H

#include <stdatomic.h>

#include "console/mux.h"
#include "dt/package.h"
#include "guest/life_state.h"
#include "hart/hart.h"
#include "irq/irq.h"
#include "lib/spinlock.h"
#include "lib/stop_list.h"
#include "plan/layout.h"
#include "rv/csr.h"
#include "vcpu/sse_vcpu.h"
#include "vdev/models.h"
#include "vdev/vdev.h"

struct guest {
	const struct partition *partition;
	struct vdev vdevs[MODEL_COUNT + 1]; // see vdev_find()
	struct hart *harts[MAX_HARTS]; // [vhartid]; never changes after boot
	struct table gstage;
	struct layout layout;
	const struct package_image *kernel; // pristine images
	const struct package_image *initrd; // or NULL
	const void *dtb; // pristine guest tree, in the pool
	size_t seed_offset;            // of rng-seed in the tree, 0: none
	const struct machine *machine; // for the board's seed

	_Atomic uint32_t state; // enum life_state; guest_move() alone changes it
	_Atomic uint32_t left;  // harts that are done with this state, while LIFE_LEAVING and LIFE_CLEARING
	enum stop_reason reason; // written by the hart that moved state to LIFE_LEAVING
	uint32_t starts;         // how often it was started; changed while all its harts are parked
	_Atomic uint64_t started; // time of its last start
	uint64_t told;           // time of its last line in the log that may be left out

	_Atomic uint32_t fence_counters; // how many counters of its vcpus count fences received: senders look

	// Devices: touched by the guest's own harts only, under the lock.
	struct spinlock device_lock;
	struct mux_port *port;
	uint32_t uart_source; // of its UART at its interrupt controller
	bool uart_line;       // what that knows of the UART's line
	struct {
#define MODEL_STATE(enumerator, functions, state, ...) state functions;
		MODELS(MODEL_STATE)
#undef MODEL_STATE
	} model; // those it has (vdev/models.h)
	void *model_state[MODEL_COUNT]; // what their functions are called with; NULL: it has none
	uint32_t assigned[VPLIC_WORDS]; // set of sources at it that are the board's, of the same number
	struct irq_owner irq;           // as their drivers know it

	// Software events: what its harts share, under the lock.
	struct spinlock sse_lock;
	struct sse_guest sse;
};

extern struct guest guests[MAX_GUESTS];
extern const struct plan *the_plan; // set by main before the first guest runs, const from then on

// guest.c
// Sets up the mutable half of a partition: port, devices. Boot hart, after console_init().
void guest_init(struct guest *g, const struct partition *p);
// Takes all its emulated devices, and the board's sources, back to the reset state. While all its harts are parked.
void guest_reset_models(struct guest *g);
// The struct hart of a vcpu.
static inline struct hart *guest_hart(const struct guest *g, uint64_t vhartid)
{
	return g->harts[vhartid];
}
// Value of hgatp for the guest's harts.
uint64_t guest_hgatp(const struct guest *g);
// Whether [gpa, gpa+size) is RAM of this guest.
bool guest_owns_memory(const struct guest *g, gpa_t gpa, uint64_t size);
// Whether a line about a restart goes to the log: a guest that restarts in a loop must not fill it.
bool guest_may_tell(struct guest *g);

// guest_uart.c: the emulated UART and the queues behind it. The caller holds device_lock, on a hart of the guest, unless it says otherwise.
// How many bytes of output there is room for; puts one there; takes one of input, -1 when there is none.
uint64_t guest_console_room(struct guest *g);
void guest_console_put(struct guest *g, uint8_t byte);
// After bytes were put that way or by ring_put() into g->port->out: the hart that drains the console looks often while there is
// output; when it is this one, the first byte of a queue that was empty says so.
void guest_console_tell(bool was_empty);
int guest_console_get(struct guest *g);
// Looks at the UART's line again.
void guest_update_uart(struct guest *g);
// MSG_DEVICE: the same, taking the lock.
void guest_update_devices(struct guest *g);

// guest_irq.c: interrupts of emulated and assigned devices.
// Whether the guest has an interrupt controller, to which lines can be wired.
static inline bool guest_has_controller(const struct guest *g)
{
	return g->partition->is_wired;
}
// A source's line at the guest's controller. The caller holds device_lock.
void guest_set_level(struct guest *g, uint32_t source, bool high);
// Wires the guest's devices, emulated and assigned, to its interrupt controller. Boot hart, when both are there.
void guest_wire(struct guest *g);
// Makes the vcpu's external interrupt what its controller says. On the vcpu's own hart (MSG_LINE, and after a reset).
void guest_apply_line(struct hart *h);

// guest_exits.c
// Logs the exits of one vcpu; the next call those of the next, over all guests. False after the last, when it begins anew. On
// the hart that drains the console.
bool guest_tell_exits(void);
// Looks whether a guest has left its machine more often than its partition allows (max-exits-per-second), and logs it. Often, on
// the same hart; counts whole seconds, and does little at a time.
void guest_check_exits(uint64_t now);

// guest_reset.c
// Stops what the guest's devices do by themselves, as far as their reset is known. On its boot hart, all its other harts parked.
void guest_reset_devices(struct guest *g);

// guest_load.c
// Checks the guest's pristine images, fills its memory from them and zeroes the rest. On its boot hart, all its other harts parked.
// False, after saying why, when an image is bad.
bool guest_load(struct guest *g);
// Says that, and why, a guest will not start.
void guest_refused(const struct guest *g, const struct diag *why, const char *text);

// guest_stop.c
// Moves the guest's life by an event (compare-and-swap). False, and nothing changes, where that cannot happen or is too late.
bool guest_move(struct guest *g, enum life_event event);
// Whether it is in this state now; others may move it at any time.
static inline bool guest_is(const struct guest *g, enum life_state state)
{
	return atomic_load(&g->state) == (uint32_t)state;
}
// Starts stopping a guest: every hart of it will leave. The reason goes to the log. Any hart of the guest, which leaves it
// (VERDICT_LEAVE) afterwards, or one that runs no guest; when two harts do it at once the first wins.
void guest_stop(struct guest *g, enum stop_reason reason);
// This hart has left its guest that is being stopped: counts it.
void guest_acknowledge_stop(struct hart *h);
// This hart is done with what it does in the guest's state, LIFE_LEAVING or LIFE_CLEARING; the last one wakes the boot hart.
void guest_count_done(struct guest *g);
// A message to all harts of the guest.
void guest_send_to_all(const struct guest *g, uint32_t messages);
// Logs what its harts' exits and calls were in the life that has ended. On its boot hart, all harts outside.
void guest_log_life(struct guest *g);
// Whether another life follows the one that has ended, or the first one comes. On its boot hart.
bool guest_wants_life(struct guest *g);
// No life follows; logged.
void guest_declare_off(struct guest *g);
// A hart of a guest that cannot serve it: the guest will not start. Before the guest starts.
void guest_hart_missing(struct hart *h);
// Whether no guest runs any more.
bool guest_all_off(void);
// Stops the guests in the background once no other one runs. On the hart that drains the console.
void guest_stop_background(void);
// How many guests, all of them off, failed: said so when they stopped, were stopped for what they did, or could not start.
uint32_t guest_failures(void);

// wait.c
// Handles messages taken from the inbox while the vcpu runs or is suspended. False: the guest is being stopped, leave it.
bool guest_handle_messages(struct hart *h, uint32_t messages);
// MSG_IPI alone.
static inline void guest_receive_ipi(struct hart *h)
{
	csr_set(CSR_HVIP, IP_VSSIP);
	h->vcpu.sbi.pmu.events[SBI_PMU_FW_IPI_RECEIVED]++;
}
// Waits until an interrupt that the guest has enabled is pending, or v->sbi.sse.deliver is set (SBI suspend). On the vcpu's own
// hart. False as above.
bool guest_wait_for_interrupt(struct hart *h);

#endif
