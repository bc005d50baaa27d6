// SPDX-License-Identifier: Apache-2.0
// The test finisher's one register; only says that the machine is to end, whoever owns it ends it.
#include "lib/stop_list.h"
#include "vdev/models.h"

#define WORD_FAIL 0x3333u // the upper half is an exit status, which nobody here has a use for
#define WORD_PASS 0x5555u
#define WORD_RESET 0x7777u

enum mmio_verdict finisher_access(void *state, struct mmio *access)
{
	uint32_t word = access->value & 0xffff;

	(void)state;
	if (access->width != 2 && access->width != 4)
		return MMIO_FAULT;
	if (!access->is_write) {
		access->value = 0;
		return MMIO_DONE;
	}
	if (access->offset != 0 || (word != WORD_FAIL && word != WORD_PASS && word != WORD_RESET))
		return MMIO_DONE;
	access->value = word == WORD_PASS ? STOP_FINISHER_PASS : word == WORD_FAIL ? STOP_FINISHER_FAIL : STOP_FINISHER_RESET;
	return MMIO_END;
}

const struct model_ops model_finisher = { .access = finisher_access };
