/* SPDX-License-Identifier: Apache-2.0 */
/* Single steps of composed instructions; step.S does the stepping. */

#include "tests/step.h"

#define CODE_HALFWORDS 10

static uint16_t own[GUEST_MAX_HARTS][16] __attribute__((aligned(64)));

_Static_assert(offsetof(struct step, out) == 256, "OUT in step.S");
_Static_assert(offsetof(struct step, cause) == 512, "CAUSE in step.S");
_Static_assert(offsetof(struct step, status) == 528, "STATUS in step.S");
_Static_assert(offsetof(struct step, entry) == 536, "ENTRY in step.S");
_Static_assert(offsetof(struct step, kept) == 544, "KEPT in step.S");
_Static_assert(sizeof(own[0]) >= 2 * CODE_HALFWORDS, "room for four instructions and an ebreak");

void step_fill(struct step *step, unsigned long seed)
{
	for (unsigned i = 1; i < 32; i++)
		step->in[i] = (i + seed) * 0x9e3779b97f4a7c15ul;
	step->entry = SSTATUS_SPP | SSTATUS_FS;
}

static uint16_t *put(uint16_t *at, uint32_t insn)
{
	if (!insn)
		return at;
	*at++ = (uint16_t)insn;
	if ((insn & 3) == 3)
		*at++ = (uint16_t)(insn >> 16);
	return at;
}

unsigned long step_compose(uint16_t *code, uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
	uint16_t *end = put(put(put(put(code, a), b), c), d);

	put(end, INSN_EBREAK);
	__asm__ volatile("fence.i" ::: "memory");
	return (unsigned long)end;
}

unsigned long step_insn(struct step *step, uint32_t insn)
{
	uint16_t *code = own[hart_self()->index];
	unsigned long end = step_compose(code, insn, 0, 0, 0);

	if (!insn) { /* the illegal instruction of all zeros */
		code[0] = 0;
		end = (unsigned long)(code + 2);
		__asm__ volatile("fence.i" ::: "memory");
	}
	step->in[0] = (unsigned long)code;
	step_run(step);
	return step->cause == CAUSE_BREAKPOINT && step->out[0] == end ? NO_TRAP : step->cause;
}

unsigned step_changed(const struct step *step, unsigned except)
{
	unsigned changed = 0;

	for (unsigned i = 1; i < 32; i++)
		changed += i != except && step->out[i] != step->in[i];
	return changed;
}
