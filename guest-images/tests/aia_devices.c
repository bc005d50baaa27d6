/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Interrupts of the UART and of the RTC, an assigned device, through the AIA. Boot arguments: rtc (nothing else), only-alarms,
 * those of irq.h.
 */

#include "tests/aia.h"

static volatile unsigned stale; /* claims of a level that has fallen */

static uint32_t claim_message(void)
{
	return imsic_claim();
}

/* By MSI a level that is still high, or again, is sent once more. */
static void complete_message(uint32_t source)
{
	aplic_write(APLIC_SETIPNUM_LE, source);
}

static uint32_t claim_direct(void)
{
	uint32_t source = idc_read((unsigned)hart_self()->index, CLAIMI) >> 16;

	if (!source || aplic_bit(APLIC_IN_CLRIP, source))
		return source;
	stale++;
	return 0;
}

static void complete_direct(uint32_t source)
{
	(void)source;
}

static const struct irq_controller by_message = {claim_message, complete_message, 1};
static const struct irq_controller direct = {claim_direct, complete_direct, 1};
static const struct irq_controller *controller;

/* The source is a level for this hart; its message has its own number. */
static void use(uint32_t source)
{
	controller = aia.is_msi ? &by_message : &direct;
	aplic_off();
	if (aia.is_msi) {
		imsic_reset(1);
		imsic_set_bit(EIE, source, 1);
	} else {
		idc_write(0, IDELIVERY, 1);
		idc_write(0, ITHRESHOLD, 0);
	}
	aplic_set_up(source, LEVEL1, 0, aia.is_msi ? source : 1);
	aplic_write(APLIC_SETIENUM, source);
	aplic_write(APLIC_DOMAINCFG, DOMAINCFG_IE);
}

static void unuse(void)
{
	aplic_off();
	if (aia.is_msi)
		imsic_reset(0);
	else
		idc_write(0, IDELIVERY, 0);
}

static void test_alarm_level(void)
{
	uint32_t source = aia.rtc, got[3];
	int is[4];

	use(source);
	aplic_write(APLIC_CLRIENUM, source);
	rtc_alarm(0);
	is[0] = aplic_bit(APLIC_IN_CLRIP, source);
	is[1] = aplic_bit(APLIC_SETIP, source);
	is[2] = external_soon(0);
	aplic_write(APLIC_SETIENUM, source);
	is[3] = external_soon(1);
	got[0] = controller->claim();
	rtc_clear();
	rtc_alarm(0); /* again, before the end of the first */
	controller->complete(got[0]);
	(void)external_soon(1);
	got[1] = controller->claim();
	rtc_off();
	controller->complete(got[1]);
	(void)external_soon(0);
	got[2] = controller->claim();
	tap_equal(is[0], 1, "an alarm's line is up");
	tap_equal(is[1], 1, "an alarm that is not enabled is pending");
	tap_equal(is[2], 0, "and does not interrupt");
	tap_equal(is[3], 1, "enabled, it does");
	tap_equal(got[0], source, "and is claimed");
	tap_equal(got[1], source, "so is one that comes before the end of that");
	tap_equal(got[2], 0, "and then there is none");
}

/* ---- alarms while the source moves between harts ---- */

static volatile unsigned phase;

static void serve(void *arg)
{
	(void)arg;
	if (aia.is_msi) {
		imsic_reset(1);
		imsic_set_bit(EIE, aia.rtc, 1);
	} else {
		idc_write((unsigned)hart_self()->index, IDELIVERY, 1);
		idc_write((unsigned)hart_self()->index, ITHRESHOLD, 0);
	}
	irq_handle_alarms();
	csr_set(sie, SIE_SSIE);
	phase = 1;
	while (phase == 1) {
		wfi();
		csr_clear(sip, SIE_SSIE);
		irq_enable();
		irq_disable();
	}
	if (aia.is_msi)
		imsic_reset(0);
	else
		idc_write((unsigned)hart_self()->index, IDELIVERY, 0);
}

static void move(unsigned n)
{
	aplic_write(APLIC_TARGET + 4 * aia.rtc, TARGET_HART(aia.index[n / 3 % 2]) | (aia.is_msi ? aia.rtc : 1));
}

static void test_moving(void)
{
	phase = 0;
	use(aia.rtc);
	tap_equal(hart_start(1, serve, NULL).error, 0, "the other hart starts");
	while (!phase)
		nap();
	test_irq_alarms(controller, aia.rtc, move);
	phase = 2;
	sbi_call3(SBI_EXT_IPI, 0, 1, harts[1].id, 0);
	tap_check(hart_wait(1, HSM_STOPPED), "the other hart stops");
}

static void test_rtc(void)
{
	if (!aia.rtc) {
		tap_skip("the RTC's alarm", "no RTC with an interrupt");
		return;
	}
	rtc_off();
	use(aia.rtc);
	test_irq_alarms(controller, aia.rtc, NULL);
	if (!guest_has_arg("only-alarms")) {
		test_alarm_level();
		use(aia.rtc);
		test_irq_waits(controller, aia.rtc);
		test_irq_storm(controller, aia.rtc);
		if (hart_count() > 1)
			test_moving();
	}
	rtc_off();
	unuse();
}

void test_aia_devices(void)
{
	stale = 0;
	if (aia.uart && !guest_has_arg("rtc")) {
		use(aia.uart);
		test_irq_uart(controller, aia.uart);
		unuse();
	}
	test_rtc();
	aia_rule(stale, 0, "no level is claimed that has fallen");
}
