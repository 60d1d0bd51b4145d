# What stays: setup, check, test, demo, screenshots. Each sets up what is missing first.
PYTHON ?= python3
BIN := .venv/bin
# `make demo SERVE=0` loads the demo company and stops.
SERVE ?= 1

.PHONY: help setup check format test demo screenshots
.DEFAULT_GOAL := help

help:
	@echo "make setup        install everything into .venv, build the front end"
	@echo "make demo         load the demo company and serve it on http://127.0.0.1:8000"
	@echo "make test         every test: SQLite, PostgreSQL, a real browser"
	@echo "make check        format, lint, types, imports, templates: seconds"
	@echo "make format       let ruff format the code and sort its imports"
	@echo "make screenshots  every page, in three widths, light and dark, to docs/screenshots"

setup:
	@$(PYTHON) scripts/bootstrap.py

check: setup
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/lint-imports --no-logo > .tools/lint-imports.txt || { cat .tools/lint-imports.txt; exit 1; }
	@$(BIN)/djlint --quiet --allow-empty-input src/tenure/screens/templates
	@$(BIN)/mypy

format: setup
	@$(BIN)/ruff check --quiet --fix .
	@$(BIN)/ruff format --quiet .

test: setup
	@$(BIN)/python scripts/run_tests.py

demo: setup
	@$(BIN)/tenure demo
	@if [ "$(SERVE)" != 0 ]; then exec $(BIN)/tenure serve; fi

screenshots: setup
	@$(BIN)/python scripts/screenshots.py
