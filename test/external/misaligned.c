// SPDX-License-Identifier: Apache-2.0
// For a test: OpenSBI that gives misaligned loads and stores to HS-mode on every hart from reset on,
// as no firmware does unasked. In the place of boot/quiet_uart.c, and with its driver.
#include <sbi/riscv_asm.h>
#include <sbi/riscv_encoding.h>
#include <sbi/sbi_irqchip.h>
#include <sbi_utils/serial/fdt_serial.h>

#include "../../hyp/dt/uart_list.h"

// Each hart's, when its delegations have been made.
static int delegate_misaligned(struct sbi_irqchip_device *dev)
{
	csr_set(CSR_MEDELEG, 1UL << CAUSE_MISALIGNED_LOAD | 1UL << CAUSE_MISALIGNED_STORE);
	return 0;
}

static struct sbi_irqchip_device every_hart = { .warm_init = delegate_misaligned };

static int quiet_uart_init(const void *fdt, int node, const struct fdt_match *match)
{
	sbi_irqchip_add_device(&every_hart);
	return 0;
}

#define ROW(name, off) { .compatible = name },
static const struct fdt_match quiet_uart_match[] = { UART_LIST(ROW){} };

extern const struct fdt_driver fdt_serial_quiet_uart;
const struct fdt_driver fdt_serial_quiet_uart = {
	.match_table = quiet_uart_match,
	.init = quiet_uart_init,
};
