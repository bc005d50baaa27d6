// SPDX-License-Identifier: Apache-2.0
// Hashes images of the package.
#include "guest/image.h"

#include <stdatomic.h>
#include <string.h>

#include "guest/service.h"
#include "hart/hart.h"
#include "rv/csr.h"
#include "rv/guestmem.h"
#include "rv/sha256_rv.h"

enum { UNCHECKED, HASHING, GOOD, BAD };

static struct {
	const struct package *package;
	const struct machine *machine;
	_Atomic uint32_t states[MAX_IMAGES]; // one of the above
} images;

void image_init(const struct package *package, const struct machine *machine)
{
	images.package = package;
	images.machine = machine;
}

const uint8_t *image_data(const struct package_image *image)
{
	return images.package->base + image->offset;
}

void image_breathe(void)
{
	struct hart *h = this_hart();

	if (time_now() >= h->service_deadline)
		service_timer(h, SERVICE_BUDGET_IDLE);
}

static uint32_t hash(const struct package_image *image)
{
	const struct isa *isa = &images.machine->harts[this_hart()->index].isa;
	uint8_t digest[32];

	sha256(sha256_blocks_for(isa), image_breathe, image_data(image), image->size, digest);
	return memcmp(digest, image->sha256, sizeof(digest)) == 0 ? GOOD : BAD;
}

bool image_check(const struct package_image *image, const char *node, const char *property, uint64_t *instructions,
		 struct diag *why)
{
	_Atomic uint32_t *state = &images.states[image - images.package->images];
	uint32_t now = UNCHECKED;

	if (atomic_compare_exchange_strong(state, &now, HASHING)) {
		uint64_t begin = probe_cycle_now();

		now = hash(image);
		*instructions += probe_cycle_now() - begin;
		atomic_store(state, now);
	}
	while (now == HASHING) {
		image_breathe();
		now = atomic_load(state);
	}
	return now == GOOD || diag_set(why, DIAG_PKG_HASH, node, property, image->name);
}
