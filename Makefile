# Two commands do all the set-up on a fresh machine:  make ask Q="how many troops?"   and   make test
PYTHON ?= python3
VENV   ?= .venv
Q      ?= how many troops?
BIN    := $(VENV)/bin
export Q  # the recipe reads it from the environment, so that quotes and dollar signs in a question stay what they are

# A plain `pip install torch` on Linux pulls gigabytes of CUDA. PyTorch's own index has the CPU build; where it can't be
# reached, pip takes the same release from the usual index.
TORCH     := torch==2.13.0
CPU_INDEX := https://download.pytorch.org/whl/cpu
PIP       := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: ask serve test check gate baseline openapi clean

ask: $(VENV)/.installed
	@$(BIN)/askarticle ask "$$Q"

serve: $(VENV)/.installed
	@$(BIN)/askarticle serve

test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest

# What continuous integration runs.
check: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest

# Fails when a figure of the product's own questions is significantly worse than the committed one.
gate: $(VENV)/.installed
	$(BIN)/askarticle evaluate evaluation/questions --baseline evaluation/baseline.json.gz --fail-if-worse 0.01

# Run after a change that is meant to move the figures; look at them, then commit the file.
baseline: $(VENV)/.installed
	$(BIN)/askarticle evaluate evaluation/questions --json | gzip -9n > evaluation/baseline.json.gz

# Run after a change of the API; what breaks its clients is said.
openapi: $(VENV)/.installed
	$(BIN)/python -m web.openapi

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/.installed: pyproject.toml
	@echo "Setting up $(VENV) (once; some minutes) ..." >&2
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name one with: make PYTHON=python3.11 ..." >&2; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) install --no-deps --retries 0 --timeout 15 --index-url $(CPU_INDEX) $(TORCH) 2>/dev/null || $(PIP) install $(TORCH)
	@$(PIP) install --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@$(PIP) install --editable '.[dev]'
	@touch $@
