// SPDX-License-Identifier: Apache-2.0
// The one list of synchronous exceptions: who takes each, and what the hypervisor does with those that come to it. [pure]
//
// X(cause, delegated, handler): CAUSE_<cause> of rv/spec.h; whether hedeleg gives it to the guest (vcpu/vcpu.c); exit_<handler>()
// answers it here (exit/exit.c). Delegated as wide as we know (priv, "hedeleg and hideleg"): all that a guest's own kernel
// would get on a real machine. A core may delegate less: what it does not, it hands to us, and `reinject` gives to the guest.
// Causes without a row are reserved.
#ifndef BULKHEAD_EXIT_CAUSE_LIST_H
#define BULKHEAD_EXIT_CAUSE_LIST_H

#define CAUSE_LIST(X) \
	X(MISALIGNED_FETCH,         1, reinject) \
	X(FETCH_ACCESS,             1, reinject) \
	X(ILLEGAL_INSTRUCTION,      1, reinject) \
	X(BREAKPOINT,               1, reinject) \
	X(MISALIGNED_LOAD,          1, reinject) \
	X(LOAD_ACCESS,              1, reinject) \
	X(MISALIGNED_STORE,         1, reinject) \
	X(STORE_ACCESS,             1, reinject) \
	X(USER_ECALL,               1, reinject)               /* from VU-mode */ \
	X(SUPERVISOR_ECALL,         0, unexpected)             /* from HS-mode: not a guest's */ \
	X(VIRTUAL_SUPERVISOR_ECALL, 0, ecall)                  /* SBI */ \
	X(MACHINE_ECALL,            0, unexpected)             /* never leaves M-mode */ \
	X(FETCH_PAGE_FAULT,         1, reinject)               /* of the guest's own table */ \
	X(LOAD_PAGE_FAULT,          1, reinject) \
	X(STORE_PAGE_FAULT,         1, reinject) \
	X(DOUBLE_TRAP,              0, double_trap)            /* while vsstatus.SDT is set */ \
	X(SOFTWARE_CHECK,           1, reinject) \
	X(HARDWARE_ERROR,           0, hardware_error) \
	X(FETCH_GUEST_PAGE_FAULT,   0, fetch_guest_page_fault) /* nothing there to execute: access fault */ \
	X(LOAD_GUEST_PAGE_FAULT,    0, guest_page_fault)       /* an emulated device, or access fault */ \
	X(VIRTUAL_INSTRUCTION,      0, virtual_instruction)    /* H is hidden: illegal instruction */ \
	X(STORE_GUEST_PAGE_FAULT,   0, guest_page_fault)

#endif
