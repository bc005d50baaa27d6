// SPDX-License-Identifier: Apache-2.0
// Why a guest is stopped, what comes of it, and the words for it. Stands below emulated devices, one of which stops guests, too.
#ifndef BULKHEAD_LIB_STOP_LIST_H
#define BULKHEAD_LIB_STOP_LIST_H

#include "lib/types.h"

enum stop_action {
	STOP_SHUTDOWN,
	STOP_RESTART,
	STOP_FAILURE, // a shutdown that something went wrong before: the run counts it (event=last-guest-stopped failed=)
};

// X(reason, action, text): text is the log's reason="". The first is the state of a guest that nobody has stopped yet: it wants to run.
#define STOP_LIST(X) \
	X(FIRST_START, RESTART, "first start") \
	X(SRST_SHUTDOWN, SHUTDOWN, "SBI system reset") \
	X(SRST_SHUTDOWN_FAILURE, FAILURE, "SBI system reset, system failure") \
	X(SRST_REBOOT, RESTART, "SBI system reset") \
	X(SRST_REBOOT_FAILURE, RESTART, "SBI system reset, system failure") \
	X(LEGACY_SHUTDOWN, SHUTDOWN, "SBI legacy shutdown") \
	X(FINISHER_PASS, SHUTDOWN, "finisher, pass") \
	X(FINISHER_FAIL, FAILURE, "finisher, fail") \
	X(FINISHER_RESET, RESTART, "finisher, reset") \
	X(UNKNOWN_EXIT, FAILURE, "exit of unknown cause") \
	X(DOUBLE_TRAP, FAILURE, "double trap") \
	X(FIRMWARE_ENTRY, FAILURE, "the firmware has entered HS-mode for it") \
	X(END_OF_RUN, SHUTDOWN, "end of the run")

enum stop_reason {
#define STOP_REASON(reason, action, text) STOP_##reason,
	STOP_LIST(STOP_REASON)
#undef STOP_REASON
	STOP_REASON_COUNT
};

#endif
