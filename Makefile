# The front door. `make` alone lists what it can do; every target sets up what it needs by itself.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help setup demo test lint sandbox errors fidelity leaks faults properties azure bench docs sanity molecule clean

export ANSIBLE_CONFIG := $(CURDIR)/ansible.cfg
export ANSIBLE_HOME := $(CURDIR)/.cache/ansible
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export PYTHONPATH := $(CURDIR)/tests
export UV_PYTHON_DOWNLOADS := never
# A run starts thousands of Pythons: what they import is compiled once, away from the sources.
export PYTHONPYCACHEPREFIX := $(CURDIR)/.cache/pycache
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
READY := .venv/.stamp
PORT ?= 0
FAULTS ?= 500
EXAMPLES ?= 500
WORKERS ?= 2

# Candidates are run, newest first: a name on PATH may be a shim that fails, or a Python without venv.
CANDIDATES := $(foreach v,3.14 3.13 3.12 3.11,python$(v) $$HOME/.pyenv/versions/$(v)*/bin/python) python3
USABLE := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 15))
FIND_PYTHON = for p in $${PYTHON:-$(CANDIDATES)}; do "$$p" -c '$(USABLE)' 2>/dev/null && { echo "$$p"; break; }; done
TOO_OLD := tenantops.entra needs Python 3.11, 3.12, 3.13 or 3.14 with its venv module, and none was found ($${PYTHON:-python3} here: $$($${PYTHON:-python3} -V 2>&1 | sed "s/.*: //")).

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

setup: $(READY) ## make the virtual environment (every other target does so when it is needed)

$(READY): requirements.txt requirements-test.txt
	@python=$$($(FIND_PYTHON)); \
	if [ -z "$$python" ]; then echo "$(TOO_OLD)" >&2; exit 1; fi; \
	$(BIN)/python -c '$(USABLE)' 2>/dev/null || { echo "making .venv with $$("$$python" -V)"; "$$python" -m venv --clear .venv; }
	@$(BIN)/pip install -q --disable-pip-version-check uv
	@VIRTUAL_ENV=$(CURDIR)/.venv $(BIN)/uv pip install -q -r requirements-test.txt
	@touch $@

demo: $(READY) ## onboard three customers in an embedded tenant, twice, and show the handoff documents
	@$(BIN)/python -m demo

test: $(READY) ## every test and check there is
	@$(BIN)/python -m workshop.check

lint: $(READY) ## the fast checks only: format, lint, types, YAML, Ansible
	@$(BIN)/python -m workshop.check lint

sandbox: $(READY) ## the embedded tenant in the foreground: PORT=0 HOSTNAMES=a,b SEED=file.yml ENV_FILE=path
	@exec $(BIN)/python -m sandbox --port '$(PORT)' \
		$(if $(HOSTNAMES),--hostnames '$(HOSTNAMES)') $(if $(SEED),--seed '$(SEED)') $(if $(ENV_FILE),--env-file '$(ENV_FILE)')

fidelity: $(READY) ## how faithful the embedded tenant is, case by case: FAMILY="groups users"; a real tenant with FIDELITY_LIVE
	@$(BIN)/python -m fidelity $(FAMILY)

leaks: $(READY) ## search every output of runs with every outcome for secrets: ONLY="-v4; echoes; mutants"
	@$(BIN)/python -m leaks
errors: $(READY) ## what an operator reads when something is wrong, case by case: CASES="redirect secret -v"
	@$(BIN)/python -m errors $(CASES)

azure: $(READY) ## the Azure CLI and azure.azcollection against the embedded tenant: installs much, takes minutes, not part of test: TESTS="-k login"
	@$(BIN)/python -m azure_clients $(TESTS)

faults: $(READY) ## rotations of a secret with every fault and at every kill, then the promises: FAULTS=5000 random schedules, WORKERS=2, ONLY="P13"
	@PYTHONPATH="$(CURDIR)/tests:$(CURDIR)/collections" $(BIN)/python -m faults '$(FAULTS)' --workers '$(WORKERS)' --only '$(ONLY)'

properties: $(READY) ## second runs, check mode and what is others', of random tasks on random tenants: EXAMPLES=500 a module, ONLY="redirect"
	@EXAMPLES='$(EXAMPLES)' $(BIN)/python -m pytest -q -s -n 0 tests/properties -k '$(ONLY)'

bench: $(READY) ## CPU seconds a converged task costs, beside ping and assert
	@$(BIN)/python tests/bench/run.py

docs: $(READY) ## write again what is generated: meta/runtime.yml and the README's tables
	@$(BIN)/python -m workshop.generate

sanity: $(READY) ## ansible-test sanity on a copy of the tree: TESTS="validate-modules import"
	@$(BIN)/python -m workshop.sanity $(TESTS)

molecule: $(READY) ## the molecule scenarios on the embedded tenant, without containers
	@$(BIN)/python -m workshop.scenarios

clean: ## remove everything that is made: .venv, .cache, caches
	rm -rf .venv .cache .ansible .mypy_cache .ruff_cache .pytest_cache .hypothesis build tests/output *.tar.gz
