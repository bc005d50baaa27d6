// SPDX-License-Identifier: Apache-2.0
// The UARTs that console/uart.c drives, by compatible. OpenSBI's build reads it, too (boot/quiet_uart.c): it drives the others.
#ifndef BULKHEAD_DT_UART_LIST_H
#define BULKHEAD_DT_UART_LIST_H

// X(compatible, what its interrupt enable register holds while no interrupt is wanted): an XScale's unit needs its UUE bit.
#define UART_LIST(X) \
	X("ns16550a", 0) X("ns16550", 0) X("snps,dw-apb-uart", 0) X("intel,xscale-uart", 0x40)

#endif
