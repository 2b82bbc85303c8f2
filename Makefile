# Needs Python 3.11 or newer with venv, make and git. `make help` lists what there is.

VENV := .venv
PYTHON := $(VENV)/bin/python
LOCK := requirements-dev.lock
INSTALLED := $(VENV)/installed.lock
UV_VERSION := 0.13.9
# Matrices are small here: a second thread for each takes twice the processor time, for nothing.
PYTEST := OPENBLAS_NUM_THREADS=1 $(PYTHON) -m pytest -n logical --maxprocesses 4 --dist worksteal

# Without kept bytecode every process compiles six thousand files first.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help install run test test-slow test-all check format lock clean

help:
	@echo 'make run        start Colloquy: in Discord if DISCORD_TOKEN is set, else the try-out'
	@echo 'make test       the tests, on SQLite and PostgreSQL'
	@echo 'make test-all   the same and the slow ones'
	@echo 'make check      style, types and the direction of imports'
	@echo 'make format     put the code in shape'
	@echo 'make lock       write requirements.lock and requirements-dev.lock anew'
	@echo 'make clean      remove the environment and all caches (never your data)'

# The copy of the lock is laid last: an install that was interrupted, or whose lock has since
# changed, starts again in an empty environment, so what is installed is exactly the lock.
install:
	@cmp -s $(LOCK) $(INSTALLED) || { \
	  set -e; \
	  for candidate in python3 python3.13 python3.12 python3.11 python3.14 python; do \
	    if $$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	      found=$$candidate; \
	      $$candidate -c 'import ensurepip, venv' 2>/dev/null && chosen=$$candidate && break; \
	    fi; \
	  done; \
	  if [ -z "$$found" ]; then \
	    echo 'Colloquy needs Python 3.11 or newer: install it and run make again.' >&2; exit 1; \
	  fi; \
	  if [ -z "$$chosen" ]; then \
	    echo "$$found has no venv: install it (Debian, Ubuntu: apt install python3-venv) and run make again." >&2; exit 1; \
	  fi; \
	  echo 'Installing what Colloquy needs into $(VENV), about 1 GB: once, usually 2 to 10 minutes.'; \
	  quiet=; test -t 1 || quiet=--quiet; \
	  $$chosen -m venv --clear $(VENV); \
	  $(PYTHON) -m pip install $$quiet --disable-pip-version-check --no-input --no-compile \
	    --require-hashes --no-deps -r $(LOCK); \
	  cp $(LOCK) $(INSTALLED).part; \
	  mv $(INSTALLED).part $(INSTALLED); \
	  echo 'Installed. The first start takes up to a minute longer than later ones.'; \
	}

run: install
	@$(PYTHON) -m bot run

test: install
	$(PYTEST) -m 'not slow'

test-slow: install
	$(PYTEST) -m slow

test-all: install
	$(PYTEST)

check: install
	$(PYTHON) -m ruff check
	$(PYTHON) -m ruff format --check
	$(PYTHON) -m mypy
	$(VENV)/bin/lint-imports --no-cache

format: install
	$(PYTHON) -m ruff check --fix
	$(PYTHON) -m ruff format

# For every platform at once; no index host and no path goes into the files.
COMPILE = build/uv/bin/uv pip compile pyproject.toml --quiet --upgrade --universal \
  --generate-hashes --no-annotate --no-emit-index-url --no-emit-find-links \
  --custom-compile-command 'make lock'

lock:
	@test -x build/uv/bin/uv || { python3 -m venv --clear build/uv && \
	  build/uv/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION); }
	$(COMPILE) --output-file requirements.lock
	$(COMPILE) --extra try --extra models --extra dev --constraint requirements.lock \
	  --output-file requirements-dev.lock

clean:
	rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
