// SPDX-License-Identifier: Apache-2.0
// Images of the package: each is hashed once, by the hart that wants it first.
#ifndef BULKHEAD_GUEST_IMAGE_H
#define BULKHEAD_GUEST_IMAGE_H

#include "dt/package.h"
#include "plan/machine.h"

// Says whose images these are, and where it stands what harts have. Boot hart, once.
void image_init(const struct package *package, const struct machine *machine);
// Whether the image's bytes are those that its sha256 is of; false with *why. On any hart: where another one is hashing the same
// image, it waits. What hashing took on this hart is added to *instructions.
bool image_check(const struct package_image *image, const char *node, const char *property, uint64_t *instructions,
		 struct diag *why);
const uint8_t *image_data(const struct package_image *image);

// Who fills or hashes much calls this after each megabyte: a hart that also drains the console must not leave it alone.
void image_breathe(void);

#endif
