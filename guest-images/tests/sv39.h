/* SPDX-License-Identifier: Apache-2.0 */
/* An address space in which every address is its own, but for those of one page, which can be another's or nobody's. */
#ifndef SV39_H
#define SV39_H

#include "bare/guest.h"

#define SV39_LEAF (PTE_V | PTE_R | PTE_W | PTE_X | PTE_A | PTE_D)

/* The page whose translation can be changed. It is made of 4 KiB pages with its neighbours, all else of larger ones. */
extern uint8_t sv39_window[GUEST_PAGE_SIZE];
/* Another page, for it to be translated to. */
extern uint8_t sv39_other[GUEST_PAGE_SIZE];

/* Makes the tables; the window is its own page. */
void sv39_init(void);
/* The window is the page `to` from now on, or none (NULL). Without a fence. */
void sv39_set(const void *to);
/* Translation by these tables, on this hart; returns satp as it reads then: a hart may have fewer ASIDs, or none. */
unsigned long sv39_on(unsigned long asid);
void sv39_off(void);

#endif
