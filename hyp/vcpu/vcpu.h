// SPDX-License-Identifier: Apache-2.0
// The virtual hart: its registers while it is outside the guest, and the snapshot of its last exit.
#ifndef BULKHEAD_VCPU_VCPU_H
#define BULKHEAD_VCPU_VCPU_H

#include "vcpu/cause_list.h"
#include "lib/stop_list.h"
#include "lib/types.h"
#include "vcpu/sbi_vcpu.h"

struct guest;

// What becomes of the guest after an exit; exit/exit.c alone performs it.
enum verdict {
	VERDICT_RESUME,  // go on at exit.pc as it stands (interrupts, retries)
	VERDICT_ADVANCE, // go on behind the trapped instruction: exit.length bytes on
	VERDICT_INJECT,  // the guest takes exception exit.inject_cause with exit.inject_tval
	VERDICT_STOP,    // the guest is stopped for exit.reason
	VERDICT_LEAVE,   // this hart leaves the guest (its state machine says what next)
};

// What is known of an exit, and what the handler wants done. The CSRs stay where they are until vcpu_snapshot(): most calls and
// interrupts never need them.
struct exit {
	bool is_live;     // the guest's pc, sstatus and hstatus are in the CSRs alone: a trap of ours would lose them
	uint32_t length;  // bytes of the trapped instruction
	enum verdict verdict;
	uint32_t inject_cause;
	uint64_t inject_tval;
	uint64_t begin;   // time when it began; moved on by what the vcpu waited for on its own behalf
	uint64_t cause;   // scause, and
	uint64_t tval;    // stval: of exceptions other than calls
	uint64_t pc;      // sepc
	uint64_t sstatus;
	uint64_t hstatus;
	enum stop_reason reason; // of VERDICT_STOP
};

// SBI's answer: a0 in the lower half, a1 in the upper. A scalar, because compilers pass a struct of two through the stack.
typedef unsigned __int128 sbi_ret_t;

static inline sbi_ret_t sbi_ret(uint64_t a0, uint64_t a1) { return (sbi_ret_t)a1 << 64 | a0; }
static inline uint64_t sbi_ret_a0(sbi_ret_t ret) { return (uint64_t)ret; }
static inline uint64_t sbi_ret_a1(sbi_ret_t ret) { return (uint64_t)(ret >> 64); }

enum { REG_RA = 1, REG_SP = 2, REG_GP = 3, REG_TP = 4, REG_A0 = 10, REG_A1 = 11, REG_A6 = 16, REG_A7 = 17 };

// What leaving its machine has cost a vcpu since its guest's start. Written by its own hart alone, a whole double word at a time:
// others read without a lock what was true a moment ago (vcpu/exits.h).
struct exit_counts {
	uint64_t by_cause[EXIT_COUNTERS];
	uint64_t ticks; // of time spent in exits, see exit/exit.c
};

struct vcpu {
	uint64_t x[32]; // x[0] stays 0; register n lies at 8 * n (exit/world.S)
	struct exit exit;
	struct guest *guest; // this and the next two never change after boot
	uint64_t vhartid;
	uint64_t vcpu_count; // of the guest
	struct exit_counts exits;
	struct sbi_vcpu sbi;
	bool use_vstimecmp; // the guest's timer is vstimecmp; otherwise the hypervisor keeps its deadline
	bool has_sdt;       // vsstatus has SDT (read-only zero while henvcfg.DTE is 0)
};

// What a vcpu starts with: SBI 3.0, "Hart State Management Extension", hart_start.
struct vcpu_start {
	gpa_t pc;
	uint64_t a0, a1;
};

// How a counter's overflow interrupt reaches the guest.
enum lcofi {
	LCOFI_NONE,      // not at all
	LCOFI_DELEGATED, // hideleg's bit 13 (Shlcofideleg)
	LCOFI_INJECTED,  // through HS-mode and hvip's bit 13, which hvien's lets the guest see (AIA)
};

// Per-hart configuration of the H extension for the guest that owns it.
struct vcpu_config {
	uint64_t hgatp;
	uint64_t henvcfg;    // its reset value; ignored when !has_henvcfg
	uint64_t fwft;       // bits of henvcfg that the guest may switch by SBI FWFT
	uint64_t hcounteren;
	uint32_t vgein;      // the guest interrupt file that is its own; 0: none
	enum lcofi lcofi;
	bool delegates; // hedeleg gives the guest its exceptions; otherwise they come to the hypervisor, which injects them
	bool uses_htinst; // where the hart writes it
	bool has_henvcfg;
	bool has_hstateen;
	bool has_senvcfg;
	bool has_ssp;
	bool has_jvt;      // Zcmt
	bool has_scontext; // Sdtrig
	bool has_ctr;      // Ssctr, which only Smstateen keeps from a guest
	bool has_vsiselect;
	bool has_aia;
	bool has_vstimecmp; // the CSR is there, whether the guest may use it or not
	bool has_fp;
	bool has_v;
};

// Programs the H extension's CSRs for the guest, on the vcpu's own hart; returns hedeleg's value.
uint64_t vcpu_program(const struct vcpu_config *config);
uint64_t vcpu_hstateen0(const struct vcpu_config *config);

// Resets every register and CSR a guest can reach and prepares entry at s->pc in VS-mode. On the vcpu's own hart.
void vcpu_reset(struct vcpu *v, const struct vcpu_config *config, const struct vcpu_start *s);

// Leaves the registers as a non-retentive suspend does and goes on at s->pc in VS-mode with translation and interrupts off
// (SBI 3.0, "Hart State Management Extension", hart_suspend): changes v->x and v->exit. On the vcpu's own hart.
void vcpu_resume_at(struct vcpu *v, const struct vcpu_start *s);

// Enters the guest with the registers of v; sepc, sstatus and hstatus are set. Does not return.
_Noreturn void vcpu_enter(struct vcpu *v);

// Takes what is live into v->exit, where handlers change it; the verdict is VERDICT_ADVANCE, behind an ecall. Needed before
// anything of rv/guestmem.h, which may trap. Nothing happens the second time in an exit. On the vcpu's own hart.
struct exit *vcpu_snapshot(struct vcpu *v);
// Takes it back into the CSRs: the end of an exit.
void vcpu_write_back(struct vcpu *v);

// Makes the guest take an exception in VS-mode (priv, "Trap Entry into M-mode, HS-mode, or VS-mode"): changes v->exit and the
// vs* CSRs. False, and nothing changes, when it would be a double trap. On the vcpu's own hart.
bool vcpu_inject(struct vcpu *v, uint64_t cause, uint64_t tval);

// Zeroes f0-f31 and fcsr; v0-v31, vstart, vcsr, vl and vtype (vcpu/fpv.S).
void fp_reset(void);
void v_reset(void);
// All 64 bits of f register n, 0 to 31. sstatus.FS must be on.
uint64_t fp_read(uint32_t n);
void fp_write(uint32_t n, uint64_t value);

#endif
