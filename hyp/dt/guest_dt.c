// SPDX-License-Identifier: Apache-2.0
// Makes a guest's device tree from the plan and the board's facts.
#include "dt/guest_dt.h"

#include <libfdt.h>
#include <string.h>

#include "dt/fdt_util.h"
#include "dt/fragment.h"
#include "dt/guest_dev_dt.h"
#include "rv/spec.h"
#include "vdev/vaplic.h"
#include "vdev/vplic.h"

#define ISA_TEXT_SIZE 1536      // all names of the table, with separators
#define IRQ_TYPE_LEVEL_HIGH 4   // second cell of an APLIC's interrupt specifier
#define IRQ_NONE UINT32_MAX      // of a hart's interrupt controller: an interrupt that does not exist
#define UART_CLOCK 3686400      // Hz; the model has no real line, any driver's divisor is right

static const char *mmu_name(const struct guest_dt_input *in)
{
	static const char *const text[] = {
		[MMU_NONE] = "riscv,none", [MMU_SV39] = "riscv,sv39", [MMU_SV48] = "riscv,sv48", [MMU_SV57] = "riscv,sv57",
	};
	enum mmu_type weakest = MMU_SV57;
	for (uint32_t i = 0; i < in->partition->vcpu_count; i++) {
		enum mmu_type mmu = in->machine->harts[in->partition->harts[i]].mmu;
		if (mmu < weakest)
			weakest = mmu;
	}
	return text[weakest];
}

// The two forms of the ISA: made once, then copied from the first hart's node, which does not move while the tree is written.
struct isa_text {
	const char *list, *string;
	size_t list_len, string_len;
};

static void put_isa(struct tree_writer *w, const struct isa *isa, struct isa_text *text)
{
	char buf[ISA_TEXT_SIZE];
	void *place;
	tree_put_string(w, "riscv,isa-base", "rv64i");
	if (text->list != NULL) {
		tree_put(w, "riscv,isa-extensions", text->list, text->list_len);
		tree_put(w, "riscv,isa", text->string, text->string_len);
		return;
	}
	text->list_len = isa_to_list(isa, buf, sizeof(buf));
	if (w->error == 0)
		w->error = fdt_property_placeholder(w->fdt, "riscv,isa-extensions", (int)text->list_len, &place);
	if (w->error != 0)
		return;
	text->list = memcpy(place, buf, text->list_len);
	text->string_len = isa_to_string(isa, buf, sizeof(buf)) + 1;
	w->error = fdt_property_placeholder(w->fdt, "riscv,isa", (int)text->string_len, &place);
	if (w->error == 0)
		text->string = memcpy(place, buf, text->string_len);
}

static void put_block_size(struct tree_writer *w, const struct isa *isa, enum isa_ext ext, const char *name, uint32_t size)
{
	if (size != 0 && isa_has(isa, ext))
		tree_put_u32(w, name, size);
}

static void put_cpus(struct tree_writer *w, const struct guest_dt_input *in)
{
	const struct partition *p = in->partition;
	const char *mmu = mmu_name(in);
	struct isa_text text = { 0 };
	tree_begin(w, "cpus");
	tree_put_bus(w, 1, 0);
	if (in->machine->timebase <= UINT32_MAX)
		tree_put_u32(w, "timebase-frequency", (uint32_t)in->machine->timebase);
	else
		tree_put_u64(w, "timebase-frequency", in->machine->timebase);
	for (uint32_t i = 0; i < p->vcpu_count; i++) {
		const struct machine_hart *hart = &in->machine->harts[p->harts[i]];
		tree_begin_unit(w, "cpu", i);
		tree_put_string(w, "device_type", "cpu");
		tree_put_u32(w, "reg", i);
		tree_put_string(w, "status", "okay");
		tree_put_string(w, "compatible", "riscv");
		put_isa(w, &p->isa, &text);
		tree_put_string(w, "mmu-type", mmu);
		put_block_size(w, &p->isa, ISA_ZICBOM, "riscv,cbom-block-size", hart->cbom_block_size);
		put_block_size(w, &p->isa, ISA_ZICBOZ, "riscv,cboz-block-size", hart->cboz_block_size);
		put_block_size(w, &p->isa, ISA_ZICBOP, "riscv,cbop-block-size", hart->cbop_block_size);
		tree_begin(w, "interrupt-controller");
		tree_put_u32(w, "#interrupt-cells", 1);
		tree_put(w, "interrupt-controller", "", 0);
		tree_put_string(w, "compatible", "riscv,cpu-intc");
		tree_put_u32(w, "phandle", i + 1);
		tree_end(w);
		tree_end(w);
	}
	tree_end(w);
}

static void put_chosen(struct tree_writer *w, const struct guest_dt_input *in)
{
	const struct partition *p = in->partition;
	char path[5 + TREE_UNIT_NAME_SIZE] = "/soc/";
	tree_begin(w, "chosen");
	if (p->request != NULL && p->request->bootargs[0] != '\0')
		tree_put_string(w, "bootargs", p->request->bootargs);
	if (p->has_console) {
		tree_unit_name(path + 5, "serial", p->uart.base);
		tree_put_string(w, "stdout-path", path);
	}
	if (in->machine->seed_size != 0) {
		static const uint8_t later[GUEST_SEED_SIZE]; // a new one is written at each start

		tree_put(w, "rng-seed", later, sizeof(later));
	}
	if (in->layout != NULL && in->layout->initrd_size != 0) {
		tree_put_u64(w, "linux,initrd-start", in->layout->initrd.addr);
		tree_put_u64(w, "linux,initrd-end", in->layout->initrd.addr + in->layout->initrd_size);
	}
	tree_end(w);
}

// The harts' interrupt controllers have phandles 1 to vcpu_count.
static uint32_t controller_phandle(const struct partition *p)
{
	return p->vcpu_count + 1;
}

static uint32_t imsic_phandle(const struct partition *p)
{
	return p->vcpu_count + 2;
}

// The node of an interrupt controller but for what only its kind has; it is left open.
static void begin_irqchip(struct tree_writer *w, const char *name, struct region reg, uint32_t cells, uint32_t phandle)
{
	tree_begin_unit(w, name, reg.base);
	tree_put_reg(w, reg.base, reg.size);
	tree_put(w, "interrupt-controller", "", 0);
	tree_put_u32(w, "#interrupt-cells", cells);
	tree_put_u32(w, "#address-cells", 0);
	tree_put_u32(w, "phandle", phandle);
}

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

static void put_imsic(struct tree_writer *w, const struct partition *p)
{
	begin_irqchip(w, "imsics", p->files, 0, imsic_phandle(p));
	tree_put_string(w, "compatible", "riscv,imsics");
	tree_put(w, "msi-controller", "", 0);
	tree_put_u32(w, "#msi-cells", 0);
	tree_put_u32(w, "riscv,num-ids", p->file_ids);
	put_targets(w, p);
	tree_end(w);
}

static void put_controller(struct tree_writer *w, const struct partition *p)
{
	if (p->irqchip == GUEST_IRQCHIP_PLIC) {
		begin_irqchip(w, "plic", p->controller, 1, controller_phandle(p));
		tree_put(w, "compatible", "sifive,plic-1.0.0\0riscv,plic0", sizeof("sifive,plic-1.0.0\0riscv,plic0"));
		tree_put_u32(w, "riscv,ndev", VPLIC_SOURCES - 1);
	} else {
		begin_irqchip(w, "aplic", p->controller, 2, controller_phandle(p));
		tree_put_string(w, "compatible", "riscv,aplic");
		tree_put_u32(w, "riscv,num-sources", VAPLIC_SOURCES - 1);
	}
	if (p->files.size != 0)
		tree_put_u32(w, "msi-parent", imsic_phandle(p));
	else
		put_targets(w, p);
	tree_end(w);
}

static void put_uart_interrupt(struct tree_writer *w, const struct partition *p)
{
	const fdt32_t cells[] = { cpu_to_fdt32(p->uart_source), cpu_to_fdt32(IRQ_TYPE_LEVEL_HIGH) };
	tree_put_u32(w, "interrupt-parent", controller_phandle(p));
	tree_put(w, "interrupts", cells, p->irqchip == GUEST_IRQCHIP_PLIC ? 4 : 8);
}

static void put_soc(struct tree_writer *w, const struct guest_dt_input *in)
{
	const struct partition *p = in->partition;
	tree_begin(w, "soc");
	tree_put_bus(w, 2, 2);
	tree_put_string(w, "compatible", "simple-bus");
	tree_put(w, "ranges", "", 0);
	if (p->files.size != 0)
		put_imsic(w, p);
	if (p->controller.size != 0)
		put_controller(w, p);
	if (p->has_console) {
		tree_begin_unit(w, "serial", p->uart.base);
		tree_put_string(w, "compatible", "ns16550a");
		tree_put_reg(w, p->uart.base, p->uart.size);
		tree_put_u32(w, "clock-frequency", UART_CLOCK);
		tree_put_u32(w, "reg-shift", 0);
		tree_put_u32(w, "reg-io-width", 1);
		tree_put_u32(w, "fifo-size", GUEST_UART_FIFO);
		tree_put_u32(w, "tx-threshold", 0);
		if (p->controller.size != 0)
			put_uart_interrupt(w, p);
		tree_end(w);
	}
	if (p->finisher.size != 0) {
		tree_begin_unit(w, "test", p->finisher.base);
		tree_put(w, "compatible", "sifive,test1\0sifive,test0", sizeof("sifive,test1\0sifive,test0"));
		tree_put_reg(w, p->finisher.base, p->finisher.size);
		tree_end(w);
	}
	guest_dev_put(w, in, controller_phandle(p));
	tree_end(w);
}

static int write_tree(const struct guest_dt_input *in, void *buf, size_t size)
{
	const char *model = in->machine->model[0] != '\0' ? in->machine->model : "bulkhead,guest";
	struct tree_writer w = { .fdt = buf };
	// Looking for names that are there already would cost more than all the rest.
	w.error = fdt_create_with_flags(buf, (int)min_u64(size, INT32_MAX), FDT_CREATE_FLAG_NO_NAME_DEDUP);
	if (w.error == 0)
		w.error = fdt_finish_reservemap(buf);
	tree_begin(&w, "");
	tree_put_bus(&w, 2, 2);
	tree_put_string(&w, "compatible", "bulkhead,guest");
	tree_put_string(&w, "model", model);
	put_chosen(&w, in);
	put_cpus(&w, in);
	tree_begin_unit(&w, "memory", in->partition->memory_base.addr);
	tree_put_string(&w, "device_type", "memory");
	tree_put_reg(&w, in->partition->memory_base.addr, in->partition->memory_size);
	tree_end(&w);
	put_soc(&w, in);
	guest_dev_put_aliases(&w, in);
	tree_end(&w);
	return w.error != 0 ? w.error : fdt_finish(buf);
}

size_t guest_dt_make(const struct guest_dt_input *in, void *buf, size_t size, struct diag *why)
{
	if (!guest_dev_check(in, why))
		return 0;
	int error = write_tree(in, buf, size);
	if (error != 0)
		return diag_set_u64(why, DIAG_DTB_SIZE, in->partition->name, "", size);
	if (in->fragment == NULL)
		return fdt_totalsize(buf);
	return fragment_apply(in, buf, size, why);
}

// By the whole name: for libfdt a fragment's /chosen@0 would be the same.
size_t guest_dt_seed_offset(const void *dtb)
{
	struct tree t;
	enum tree_event event = tree_open(&t, dtb, fdt_totalsize(dtb)) ? TREE_NODE : TREE_BAD;
	while (event != TREE_BAD && event != TREE_END) {
		event = tree_next(&t);
		if (event == TREE_PROPERTY && t.depth == 2 && strcmp(t.path[1], "chosen") == 0 && strcmp(t.name, "rng-seed") == 0)
			return t.len == GUEST_SEED_SIZE ? (size_t)(t.data - (const uint8_t *)dtb) : 0;
	}
	return 0;
}
