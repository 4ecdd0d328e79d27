# The verbs of this project. `make chat` and `make test` set up what they need.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
PORT ?= 7860
PIP_INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: chat test install index eval gate lint fix bench bench-peers publish encoder clean

chat: $(VENV)/.installed  ## open the chat on http://127.0.0.1:7860 (PORT= to change)
	$(BIN)/sti-qa serve --port $(PORT)

test: $(VENV)/.tested lint  ## lint, type check and the whole suite
	$(BIN)/python -m pytest

install: $(VENV)/.installed  ## only the set-up

index: $(VENV)/.installed  ## bring the index up to date
	$(BIN)/sti-qa index

eval: $(VENV)/.installed  ## score the assistant on the gold questions
	$(BIN)/sti-qa eval

gate: $(VENV)/.installed  ## fail when the assistant answers worse than evals/gate.toml allows
	$(BIN)/sti-qa index
	$(BIN)/sti-qa eval --gate

lint: $(VENV)/.tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

fix: $(VENV)/.tested
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.tested  ## measure speed; writes evals/benchmark.json
	$(BIN)/python evals/benchmark.py

publish: $(VENV)/.tested  ## measure all that the READMEs quote and write it there
	$(BIN)/sti-qa index
	$(BIN)/python evals/benchmark.py
	$(BIN)/python evals/publish.py

bench-peers: $(VENV)/.peers  ## compare with other software on the same questions; writes evals/peers.json
	$(BIN)/python evals/peers/run.py

encoder: $(VENV)/.installed  ## train the embedding model anew (DATA=folder of training files)
	$(BIN)/python training/static_encoder.py --data $(DATA) --out src/sti_qa/model

clean:
	rm -rf $(VENV) index/gen-* index/CURRENT index/build.lock .mypy_cache .ruff_cache .pytest_cache

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP_INSTALL) -e .
	@touch $@

$(VENV)/.tested: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP_INSTALL) -e '.[test]'
	@touch $(VENV)/.installed $@

$(VENV)/.peers: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP_INSTALL) -e '.[bench]'
	@touch $(VENV)/.installed $@
