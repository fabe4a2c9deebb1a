# make run: all of Windfall with demo data. make test, make check: see README.md.
# A fresh machine needs Python 3.11 or newer, git and make; the rest comes from PyPI and npm.

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3.14 python3; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# npm where there is one; otherwise it comes from its PyPI wheel.
NPM := $(shell command -v npm 2>/dev/null)
# As root, PostgreSQL runs as another user, who has to be able to read its programs.
READABLE := umask 022
export PIP_ROOT_USER_ACTION = ignore

.PHONY: run test check pins clean install install-dev

run: install
	@exec $(BIN)/python manage.py up --with-parent

test: install-dev
	@$(BIN)/python -m pytest -n auto --dist loadgroup $(ARGS)

check: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djangofmt check --quiet --extend-exclude button.html templates
	$(BIN)/mypy .
	$(BIN)/lint-imports
	@var=$$(mktemp -d) && trap 'rm -rf "$$var"' EXIT && WINDFALL_VAR="$$var" \
		$(BIN)/python manage.py up -- python manage.py makemigrations --check --dry-run
	@WINDFALL_MODE=production SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(64))') \
		ALLOWED_HOSTS=windfall.example DATABASE_URL=postgres://nobody@localhost/none REDIS_URL=redis://localhost:1/0 \
		$(BIN)/python manage.py check --deploy --fail-level WARNING
	@said=$$(timeout 90 $(BIN)/pip-audit -r requirements.txt --require-hashes --disable-pip --progress-spinner off 2>&1); status=$$?; \
		if echo "$$said" | grep -q "^Found .* known vulnerabilit"; then echo "$$said"; exit 1; fi; \
		unknown=$$(echo "$$said" | grep -c "could not be audited"); \
		if [ $$status -ne 0 ]; then echo "Dependency audit skipped: the advisory service cannot be reached."; \
		elif [ $$unknown -gt 0 ]; then echo "Dependency audit: the advisory service here does not know $$unknown of the packages."; \
		else echo "$$said"; fi

pins:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header requirements.in -o requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header requirements-dev.in -o requirements-dev.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header requirements-node.in -o requirements-node.txt

# Takes away what the targets above made, but for the data under var/.
clean:
	rm -rf $(VENV) node_modules

install: $(VENV)/installed node_modules/.package-lock.json
install-dev: $(VENV)/installed-dev node_modules/.package-lock.json

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Windfall needs Python 3.11 or newer, with venv. Install it, or say PYTHON=/path/to/python." >&2; exit 1; }
	@echo "Making a virtual environment with $(PYTHON)"
	@rm -rf $(VENV) && $(READABLE) && $(PYTHON) -m venv $(VENV)

$(VENV)/installed: requirements.txt | $(BIN)/python
	@echo "Installing what Windfall runs on"
	@$(READABLE) && $(PIP) install --require-hashes -r requirements.txt
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt $(VENV)/installed
	@echo "Installing what the tests and checks need"
	@$(READABLE) && $(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@

node_modules/.package-lock.json: package.json package-lock.json | $(BIN)/python
	@echo "Installing front-end packages"
ifeq ($(NPM),)
	@$(READABLE) && $(PIP) install --require-hashes -r requirements-node.txt
	@$(BIN)/npm ci --no-audit --no-fund --loglevel=error
else
	@npm ci --no-audit --no-fund --loglevel=error
endif
	@touch $@
