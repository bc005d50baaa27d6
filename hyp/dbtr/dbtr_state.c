// SPDX-License-Identifier: Apache-2.0
// Checks and translates a guest's debug triggers. Nothing that reaches the firmware is ever enabled in M-, HS- or U-mode, and
// no action but a breakpoint exception, so a trigger can only be felt inside the guest that set it.
#include "dbtr/dbtr_state.h"

#include <string.h>

#include "rv/spec.h"

// What a guest may set in tdata1. Types that are missing here: mcontrol knows no VS- and VU-mode; itrigger and etrigger fire in
// the handler, which may be ours (debug 1.0, "itrigger": "just before the first instruction of the trap handler is executed").
static const struct rules {
	uint64_t type;
	uint64_t fields;        // as a machine without H defines them: all else is reserved
	uint64_t others;        // M, and those of a machine with H
	uint64_t action;
	uint64_t s, u, vs, vu;
	uint64_t by_hardware;   // it changes these by itself
} rules_table[] = {
	{ TDATA1_TYPE_MCONTROL6,
	  MCONTROL6_LOAD | MCONTROL6_STORE | MCONTROL6_EXECUTE | MCONTROL6_U | MCONTROL6_S | MCONTROL6_UNCERTAINEN |
		  MCONTROL6_MATCH | MCONTROL6_CHAIN | MCONTROL6_SIZE | MCONTROL6_SELECT | MCONTROL6_HIT0 | MCONTROL6_HIT1 |
		  MCONTROL6_UNCERTAIN,
	  MCONTROL6_VS | MCONTROL6_VU, MCONTROL6_ACTION, MCONTROL6_S, MCONTROL6_U, MCONTROL6_VS, MCONTROL6_VU,
	  MCONTROL6_HIT0 | MCONTROL6_HIT1 | MCONTROL6_UNCERTAIN },
	{ TDATA1_TYPE_ICOUNT,
	  ICOUNT_U | ICOUNT_S | ICOUNT_PENDING | ICOUNT_COUNT | ICOUNT_HIT,
	  ICOUNT_VS | ICOUNT_VU, ICOUNT_ACTION, ICOUNT_S, ICOUNT_U, ICOUNT_VS, ICOUNT_VU, ICOUNT_HIT | ICOUNT_PENDING },
};

#define ACTION_IS_DEFINED(action) ((action) <= 5 || (action) == 8 || (action) == 9)
#define ACTION_DEBUG_MODE 1
#define MATCH_IS_DEFINED(match) (0x333f >> (match) & 1) // 0 to 5, 8, 9, 12, 13
#define SSELECT_RESERVED 3
#define SIZE_RESERVED 7

static const struct rules *find_rules(uint64_t tdata1)
{
	for (size_t i = 0; i < ARRAY_SIZE(rules_table); i++)
		if (rules_table[i].type == tdata1 >> TDATA1_TYPE_SHIFT)
			return &rules_table[i];
	return NULL;
}

static uint64_t field(uint64_t value, uint64_t mask)
{
	return (value & mask) / (mask & -mask);
}

// Puts the bits of one pair of modes where the other pair's are.
static uint64_t move_modes(uint64_t tdata1, uint64_t from_s, uint64_t from_u, uint64_t to_s, uint64_t to_u)
{
	return (tdata1 & ~(from_s | from_u)) | (tdata1 & from_s ? to_s : 0) | (tdata1 & from_u ? to_u : 0);
}

// The action decides who is told: a breakpoint exception is the guest's own, anything else leaves it.
static long check_action(uint64_t action)
{
	if (!ACTION_IS_DEFINED(action) || action == ACTION_DEBUG_MODE) // which wants dmode
		return SBI_ERR_INVALID_PARAM;
	return action == 0 ? SBI_SUCCESS : SBI_ERR_NOT_SUPPORTED;
}

long dbtr_to_machine(uint64_t *tdata1, uint64_t tdata3)
{
	const struct rules *r = find_rules(*tdata1);
	uint64_t bits = *tdata1 & ~(0xfull << TDATA1_TYPE_SHIFT);
	long error;

	if (r == NULL)
		return SBI_ERR_FAILED;
	if (bits & ~(r->fields | r->others | r->action)) // dmode and m too: "must always be zero"
		return SBI_ERR_INVALID_PARAM;
	if (tdata3 & ~(TEXTRA_SSELECT | TEXTRA_SVALUE | TEXTRA_SBYTEMASK | TEXTRA_MHSELECT | TEXTRA_MHVALUE) ||
	    (tdata3 & TEXTRA_SSELECT) == SSELECT_RESERVED)
		return SBI_ERR_INVALID_PARAM;
	if (r->type == TDATA1_TYPE_MCONTROL6 &&
	    (!MATCH_IS_DEFINED(field(bits, MCONTROL6_MATCH)) || field(bits, MCONTROL6_SIZE) == SIZE_RESERVED))
		return SBI_ERR_INVALID_PARAM;
	error = check_action(field(bits, r->action));
	if (error != SBI_SUCCESS)
		return error;
	// H is hidden from guests, and the contexts of M-mode and the hypervisor are not theirs.
	if (bits & r->others || tdata3 & (TEXTRA_MHSELECT | TEXTRA_MHVALUE))
		return SBI_ERR_NOT_SUPPORTED;
	*tdata1 = move_modes(*tdata1, r->s, r->u, r->vs, r->vu);
	return SBI_SUCCESS;
}

uint64_t dbtr_to_guest(uint64_t tdata1)
{
	const struct rules *r = find_rules(tdata1);

	return r == NULL ? 0 : move_modes(tdata1 & ~(r->s | r->u), r->vs, r->vu, r->s, r->u);
}

static bool is_chained(uint64_t tdata1)
{
	return tdata1 >> TDATA1_TYPE_SHIFT == TDATA1_TYPE_MCONTROL6 && (tdata1 & MCONTROL6_CHAIN) != 0;
}

static uint8_t kind_of(uint64_t tdata1)
{
	return (uint8_t)(tdata1 >> TDATA1_TYPE_SHIFT << 1 | is_chained(tdata1));
}

static bool is_installed(const struct dbtr *d, uint64_t index)
{
	return index < d->count && (d->installed >> index & 1) != 0;
}

static struct dbtr_ret answer(long error, uint64_t value)
{
	return (struct dbtr_ret){ error, value };
}

uint64_t dbtr_num_triggers(struct dbtr *d, uint64_t tdata1)
{
	uint64_t machine = tdata1;

	if (tdata1 == 0)
		return d->count;
	if (dbtr_to_machine(&machine, 0) != SBI_SUCCESS)
		return 0;
	return min_u64(d->firmware(SBI_DBTR_NUM_TRIGGERS, machine, 0).value, d->count);
}

static uint64_t state_to_guest(uint64_t state)
{
	return (state & (DBTR_STATE_HW_TRIG_IDX | DBTR_STATE_HAVE_HW_TRIG | DBTR_STATE_MAPPED)) |
	       (state & DBTR_STATE_VS ? DBTR_STATE_S : 0) | (state & DBTR_STATE_VU ? DBTR_STATE_U : 0);
}

struct dbtr_ret dbtr_read(struct dbtr *d, uint64_t base, uint64_t count)
{
	struct dbtr_ret ret;

	if (base >= d->count || count >= d->count - base) // sic: the last trigger is out of reach
		return answer(SBI_ERR_BAD_RANGE, 0);
	ret = d->firmware(SBI_DBTR_READ_TRIGGERS, base, count);
	if (ret.error != SBI_SUCCESS)
		return answer(SBI_ERR_FAILED, 0);
	for (uint64_t i = 0; i < count; i++) {
		struct dbtr_entry *e = &d->shared[i];

		if (is_installed(d, base + i)) {
			e->word[0] = state_to_guest(e->word[0]);
			e->word[1] = dbtr_to_guest(e->word[1]);
		} else {
			*e = (struct dbtr_entry){ { 0 } };
		}
	}
	return answer(SBI_SUCCESS, 0);
}

// Reads one trigger as the machine has it. False where the firmware does not let it be read: the last one.
static bool read_one(struct dbtr *d, uint64_t index, struct dbtr_entry *e)
{
	if (d->firmware(SBI_DBTR_READ_TRIGGERS, index, 1).error != SBI_SUCCESS)
		return false;
	*e = d->shared[0];
	return true;
}

// tdata registers keep what they can (WARL): whether the machine took all that was asked for.
static bool is_held(const struct dbtr_entry *asked, const struct dbtr_entry *is)
{
	const struct rules *r = find_rules(asked->word[1]);

	return ((asked->word[1] ^ is->word[1]) & ~r->by_hardware) == 0 && asked->word[3] == is->word[3] &&
	       (r->type == TDATA1_TYPE_ICOUNT || asked->word[2] == is->word[2]);
}

// Whether every machine takes it: all that is allowed where nobody can look whether it did.
static bool is_plain(const struct dbtr_entry *e)
{
	if (e->word[3] != 0)
		return false;
	if (e->word[1] >> TDATA1_TYPE_SHIFT == TDATA1_TYPE_ICOUNT)
		return field(e->word[1], ICOUNT_COUNT) == 1;
	return (e->word[1] & (MCONTROL6_CHAIN | MCONTROL6_MATCH | MCONTROL6_SELECT | MCONTROL6_UNCERTAINEN)) == 0;
}

// Triggers off and out. Disabled first: a machine that ignores the firmware's zero in tdata1 would keep them armed.
static long remove_set(struct dbtr *d, uint64_t base, uint64_t mask)
{
	d->firmware(SBI_DBTR_DISABLE_TRIGGERS, base, mask);
	return d->firmware(SBI_DBTR_UNINSTALL_TRIGGERS, base, mask).error;
}

// Turns a chain (or a single configuration) of `count` entries into the machine's, in d->shared.
static struct dbtr_ret translate_chain(struct dbtr *d, const struct dbtr_entry *entries, uint64_t count)
{
	for (uint64_t i = 0; i < count; i++) {
		struct dbtr_entry e = entries[i];
		long error = dbtr_to_machine(&e.word[1], e.word[3]);

		if (error == SBI_SUCCESS && i == count - 1 && is_chained(e.word[1]))
			error = SBI_ERR_INVALID_PARAM;
		if (error == SBI_SUCCESS && d->firmware(SBI_DBTR_NUM_TRIGGERS, e.word[1], 0).value == 0)
			error = SBI_ERR_FAILED;
		if (error != SBI_SUCCESS)
			return answer(error, i);
		d->shared[i] = e;
	}
	return answer(SBI_SUCCESS, 0);
}

// Whether the firmware gave a chain numbers in a row that can be handed out, and the machine took what was asked for.
static struct dbtr_ret check_chain(struct dbtr *d, const struct dbtr_entry *asked, uint64_t first, uint64_t count)
{
	for (uint64_t i = 0; i < count; i++) {
		struct dbtr_entry is;

		if (asked[i].word[0] != first + i || first + i >= d->count || is_installed(d, first + i))
			return answer(SBI_ERR_FAILED, i);
		if (!(read_one(d, first + i, &is) ? is_held(&asked[i], &is) : is_plain(&asked[i])))
			return answer(SBI_ERR_NOT_SUPPORTED, i);
	}
	return answer(SBI_SUCCESS, 0);
}

static struct dbtr_ret install_chain(struct dbtr *d, struct dbtr_entry *entries, uint64_t count)
{
	struct dbtr_entry asked[DBTR_MAX];
	struct dbtr_ret ret = translate_chain(d, entries, count);

	if (ret.error != SBI_SUCCESS)
		return ret;
	memcpy(asked, d->shared, count * sizeof(asked[0]));
	ret = d->firmware(SBI_DBTR_INSTALL_TRIGGERS, count, 0);
	if (ret.error != SBI_SUCCESS)
		return answer(ret.error == SBI_ERR_NOT_SUPPORTED ? ret.error : SBI_ERR_FAILED, min_u64(ret.value, count - 1));
	for (uint64_t i = 0; i < count; i++)
		asked[i].word[0] = d->shared[i].word[0]; // the number it got
	ret = check_chain(d, asked, asked[0].word[0], count);
	for (uint64_t i = 0; i < count; i++) {
		uint64_t index = asked[i].word[0];

		if (ret.error != SBI_SUCCESS) {
			remove_set(d, index, 1);
			continue;
		}
		entries[i].word[0] = index;
		d->kind[index] = kind_of(entries[i].word[1]);
		d->installed |= 1u << index;
	}
	return ret;
}

struct dbtr_ret dbtr_install(struct dbtr *d, struct dbtr_entry *entries, uint64_t count)
{
	uint64_t size;

	if (count >= d->count) // sic
		return answer(SBI_ERR_BAD_RANGE, 0);
	for (uint64_t at = 0; at < count; at += size) {
		struct dbtr_ret ret;

		for (size = 1; at + size < count && is_chained(entries[at + size - 1].word[1]); size++)
			;
		ret = install_chain(d, &entries[at], size);
		if (ret.error != SBI_SUCCESS)
			return answer(ret.error, at + ret.value);
	}
	return answer(SBI_SUCCESS, 0);
}

static long program(struct dbtr *d, const struct dbtr_entry *e)
{
	d->shared[0] = *e;
	return d->firmware(SBI_DBTR_UPDATE_TRIGGERS, 1, 0).error;
}

// Makes a trigger again what it was when read_one() read it.
static void restore(struct dbtr *d, uint64_t index, struct dbtr_entry was)
{
	const struct rules *r = find_rules(was.word[1]);
	uint64_t modes = (was.word[0] & DBTR_STATE_VS ? r->vs : 0) | (was.word[0] & DBTR_STATE_VU ? r->vu : 0);
	bool is_disabled = (was.word[1] & (r->vs | r->vu)) != modes;

	was.word[0] = index;
	was.word[1] |= modes;
	program(d, &was);
	if (is_disabled)
		d->firmware(SBI_DBTR_DISABLE_TRIGGERS, index, 1);
}

static long update_one(struct dbtr *d, struct dbtr_entry e)
{
	uint64_t index = e.word[0];
	struct dbtr_entry was, is;
	long error;

	if (index >= d->count)
		return SBI_ERR_INVALID_PARAM;
	if (!is_installed(d, index))
		return SBI_ERR_FAILED;
	if (kind_of(e.word[1]) != d->kind[index])
		return SBI_ERR_INVALID_PARAM;
	error = dbtr_to_machine(&e.word[1], e.word[3]);
	if (error != SBI_SUCCESS)
		return error;
	if (!read_one(d, index, &was))
		return is_plain(&e) ? program(d, &e) : SBI_ERR_NOT_SUPPORTED;
	if (find_rules(was.word[1]) == NULL) // restore() could not
		return SBI_ERR_FAILED;
	error = program(d, &e);
	if (error == SBI_SUCCESS && read_one(d, index, &is) && !is_held(&e, &is))
		error = SBI_ERR_NOT_SUPPORTED;
	if (error != SBI_SUCCESS)
		restore(d, index, was);
	return error;
}

struct dbtr_ret dbtr_update(struct dbtr *d, const struct dbtr_entry *entries, uint64_t count)
{
	if (count >= d->count) // sic
		return answer(SBI_ERR_BAD_RANGE, 0);
	for (uint64_t i = 0; i < count; i++) {
		long error = update_one(d, entries[i]);

		if (error != SBI_SUCCESS)
			return answer(error, i);
	}
	return answer(SBI_SUCCESS, 0);
}

struct dbtr_ret dbtr_change(struct dbtr *d, uint64_t fid, uint64_t base, uint64_t mask)
{
	uint64_t set;

	if (mask == 0)
		return answer(SBI_SUCCESS, 0);
	if (base >= d->count || mask << base >> base != mask)
		return answer(SBI_ERR_INVALID_PARAM, 0);
	set = mask << base;
	if (set & ~(uint64_t)d->installed)
		return answer(SBI_ERR_INVALID_PARAM, 0);
	if (fid != SBI_DBTR_UNINSTALL_TRIGGERS)
		return answer(d->firmware(fid, 0, set).error, 0);
	d->installed &= ~(uint32_t)set;
	return answer(remove_set(d, 0, set), 0);
}

void dbtr_reset(struct dbtr *d)
{
	if (d->installed != 0)
		dbtr_change(d, SBI_DBTR_UNINSTALL_TRIGGERS, 0, d->installed);
}
