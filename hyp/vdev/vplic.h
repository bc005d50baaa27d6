// SPDX-License-Identifier: Apache-2.0
// Model of a PLIC (RISC-V PLIC specification 1.0.0) whose contexts are numbered as on QEMU's virt machine: 2n is M-mode's of hart n,
// 2n + 1 its S-mode's. A guest has no M-mode: contexts 2n read as zero and ignore writes.
#ifndef BULKHEAD_VDEV_VPLIC_H
#define BULKHEAD_VDEV_VPLIC_H

#include "limits.h"
#include "vdev/vdev.h"

#define VPLIC_SOURCES GUEST_SOURCES // source numbers, of which 0 means "none"
#define VPLIC_PRIORITY_MAX 7    // priorities and thresholds hold three bits
#define VPLIC_WORDS (VPLIC_SOURCES / 32)

// Registers, as offsets.
#define VPLIC_PENDING 0x1000u
#define VPLIC_ENABLE 0x2000u
#define VPLIC_ENABLE_STRIDE 0x80u
#define VPLIC_CONTEXT 0x200000u

// The owner's lines, handed over at creation. Called from within the functions below, under whatever lock those are called.
struct vplic_lines {
	void *owner;
	void (*line)(void *owner, uint32_t context, bool level); // a vcpu's external interrupt; only at a change
	void (*done)(void *owner, uint32_t source);              // a claimed source was completed
};

struct vplic_context {
	uint32_t enabled[VPLIC_WORDS];
	uint32_t threshold;
	bool level; // what line() was told last
};

struct vplic {
	struct vplic_lines lines;
	uint32_t context_count;
	uint32_t wired[VPLIC_WORDS];   // sources that something is connected to; the others cannot be enabled
	uint32_t high[VPLIC_WORDS];    // levels of the lines
	uint32_t pending[VPLIC_WORDS];
	uint32_t claimed[VPLIC_WORDS]; // closed gateways: claimed and not yet completed
	uint8_t priority[VPLIC_SOURCES];
	struct vplic_context contexts[MAX_HARTS]; // [vhartid]: of S-mode
};

// context_count: of vcpus, 1 to MAX_HARTS. No source is wired yet.
void vplic_init(struct vplic *p, uint32_t context_count, struct vplic_lines lines);
// Declares that a source (1 to VPLIC_SOURCES - 1) is connected. Before the guest's first start.
void vplic_wire(struct vplic *p, uint32_t source);
// Back to the reset state: nothing enabled, pending or claimed; lines() are told. Levels of the sources are kept.
void vplic_reset(struct vplic *p);
// A source's line changed its level. A level that falls while the interrupt is pending does not take it back: the gateway has
// passed it on (section "Interrupt Gateways").
void vplic_set_level(struct vplic *p, uint32_t source, bool high);
// struct vdev's access: aligned words only, others are MMIO_FAULT. Registers that are not there read as 0 and ignore writes.
enum mmio_verdict vplic_access(void *state, struct mmio *access);

#endif
