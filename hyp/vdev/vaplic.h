// SPDX-License-Identifier: Apache-2.0
// Model of a guest's APLIC: one supervisor-level domain without children (RISC-V AIA, chapter "Advanced PLIC").
#ifndef BULKHEAD_VDEV_VAPLIC_H
#define BULKHEAD_VDEV_VAPLIC_H

#include "limits.h"
#include "vdev/vdev.h"

#define VAPLIC_SIZE 0x5000ull // bytes of its control region: 16 KiB and an IDC structure per vcpu
#define VAPLIC_SOURCES GUEST_SOURCES // source numbers, of which 0 means "none"
#define VAPLIC_WORDS (VAPLIC_SOURCES / 32)

// Field SM of sourcecfg; the odd ones from 4 on are inverted.
enum vaplic_mode {
	VAPLIC_INACTIVE = 0,
	VAPLIC_DETACHED = 1,
	VAPLIC_EDGE1 = 4,
	VAPLIC_EDGE0 = 5,
	VAPLIC_LEVEL1 = 6,
	VAPLIC_LEVEL0 = 7,
};

enum vaplic_kind {
	VAPLIC_ABSENT,   // nothing is connected: all its registers are read-only zeros
	VAPLIC_EMULATED, // an emulated device's line, told by vaplic_set_level()
	VAPLIC_HARDWARE, // a source of the board's APLIC that belongs to this guest
};

struct vaplic_source {
	uint16_t eiid; // MSI delivery: EIID, which may be one that the interrupt file does not have; direct delivery: IPRIO
	uint8_t mode;  // enum vaplic_mode
	uint8_t vcpu;  // Hart Index
	bool enabled;
	uint8_t kind;  // enum vaplic_kind
};

// The owner's side, called from within the functions below, under whatever lock those are called; it calls none of them.
//
// Hardware sources, MSI delivery: the real APLIC sends into the guest's interrupt file by itself; hw_configure() passes on what
// the guest has configured, and pending bits and inputs are the real ones. The hypervisor is not entered.
//
// Hardware sources, direct delivery: hw_configure() gives the real source its mode and its hart. It is enabled as the guest
// has enabled it, whatever domaincfg.IE, idelivery and ithreshold say, since topi does not depend on them, but not while held:
//   1. The real interrupt enters the hypervisor, which claims it, clears the source's real enable bit, and calls vaplic_take().
//      The source is pending and held now, line() rises, and nothing enters for this source again until it is released.
//   2. A level stays pending until it is seen low. Reads of topi, claimi, setip and in_clrip, and setie, ask hw_rectified() about
//      what is held (claimi and topi about what targets their vcpu); once it has fallen the source is released: not pending,
//      hw_enable(). A level that has risen again by then is simply still pending; one that rises after the question is seen by
//      the real APLIC when it is enabled. So none is lost, and a handler that claims until it reads 0 costs one entry and two
//      claims. A handler that claims once is called again, and reads 0 then: one spurious interrupt, which the specification
//      allows for.
//   3. An edge stays pending until claimed or cleared: then hw_set_pending(false), because edges since the entry are one with
//      the one claimed, and hw_enable(). An edge after that is a new interrupt. Edges that come faster than claims do not enter.
// While a source is not enabled its real pending bit remembers an edge, and setip shows it.
struct vaplic_ops {
	void (*msi)(void *owner, uint32_t vcpu, uint32_t eiid);   // emulated sources and genmsi; eiid is 1 to eiid_max. MSI delivery
	void (*line)(void *owner, uint32_t vcpu, bool level);     // its external interrupt; only at a change. Direct delivery
	// The real source is to be like cfg (VAPLIC_INACTIVE: nothing else matters). Its enable bit is cfg->enabled, which is
	// what is wanted of the real one: domaincfg.IE counts in MSI delivery, and held sources are off in direct delivery.
	// Called at each change of any of it, and before hw_rectified() is asked under a new mode.
	void (*hw_configure)(void *owner, uint32_t source, const struct vaplic_source *cfg);
	void (*hw_set_pending)(void *owner, uint32_t source, bool pending); // by setipnum or clripnum, under the real one's rules
	bool (*hw_pending)(void *owner, uint32_t source);         // setip's bit
	bool (*hw_rectified)(void *owner, uint32_t source);       // in_clrip's bit
	// Sets the enable bit again. Direct delivery. Of a real APLIC that keeps a level pending when it falls, against the
	// specification, the owner clears that first (by making the source inactive): it would enter once more for nothing.
	void (*hw_enable)(void *owner, uint32_t source);
};

struct vaplic_idc {
	uint8_t delivery, force, threshold;
	bool level; // what line() was told last
};

struct vaplic {
	const struct vaplic_ops *ops;
	void *owner;
	uint32_t vcpu_count;
	uint32_t eiid_max; // 0: direct delivery
	uint32_t genmsi;
	bool enabled;      // domaincfg.IE
	uint32_t high[VAPLIC_WORDS];    // levels of emulated lines
	uint32_t pending[VAPLIC_WORDS]; // not used for hardware sources in MSI delivery
	uint32_t held[VAPLIC_WORDS];    // hardware sources that were taken and not yet released
	struct vaplic_source sources[VAPLIC_SOURCES];
	struct vaplic_idc idcs[MAX_HARTS];
};

// vcpu_count: 1 to MAX_HARTS; a vcpu's Hart Index is its number. eiid_max: identities of an interrupt file (63 to 2047) for MSI
// delivery, 0 for direct delivery; domaincfg.DM is read-only. No source is connected yet. ops outlives a.
void vaplic_init(struct vaplic *a, uint32_t vcpu_count, uint32_t eiid_max, const struct vaplic_ops *ops, void *owner);
// Declares that a source (1 to VAPLIC_SOURCES - 1) is connected. Before the guest's first start.
void vaplic_wire(struct vaplic *a, uint32_t source, enum vaplic_kind kind);
// Back to the reset state: all sources inactive, nothing pending, nothing delivered. Lines and the real sources are told (all
// of them, whatever they were before). Levels of emulated lines are kept.
void vaplic_reset(struct vaplic *a);
// An emulated source's line changed its level (which is not yet rectified).
void vaplic_set_level(struct vaplic *a, uint32_t source, bool high);
// Direct delivery: the hypervisor has claimed a hardware source and cleared its real enable bit, under the lock of this call. A
// source that the guest has made inactive since is ignored.
void vaplic_take(struct vaplic *a, uint32_t source);
// struct vdev's access: aligned words only, others are MMIO_FAULT. Registers that are not there read as 0 and ignore writes.
enum mmio_verdict vaplic_access(void *state, struct mmio *access);

#endif
