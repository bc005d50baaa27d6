/* SPDX-License-Identifier: Apache-2.0 */
/* Harts of a bare guest: found in the device tree, started and stopped by SBI HSM; locks and barriers between them. */

#include "guest.h"

extern char stacks[], trap_stacks[];
extern const char trap_vector[];

void hart_begin(unsigned long id, struct hart *self);

struct hart harts[GUEST_MAX_HARTS];
static unsigned count;

static void set_up(struct hart *hart, unsigned long id)
{
	unsigned long index = (unsigned long)(hart - harts);

	hart->index = index;
	hart->id = id;
	hart->stack = (unsigned long)stacks + (index + 1) * GUEST_STACK_SIZE;
	hart->trap_stack = (unsigned long)trap_stacks + (index + 1) * GUEST_STACK_SIZE;
}

static void enter(struct hart *self)
{
	__asm__ volatile("mv tp, %0" ::"r"(self));
	csr_write(sscratch, self);
	csr_write(stvec, trap_vector);
}

void hart_init(unsigned long boot_id)
{
	int depth = 0;
	int cpus = dt_path("/cpus");

	set_up(&harts[0], boot_id);
	enter(&harts[0]);
	count = 1;
	for (int node = dt_next(cpus, &depth); node >= 0 && depth > 0; node = dt_next(node, &depth)) {
		uint32_t id = dt_u32(node, "reg", ~0u);
		const char *status = dt_prop(node, "status", NULL);

		if (depth != 1 || strncmp(dt_name(node), "cpu@", 4) || id == boot_id)
			continue;
		if (count < GUEST_MAX_HARTS && !(status && !strcmp(status, "disabled")))
			set_up(&harts[count++], id);
	}
}

unsigned hart_count(void)
{
	return count;
}

/* Called by crt0.S on the started hart's own stack. */
void hart_begin(unsigned long id, struct hart *self)
{
	enter(self);
	self->id = id;
	self->catch_stack = 0;
	self->start(self->arg);
	hart_stop();
}

struct sbiret hart_start(unsigned index, void (*start)(void *arg), void *arg)
{
	struct hart *hart = &harts[index];

	hart->start = start;
	hart->arg = arg;
	__sync_synchronize();
	return sbi_call3(SBI_EXT_HSM, HSM_HART_START, hart->id, (unsigned long)hart_entry,
			 (unsigned long)hart);
}

long hart_status(unsigned index)
{
	struct sbiret status = sbi_call3(SBI_EXT_HSM, HSM_HART_GET_STATUS, harts[index].id, 0, 0);

	return status.error ? status.error : status.value;
}

int hart_wait(unsigned index, long state)
{
	unsigned long end = timer_patience();

	while (hart_status(index) != state)
		if (rdtime() > end)
			return 0;
	return 1;
}

void hart_stop(void)
{
	irq_disable();
	csr_write(sie, 0);
	for (;;)
		sbi_call3(SBI_EXT_HSM, HSM_HART_STOP, 0, 0, 0);
}

void spin_lock(spinlock *lock)
{
	while (__atomic_exchange_n(&lock->held, 1, __ATOMIC_ACQUIRE))
		cpu_relax();
}

void spin_unlock(spinlock *lock)
{
	__atomic_store_n(&lock->held, 0, __ATOMIC_RELEASE);
}

void barrier_wait(barrier *point, unsigned wanted)
{
	unsigned round = __atomic_load_n(&point->round, __ATOMIC_ACQUIRE);

	if (__atomic_add_fetch(&point->arrived, 1, __ATOMIC_ACQ_REL) == wanted) {
		__atomic_store_n(&point->arrived, 0, __ATOMIC_RELAXED);
		__atomic_store_n(&point->round, round + 1, __ATOMIC_RELEASE);
		return;
	}
	while (__atomic_load_n(&point->round, __ATOMIC_ACQUIRE) == round)
		cpu_relax();
}
