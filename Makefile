# One command runs everything that CI runs: make test. CONTRIBUTING.md explains each target.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
ROOT := $(CURDIR)

# What decides whether the installed copy is still the one that lies here.
SOURCES := $(shell find src native web/src web/public -type f \
	-not -path '*/static/*' -not -name '*.pyc' -not -name '*.so' 2>/dev/null) \
	pyproject.toml hatch_build.py CMakeLists.txt web/package-lock.json web/index.html web/vite.config.ts

.PHONY: test test-firefox test-backends test-jax test-tensorflow check lint types fast soak soak-writer soak-readers dev web schema sanitize bench screenshots clean

## Everything that CI runs, on a copy installed as its users install it.
test: $(VENV)/installed $(VENV)/chromium web/node_modules/.package-lock.json
	$(MAKE) lint types
	$(BIN)/python tools/npm.py run check
	$(BIN)/python tools/npm.py test
	$(BIN)/python -m pytest tests --timeout 300 $(PYTEST)

## The Keras recorder on JAX, and on TensorFlow where it can be installed; each in an environment of its own. With
## TensorFlow also the checkpoints and models that it writes itself, and a real TensorBoard over what is exported.
test-backends: test-jax test-tensorflow

test-jax test-tensorflow: test-%: $(VENV)/installed
	test -x build/$*/bin/python || $(PYTHON) -m venv build/$*
	build/$*/bin/python -m pip install -q ".[keras]" $* pytest pytest-timeout
	KERAS_BACKEND=$* build/$*/bin/python -m pytest tests/record/test_keras_*.py \
		tests/formats/test_tensorflow.py tests/formats/test_real_data.py tests/share/test_tensorboard.py \
		--timeout 300 $(PYTEST)

## The browser tests in Debian's Firefox instead of its Chromium.
test-firefox: $(VENV)/installed
	tools/install-firefox.sh
	VECTARIUM_BROWSER=firefox $(BIN)/python -m pytest tests/e2e --timeout 600 $(PYTEST)

## The inner loop, in seconds, on the sources in place: lint, types, fast tests.
check: lint types fast

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types:
	$(BIN)/pyright

fast: native/built
	PYTHONPATH=src $(BIN)/python -m pytest tests -q --timeout 60 --ignore tests/e2e -m "not slow and not browser" $(PYTEST)

## What takes long and is run before a release: a writer killed at two hundred random moments, and 200,000 damaged
## inputs for each reader (three hours of one core; PYTEST="-k zarr" for some of them).
soak: soak-writer soak-readers

soak-writer: $(VENV)/installed
	VECTARIUM_KILL_ROUNDS=200 $(BIN)/python -m pytest tests/data/test_killed_writer.py --timeout 1200 $(PYTEST)

soak-readers: $(VENV)/installed
	VECTARIUM_FUZZ_INPUTS=200000 $(BIN)/python -m pytest tests/attacks/test_damaged.py -s --timeout 14400 $(PYTEST)

## Build the kernels and the page in place, so that PYTHONPATH=src runs what lies here.
dev: native/built web

native/built: CMakeLists.txt $(wildcard native/*.cpp native/*.hpp)
	PATH="$(ROOT)/$(BIN):$$PATH" cmake -S . -B build/dev -DPython_EXECUTABLE=$(ROOT)/$(BIN)/python >/dev/null
	PATH="$(ROOT)/$(BIN):$$PATH" cmake --build build/dev -j2
	cp build/dev/_native*.so src/vectarium/
	touch $@

web: web/node_modules/.package-lock.json
	$(BIN)/python tools/npm.py run build

web/node_modules/.package-lock.json: web/package-lock.json $(VENV)/python
	$(BIN)/python tools/npm.py ci --no-audit --no-fund
	touch $@

## Write web/src/schema/messages.ts anew from the messages declared in Python.
schema:
	PYTHONPATH=src $(BIN)/python -m vectarium.explore.schema

## The tests of the kernels under AddressSanitizer, UndefinedBehaviorSanitizer and ThreadSanitizer: minutes.
sanitize: $(VENV)/python
	$(BIN)/python tools/sanitize.py

## The figures that the README quotes; each prints its table.
bench: $(VENV)/installed $(VENV)/chromium
	$(BIN)/python -m pip install -q ".[bench]"
	$(BIN)/python bench/neighbors.py
	$(BIN)/python bench/open.py
	$(BIN)/python bench/render.py
	$(BIN)/python bench/interaction.py
	$(BIN)/python bench/timeline.py
	$(BIN)/python bench/engine.py $(ENGINE)

## The README's pictures, and the set that is looked at before a release.
screenshots: $(VENV)/installed $(VENV)/chromium
	$(BIN)/python tools/screenshots.py

$(VENV)/python:
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --upgrade pip
	touch $@

$(VENV)/installed: $(VENV)/python $(SOURCES)
	$(BIN)/python -m pip install -q ".[dev]"
	$(BIN)/python -m pip install -q --force-reinstall --no-deps .
	touch $@

# Debian's Chromium drives the browser tests; Playwright downloads none of its own.
$(VENV)/chromium: $(VENV)/python
	tools/install-chromium.sh
	touch $@

clean:
	rm -rf build dist $(VENV) web/node_modules src/vectarium/static src/vectarium/_native*.so native/built
