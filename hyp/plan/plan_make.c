// SPDX-License-Identifier: Apache-2.0
// Makes the plan: gives harts and the page pool away, and has memory placed; trusts nothing but struct machine.
#include <string.h>

#include "plan/plan_turn.h"

#define MEMORY_LIMIT (1ull << 38)      // reach of the window through which images are loaded
#define HYPERVISOR_TABLE_PAGES 32      // of the hypervisor's own Sv39 table: a root, six for the pool, four for each other range
#define ROOT_PAGES 7                   // a 16 KiB root, and what its alignment may cost
#define ROOT_ALIGN 0x4000ull

static bool free_ram(const struct plan_input *in, struct region_set *free, struct diag *why)
{
	const struct machine *m = in->machine;
	const struct region fixed[] = { in->image, in->package, in->board_dtb };

	for (uint32_t i = 0; i < m->ram_count; i++) {
		if (!region_set_add(free, turn_frames(m->ram[i], true)))
			return diag_set_u64(why, DIAG_TOO_MANY, "/memory", "reg", m->ram[i].base);
	}
	for (uint32_t i = 0; i < m->reserved_count + ARRAY_SIZE(fixed); i++) {
		bool is_reserved = i < m->reserved_count;
		struct region r = is_reserved ? m->reserved[i] : fixed[i - m->reserved_count];

		if (r.size && !region_set_remove(free, turn_frames(r, false)))
			return diag_set_u64(why, DIAG_TOO_MANY, "/reserved-memory", "reg", r.base);
	}
	return true;
}

static void give_hart(const struct turn *t, uint32_t hart)
{
	t->partition->harts[t->partition->vcpu_count++] = (uint8_t)hart;
	t->plan->hart_owner[hart] = t->partition->index;
}

static bool give_named_harts(const struct turn *t)
{
	const struct guest_request *g = t->partition->request;
	const struct machine *m = t->in->machine;

	if (g->hart_count == 0 || g->hart_count > MAX_HARTS)
		return turn_fail(t, DIAG_HARTS_MISSING, g->harts_named ? "harts" : "hart-count", g->hart_count);
	for (uint32_t i = 0; g->harts_named && i < g->hart_count; i++) {
		int found = machine_find_hart(m, g->hart_ids[i]);
		uint32_t hart = (uint32_t)found;

		if (found < 0)
			return turn_fail(t, DIAG_HART_UNKNOWN, "harts", g->hart_ids[i]);
		if (t->plan->hart_owner[hart] != HART_UNOWNED)
			return turn_fail(t, DIAG_HART_TWICE, "harts", g->hart_ids[i]);
		if (!m->harts[hart].enabled)
			return turn_fail(t, DIAG_HART_DISABLED, "harts", g->hart_ids[i]);
		if (!isa_has(&m->harts[hart].isa, ISA_H))
			return turn_fail(t, DIAG_HART_NO_H, "harts", g->hart_ids[i]);
		give_hart(t, hart);
	}
	return true;
}

static bool give_counted_harts(const struct turn *t)
{
	const struct guest_request *g = t->partition->request;
	const struct machine *m = t->in->machine;

	for (uint32_t i = 0; i < m->hart_count && t->partition->vcpu_count < g->hart_count; i++) {
		if (t->plan->hart_owner[i] == HART_UNOWNED && m->harts[i].enabled && isa_has(&m->harts[i].isa, ISA_H))
			give_hart(t, i);
	}
	if (t->partition->vcpu_count < g->hart_count)
		return turn_fail(t, DIAG_HARTS_MISSING, "hart-count", g->hart_count);
	return true;
}

static struct isa isa_without(struct isa from, const struct isa *what)
{
	for (size_t i = 0; i < ARRAY_SIZE(from.bits); i++)
		from.bits[i] &= ~what->bits[i];
	return from;
}

// Extensions that are off until the guest switches them on by SBI FWFT: without it they are nothing to it.
static const uint8_t by_fwft[] = { ISA_ZICFILP, ISA_ZICFISS, ISA_SSDBLTRP, ISA_SSNPM };

// Counters are handed through by SBI PMU.
static bool denies_pmu(const struct guest_request *r)
{
	return (r->denied_sbi >> SBI_INDEX_PMU & 1) != 0;
}

// Whether each of the guest's harts has an interrupt file for it, and the CSRs to reach it.
static bool has_files(const struct turn *t, const struct isa *enabled)
{
	const struct machine *m = t->in->machine;
	bool has = isa_has(enabled, ISA_SSAIA) && m->irqchip == IRQCHIP_IMSIC && m->imsic_guest_files >= GUEST_FILE &&
		   m->imsic.guest_ids != 0;

	for (uint32_t i = 0; i < t->partition->vcpu_count; i++)
		has &= m->imsic.file[t->partition->harts[i]] != 0;
	return has;
}

static bool asks_for_source(const struct guest_request *r)
{
	for (uint32_t i = 0; i < MODEL_COUNT; i++)
		if ((r->models >> i & 1) != 0 && model_rows[i].source != 0)
			return true;
	return false;
}

// After the ISA, which shows Ssaia to guests with interrupt files alone.
static bool set_irqchip(const struct turn *t)
{
	static const enum guest_irqchip of_board[] = {
		[IRQCHIP_NONE] = GUEST_IRQCHIP_NONE, [IRQCHIP_PLIC] = GUEST_IRQCHIP_PLIC,
		[IRQCHIP_APLIC] = GUEST_IRQCHIP_APLIC, [IRQCHIP_IMSIC] = GUEST_IRQCHIP_APLIC,
	};
	struct partition *p = t->partition;
	const struct machine *m = t->in->machine;

	p->is_wired = (asks_for_source(p->request) || p->request->device_count != 0) && m->irqchip != IRQCHIP_NONE;

	if (isa_has(&p->isa, ISA_SSAIA)) {
		p->irqchip = GUEST_IRQCHIP_IMSIC;
		p->map[p->map_count++] = (struct map_entry){
			{ GUEST_IMSIC_GPA, (uint64_t)p->vcpu_count * PAGE_SIZE }, MAP_FILES, MODEL_COUNT, 0, PA(0),
		};
		p->file_ids = m->imsic.guest_ids;
		for (uint32_t i = 0; i < p->vcpu_count; i++)
			p->file[i] = m->imsic.file[p->harts[i]] + GUEST_FILE * PAGE_SIZE;
	} else if (p->request->wants_files) {
		return turn_fail(t, DIAG_HART_FILES, "interrupt-files", p->vcpu_count);
	} else if (p->is_wired) {
		p->irqchip = of_board[m->irqchip];
	}
	turn_place_models(t);
	return true;
}

static bool set_isa(const struct turn *t)
{
	// What does not hang on henvcfg.
	static const struct isa by_others = { .bits = { [ISA_ZIHPM / 64] = 1ull << (ISA_ZIHPM % 64),
							[ISA_SSAIA / 64] = 1ull << (ISA_SSAIA % 64) } };
	struct partition *p = t->partition;
	const struct machine *m = t->in->machine;
	struct isa all = m->harts[p->harts[0]].isa, ignored = p->request->ignored;
	bool has_fwft = (p->request->denied_sbi >> SBI_INDEX_FWFT & 1) == 0;

	for (uint32_t i = 1; i < p->vcpu_count; i++)
		all = isa_and(&all, &m->harts[p->harts[i]].isa);
	if (!isa_has(&all, ISA_I))
		return turn_fail(t, DIAG_HART_ISA, p->request->harts_named ? "harts" : "hart-count", p->vcpu_count);
	if (p->request->ignore_aia) {
		isa_set(&ignored, ISA_SMAIA);
		isa_set(&ignored, ISA_SSAIA);
	}
	// The CSR that hands overflows on is the AIA's.
	if (p->request->ignore_aia || denies_pmu(p->request))
		isa_set(&ignored, ISA_SSCOFPMF);
	if (denies_pmu(p->request))
		isa_set(&ignored, ISA_ZIHPM);
	if (p->rules.no_neighbour_counters)
		isa_set(&ignored, ISA_ZICNTR); // no cycle, no instret
	p->use_henvcfg = !p->request->ignore_henvcfg;
	p->enabled = isa_without(isa_and(&all, &m->enabled), &ignored);
	if (!p->use_henvcfg)
		p->enabled = isa_and(&p->enabled, &by_others);
	if (!has_files(t, &p->enabled))
		isa_clear(&p->enabled, ISA_SSAIA);
	if (!isa_has(&p->enabled, ISA_ZIHPM))
		isa_clear(&p->enabled, ISA_SSCOFPMF); // nothing left that could overflow
	if (p->rules.no_neighbour_counters && !isa_has(&p->enabled, ISA_SSCOFPMF))
		isa_clear(&p->enabled, ISA_ZIHPM); // without its filters they count in HS-mode, too
	if (has_fwft) {
		p->isa = isa_for_guest(&all, &p->enabled, &ignored);
		return true;
	}
	for (size_t i = 0; i < ARRAY_SIZE(by_fwft); i++)
		isa_clear(&p->enabled, by_fwft[i]);
	p->isa = isa_for_guest(&all, &p->enabled, &ignored);
	// Svadu beside Svade means off until FWFT switches it on, Svadu alone means on from reset (the trees' binding).
	if (isa_has(&p->isa, ISA_SVADU))
		isa_clear(&p->isa, ISA_SVADE);
	return true;
}

// Table pages of a guest. Before its memory is placed plan_table_pages() counts its devices alone, and memory has a table for each 1 GiB, and for the ends of extents that are not aligned to 2 MiB.
static uint64_t table_pages_bound(const struct partition *p)
{
	bool is_odd = !is_aligned(p->memory_base.addr | p->memory_size, MIB_2);

	if (partition_next(p, MAP_MEMORY, NULL) != NULL)
		return plan_table_pages(p);
	return plan_table_pages(p) + p->memory_size / GIB_1 + 2 + (is_odd ? min_u64(3 * MAX_EXTENTS, p->memory_size / MIB_2 + 2) : 0);
}

// Table pages of the hypervisor: two more for each 2 MiB, beyond the first, into which the harts' interrupt files are scattered.
static uint64_t own_table_pages(const struct machine *m)
{
	uint64_t pages = HYPERVISOR_TABLE_PAGES, before = 0;

	for (uint32_t i = 0; m->irqchip == IRQCHIP_IMSIC && i < m->hart_count; i++) {
		uint64_t last = (m->imsic.file[i] + GUEST_FILE * PAGE_SIZE) / MIB_2;

		pages += before != 0 && last != before ? 2 : 0;
		before = last;
	}
	return pages;
}

static bool place_pool(const struct plan_input *in, struct plan *plan, struct region_set *free, struct diag *why)
{
	uint64_t pages = own_table_pages(in->machine), size;

	for (uint32_t i = 0; i < plan->partition_count; i++)
		pages += ROOT_PAGES + table_pages_bound(&plan->partitions[i]);
	size = align_up(in->pool_fixed_size, PAGE_SIZE) + pages * PAGE_SIZE;
	for (uint32_t i = 0; i < free->count; i++) {
		struct region pool = { turn_congruent(free->items[i].base, 0, ROOT_ALIGN), size };

		if (turn_usable(free->items[i], 0, ROOT_ALIGN) >= size && region_contains((struct region){ 0, HS_REACH }, pool.base, size)) {
			plan->pool = pool;
			return region_set_remove(free, plan->pool) || diag_set(why, DIAG_TOO_MANY, "/memory", "reg", NULL);
		}
	}
	return diag_set_u64(why, DIAG_TABLES, "/memory", "reg", size);
}

static bool is_size_right(const struct turn *t)
{
	const struct partition *p = t->partition;

	if (p->memory_size == 0 || !is_aligned(p->memory_size, PAGE_SIZE))
		return turn_fail(t, DIAG_MEM_SIZE, "memory-size", p->memory_size);
	if (p->memory_size > MEMORY_LIMIT)
		return turn_fail(t, DIAG_MEM_GPA, "memory-size", p->memory_size);
	if (!p->direct_mapped && !is_aligned(p->memory_base.addr, PAGE_SIZE))
		return turn_fail(t, DIAG_MEM_ALIGN, "memory-base", p->memory_base.addr);
	return true;
}

static bool is_gpa_right(const struct turn *t)
{
	const struct partition *p = t->partition;
	struct region memory = { p->memory_base.addr, p->memory_size };

	bool is_right = region_contains((struct region){ 0, GPA_LIMIT }, memory.base, memory.size);

	for (uint32_t i = 0; i < p->map_count; i++)
		is_right &= p->map[i].kind == MAP_MEMORY || !region_overlaps(memory, turn_frames(p->map[i].gpa, false));
	return is_right || turn_fail(t, DIAG_MEM_GPA, "memory-base", p->memory_base.addr);
}

static bool for_all(struct turn *t, bool (*step)(const struct turn *t))
{
	for (uint32_t i = 0; i < t->plan->partition_count; i++) {
		t->partition = &t->plan->partitions[i];
		if (!step(t))
			return false;
	}
	return true;
}

static void init_partition(struct partition *p, uint32_t index, const struct guest_request *g)
{
	p->index = index;
	memcpy(p->name, g->name, sizeof(p->name));
	p->request = g;
	p->rules = g->rules;
	p->memory_base = g->memory_base;
	p->memory_size = g->memory_size;
	p->direct_mapped = g->direct_mapped;
	p->denied_sbi = g->denied_sbi;
}

// The lowest hart that nobody owns (with H: code that all harts share touches H's CSRs); else the last one of the guest that has
// most. A guest in the background does not do: this hart ends the run, and is free to once the others have stopped.
static uint32_t find_console_hart(const struct machine *m, uint32_t boot_hart, const struct plan *plan)
{
	const struct partition *most = NULL;
	uint32_t last, owner;

	for (uint32_t i = 0; i < m->hart_count; i++) {
		const struct machine_hart *h = &m->harts[i];

		if (plan->hart_owner[i] == HART_UNOWNED && h->enabled && isa_has(&h->isa, ISA_H) && !h->h_is_guessed)
			return i;
	}
	for (uint32_t i = 0; i < plan->partition_count; i++) {
		const struct partition *p = &plan->partitions[i];

		if (!p->rules.background && (most == NULL || p->vcpu_count > most->vcpu_count))
			most = p;
	}
	if (most == NULL)
		most = &plan->partitions[0];
	last = most->harts[most->vcpu_count - 1];
	owner = plan->hart_owner[boot_hart];
	if (!m->harts[last].h_is_guessed || (owner != HART_UNOWNED && plan->partitions[owner].rules.background))
		return last;
	return boot_hart; // which is there whatever the others turn out to be
}

bool plan_make(const struct plan_input *in, struct plan *plan, struct diag *why)
{
	const struct request *request = in->request;
	struct region_set free = { plan->free, 0, ARRAY_SIZE(plan->free) };
	struct turn t = { in, plan, &free, NULL, why };

	memset(plan, 0, sizeof(*plan));
	if (request->guest_count == 0)
		return diag_set(why, DIAG_NO_GUESTS, "/guests", NULL, NULL);
	plan->partition_count = request->guest_count;
	for (uint32_t i = 0; i < request->guest_count; i++)
		init_partition(&plan->partitions[i], i, &request->guests[i]);
	for (uint32_t i = 0; i < MAX_HARTS; i++)
		plan->hart_owner[i] = HART_UNOWNED;
	plan->on_last_stop = request->on_last_stop;
	plan->colour = request->colour;
	plan->image = in->image;
	plan->package = in->package;

	if (!for_all(&t, give_named_harts) || !for_all(&t, give_counted_harts) || !for_all(&t, set_isa) ||
	    !for_all(&t, set_irqchip))
		return false;
	if (!for_all(&t, is_size_right) || !free_ram(in, &free, why))
		return false;
	// The pool comes after the memory that cannot be anywhere else, and before what can.
	if (!turn_place_all(&t, PLACE_EXPLICIT) || !place_pool(in, plan, &free, why) || !turn_place_all(&t, PLACE_DIRECT) ||
	    !turn_place_all(&t, PLACE_JOINED) || !for_all(&t, is_gpa_right) || !for_all(&t, turn_check_devices) || !for_all(&t, turn_add_devices))
		return false;
	plan->free_count = free.count;
	plan->console_hart = find_console_hart(in->machine, in->boot_hart, plan);
	return true;
}
