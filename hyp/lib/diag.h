// SPDX-License-Identifier: Apache-2.0
// What a pure function says when its input is wrong: a code, and the node, property and value at fault.
// The caller logs it; nothing here prints.
#ifndef BULKHEAD_LIB_DIAG_H
#define BULKHEAD_LIB_DIAG_H

#include "lib/types.h"

// X(code, text): every reason why a hart or an image is refused after the seal,
#define DIAG_RUN_LIST(X) \
	X(DIAG_NONE, "no error") \
	X(DIAG_HART_LACKS, "hart lacks extensions that the boot hart has") \
	X(DIAG_HART_KEEPS, "hart does not keep what isolates guests: so it reads back") \
	X(DIAG_HART_GSTAGE, "accesses of guests are not translated on this hart") \
	X(DIAG_PKG_HASH, "image does not match its sha256")
// or a tree, a package or an image before it. Codes count on behind the others.
#define DIAG_BOOT_LIST(X) \
	X(DIAG_TREE_BAD, "not a valid flattened device tree") \
	X(DIAG_TREE_COMPATIBLE, "not a Bulkhead partition tree: the root's compatible is wrong") \
	X(DIAG_PROPERTY_MISSING, "property is required") \
	X(DIAG_PROPERTY_UNKNOWN, "property is unknown here") \
	X(DIAG_PROPERTY_LENGTH, "property has the wrong length") \
	X(DIAG_PROPERTY_VALUE, "value is not allowed") \
	X(DIAG_NODE_UNKNOWN, "node is unknown here") \
	X(DIAG_NAME_DUPLICATE, "name is used twice") \
	X(DIAG_NAME_OURS, "name is the hypervisor's own") \
	X(DIAG_TOO_MANY, "more than the hypervisor has room for") \
	X(DIAG_NO_GUESTS, "no guest is described") \
	X(DIAG_HARTS_MISSING, "not enough harts are left") \
	X(DIAG_HART_UNKNOWN, "the board has no such hart") \
	X(DIAG_HART_TWICE, "hart is given twice") \
	X(DIAG_HART_NO_H, "hart has no hypervisor extension (H)") \
	X(DIAG_HART_DISABLED, "hart is disabled in the board's tree") \
	X(DIAG_HART_ISA, "harts of one guest have no common base ISA") \
	X(DIAG_HART_FILES, "not every hart of the guest has a guest interrupt file to give") \
	X(DIAG_MEM_SIZE, "memory size is not a positive multiple of 4 KiB") \
	X(DIAG_MEM_ALIGN, "address is not aligned to 4 KiB") \
	X(DIAG_MEM_FIT, "memory does not fit: not enough free RAM is left") \
	X(DIAG_MEM_CONTIGUOUS, "no free contiguous RAM of this size is left for a direct-mapped guest") \
	X(DIAG_MEM_NOT_RAM, "address is not RAM of the board") \
	X(DIAG_MEM_RESERVED, "memory belongs to the firmware, the hypervisor or the package") \
	X(DIAG_MEM_OVERLAP, "memory overlaps another guest's") \
	X(DIAG_MEM_EXTENTS, "memory is scattered over too many host extents") \
	X(DIAG_MEM_GPA, "guest physical range is out of reach or covers a device of the guest") \
	X(DIAG_MEM_WINDOW, "memory touches more than 256 aligned GiB, which is what images are loaded through") \
	X(DIAG_MEM_REACH, "address is beyond what page tables reach") \
	X(DIAG_HS_REACH, "address is beyond 256 GiB, where the hypervisor has no address space of its own") \
	X(DIAG_DEVICE_IN_RAM, "registers that the hypervisor needs lie in RAM") \
	X(DIAG_DEVICE_UNKNOWN, "the board has no such device") \
	X(DIAG_DEVICE_TWICE, "device is given twice") \
	X(DIAG_DEVICE_DISABLED, "device is disabled in the board's tree") \
	X(DIAG_DEVICE_NEVER, "no guest is given a device of this kind") \
	X(DIAG_DEVICE_HOST, "device belongs to the hypervisor") \
	X(DIAG_DEVICE_REG, "device has no registers in the board's address space") \
	X(DIAG_DEVICE_BUS, "device is a bus that moves addresses") \
	X(DIAG_DEVICE_IRQ, "device's interrupts do not go to the board's controller") \
	X(DIAG_DEVICE_CONTROLLER, "device's interrupts go to a controller that is not driven") \
	X(DIAG_DEVICE_REFERENCE, "device refers to what the board's tree does not have") \
	X(DIAG_DEVICE_NEEDS, "device needs another one that the guest is not given") \
	X(DIAG_DEVICE_PAGE, "device shares a 4 KiB page with another") \
	X(DIAG_DEVICE_SOURCE, "device shares an interrupt with another guest's") \
	X(DIAG_DEVICE_GPA, "device lies where the guest has something else, or out of reach") \
	X(DIAG_DEVICE_RESETS, "device can reset the whole board: the root's guests-may-reset does not name the guest") \
	X(DIAG_DEVICE_DMA, "device may reach all memory: the guest has to be direct-mapped and to say trusted-dma") \
	X(DIAG_PKG_MISSING, "no package: none was handed over and none is linked in") \
	X(DIAG_PKG_ALIGN, "address is not a multiple of 4") \
	X(DIAG_PKG_OVERLAP, "package lies where the firmware, the board's tree or the hypervisor itself is") \
	X(DIAG_PKG_BAD, "package is not a valid FIT") \
	X(DIAG_PKG_TRUNCATED, "package is truncated") \
	X(DIAG_PKG_RANGE, "image lies outside the package") \
	X(DIAG_PKG_NO_HASH, "image has no sha256 hash") \
	X(DIAG_PKG_NO_IMAGE, "package holds no image of this name") \
	X(DIAG_IMAGE_MAGIC, "kernel is not a RISC-V Linux Image") \
	X(DIAG_IMAGE_ENDIAN, "kernel is a big-endian one") \
	X(DIAG_IMAGE_FIT, "images do not fit into the guest's memory") \
	X(DIAG_FRAGMENT_BAD, "fragment is not a device-tree overlay that applies here") \
	X(DIAG_FRAGMENT_CLAIM, "fragment claims what is not the guest's") \
	X(DIAG_DTB_SIZE, "guest device tree is too large") \
	X(DIAG_TABLES, "not enough memory for page tables") \
	X(DIAG_ROOM_PMU, "this image was built without pmu") \
	X(DIAG_CHECK, "the plan failed its own check")

enum diag_code {
#define DIAG_ENUM(code, text) code,
	DIAG_RUN_LIST(DIAG_ENUM)
	DIAG_RUN_COUNT,
	DIAG_LAST_RUN = DIAG_RUN_COUNT - 1,
	DIAG_BOOT_LIST(DIAG_ENUM)
#undef DIAG_ENUM
};

struct diag {
	enum diag_code code;
	char node[64];     // path or name of the node at fault
	char property[32]; // empty when the node as a whole is
	char value[128];   // the value as text, empty when there is none
};

// The text of a code, for logs and tests: of any code, boot only; of one of DIAG_RUN_LIST.
const char *diag_str(enum diag_code code);
const char *diag_run_str(enum diag_code code);
// The text number `index` in a sequence of strings of `size` bytes; the last, when there are fewer.
const char *diag_text(const char *texts, size_t size, uint32_t index);
// Fills *d (strings are cut to fit, what is not printable ASCII becomes '?', NULL is ""), returns false so that callers can `return diag_set(...)`.
bool diag_set(struct diag *d, enum diag_code code, const char *node, const char *property, const char *value);
// Like diag_set with a number as the value, written in hexadecimal with 0x.
bool diag_set_u64(struct diag *d, enum diag_code code, const char *node, const char *property, uint64_t value);

#endif
