// SPDX-License-Identifier: Apache-2.0
// Reads a guest's lists of words from the partition tree: features, SBI extensions, devices.
#include "dt/partition_reader.h"

#include <string.h>

// One word of ignore-features.
static bool ignore_feature(struct guest_request *g, const char *word, size_t len)
{
	if (strcmp(word, "henvcfg") == 0) {
		g->ignore_henvcfg = true;
		return true;
	}
	if (strcmp(word, "hedeleg") == 0) {
		g->rules.ignore_hedeleg = true;
		return true;
	}
	if (strcmp(word, "htinst") == 0) {
		g->rules.ignore_htinst = true;
		return true;
	}
	if (strcmp(word, "aia") == 0) {
		g->ignore_aia = true;
		isa_set(&g->ignored, ISA_SMAIA);
		isa_set(&g->ignored, ISA_SSAIA);
		return true;
	}
	int ext = isa_find(word, len);
	if (ext < 0 || ext == ISA_I)
		return false;
	isa_set(&g->ignored, (enum isa_ext)ext);
	return true;
}

static bool deny_sbi(struct guest_request *g, const char *word, size_t len)
{
	(void)len;
	for (uint32_t i = 0; i < SBI_INDEX_UNKNOWN; i++)
		if (sbi_names[i] != NULL && strcmp(sbi_names[i], word) == 0) {
			g->denied_sbi |= 1u << i;
			return true;
		}
	return false;
}

// A list of words, each taken by take(); absent is empty.
static bool read_words(const struct reader *r, enum guest_property property,
		       bool (*take)(struct guest_request *g, const char *word, size_t len))
{
	struct tree_prop p = r->props[property];
	if (p.data == NULL)
		return true;
	if (p.len == 0 || p.data[p.len - 1] != '\0')
		return partition_fail(r, DIAG_PROPERTY_VALUE, property);
	for (uint32_t at = 0; at < p.len;) {
		const char *word = (const char *)p.data + at;
		uint32_t len = (uint32_t)strlen(word);
		if (!take(r->guest, word, len))
			return tree_diag(&r->tree, 3, r->why, DIAG_PROPERTY_VALUE, tree_name(&partition_guest_names, property),
					 (struct tree_prop){ p.data + at, len + 1 });
		at += len + 1;
	}
	return true;
}

// A path of the board's tree, or an alias: what it stands for is looked up when both trees have been read.
static bool add_device(struct guest_request *g, const char *word, size_t len)
{
	if (len == 0 || len >= MAX_DEVICE_PATH)
		return false;
	memcpy(g->devices[g->device_count++].path, word, len + 1);
	return true;
}

bool partition_read_words(const struct reader *r)
{
	struct tree_prop devices = r->props[G_DEVICES];
	uint32_t words = 0;
	for (uint32_t i = 0; i < devices.len; i++)
		words += devices.data[i] == '\0';
	if (words > MAX_GUEST_DEVICES)
		return partition_fail(r, DIAG_TOO_MANY, G_DEVICES);
	return read_words(r, G_IGNORE_FEATURES, ignore_feature) && read_words(r, G_DENIED_SBI, deny_sbi) &&
	       read_words(r, G_DEVICES, add_device);
}
