# Everything a fresh clone needs, from Python 3.11+ and make alone.

PYTHON  ?= python3
PEOPLE  ?= 1000
ARGS    ?=

# uv reads uv.lock. Whoever has it keeps theirs; others get one of their own in .uv/.
UV := $(shell uv --version >/dev/null 2>&1 && command -v uv)
ifeq ($(UV),)
UV := .uv/bin/uv
UV_OF_OUR_OWN := .uv/bin/uv
endif

# Always here, whatever environment happens to be active.
export UV_PROJECT_ENVIRONMENT := .venv
unexport VIRTUAL_ENV
# The tests alone start some hundred processes: what one has compiled, the others load.
unexport PYTHONDONTWRITEBYTECODE
ifdef PYTHONDONTWRITEBYTECODE
# Whoever has set that and starts a program without make keeps nothing that it compiles, and waits
# twice as long for it each time: so all is compiled once, in half a minute.
COMPILE = $(BIN)/python -m compileall -q api designs parametric registry
export UV_COMPILE_BYTECODE := 1
endif

BIN    := .venv/bin
STAMP  := .venv/.set-up
# One proof per design; folders that begin with _ are templates, not designs.
PROOFS := $(patsubst designs/%/design.py,prove-%,$(wildcard designs/[!_]*/design.py))

.DEFAULT_GOAL := help
.PHONY: help setup fit serve test test-all check format bench prove-all $(PROOFS)
.DELETE_ON_ERROR:

help: ## list what can be made
	@echo 'make TARGET, where TARGET is one of'
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/  \1~\2/p' Makefile | awk -F'~' '{ printf "%-12s %s\n", $$1, $$2 }'

setup: $(STAMP) ## install what uv.lock names into .venv (the others do this first)

$(STAMP): uv.lock pyproject.toml | $(UV_OF_OUR_OWN)
	$(UV) sync --locked
	$(COMPILE)
	@touch $@

.uv/bin/uv:
	$(PYTHON) -m venv --clear .uv
	.uv/bin/python -m pip install --quiet --disable-pip-version-check 'uv>=0.9,<1'

fit: $(STAMP) ## make the sample person's wrist_hand, into out/
	$(BIN)/fitcommons fit wrist_hand --person designs/wrist_hand/sample.toml --out out/
	@echo
	@echo 'The kit is in out/. Open:'
	@for kind in 'pdf the guide' 'html the guide, in a browser' '3mf to print' 'stl to print' \
	             'glb to look at in 3D' 'step to adapt in CAD'; do \
	    find out -type f -iname "*.$${kind%% *}" | sort | sed "s|\$$|  ($${kind#* })|; s|^|  |"; \
	done

serve: $(STAMP) ## start everything on this machine (ARGS='--port 8001'); Ctrl-C stops it
	$(BIN)/fitcommons serve $(ARGS)

test: $(STAMP) ## run every test on all cores (ARGS='-k hand' for some of them)
	$(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

test-all: $(STAMP) ## the same, with every page in every way and all random lives (takes an hour)
	THOROUGH=1 $(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

check: $(STAMP) ## lint, formatting, types, and who may import whom
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: $(STAMP) ## put the code into the form that check asks for
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(STAMP) ## measure every speed claim
	$(BIN)/python -m bench $(ARGS)

# Goes on after a design that fails, so that one run says all there is to say.
prove-all: $(STAMP) ## prove every design for 1,000 people, into certificates/
	@test -n '$(PROOFS)' || { echo 'designs/ holds no design to prove' >&2; exit 1; }
	$(MAKE) --keep-going $(PROOFS)

$(PROOFS): prove-%: $(STAMP)
	@mkdir -p certificates
	$(BIN)/fitcommons prove $* --people $(PEOPLE) --out certificates/$*.json
