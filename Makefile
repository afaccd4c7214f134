# `make` prints what there is. Every target sets up what it needs, once.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
NODE_MODULES := web/node_modules/.package-lock.json
WEB_SOURCES := $(shell find web/src web/public web/index.html web/*.ts web/*.json -type f 2>/dev/null)

.PHONY: help run check test soak bench build web web-types format clean

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.ready web/dist/index.html ## Set up what is missing and serve everything at http://127.0.0.1:8080 (GUICHENG_PORT)
	@exec $(BIN)/guicheng run

check: $(VENV)/.ready $(NODE_MODULES) ## Format, lint, types, import arrows, unit and architecture tests: under two minutes
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/pytest tests/unit tests/architecture -n 2
	npm --prefix web run --silent check

test: $(VENV)/.ready web/dist/index.html ## Every test there is: browser, PostgreSQL, scenarios, wheel
	@deploy/install-test-packages
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	npm --prefix web run --silent test
	$(BIN)/pytest -n 2 --dist worksteal

soak: $(VENV)/.ready ## Random returns for MINUTES=n; prints the smallest story that fails
	$(BIN)/python -m tests.engine.rewind_random $(or $(MINUTES),5)

bench: $(VENV)/.ready ## How to measure: prints benchmarks/README.md
	@cat benchmarks/README.md

build: $(VENV)/.ready web/dist/index.html ## Build the wheel, with processes, forms and the web pages in it
	$(BIN)/python -m build --wheel

web: web/dist/index.html ## Build the web pages

web-types: $(VENV)/.ready $(NODE_MODULES) ## Generate the web's types from the API
	$(BIN)/guicheng openapi > web/src/api/openapi.json
	npm --prefix web run --silent types

format: $(VENV)/.ready ## Format the Python code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean: ## Remove what was built and set up; the data folder stays
	rm -rf $(VENV) build dist web/dist web/node_modules *.egg-info

$(VENV)/.ready: constraints.txt setup.cfg pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[development]'
	touch $@

$(NODE_MODULES): web/package-lock.json
	npm --prefix web ci --silent --no-audit --no-fund
	touch $@

web/dist/index.html: $(NODE_MODULES) $(WEB_SOURCES)
	npm --prefix web run --silent build
	touch $@
