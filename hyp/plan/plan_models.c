// SPDX-License-Identifier: Apache-2.0
// Which emulated devices a guest has, and where: the list of vdev/models.h, as the boot needs it.
#include "plan/plan_turn.h"

const struct model_row model_rows[MODEL_COUNT] = {
#define MODEL_ROW(enumerator, functions, state, kind, property, name, base, size, source, node, compatible, code, cells) \
	[MODEL_##enumerator] = { kind, property, name, { base, size }, source },
	MODELS(MODEL_ROW)
#undef MODEL_ROW
};

bool model_is_wanted(const struct partition *p, enum model model)
{
	switch (model_rows[model].kind) {
	case MODEL_CONSOLE:
	case MODEL_FLAG:
		return (p->request->models >> model & 1) != 0;
	case MODEL_OF_PLIC:
		return p->is_wired && p->irqchip == GUEST_IRQCHIP_PLIC;
	case MODEL_OF_APLIC:
		return p->is_wired && p->irqchip != GUEST_IRQCHIP_PLIC;
	}
	return false;
}

static bool is_taken(const struct partition *p, uint32_t source)
{
	for (uint32_t i = 0; i < p->request->device_count; i++) {
		const struct device_request *d = &p->request->devices[i];

		for (uint32_t n = 0; n < d->source_count; n++)
			if (d->sources[n] == source)
				return true;
	}
	for (uint32_t i = 0; i < p->map_count; i++)
		if (p->map[i].source == source)
			return true;
	return false;
}

// The wanted source, or the lowest that is free; 0: there is none.
static uint32_t find_source(const struct partition *p, uint32_t wanted)
{
	uint32_t source = wanted;

	for (uint32_t next = 1; next <= GUEST_SOURCES; source = next++)
		if (!is_taken(p, source))
			return source;
	return 0;
}

void turn_place_models(const struct turn *t)
{
	struct partition *p = t->partition;

	for (uint32_t i = 0; i < MODEL_COUNT; i++) {
		const struct model_row *row = &model_rows[i];

		if (!model_is_wanted(p, (enum model)i))
			continue;
		p->map[p->map_count++] = (struct map_entry){
			row->gpa, MAP_MODEL, (uint8_t)i,
			row->source != 0 && p->is_wired ? (uint16_t)find_source(p, row->source) : 0, PA(0),
		};
	}
}
