/* SPDX-License-Identifier: Apache-2.0 */
/* Benchmark: SBI calls that concern this hart alone. */

#include "bench/bench.h"
#include "tests/fpv.h"

#define FAR   (1ul << 60) /* ticks: never */
#define PLACE 0x80000000ul

static const char *no_extension(const void *with)
{
	const struct bench_call *call = with;

	return sbi_has(call->eid) ? NULL : "no such extension";
}

static const char *no_vector(const void *with)
{
	(void)with;
	return dt_has_isa("v") ? NULL : "no V";
}

static unsigned long measure_call(const void *with)
{
	const struct bench_call *call = with;
	struct sbiret answer;
	unsigned long args[6];

	memcpy(args, call->args, sizeof(args));
	if (call->self)
		args[call->self - 1] = hart_self()->id;
	return bench_ecall(call->eid, call->fid, args, &answer);
}

/* ---- floating point and vector state; this image uses neither ---- */

static void begin_clean(void)
{
	csr_set(sstatus, SSTATUS_FS);			  /* 3: dirty */
	csr_clear(sstatus, SSTATUS_FS & SSTATUS_FS >> 1); /* 2: clean */
}

static void begin_dirty_f(void)
{
	static const uint64_t values[32];

	csr_set(sstatus, SSTATUS_FS);
	f_write(values);
}

static void begin_dirty_v(void)
{
	static const uint8_t values[V_MAX_BYTES];

	begin_dirty_f();
	csr_set(sstatus, SSTATUS_VS);
	v_write(values);
}

static void end_state(void)
{
	csr_clear(sstatus, SSTATUS_FS | SSTATUS_VS);
}

/* self: the number of the argument that is this hart's id, 0: none. */
#define ARGS(eid, fid, self, ...) &(const struct bench_call){eid, fid, {__VA_ARGS__}, self}
#define ALWAYS(text, ...) {.name = text, .measure = measure_call, .with = ARGS(__VA_ARGS__)}
#define CALL(text, ...)	  {.name = text, .measure = measure_call, .with = ARGS(__VA_ARGS__), .missing = no_extension}
#define FENCE(text, fid, ...) CALL(text, SBI_EXT_RFENCE, fid, 2, 1, 0, __VA_ARGS__)

static const struct bench_op bench_calls[] = {
	ALWAYS("SBI get_spec_version", SBI_EXT_BASE, 0, 0, 0),
	ALWAYS("SBI probe_extension", SBI_EXT_BASE, 3, 0, SBI_EXT_TIME),
	CALL("SBI set_timer (far)", SBI_EXT_TIME, 0, 0, FAR),
	ALWAYS("unknown SBI extension", 0x999, 0, 0, 0),
	CALL("HSM get_status, self", SBI_EXT_HSM, HSM_HART_GET_STATUS, 1, 0),
	CALL("IPI to nobody", SBI_EXT_IPI, 0, 0, 0),
	CALL("PMU num_counters", SBI_EXT_PMU, 0, 0, 0),
	CALL("FWFT get", SBI_EXT_FWFT, 1, 0, 0),
	FENCE("remote fence, self only", RFENCE_SFENCE_VMA, 0, 0),
	FENCE("remote fence.i, self only", RFENCE_FENCE_I, 0, 0),
	FENCE("remote fence, 1 page, self only", RFENCE_SFENCE_VMA, PLACE, GUEST_PAGE_SIZE),
	FENCE("remote fence, 16 pages, self only", RFENCE_SFENCE_VMA, PLACE, 16 * GUEST_PAGE_SIZE),
	FENCE("remote fence, 64 pages, self only", RFENCE_SFENCE_VMA, PLACE, 64 * GUEST_PAGE_SIZE),
	FENCE("remote fence, 512 pages, self only", RFENCE_SFENCE_VMA, PLACE, 512 * GUEST_PAGE_SIZE),
	FENCE("remote fence by ASID, self only", RFENCE_SFENCE_VMA_ASID, 0, 0, 1),
	FENCE("remote fence by ASID, 1 page, self only", RFENCE_SFENCE_VMA_ASID, PLACE, GUEST_PAGE_SIZE, 1),
	{.name = "SBI get_spec_version, FP clean", .measure = measure_call, .with = ARGS(SBI_EXT_BASE, 0, 0, 0),
	 .begin = begin_clean, .end = end_state},
	{.name = "SBI get_spec_version, FP dirty", .measure = measure_call, .with = ARGS(SBI_EXT_BASE, 0, 0, 0),
	 .begin = begin_dirty_f, .end = end_state},
	{.name = "SBI get_spec_version, FP and V dirty", .measure = measure_call, .with = ARGS(SBI_EXT_BASE, 0, 0, 0),
	 .missing = no_vector, .begin = begin_dirty_v, .end = end_state},
};

BENCH_GROUP(bench_calls, 1);
