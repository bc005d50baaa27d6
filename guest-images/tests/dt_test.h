/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of the topic "dt". */
#ifndef DT_TEST_H
#define DT_TEST_H

#include "tests/topic.h"

void test_isa(void);
void test_table_extensions(void);

#endif
