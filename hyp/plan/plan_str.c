// SPDX-License-Identifier: Apache-2.0
// Writes the plan for people: who owns which harts, memory and devices, and what is left over.
#include "plan/plan.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define LINE_WIDTH 100

struct out {
	char *buf;
	size_t size, length; // length may pass size, as with snprintf
	size_t line_start;   // length at the start of this line
	const char *who;     // owner, still to be written in front of its first line
};

__attribute__((format(printf, 2, 3)))
static void put_text(struct out *o, const char *format, ...)
{
	size_t room = o->length < o->size ? o->size - o->length : 0;
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(room ? o->buf + o->length : NULL, room, format, args);
	va_end(args);
	o->length += n > 0 ? (size_t)n : 0;
}

// Begins a line: the owner in front of its first one, then what it owns.
static void begin_line(struct out *o, const char *what)
{
	o->line_start = o->length;
	put_text(o, "%-12s%-11s", o->who, what);
	o->who = "";
}

// One word of a list that may be longer than a line; `what` begins the first line.
static void item(struct out *o, const char **what, const char *word)
{
	if (*what) {
		begin_line(o, *what);
		*what = NULL;
	} else if (o->length - o->line_start + 1 + strlen(word) > LINE_WIDTH) {
		put_text(o, "\n");
		begin_line(o, "");
	} else {
		put_text(o, " ");
	}
	put_text(o, "%s", word);
}

// Ends a list; one without words says so.
static void end_list(struct out *o, const char *what)
{
	if (what)
		put_text(o, "%-12s%-11snone", o->who, what);
	o->who = "";
	put_text(o, "\n");
}

static void put_size(struct out *o, uint64_t size)
{
	static const char units[] = "KMGT";
	int unit = -1;

	while (size && unit < 3 && size % 1024 == 0) {
		size /= 1024;
		unit++;
	}
	if (unit < 0)
		put_text(o, "%6" PRIu64 " B", size);
	else
		put_text(o, "%4" PRIu64 " %ciB", size, units[unit]);
}

static void put_range(struct out *o, const char *what, struct region r)
{
	if (r.size == 0)
		return;
	begin_line(o, what);
	put_size(o, r.size);
	put_text(o, "  PA 0x%08" PRIx64 "..0x%08" PRIx64 "\n", r.base, r.base + r.size);
}

static void put_harts(struct out *o, const struct machine *m, const struct partition *p)
{
	const char *what = "harts";
	char word[32];

	for (uint32_t i = 0; i < p->vcpu_count; i++) {
		snprintf(word, sizeof(word), "%" PRIu32 "->%" PRIu64, i, m->harts[p->harts[i]].hartid);
		item(o, &what, word);
	}
	end_list(o, what);
}

static const char *last_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

static void put_source(struct out *o, uint32_t source, bool is_first)
{
	if (o->length - o->line_start + sizeof("  source 1023") > LINE_WIDTH) {
		put_text(o, "\n");
		begin_line(o, "");
	}
	put_text(o, "%s%" PRIu32, is_first ? "  source " : " ", source);
}

// A line per register range; the first one has the device's name, and its interrupts.
static void put_devices(struct out *o, const struct guest_request *g)
{
	bool is_trusted = false;

	for (uint32_t i = 0; i < g->device_count; i++) {
		const struct device_request *d = &g->devices[i];

		for (uint32_t n = 0; n < d->reg_count; n++) {
			begin_line(o, i + n ? "" : "devices");
			put_text(o, "%s  PA 0x%08" PRIx64 "..0x%08" PRIx64, n ? "" : last_name(d->path), d->reg[n].base,
			    d->reg[n].base + d->reg[n].size);
			for (uint32_t s = 0; n == 0 && s < d->source_count; s++)
				put_source(o, d->sources[s], s == 0);
			put_text(o, "\n");
		}
		is_trusted |= d->can_master;
	}
	if (is_trusted) {
		begin_line(o, "WARNING");
		put_text(o, "this guest's devices can reach all memory (trusted-dma)\n");
	}
}

static bool is_some_guests(const struct plan *plan, struct region reg)
{
	for (uint32_t i = 0; i < plan->partition_count; i++) {
		const struct guest_request *g = plan->partitions[i].request;

		for (uint32_t n = 0; n < g->device_count; n++) {
			for (uint32_t k = 0; k < g->devices[n].reg_count; k++) {
				if (g->devices[n].reg[k].base == reg.base && g->devices[n].reg[k].size == reg.size)
					return true;
			}
		}
	}
	return false;
}

static void put_place(struct out *o, const char *what, const struct map_entry *e)
{
	put_text(o, "%s at GPA 0x%08" PRIx64, what, e->gpa.base);
}

// What the guest finds, and why it is no more where the board has IMSICs.
static void put_irqchip(struct out *o, const struct machine *m, const struct partition *p)
{
	if (p->irqchip == GUEST_IRQCHIP_NONE)
		return;
	begin_line(o, "interrupts");
	for (uint32_t i = 0; i < p->map_count; i++) {
		if (p->map[i].kind == MAP_FILES)
			put_place(o, "guest interrupt files", &p->map[i]);
	}
	for (uint32_t i = MODEL_ASKED_COUNT; i < MODEL_COUNT; i++) {
		const struct map_entry *e = partition_model(p, (enum model)i);

		if (e == NULL)
			continue;
		put_text(o, "%semulated ", p->file_ids != 0 ? ", " : "");
		put_place(o, model_rows[i].name, e);
		if (m->irqchip == IRQCHIP_IMSIC && p->file_ids == 0)
			put_text(o, "%s", p->request->ignore_aia || isa_has(&p->request->ignored, ISA_SSAIA) ?
				     " (ignores AIA)" : " (the harts have no guest interrupt files)");
	}
	put_text(o, "\n");
}

static void put_partition(struct out *o, const struct machine *m, const struct partition *p)
{
	o->who = p->name;
	put_harts(o, m, p);
	for (const struct map_entry *e = NULL; (e = partition_next(p, MAP_MEMORY, e)) != NULL;) {
		begin_line(o, e->gpa.base != p->memory_base.addr ? "" : "memory");
		put_size(o, e->gpa.size);
		put_text(o, "  PA 0x%08" PRIx64 "..0x%08" PRIx64 "  GPA 0x%08" PRIx64 "%s\n", e->pa.addr, e->pa.addr + e->gpa.size,
		    e->gpa.base, p->direct_mapped ? " (direct-mapped)" : "");
	}
	put_devices(o, p->request);
	put_irqchip(o, m, p);
	for (uint32_t i = 0; i < MODEL_ASKED_COUNT; i++) {
		const struct map_entry *e = partition_model(p, (enum model)i);

		if (e == NULL)
			continue;
		begin_line(o, model_rows[i].property);
		put_place(o, model_rows[i].name, e);
		put_text(o, "\n");
	}
}

static bool is_console(const struct machine *m, const struct machine_device *d)
{
	return m->uart.is_ns16550 && d->reg.base == m->uart.reg.base;
}

static void put_hypervisor(struct out *o, const struct plan_input *in, const struct plan *plan)
{
	const struct machine *m = in->machine;
	const char *name = "the firmware's";

	o->who = "hypervisor";
	put_range(o, "image", plan->image);
	put_range(o, "package", plan->package);
	put_range(o, "pool", plan->pool);
	begin_line(o, "console");
	for (uint32_t i = 0; i < m->device_count; i++) {
		if (is_console(m, &m->devices[i])) {
			name = m->devices[i].name;
			break;
		}
	}
	put_text(o, "%s, drained by hart %" PRIu64 "\n", name, m->harts[plan->console_hart].hartid);
}

static void put_left_over(struct out *o, const struct machine *m, const struct plan *plan)
{
	const char *what = "harts", *label = "memory";
	char word[40];

	o->who = "left over";
	for (uint32_t i = 0; i < m->hart_count; i++) {
		const char *why = !m->harts[i].enabled ? " (disabled)" : !isa_has(&m->harts[i].isa, ISA_H) ? " (no H)" : "";

		if (plan->hart_owner[i] != HART_UNOWNED)
			continue;
		snprintf(word, sizeof(word), "%" PRIu64 "%s", m->harts[i].hartid, why);
		item(o, &what, word);
	}
	end_list(o, what);
	for (uint32_t i = 0; i < plan->free_count; i++, label = "")
		put_range(o, label, plan->free[i]);
	what = "devices";
	for (uint32_t i = 0; i < m->device_count; i++) {
		// A device has one entry for each of its ranges, one after the other.
		if (is_console(m, &m->devices[i]) || is_some_guests(plan, m->devices[i].reg) || (i && strcmp(m->devices[i].name, m->devices[i - 1].name) == 0))
			continue;
		item(o, &what, m->devices[i].name);
	}
	end_list(o, what);
}

size_t plan_str(const struct plan_input *in, const struct plan *plan, char *buf, size_t size)
{
	struct out o = { .buf = buf, .size = size, .who = "" };
	const char *label = "reserved";

	put_text(&o, "%-12s%-11s%s\n", "owner", "what", "which");
	for (uint32_t i = 0; i < plan->partition_count; i++)
		put_partition(&o, in->machine, &plan->partitions[i]);
	put_hypervisor(&o, in, plan);
	o.who = "firmware";
	for (uint32_t i = 0; i < in->machine->reserved_count; i++, label = "")
		put_range(&o, label, in->machine->reserved[i]);
	put_left_over(&o, in->machine, plan);
	return o.length;
}
