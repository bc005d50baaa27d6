// SPDX-License-Identifier: Apache-2.0
// Sources of an emulated APLIC: inputs, pending bits, what is held of the real ones, and delivery.
#include "vdev/vaplic_source.h"

static bool get_source_bit(const uint32_t *words, uint32_t source)
{
	return (words[source / 32] >> source % 32 & 1) != 0;
}

static void set_source_bit(uint32_t *words, uint32_t source, bool value)
{
	uint32_t bit = 1u << source % 32;

	words[source / 32] = value ? words[source / 32] | bit : words[source / 32] & ~bit;
}

static bool is_level_mode(const struct vaplic_source *s)
{
	return s->mode >= VAPLIC_LEVEL1;
}

uint32_t vaplic_top(const struct vaplic *a, uint32_t vcpu)
{
	uint32_t limit = a->idcs[vcpu].threshold != 0 ? a->idcs[vcpu].threshold : VAPLIC_IPRIO + 1, best = 0;

	for (uint32_t word = 0; word < VAPLIC_WORDS; word++)
		for (uint32_t left = a->pending[word]; left != 0; left &= left - 1) {
			uint32_t source = word * 32 + (uint32_t)__builtin_ctz(left);
			const struct vaplic_source *s = &a->sources[source];

			if (s->enabled && s->vcpu == vcpu && s->eiid < limit) {
				limit = s->eiid;
				best = source << VAPLIC_TOPI_SHIFT | s->eiid;
			}
		}
	return best;
}

void vaplic_update_line(struct vaplic *a, uint32_t vcpu)
{
	struct vaplic_idc *idc = &a->idcs[vcpu];
	bool level = a->enabled && idc->delivery != 0 && (idc->force != 0 || vaplic_top(a, vcpu) != 0);

	if (level == idc->level)
		return;
	idc->level = level;
	a->ops->line(a->owner, vcpu, level);
}

void vaplic_send(struct vaplic *a, uint32_t vcpu, uint32_t eiid)
{
	if (eiid != 0 && eiid <= a->eiid_max)
		a->ops->msi(a->owner, vcpu, eiid);
}

void vaplic_deliver(struct vaplic *a, uint32_t source)
{
	const struct vaplic_source *s = &a->sources[source];

	if (!vaplic_is_msi(a)) {
		vaplic_update_line(a, s->vcpu);
	} else if (a->enabled && s->enabled && get_source_bit(a->pending, source)) {
		set_source_bit(a->pending, source, false);
		vaplic_send(a, s->vcpu, s->eiid);
	}
}

void vaplic_configure(struct vaplic *a, uint32_t source)
{
	struct vaplic_source cfg = a->sources[source];

	if (cfg.kind != VAPLIC_HARDWARE)
		return;
	cfg.enabled = cfg.enabled && (vaplic_is_msi(a) ? a->enabled : !get_source_bit(a->held, source));
	a->ops->hw_configure(a->owner, source, &cfg);
}

// No longer pending, and if it was held the real one may come again.
static void release_source(struct vaplic *a, uint32_t source)
{
	set_source_bit(a->pending, source, false);
	if (get_source_bit(a->held, source)) {
		set_source_bit(a->held, source, false);
		if (a->sources[source].enabled)
			a->ops->hw_enable(a->owner, source);
	}
	vaplic_deliver(a, source);
}

bool vaplic_rectified(struct vaplic *a, uint32_t source)
{
	const struct vaplic_source *s = &a->sources[source];

	if (s->mode < VAPLIC_EDGE1)
		return false;
	if (s->kind != VAPLIC_HARDWARE)
		return get_source_bit(a->high, source) != (s->mode & 1);
	if (a->ops->hw_rectified(a->owner, source))
		return true;
	if (is_level_mode(s) && get_source_bit(a->held, source))
		release_source(a, source);
	return false;
}

// An emulated source's pending bit after its input has become what it is now, or might have. That a write to sourcecfg counts
// as a rise is left to us (section "Source configurations"); a level would be lost otherwise.
static void input(struct vaplic *a, uint32_t source, bool was_high)
{
	bool is_high = vaplic_rectified(a, source);

	if (is_high && !was_high)
		set_source_bit(a->pending, source, true);
	else if (!is_high && is_level_mode(&a->sources[source]))
		set_source_bit(a->pending, source, false);
	vaplic_deliver(a, source);
}

static void make_inactive(struct vaplic *a, uint32_t source)
{
	struct vaplic_source *s = &a->sources[source];

	s->enabled = false;
	set_source_bit(a->held, source, false);
	set_source_bit(a->pending, source, false);
	vaplic_deliver(a, source);
	*s = (struct vaplic_source){ .kind = s->kind };
	vaplic_configure(a, source);
}

void vaplic_set_level(struct vaplic *a, uint32_t source, bool high)
{
	bool was_high = vaplic_rectified(a, source);

	set_source_bit(a->high, source, high);
	input(a, source, was_high);
}

void vaplic_take(struct vaplic *a, uint32_t source)
{
	if (a->sources[source].mode == VAPLIC_INACTIVE)
		return;
	set_source_bit(a->held, source, true);
	set_source_bit(a->pending, source, true);
	vaplic_deliver(a, source);
}

void vaplic_set_pending(struct vaplic *a, uint32_t source)
{
	const struct vaplic_source *s = &a->sources[source];

	if (vaplic_is_msi(a) && s->kind == VAPLIC_HARDWARE) {
		a->ops->hw_set_pending(a->owner, source, true);
	} else if (!is_level_mode(s) || (vaplic_is_msi(a) && vaplic_rectified(a, source))) {
		set_source_bit(a->pending, source, true);
		vaplic_deliver(a, source);
	}
}

void vaplic_clear_pending(struct vaplic *a, uint32_t source)
{
	const struct vaplic_source *s = &a->sources[source];

	if (is_level_mode(s) && !vaplic_is_msi(a))
		return;
	if (s->kind == VAPLIC_HARDWARE)
		a->ops->hw_set_pending(a->owner, source, false);
	release_source(a, source);
}

bool vaplic_is_pending(struct vaplic *a, uint32_t source)
{
	const struct vaplic_source *s = &a->sources[source];

	if (s->kind != VAPLIC_HARDWARE)
		return get_source_bit(a->pending, source);
	if (is_level_mode(s) && !vaplic_is_msi(a))
		return vaplic_rectified(a, source);
	return get_source_bit(a->pending, source) || a->ops->hw_pending(a->owner, source);
}

void vaplic_set_enabled(struct vaplic *a, uint32_t source, bool enabled)
{
	struct vaplic_source *s = &a->sources[source];

	if (s->enabled == enabled)
		return;
	s->enabled = enabled;
	vaplic_configure(a, source);
	if (get_source_bit(a->held, source))
		(void)vaplic_rectified(a, source);
	vaplic_deliver(a, source);
}

void vaplic_set_mode(struct vaplic *a, uint32_t source, enum vaplic_mode mode)
{
	struct vaplic_source *s = &a->sources[source];

	if (mode == VAPLIC_INACTIVE) {
		make_inactive(a, source);
		return;
	}
	(void)vaplic_rectified(a, source); // a held level that has fallen is no longer pending when it stops being one
	if (s->mode == VAPLIC_INACTIVE)
		s->eiid = vaplic_is_msi(a) ? 0 : 1;
	s->mode = (uint8_t)mode;
	vaplic_configure(a, source);
	if (s->kind != VAPLIC_HARDWARE)
		input(a, source, false);
	else if (is_level_mode(s))
		release_source(a, source); // what was pending is not, as a level: the real source comes again if it is high
}

void vaplic_set_target(struct vaplic *a, uint32_t source, uint32_t vcpu, uint32_t eiid)
{
	struct vaplic_source *s = &a->sources[source];
	uint32_t before = s->vcpu;

	s->vcpu = (uint8_t)vcpu;
	s->eiid = (uint16_t)eiid;
	vaplic_configure(a, source);
	vaplic_deliver(a, source);
	if (!vaplic_is_msi(a))
		vaplic_update_line(a, before);
}

void vaplic_sample(struct vaplic *a, uint32_t vcpu)
{
	for (uint32_t word = 0; word < VAPLIC_WORDS; word++)
		for (uint32_t left = a->held[word]; left != 0; left &= left - 1) {
			uint32_t source = word * 32 + (uint32_t)__builtin_ctz(left);

			if (a->sources[source].vcpu == vcpu && is_level_mode(&a->sources[source]))
				(void)vaplic_rectified(a, source);
		}
}
