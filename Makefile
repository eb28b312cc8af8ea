# `make demo` and `make test` work on a machine with Python ≥ 3.11, git and make: the first call sets .venv up, later ones do not.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: demo test lint bench docs clean

demo: $(READY)
	$(BIN)/lossmith compare $(ARGS)

test: $(READY)
	$(BIN)/pytest $(ARGS)

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(READY)
	$(BIN)/lossmith bench --out benchmarks/results $(ARGS)

docs: $(READY)
	$(BIN)/mkdocs build --strict

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Lossmith needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Write: make PYTHON=python3.11 demo")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[lab,dev,peers]'
	@# without their dependencies: they are torchvision and timm, and what the tests load needs neither
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --no-deps segmentation-models-pytorch \
		curvlinops-for-pytorch backpack-for-pytorch einconv einops linear_operator unfoldNd
	@touch $@

clean:
	rm -rf .venv site .pytest_cache .mypy_cache .ruff_cache
