// SPDX-License-Identifier: Apache-2.0
// Exceptions come in here. Plain accesses to emulated devices, of which htinst says what they are, are done with at once; all else
// goes to the handler of its cause.
#include "exit/decode.h"
#include "exit/exit.h"
#include "exit/mmio.h"
#include "hart/offsets.h"
#include "rv/csr.h"

// The trapped instruction as the hart tells it (priv, "Transformed Instruction or Pseudoinstruction for mtinst or htinst"): a 32-bit
// load or store without its address, of which bit 1 is 0 when it was a compressed one. There is no fetch then, which could find
// other code meanwhile. What is told of other instructions, or of another byte than the first (in rs1), is left to the handler.
#define HTINST_FIXED (0xf805dull | UINT64_MAX << 32)
#define HTINST_ACCESS 0x01u
#define HTINST_NOT_COMPRESSED 0x02u
#define HTINST_STORE 0x20u

static uint32_t funct3_of(uint64_t htinst) { return htinst >> 12 & 7; }

static bool is_access(uint64_t htinst)
{
	return (htinst & HTINST_FIXED) == HTINST_ACCESS && funct3_of(htinst) < (htinst & HTINST_STORE ? 4 : 7);
}

// What an access has read or written is done: into the register, and behind the instruction.
static bool finish(struct vcpu *v, uint64_t htinst, uint64_t value)
{
	uint32_t rd = htinst & HTINST_STORE ? 0 : htinst >> 7 & 31;

	if (rd != 0) {
		uint32_t funct3 = funct3_of(htinst);

		v->x[rd] = extend(value, 64 - (8u << (funct3 & 3)), funct3 < 4);
	}
	csr_write(CSR_SEPC, csr_read(CSR_SEPC) + (htinst & HTINST_NOT_COMPRESSED ? 4 : 2));
	exit_end(v);
	return (REGISTERS_KEPT >> rd & 1) != 0;
}

// A load or store that faults in the G-stage.
static bool access_by_htinst(struct vcpu *v)
{
	uint64_t gpa = csr_read(CSR_HTVAL) << 2 | (csr_read(CSR_STVAL) & 3), htinst = csr_read(CSR_HTINST);
	const struct vdev *dev = vdev_find(v->guest->vdevs, gpa);
	struct mmio access;

	if (dev == NULL || !is_access(htinst) || !hart_of_vcpu(v)->config.uses_htinst)
		return exit_by_handler(v);
	access = (struct mmio){ gpa - dev->gpa.base, 1u << (funct3_of(htinst) & 3), (htinst & HTINST_STORE) != 0,
				v->x[htinst >> 20 & 31] };
	if (!mmio_fits(dev, gpa, access.width))
		return exit_by_handler(v);
	switch (mmio_access(v->guest, dev, &access)) {
	case MMIO_DONE:
		return finish(v, csr_read(CSR_HTINST), access.value); // read again: cheaper than kept over the call
	case MMIO_RETRY:
		exit_end(v);
		return false;
	case MMIO_FAULT:
	case MMIO_END: // the handler asks the device, which has no state, once more
		break;
	}
	return exit_by_handler(v);
}

bool exit_exception(struct vcpu *v, uint64_t cause)
{
	exit_begin(v, cause & 31);
	if (cause == CAUSE_LOAD_GUEST_PAGE_FAULT || cause == CAUSE_STORE_GUEST_PAGE_FAULT)
		return access_by_htinst(v);
	return exit_by_handler(v);
}
