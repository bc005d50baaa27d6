// SPDX-License-Identifier: Apache-2.0
// The nodes of a guest's interrupt controllers: the emulated PLIC or APLIC, and the interrupt files.
#include <libfdt.h>

#include "dt/irqchip_node.h"
#include "rv/spec.h"

#define IRQ_NONE UINT32_MAX // of a hart's interrupt controller: an interrupt that does not exist

// The vcpus' external interrupts of S-mode, in their order. A PLIC's contexts are numbered as on QEMU's virt machine, M-mode's in
// front of each; that entry names no interrupt, which is how OpenSBI leaves it in a board's tree.
static void put_targets(struct tree_writer *w, const struct partition *p)
{
	fdt32_t targets[4 * MAX_HARTS];
	uint32_t n = 0;
	for (uint32_t i = 0; i < p->vcpu_count; i++) {
		if (p->irqchip == GUEST_IRQCHIP_PLIC) {
			targets[n++] = cpu_to_fdt32(i + 1);
			targets[n++] = cpu_to_fdt32(IRQ_NONE);
		}
		targets[n++] = cpu_to_fdt32(i + 1);
		targets[n++] = cpu_to_fdt32(IRQ_S_EXTERNAL);
	}
	tree_put(w, "interrupts-extended", targets, n * sizeof(targets[0]));
}

void node_irqchip(struct tree_writer *w, const struct partition *p)
{
	tree_put(w, "interrupt-controller", "", 0);
	tree_put_u32(w, "phandle", controller_phandle(p));
	if (p->file_ids != 0)
		tree_put_u32(w, "msi-parent", files_phandle(p));
	else
		put_targets(w, p);
}

void node_put_files(struct tree_writer *w, const struct partition *p, struct region files)
{
	tree_begin_unit(w, "imsics", files.base);
	tree_put_string(w, "compatible", "riscv,imsics");
	tree_put_reg(w, files.base, files.size);
	tree_put(w, "interrupt-controller", "", 0);
	tree_put_u32(w, "#interrupt-cells", 0);
	tree_put_u32(w, "#address-cells", 0);
	tree_put_u32(w, "phandle", files_phandle(p));
	tree_put(w, "msi-controller", "", 0);
	tree_put_u32(w, "#msi-cells", 0);
	tree_put_u32(w, "riscv,num-ids", p->file_ids);
	put_targets(w, p);
	tree_end(w);
}
