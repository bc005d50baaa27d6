/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In-guest test of the AIA, as the tree has it: IMSICs with an APLIC that sends messages, or an APLIC that interrupts by itself. On
 * a bare machine it has the board's supervisor-level ones. Boot arguments: rtc (only the tests with the RTC), leave with
 * reboot=<ms> (until then reboots with interrupts pending and an alarm running), and those of the other parts.
 */

#include "tests/aia.h"
#include "tests/topic.h"

void aia_rule(long got, long wanted, const char *name)
{
	if (guest_on_bulkhead() || got == wanted)
		tap_equal(got, wanted, name);
	else
		print("# aia: bare: %s: got %lx, the specification has %lx\n", name, got, wanted);
}

void aia_note(const char *what, unsigned long value)
{
	print("# aia: %s: %lx\n", what, value);
}

static void read_stopei(void *arg)
{
	(void)arg;
	(void)csr_read(0x15c);
}

/* The ISA has what the tree has: with an interrupt file, Ssaia. */
static void test_isa(void)
{
	unsigned long cause = trap_run(NULL, read_stopei, NULL);

	if (aia.is_msi || guest_on_bulkhead())
		tap_equal(dt_has_isa("ssaia"), aia.is_msi, "the ISA has Ssaia with an interrupt file only");
	tap_equal((long)cause, (long)(aia.is_msi ? NO_TRAP : CAUSE_ILLEGAL_INSTRUCTION), "and then there is stopei");
}

/* ---- one life and the next ---- */

static void look(unsigned *found)
{
	for (uint32_t source = 1; source <= aia.sources; source++)
		found[0] += aplic_read(APLIC_SOURCECFG + 4 * source) != 0;
	found[1] += (aplic_read(APLIC_DOMAINCFG) & DOMAINCFG_IE) != 0;
	if (aia.is_msi) {
		found[2] += imsic_count(EIP) + imsic_count(EIE);
		found[3] += imsic_read(EIDELIVERY) != 0;
		found[3] += imsic_read(EITHRESHOLD) != 0;
	} else {
		for (unsigned i = 0; i < hart_count(); i++)
			found[3] += idc_read(i, IDELIVERY) | idc_read(i, IFORCE) | idc_read(i, ITHRESHOLD);
	}
}

static void look_there(void *arg)
{
	look(arg);
}

/* Whatever was before: a life begins with everything off. */
void test_aia_reset(void)
{
	static const char *const names[] = {"a life begins with no source active", "with the domain disabled",
					    "with nothing pending and nothing enabled", "with no delivery, threshold and force",
					    "with no external interrupt"};
	unsigned found[ARRAY_SIZE(names)] = {0};

	look(found);
	for (unsigned i = 1; aia.is_msi && i < hart_count(); i++)
		if (!on_hart(i, look_there, found))
			tap_check(0, "every hart starts");
	timer_delay(timer_frequency() / 10); /* an alarm of the life before may come */
	look(found);
	found[4] = (csr_read(sip) & SIE_SEIE) != 0;
	for (unsigned i = 0; i < ARRAY_SIZE(found); i++)
		if (guest_on_bulkhead())
			tap_equal(found[i], 0, names[i]);
		else if (found[i]) /* a machine may leave it as it was */
			print("# aia: not %s: %u\n", names[i], found[i]);
}

/* With messages pending in all files, a source that waits and one that comes later. */
void aia_leave(void)
{
	print("aia: r reboot, s stay?\n");
	if (console_wait("rs") == 's')
		return;
	aplic_set_up(aia.uart, LEVEL1, 0, 7);
	aplic_write(APLIC_SETIENUM, aia.uart);
	if (aia.rtc) {
		aplic_set_up(aia.rtc, LEVEL1, hart_count() - 1, 8);
		aplic_write(APLIC_SETIENUM, aia.rtc);
	}
	aplic_write(APLIC_DOMAINCFG, DOMAINCFG_IE);
	if (aia.is_msi) {
		imsic_write(EIDELIVERY, 1);
		imsic_write(EITHRESHOLD, 200);
		for (unsigned id = 1; id <= aia.ids; id++)
			imsic_set_bit(EIE, id, 1);
		for (unsigned i = 0; i < hart_count(); i++)
			imsic_send(i, 9);
	} else {
		for (unsigned i = 0; i < hart_count(); i++) {
			idc_write(i, IDELIVERY, 1);
			idc_write(i, IFORCE, 1);
			idc_write(i, ITHRESHOLD, 200);
		}
	}
	print("# aia: leaving\n");
	if (aia.rtc)
		rtc_alarm(20000 * US);
	uart_raise();
	timer_delay(timer_frequency() / 1000);
	guest_reboot();
}

void test_aia(void)
{
	if (!aia_find()) {
		tap_skip("the AIA", "there is none");
		return;
	}
	print("# aia: %s delivery, %u sources, the UART's is %u, the RTC's %u, %u identities\n", aia.is_msi ? "MSI" : "direct",
	      aia.sources, aia.uart, aia.rtc, aia.ids);
	tap_check(aia.uart || guest_has_arg("rtc"), "the UART has a source");
	if (!aia.uart && !aia.rtc)
		return;
	test_isa();
	test_aia_reset();
	aplic_off();
	if (!guest_has_arg("rtc")) {
		if (aia.is_msi) {
			test_imsic();
			test_imsic_stores();
			if (hart_count() > 1)
				test_imsic_harts();
		}
		test_aplic();
		if (aia.is_msi)
			test_aplic_msi();
		else
			test_aplic_direct();
		test_aia_walk();
		test_aia_foreign();
	}
	test_aia_devices();
	if (guest_arg("fuzz", 0))
		test_aia_fuzz();
	if (guest_has_arg("leave"))
		aia_leave();
	tap_equal((long)hart_self()->unexpected, 0, "no unexpected interrupt");
}
