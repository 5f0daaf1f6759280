# Everything a user or developer does here, one word each; `make` alone lists them.

.DEFAULT_GOAL := help
.PHONY: help demo explorer test test-quick proof check format seal-tool requirements clean
.PHONY: bench bench-costs bench-audit bench-attacks bench-usefulness bench-microdata bench-mutations

BIN := .venv/bin

# uv installs in seconds; the pip that comes with Python does the same in minutes.
UV := $(shell command -v uv 2>/dev/null)
INSTALL := $(if $(UV),$(UV) pip install --quiet --python $(BIN)/python,$(BIN)/python -m pip install --quiet --disable-pip-version-check --progress-bar off)

# Nothing here reports to anyone. The program says so itself too; this covers what tests start.
export DAGSTER_DISABLE_TELEMETRY := 1
export GX_ANALYTICS_ENABLED := false
export STREAMLIT_BROWSER_GATHER_USAGE_STATS := false
export DO_NOT_TRACK := 1

help: ## show this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 26

demo: .venv/.run-installed ## install into .venv, take the samples through every layer to releases in demo/
	@$(BIN)/tipstat demo

explorer: .venv/.run-installed ## open the releases that `make demo` made in a browser
	@$(BIN)/tipstat explorer --workspace demo

test: .venv/.dev-installed chromium ## run all tests
	@$(BIN)/pytest --numprocesses 2 --dist loadfile

test-quick: .venv/.dev-installed ## run the tests that need neither a browser nor minutes
	@$(BIN)/pytest --numprocesses 2 --dist loadfile --quiet -m "not browser and not slow"

proof: .venv/.dev-installed chromium ## the thousands of submissions of which `make test` sends a share, and twenty guessed worlds (half an hour)
	@$(BIN)/pytest --numprocesses 2 --dist loadfile --proof tests/test_crowd.py tests/pipelines/fuzz tests/attacks/test_guessing.py

check: .venv/.dev-installed ## formatting, lint and types
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@for system in win32 darwin; do \
	  $(BIN)/mypy --platform $$system --cache-dir .mypy_cache/$$system $(addprefix -p ,pipelines sources anonymize transforms data_contracts dashboards) || exit 1; \
	done

format: .venv/.dev-installed ## put code into the shape that `make check` wants
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench-mutations: .venv/.dev-installed ## take each rule of the gate out away, one by one: does its test fail? (an hour)
	@$(BIN)/python -m benchmarks.mutations

bench: .venv/.dev-installed ## measure all of the following, one after the other (a day)
	@$(BIN)/python -m benchmarks.run

bench-costs: .venv/.dev-installed ## processor time, as ratios to a peer in the same run (an hour)
	@$(BIN)/python -m benchmarks.run costs

bench-audit: .venv/.dev-installed ## 100 invented cubes of 10 seeds and one of 100,000 cells, repaired (hours)
	@$(BIN)/python -m benchmarks.run audit

bench-attacks: .venv/.dev-installed ## how often attackers are right, beside a plain guess, 20 seeds (hours)
	@$(BIN)/python -m benchmarks.run attacks

bench-usefulness: .venv/.dev-installed ## what of each table and of the headlines is shown (minutes)
	@$(BIN)/python -m benchmarks.run usefulness

bench-microdata: .venv/.dev-installed ## synthetic rows beside pac-synth, and attacks on them (hours)
	@$(BIN)/python -m benchmarks.run microdata

seal-tool: .venv/.dev-installed ## build check and seal as one file, dist/tipstat, for machines without Python
	@$(BIN)/pyinstaller --noconfirm --log-level WARN --distpath dist --workpath build/one_file pipelines/one_file.spec

clean: ## remove .venv and caches; workspaces stay
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The first Python that fits; pip needs its venv module, uv does not.
$(BIN)/python:
	@for python in python3.13 python3.12 python3.11 python3; do \
	  $$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null || continue; \
	  if [ -n "$(UV)" ]; then exec $(UV) venv --quiet --seed --python "$$python" .venv; fi; \
	  $$python -c 'import ensurepip, venv' 2>/dev/null && exec $$python -m venv .venv; \
	done; \
	echo "tipstat needs Python 3.11, 3.12 or 3.13 with its venv module: sudo apt-get install -y python3 python3-venv" >&2; \
	exit 1

.venv/.run-installed: requirements/run.txt pyproject.toml | $(BIN)/python
	@echo "Installing what tipstat needs into .venv (1.5 GB; a minute or more with pip) ..."
	@$(INSTALL) --require-hashes --requirement requirements/run.txt
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

# dev.txt holds all of run.txt, so that this stamp stands for both.
.venv/.dev-installed: requirements/dev.txt pyproject.toml | $(BIN)/python
	@echo "Installing what tipstat and its tests need into .venv (1.5 GB; a minute or more with pip) ..."
	@$(INSTALL) --require-hashes --requirement requirements/dev.txt
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch .venv/.run-installed $@

.PHONY: chromium
chromium:
	@command -v chromium >/dev/null || { \
	  echo "The tests look at pages in Chromium, which this machine lacks: sudo apt-get install -y chromium" >&2; exit 1; }

# For maintainers, with uv: what pyproject.toml asks for, as hashes without addresses. Versions stay as they
# are where they fit; `make requirements UPGRADE=--upgrade` takes the newest.
COMPILE = $(UV) pip compile --quiet $(UPGRADE) --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-strip-extras --no-annotate --no-header pyproject.toml requirements/run.in
requirements: ## write the requirement files anew (needs uv)
	@$(COMPILE) --output-file requirements/run.txt
	@$(COMPILE) --extra spark requirements/dev.in --constraint requirements/run.txt --output-file requirements/dev.txt
