# SPDX-License-Identifier: Apache-2.0
# The README's commands in a new Debian.

.PHONY: test-fresh
## test-fresh: does what the README says in a new Debian beneath build/fresh/ (root, debootstrap): `make run`, then `make test`
test-fresh:
	$(Q)$(foreach suite,$(SUITE),test/fresh/fresh.sh $(suite) '$(FRESH_GOALS)' &&) true

## SUITE="bookworm trixie": in which Debian
SUITE ?= bookworm trixie
## FRESH_GOALS=test: what is made there after `make run`
FRESH_GOALS ?= test
