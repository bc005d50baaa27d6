#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs host test programs, shows what failed (V=1: everything), and ends with a count of the tests.
passed=0 failed=0
export CMOCKA_MESSAGE_OUTPUT=TAP
for program; do
	output=$("$program" 2>&1)
	status=$?
	ok=$(printf '%s\n' "$output" | grep -c '^ok ')
	bad=$(printf '%s\n' "$output" | grep -c '^not ok ')
	# A program that a sanitizer or a signal ended has not said so itself.
	if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then
		bad=1
	fi
	printf '  %-5s %-24s %3d tests%s\n' TEST "$(basename "$program")" $((ok + bad)) "$([ "$bad" -ne 0 ] && echo ", $bad FAILED")"
	if [ "$bad" -ne 0 ] || [ "$V" = 1 ]; then
		printf '%s\n' "$output"
	fi
	passed=$((passed + ok))
	failed=$((failed + bad))
done
echo "host tests: $passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -ne 0 ]
