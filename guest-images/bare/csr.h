/* SPDX-License-Identifier: Apache-2.0 */
/* CSR access and the numbers of the privileged architecture that guests need, under the specification's names. */
#ifndef BARE_CSR_H
#define BARE_CSR_H

#define SSTATUS_SIE	0x2ul
#define SSTATUS_SPIE	0x20ul
#define SSTATUS_SPP	0x100ul
#define SSTATUS_FS	0x6000ul
#define SSTATUS_SUM	0x40000ul

#define SIE_SSIE	0x2ul
#define SIE_STIE	0x20ul
#define SIE_SEIE	0x200ul
#define SIE_LCOFIE	0x2000ul

#define CAUSE_INTERRUPT		  (1ul << 63)
#define CAUSE_FETCH_MISALIGNED	  0
#define CAUSE_FETCH_ACCESS_FAULT  1
#define CAUSE_ILLEGAL_INSTRUCTION 2
#define CAUSE_BREAKPOINT	  3
#define CAUSE_LOAD_MISALIGNED	  4
#define CAUSE_LOAD_ACCESS_FAULT	  5
#define CAUSE_STORE_MISALIGNED	  6
#define CAUSE_STORE_ACCESS_FAULT  7
#define CAUSE_ECALL_FROM_U	  8
#define CAUSE_ECALL_FROM_S	  9
#define CAUSE_FETCH_PAGE_FAULT	  12
#define CAUSE_LOAD_PAGE_FAULT	  13
#define CAUSE_STORE_PAGE_FAULT	  15

#define IRQ_S_SOFTWARE 1
#define IRQ_S_TIMER    5
#define IRQ_S_EXTERNAL 9
#define IRQ_LCOFI      13

#define PTE_V 0x01ul
#define PTE_R 0x02ul
#define PTE_W 0x04ul
#define PTE_X 0x08ul
#define PTE_U 0x10ul
#define PTE_A 0x40ul
#define PTE_D 0x80ul
#define PTE_PPN_SHIFT 10

#define SATP_MODE_SV39 (8ul << 60)

#define csr_read(csr)                                                     \
	({                                                                \
		unsigned long value_;                                     \
		__asm__ volatile("csrr %0, " #csr : "=r"(value_)::"memory"); \
		value_;                                                   \
	})
#define csr_swap(csr, value)                                              \
	({                                                                \
		unsigned long value_;                                     \
		__asm__ volatile("csrrw %0, " #csr ", %z1" : "=r"(value_) : "rJ"((unsigned long)(value)) : "memory"); \
		value_;                                                   \
	})
#define csr_read_clear(csr, mask)                                         \
	({                                                                \
		unsigned long value_;                                     \
		__asm__ volatile("csrrc %0, " #csr ", %1" : "=r"(value_) : "rK"((unsigned long)(mask)) : "memory"); \
		value_;                                                   \
	})
#define csr_write(csr, value) \
	__asm__ volatile("csrw " #csr ", %0" ::"rK"((unsigned long)(value)) : "memory")
#define csr_set(csr, mask) \
	__asm__ volatile("csrs " #csr ", %0" ::"rK"((unsigned long)(mask)) : "memory")
#define csr_clear(csr, mask) \
	__asm__ volatile("csrc " #csr ", %0" ::"rK"((unsigned long)(mask)) : "memory")

static inline unsigned long rdtime(void)
{
	unsigned long value;

	__asm__ volatile("rdtime %0" : "=r"(value)::"memory");
	return value;
}

static inline unsigned long rdcycle(void)
{
	unsigned long value;

	__asm__ volatile("rdcycle %0" : "=r"(value)::"memory");
	return value;
}

static inline void wfi(void)
{
	__asm__ volatile("wfi" ::: "memory");
}

static inline void cpu_relax(void)
{
	__asm__ volatile(".word 0x0100000f" ::: "memory"); /* pause, a hint everywhere */
}

#endif
