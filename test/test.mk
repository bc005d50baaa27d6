# SPDX-License-Identifier: Apache-2.0
# Tests. Host: one program per test/host/*_test.c against all pure objects, under ASan and UBSan; nothing to register.

HOST_CC ?= gcc
HOST_DIR := $(BUILD)/host
HOST_SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all
HOST_CFLAGS := -std=c11 -O1 -g -fno-omit-frame-pointer $(HOST_SANITIZE) -Ihyp -Itest/host
# UBSan judges our own code only: libfdt gets ASan alone.
HOST_LIBFDT_CFLAGS := $(LIBFDT_ASSUME) -std=gnu11 -O1 -g -fsanitize=address

HOST_OBJS := $(addprefix $(HOST_DIR)/hyp/,$(PURE_OBJS)) $(addprefix $(HOST_DIR)/libfdt/,$(LIBFDT_OBJS))
HOST_TESTS := $(patsubst test/host/%.c,$(HOST_DIR)/%,$(wildcard test/host/*_test.c))

## test-host: builds and runs the host tests; UPDATE_GOLDEN=1 rewrites what test/golden holds
.PHONY: test-host
test-host: $(HOST_TESTS)
	$(Q)V=$(V) test/host/run.sh $(HOST_TESTS)

# Make before 4.4 takes what only pattern rules name for intermediate, and deletes it.
.SECONDARY: $(HOST_OBJS)

$(HOST_DIR)/%_test: test/host/%_test.c $(HOST_OBJS) $(HOST_DIR)/cflags
	$(call say,HOST,$<)
	$(Q)$(HOST_CC) $(HOST_CFLAGS) $(OWN_WARNINGS) -isystem $(LIBFDT_SRC) -MMD -MP -o $@ $< $(HOST_OBJS) -lcmocka

$(HOST_DIR)/hyp/%.o: hyp/%.c $(HOST_DIR)/cflags | $(LIBFDT_FETCHED)
	$(call say,HOST,$<)
	$(Q)mkdir -p $(@D) && $(HOST_CC) $(HOST_CFLAGS) $(OWN_WARNINGS) $(PURE_WARNINGS) -isystem $(LIBFDT_SRC) -MMD -MP -c -o $@ $<

$(HOST_DIR)/libfdt/%.o: $(LIBFDT_FETCHED) $(HOST_DIR)/cflags
	$(call say,HOST,libfdt/$*.c)
	$(Q)mkdir -p $(@D) && $(HOST_CC) $(HOST_LIBFDT_CFLAGS) -I$(LIBFDT_SRC) -MMD -MP -c -o $@ $(LIBFDT_SRC)/$*.c

$(HOST_DIR)/cflags: FORCE
	$(call remember,$@,$(HOST_CC) $(HOST_CFLAGS) / $(HOST_LIBFDT_CFLAGS) / $(LIBFDT_SRC))

-include $(HOST_OBJS:.o=.d) $(addsuffix .d,$(HOST_TESTS))

# System: guests in QEMU, driven by pytest from test/system.
