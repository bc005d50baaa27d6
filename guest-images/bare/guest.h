/* SPDX-License-Identifier: Apache-2.0 */
/* The bare guest runtime: everything a guest program includes. A program defines guest_main() and nothing else. */
#ifndef BARE_GUEST_H
#define BARE_GUEST_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "csr.h"
#include "sbi.h"

#define GUEST_MAX_HARTS	 8
#define GUEST_STACK_SIZE 16384
#define GUEST_PAGE_SIZE	 4096ul

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* ---- runtime.c: begin and end ---- */

/* The program: runs on the boot hart, in S-mode, interrupts off. Returning ends the guest by shutdown. */
void guest_main(void);
/* SRST shutdown, for the reason "system failure" when a check has failed; spins where the firmware has none. */
_Noreturn void guest_exit(void);
/* SRST cold reboot. Returns only when the firmware refuses, with its answer. */
struct sbiret guest_reboot(void);
/* True when the SBI implementation beneath is Bulkhead, which answers more strictly than bare firmware. */
int guest_on_bulkhead(void);
/* The number after `name=` in the boot arguments (/chosen/bootargs; decimal or 0x), or otherwise. */
unsigned long guest_arg(const char *name, unsigned long otherwise);
/* True when the word `name` (or name=...) stands in the boot arguments. */
int guest_has_arg(const char *name);
/* True when the boot arguments hold the word `name=value`. */
int guest_arg_is(const char *name, const char *value);

/* ---- console.c: the ns16550a of the device tree, else SBI DBCN, else the legacy calls ---- */

void console_init(void);
void console_write(const char *text, size_t size);
/* One byte of input, or -1 when there is none. */
int console_read(void);
/* Waits for one of these keys, and returns it; others are ignored. */
char console_wait(const char *keys);
/* The UART registers as found (byte offsets shifted by *shift), or NULL when the console is SBI. */
volatile uint8_t *console_uart(unsigned *shift);
/* Formatted output of at most 255 bytes; one call is never mixed with another hart's. */
void print(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ---- dt.c: a reader of the device tree; a node is an offset, -1 is "no such node" ---- */

/* Checks the header. Returns 0 when it is no device tree. */
int dt_init(const void *fdt);
const void *dt_address(void);
size_t dt_size(void);
/* Next node in tree order after `node` (-1: the root); *depth (may be NULL) follows it, the root being at 0. */
int dt_next(int node, int *depth);
const char *dt_name(int node);
int dt_path(const char *path);
/* True when the node's compatible list holds the string; false for -1. */
int dt_is_compatible(int node, const char *compatible);
/* First node after `node` whose compatible list holds the string. */
int dt_compatible(int node, const char *compatible);
/* Value of a property and its size in bytes, or NULL. size may be NULL. */
const void *dt_prop(int node, const char *name, int *size);
/* First cell of a property, or otherwise. */
uint32_t dt_u32(int node, const char *name, uint32_t otherwise);
/* Entry `index` of reg, read with the cell counts of the node's parent. Returns 0 when there is none. */
int dt_reg(int node, int index, uint64_t *base, uint64_t *size);
/* The ISA string holds this extension (lower case; single letters too), on the boot hart. */
int dt_has_isa(const char *extension);

/* ---- memory.c: what memory there is, from the device tree ---- */

struct range {
	uint64_t base;
	uint64_t size;
};

/* Entry `index` of the memory node. Returns 0 when there is none. */
int memory_range(int index, struct range *range);
/* True when the page at `addr` holds this image, the device tree, the initrd, or is reserved by the device tree. */
int memory_is_taken(uint64_t addr);
/* Lowest free run of `size` bytes from `align`ed base, above this image; panics when there is none. */
uint64_t memory_find(uint64_t size, uint64_t align);
/* Addresses of nothing: above all memory, and in a gap below it that holds no device of any board we run on. */
uint64_t memory_hole_above(void);
uint64_t memory_hole_below(void);
/* End of the highest memory: the first address of nothing. */
uint64_t memory_end(void);

/* ---- hart.c: harts by index; index 0 is the boot hart ---- */

struct trap {
	unsigned long cause;
	unsigned long tval;
	unsigned long epc;
};

struct frame { /* offsets are known to trap_entry.S */
	unsigned long x[32]; /* x[0] holds sepc */
	unsigned long time;  /* time at the trap's entry */
};

typedef void (*irq_handler)(struct frame *frame);

struct hart { /* the first four members are known to trap_entry.S and crt0.S */
	struct frame frame;
	unsigned long trap_stack;  /* top */
	unsigned long stack;	   /* top */
	unsigned long catch_stack; /* stack pointer of trap_run(), 0 when none is active */
	unsigned long index;
	unsigned long id; /* vhartid */
	void (*start)(void *arg);
	void *arg;
	struct trap caught;
	volatile unsigned long unexpected; /* interrupts that nobody handles */
	irq_handler handlers[16];
};

extern struct hart harts[GUEST_MAX_HARTS];

/* Fills harts[] from /cpus; called by the runtime. */
void hart_init(unsigned long boot_id);
unsigned hart_count(void);
static inline struct hart *hart_self(void)
{
	struct hart *self;

	__asm__ volatile("mv %0, tp" : "=r"(self));
	return self;
}
/* HSM start of a hart to run start(arg) in S-mode with traps set up; returning from it stops the hart. */
struct sbiret hart_start(unsigned index, void (*start)(void *arg), void *arg);
/* HSM status by index, or a negative SBI error. */
long hart_status(unsigned index);
/* Waits until a hart is in this HSM state, 15 seconds at most: a host may be busy. Returns 0 when it never was. */
int hart_wait(unsigned index, long state);
_Noreturn void hart_stop(void);
/* The non-retentive entry of a started hart: a0 = vhartid, a1 = struct hart. */
extern const char hart_entry[];

typedef struct {
	volatile unsigned held;
} spinlock;
void spin_lock(spinlock *lock);
void spin_unlock(spinlock *lock);

typedef struct {
	volatile unsigned arrived;
	volatile unsigned round;
} barrier;
/* Returns when `count` harts have called it. */
void barrier_wait(barrier *point, unsigned count);

/* ---- trap.c ---- */

#define NO_TRAP (~0ul)

/* Runs run(arg) here; the first exception in it ends it. Returns its cause, or NO_TRAP; details in *trap (may be NULL). */
unsigned long trap_run(struct trap *trap, void (*run)(void *arg), void *arg);
/* The same, with run in U-mode. */
unsigned long trap_run_user(struct trap *trap, void (*run)(void *arg), void *arg);
/* Handler of an interrupt number on this hart (NULL: count it as unexpected and mask it). */
void irq_handle(unsigned number, irq_handler handler);
static inline void irq_enable(void)
{
	csr_set(sstatus, SSTATUS_SIE);
}
static inline void irq_disable(void)
{
	csr_clear(sstatus, SSTATUS_SIE);
}

/* ---- timer.c ---- */

/* Ticks of `time` per second. */
unsigned long timer_frequency(void);
/* True when deadlines are written to stimecmp rather than by SBI. */
int timer_has_sstc(void);
/* Programs this hart's timer interrupt; ~0ul means never. */
void timer_set(unsigned long deadline);
/* Busy-waits. */
void timer_delay(unsigned long ticks);
/*
 * Time until which something is waited for that must come: far longer than a host with other work keeps a hart from running. A wait
 * that lasts so long has failed.
 */
static inline unsigned long timer_patience(void)
{
	return rdtime() + 15 * timer_frequency();
}

/* ---- wired.c: the interrupt of one device ---- */

/*
 * Lets a device's interrupt (its node's first, level-sensitive) reach this hart and call on_interrupt, which takes the device's
 * reason away. Through whatever controller the tree has. Returns 0 when the device or the tree has none. Once.
 */
int wired_open(int node, void (*on_interrupt)(void));

/* ---- tap.c: test results ---- */

/* One result line. Safe on any hart. */
void tap_check(int passed, const char *name);
/* A check of two numbers; both are printed when they differ. */
void tap_equal(long got, long wanted, const char *name);
/* A check that does not apply here. */
void tap_skip(const char *name, const char *why);
/* A heading; failed checks are listed under it again at the end. */
void tap_begin(const char *topic);
/* What failed, the plan line and the summary. */
void tap_end(void);
/* From now on the summary is not a comment of TAP but a bare "N passed, N failed". */
void tap_end_with_verdict(void);
unsigned tap_failures(void);

#endif
