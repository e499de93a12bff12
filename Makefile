# Every target sets up what it needs by itself. Nothing here needs root, except that missing
# Debian packages are installed when you are root (otherwise you are told their names).

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.PHONY: demo test test-backends faults lint bench soak rehearse packages browser strace clean help

help:            ## What there is
	@sed -n 's/^\([a-z-]*\):.*## /  make \1	/p' Makefile

demo: $(READY)   ## Headquarters and a centre with demo content on localhost
	@$(BIN)/kiosk demo $(ARGS)

test: $(READY) browser strace  ## All tests, end to end in a real browser included
	@$(BIN)/python -m pytest -n auto --dist loadfile --ignore tests/e2e $(ARGS)
	@$(BIN)/python -m pytest tests/e2e $(ARGS)

test-backends: $(READY)  ## Tests of headquarters on PostgreSQL and S3, started for them
	@PYTHON=$(BIN)/python sh tools/backends $(BIN)/python -m pytest tests/hq $(ARGS)

faults: $(READY) strace  ## Faults of sync in full numbers: cuts, lost replies, kills, restores (hours)
	@FAULTS=full $(BIN)/python -m pytest tests/faults $(ARGS)

lint: $(READY)   ## ruff, mypy, import-linter
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

rehearse: $(READY)  ## A rehearsal with 20 simulated candidates
	@$(BIN)/kiosk rehearse --candidates 20 $(ARGS)

bench: $(READY)  ## Figures of this machine: frames, saves under load, a rehearsal, as JSON
	@$(BIN)/kiosk bench vision --json
	@$(BIN)/kiosk bench answers --json
	@$(BIN)/kiosk bench desk --json
	@$(BIN)/hq bench --json
	@$(BIN)/kiosk rehearse --candidates 20 --json

soak: $(READY)   ## An hour of sixty terminals: does memory stay flat?
	@$(BIN)/kiosk bench memory --minutes 60 $(ARGS)

packages:
	@sh tools/debian-packages base

browser:
	@sh tools/debian-packages browser

strace:
	@sh tools/debian-packages faults

$(READY): pyproject.toml constraints.txt | packages
	@echo "== Virtual environment in $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; set PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@echo "== Dependencies (a few minutes the first time)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
	  -c constraints.txt -e '.[dev]'
	@echo "== Face pack"
	@$(BIN)/kiosk models build
	@touch $@

clean:           ## Remove the virtual environment and the demo's data
	rm -rf $(VENV) .demo
