# Everything a fresh machine needs is done by `make demo` and `make test`; nothing else must be installed first
# but Python 3.11 or newer, make and a C compiler.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DOCS_STAMP := $(VENV)/.docs-installed
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo test interop check bench models docs format help clean

help:            ## what can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Linernotes needs Python 3.11 or newer; set PYTHON=python3.12, say." >&2; exit 1; }
	@echo "Setting up $(VENV) (about a minute, once) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[tables,test]' 2>$(VENV)/pip.log || { cat $(VENV)/pip.log >&2; exit 1; }
	@touch $@

demo: $(STAMP)   ## set up, fetch models, analyse real music, answer real requests, offer the page
	@$(BIN)/linernotes demo

models: $(STAMP) ## fetch and verify the model weights
	@$(BIN)/linernotes models fetch

test: models     ## the tests, with the real models; those that take longest are in make interop
	@OMP_NUM_THREADS=1 LINERNOTES_REQUIRE_MODELS=1 $(BIN)/pytest -n 2 -m "not long" --durations=10

train: models    ## what tuning needs beside the rest: the extra [train]
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[tables,test,train]' 2>$(VENV)/pip.log || { cat $(VENV)/pip.log >&2; exit 1; }

$(DOCS_STAMP): $(STAMP)
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[docs,tables,test]' 2>$(VENV)/pip.log || { cat $(VENV)/pip.log >&2; exit 1; }
	@touch $@

docs: $(DOCS_STAMP) ## the documentation as pages, in build/site
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet

interop: models ## real servers and a real browser, the whole OpenAPI, kills, and training of real weights
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[tables,test,interop]' 2>$(VENV)/pip.log || { cat $(VENV)/pip.log >&2; exit 1; }
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -qq -y --no-install-recommends chromium >/dev/null; } || { echo "make interop needs chromium on the PATH: apt install chromium" >&2; exit 1; }
	@OMP_NUM_THREADS=1 $(BIN)/pytest tests/browser tests/interop --durations=10
	@OMP_NUM_THREADS=1 LINERNOTES_REQUIRE_MODELS=1 $(BIN)/pytest -n 2 -m long

check: $(STAMP) docs  ## format, lint, types, import contracts, dependencies, docs, and the tests that need no model
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry src
	$(BIN)/cog --check -r README.md docs/*.md
	OMP_NUM_THREADS=1 $(BIN)/pytest -n 2 -m "not models and not slow"

format: $(STAMP) ## format the code and refresh the help texts in the docs
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/cog -r README.md docs/*.md

bench: models    ## speed and memory, each as a ratio measured in one run (an idle machine, please)
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[tables,test,bench]' 2>$(VENV)/pip.log || { cat $(VENV)/pip.log >&2; exit 1; }
	$(BIN)/python -m benchmarks

clean:           ## remove what make made here
	rm -rf $(VENV) build results
