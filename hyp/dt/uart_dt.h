// SPDX-License-Identifier: Apache-2.0
// Finds the board's console in its tree, before anything is asked of that tree that it may lack: refusals are to be read.
#ifndef BULKHEAD_DT_UART_DT_H
#define BULKHEAD_DT_UART_DT_H

#include "plan/machine.h"

// Fills *uart from the node that stdout-path names; where that is none we drive and `anywhere` is set, from the first of the
// tree. is_ns16550 is false when there is none. A tree that is broken somewhere has what stands before that place. Boot only.
void uart_find(const void *fdt, bool anywhere, struct machine_uart *uart);

#endif
