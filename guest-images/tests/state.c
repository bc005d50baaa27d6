/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In-guest test that exits leave the guest's state alone: x, f and v registers, the CSRs beside them, supervisor CSRs, and the
 * states of FS and VS survive each kind of exit but for what the exit is to change; counters never jump back.
 */

#include "tests/fpv.h"
#include "tests/step.h"
#include "tests/topic.h"

#define ECALL	 0x00000073u
#define SPIN_A	 0xfff28293u /* addi t0, t0, -1 */
#define SPIN_B	 0xfe029ee3u /* bnez t0, -4 */
#define UART_LSR 5

static struct step step;
static volatile uint8_t *uart;
static int has_f, has_v;

/* ---- x registers ---- */

static const struct {
	long eid, fid;
	unsigned long a0, a1, a2;
	int legacy; /* a1 stays as well (SBI, "Legacy Extensions") */
	const char *name;
} calls[] = {
	{SBI_EXT_BASE, 0, 0, 0, 0, 0, "get_spec_version"},
	{SBI_EXT_BASE, 3, SBI_EXT_TIME, 0, 0, 0, "probe_extension"},
	{SBI_EXT_BASE, 4, 0, 0, 0, 0, "get_mvendorid"},
	{SBI_EXT_BASE, 99, 1, 2, 3, 0, "a function that is not there"},
	{0x999, 0, 1, 2, 3, 0, "an extension that is not there"},
	{SBI_EXT_TIME, 0, ~0ul, 0, 0, 0, "set_timer"},
	{SBI_EXT_IPI, 0, 0, 0, 0, 0, "send_ipi"},
	{SBI_EXT_RFENCE, 0, 1, 0, 0, 0, "remote_fence_i"},
	{SBI_EXT_RFENCE, 1, 1, 0, 0, 0, "remote_sfence_vma"},
	{SBI_EXT_RFENCE, 2, 1, 0, 0, 0, "remote_sfence_vma_asid"},
	{SBI_EXT_HSM, HSM_HART_GET_STATUS, 0, 0, 0, 0, "hart_get_status"},
	{SBI_EXT_HSM, HSM_HART_START, 99, 0, 0, 0, "hart_start that is refused"},
	{SBI_EXT_DBCN, DBCN_WRITE, 0, 0, 0, 0, "console_write of nothing"},
	{SBI_EXT_DBCN, DBCN_READ, 0, 0, 0, 0, "console_read of nothing"},
	{SBI_EXT_DBCN, DBCN_WRITE_BYTE, '\n', 0, 0, 0, "console_write_byte"},
	{SBI_EXT_SRST, 0, 0x12345, 0, 0, 0, "system_reset that is refused"},
	{SBI_LEGACY_SET_TIMER, 0, ~0ul, 7, 8, 1, "legacy set_timer"},
	{SBI_LEGACY_PUTCHAR, 0, '\n', 7, 8, 1, "legacy putchar"},
	{SBI_LEGACY_GETCHAR, 0, 6, 7, 8, 1, "legacy getchar"},
	{SBI_LEGACY_CLEAR_IPI, 0, 6, 7, 8, 1, "legacy clear_ipi"},
};

static void test_calls(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++)
		for (unsigned long seed = 0; seed < 2; seed++) {
			int good;

			step_fill(&step, seed * 77);
			step.in[10] = calls[i].a0;
			step.in[11] = calls[i].a1;
			step.in[12] = calls[i].a2;
			step.in[16] = (unsigned long)calls[i].fid;
			step.in[17] = (unsigned long)calls[i].eid;
			good = step_insn(&step, ECALL) == NO_TRAP;
			for (unsigned r = 1; r < 32; r++)
				good &= r == 10 || (r == 11 && !calls[i].legacy) || step.out[r] == step.in[r];
			tap_check(good, calls[i].name);
		}
}

/* A load of the UART into every register, and a store, touch nothing else. */
static void test_mmio(void)
{
	unsigned changed = 0;

	if (uart == NULL)
		return;
	for (unsigned rd = 1; rd < 32; rd++) {
		unsigned base = rd % 31 + 1;

		step_fill(&step, rd);
		step.in[base] = (unsigned long)uart + UART_LSR;
		changed += step_insn(&step, 0x00004003u | rd << 7 | base << 15) != NO_TRAP; /* lbu */
		changed += step_changed(&step, rd);
		step.in[base] = (unsigned long)uart + 7;
		changed += step_insn(&step, 0x00000023u | rd << 20 | base << 15) != NO_TRAP; /* sb */
		changed += step_changed(&step, 0);
	}
	tap_equal(changed, 0, "loads and stores of the UART change their register only");
}

/* Spins until an interrupt comes; everything but the counting register is as it was. */
static void check_interrupt(unsigned number, const char *name)
{
	static uint16_t code[16];

	step_fill(&step, number);
	step.entry |= SSTATUS_SPIE;
	step.in[5] = 1ul << 40;
	step_compose(code, SPIN_A, SPIN_B, 0, 0);
	step.in[0] = (unsigned long)code;
	csr_write(sie, 1ul << number);
	step_run(&step);
	csr_write(sie, 0);
	tap_check(step.cause == (CAUSE_INTERRUPT | number) && step_changed(&step, 5) == 0, name);
	tap_check(step.out[0] == (unsigned long)code || step.out[0] == (unsigned long)code + 4, "sepc is in the loop");
	tap_equal((long)(step.status & (SSTATUS_SIE | SSTATUS_SPIE | SSTATUS_SPP)), SSTATUS_SPIE | SSTATUS_SPP,
		  "sstatus is as at a trap");
}

static void ping(void *arg)
{
	(void)arg;
	timer_delay(timer_frequency() / 500);
	sbi_call3(SBI_EXT_IPI, 0, 1, harts[0].id, 0);
}

static void test_interrupts(void)
{
	for (int i = 0; i < 10; i++) {
		timer_set(rdtime() + timer_frequency() / 1000);
		check_interrupt(IRQ_S_TIMER, "a timer interrupt leaves the registers");
		timer_set(~0ul);
		sbi_call3(SBI_EXT_TIME, 0, rdtime() + timer_frequency() / 1000, 0, 0);
		check_interrupt(IRQ_S_TIMER, "a timer interrupt by SBI leaves the registers");
		sbi_call3(SBI_EXT_TIME, 0, ~0ul, 0, 0);
		timer_set(~0ul);
		if (hart_count() < 2)
			continue;
		hart_start(1, ping, NULL);
		check_interrupt(IRQ_S_SOFTWARE, "an IPI leaves the registers");
		csr_clear(sip, SIE_SSIE);
		tap_check(hart_wait(1, HSM_STOPPED), "its sender stops");
	}
}

/* ---- f and v registers, CSRs ---- */

struct csrs {
	unsigned long sstatus, sie, stvec, sscratch, sepc, scause, stval, satp, scounteren;
	unsigned long fcsr, vstart, vcsr, vl, vtype;
};

static uint64_t f_wanted[32], f_got[32];
static uint8_t v_wanted[V_MAX_BYTES], v_got[V_MAX_BYTES];

static unsigned long v_bytes(void)
{
	return has_v ? 32 * FPV_READ(CSR_VLENB) : 0;
}

static void fill(unsigned long seed)
{
	for (unsigned i = 0; i < 32; i++)
		f_wanted[i] = (i + 1 + seed) * 0x9e3779b97f4a7c15ul;
	for (unsigned i = 0; i < sizeof(v_wanted); i++)
		v_wanted[i] = (uint8_t)(i * 7 + seed);
	if (has_f) {
		f_write(f_wanted);
		FPV_WRITE(CSR_FCSR, 0x5b ^ (seed & 0x1f)); /* frm 2 */
	}
	if (has_v && v_bytes() <= sizeof(v_wanted)) {
		FPV_WRITE(CSR_VSTART, 0);
		v_write(v_wanted);
		v_configure(7 + seed, 0xd1); /* e32, m2, ta, ma */
		FPV_WRITE(CSR_VSTART, 3);
		FPV_WRITE(CSR_VCSR, 5);
	}
}

static struct csrs read_csrs(void)
{
	struct csrs c = {0};

	c.sstatus = csr_read(sstatus);
	c.sie = csr_read(sie);
	c.stvec = csr_read(stvec);
	c.sscratch = csr_read(sscratch);
	c.sepc = csr_read(sepc);
	c.scause = csr_read(scause);
	c.stval = csr_read(stval);
	c.satp = csr_read(satp);
	c.scounteren = csr_read(scounteren);
	if (has_f)
		c.fcsr = FPV_READ(CSR_FCSR);
	if (has_v) {
		c.vstart = FPV_READ(CSR_VSTART);
		c.vcsr = FPV_READ(CSR_VCSR);
		c.vl = FPV_READ(CSR_VL);
		c.vtype = FPV_READ(CSR_VTYPE);
	}
	return c;
}

static int fpv_are_as_filled(void)
{
	if (has_f) {
		f_read(f_got);
		if (memcmp(f_got, f_wanted, sizeof(f_got)))
			return 0;
	}
	if (has_v && v_bytes() <= sizeof(v_wanted)) {
		FPV_WRITE(CSR_VSTART, 0);
		v_read(v_got);
		if (memcmp(v_got, v_wanted, v_bytes()))
			return 0;
	}
	return 1;
}

static void leave_base(void) { sbi_call3(SBI_EXT_BASE, 0, 0, 0, 0); }
static void leave_time(void) { sbi_call3(SBI_EXT_TIME, 0, ~0ul, 0, 0); }
static void leave_fence(void) { sbi_call(SBI_EXT_RFENCE, 1, 1, 0, 0, 0, 0, 0); }
static void leave_console(void) { sbi_call3(SBI_EXT_DBCN, DBCN_WRITE, 2, (unsigned long)"#\n", 0); }
static void leave_legacy(void) { sbi_call3(SBI_LEGACY_CLEAR_IPI, 0, 0, 0, 0); }

static void leave_mmio(void)
{
	if (uart != NULL)
		(void)uart[UART_LSR];
}

/* HS-mode's own interrupts come and go meanwhile: the console's service, a deadline, an IPI that this hart has masked. */
static void leave_by_waiting(void)
{
	sbi_call3(SBI_EXT_TIME, 0, rdtime() + 1000, 0, 0);
	timer_delay(timer_frequency() / 100);
	sbi_call3(SBI_EXT_TIME, 0, ~0ul, 0, 0);
}

static void leave_by_ipi(void) { sbi_call3(SBI_EXT_IPI, 0, 1, harts[0].id, 0); }

/* A retentive suspend, and an interrupt that ends it at once. */
static void leave_by_suspend(void)
{
	sbi_call3(SBI_EXT_HSM, HSM_HART_SUSPEND, 0, 0, 0);
}

static const struct {
	void (*leave)(void);
	unsigned long sie;
	const char *name;
} exits[] = {
	{leave_base, 0, "get_spec_version"}, {leave_time, 0, "set_timer"}, {leave_fence, 0, "a remote fence"},
	{leave_console, 0, "the console"}, {leave_legacy, 0, "a legacy call"}, {leave_mmio, 0, "a load of the UART"},
	{leave_by_waiting, 0, "HS-mode's timer"}, {leave_by_ipi, 0, "an IPI that is masked"},
	{leave_by_suspend, SIE_SSIE, "a suspend"},
};

/* With these states of FS and VS; 0 is off: the registers cannot be looked at then. */
static void check_exit(size_t i, unsigned long state)
{
	unsigned long units = (has_f ? state << 13 : 0) | (has_v ? state << 9 : 0), stvec_before = csr_read(stvec);
	unsigned long sscratch_before = csr_read(sscratch);
	struct csrs before, after;

	csr_set(sstatus, (has_f ? SSTATUS_FS : 0) | (has_v ? SSTATUS_VS : 0));
	fill(i * 3 + state);
	csr_clear(sstatus, SSTATUS_FS | SSTATUS_VS);
	csr_set(sstatus, units);
	if (exits[i].leave == leave_by_suspend)
		csr_set(sip, SIE_SSIE);
	csr_write(sie, exits[i].sie);
	csr_write(sscratch, 0x123456789abcdef0ul);
	csr_write(sepc, 0x1122334455667788ul);
	csr_write(scause, 13);
	csr_write(stval, 0xfedcba9876543210ul);
	csr_set(sstatus, SSTATUS_SUM | SSTATUS_SPIE);
	before = state ? read_csrs() : (struct csrs){.sstatus = csr_read(sstatus)};
	exits[i].leave();
	after = state ? read_csrs() : (struct csrs){.sstatus = csr_read(sstatus)};
	csr_write(sscratch, sscratch_before);
	csr_write(stvec, stvec_before);
	csr_write(sie, 0);
	csr_clear(sip, SIE_SSIE);
	csr_clear(sstatus, SSTATUS_SUM | SSTATUS_SPIE);
	if (memcmp(&before, &after, sizeof(before)))
		print("# FS and VS %lu: sstatus %lx was %lx, sepc %lx scause %lx stval %lx sscratch %lx sie %lx vl %lu vtype %lx fcsr %lx\n",
		      state, after.sstatus, before.sstatus, after.sepc, after.scause, after.stval, after.sscratch, after.sie,
		      after.vl, after.vtype, after.fcsr);
	tap_check(!memcmp(&before, &after, sizeof(before)), exits[i].name);
	csr_set(sstatus, (has_f ? SSTATUS_FS : 0) | (has_v ? SSTATUS_VS : 0));
	tap_check(fpv_are_as_filled(), "f and v registers are as they were");
}

static void test_exits(void)
{
	irq_disable();
	csr_set(sstatus, (has_f ? SSTATUS_FS : 0) | (has_v ? SSTATUS_VS : 0));
	print("# f registers: %d, v registers: %d, %lu bytes\n", has_f, has_v, v_bytes());
	for (size_t i = 0; i < ARRAY_SIZE(exits); i++)
		for (unsigned long state = 0; state < 4; state++)
			check_exit(i, state);
	csr_clear(sstatus, SSTATUS_FS | SSTATUS_VS);
}

/* ---- counters ---- */

static void test_counters(void)
{
	unsigned long cycle = rdcycle(), instret = csr_read(instret), time = rdtime(), back = 0, stood = 0;

	for (unsigned i = 0; i < 2000; i++) {
		unsigned long c, n, t;

		exits[i % 6].leave();
		c = rdcycle();
		n = csr_read(instret);
		t = rdtime();
		back += c < cycle || n < instret || t < time;
		stood += c == cycle || n == instret;
		cycle = c;
		instret = n;
		time = t;
	}
	tap_equal((long)back, 0, "cycle, instret and time never jump back");
	tap_equal((long)stood, 0, "cycle and instret go on");
}

void test_state(void)
{
	unsigned shift;

	uart = console_uart(&shift);
	if (shift)
		uart = NULL;
	has_f = dt_has_isa("d");
	has_v = dt_has_isa("v");
	irq_disable();
	test_calls();
	test_mmio();
	test_interrupts();
	test_exits();
	test_counters();
}
