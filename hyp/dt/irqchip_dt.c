// SPDX-License-Identifier: Apache-2.0
// PLIC, APLIC and IMSIC nodes of the board's tree (Linux bindings sifive,plic-1.0.0, riscv,aplic, riscv,imsics), in one pass.
#include "dt/irqchip_dt.h"

#include <string.h>

#include "dt/fdt_util.h"
#include "rv/spec.h"

#define IMSIC_PAGE_SHIFT 12
#define IMSIC_PAGE (1u << IMSIC_PAGE_SHIFT)
#define PLIC_CONTEXTS 0x200000u // offset of the contexts' registers
#define MAX_GUEST_INDEX_BITS 7 // as the binding has it; GEILEN is at most 63

#define PROPERTIES(X) \
	X(P_ADDRESS_CELLS, "#address-cells") X(P_SIZE_CELLS, "#size-cells") X(P_RANGES, "ranges") X(P_REG, "reg") \
	X(P_COMPATIBLE, "compatible") X(P_DEVICE_TYPE, "device_type") X(P_STATUS, "status") X(P_PHANDLE, "phandle") \
	X(P_CONTROLLER, "interrupt-controller") X(P_EXTENDED, "interrupts-extended") X(P_NDEV, "riscv,ndev") \
	X(P_SOURCES, "riscv,num-sources") X(P_CHILDREN, "riscv,children") X(P_MSI_PARENT, "msi-parent") \
	X(P_IDS, "riscv,num-ids") X(P_GUEST_BITS, "riscv,guest-index-bits") X(P_GUEST_IDS, "riscv,num-guest-ids") \
	X(P_HART_BITS, "riscv,hart-index-bits") X(P_GROUP_BITS, "riscv,group-index-bits") X(P_GROUP_SHIFT, "riscv,group-index-shift")
enum property { PROPERTIES(TREE_NAME_ENUM) P_COUNT };

static const struct tree_names irqchip_names = TREE_NAMES(PROPERTIES);

// A controller whose harts are known only when all of /cpus has been seen.
struct found {
	bool is_there;
	struct tree_prop extended;
	struct region reg[MAX_IMSIC_REGIONS];
	uint32_t reg_count;
};

struct reader {
	struct tree tree;
	struct machine *m;
	struct tree_prop props[P_COUNT];
	uint32_t depth; // of the node that is being read, 0 when it has been judged
	struct tree_bus bus[TREE_MAX_DEPTH];
	uint32_t hart;  // cpu nodes seen
	uint32_t intc[MAX_HARTS]; // phandles of the harts' own controllers
	struct found plic, aplic, imsic;
	uint32_t hart_bits, group_bits, group_shift; // of the IMSICs' addresses
};

static void find(struct reader *r, struct found *f)
{
	struct region range;

	*f = (struct found){ .extended = r->props[P_EXTENDED] };
	for (uint32_t i = 0; f->reg_count < MAX_IMSIC_REGIONS && tree_reg(r->props[P_REG], &r->bus[r->depth - 2], i, &range); i++)
		if (region_is_valid(range) && range.size != 0 && tree_translate(r->bus, r->depth - 1, &range))
			f->reg[f->reg_count++] = range;
	f->is_there = f->reg_count != 0;
}

// Whether an entry is an S-mode external interrupt: an M-mode IMSIC has none.
static bool has_external(struct tree_prop extended)
{
	for (uint32_t at = 0; at + 8 <= extended.len; at += 8)
		if (tree_be32(extended.data + at + 4) == IRQ_S_EXTERNAL)
			return true;
	return false;
}

// An interrupt file has 63 identities or 64 more, up to 2047; 0: the tree is wrong.
static uint32_t valid_ids(uint32_t ids)
{
	return ids % 64 == 63 && ids <= 2047 ? ids : 0;
}

// The firmware has disabled the M-mode controllers. An APLIC domain with children is the parent of the one that is ours.
static void read_controller(struct reader *r)
{
	struct machine *m = r->m;
	struct tree_prop compatible = r->props[P_COMPATIBLE];

	if (!tree_status_okay(r->props[P_STATUS]))
		return;
	if (tree_list_has(compatible, "sifive,plic-1.0.0") || tree_list_has(compatible, "riscv,plic0") ||
	    tree_list_has(compatible, "thead,c900-plic") || tree_list_has(compatible, "ultrarisc,cp100-plic")) {
		find(r, &r->plic);
		m->plic = (struct machine_plic){ .sources = tree_cell(r->props[P_NDEV], 0),
						 .phandle = tree_cell(r->props[P_PHANDLE], 0),
						 .claims_alone = tree_list_has(compatible, "ultrarisc,cp100-plic") };
	} else if (tree_list_has(compatible, "riscv,aplic") && r->props[P_CHILDREN].data == NULL) {
		find(r, &r->aplic);
		m->aplic = (struct machine_aplic){ .sources = tree_cell(r->props[P_SOURCES], 0),
						   .phandle = tree_cell(r->props[P_PHANDLE], 0),
						   .is_msi = r->props[P_MSI_PARENT].data != NULL };
	} else if (tree_list_has(compatible, "riscv,imsics") && has_external(r->props[P_EXTENDED]) &&
		   tree_cell(r->props[P_GUEST_BITS], 0) <= MAX_GUEST_INDEX_BITS) {
		uint32_t ids = tree_cell(r->props[P_IDS], 0);

		find(r, &r->imsic);
		m->imsic = (struct machine_imsic){ .phandle = tree_cell(r->props[P_PHANDLE], 0),
						   .ids = valid_ids(ids),
						   .guest_ids = valid_ids(tree_cell(r->props[P_GUEST_IDS], ids)),
						   .guest_index_bits = tree_cell(r->props[P_GUEST_BITS], 0) };
		r->hart_bits = r->props[P_HART_BITS].data != NULL ? tree_cell(r->props[P_HART_BITS], 0) : UINT32_MAX;
		r->group_bits = tree_cell(r->props[P_GROUP_BITS], 0);
		r->group_shift = tree_cell(r->props[P_GROUP_SHIFT], 2 * IMSIC_PAGE_SHIFT);
	}
}

static void read_node(struct reader *r)
{
	bool is_cpus = r->depth >= 3 && strcmp(r->tree.path[1], "cpus") == 0;

	r->bus[r->depth - 1] = (struct tree_bus){ tree_cell(r->props[P_ADDRESS_CELLS], 2),
						  tree_cell(r->props[P_SIZE_CELLS], 1), r->props[P_RANGES] };
	if (r->depth == 3 && is_cpus && tree_list_has(r->props[P_DEVICE_TYPE], "cpu") && r->hart < MAX_HARTS)
		r->hart++;
	else if (r->depth == 4 && is_cpus && r->props[P_CONTROLLER].data != NULL && r->hart != 0)
		r->intc[r->hart - 1] = tree_cell(r->props[P_PHANDLE], 0);
	else if (r->depth >= 2 && r->props[P_COMPATIBLE].data != NULL && !is_cpus)
		read_controller(r);
}

// The machine hart index behind an entry of interrupts-extended (pairs of phandle and interrupt), if it is its S-mode external
// interrupt; IRQ_NO_CONTEXT otherwise.
static uint32_t hart_of_entry(const struct reader *r, struct tree_prop extended, uint32_t entry)
{
	uint32_t phandle = tree_be32(extended.data + 8 * entry), irq = tree_be32(extended.data + 8 * entry + 4);

	for (uint32_t i = 0; i < r->m->hart_count; i++)
		if (phandle != 0 && r->intc[i] == phandle && irq == IRQ_S_EXTERNAL)
			return i;
	return IRQ_NO_CONTEXT;
}

// context[hart]: the entry's number.
static bool read_contexts(const struct reader *r, const struct found *f, uint32_t context[MAX_HARTS])
{
	bool is_any = false;

	for (uint32_t i = 0; i < MAX_HARTS; i++)
		context[i] = IRQ_NO_CONTEXT;
	for (uint32_t entry = 0; f->is_there && entry < f->extended.len / 8; entry++) {
		uint32_t hart = hart_of_entry(r, f->extended, entry);

		if (hart == IRQ_NO_CONTEXT)
			continue;
		context[hart] = entry;
		is_any = true;
	}
	return is_any;
}

// The interrupt files of entry n lie n * (1 << guest_index_bits) pages into the joined regions (riscv,imsics). A region may end with
// what its last hart has, in the midst of the room for more.
static uint64_t imsic_file(const struct reader *r, uint32_t entry)
{
	uint64_t stride = (uint64_t)IMSIC_PAGE << r->m->imsic.guest_index_bits, at = entry * stride;
	uint64_t needed = min_u64(stride, (GUEST_FILE + 1) * (uint64_t)IMSIC_PAGE);

	for (uint32_t i = 0; i < r->imsic.reg_count; i++) {
		uint64_t room = align_up(r->imsic.reg[i].size, stride);

		if (at < room)
			return at + needed <= r->imsic.reg[i].size ? r->imsic.reg[i].base + at : 0;
		at -= room;
	}
	return 0;
}

static uint64_t irqchip_field(uint64_t value, uint32_t shift, uint32_t bits)
{
	return shift > 63 ? 0 : value >> shift & ((1ull << min_u64(bits, 31)) - 1);
}

// An APLIC names the hart of an interrupt file by parts of the file's address (AIA, "Arrangement of the memory regions of multiple
// interrupt files").
static uint32_t imsic_index(const struct reader *r, uint64_t file)
{
	uint32_t bits = r->hart_bits;

	if (bits == UINT32_MAX) // as many as the number of files needs
		for (bits = 0; 1u << bits < r->imsic.extended.len / 8; bits++)
			;
	return (uint32_t)(irqchip_field(file, r->group_shift, r->group_bits) << min_u64(bits, 31) |
			  irqchip_field(file, IMSIC_PAGE_SHIFT + r->m->imsic.guest_index_bits, bits));
}

static void finish_irqchips(struct reader *r)
{
	struct machine *m = r->m;
	uint32_t context[MAX_HARTS];

	m->plic.reg = r->plic.reg[0];
	m->aplic.reg = r->aplic.reg[0];
	if (m->plic.reg.size > PLIC_CONTEXTS && read_contexts(r, &r->plic, m->plic.context))
		m->irqchip = IRQCHIP_PLIC;
	if (read_contexts(r, &r->aplic, m->aplic.idc) || (r->aplic.is_there && m->aplic.is_msi))
		m->irqchip = IRQCHIP_APLIC;
	if (m->imsic.ids != 0 && read_contexts(r, &r->imsic, context)) {
		m->irqchip = IRQCHIP_IMSIC;
		for (uint32_t i = 0; i < m->hart_count; i++)
			m->imsic.file[i] = context[i] == IRQ_NO_CONTEXT ? 0 : imsic_file(r, context[i]);
		for (uint32_t i = 0; i < m->hart_count; i++)
			m->imsic.index[i] = imsic_index(r, m->imsic.file[i]);
		m->imsic_guest_files = (1u << m->imsic.guest_index_bits) - 1;
	}
}

bool irqchip_read(const void *fdt, struct machine *m, struct diag *why)
{
	struct reader r = { .m = m };

	if (!tree_open(&r.tree, fdt, UINT32_MAX))
		return diag_set(why, DIAG_TREE_BAD, "/", "", "");
	for (;;) {
		enum tree_event event = tree_next(&r.tree);

		if (event == TREE_PROPERTY) {
			int property = tree_match(&r.tree, &irqchip_names);

			if (property >= 0)
				r.props[property] = (struct tree_prop){ r.tree.data, r.tree.len };
			continue;
		}
		if (event == TREE_BAD)
			return diag_set(why, DIAG_TREE_BAD, "/", "", "");
		if (r.depth != 0)
			read_node(&r);
		r.depth = 0;
		if (event == TREE_END)
			break;
		if (event == TREE_NODE) {
			r.depth = r.tree.depth;
			memset(r.props, 0, sizeof(r.props));
		}
	}
	finish_irqchips(&r);
	return true;
}
