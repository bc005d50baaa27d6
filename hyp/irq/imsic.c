// SPDX-License-Identifier: Apache-2.0
// Driver of interrupt files; see irq/imsic.h.
#include "irq/imsic.h"

#include "rv/csr.h"
#include "rv/guestmem.h"
#include "vdev/vaplic.h"

// Numbers of an interrupt file's registers for vsiselect and siselect. On RV64 the even ones of an array hold 64 identities each.
#define EIDELIVERY 0x70u
#define EITHRESHOLD 0x72u
#define EIP 0x80u
#define EIE 0xc0u
#define WORD_IDS 32u
#define PATIENCE 100000u // looks until an MSI is taken for lost

// The first register of a file's page.
static volatile uint32_t *seteipnum(uint64_t file)
{
	return (volatile uint32_t *)(uintptr_t)file;
}

void imsic_send(const struct partition *p, uint32_t vcpu, uint32_t eiid)
{
	*seteipnum(p->file[vcpu]) = eiid; // what the interrupt is about is told under device_lock
}

static void write_guest_file(uint32_t reg, uint64_t value)
{
	csr_write(CSR_VSISELECT, reg);
	csr_write(CSR_VSIREG, value);
}

void imsic_reset_guest_file(uint32_t ids)
{
	csr_clear(CSR_HSTATUS, HSTATUS_VGEIN);
	csr_set(CSR_HSTATUS, (uint64_t)GUEST_FILE << HSTATUS_VGEIN_SHIFT);
	write_guest_file(EIDELIVERY, 0);
	write_guest_file(EITHRESHOLD, 0);
	for (uint32_t word = 0; word <= ids / WORD_IDS; word += 2) {
		write_guest_file(EIE + word, 0);
		write_guest_file(EIP + word, 0);
	}
	csr_write(CSR_VSISELECT, 0);
}

static void write_own_file(uint32_t reg, uint64_t value)
{
	csr_write(CSR_SISELECT, reg);
	csr_write(CSR_SIREG, value);
}

void imsic_hart_init(struct hart *h, const struct machine *m)
{
	uint64_t ignored;

	if (m->imsic.file[h->index] == 0 || !isa_has(&m->harts[h->index].isa, ISA_SSAIA) || probe_stopei(&ignored) != 0)
		return;
	for (uint32_t word = 0; word <= m->imsic.ids / WORD_IDS; word += 2) {
		write_own_file(EIP + word, 0);
		write_own_file(EIE + word, word * WORD_IDS <= OWN_FILE_ID(VAPLIC_SOURCES - 1) ? UINT64_MAX : 0);
	}
	write_own_file(EITHRESHOLD, 0);
	write_own_file(EIDELIVERY, 1);
	csr_set(CSR_SIE, IP_SEIP);
	atomic_store(&h->kick, seteipnum(m->imsic.file[h->index]));
}

void imsic_await(uint32_t id)
{
	csr_write(CSR_SISELECT, EIP);
	for (uint32_t n = 0; n < PATIENCE && (csr_read(CSR_SIREG) >> id & 1) == 0; n++)
		;
	csr_clear(CSR_SIREG, 1ull << id);
}

uint32_t imsic_claim(void)
{
	uint32_t id = (uint32_t)(csr_swap(CSR_STOPEI, 0) >> STOPEI_ID_SHIFT);

	fence_iorw(); // CSR accesses are I/O to the memory model: what the interrupt is about (the inbox of a kick) is read after it
	return id;
}
