# Everything from a fresh clone, with Python 3.11 or newer and this file alone.
# Messages go to stderr: stdout belongs to the program that is run.

SHELL := /bin/sh
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test check static ui ui-test api-types durability backfill planted screenshots bench docs lock clean

ARGS ?=
# Many tests wait for processes of their own, so one more than a small machine has cores is not too many.
WORKERS ?= 3
# Each takes a run of neighbours, which share what a file sets up, and helps the others when it is through.
SPREAD := -n $(WORKERS) --dist worksteal
PYTHON ?=
VENV := .venv
BIN := $(VENV)/bin
RUN_STAMP := $(VENV)/installed-run
DEV_STAMP := $(VENV)/installed-dev
UI_FILES := $(shell find ui/src ui/*.json ui/*.ts ui/*.html ui/*.py -type f 2>/dev/null)
PAGES := src/orderbridge/api/static/index.html
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Tests start the product again and again: what was compiled once is kept, whatever the build server is set to.
unexport PYTHONDONTWRITEBYTECODE
# The lock names every package and no index: where they come from is this machine's own setting.
PIP := $(BIN)/python -m pip install --quiet --no-input --no-warn-script-location

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):.*## */\1|/' | \
	  while IFS='|' read -r name what; do printf '  make %-12s %s\n' "$$name" "$$what"; done

demo: $(RUN_STAMP) ## the whole product on a made-up business; ARGS="--once --json" for programs
	@$(MAKE) ui || echo 'make: the web app could not be built (see above); the demo goes on with a plain page' >&2
	@$(BIN)/orderbridge demo $(ARGS)

test: $(DEV_STAMP) ## every check and every test
	@failed=0; $(MAKE) static || failed=1; $(MAKE) ui-test || failed=1; \
	$(BIN)/python -m pytest $(SPREAD) $(ARGS) || failed=1; exit $$failed

check: $(DEV_STAMP) ## format, lint, types, imports, unit and architecture tests
	@failed=0; $(MAKE) static || failed=1; \
	$(BIN)/python -m pytest tests/unit tests/architecture $(ARGS) || failed=1; exit $$failed

static: $(DEV_STAMP) ## format, lint, types and imports
	@failed=0; \
	$(BIN)/ruff format --check --quiet . || { echo 'make static: ruff format finds work in the files above' >&2; failed=1; }; \
	$(BIN)/ruff check --quiet . || failed=1; \
	$(BIN)/mypy --no-error-summary || failed=1; \
	$(BIN)/lint-imports --no-logo || failed=1; \
	exit $$failed

ui: $(PAGES) ## build the web app

ui-test: $(DEV_STAMP) $(PAGES) ## types and logic of the web app
	@failed=0; $(BIN)/python ui/build.py check || failed=1; $(BIN)/python ui/build.py test || failed=1; exit $$failed

api-types: $(DEV_STAMP) $(PAGES) ## write the web app's types again, from the description of the HTTP API
	@mkdir -p build && $(BIN)/python ui/describe.py > build/openapi.json && $(BIN)/python ui/build.py types

screenshots: $(DEV_STAMP) $(PAGES) ## every page in both themes, on a desk and on a phone, into build/screenshots
	@ORDERBRIDGE_SCREENSHOTS=build/screenshots $(BIN)/python -m pytest tests/browser -s $(ARGS)

durability: $(DEV_STAMP) ## kill the worker 200 times, at every fault point, and count the effects
	@ORDERBRIDGE_DURABILITY_STOPS=$${ORDERBRIDGE_DURABILITY_STOPS:-200} $(BIN)/python -m pytest tests/durability -s $(ARGS)

backfill: $(DEV_STAMP) ## kill a backfill of 20,000 orders 50 times, and count what came about
	@ORDERBRIDGE_BACKFILL_ORDERS=$${ORDERBRIDGE_BACKFILL_ORDERS:-20000} \
	  ORDERBRIDGE_BACKFILL_STOPS=$${ORDERBRIDGE_BACKFILL_STOPS:-50} \
	  $(BIN)/python -m pytest tests/durability/test_backfill_stops.py -s $(ARGS)

planted: $(DEV_STAMP) ## plant 500 differences of one cent or one field, and find each with its reason
	@ORDERBRIDGE_PLANTED=$${ORDERBRIDGE_PLANTED:-500} $(BIN)/python -m pytest tests/integration/test_planted.py -s $(ARGS)

bench: $(DEV_STAMP) ## measure throughput; prints ratios of one run
	@set -e; for file in benchmarks/*.py; do \
	  if grep -q '__main__' "$$file"; then echo "$$file" >&2; $(BIN)/python "$$file" $(ARGS); fi; done

docs: $(DEV_STAMP) ## write docs/reference again
	@$(BIN)/python docs/generate.py

lock: ## pin the versions that are installed in .venv
	@$(BIN)/python .ci/lock.py

clean: ## remove the environment and everything that was made
	@rm -rf $(VENV) dist build ui/node_modules src/orderbridge/api/static .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

# An environment that could not be finished is removed, so that the next try begins anew.
$(BIN)/python:
	@set -e; chosen=''; \
	for name in $(PYTHON) python3.11 python3.12 python3.13 python3.14 python3 python; do \
	  if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then chosen="$$name"; break; fi; \
	done; \
	if [ -z "$$chosen" ]; then \
	  echo 'make: Python 3.11 or newer is needed and was not found; install it, or name it: make PYTHON=/path/to/python3' >&2; exit 1; fi; \
	if ! "$$chosen" -c 'import venv, ensurepip' >/dev/null 2>&1; then \
	  echo "make: $$chosen cannot make environments; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; fi; \
	echo "make: making the environment $(VENV) with $$chosen" >&2; \
	rm -rf $(VENV); \
	"$$chosen" -m venv $(VENV) >&2 || { rm -rf $(VENV); exit 1; }

$(RUN_STAMP): requirements.lock pyproject.toml | $(BIN)/python
	@echo 'make: installing what requirements.lock pins' >&2
	@$(PIP) -r requirements.lock >&2
	@$(PIP) --no-deps --no-build-isolation -e . >&2
	@touch $@

$(PAGES): $(RUN_STAMP) $(UI_FILES)
	@echo 'make: building the web app' >&2
	@$(BIN)/python ui/build.py build

$(DEV_STAMP): requirements-dev.lock $(RUN_STAMP)
	@echo 'make: installing what requirements-dev.lock pins' >&2
	@$(PIP) -r requirements-dev.lock >&2
	@touch $@
