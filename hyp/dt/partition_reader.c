// SPDX-License-Identifier: Apache-2.0
// A guest's properties by name, and how a wrong one is reported.
#include "dt/partition_reader.h"

const struct tree_names partition_guest_names = TREE_NAMES(GUEST_PROPERTIES);

bool partition_fail(const struct reader *r, enum diag_code code, enum guest_property property)
{
	return tree_diag(&r->tree, 3, r->why, code, tree_name(&partition_guest_names, property), r->props[property]);
}
