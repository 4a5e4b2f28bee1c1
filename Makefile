# Every target sets up what it needs: Python 3.11 or newer and make are enough. Options of the tools are in pyproject.toml.

PYTHON ?= python3
VENV ?= .venv
MUTANTS ?= 2000
NETDESIGN_BENCHMARKS ?= ../shared/benchmarks
INSTALLED := $(VENV)/.installed
SOURCES := $(shell find netdesign models -name '*.py')

.DELETE_ON_ERROR:
.SECONDEXPANSION:
.PHONY: help demo test test-long test-browser test-office test-313 fuzz coverage lint format types layers bench bench-europe bench-python bench-engines bench-straight bench-links bench-staged bench-vehicles bench-questions bench-page signals docs wheel-check ci

help: ## This list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "%-16s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo "results/NAME.json  Solve the bundled instance NAME into that file"

demo: $(INSTALLED) ## Does a second hub pay in Europe? The answer, and a page of it (the first time minutes, for .venv)
	@mkdir -p results
	$(VENV)/bin/netdesign solve instances/europe -o results/europe.json
	$(VENV)/bin/netdesign report results/europe.json -o results/europe.html

test: $(INSTALLED) ## The tests that take under five seconds each, on all cores
	$(VENV)/bin/pytest -n auto

test-long: $(INSTALLED) ## The tests that take longer, on all cores
	$(VENV)/bin/pytest -m long -n auto

fuzz: $(INSTALLED) ## MUTANTS mutants of sound inputs (2,000): no defect, every answer confirmed
	$(VENV)/bin/python -m tests.fuzz --mutants $(MUTANTS)

test-browser: $(INSTALLED) ## The tests of the page in chromium, offline; skipped where this machine has none
	@$(VENV)/bin/python -m pip install --quiet -c constraints.txt -e '.[browser]' \
	    || echo 'no playwright here: the tests of the page are skipped'
	$(VENV)/bin/pytest -m browser -rs tests/browser

test-office: $(INSTALLED) ## Open and save workbooks in LibreOffice; skipped where this machine has none
	$(VENV)/bin/pytest -m office -rs tests/io/test_office.py

# A pyenv shim named python3.13 may exist and still refuse to run, so each candidate is tried.
test-313: ## The tests on Python 3.13, where this machine has it
	@for python in python3.13 "$$HOME"/.pyenv/versions/3.13*/bin/python3.13; do \
	    if "$$python" -c '' 2>/dev/null; then \
	        exec $(MAKE) --no-print-directory test VENV=.venv-313 PYTHON="$$python"; \
	    fi; \
	done; \
	echo 'skipped: no python3.13 here'

coverage: $(INSTALLED) ## The tests, with the lines and branches that none of them reaches
	$(VENV)/bin/pytest -n auto --cov

lint: $(INSTALLED) ## Faults of style, format and spelling; what is not declared, and what nobody uses
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/codespell
	$(VENV)/bin/deptry .
	$(VENV)/bin/vulture

format: $(INSTALLED) ## Lay out the code, mend what can be mended by machine
	$(VENV)/bin/ruff check --fix
	$(VENV)/bin/ruff format

types: $(INSTALLED) ## Type check
	$(VENV)/bin/mypy

layers: $(INSTALLED) ## Dependencies point downwards only
	$(VENV)/bin/lint-imports

bench: $(INSTALLED) ## Solve the published instances in NETDESIGN_BENCHMARKS (hours; goes on where it stopped)
	$(VENV)/bin/netdesign bench $(NETDESIGN_BENCHMARKS)/optima.csv -o benchmarks/literature.csv --time-limit 300

bench-europe: $(INSTALLED) ## Measure solving on the European instance
	$(VENV)/bin/python benchmarks/solve_europe.py

bench-python: $(INSTALLED) ## Measure many solves in one Python process against calls of the command
	$(VENV)/bin/python -m benchmarks.many_solves

bench-engines: $(INSTALLED) ## Measure the engines, class by class (goes on where it stopped)
	$(VENV)/bin/python -m benchmarks.engines

bench-straight: $(INSTALLED) ## Hold the engines against the straight models and SCIP (goes on where it stopped)
	$(VENV)/bin/python -m pip install --quiet -c constraints.txt pyscipopt || echo 'no SCIP here; its rows will say so'
	$(VENV)/bin/python -m benchmarks.against_straight
	$(VENV)/bin/python -m benchmarks.growth

bench-links: $(INSTALLED) ## Measure networks whose hub links are chosen, beside the straight models and SCIP (goes on where it stopped)
	$(VENV)/bin/python -m pip install --quiet -c constraints.txt pyscipopt || echo 'no SCIP here; its rows will say so'
	$(VENV)/bin/python -m benchmarks.links

bench-staged: $(INSTALLED) ## Measure decisions over years (goes on where it stopped)
	$(VENV)/bin/python -m benchmarks.staged

signals: $(INSTALLED) ## Send 500 signals at random moments and look at what is left (an hour; Linux)
	$(VENV)/bin/python -m scripts.signals

bench-questions: $(INSTALLED) ## Measure the questions after the first answer (goes on where it stopped)
	$(VENV)/bin/python -m benchmarks.questions

bench-page: $(INSTALLED) ## Measure the page in chromium: size, first paint, frames a second
	$(VENV)/bin/python -m pip install --quiet -c constraints.txt -e '.[browser]'
	$(VENV)/bin/python -m benchmarks.page

bench-vehicles: $(INSTALLED) ## Measure solving with vehicles that leave (goes on where it stopped)
	$(VENV)/bin/python -m benchmarks.vehicles

docs: $(INSTALLED) ## Write the generated parts of docs/ again
	$(VENV)/bin/python -m scripts.build_docs

wheel-check: $(INSTALLED) ## Build the wheel, install it elsewhere and solve with it
	$(VENV)/bin/python scripts/wheel_check.py

ci: lint types layers test test-long test-browser test-office test-313 fuzz wheel-check ## Everything that must pass before a change lands
	@echo 'ci: every check passed'

results/%.json: $$(wildcard instances/$$*.yaml instances/$$*/*) $(SOURCES) $(INSTALLED)
	@mkdir -p $(@D)
	$(VENV)/bin/netdesign solve $* -o $@

$(INSTALLED): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "$(PYTHON) is %s; netdesign needs Python 3.11 or newer: make PYTHON=..." % sys.version.split()[0])'
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet -c constraints.txt -e '.[dev]'
	@touch $@
