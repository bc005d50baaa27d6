/* SPDX-License-Identifier: Apache-2.0 */
/* The guest's PLIC as its tests see it (RISC-V PLIC specification 1.0.0). */
#ifndef PLIC_H
#define PLIC_H

#include "tests/irq.h"

#define PLIC_MAX_PRIORITY 7

/* Finds the PLIC and the contexts of the harts in the tree. Returns 0 when there is none. */
int plic_find(void);
/* The S-mode context of a hart by index, -1: none. */
int plic_context(unsigned hart);
/* The first interrupt of a node whose parent is the PLIC, or 0. */
uint32_t plic_source(int node);
uint64_t plic_base(void);
/* Contexts and sources that the tree tells of. */
unsigned plic_contexts(void);
uint32_t plic_sources(void);

volatile uint32_t *plic_priority(uint32_t source);
volatile uint32_t *plic_enables(int context, uint32_t source);
volatile uint32_t *plic_threshold(int context);
volatile uint32_t *plic_claim(int context);
int plic_pending(uint32_t source);
void plic_enable(int context, uint32_t source, int on);
/* Claims and completes in the context of the hart it runs on. */
extern const struct irq_controller plic_controller;

void test_plic_harts(int first, int second, uint32_t source);
void test_plic_rtc(int context, uint32_t uart);

#endif
