// SPDX-License-Identifier: Apache-2.0
// Names of SBI extensions, for trees and logs. [pure]
#include "rv/sbi_list.h"

const char *const sbi_names[SBI_COUNT] = {
#define SBI_LIST_NAME(ext, name, first, last, handler) name,
	SBI_LIST(SBI_LIST_NAME)
#undef SBI_LIST_NAME
};
