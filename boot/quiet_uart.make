# SPDX-License-Identifier: Apache-2.0
# Read by OpenSBI's make before its own makefile (as MAKEFILES): one more serial driver, QUIET_UART is its source.

libsbiutils-objs-y += serial/quiet_uart.o
carray-fdt_serial_drivers-y += fdt_serial_quiet_uart

%/lib/utils/serial/quiet_uart.o: $(QUIET_UART) $(dir $(lastword $(MAKEFILE_LIST)))../hyp/dt/uart_list.h
	$(call compile_cc,$@,$<)
