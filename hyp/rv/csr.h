// SPDX-License-Identifier: Apache-2.0
// CSR accessors and the few bare instructions the hypervisor uses. HS-mode, any hart. No policy.
#ifndef BULKHEAD_RV_CSR_H
#define BULKHEAD_RV_CSR_H

#include "lib/types.h"
#include "rv/spec.h"

// `csr` is a number from rv/spec.h.
#define csr_read(csr) ({ \
	uint64_t csr_value_; \
	__asm__ volatile("csrr %0, %1" : "=r"(csr_value_) : "i"(csr) : "memory"); \
	csr_value_; })
#define csr_read_clear(csr, mask) ({ \
	uint64_t csr_value_; \
	__asm__ volatile("csrrc %0, %1, %2" : "=r"(csr_value_) : "i"(csr), "rK"((uint64_t)(mask)) : "memory"); \
	csr_value_; })
#define csr_swap(csr, value) ({ \
	uint64_t csr_value_; \
	__asm__ volatile("csrrw %0, %1, %z2" : "=r"(csr_value_) : "i"(csr), "rJ"((uint64_t)(value)) : "memory"); \
	csr_value_; })
#define csr_write(csr, value) \
	__asm__ volatile("csrw %0, %1" : : "i"(csr), "rK"((uint64_t)(value)) : "memory")
#define csr_set(csr, mask) \
	__asm__ volatile("csrs %0, %1" : : "i"(csr), "rK"((uint64_t)(mask)) : "memory")
#define csr_clear(csr, mask) \
	__asm__ volatile("csrc %0, %1" : : "i"(csr), "rK"((uint64_t)(mask)) : "memory")

static inline void wfi(void) { __asm__ volatile("wfi" : : : "memory"); }
static inline void fence_iorw(void) { __asm__ volatile("fence iorw, iorw" : : : "memory"); }
static inline void pause(void) { __asm__ volatile(".4byte 0x0100000f" : : : "memory"); } // a hint (Zihintpause), else nothing
// SCTRCLR: forgets all control transfer records (Ssctr).
static inline void sctrclr(void) { __asm__ volatile(".4byte 0x10400073" : : : "memory"); }
static inline void fence_i(void) { __asm__ volatile("fence.i" : : : "memory"); }
static inline void sfence_vma_all(void) { __asm__ volatile("sfence.vma" : : : "memory"); }
// HFENCE.VVMA x0, x0: all VS-stage translations of the current VMID.
static inline void hfence_vvma_all(void) { __asm__ volatile(".insn r 0x73, 0, 0x11, x0, x0, x0" : : : "memory"); }
// HFENCE.VVMA va, x0: VS-stage translations of one guest virtual address.
static inline void hfence_vvma_va(uint64_t va) { __asm__ volatile(".insn r 0x73, 0, 0x11, x0, %0, x0" : : "r"(va) : "memory"); }
// HFENCE.GVMA x0, x0: all G-stage translations.
static inline void hfence_gvma_all(void) { __asm__ volatile(".insn r 0x73, 0, 0x31, x0, x0, x0" : : : "memory"); }

static inline uint64_t time_now(void) { return csr_read(CSR_TIME); }

#endif
