# One command runs everything that CI runs: make test. CONTRIBUTING.md explains each target.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
SRC := PYTHONPATH=src
SOURCES := $(shell find src native web/src -type f -not -path '*/static/*' -not -name '*.pyc' -not -name '*.so' 2>/dev/null)

.PHONY: test check lint types fast dev native web bench screenshots schema demo-data clean

## What CI runs: installs the package as its users do, then every check on the installed copy.
test: $(VENV)/installed web/node_modules/.package-lock.json chromium
	$(MAKE) lint types
	cd web && $(NPM) run check && $(NPM) test
	$(BIN)/python -m pytest tests --timeout 300

## The inner loop, in seconds: lint, types and the tests that need no browser, on the sources in place.
check: lint types fast

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types:
	$(BIN)/pyright

fast: native
	$(SRC) $(BIN)/python -m pytest tests -q --timeout 60 --ignore tests/e2e -m "not slow"

## A virtual environment for working on the sources in place.
dev: $(VENV)/installed native web

$(VENV)/python:
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --upgrade pip
	touch $@

$(VENV)/installed: $(VENV)/python pyproject.toml hatch_build.py CMakeLists.txt $(SOURCES)
	$(BIN)/python -m pip install -q --force-reinstall --no-deps . && $(BIN)/python -m pip install -q ".[dev]" "nanobind>=2.4,<3"
	touch $@
