/* SPDX-License-Identifier: Apache-2.0 */
/* Named cases of what the machine and a hypervisor keep for themselves: CSRs read and written, instructions executed. */

#include "tests/attack.h"

static const struct {
	unsigned short number;
	const char *name;
} csrs[] = {
	{0x300, "mstatus"},	  {0x301, "misa"},	 {0x302, "medeleg"},	 {0x303, "mideleg"},	{0x304, "mie"},
	{0x305, "mtvec"},	  {0x306, "mcounteren"}, {0x308, "mvien"},	 {0x309, "mvip"},	{0x30a, "menvcfg"},
	{0x30c, "mstateen0"},	  {0x320, "mcountinhibit"}, {0x323, "mhpmevent3"}, {0x340, "mscratch"}, {0x341, "mepc"},
	{0x342, "mcause"},	  {0x343, "mtval"},	 {0x344, "mip"},	 {0x34a, "mtinst"},	{0x34b, "mtval2"},
	{0x350, "miselect"},	  {0x351, "mireg"},	 {0x35c, "mtopei"},	 {0x3a0, "pmpcfg0"},	{0x3a2, "pmpcfg2"},
	{0x3b0, "pmpaddr0"},	  {0x3ef, "pmpaddr63"},	 {0x747, "mseccfg"},	 {0x744, "mnstatus"},	{0x7a0, "tselect"},
	{0x7a1, "tdata1"},	  {0x7a2, "tdata2"},	 {0x7a3, "tdata3"},	 {0x7a8, "mcontext"},	{0x7b0, "dcsr"},
	{0x7b1, "dpc"},		  {0x7b2, "dscratch0"},	 {0xb00, "mcycle"},	 {0xb02, "minstret"},	{0xb03, "mhpmcounter3"},
	{0xf11, "mvendorid"},	  {0xf12, "marchid"},	 {0xf13, "mimpid"},	 {0xf14, "mhartid"},	{0xf15, "mconfigptr"},
	{0xfb0, "mtopi"},	  {0x200, "vsstatus"},	 {0x204, "vsie"},	 {0x205, "vstvec"},	{0x240, "vsscratch"},
	{0x241, "vsepc"},	  {0x242, "vscause"},	 {0x243, "vstval"},	 {0x244, "vsip"},	{0x24d, "vstimecmp"},
	{0x250, "vsiselect"},	  {0x251, "vsireg"},	 {0x25c, "vstopei"},	 {0x280, "vsatp"},	{0xeb0, "vstopi"},
	{0x600, "hstatus"},	  {0x602, "hedeleg"},	 {0x603, "hideleg"},	 {0x604, "hie"},	{0x605, "htimedelta"},
	{0x606, "hcounteren"},	  {0x607, "hgeie"},	 {0x608, "hvien"},	 {0x609, "hvictl"},	{0x60a, "henvcfg"},
	{0x60c, "hstateen0"},	  {0x643, "htval"},	 {0x644, "hip"},	 {0x645, "hvip"},	{0x646, "hviprio1"},
	{0x647, "hviprio2"},	  {0x64a, "htinst"},	 {0x680, "hgatp"},	 {0x6a8, "hcontext"},	{0xe12, "hgeip"},
	{0x1ff, "unassigned 0x1ff"}, {0x5ff, "unassigned 0x5ff"}, {0x6ff, "unassigned 0x6ff"}, {0x7ff, "unassigned 0x7ff"},
	{0x9ff, "unassigned 0x9ff"}, {0xdff, "unassigned 0xdff"}, {0xfff, "unassigned 0xfff"},
};

/* Readable, and not to be written. */
static const struct {
	unsigned short number;
	const char *name;
} read_only[] = {{0xc00, "cycle"}, {0xc01, "time"}, {0xc02, "instret"}, {0xc03, "hpmcounter3"}, {0xc1f, "hpmcounter31"}};

static const struct {
	uint32_t insn;
	const char *name;
	unsigned char user_only; /* S-mode may execute it */
} insns[] = {
	{0x00000000, "c.unimp", 0},	 {0xffffffff, "all ones", 0},	  {0x0000001f, "a 48-bit encoding", 0},
	{0x30200073, "mret", 0},	 {0x70200073, "mnret", 0},	  {0x7b200073, "dret", 0},
	{0x0000000b, "custom-0", 0},	 {0x0000002b, "custom-1", 0},	  {0x0000005b, "custom-2", 0},
	{0x0000007b, "custom-3", 0},	 {0x60054573, "hlv.b", 0},	  {0x60154573, "hlv.bu", 0},
	{0x64054573, "hlv.h", 0},	 {0x64354573, "hlvx.hu", 0},	  {0x68354573, "hlvx.wu", 0},
	{0x6c054573, "hlv.d", 0},	 {0x62b54073, "hsv.b", 0},	  {0x6eb54073, "hsv.d", 0},
	{0x22000073, "hfence.vvma", 0},	 {0x62000073, "hfence.gvma", 0},  {0x26000073, "hinval.vvma", 0},
	{0x66000073, "hinval.gvma", 0},	 {0x10200073, "sret", 1},	  {0x12000073, "sfence.vma", 1},
	{0x14002573, "csrr a0, sscratch", 1}, {0x10051073, "csrw sstatus, a0", 1}, {0x18051073, "csrw satp, a0", 1},
};

static void must_be_illegal(runner how, const char *mode, const char *function, const char *what, uint32_t insn)
{
	static unsigned long target;
	struct trap trap;

	run_insn(how, &trap, insn, &target);
	if (trap.cause != CAUSE_ILLEGAL_INSTRUCTION)
		print("# cause %ld\n", (long)trap.cause);
	attack_report(trap.cause == CAUSE_ILLEGAL_INSTRUCTION, mode, function, what);
}

void attack_csrs(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(csrs); i++) {
		must_be_illegal(trap_run, "S-mode", "reads", csrs[i].name, INSN_CSRR(csrs[i].number));
		must_be_illegal(trap_run, "S-mode", "writes", csrs[i].name, INSN_CSRW(csrs[i].number));
		must_be_illegal(trap_run_user, "U-mode", "reads", csrs[i].name, INSN_CSRR(csrs[i].number));
	}
	for (size_t i = 0; i < ARRAY_SIZE(read_only); i++)
		must_be_illegal(trap_run, "S-mode", "writes", read_only[i].name, INSN_CSRW(read_only[i].number));
	for (size_t i = 0; i < ARRAY_SIZE(insns); i++) {
		if (!insns[i].user_only)
			must_be_illegal(trap_run, "S-mode", "executes", insns[i].name, insns[i].insn);
		must_be_illegal(trap_run_user, "U-mode", "executes", insns[i].name, insns[i].insn);
	}
}
