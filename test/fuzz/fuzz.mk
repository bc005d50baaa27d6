# SPDX-License-Identifier: Apache-2.0
# Fuzzing of the pure objects with libFuzzer: one program per test/fuzz/fuzz_*.c, some seconds each; nothing to register.

FUZZ_CC ?= clang
## FUZZ_SECONDS=10: how long each target of test-fuzz runs
FUZZ_SECONDS ?= 10
FUZZ_DIR := $(BUILD)/fuzz
FUZZ_CFLAGS := -std=gnu11 -O1 -g -fno-omit-frame-pointer -Ihyp -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all
FUZZ_LIBFDT_CFLAGS := $(LIBFDT_ASSUME) -std=gnu11 -O1 -g -fsanitize=address,fuzzer-no-link -w
FUZZ_OBJS := $(addprefix $(FUZZ_DIR)/hyp/,$(PURE_OBJS)) $(addprefix $(FUZZ_DIR)/libfdt/,$(LIBFDT_OBJS))
FUZZ_TESTS := $(patsubst test/fuzz/%.c,$(FUZZ_DIR)/%,$(wildcard test/fuzz/fuzz_*.c))

## test-fuzz: feeds the readers random input, FUZZ_SECONDS each; needs clang with libFuzzer
.PHONY: test-fuzz fuzz-run
test-fuzz:
	$(Q)mkdir -p $(FUZZ_DIR) && echo 'int LLVMFuzzerTestOneInput(void); int LLVMFuzzerTestOneInput(void) { return 0; }' >$(FUZZ_DIR)/probe.c
	$(Q)if $(FUZZ_CC) -fsanitize=fuzzer,address -o $(FUZZ_DIR)/probe $(FUZZ_DIR)/probe.c 2>/dev/null; then \
		$(MAKE) --no-print-directory fuzz-run; \
	else \
		echo 'fuzzing: skipped, there is no clang with libFuzzer here ($(FUZZ_CC))'; \
	fi

fuzz-run: $(FUZZ_TESTS)
	$(Q)test/fuzz/run.sh $(FUZZ_DIR) $(FUZZ_SECONDS) $(FUZZ_TESTS)

.SECONDARY: $(FUZZ_OBJS)

$(FUZZ_DIR)/fuzz_%: test/fuzz/fuzz_%.c test/fuzz/input.h $(FUZZ_OBJS)
	$(call say,FUZZ,$<)
	$(Q)$(FUZZ_CC) $(FUZZ_CFLAGS) -Wall -Wextra -Werror -isystem $(LIBFDT_SRC) -fsanitize=fuzzer -o $@ $< $(FUZZ_OBJS)

$(FUZZ_DIR)/hyp/%.o: hyp/%.c | $(LIBFDT_FETCHED)
	$(call say,FUZZ,$<)
	$(Q)mkdir -p $(@D) && $(FUZZ_CC) $(FUZZ_CFLAGS) -isystem $(LIBFDT_SRC) -MMD -MP -c -o $@ $<

$(FUZZ_DIR)/libfdt/%.o: $(LIBFDT_FETCHED)
	$(Q)mkdir -p $(@D) && $(FUZZ_CC) $(FUZZ_LIBFDT_CFLAGS) -I$(LIBFDT_SRC) -MMD -MP -c -o $@ $(LIBFDT_SRC)/$*.c

-include $(FUZZ_OBJS:.o=.d)
