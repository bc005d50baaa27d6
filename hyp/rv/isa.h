// SPDX-License-Identifier: Apache-2.0
// ISA extension names and sets: reads riscv,isa and riscv,isa-extensions, and says what a guest may be told.
#ifndef BULKHEAD_RV_ISA_H
#define BULKHEAD_RV_ISA_H

#include "lib/types.h"
#include "rv/isa_list.h"

// One enumerator per row of the list, in canonical order: ISA_I, ISA_SSTC, ...
enum isa_ext {
#define ISA_ENUM(ext, name, policy) ISA_##ext,
	ISA_LIST(ISA_ENUM)
#undef ISA_ENUM
	ISA_COUNT
};

#define ISA_MAX 192
struct isa {
	uint64_t bits[ISA_MAX / 64];
};

// What has to be true before a guest is told of an extension.
enum isa_policy {
	ISA_PASS = 'P',   // no privileged state: shown when every hart of the guest has it
	ISA_FLOAT = 'F',  // likewise, where sstatus.FS is switched on
	ISA_VECTOR = 'V', // likewise, where sstatus.VS is
	ISA_ENABLE = 'E', // shown only when a CSR bit was set for it, see isa_set `enabled` of isa_for_guest
	ISA_HIDE = 'H',   // never shown: hypervisor's or machine's own, or state we do not reset
};

// isa_set.c: sets, and nothing of names.
bool isa_has(const struct isa *isa, enum isa_ext ext);
void isa_set(struct isa *isa, enum isa_ext ext);
void isa_clear(struct isa *isa, enum isa_ext ext);
struct isa isa_and(const struct isa *a, const struct isa *b);

// Whether a hart with this set has sstatus.FS and .VS switched on for its guest. Not for F without D: fpv.S moves all 64 bits of
// a register; nor for Zve* without V, where firmware leaves mstatus.VS alone, and QEMU keeps it 0.
bool isa_has_float(const struct isa *isa);
bool isa_has_vector(const struct isa *isa);

// isa.c, before the seal.
// Index of an extension by its lower-case name ("sstc"), or -1 when the table does not know it.
int isa_find(const char *name, size_t len);
// Parses "rv64imafdch_zicbom_..." (with or without version numbers). False when it is no rv64 string. Zicsr, Zifencei, Zicntr
// and Zihpm are taken as present: strings older than these names meant them with "i".
bool isa_parse_string(const char *s, size_t len, struct isa *out);
// Parses a riscv,isa-extensions string list of len bytes. False when it is malformed (empty, or its end is not terminated).
// Names the table does not know are dropped, here as in isa_parse_string.
bool isa_parse_list(const char *list, size_t len, struct isa *out);
// The set a guest is told of: `all` (intersection over its harts), minus ISA_HIDE rows, minus ISA_FLOAT and
// ISA_VECTOR rows without these units, minus ISA_ENABLE rows not in `enabled`, minus `ignored`.
struct isa isa_for_guest(const struct isa *all, const struct isa *enabled, const struct isa *ignored);
// Writes the canonical riscv,isa string, zero-terminated. Returns its length without the zero; 0 when it does not fit.
size_t isa_to_string(const struct isa *isa, char *buf, size_t size);
// Writes the riscv,isa-extensions list (zero-separated, zero-terminated). Returns its length in bytes; 0 when it does not fit.
size_t isa_to_list(const struct isa *isa, char *buf, size_t size);

#endif
