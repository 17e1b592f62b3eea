# Two commands: `make demo` and `make test`. Everything else serves them; `make test-quick` is for while you work.
PYTHON ?= python3
VENV   ?= .venv
DIR    ?= demo-project
BIN    := $(VENV)/bin
# The tests run in so many processes at once, each of which takes up to 2 GB. "worksteal": each begins with its own half
# of the files, so that what a file's tests share is made once, and takes from the others when it has nothing left.
WORKERS ?= logical
# The tests' folders are in memory where there is room: on a disk, each transaction and each rename waits for it.
MEMORY := $(shell free=$$(df --output=avail --block-size=1G /dev/shm 2>/dev/null | tail -1); [ "$${free:-0}" -ge 8 ] && echo TMPDIR=/dev/shm)
PYTEST := $(MEMORY) $(BIN)/python -m pytest
SHARED := -n $(WORKERS) --maxprocesses 4 --dist worksteal

.PHONY: demo test test-quick test-slow coverage types types-linux types-others check clean install install-dev

## demo: install, run the whole loop on the embedded model, open the window (HEADLESS=1 or no display: progress bars)
demo: install
	@scripts/system-libraries $(if $(HEADLESS),headless,window)
	$(BIN)/score-studio demo --dir "$(DIR)" $(if $(HEADLESS),--headless) $(if $(ITERATIONS),--iterations $(ITERATIONS)) $(if $(SEED),--seed $(SEED))

## test: install with the development tools, then lint, types and the fast tests
test: install-dev
	@scripts/system-libraries offscreen
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(MAKE) types
	$(PYTEST) $(SHARED) -m "not slow and not gpu" --durations=20 --durations-min=1

## test-quick: the tests that load no torch, open no widgets and start no processes: under two minutes
test-quick: install-dev
	$(PYTEST) $(SHARED) --quick

## types: what mypy says for each of the three systems; only Linux is also run
types: install-dev
	$(MAKE) --jobs=2 --output-sync=target types-linux types-others

types-linux:
	$(BIN)/mypy --cache-dir .mypy_cache/linux --platform linux

types-others:
	$(BIN)/mypy --cache-dir .mypy_cache/darwin --config-file mypy-platforms.ini --platform darwin
	$(BIN)/mypy --cache-dir .mypy_cache/win32 --config-file mypy-platforms.ini --platform win32

## test-slow: the tests that take minutes (kills in every stage, the whole loop)
test-slow: install-dev
	@scripts/system-libraries offscreen
	$(PYTEST) -m slow

## coverage: which lines and branches the fast tests run, by file; slower than the tests themselves
coverage: install-dev
	$(PYTEST) $(SHARED) -m "not slow and not gpu" --cov=engine --cov=db --cov=studio --cov-branch --cov-report=term:skip-covered

install: $(VENV)/.installed
install-dev: $(VENV)/.installed-dev

$(VENV)/.created:
	@scripts/check-python $(PYTHON)
	$(PYTHON) -m venv $(VENV)
	@touch $@

# torch is pinned in constraints.txt: an open range may fetch gigabytes of another build.
$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)/.created
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml constraints.txt | $(VENV)/.created
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	@touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache
