# What a new user needs: `make demo` and `make test`. Everything runs in a virtual environment of its own.
PYTHON ?= python3
TORCH ?= torch==2.13.0
VENV := .venv
BIN := $(VENV)/bin
DEMO ?= .demo
MATRIX_TASKS ?= 500

.DEFAULT_GOAL := help
.PHONY: help install demo test test-long test-worlds test-train test-servers lint bench clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(VENV)/base: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[mcp]"
	touch $@

$(VENV)/dev: $(VENV)/base
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[dev,notebooks]"
	touch $@

# CPU torch first: what comes from a plain `torch` brings gigabytes of CUDA.
$(VENV)/train: $(VENV)/dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "$(TORCH)"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[train]"
	touch $@

install: $(VENV)/base ## make the virtual environment and install trajgym into it

demo: $(VENV)/base ## generate, filter and export 1,000 proved trajectories and their preference pairs
	$(BIN)/python -m trajgym.demo $(DEMO)

test: $(VENV)/dev ## the tests (no network, no key, no torch)
	$(BIN)/python -m pytest -q -n 2

test-long: $(VENV)/dev ## the tests that take long: the whole demo, long pages and notebooks, more kills and trouble
	$(BIN)/python -m pytest -q -n 2 -m long

test-worlds: $(VENV)/dev ## the validation matrix of every world on 500 tasks each, and what `test` tries on one world of each kind
	ALL_WORLDS=1 MATRIX_TASKS=$(MATRIX_TASKS) $(BIN)/python -m pytest -q -n 2 tests/gym_envs/test_matrix.py \
		tests/docs/test_docs_tables.py $$(grep -l worlds_tested tests/gym_envs/test_*.py)

test-train: $(VENV)/train ## train a tiny model for two steps on files we wrote
	$(BIN)/python -m pytest -q tests/train/train_with_trl.py

test-servers: $(VENV)/dev ## 100 episodes with each of three MCP servers from the package index
	$(BIN)/python tests/foreign/third_party.py

lint: $(VENV)/dev ## ruff and mypy --strict
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/dev ## speed and memory, beside a baseline measured in the same run
	$(BIN)/python -m benchmarks

clean: ## remove what the targets made
	rm -rf $(VENV) $(DEMO) build dist *.egg-info
