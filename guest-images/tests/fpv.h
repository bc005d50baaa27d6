/* SPDX-License-Identifier: Apache-2.0 */
/* All f and v registers at once (fpv.S), and the CSRs beside them by number: the assembler knows their names only with -march. */
#ifndef FPV_H
#define FPV_H

#include "bare/guest.h"

#define V_MAX_BYTES (32 * 256) /* VLEN up to 2048 */
#define SSTATUS_VS  0x600ul

void f_write(const uint64_t values[32]);
void f_read(uint64_t values[32]);
/* 32 times vlenb bytes; vstart must be 0. */
void v_write(const void *values);
void v_read(void *values);
unsigned long v_configure(unsigned long vl, unsigned long vtype);

#define FPV_READ(number)                                                               \
	({                                                                              \
		unsigned long value_;                                                   \
		__asm__ volatile("csrr %0, %1" : "=r"(value_) : "i"(number) : "memory"); \
		value_;                                                                 \
	})
#define FPV_WRITE(number, value) __asm__ volatile("csrw %0, %1" ::"i"(number), "r"((unsigned long)(value)) : "memory")

#define CSR_FCSR   0x003
#define CSR_VSTART 0x008
#define CSR_VCSR   0x00f
#define CSR_VL	   0xc20
#define CSR_VTYPE  0xc21
#define CSR_VLENB  0xc22

#endif
