// SPDX-License-Identifier: Apache-2.0
// A serial driver for OpenSBI that drives nothing: the UARTs of hyp/dt/uart_list.h are left to the hypervisor. Without one that takes
// the console's node OpenSBI does not start. Compiled by OpenSBI's make, which boot/quiet_uart.make tells of it.
#include <sbi_utils/serial/fdt_serial.h>

#include "../hyp/dt/uart_list.h"

static int quiet_uart_init(const void *fdt, int node, const struct fdt_match *match)
{
	return 0;
}

#define ROW(name, off) { .compatible = name },
static const struct fdt_match quiet_uart_match[] = { UART_LIST(ROW){} };

extern const struct fdt_driver fdt_serial_quiet_uart;
const struct fdt_driver fdt_serial_quiet_uart = {
	.match_table = quiet_uart_match,
	.init = quiet_uart_init,
};
