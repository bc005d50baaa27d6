/* SPDX-License-Identifier: Apache-2.0 */
/* Benchmark: SBI calls that concern this hart alone. */

#include "bench/bench.h"

#define FAR (1ul << 60) /* ticks: never */

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

/* self: the number of the argument that is this hart's id, 0: none. */
#define CALL(text, eid, fid, self, ...) {.name = text, .measure = measure_call, .with = &(const struct bench_call){eid, fid, {__VA_ARGS__}, self}}
#define FENCE(text, fid, size) CALL(text, SBI_EXT_RFENCE, fid, 2, 1, 0, 0x80000000, size)

static const struct bench_op bench_calls[] = {
	CALL("SBI get_spec_version", SBI_EXT_BASE, 0, 0, 0),
	CALL("SBI probe_extension", SBI_EXT_BASE, 3, 0, SBI_EXT_TIME),
	CALL("SBI set_timer (far)", SBI_EXT_TIME, 0, 0, FAR),
	CALL("unknown SBI extension", 0x999, 0, 0, 0),
	CALL("HSM get_status, self", SBI_EXT_HSM, HSM_HART_GET_STATUS, 1, 0),
	CALL("IPI to nobody", SBI_EXT_IPI, 0, 0, 0),
	FENCE("remote fence, self only", 1, 0),
};

BENCH_GROUP(bench_calls);
