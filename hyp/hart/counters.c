// SPDX-License-Identifier: Apache-2.0
// What can be made of this hart's counters: which ones a guest may have, and how their overflow reaches it.
#include "hart/hart.h"

#include "rv/csr.h"
#include "rv/firmware.h"
#include "rv/guestmem.h"

struct pmu_counters counters_probe(void)
{
	struct pmu_counters c = { 0 };
	uint64_t count = fw_has_pmu() ? fw_pmu(SBI_PMU_NUM_COUNTERS, 0, 0, 0, 0, 0).value : 0, ignored;

	for (uint32_t i = 0; i < min_u64(count, 63); i++) {
		struct fw_ret info = fw_pmu(SBI_PMU_COUNTER_GET_INFO, i, 0, 0, 0, 0);

		if (info.error != SBI_SUCCESS)
			continue;
		if (info.value & SBI_PMU_COUNTER_TYPE_FIRMWARE) {
			if (c.firmware_count++ == 0)
				c.firmware_base = (uint8_t)i;
		} else if (i < 32 && (info.value & 0xfff) == CSR_CYCLE + i && probe_counter(i, &ignored) == 0) {
			c.hardware |= 1u << i;
		}
	}
	return c;
}

enum lcofi lcofi_probe(void)
{
	enum lcofi how = LCOFI_NONE;
	uint64_t before, enabled = csr_read(CSR_SIE);

	csr_set(CSR_SIE, IP_LCOFIP);
	if ((csr_read(CSR_SIE) & IP_LCOFIP) == 0 || probe_scountovf(&before) != 0)
		return LCOFI_NONE; // not implemented, or M-mode keeps it
	csr_write(CSR_SIE, enabled & ~(uint64_t)IP_LCOFIP);
	before = csr_read(CSR_HIDELEG);
	csr_write(CSR_HIDELEG, before | IP_LCOFIP);
	if (csr_read(CSR_HIDELEG) & IP_LCOFIP)
		how = LCOFI_DELEGATED;
	csr_write(CSR_HIDELEG, before);
	if (how == LCOFI_NONE && probe_hvien(&before) == 0) {
		csr_set(CSR_HVIEN, IP_LCOFIP);
		if (csr_read(CSR_HVIEN) & IP_LCOFIP)
			how = LCOFI_INJECTED;
		csr_write(CSR_HVIEN, 0);
	}
	return how;
}

bool counters_init(struct hart *h)
{
	struct pmu_counters *c = &h->vcpu.sbi.pmu.counters;
	uint64_t ignored;

	*c = counters_probe();
	c->hardware &= (uint32_t)h->config.hcounteren;
	h->config.hcounteren = c->hardware | (h->config.hcounteren & ~HCOUNTEREN_HPM);
	if (probe_hvien(&ignored) == 0)
		csr_write(CSR_HVIEN, 0);
	if (h->config.lcofi == LCOFI_NONE)
		return true;
	h->config.lcofi = lcofi_probe();
	if (h->config.lcofi == LCOFI_INJECTED)
		csr_write(CSR_HVIEN, IP_LCOFIP);
	return h->config.lcofi != LCOFI_NONE;
}
