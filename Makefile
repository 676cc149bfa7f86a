# make help tells what there is.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
TEST_INSTALLED := $(VENV)/.test-installed
FUZZ_INSTALLED := $(VENV)/.fuzz-installed
BENCHMARKS := start crawl_html crawl_rest recrawl pipeline scale 'reading --peers' similarity similarity_ledger topics site
COMPILE := $(BIN)/pip-compile --quiet --upgrade --strip-extras --no-header --no-emit-index-url --no-emit-find-links
AS_ROOT := $(if $(filter 0,$(shell id -u)),,sudo -n)
# Playwright's own, with the system's libraries that it needs (for which one has to be root); else the system's package.
# One that starts is what counts, whatever failed on the way; where there is none, the last words of each say why.
CHROMIUM := $(BIN)/python -m newscrawl.network.chromium
CHROMIUM_LOG := $(VENV)/chromium.log
GET_CHROMIUM = \
	{ $(BIN)/playwright install --no-shell chromium; $(BIN)/playwright install-deps chromium; } >$(CHROMIUM_LOG) 2>&1; \
	$(CHROMIUM) >/dev/null 2>&1 \
	|| { $(AS_ROOT) apt-get update -qq && $(AS_ROOT) apt-get install -qq --yes --no-install-recommends chromium; } \
	>>$(CHROMIUM_LOG) 2>&1; \
	$(CHROMIUM) >/dev/null || { echo "$(CHROMIUM_LOG) ends:"; tail -n 5 $(CHROMIUM_LOG); exit 1; } >&2

.DEFAULT_GOAL := help
.PHONY: help demo crawl test fuzz format pins schema browser bench
# All install into one .venv.
.NOTPARALLEL:

help:  ## show this
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## */  make \1\t/' | expand -t 18

demo: $(INSTALLED)  ## crawl both outlets from recorded sites, without any network, into data/demo
	@SCRAPY_PROJECT=replay $(BIN)/scrapy demo

crawl: $(INSTALLED)  ## crawl both outlets live, into data
	@status=0; for outlet in iraqinews middleeasteye; do $(BIN)/scrapy crawl $$outlet || status=1; done; exit $$status

test: $(TEST_INSTALLED) browser  ## format check, lint, types and all tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest --numprocesses auto --dist worksteal

fuzz: $(FUZZ_INSTALLED)  ## give every reader bytes that nobody thought of, for FUZZ_MINUTES (10)
	$(BIN)/python -m tests.fuzz

bench: $(TEST_INSTALLED)  ## measure all that docs/performance.md tells, beside others; some 40 minutes
	@status=0; for words in $(BENCHMARKS); do $(BIN)/python -m benchmarks.$$words || status=1; done; exit $$status

format: $(TEST_INSTALLED)  ## put all code into its form
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

pins: $(TEST_INSTALLED)  ## write the requirements files anew from pyproject.toml
	$(COMPILE) --output-file requirements.txt pyproject.toml
	$(COMPILE) --extra test --output-file requirements-test.txt pyproject.toml
	$(COMPILE) --extra fuzz --output-file requirements-fuzz.txt pyproject.toml
	$(BIN)/python -m benchmarks.peers

schema: $(INSTALLED)  ## write docs/article.schema.json and docs/articles.sql anew from the Article class
	$(BIN)/python -m newscrawl.schema > docs/article.schema.json
	$(BIN)/python -m newscrawl.views > docs/articles.sql

browser: $(INSTALLED)  ## get a Chromium, for pages that need one; nothing is done where there is one
	@$(CHROMIUM) >/dev/null 2>&1 || { echo "getting a Chromium …"; $(GET_CHROMIUM); }

# A .venv works where it was made, and its pip comes last: where that names another place, or is missing, it is made anew.
ifeq ($(shell cd $(BIN) 2>/dev/null && grep -sF "$$(pwd -P)/python" pip),)
.PHONY: $(BIN)/python
endif

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "newscrawl needs Python 3.11 or later; name one: make PYTHON=python3.11 …")'
	@rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)

$(INSTALLED): requirements.txt $(BIN)/python
	@echo "installing what newscrawl needs into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(TEST_INSTALLED): requirements-test.txt $(INSTALLED)
	@echo "installing the test tools into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-test.txt
	@touch $@

$(FUZZ_INSTALLED): requirements-fuzz.txt $(INSTALLED)
	@echo "installing the fuzzer into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-fuzz.txt
	@touch $@
