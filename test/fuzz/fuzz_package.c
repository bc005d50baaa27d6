// SPDX-License-Identifier: Apache-2.0
// libFuzzer: whatever bytes a package has, what is accepted lies inside it, and kernels are laid out without overlap.
#include <string.h>

#include "dt/package.h"
#include "input.h"
#include "plan/layout.h"

#define MEMORY_BASE 0x80000000ull
#define MEMORY_SIZE 0x1000000ull
#define TREE_SIZE 0x10000ull

static struct package package;
static struct diag why;

// Every image is tried as a kernel, with the first one as its initrd.
static void lay_out(const struct package_image *kernel, uint64_t base)
{
	struct partition p = { .memory_base = GPA(base), .memory_size = MEMORY_SIZE };
	uint64_t initrd_size = package.images[0].size;
	struct layout l;

	if (!layout_make(&p, package.base + kernel->offset, kernel->size, initrd_size, TREE_SIZE, &l, &why))
		return;
	uint64_t tree = l.dtb.addr - base, initrd = l.initrd_size != 0 ? l.initrd.addr - base : tree;

	must(l.kernel.addr >= base && l.kernel.addr - base + l.kernel_size <= initrd, "the kernel ends before the initrd");
	must(initrd + l.initrd_size <= tree, "the initrd ends before the tree");
	must(tree + TREE_SIZE <= MEMORY_SIZE, "the tree ends in memory");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size != 0 ? size : 1); // exactly as large, so that ASan sees the first byte read beyond it

	memcpy(copy, data, size);
	if (package_read(copy, size, &package, &why)) {
		must(package.used <= size && package.count <= MAX_IMAGES, "what is used lies inside");
		for (uint32_t i = 0; i < package.count; i++) {
			const struct package_image *image = &package.images[i];

			must(image->offset <= size && image->size <= size - image->offset, "an image lies inside");
			must(image->size == 0 || image->offset + image->size <= package.used, "an image is kept");
			must(package_find(&package, image->name) == image, "an image has its name for itself");
			lay_out(image, MEMORY_BASE);
			lay_out(image, MEMORY_BASE + PAGE_SIZE);
		}
	}
	free(copy);
	return 0;
}
