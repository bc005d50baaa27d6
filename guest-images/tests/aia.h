/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guest's AIA (RISC-V Advanced Interrupt Architecture 1.0) as its tests see it: an APLIC that interrupts harts by itself, or
 * one that sends messages to an IMSIC interrupt file of each hart. Harts are told by index, as everywhere in the runtime.
 */
#ifndef AIA_H
#define AIA_H

#include "tests/irq.h"

/* ---- aia_board.c ---- */

struct aia {
	int is_msi;	   /* MSI delivery: there are IMSICs */
	uint64_t base;	   /* of the APLIC's control region */
	uint64_t size;
	uint32_t sources;  /* the highest number */
	uint32_t indices;  /* harts it knows: Hart Indices or IDCs from 0 on */
	uint32_t ids;	   /* the highest interrupt identity of a file */
	uint32_t uart;	   /* sources of devices, 0: none */
	uint32_t rtc;
	uint32_t index[GUEST_MAX_HARTS]; /* Hart Index */
	uint64_t file[GUEST_MAX_HARTS];	 /* address of the interrupt file's page */
};
extern struct aia aia;

/* Fills aia from the tree. Returns 0 when there is none. */
int aia_find(void);

/* Registers of the APLIC, by offset. */
#define APLIC_DOMAINCFG	  0x0000u
#define APLIC_SOURCECFG	  0x0000u /* + 4 * source */
#define APLIC_MMSIADDRCFG 0x1bc0u
#define APLIC_SETIP	  0x1c00u
#define APLIC_SETIPNUM	  0x1cdcu
#define APLIC_IN_CLRIP	  0x1d00u
#define APLIC_CLRIPNUM	  0x1ddcu
#define APLIC_SETIE	  0x1e00u
#define APLIC_SETIENUM	  0x1edcu
#define APLIC_CLRIE	  0x1f00u
#define APLIC_CLRIENUM	  0x1fdcu
#define APLIC_SETIPNUM_LE 0x2000u
#define APLIC_SETIPNUM_BE 0x2004u
#define APLIC_GENMSI	  0x3000u
#define APLIC_TARGET	  0x3000u /* + 4 * source */

#define DOMAINCFG_IE 0x100u
#define DOMAINCFG_DM 0x4u
#define SOURCECFG_D  0x400u
#define TARGET_HART(index) ((uint32_t)(index) << 18)

enum { INACTIVE = 0, DETACHED = 1, EDGE1 = 4, EDGE0 = 5, LEVEL1 = 6, LEVEL0 = 7 };

uint32_t aplic_read(uint32_t offset);
void aplic_write(uint32_t offset, uint32_t value);
/* A source's bit of setip, in_clrip or setie. */
int aplic_bit(uint32_t group, uint32_t source);
/* The source made inactive first, then this mode, disabled, not pending if it can be; its target is a hart and EIID or priority. */
void aplic_set_up(uint32_t source, unsigned mode, unsigned hart, uint32_t number);
/* All sources inactive, the domain disabled. */
void aplic_off(void);

/* Registers of an IDC structure, of a hart. */
enum { IDELIVERY = 0x00, IFORCE = 0x04, ITHRESHOLD = 0x08, TOPI = 0x18, CLAIMI = 0x1c };
uint64_t idc_address(unsigned hart, uint32_t reg);
uint32_t idc_read(unsigned hart, uint32_t reg);
void idc_write(unsigned hart, uint32_t reg, uint32_t value);

/* Registers of this hart's interrupt file. */
#define EIDELIVERY  0x70u
#define EITHRESHOLD 0x72u
#define EIP	    0x80u
#define EIE	    0xc0u
unsigned long imsic_read(unsigned reg);
void imsic_write(unsigned reg, unsigned long value);
/* The bit of an identity in EIP or EIE. */
int imsic_bit(unsigned array, unsigned id);
void imsic_set_bit(unsigned array, unsigned id, int on);
/* How many are set in EIP or EIE. */
unsigned imsic_count(unsigned array);
/* The identity that stopei shows; the same, claimed. 0: none. */
unsigned imsic_top(void);
unsigned imsic_claim(void);
/* Nothing pending, nothing enabled, delivery as told, no threshold. */
void imsic_reset(int delivery);
/* The store of an MSI to a hart's file. */
void imsic_send(unsigned hart, uint32_t id);

/* Runs run(arg) on hart `index`, which is stopped before and after. Returns 0 when it does not start or end. */
int on_hart(unsigned index, void (*run)(void *arg), void *arg);

/* ---- aia.c ---- */

/* A rule that QEMU 10.0.2 breaks: on a bare machine what is seen is only told. */
void aia_rule(long got, long wanted, const char *name);
/* What the specification leaves open is only told. */
void aia_note(const char *what, unsigned long value);

/* ---- tests by topic ---- */

void test_imsic(void);
void test_imsic_stores(void);
void test_imsic_harts(void);
void test_aplic(void);
void test_aplic_msi(void);
void test_aplic_direct(void);
void test_aia_devices(void);
void test_aia_foreign(void);
void test_aia_fuzz(void);
void test_aia_walk(void);
/* What a life begins with, and how it is left for the next one. */
void test_aia_reset(void);
void aia_leave(void);

#endif
