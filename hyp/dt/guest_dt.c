// SPDX-License-Identifier: Apache-2.0
// Makes a guest's device tree from the plan and the board's facts.
#include "dt/guest_dt.h"

#include <libfdt.h>
#include <string.h>

#include "dt/fdt_util.h"
#include "dt/fragment.h"
#include "dt/guest_dev_dt.h"
#include "dt/irqchip_node.h"
#include "dt/model_node.h"

#define ISA_TEXT_SIZE 1536      // all names of the table, with separators

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
	if (model_console_name(p, path + 5))
		tree_put_string(w, "stdout-path", path);
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

static void put_soc(struct tree_writer *w, const struct guest_dt_input *in)
{
	tree_begin(w, "soc");
	tree_put_bus(w, 2, 2);
	tree_put_string(w, "compatible", "simple-bus");
	tree_put(w, "ranges", "", 0);
	model_nodes_put(w, in->partition);
	guest_dev_put(w, in, controller_phandle(in->partition));
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
