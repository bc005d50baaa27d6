/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A random walk over the APLIC's registers with a model of what they must show beside it. Boot arguments: walk=<n> steps (3000),
 * seed=<n> (1). Levels only on Bulkhead: QEMU keeps them pending when they fall.
 */

#include "tests/aia.h"

#define IDENTITIES 64 /* of messages, so that one register of the interrupt file shows them */

/* What the specification makes of what was written; the line is the UART's only. */
static struct model {
	uint32_t source;
	unsigned mode;
	uint32_t number; /* EIID or priority */
	int enabled, pending, line;
} model[2];
static unsigned count;
static int domain;
static unsigned long arrived;		   /* MSI: identities that are pending here */
static uint32_t delivery, force, threshold; /* direct */
static uint32_t priorities;		   /* direct: the bits that a priority has */

static unsigned next(unsigned long *state)
{
	*state = *state * 6364136223846793005ul + 1442695040888963407ul;
	return (unsigned)(*state >> 33);
}

static int is_fixed(const struct model *m)
{
	return m->mode == LEVEL1 && !aia.is_msi;
}

/* What follows from pending and enable bits. */
static void settle(void)
{
	for (unsigned i = 0; i < count; i++) {
		struct model *m = &model[i];

		if (is_fixed(m))
			m->pending = m->line;
		if (aia.is_msi && domain && m->enabled && m->pending) {
			arrived |= 1ul << m->number;
			m->pending = 0;
		}
	}
}

static struct model *model_top(void)
{
	struct model *best = NULL;

	for (unsigned i = 0; i < count; i++) {
		struct model *m = &model[i];

		if (!m->enabled || !m->pending || (threshold && m->number >= threshold))
			continue;
		if (!best || m->number < best->number || (m->number == best->number && m->source < best->source))
			best = m;
	}
	return best;
}

static uint32_t shown_top(void)
{
	struct model *m = model_top();

	return m ? m->source << 16 | m->number : 0;
}

static void move_line(struct model *m, int up)
{
	if (m->source != aia.uart || m->line == up)
		return;
	if (up)
		uart_raise();
	else
		uart_lower();
	m->line = up;
	if (up && m->mode >= EDGE1)
		m->pending = 1;
	if (!up && m->mode == LEVEL1)
		m->pending = 0;
}

static void set_target(struct model *m, uint32_t number)
{
	aplic_write(APLIC_TARGET + 4 * m->source, TARGET_HART(aia.index[0]) | number);
	if (!aia.is_msi)
		number = number & priorities ? number & priorities : 1;
	m->number = number;
}

static void set_mode(struct model *m, unsigned mode)
{
	move_line(m, 0); /* whether becoming active counts as an edge is open */
	aplic_write(APLIC_SOURCECFG + 4 * m->source, INACTIVE);
	aplic_write(APLIC_SOURCECFG + 4 * m->source, mode);
	m->mode = mode;
	m->enabled = m->pending = 0;
	if (mode != INACTIVE)
		set_target(m, 1 + m->source);
}

/* Claims, which must give what the model has. */
static int claim(void)
{
	struct model *m = model_top();
	uint32_t wanted = shown_top(), lowest = arrived ? (uint32_t)__builtin_ctzl(arrived) : 0;

	if (aia.is_msi) {
		arrived &= arrived - 1;
		return imsic_claim() == lowest;
	}
	if (!m)
		force = 0;
	else
		m->pending = 0;
	return idc_read(0, CLAIMI) == wanted;
}

static void write_idc(unsigned which, uint32_t value)
{
	if (aia.is_msi)
		return;
	if (which % 3 == 0)
		idc_write(0, IDELIVERY, delivery = value & 1);
	else if (which % 3 == 1)
		idc_write(0, IFORCE, force = value & 1);
	else
		idc_write(0, ITHRESHOLD, threshold = value % 4 ? value & priorities : 0);
}

static int step(unsigned long *state)
{
	static const unsigned modes[] = {INACTIVE, DETACHED, EDGE1, EDGE1, LEVEL1};
	struct model *m = &model[next(state) % count];
	unsigned value = next(state);
	int is_active = m->mode != INACTIVE, right = 1;

	switch (next(state) % 16) {
	case 0:
		set_mode(m, modes[value % (guest_on_bulkhead() && m->source == aia.uart ? 5 : 4)]);
		break;
	case 1:
		if (is_active)
			set_target(m, 1 + value % (IDENTITIES - 1));
		break;
	case 2:
	case 3:
	case 4:
		aplic_write(value % 2 ? APLIC_SETIPNUM : APLIC_SETIPNUM_LE, m->source);
		m->pending |= is_active && !is_fixed(m) && (m->mode != LEVEL1 || m->line);
		break;
	case 5:
		aplic_write(APLIC_CLRIPNUM, m->source);
		m->pending &= is_fixed(m);
		break;
	case 6:
	case 7:
		aplic_write(APLIC_SETIENUM, m->source);
		m->enabled = is_active;
		break;
	case 8:
		aplic_write(APLIC_CLRIE + m->source / 32 * 4, 1u << m->source % 32);
		m->enabled = 0;
		break;
	case 9:
		domain = value % 4 != 0;
		aplic_write(APLIC_DOMAINCFG, domain ? DOMAINCFG_IE : 0);
		break;
	case 10:
	case 11:
		if (m->mode >= EDGE1)
			move_line(m, value % 2);
		break;
	case 12:
	case 13:
		write_idc(next(state), value);
		break;
	default:
		right = claim();
	}
	settle();
	return right;
}

/* Everything as the model has it. */
static int matches(void)
{
	int same = aplic_read(APLIC_DOMAINCFG) == (0x80000000u | (domain ? DOMAINCFG_IE : 0) | (aia.is_msi ? DOMAINCFG_DM : 0)), wanted;

	for (unsigned i = 0; i < count; i++) {
		struct model *m = &model[i];

		same &= aplic_read(APLIC_SOURCECFG + 4 * m->source) == m->mode;
		same &= aplic_bit(APLIC_SETIP, m->source) == m->pending;
		same &= aplic_bit(APLIC_SETIE, m->source) == m->enabled;
		if (m->mode != INACTIVE)
			same &= aplic_read(APLIC_TARGET + 4 * m->source) == (TARGET_HART(aia.index[0]) | m->number);
	}
	if (aia.is_msi)
		return same && imsic_read(EIP) == arrived;
	wanted = domain && delivery && (force || shown_top());
	return same && idc_read(0, TOPI) == shown_top() && external_soon(wanted) == wanted;
}

/* What comes through the board's controller first takes a while. */
static int matches_soon(void)
{
	unsigned long end = timer_patience();
	int same;

	do
		same = matches();
	while (!same && rdtime() < end);
	return same;
}

static void tell(unsigned at)
{
	uart_lower();
	print("# aia: walk: step %u, domaincfg %x, arrived %lx, eip %lx, topi %x, wanted %x\n", at, aplic_read(APLIC_DOMAINCFG), arrived,
	      aia.is_msi ? imsic_read(EIP) : 0, aia.is_msi ? 0 : idc_read(0, TOPI), shown_top());
	for (unsigned i = 0; i < count; i++)
		print("# aia: walk: source %u mode %u number %u line %d: pending %d wanted %d, enabled %d wanted %d\n", model[i].source,
		      model[i].mode, model[i].number, model[i].line, aplic_bit(APLIC_SETIP, model[i].source), model[i].pending,
		      aplic_bit(APLIC_SETIE, model[i].source), model[i].enabled);
}

void test_aia_walk(void)
{
	unsigned long steps = guest_arg("walk", 3000), state = guest_arg("seed", 1);
	unsigned i;

	aplic_off();
	memset(model, 0, sizeof(model));
	model[0].source = aia.uart;
	model[1].source = aia.rtc;
	count = aia.rtc ? 2 : 1;
	domain = 0;
	arrived = 0;
	if (aia.is_msi) {
		imsic_reset(0);
		imsic_write(EIE, ~0ul);
	}
	if (!aia.is_msi) {
		idc_write(0, ITHRESHOLD, ~0u);
		priorities = idc_read(0, ITHRESHOLD);
	}
	for (i = 0; i < 3; i++)
		write_idc(i, 0);
	for (i = 0; i < steps; i++)
		if (!step(&state) || !matches_soon())
			break;
	if (i < steps)
		tell(i);
	uart_lower();
	tap_equal(i, (long)steps, "every step of a random walk shows what the model has");
	aplic_off();
	for (i = 0; i < 3; i++)
		write_idc(i, 0);
	if (aia.is_msi)
		imsic_reset(0);
}
