/* SPDX-License-Identifier: Apache-2.0 */
/* Rules of the hypervisor CSRs: which are there, which bits they hold, which they must not (priv, "Hypervisor and Virtual Supervisor CSRs"). */

#include "tests/hcheck.h"

#define ALL		   (~0ul)
#define HSTATEEN0_AIA	   (1ul << 59)
#define FWFT_SET	   0
#define FWFT_GET	   1
#define PTE_AD_HW_UPDATING 4

static unsigned long bits_held(unsigned csr)
{
	unsigned long back = 0;

	csr_readback(csr, ALL, &back);
	return back;
}

/* hedeleg: bits 1 to 8, 12, 13, 15 must be writable, those of traps that a guest cannot take itself must not. */
static void check_delegation(void)
{
	const unsigned long writable = 0xb1fe, forbidden = 0xf10e00, newer = 0xc0000;
	unsigned long held = bits_held(CSR_HEDELEG);

	rule_kept("hedeleg-writable", NEEDED, (held & writable) == writable, "reads %lx after all ones", held);
	rule_kept("hedeleg-read-only-zero", OPTIONAL, !(held & forbidden), "%lx of %lx", held & forbidden, forbidden);
	rule("hedeleg-18-19", OPTIONAL, held & newer ? KEPT : ABSENT, "software check, hardware error: %lx", held & newer);
	held = bits_held(CSR_HIDELEG);
	rule_kept("hideleg-writable", NEEDED, (held & HIDELEG_VS) == HIDELEG_VS, "reads %lx after all ones", held);
	rule_kept("hideleg-read-only-zero", OPTIONAL, !(held & 0x1222), "%lx of 1222", held & 0x1222);
}

static void check_interrupt_csrs(void)
{
	const unsigned long standard = dt_has_isa("ssaia") ? 0x1fff : 0xffff; /* AIA gives 13 to 63 a meaning */
	unsigned long held;

	timer_set(~0ul);
	held = bits_held(CSR_HVIP);
	rule_kept("hvip-writable", NEEDED, (held & HIDELEG_VS) == HIDELEG_VS, "reads %lx after all ones", held);
	rule_kept("hvip-stray-bits", OPTIONAL, !(held & standard & ~HIDELEG_VS), "reads %lx after all ones, %lx of it are 444", held,
		  standard);
	timer_set(0);
	held = hcsr_read(CSR_HVIP);
	timer_set(~0ul);
	rule_kept("hvip-not-of-hs-mode", OPTIONAL, !(held & SIE_STIE), "reads %lx while HS-mode's own timer is pending", held);
	hcsr_write(CSR_HVIP, HIDELEG_VS);
	held = hcsr_read(CSR_HIP) & HIDELEG_VS;
	rule_kept("hvip-shows-in-hip", NEEDED, held == HIDELEG_VS, "hip %lx", held);
	hcsr_write(CSR_HVIP, 0);
	held = hcsr_read(CSR_HIP) & HIDELEG_VS & ~VSTIP; /* VSTIP may come from vstimecmp */
	rule_kept("hvip-clears-hip", NEEDED, !held, "hip %lx", held);
	held = bits_held(CSR_HIE);
	rule_kept("hie-writable", NEEDED, (held & HIDELEG_VS) == HIDELEG_VS, "reads %lx after all ones", held);
}

static unsigned check_guest_files(void)
{
	unsigned long held = bits_held(CSR_HGEIE);
	unsigned files = (unsigned)__builtin_popcountl(held);
	unsigned long status = hcsr_read(CSR_HSTATUS);
	unsigned long seen = 0;

	rule_kept("hgeie-contiguous", OPTIONAL, held == ((1ul << files) - 1) << 1, "GEILEN %u, hgeie reads %lx", files, held);
	for (unsigned long i = 0; i <= files; i++) {
		hcsr_write(CSR_HSTATUS, (status & ~HSTATUS_VGEIN) | i << 12);
		seen += (hcsr_read(CSR_HSTATUS) & HSTATUS_VGEIN) == i << 12;
	}
	rule_kept("vgein-holds-geilen", OPTIONAL, seen == files + 1, "%lu of %u numbers", seen, files + 1);
	hcsr_write(CSR_HSTATUS, status | HSTATUS_VGEIN);
	held = (hcsr_read(CSR_HSTATUS) & HSTATUS_VGEIN) >> 12;
	hcsr_write(CSR_HSTATUS, status);
	/* WLRL: anything may be read back, but software had better not rely on finding GEILEN so. */
	rule("vgein-limits", OPTIONAL, held <= files ? KEPT : ABSENT, "63 reads as %lu", held);
	return files;
}

static void check_translation_modes(void)
{
	static const struct {
		const char *hgatp, *vsatp;
		unsigned long mode;
	} modes[] = {
		{"hgatp-bare", "vsatp-bare", 0}, {"hgatp-sv39x4", "vsatp-sv39", 8},
		{"hgatp-sv48x4", "vsatp-sv48", 9}, {"hgatp-sv57x4", "vsatp-sv57", 10},
	};
	unsigned long back = 0;

	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		int needed = modes[i].mode <= 8 ? NEEDED : OPTIONAL;

		csr_readback(CSR_HGATP, modes[i].mode << MODE_SHIFT, &back);
		rule(modes[i].hgatp, needed, back >> MODE_SHIFT == modes[i].mode ? KEPT : ABSENT, "mode %lu reads %lu",
		     modes[i].mode, back >> MODE_SHIFT);
		csr_readback(CSR_VSATP, modes[i].mode << MODE_SHIFT, &back);
		rule(modes[i].vsatp, needed, back >> MODE_SHIFT == modes[i].mode ? KEPT : ABSENT, "mode %lu reads %lu",
		     modes[i].mode, back >> MODE_SHIFT);
	}
	csr_readback(CSR_HGATP, 5ul << MODE_SHIFT, &back);
	rule_kept("hgatp-mode-warl", OPTIONAL, back >> MODE_SHIFT != 5, "reserved mode 5 reads %lu", back >> MODE_SHIFT);
	csr_readback(CSR_VSATP, 5ul << MODE_SHIFT, &back);
	rule_kept("vsatp-mode-warl", OPTIONAL, back >> MODE_SHIFT != 5, "reserved mode 5 reads %lu", back >> MODE_SHIFT);
	csr_readback(CSR_HGATP, ATP_SV39 | 0x3fff003ul | 0x3ffful << 44, &back);
	rule_kept("hgatp-ppn-aligned", OPTIONAL, !(back & 3), "the lowest two bits of PPN read %lu", back & 3);
	rule("vmidlen", OPTIONAL, back >> 44 & 0x3fff ? KEPT : ABSENT, "%d bits", __builtin_popcountl(back >> 44 & 0x3fff));
}

static int holds(unsigned long mask)
{
	unsigned long back = 0;

	return csr_readback(CSR_HENVCFG, mask, &back) && back & mask;
}

/*
 * ADUE is read-only zero while menvcfg has it off, which is so at first where the tree has Svade beside Svadu: the firmware is asked,
 * as the hypervisor asks it. One that cannot be asked keeps the rule, too.
 */
static void check_adue(void)
{
	const unsigned long adue = 1ul << 61;
	int listed = dt_has_isa("svadu"), waits = listed && dt_has_isa("svade"), held = holds(adue);
	struct sbiret before;

	if (held || !waits) {
		rule("henvcfg-adue", listed ? NEEDED : OPTIONAL, held ? KEPT : listed ? BROKEN : ABSENT, "svadu is%s in the device tree",
		     listed ? "" : " not");
		return;
	}
	before = sbi_call3(SBI_EXT_FWFT, FWFT_GET, PTE_AD_HW_UPDATING, 0, 0);
	if (before.error || sbi_call3(SBI_EXT_FWFT, FWFT_SET, PTE_AD_HW_UPDATING, 1, 0).error) {
		rule("henvcfg-adue", OPTIONAL, ABSENT, "svade and svadu are in the device tree; the firmware does not switch it on");
		return;
	}
	held = holds(adue);
	sbi_call3(SBI_EXT_FWFT, FWFT_SET, PTE_AD_HW_UPDATING, (unsigned long)before.value, 0);
	rule_kept("henvcfg-adue", NEEDED, held && !holds(adue), "svade and svadu are in the device tree; it is%s there on call",
		  held ? "" : " not");
}

/* A field of henvcfg that belongs to an extension of the board's tree must be there with it. */
static void check_henvcfg(void)
{
	static const struct {
		const char *rule, *extension;
		unsigned long mask;
		int needed;
	} fields[] = {
		{"henvcfg-fiom", "", 1ul, OPTIONAL},	      {"henvcfg-lpe", "zicfilp", 4ul, OPTIONAL},
		{"henvcfg-sse", "zicfiss", 8ul, OPTIONAL},    {"henvcfg-cbie", "zicbom", 0x30ul, NEEDED},
		{"henvcfg-cbcfe", "zicbom", 0x40ul, NEEDED},  {"henvcfg-cbze", "zicboz", 0x80ul, NEEDED},
		{"henvcfg-pmm", "ssnpm", 3ul << 32, OPTIONAL}, {"henvcfg-dte", "ssdbltrp", 1ul << 59, OPTIONAL},
		{"henvcfg-pbmte", "svpbmt", 1ul << 62, NEEDED}, {"henvcfg-stce", "sstc", HENVCFG_STCE, NEEDED},
	};
	unsigned long held;

	if (!csr_readback(CSR_HENVCFG, ALL, &held)) {
		rule("henvcfg", OPTIONAL, ABSENT, "an early core; guests get neither Sstc nor cache block operations");
		return;
	}
	rule("henvcfg", OPTIONAL, KEPT, "reads %lx after all ones", held);
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		const char *extension = fields[i].extension;
		int listed = *extension && dt_has_isa(extension);

		rule(fields[i].rule, listed ? fields[i].needed : OPTIONAL,
		     holds(fields[i].mask) ? KEPT : listed && fields[i].needed ? BROKEN : ABSENT, "%s%s",
		     *extension ? extension : "no extension",
		     !*extension ? "" : listed ? " is in the device tree" : " is not in the device tree");
	}
	check_adue();
}

static void check_optional(void)
{
	static const struct {
		const char *rule, *extension;
		unsigned csr;
		unsigned long wanted; /* bits that must be held */
	} csrs[] = {
		{"hstateen0", "smstateen", CSR_HSTATEEN0, 1ul << 63},
		{"hstateen1", "smstateen", CSR_HSTATEEN0 + 1, 1ul << 63},
		{"hstateen2", "smstateen", CSR_HSTATEEN0 + 2, 1ul << 63},
		{"hstateen3", "smstateen", CSR_HSTATEEN0 + 3, 1ul << 63},
		{"vstimecmp", "sstc", CSR_VSTIMECMP, ALL},
		{"hvien", "ssaia", CSR_HVIEN, 0},
		{"hvictl", "ssaia", CSR_HVICTL, 1ul << 30},
		{"hviprio1", "ssaia", CSR_HVIPRIO1, 0},
		{"hviprio2", "ssaia", CSR_HVIPRIO2, 0},
		{"vsiselect", "ssaia", CSR_VSISELECT, 0xff},
	};
	unsigned long back = 0;
	int no_aia = csr_readback(CSR_HSTATEEN0, ALL, &back) && !(back & HSTATEEN0_AIA);

	for (size_t i = 0; i < ARRAY_SIZE(csrs); i++) {
		/* Some firmware keeps hstateen1 to 3 to itself, or AIA's state, which hstateen0 tells. */
		int kept_back = (csrs[i].csr > CSR_HSTATEEN0 && csrs[i].csr <= CSR_HSTATEEN0 + 3) ||
				(no_aia && strcmp(csrs[i].extension, "ssaia") == 0);
		int listed = dt_has_isa(csrs[i].extension), there = csr_readback(csrs[i].csr, ALL, &back);
		int good = there && (back & csrs[i].wanted) == csrs[i].wanted;

		if (there)
			rule(csrs[i].rule, OPTIONAL, good ? KEPT : BROKEN, "reads %lx after all ones; %s is%s in the device tree",
			     back, csrs[i].extension, listed ? "" : " not");
		else
			rule(csrs[i].rule, OPTIONAL, listed && !kept_back ? BROKEN : ABSENT,
			     "%s is%s in the device tree%s", csrs[i].extension, listed ? "" : " not",
			     listed && kept_back ? "; M-mode keeps it back" : "");
	}
	if (csr_readback(CSR_HVIEN, ALL, &back))
		rule("hvien-13", OPTIONAL, back & 1 << 13 ? KEPT : ABSENT, "counter overflow can be injected");
}

/* The VS CSRs hold what is written to them. */
static void check_vs_csrs(void)
{
	static const struct {
		const char *rule;
		unsigned csr;
		unsigned long mask;
	} csrs[] = {
		{"vsscratch", CSR_VSSCRATCH, ALL},     {"vstvec", CSR_VSTVEC, 0x7ffffffffcul}, {"vsepc", CSR_VSEPC, 0x7ffffffffcul},
		{"vsstatus", CSR_VSSTATUS, 0xc0122ul}, {"vscause", CSR_VSCAUSE, 1ul << 63 | 31}, {"vstval", CSR_VSTVAL, 0x7ffffffffful},
		{"htimedelta", CSR_HTIMEDELTA, ALL},
	};
	unsigned long back, held;

	for (size_t i = 0; i < ARRAY_SIZE(csrs); i++) {
		csr_readback(csrs[i].csr, csrs[i].mask, &held);
		csr_readback(csrs[i].csr, 0, &back);
		rule_kept(csrs[i].rule, NEEDED, (held & csrs[i].mask) == csrs[i].mask && !(back & csrs[i].mask),
			  "holds %lx of %lx", held & csrs[i].mask, csrs[i].mask);
	}
	held = bits_held(CSR_HCOUNTEREN);
	rule("hcounteren", NEEDED, (held & HCOUNTEREN_ALL) == HCOUNTEREN_ALL ? KEPT : ABSENT, "reads %lx after all ones", held);
}

/* vstimecmp in the past is VSTIP in hip, in the future it is not. */
static void check_vstimecmp(void)
{
	unsigned long config, past, future;

	if (!csr_get(CSR_HENVCFG, &config) || !csr_put(CSR_HENVCFG, config | HENVCFG_STCE) || !csr_put(CSR_VSTIMECMP, 0)) {
		rule("vstimecmp-raises-vstip", OPTIONAL, ABSENT, "no henvcfg or no vstimecmp");
		return;
	}
	past = hcsr_read(CSR_HIP) & VSTIP;
	csr_put(CSR_VSTIMECMP, ALL);
	future = hcsr_read(CSR_HIP) & VSTIP;
	csr_put(CSR_HENVCFG, config);
	rule_kept("vstimecmp-raises-vstip", NEEDED, past && !future, "hip %lx for a past, %lx for a future deadline", past, future);
}

void check_csrs(void)
{
	check_delegation();
	check_interrupt_csrs();
	check_guest_files();
	check_translation_modes();
	check_henvcfg();
	check_optional();
	check_vs_csrs();
	check_vstimecmp();
}
