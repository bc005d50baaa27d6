// SPDX-License-Identifier: Apache-2.0
// Texts of the diagnosis codes. Before the seal only: most are of trees and packages.
#include "lib/diag.h"

const char *diag_str(enum diag_code code)
{
	// One behind the other, in the order of the codes: pointers to them would be a fifth of their size again.
	static const char texts[] =
#define DIAG_TEXT(code, text) text "\0"
		DIAG_BOOT_LIST(DIAG_TEXT)
#undef DIAG_TEXT
		"unknown error";

	return code < DIAG_RUN_COUNT ? diag_run_str(code) : diag_text(texts, sizeof(texts), code - DIAG_RUN_COUNT);
}
