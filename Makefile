# The ways in. Everything is safe to repeat; what is up to date is not done again.
PYTHON ?= python3
PORT ?= 8000
DATA ?= $(CURDIR)/data
# A worker of the suite waits for its database, its browser and the disk a third of its time: three fill two cores.
SUITE_WORKERS ?= 3
VENV := $(CURDIR)/.venv
BIN := $(VENV)/bin
export PYTHONDONTWRITEBYTECODE :=

.PHONY: run test suite check fix bench wheel runtime dev lock clean
.DEFAULT_GOAL := run

run: runtime            ## the whole program with the demo county on 127.0.0.1:$(PORT)
	exec "$(BIN)/gridcommons" run --demo --port "$(PORT)" --data "$(DATA)"

test:                   ## linters, types and layers beside the suite; fails if either does
	@$(MAKE) --no-print-directory --jobs 2 check suite

suite: dev              ## the suite alone
	"$(BIN)/python" -m pytest -n $(SUITE_WORKERS) -m "not slow"

check: dev              ## linters, types and layers alone
	"$(BIN)/ruff" check src tests tools
	"$(BIN)/ruff" format --check src tests tools
	"$(BIN)/mypy" src
	"$(BIN)/lint-imports" --no-logo
	"$(BIN)/python" tools/check_messages.py

fix: dev                ## what linters can mend by themselves
	"$(BIN)/ruff" check --fix src tests tools
	"$(BIN)/ruff" format src tests tools

bench: dev              ## the table of figures, each beside a peer or a limit
	"$(BIN)/gridcommons" bench

wheel: dev              ## a wheel that carries the built front end and the messages
	"$(BIN)/python" -m build --wheel --no-isolation --outdir dist .

lock: dev               ## resolve the locks anew
	"$(BIN)/python" tools/lock.py

runtime:
	@"$(PYTHON)" tools/setup.py runtime

dev:
	@"$(PYTHON)" tools/setup.py dev

clean:
	rm -rf .venv .make build dist frontend/node_modules src/gridcommons/web/static/built
