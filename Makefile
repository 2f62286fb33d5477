# Every command sets up what it needs; the second time that costs nothing.
PYTHON := .venv/bin/python
# Fast ones first: what is broken shows soon. Races and the browser want the machine for themselves.
SUITES := unit property contract crash counts concurrency e2e browser
ALONE := concurrency browser
# What waits for servers, its own parts among them, half of its time: more of those fill two cores.
WORKERS_contract := 3
WORKERS_e2e := 4
TOGETHER = -n $(or $(WORKERS_$(suite)),2) --dist loadfile
COMPILE := .venv/bin/uv pip compile --quiet --python-version 3.13 --universal --generate-hashes \
	--no-emit-index-url --custom-compile-command "make lock"
PYTEST = $(PYTHON) -m pytest

.DEFAULT_GOAL := help
.PHONY: arrival fuzz mutants golden-rows migration coverage test-api test-live soak screenshots bench bench-cost bench-docs docs help setup demo sandbox test test-crash test-fast infra-check infra-list check format lock clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1 - /p' $(MAKEFILE_LIST) | awk -F ' - ' '{ printf "  make %-11s  %s\n", $$1, $$2 }'

setup: ## make .venv and install Azurite (every other command does it, too)
	@tools/setup.sh

demo: setup ## play one promotion through the whole sandbox, from training to the verified trail
	@$(PYTHON) -m sandbox.demo

sandbox: setup ## run the sandbox until interrupted
	@$(PYTHON) -m sandbox up

# Hundreds of processes import the same modules: compiled once, also where that is switched off.
test coverage: export PYTHONDONTWRITEBYTECODE :=
test: setup ## run all tests, fast ones first
	@set -e; $(foreach suite,$(SUITES),echo "== $(suite)"; \
		$(PYTEST) -q $(if $(filter $(suite),$(ALONE)),,$(TOGETHER)) -m "not slow" tests/$(suite);)
	@echo "== slow"; $(PYTEST) -q -n 2 -m slow tests

test-api: setup ## 5,000 generated calls against the API's own document (`make test` has 1,000)
	@API_CALLS=5000 $(PYTHON) -m pytest -q tests/e2e/test_schemathesis.py

test-live: setup ## settle on two registries of yours what is not established (docs/live.md)
	@$(PYTHON) -m pytest -q --confcutdir=tests/live tests/live

coverage: setup ## run the tests with branch coverage and hold its bounds (about half an hour)
	@tools/coverage.sh

mutants: setup ## break the domain in thousands of ways and see which no test notices (NAME='promotion.domain.trail*' for a part)
	@.venv/bin/uv pip install --quiet --require-hashes --python $(PYTHON) -r requirements-mutants.txt
	@.venv/bin/mutmut run --max-children 2 $(if $(NAME),'$(NAME)') > build/mutants.log 2>&1 || tail -20 build/mutants.log
	@$(PYTHON) tools/mutants.py

test-crash: setup ## crash every port call, alone and in pairs; print plans and violations
	@$(PYTHON) -m tests.crash

fuzz: setup ## fuzz the malware scan with 100,000 inputs (about five minutes)
	@$(PYTHON) tools/fuzz_scan.py --inputs 100000

soak: setup ## 100 promotions while the host is killed 50 times and Azurite restarted twice
	@$(PYTHON) -m sandbox.soak

migration: setup ## move 1,000 versions from registry to registry, killing everything twice
	@$(PYTHON) -m sandbox.migration

test-fast: setup ## run the tests that start no server
	@$(PYTEST) -q $(TOGETHER) -m "not azurite and not sandbox and not browser and not slow" tests/unit tests/property tests/contract

infra-check: setup ## check infra/ against Azure's schemas, without Azure and without the Bicep compiler
	@$(PYTHON) -m tools.infra_check

infra-list: setup ## list what each deployment makes, allows and sets (UPDATE=1 writes tests/golden/infra)
	@$(PYTHON) -m tools.infra_check list $(if $(UPDATE),--update)

check: setup ## format, lint, types, import rules, links, what must not be in the tree
	@.venv/bin/ruff format --check --quiet .
	@.venv/bin/ruff check --quiet .
	@.venv/bin/mypy .
	@.venv/bin/lint-imports
	@$(PYTHON) tools/check_links.py
	@$(PYTHON) tools/check_tree.py
	@$(PYTHON) -m tools.infra_check

bench: setup ## measure everything beside its reference (NAME=... for one figure); build/bench.json
	@.venv/bin/uv pip install --quiet --require-hashes --python $(PYTHON) -r requirements-bench.txt 2>/dev/null || \
		$(PYTHON) -m pip install --quiet --require-hashes -r requirements-bench.txt
	@$(PYTHON) -m bench $(NAME)

bench-cost: setup ## what a month costs with your prices (PRICES=...), and which limit is full first
	@$(PYTHON) -m bench.cost $(if $(PRICES),--prices $(PRICES))

arrival: setup ## promote 10,000 files and one of 4 GiB, and read both sides past the app (half an hour)
	@$(PYTHON) -m bench.arrival

bench-docs: setup ## write the measured figures, their pictures and the costs into docs/performance.md
	@$(PYTHON) -m bench.page
	@$(PYTHON) -m bench.cost --page

format: setup ## format the code and repair what the linter can
	@.venv/bin/ruff check --quiet --fix-only .
	@.venv/bin/ruff format --quiet .

screenshots: setup ## take the README's pictures of a sandbox (needs Chromium)
	@PYTHONPATH=. $(PYTHON) tools/screenshots.py

golden-rows: setup ## write the rows of the present version, which later versions must read
	@$(PYTHON) -m tests.golden_rows

docs: setup ## draw the pictures and tables that are made from the code
	@PYTHONPATH=. $(PYTHON) tools/draw_states.py
	@PYTHONPATH=. $(PYTHON) tools/write_policy_reference.py

lock: setup ## pin the requirements again (UPGRADE=--upgrade takes newer versions)
	@$(COMPILE) $(UPGRADE) requirements.in -o requirements.txt
	@$(COMPILE) $(UPGRADE) requirements-cli.in -o requirements-cli.txt
	@$(COMPILE) $(UPGRADE) requirements-dev.in -o requirements-dev.txt
	@$(COMPILE) $(UPGRADE) requirements-bench.in -o requirements-bench.txt
	@$(COMPILE) $(UPGRADE) requirements-mutants.in -o requirements-mutants.txt
	@cd sandbox && npm install --package-lock-only --loglevel=error >/dev/null

clean: ## remove what the commands made, but neither .venv nor Azurite
	@rm -rf build mutants .sandbox .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -not -path './.venv/*' -not -path './sandbox/node_modules/*' -prune -exec rm -rf {} +
