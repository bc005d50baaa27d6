// SPDX-License-Identifier: Apache-2.0
// Per-hart state: what is this hart's own, and what other harts may touch (shared).
#ifndef BULKHEAD_HART_HART_H
#define BULKHEAD_HART_HART_H

#include <stdatomic.h>

#include "gstage/gstage.h"
#include "lib/spinlock.h"
#include "plan/plan.h"
#include "rv/csr.h"
#include "vcpu/hsm_state.h"
#include "vcpu/vcpu.h"

// Messages between harts: bits of shared.inbox.
#define MSG_IPI 0x1  // a virtual software interrupt for the vcpu
#define MSG_STOP 0x2 // the guest is being stopped: leave it
#define MSG_WAKE 0x4 // look at your state again
#define MSG_SSE 0x8  // a software event for the vcpu may have become deliverable
#define MSG_LINE 0x10 // the level of your vcpu's external interrupt has changed
#define MSG_CLEAR 0x40 // no hart is in your guest any more: reset your interrupt file
#define MSG_FENCE 0x80 // other harts of your guest wait for you to fence
#define MSG_DEVICE 0x20 // something came or went in a queue that the guest's devices look at

enum fence_kind { FENCE_TRANSLATIONS, FENCE_INSTRUCTIONS, FENCE_KINDS };

// Every field is atomic or says who writes it when.
struct hart_shared {
	_Atomic uint32_t inbox; // MSG_*: senders set bits and kick, the owner takes them all
	_Atomic uint32_t state; // enum hsm_state of the vcpu; compare-and-swap only
	_Atomic uint64_t fence_askers[FENCE_KINDS]; // vcpus (bit n = vhartid n) that wait for this hart; they set bits, the owner takes them
	_Atomic uint32_t fences_due;                // for how many harts this one waits; those count down
	_Atomic uint32_t sse_pending; // set of enum sse_index: any hart sets bits, the owner takes them
	struct spinlock start_lock; // taken by harts that start this one
	// Written under start_lock before state becomes START_PENDING, read by the owner after it saw that state.
	struct vcpu_start start;
	_Atomic uint64_t fences[PMU_FENCE_KINDS]; // received, for PMU; senders add
};

struct hart {
	uint64_t hs_save[2]; // hart/offsets.h fixes the first five
	uint64_t stack_top;
	uint64_t satp;
	struct vcpu vcpu;

	uint64_t hartid;   // machine number
	uint32_t index;    // in harts[] and machine.harts[]
	struct guest *guest; // NULL when unowned
	struct vcpu_config config;
	pte_t *root;       // own top-level table: lower half shared, upper half the window
	const struct irq_owner *irq; // of the device interrupts that this hart may take; NULL: none
	bool use_stimecmp; // HS-mode's timer is stimecmp, otherwise the firmware's
	volatile uint32_t *_Atomic kick; // where others kick it: seteipnum_le of its own interrupt file; NULL: by the firmware
	uint64_t guest_deadline;   // of a vcpu without vstimecmp; UINT64_MAX: none
	uint64_t service_deadline; // of the console service; UINT64_MAX on all harts but one

	struct hart_shared shared;
};

extern struct hart harts[MAX_HARTS];

static inline struct hart *this_hart(void)
{
	struct hart *h;

	__asm__("mv %0, tp" : "=r"(h));
	return h;
}

static inline struct hart *hart_of_vcpu(struct vcpu *v)
{
	return (struct hart *)((char *)v - offsetof(struct hart, vcpu));
}

// hart.c
// Fills harts[i] for every hart of the machine. Boot hart, before anything else uses harts[].
void hart_table_init(const struct machine *m);
// Continues in fn(this hart) on an empty stack (exit/world.S).
_Noreturn void hart_restart(void (*fn)(struct hart *h));
// settle.c: makes this hart's CSRs what HS-mode runs with outside of guests, whatever a guest, or a boot
// loader, has left in them. False when they do not read back so. On the hart itself.
bool hart_settle(struct hart *h);
// The same and an assertion of it, at the end of every way out of a guest: whoever forgets an exit
// comes here first, before anything may fault. On the hart itself.
void hart_leave_guest(struct hart *h);
// take_over.c: takes back what an earlier boot stage has asked of the firmware on this hart (landing pads, software events, triggers,
// counters). On the hart itself, first of all, after fw_init().
void hart_take_over(void);
// Asks this hart's CSRs what the H extension offers: which ISA_ENABLE extensions can be switched on, into *enabled.
void hart_probe(const struct machine_hart *desc, struct isa *enabled);
// Fills h->config and h->vcpu for its guest's partition (p NULL: unowned). On any hart, before it runs.
void hart_configure(struct hart *h, const struct machine_hart *desc, const struct partition *p, uint64_t hgatp);
// Takes this hart's own HS-mode CSRs into the state that the rest expects; checks that the planned extensions can be had here.
// p and gstage: its guest's, or NULL. False with *why when they do not, or hart_prove() fails: the
// guest must not run here. On the hart itself.
bool hart_init(struct hart *h, const struct partition *p, const struct table *gstage, struct diag *why);

// Moves the vcpu's state by an event (compare-and-swap). False, and nothing changes, where SBI has no such transition.
bool hart_move_state(struct hart *h, enum hsm_event event);

// counters.c
// Asks the firmware and the CSRs which of this hart's counters a guest may have. On the hart itself.
struct pmu_counters counters_probe(void);
// Asks the CSRs how an overflow could reach a guest on this hart.
enum lcofi lcofi_probe(void);
// Narrows h->config to what there is and fills h->vcpu. False when overflows should reach the guest and cannot. On the hart itself.
bool counters_init(struct hart *h);

// hart_prove.c
// Asks which of the CSRs that early cores lack there are, into h->config. On the hart itself.
void hart_find_csrs(struct hart *h);
// Programs this hart for a guest, as h->config says, and proves that it keeps what isolation rests
// on. False with *why: no guest may run here. On the hart itself, outside of guests.
bool hart_prove(struct hart *h, const struct partition *p, const struct table *gstage,
		struct diag *why);

// redirect.c
// Asks whether an exception of VS-mode that M-mode takes, and does not give to VS-mode, comes to HS-mode; logs once that it does
// not. Leaves hedeleg, hgatp, vsatp and hie zero. On the hart itself, outside of guests.
bool hart_redirects(void);

// hart_msg.c
// Sends message bits to another hart and interrupts it, wherever it is.
void hart_msg_send(struct hart *to, uint32_t bits);
// Sends to the vcpus `set` (bit n = vhartid n) of a partition.
void hart_msg_send_set(const struct partition *p, uint64_t set, uint32_t bits);
// Takes one group of harts out of *set that fit one SBI hart mask: *mask counted from *base, in machine numbers. False when empty.
bool hart_mask_next(const struct partition *p, uint64_t *set, uint64_t *mask, uint64_t *base);
// Whether there are messages for this hart; a look without a kick is free.
static inline bool hart_msg_waiting(const struct hart *h)
{
	return atomic_load_explicit(&h->shared.inbox, memory_order_relaxed) != 0;
}
// Clears the kick, then takes and returns the waiting message bits of this hart.
static inline uint32_t hart_msg_take(struct hart *h)
{
	csr_clear(CSR_SIP, IP_SSIP); // first: a kick that comes after this is not lost
	fence_iorw();                // CSR accesses are I/O to the memory model: keeps it before the read of the inbox
	return atomic_exchange_explicit(&h->shared.inbox, 0, memory_order_acq_rel);
}

// hart_fence.c
// Whether the vcpus `set` (bit n = vhartid n) of a partition can all be asked to fence by hart_fence_others().
bool hart_can_fence(const struct partition *p, uint64_t set);
// Lets other vcpus of this hart's guest fence, and waits until they have.
void hart_fence_others(struct hart *h, const struct partition *p, uint64_t set, enum fence_kind kind);
// Fences for those who ask, on this hart. p: its guest's.
void hart_fence_answer(struct hart *h, const struct partition *p);

// timer.c
// Sets the guest's deadline (vcpus without vstimecmp); clears a pending virtual timer interrupt.
void timer_set_guest(struct hart *h, uint64_t deadline);
// Moves the next console service forward to at most `ticks` from now.
void timer_service_within(struct hart *h, uint64_t ticks);
// Whether the timer is due on this hart; without a deadline it is masked, whatever sip says.
static inline bool timer_is_due(void)
{
	return (csr_read(CSR_SIP) & csr_read(CSR_SIE) & IP_STIP) != 0;
}
// Raises the guest's timer interrupt if it is due, and programs the next deadline. True when the service is due instead: its caller
// does that and sets its next time (guest/service.h).
bool timer_expired(struct hart *h);
// Sets the time of the next service.
void timer_service_at(struct hart *h, uint64_t deadline);

#define HS_ROOT_ENTRIES 512
#define HS_ROOT_WINDOW 256 // first root entry of the upper half
_Static_assert(HS_ROOT_ENTRIES - HS_ROOT_WINDOW == WINDOW_GIBS, "plan_check_reach() knows the window");
// hs_build.c
// Builds the hypervisor's own W^X table, in which nothing is of what only boots, and gives every hart that will run its root and
// stack. Boot hart; pool not yet sealed.
bool hs_table_build(const struct plan *plan, const struct machine *m, struct page_pool *pool);
// hs_table.c
// Switches this hart to its table.
void hs_table_enter(struct hart *h);
// Opens the window on a guest's memory: returns where memory_base shows. This hart only.
void *window_open(struct hart *h, const struct table *gstage, gpa_t base, uint64_t size);
// Closes it and proves it closed.
void window_close(struct hart *h);

#endif
