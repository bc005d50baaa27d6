// SPDX-License-Identifier: Apache-2.0
// The board's console device: an ns16550 that is driven directly, or the firmware's console. Polled, never waits but in uart_write_all.
#ifndef BULKHEAD_CONSOLE_UART_H
#define BULKHEAD_CONSOLE_UART_H

#include "plan/machine.h"

// Sets the device up and has the log written to it. set_speed: nobody else has set the UART up. Boot hart, once.
void uart_init(const struct machine_uart *desc, bool set_speed);
// Bytes of s[0..size) taken without waiting.
size_t uart_write(const uint8_t *s, size_t size);
// One received byte, or -1.
int uart_read(void);
// Whether everything written has left the device.
bool uart_is_drained(void);
// Writes all of it, waiting for the device. Only for boot, panic, and when nothing else runs.
void uart_write_all(const char *s, size_t size);

#endif
