// SPDX-License-Identifier: Apache-2.0
// The end of the hypervisor: for our own faults only, never for anything a guest can cause.
#ifndef BULKHEAD_LIB_PANIC_H
#define BULKHEAD_LIB_PANIC_H

#include "lib/types.h"

// Says why on the UART and stops the board (firmware reset with reason "system failure", or parks this hart).
_Noreturn void panic(const char *format, ...) __attribute__((format(printf, 1, 2)));

// Asks the firmware for a reset or the end of the board (SBI_RESET_*). When it cannot, says so, once, and returns.
void board_end(uint32_t type, uint32_t reason);

#define ASSERT(condition) \
	((condition) ? (void)0 : panic("assertion failed: %s (%s:%d)", #condition, __FILE__, __LINE__))

#endif
