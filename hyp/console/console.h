// SPDX-License-Identifier: Apache-2.0
// The console: every guest's port, the hypervisor's own lines, and the service that one named hart gives them.
#ifndef BULKHEAD_CONSOLE_CONSOLE_H
#define BULKHEAD_CONSOLE_CONSOLE_H

#include "console/mux.h"
#include "plan/plan.h"

struct hart;

// Connects the ports: port 0 is the hypervisor's own, guest n is port n + 1. keys: what the terminal's keys do (mux.h).
// ring_memory holds CONSOLE_RING_SIZE bytes per guest. From here on log lines go through the mux and console_service() must be called. Boot hart, once.
void console_init(const struct plan *plan, const struct mux_key *keys, uint64_t timebase, uint8_t *ring_memory);
// The port of a guest, by partition index.
struct mux_port *console_port(uint32_t partition_index);
// Sends MSG_DEVICE to a hart when what the guest's UART waits for (mux_port.wants) has come. Boot hart.
void console_listen(uint32_t partition_index, struct hart *listener);
// Moves output to the UART and input to the port in focus, without waiting; at most `budget` bytes of output.
// Returns when it wants to be called again, in ticks of time from now. Only the hart that the plan names.
uint64_t console_service(uint64_t now, uint32_t budget);
// Whether everything written so far has reached the UART.
bool console_is_idle(void);
// Ticks between two looks at a busy console.
uint64_t console_busy_ticks(void);

#endif
