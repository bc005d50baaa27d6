// SPDX-License-Identifier: Apache-2.0
// The one list of synchronous exceptions: who takes each, and what the hypervisor does with those that come to it; and the one
// list of what an exit is called and counted under.
//
// X(cause, name, delegated, handler): CAUSE_<cause> of rv/spec.h; its name as an exit (vcpu/exits.c); whether hedeleg gives it to
// the guest (vcpu/vcpu.c); exit_<handler>() answers it here (exit/exit.c). Delegated as wide as we know (priv, "hedeleg and
// hideleg"): all that a guest's own kernel would get on a real machine. A core may delegate less: what it does not, it hands to
// us, and `reinject` gives to the guest. Causes without a row are reserved.
#ifndef BULKHEAD_VCPU_CAUSE_LIST_H
#define BULKHEAD_VCPU_CAUSE_LIST_H

#define CAUSE_LIST(X) \
	X(MISALIGNED_FETCH,         "misaligned-fetch",    1, reinject) \
	X(FETCH_ACCESS,             "fetch-access",        1, reinject) \
	X(ILLEGAL_INSTRUCTION,      "illegal",             1, reinject) \
	X(BREAKPOINT,               "breakpoint",          1, reinject) \
	X(MISALIGNED_LOAD,          "misaligned-load",     1, reinject) \
	X(LOAD_ACCESS,              "load-access",         1, reinject) \
	X(MISALIGNED_STORE,         "misaligned-store",    1, reinject) \
	X(STORE_ACCESS,             "store-access",        1, reinject) \
	X(USER_ECALL,               "user-ecall",          1, reinject)                 /* from VU-mode */ \
	X(SUPERVISOR_ECALL,         "hs-ecall",            0, unexpected)               /* from HS-mode: not a guest's */ \
	X(VIRTUAL_SUPERVISOR_ECALL, "ecall",               0, unexpected)               /* SBI: exit_call() */ \
	X(MACHINE_ECALL,            "m-ecall",             0, unexpected)               /* never leaves M-mode */ \
	X(FETCH_PAGE_FAULT,         "fetch-page",          1, reinject)                 /* of the guest's own table */ \
	X(LOAD_PAGE_FAULT,          "load-page",           1, reinject) \
	X(STORE_PAGE_FAULT,         "store-page",          1, reinject) \
	X(DOUBLE_TRAP,              "double-trap",         0, double_trap)              /* while vsstatus.SDT is set */ \
	X(SOFTWARE_CHECK,           "software-check",      1, reinject) \
	X(HARDWARE_ERROR,           "hardware-error",      0, hardware_error) \
	X(FETCH_GUEST_PAGE_FAULT,   "fetch",               0, fetch_guest_page_fault)   /* nothing there to execute: access fault */ \
	X(LOAD_GUEST_PAGE_FAULT,    "load",                0, guest_page_fault)         /* an emulated device, or access fault */ \
	X(VIRTUAL_INSTRUCTION,      "virtual-instruction", 0, virtual_instruction)      /* H is hidden: illegal instruction */ \
	X(STORE_GUEST_PAGE_FAULT,   "store",               0, guest_page_fault)

// X(interrupt, name): what HS-mode may be interrupted by while a guest runs, IRQ_<interrupt> of rv/spec.h.
#define INTERRUPT_LIST(X) \
	X(S_SOFT, "ipi") /* a message of another hart */ \
	X(S_TIMER, "timer") \
	X(S_EXTERNAL, "external") \
	X(S_GUEST_EXTERNAL, "guest-external") \
	X(LCOFI, "overflow") // of a counter

// Exits are counted by cause (its low five bits, which tell the standard ones apart): exceptions first, then interrupts.
#define EXIT_INTERRUPT 32
#define EXIT_COUNTERS (2 * EXIT_INTERRUPT)

// The same as the firmware events by which a guest counts its own exits (SBI 3.0, PMU: codes 256 to 65534 are the
// implementation's): PMU_EXIT + counter for each cause above, then these two.
#define PMU_EXIT 256
#define PMU_EXIT_ALL (PMU_EXIT + EXIT_COUNTERS)       // whatever the cause
#define PMU_EXIT_TICKS (PMU_EXIT + EXIT_COUNTERS + 1) // ticks of time that they took

#endif
