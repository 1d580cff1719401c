# Two commands: `make run` starts the hall, `make test` tests it. Both first install what is missing.

SHELL := /bin/sh
PYTHON ?= python3
VENV_PYTHON := .venv/bin/python
# Three workers: two begin with a lane of whole programs, which wait more than they compute, and one with short files
# (tests/conftest.py).
PYTEST_ARGS ?= -n 3 --no-loadscope-reorder
export PYTHON

.NOTPARALLEL:
.PHONY: help run test check lint types floors bench drills docs lock clean ready ready-dev
.DEFAULT_GOAL := help

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ready ## install what is missing and start the whole hall with simulated devices
	@exec .venv/bin/hall demo

test: ready-dev ## install what is missing and run every test
	$(VENV_PYTHON) -m pytest $(PYTEST_ARGS)

check: lint types floors test ## all that must hold: ruff, mypy, import floors, every test

lint: ready-dev ## ruff
	$(VENV_PYTHON) -m ruff check .

types: ready-dev ## mypy --strict
	$(VENV_PYTHON) -m mypy

floors: ready-dev ## nothing imports upward
	.venv/bin/lint-imports

bench: ready-dev ## the figures, each beside its yardstick
	$(VENV_PYTHON) -m tests.bench

MINUTES ?= 110
drills: ready-dev ## every attack on the hall, for MINUTES=110 together; a table at the end
	$(VENV_PYTHON) -m tests.drills --minutes $(MINUTES)

docs: ready-dev ## write the generated parts of docs/ anew: tables, diagrams, the picture of the running hall
	$(VENV_PYTHON) -m docs.make
	$(VENV_PYTHON) -m docs.picture

lock: ## resolve requirements/*.txt anew from pyproject.toml (needs uv); UPGRADE=--upgrade for newer versions
	uv pip compile $(LOCK_ARGS) --extra ask --extra documents --group build -o requirements/run.txt pyproject.toml
	uv pip compile $(LOCK_ARGS) --extra evaluate --extra ask --extra documents --group build --group dev -c requirements/run.txt -o requirements/dev.txt pyproject.toml

LOCK_ARGS := --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' \
	--python-version 3.11 --python-platform x86_64-manylinux_2_36 $(UPGRADE)

clean: ## remove caches and build left-overs; .venv and var/ (the hall's data) stay
	rm -rf build dist ./*.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

ready:
	@requirements/setup run

ready-dev:
	@requirements/setup dev
