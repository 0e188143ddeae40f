# `make` alone prints what it can do.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

# Advice to pip's and setuptools' own users, which says nothing to ours.
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Many a container forbids Python to keep what it has compiled; then each process that is started
# compiles the whole program anew, and each test worker every test.
unexport PYTHONDONTWRITEBYTECODE
INSTALL := PYTHONWARNINGS=ignore $(BIN)/pip install -q

.DEFAULT_GOAL := help
.PHONY: help run test test-browser test-slow lint types contracts check hooks bench chaos rehearse lock catalogues clean

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/run.stamp ## start everything on this machine, with Iowa 2020 loaded and a telephone to try
	@$(BIN)/hotline up

test: $(VENV)/dev.stamp ## run the test suite, two tests at a time
	@$(BIN)/pytest -n 2

test-browser: $(VENV)/dev.stamp ## run the tests that look at the pages in Chromium or Chrome
	@$(BIN)/pytest -n 2 -m "browser and not slow"

test-slow: $(VENV)/dev.stamp ## run the tests that take minutes (kills, the whole night), two at a time
	@$(BIN)/pytest -n 2 --dist worksteal -m slow --timeout 1800

lint: $(VENV)/dev.stamp ## ruff
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(VENV)/dev.stamp ## mypy, strict
	@$(BIN)/mypy

contracts: $(VENV)/dev.stamp ## import-linter: who may import whom
	@$(BIN)/lint-imports

check: lint types contracts test test-browser ## all of the above

hooks: $(VENV)/dev.stamp ## have git try each commit: ruff, import-linter, its title; mypy before a push
	@$(BIN)/pre-commit install

bench: $(VENV)/dev.stamp ## measure, and print each figure next to its baseline
	@$(BIN)/python -m tests.bench

chaos: $(VENV)/dev.stamp ## let each part fail under callers, then all of them in one night: 15 minutes
	@$(BIN)/python -m tests.bench.outages

rehearse: $(VENV)/run.stamp ## play the whole night of Iowa 2020 against a system of its own
	@$(BIN)/hotline rehearse --alone

lock: $(VENV)/dev.stamp ## compile the locked requirements anew
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header \
	  --all-extras pyproject.toml -o requirements-dev.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header \
	  --extra setup pyproject.toml -c requirements-dev.txt -o requirements.txt

catalogues: $(VENV)/dev.stamp ## bring every language's catalogue up to date
	@mkdir -p var
	@$(BIN)/pybabel -q extract -F pyproject.toml --add-location=file --omit-header \
	  --no-wrap -o var/hotline.pot hotline
	@$(BIN)/pybabel -q update -D hotline -i var/hotline.pot -d hotline/languages -N \
	  --ignore-obsolete --ignore-pot-creation-date -w 100

clean: ## remove the virtual environment and caches; var/ (your data) stays
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis *.egg-info

# Debian keeps a part of Python's venv in the package python3-venv. Where it is missing, a pip that is
# there makes up for it; in a container, where we are root, we may install it; else we say so.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Hotline needs Python 3.11 or newer; or set PYTHON=/path/to/python3.11"; exit 1; }
	@if $(PYTHON) -c 'import ensurepip' 2>/dev/null; then \
	  $(PYTHON) -m venv --clear $(VENV); \
	elif $(PYTHON) -m pip --help 2>/dev/null | grep -q -e '--python '; then \
	  $(PYTHON) -m venv --clear --without-pip $(VENV) && \
	  $(PYTHON) -m pip --python $(BIN)/python install -q pip; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Python's venv is incomplete here: installing Debian's package python3-venv"; \
	  (apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
	    apt-get install -y -qq --no-install-recommends python3-venv) >/dev/null && \
	  $(PYTHON) -m venv --clear $(VENV); \
	else \
	  echo "Python's venv is incomplete here; on Debian or Ubuntu: apt-get install python3-venv"; \
	  exit 1; \
	fi || { rm -rf $(VENV); exit 1; }

# The stamps record that a lock file has been installed; a newer lock installs again.
$(VENV)/run.stamp: requirements.txt pyproject.toml | $(BIN)/python
	@echo "Installing the locked requirements into $(VENV)"
	@test -e $(VENV)/dev.stamp || $(INSTALL) --require-hashes -r requirements.txt
	@$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt pyproject.toml | $(BIN)/python
	@echo "Installing the locked requirements, and the tests' own, into $(VENV)"
	@$(INSTALL) --require-hashes -r requirements-dev.txt
	@$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/run.stamp
