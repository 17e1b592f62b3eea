# Two commands: `make demo` and `make test`. Everything else serves them.
PYTHON ?= python3
VENV   ?= .venv
DIR    ?= demo-project
BIN    := $(VENV)/bin

.PHONY: demo test test-slow types check clean install install-dev

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
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -m "not slow and not gpu"

## types: what mypy says for each of the three systems; only Linux is also run
types: install-dev
	$(BIN)/mypy --platform linux
	$(BIN)/mypy --platform darwin
	$(BIN)/mypy --platform win32

## test-slow: the tests that take minutes (kills in every stage, the whole loop)
test-slow: install-dev
	@scripts/system-libraries offscreen
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -m slow

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
