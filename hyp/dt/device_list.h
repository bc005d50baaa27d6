// SPDX-License-Identifier: Apache-2.0
// What is known of devices by their compatible: which are never given to a guest, which reach the whole board, which do not reach memory by themselves, and how
// some are reset.
#ifndef BULKHEAD_DT_DEVICE_LIST_H
#define BULKHEAD_DT_DEVICE_LIST_H

// X(compatible): devices through which a guest could reach what is not its own, or that serve the whole board.
#define DEVICE_NEVER_LIST(X) \
	X("qemu,fw-cfg-mmio") /* reads and writes any memory by its own DMA */ \
	X("pci-host-ecam-generic") X("pci-host-cam-generic") X("riscv,iommu") \
	X("sifive,plic-1.0.0") X("riscv,plic0") X("thead,c900-plic") X("riscv,aplic") X("riscv,imsics") X("riscv,cpu-intc") \
	X("sifive,clint0") X("riscv,clint0") X("thead,c900-clint") X("riscv,aclint-mtimer") X("riscv,aclint-mswi") \
	X("riscv,aclint-sswi") X("thead,c900-aclint-mtimer") X("thead,c900-aclint-mswi") X("thead,c900-aclint-sswi") \
	X("sifive,test0") X("sifive,test1") X("syscon") X("syscon-poweroff") X("syscon-reboot") X("riscv,pmu") X("ucb,htif0") \
	X("cache") X("sifive,ccache0") X("sifive,pL2Cache0") X("andestech,ax45mp-cache") X("eswin,eic7700-l3-cache") /* all memory's */

// X(compatible): devices that reach the whole board: a watchdog resets it. They are given to guests that the root's guests-may-reset
// names alone.
#define DEVICE_WHOLE_BOARD_LIST(X) \
	X("snps,dw-wdt") X("starfive,jh7100-wdt") X("starfive,jh7110-wdt") \
	X("allwinner,sun6i-a31-wdt") X("allwinner,sun20i-d1-wdt") X("arm,sp805") X("sophgo,cv1800-wdt")

// X(compatible): devices known not to be bus masters. Everything else counts as one.
#define DEVICE_NO_MASTER_LIST(X) \
	X("google,goldfish-rtc") X("dallas,ds1307") X("snps,dw-apb-rtc") \
	X("ns16550a") X("ns16550") X("ns8250") X("snps,dw-apb-uart") X("sifive,uart0") X("arm,pl011") \
	X("sifive,gpio0") X("snps,dw-apb-gpio") X("arm,pl061") \
	DEVICE_WHOLE_BOARD_LIST(X) \
	X("snps,dw-apb-timer") X("starfive,jh7110-timer") \
	X("sifive,pwm0") X("sifive,spi0") X("sifive,i2c0") X("opencores,i2c-ocores") X("snps,designware-i2c") \
	X("sifive,fu540-c000-otp")

// X(compatible, offset): devices that a 0 in the 32-bit register at this offset resets; it reads as 0 when they are. They are reset
// whenever their guest starts and stops.
#define DEVICE_RESET_LIST(X) \
	X("virtio,mmio", 0x70) /* Status */

#endif
