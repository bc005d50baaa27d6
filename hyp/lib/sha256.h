// SPDX-License-Identifier: Apache-2.0
// SHA-256 (FIPS 180-4), for images of the package; at most 50 instructions per byte. [pure]
#ifndef BULKHEAD_LIB_SHA256_H
#define BULKHEAD_LIB_SHA256_H

#include "lib/types.h"

void sha256(const void *data, size_t size, uint8_t digest[32]);

#endif
