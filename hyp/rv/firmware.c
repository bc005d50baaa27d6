// SPDX-License-Identifier: Apache-2.0
// SBI client: thin wrappers over ecall; the only file that calls the firmware.
#include "rv/firmware.h"

#include "rv/spec.h"

static struct {
	uint64_t spec_version;
	bool srst, dbcn; // where there is another way without them
	bool pmu, fwft, dbtr;
} fw;

static inline __attribute__((always_inline)) struct fw_ret fw_call_inline(uint64_t eid, uint64_t fid, uint64_t a, uint64_t b,
									    uint64_t c, uint64_t d, uint64_t e)
{
	register uint64_t a0 __asm__("a0") = a;
	register uint64_t a1 __asm__("a1") = b;
	register uint64_t a2 __asm__("a2") = c;
	register uint64_t a3 __asm__("a3") = d;
	register uint64_t a4 __asm__("a4") = e;
	register uint64_t a6 __asm__("a6") = fid;
	register uint64_t a7 __asm__("a7") = eid;
	__asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a2), "r"(a3), "r"(a4), "r"(a6), "r"(a7) : "memory");
	return (struct fw_ret){ (long)a0, a1 };
}

static __attribute__((noinline)) struct fw_ret fw_call(uint64_t eid, uint64_t fid, uint64_t a, uint64_t b, uint64_t c, uint64_t d,
						       uint64_t e)
{
	return fw_call_inline(eid, fid, a, b, c, d, e);
}

static uint64_t fw_base(uint64_t fid)
{
	return fw_call(SBI_EXT_BASE, fid, 0, 0, 0, 0, 0).value;
}

static bool fw_probe(uint64_t eid)
{
	struct fw_ret r = fw_call(SBI_EXT_BASE, SBI_BASE_PROBE_EXTENSION, eid, 0, 0, 0, 0);
	return r.error == SBI_SUCCESS && r.value != 0;
}

void fw_init(void)
{
	fw.spec_version = fw_base(SBI_BASE_GET_SPEC_VERSION);
	fw.srst = fw_probe(SBI_EXT_SRST);
	fw.dbcn = fw_probe(SBI_EXT_DBCN);
	fw.pmu = fw_probe(SBI_EXT_PMU);
	fw.fwft = fw_probe(SBI_EXT_FWFT);
	fw.dbtr = fw_probe(SBI_EXT_DBTR);
}

uint64_t fw_spec_version(void) { return fw.spec_version; }
uint64_t fw_impl_id(void) { return fw_base(SBI_BASE_GET_IMPL_ID); }
uint64_t fw_impl_version(void) { return fw_base(SBI_BASE_GET_IMPL_VERSION); }
uint64_t fw_mvendorid(void) { return fw_base(SBI_BASE_GET_MVENDORID); }
uint64_t fw_marchid(void) { return fw_base(SBI_BASE_GET_MARCHID); }
uint64_t fw_mimpid(void) { return fw_base(SBI_BASE_GET_MIMPID); }

// SBI 2.0 brought DBCN. Whether the legacy console of older ones leads anywhere cannot be asked.
bool fw_has_console(void) { return fw.dbcn || fw.spec_version < SBI_SPEC_VERSION_2_0; }
bool fw_has_reset(void) { return fw.srst; }
bool fw_has_pmu(void) { return fw.pmu; }
bool fw_has_fwft(void) { return fw.fwft; }
bool fw_has_dbtr(void) { return fw.dbtr; }

struct fw_ret fw_pmu(uint64_t fid, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e)
{
	return fw_call(SBI_EXT_PMU, fid, a, b, c, d, e);
}

struct fw_ret fw_fwft(uint64_t fid, uint64_t feature, uint64_t value, uint64_t flags)
{
	return fw_call(SBI_EXT_FWFT, fid, feature, value, flags, 0, 0);
}

struct fw_ret fw_dbtr(uint64_t fid, uint64_t a, uint64_t b, uint64_t c)
{
	return fw_call(SBI_EXT_DBTR, fid, a, b, c, 0, 0);
}

struct fw_ret fw_sse(uint64_t fid, uint64_t event_id)
{
	return fw_call(SBI_EXT_SSE, fid, event_id, 0, 0, 0, 0);
}

// These three are on the way of exits.
void fw_set_timer(uint64_t deadline)
{
	fw_call_inline(SBI_EXT_TIME, SBI_TIME_SET_TIMER, deadline, 0, 0, 0, 0);
}

void fw_send_ipi(uint64_t mask, uint64_t base)
{
	fw_call_inline(SBI_EXT_IPI, SBI_IPI_SEND_IPI, mask, base, 0, 0, 0);
}

struct fw_ret fw_remote_fence(uint64_t fid, uint64_t mask, uint64_t base, uint64_t start, uint64_t size, uint64_t asid)
{
	return fw_call_inline(SBI_EXT_RFENCE, fid, mask, base, start, size, asid);
}

struct fw_ret fw_hart_start(uint64_t hartid, pa_t entry, uint64_t opaque)
{
	return fw_call(SBI_EXT_HSM, SBI_HSM_HART_START, hartid, entry.addr, opaque, 0, 0);
}

void fw_hart_stop(void)
{
	fw_call(SBI_EXT_HSM, SBI_HSM_HART_STOP, 0, 0, 0, 0, 0);
}

void fw_system_reset(uint32_t type, uint32_t reason)
{
	if (fw.srst)
		fw_call(SBI_EXT_SRST, SBI_SRST_SYSTEM_RESET, type, reason, 0, 0, 0);
	else
		fw_call(SBI_EXT_LEGACY_SHUTDOWN, 0, 0, 0, 0, 0, 0);
}

size_t fw_console_write(const char *s, size_t size)
{
	if (size == 0)
		return 0;
	if (fw.dbcn) {
		struct fw_ret r = fw_call(SBI_EXT_DBCN, SBI_DBCN_WRITE, size, (uint64_t)(uintptr_t)s, 0, 0, 0);
		return r.error == SBI_SUCCESS ? (size_t)r.value : 0;
	}
	fw_call(SBI_EXT_LEGACY_PUTCHAR, 0, (uint8_t)s[0], 0, 0, 0, 0);
	return 1;
}

int fw_console_read(void)
{
	if (fw.dbcn) {
		// Not on the stack: the firmware writes it behind the compiler's back by physical address.
		static volatile uint8_t byte;
		struct fw_ret r = fw_call(SBI_EXT_DBCN, SBI_DBCN_READ, 1, (uint64_t)(uintptr_t)&byte, 0, 0, 0);
		return r.error == SBI_SUCCESS && r.value == 1 ? byte : -1;
	}
	return (int)fw_call(SBI_EXT_LEGACY_GETCHAR, 0, 0, 0, 0, 0, 0).error;
}
