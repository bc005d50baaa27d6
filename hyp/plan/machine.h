// SPDX-License-Identifier: Apache-2.0
// struct machine: what the board's tree says exists. Plain facts in fixed arrays, no pointers into the tree.
#ifndef BULKHEAD_PLAN_MACHINE_H
#define BULKHEAD_PLAN_MACHINE_H

#include "lib/region.h"
#include "limits.h"
#include "rv/isa.h"

enum mmu_type { MMU_NONE, MMU_SV39, MMU_SV48, MMU_SV57 };

struct machine_hart {
	uint64_t hartid; // the machine's number, as in SBI and in cpu@ reg
	bool enabled;    // status absent, "okay" or "ok"
	bool h_is_guessed; // the tree does not list H; the boot hart, which is like this one, has it
	uint32_t like;     // index of the first hart with the same `compatible` and the same ISA
	enum mmu_type mmu;
	struct isa isa;
	uint32_t cbom_block_size, cboz_block_size, cbop_block_size; // bytes, 0 when absent
};

// A register range of a node (one entry per `reg` range of nodes that have both compatible and reg).
struct machine_device {
	char name[MAX_NAME]; // node name, "serial@10000000"
	struct region reg;   // physical
};

enum irqchip { IRQCHIP_NONE, IRQCHIP_PLIC, IRQCHIP_APLIC, IRQCHIP_IMSIC };

#define IRQ_NO_CONTEXT UINT32_MAX

struct machine_plic {
	struct region reg;
	uint32_t sources; // highest source number
	uint32_t phandle;
	uint32_t context[MAX_HARTS]; // [machine hart index]: its S-mode context, or IRQ_NO_CONTEXT
	bool claims_alone; // erratum of UR-CP100: a claim is right only while no other source is enabled
};

// The S-mode domain.
struct machine_aplic {
	struct region reg;
	uint32_t sources;
	uint32_t phandle;
	bool is_msi; // it has an IMSIC to write to
	uint32_t idc[MAX_HARTS]; // [machine hart index]: its interrupt delivery control (direct mode), or IRQ_NO_CONTEXT
};

struct machine_imsic {
	uint32_t phandle;
	uint32_t ids;              // highest interrupt identity of an S-level file
	uint32_t guest_ids;        // of a guest file; 0: the tree does not say anything right
	uint32_t guest_index_bits; // guest file n of a hart lies n pages behind its S-level one, n < 1 << bits
	uint64_t file[MAX_HARTS];  // [machine hart index]: physical address of its S-level file, 0: none
	uint32_t index[MAX_HARTS]; // [machine hart index]: Hart Index by which an APLIC names it
};

struct machine_uart {
	bool is_ns16550; // false: use the firmware's console
	struct region reg;
	uint32_t reg_shift;    // registers are 1 << reg_shift bytes apart
	uint32_t reg_io_width; // bytes per access: 1, 2 or 4
	uint8_t interrupts_off; // what its interrupt enable register holds while no interrupt is wanted
	uint16_t divisor;       // of its clock, 0: not known
};

struct machine {
	char model[64];
	uint32_t hart_count;
	uint32_t ram_count;
	uint32_t reserved_count; // memreserve block and /reserved-memory (OpenSBI's own included)
	uint32_t device_count;
	uint64_t timebase; // Hz
	struct machine_uart uart; // the console
	enum irqchip irqchip;     // the S-mode one: IMSIC wins over APLIC over PLIC
	struct machine_plic plic;
	struct machine_aplic aplic;
	struct machine_imsic imsic;
	uint32_t imsic_guest_files; // per hart, from riscv,guest-index-bits: (1 << bits) - 1; CSRs may know of fewer (ISA_SSAIA)
	struct region initrd;       // linux,initrd-start/end of /chosen, size 0 when absent
	uint32_t seed_size;         // of /chosen rng-seed, 0 when the board has none
	uint8_t seed[MAX_SEED];     // what guests' seeds are derived from; shown to nobody
	struct isa enabled; // ISA_ENABLE extensions whose CSR bits were found writable (filled by hart/, not by dt/)
	struct region ram[MAX_RAM_REGIONS];
	struct region reserved[MAX_RESERVED];
	struct machine_hart harts[MAX_HARTS];
	struct machine_device devices[MAX_DEVICES];
};

// Takes in what the boot hart has answered: with H, it and all harts like it have it, whatever the tree says. Returns how many the
// tree does not list it for.
uint32_t machine_set_h(struct machine *m, uint32_t boot_hart, bool has_h);
// Index of the hart with this machine number, or -1.
int machine_find_hart(const struct machine *m, uint64_t hartid);

#endif
