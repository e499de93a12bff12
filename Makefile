# Every target sets up what it needs. Nothing but `make bare` needs root: missing Debian packages
# are installed when you are root, otherwise one command that installs them all is printed.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
DEV    := $(VENV)/.ready-dev
JS     := node_modules/.ready
SUITES ?= bookworm trixie
NEEDS  := run
FAULTS_TESTS := tests/faults tests/bootstrap/test_backups.py tests/hall/attempt/test_answer_chain.py
DATA   := $(or $(STATE_DIRECTORY),$(or $(XDG_DATA_HOME),$(HOME)/.local/share)/exam-kiosk)
INSTALL = $(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt

.PHONY: demo test test-backends faults hall bare lint coverage third-party bench soak rehearse rehearse-many manual packages clean help

help:            ## What there is
	@sed -n 's/^\([a-z-]*\):.*## /  make \1	/p' Makefile

demo: $(READY)   ## Headquarters and a centre with demo content on localhost
	@sh tools/check-libraries $(VENV)
	@echo "== Demo (face packs stay in $(DATA); the demo's data go when it ends)"
	@$(BIN)/kiosk demo $(ARGS)

test: NEEDS := run test
test: $(DEV)     ## All tests: on PostgreSQL and S3 and in a real browser too
	@sh tools/check-libraries $(VENV)
	@sh tools/run-tests $(BIN)/python $(ARGS)

test-backends: NEEDS := run postgresql
test-backends: $(DEV)  ## Only headquarters' tests on PostgreSQL and S3, started for them
	@PYTHON=$(BIN)/python sh tools/backends $(BIN)/python -m pytest tests/hq $(ARGS)

faults: NEEDS := run faults
faults: $(DEV)   ## Faults of hall, servers, disk and sync in full numbers (hours)
	@FAULTS=full $(BIN)/python -m pytest -s --timeout 14400 $(FAULTS_TESTS) $(ARGS)

hall: NEEDS := run test
hall: $(DEV)     ## Exam day in real browsers beside sixty simulated candidates (twenty minutes)
	@HALL_CANDIDATES=60 HALL_MINUTES=10 $(BIN)/python -m pytest tests/e2e/test_full_hall.py $(ARGS)

bare:            ## Demo and browser tests in minimal Debians made for them (root; ten minutes)
	@$(PYTHON) -m tools.bare $(ARGS) $(SUITES)

lint: $(DEV) $(JS)  ## Style, types, layers and dead code of Python; faults and types of JavaScript
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m tools.dead_code
	@$(BIN)/node node_modules/eslint/bin/eslint.js .
	@$(BIN)/node node_modules/typescript/bin/tsc --project jsconfig.json

coverage: $(DEV)  ## What the tests without a browser reach (slower than they are)
	@$(BIN)/python -m pytest --cov -n auto --dist loadfile --ignore tests/e2e $(ARGS)
	@$(BIN)/node --test --experimental-test-coverage "tests/js/**/*.test.js"

third-party: $(DEV)  ## Write THIRD_PARTY.md: licences of dependencies and face packs
	@$(BIN)/python -m tools.third_party

rehearse: $(READY)  ## A rehearsal with 20 simulated candidates
	@$(BIN)/kiosk rehearse --candidates 20 $(ARGS)

rehearse-many: $(READY)  ## A rehearsal with 60 candidates, six papers, two rooms (about 15 minutes)
	@$(BIN)/kiosk rehearse --candidates 60 --papers 6 --rooms 2 --minutes 1 --to-the-end $(ARGS)

manual: NEEDS := run test
manual: $(DEV)   ## Renew the pictures of the staff manual
	@MANUAL=renew $(BIN)/python -m pytest -q -n 0 tests/web/staff/test_manual.py $(ARGS)

bench: $(READY)  ## Figures of this machine: frames, saves under load, a rehearsal, as JSON
	@$(BIN)/kiosk bench vision --json
	@$(BIN)/kiosk bench answers --json
	@$(BIN)/kiosk bench desk --json
	@$(BIN)/kiosk bench lists --json
	@$(BIN)/kiosk bench certificates --json
	@$(BIN)/kiosk bench board --json
	@$(BIN)/kiosk bench prints --json
	@$(BIN)/hq bench --json
	@$(BIN)/kiosk rehearse --candidates 20 --json

soak: $(READY)   ## An hour of sixty terminals: does memory stay flat?
	@$(BIN)/kiosk bench memory --minutes 60 $(ARGS)

packages:
	@PYTHON=$(PYTHON) sh tools/debian-packages $(NEEDS)

$(READY): pyproject.toml constraints.txt | packages
	@echo "== Virtual environment in $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; set PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@echo "== Dependencies (a few minutes the first time)"
	@$(INSTALL) -e '.[rehearsal]'
	@echo "== Face pack"
	@$(BIN)/kiosk models build
	@touch $@

$(DEV): $(READY)
	@echo "== Dependencies of tests and linters"
	@{ $(INSTALL) -e '.[dev]' && touch $@; } \
	  | grep --line-buffered -v '^Requirement already satisfied'; test -e $@

$(JS): package.json package-lock.json .npmrc | $(DEV)
	@echo "== Linters of the pages' scripts"
	@PATH="$(abspath $(BIN)):$$PATH" npm ci --ignore-scripts --loglevel error
	@touch $@

clean:           ## Remove what was installed here
	rm -rf $(VENV) node_modules
	@for kept in "$(DATA)" "$$HOME/.cache/pip"; do \
	  ! test -e "$$kept" || echo "Left in your home folder: $$(du -sh "$$kept" | tr '\t' ' ')"; done
