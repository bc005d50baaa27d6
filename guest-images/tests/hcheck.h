/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of hcheck share: reporting rules, CSRs by number, and running code in HS-, VS- and VU-mode until it traps. */
#ifndef HCHECK_H
#define HCHECK_H

#include "bare/guest.h"

#define CSR_STIMECMP   0x14d
#define CSR_SENVCFG    0x10a
#define CSR_VSSTATUS   0x200
#define CSR_VSIE       0x204
#define CSR_VSTVEC     0x205
#define CSR_VSSCRATCH  0x240
#define CSR_VSEPC      0x241
#define CSR_VSCAUSE    0x242
#define CSR_VSTVAL     0x243
#define CSR_VSTIMECMP  0x24d
#define CSR_VSISELECT  0x250
#define CSR_VSIP       0x244
#define CSR_VSATP      0x280
#define CSR_HSTATUS    0x600
#define CSR_HEDELEG    0x602
#define CSR_HIDELEG    0x603
#define CSR_HIE	       0x604
#define CSR_HTIMEDELTA 0x605
#define CSR_HCOUNTEREN 0x606
#define CSR_HGEIE      0x607
#define CSR_HVIEN      0x608
#define CSR_HVICTL     0x609
#define CSR_HENVCFG    0x60a
#define CSR_HSTATEEN0  0x60c
#define CSR_HTVAL      0x643
#define CSR_HIP	       0x644
#define CSR_HVIP       0x645
#define CSR_HVIPRIO1   0x646
#define CSR_HVIPRIO2   0x647
#define CSR_HTINST     0x64a
#define CSR_HGATP      0x680
#define CSR_HGEIP      0xe12

#define SSTATUS_MXR    0x80000ul
#define SSTATUS_SPELP  0x800000ul
#define HSTATUS_GVA    0x40ul
#define HSTATUS_SPV    0x80ul
#define HSTATUS_SPVP   0x100ul
#define HSTATUS_VGEIN  0x3f000ul
#define HSTATUS_VTVM   0x100000ul
#define HSTATUS_VTW    0x200000ul
#define HSTATUS_VTSR   0x400000ul
#define HSTATUS_VSXL   0x300000000ul /* the place of UXL in vsstatus, too */
#define HENVCFG_CBZE   0x80ul
#define HENVCFG_STCE   (1ul << 63)
#define HIDELEG_VS     0x444ul
#define VSSIP	       0x4ul
#define VSTIP	       0x40ul
#define VSEIP	       0x400ul
#define HCOUNTEREN_ALL 7ul

#define CAUSE_ECALL_FROM_VS	     10
#define CAUSE_FETCH_GUEST_PAGE_FAULT 20
#define CAUSE_LOAD_GUEST_PAGE_FAULT  21
#define CAUSE_VIRTUAL_INSTRUCTION    22
#define CAUSE_STORE_GUEST_PAGE_FAULT 23
#define DONE			     CAUSE_BREAKPOINT /* the ebreak behind what world_run() runs */

#define EBREAK	0x00100073
#define PTE_G	0x20ul
#define PTE_ALL	   (PTE_V | PTE_R | PTE_W | PTE_X | PTE_U | PTE_A | PTE_D)
#define ATP_SV39   SATP_MODE_SV39
#define MODE_SHIFT 60

/* ---- hcheck.c: rules ---- */

enum rule_verdict { KEPT, BROKEN, ABSENT };
enum { OPTIONAL, NEEDED }; /* whether the hypervisor depends on it */

/* One line: "rule: <name>: kept|broken|absent (needed; detail)". */
void rule(const char *name, int needed, enum rule_verdict verdict, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* The common case: kept or broken. */
#define rule_kept(name, needed, kept, ...) rule(name, needed, (kept) ? KEPT : BROKEN, __VA_ARGS__)

/* ---- hcheck_world.c: CSRs, and code that runs until it traps ---- */

/* Of a CSR that is always there with H; the number may be a macro. */
#define hcsr_read(csr)	      csr_read(csr)
#define hcsr_write(csr, value) csr_write(csr, value)

/* Reads or writes a CSR that may not be there. Returns 0 when it is not. */
int csr_get(unsigned csr, unsigned long *value);
int csr_put(unsigned csr, unsigned long value);
/* What reads back after writing `value`; the old value returns. 0 when the CSR is absent. */
int csr_readback(unsigned csr, unsigned long value, unsigned long *back);

enum mode { HS, VS, VU };

struct world { /* offsets are known to hcheck_entry.S */
	unsigned long x[32];			     /* x[0] holds the pc; before and after */
	unsigned long host_sp, host_scratch, host_stvec;
	unsigned long sstatus, hstatus;		     /* before and after */
	unsigned long scause, stval, htval, htinst;  /* after */
};
extern struct world world;

/* Bits of hstatus that the next runs have beside those of their mode: VTW, SPVP, ... */
extern unsigned long world_hstatus;
/* The same of sstatus. */
extern unsigned long world_sstatus;

/* What a run finds in stval: an answer that is still this one is no answer. */
#define STALE 0x5a5a5a5a5a5a5a5aul

/* Runs what is at `pc` with a0 and a1 until a trap comes to HS-mode. Returns scause; details are in world. */
unsigned long world_call(enum mode mode, unsigned long pc, unsigned long a0, unsigned long a1);
/* The same with one instruction (2 or 4 bytes by its low bits) and an ebreak behind it. */
unsigned long world_run(enum mode mode, uint32_t insn, unsigned long a0, unsigned long a1);
/* The same with two instructions. */
unsigned long world_run_two(enum mode mode, uint32_t first, uint32_t second, unsigned long a0,
			    unsigned long a1);
/*
 * True when the last run came back by way of VS-mode at HS-mode's stvec: the firmware meant to bring a trap of the guest to
 * HS-mode, and its mret went to VS-mode instead. The first instruction there is one that VS-mode may not execute.
 */
int world_strayed(void);
/* Where world_run() puts its instruction, and an ecall for vstvec. */
unsigned long world_code(void);
unsigned long world_ecall(void);

/* Pages of the guest: mapped where they are by the G-stages, but for HOLE. Under vsatp they are at world_va(). */
enum page { HOLE, DATA, OTHER, VS_ROOT, VS_MIDDLE, VS_LEAF, VS_ROOT2, VS_MIDDLE2, VS_LEAF2, PAGE_COUNT };
unsigned long world_page(enum page page);
unsigned long world_va(enum page page);
/* Makes the tables of both G-stages and switches the first one on; resets what a guest can change. */
void world_init(void);
/* The first G-stage's entry of a page is that of `to` with these flags; all fences are included. */
void world_map_gstage(enum page page, enum page to, unsigned long flags);
/* The same for the first VS-stage; without world_vs_stage(1) its tables are not in use. */
void world_map_vs(enum page page, enum page to, unsigned long flags);
/* vsatp on (the first VS-stage) or off. With it on, world_va_beyond() is an address whose table lies in HOLE. */
void world_vs_stage(int on);
unsigned long world_va_beyond(void);

/* The same for G-stage and VS-stage 0 or 1, and without any fence. A VS-stage's entry may have any guest address. */
void world_set_gstage(unsigned which, enum page page, enum page to, unsigned long flags);
void world_set_vs(unsigned which, enum page page, unsigned long to, unsigned long flags);
void world_use_gstage(unsigned which, unsigned long vmid);
void world_use_vs_stage(unsigned which, unsigned long asid);

/* Fences by number, for assemblers that do not know H; the operands are address and ASID, or address >> 2 and VMID. */
#define hfence_vvma()		  __asm__ volatile(".word 0x22000073" ::: "memory")
#define hfence_gvma()		  __asm__ volatile(".word 0x62000073" ::: "memory")
#define hfence_vvma_at(va)	  __asm__ volatile(".insn r 0x73, 0, 0x11, x0, %0, x0" ::"r"(va) : "memory")
#define hfence_gvma_at(gpa)	  __asm__ volatile(".insn r 0x73, 0, 0x31, x0, %0, x0" ::"r"((gpa) >> 2) : "memory")
#define hfence_vvma_asid(asid)	  __asm__ volatile(".insn r 0x73, 0, 0x11, x0, x0, %0" ::"r"(asid) : "memory")
#define hfence_gvma_vmid(vmid)	  __asm__ volatile(".insn r 0x73, 0, 0x31, x0, x0, %0" ::"r"(vmid) : "memory")
#define hfence_vvma_both(va, asid) \
	__asm__ volatile(".insn r 0x73, 0, 0x11, x0, %0, %1" ::"r"(va), "r"(asid) : "memory")
#define hfence_gvma_both(gpa, vmid) \
	__asm__ volatile(".insn r 0x73, 0, 0x31, x0, %0, %1" ::"r"((gpa) >> 2), "r"(vmid) : "memory")
void hfence_all(void);

/* ---- the groups of rules ---- */

void check_csrs(void);
void check_accesses(void);
void check_faults(void);
void check_virtual_instructions(void);
void check_traps(void);
void check_guest_memory(void);
void check_fences(void);

/* A guest-page fault of VS-mode: everything but htval and htinst (hcheck_fault.c); the rules' names end in `access`. */
void check_fault(const char *access, int needed, unsigned long cause, unsigned long stval, unsigned long sepc);
void check_htval(const char *access, unsigned long gpa);
/* A rule's name out of two parts; until the next call. */
const char *name_of(const char *what, const char *which);

#endif
