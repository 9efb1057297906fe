# One command for each thing; `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help run test check e2e detection bench soak fuzz docs golden lock format clean

BIN := .venv/bin
PYTEST := $(BIN)/pytest -q
PATHS := gateway tests bench deploy
LOCK := $(BIN)/uv pip compile --quiet --generate-hashes --no-header --no-annotate --universal --python-version 3.11

help:  ## list the commands
	@sed -n 's/^\([a-z0-9]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 16

run:  ## set up, start everything, send sample mails, show what each got; Ctrl-C ends it
	@deploy/setup run
	@exec $(BIN)/python -m deploy.demo.run

test:  ## set up and run all tests
	@deploy/setup test
	$(PYTEST) -n 2

check:  ## format, lint, types, import contracts, house rules
	@deploy/setup test
	$(BIN)/ruff format --check $(PATHS)
	$(BIN)/ruff check $(PATHS)
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(PYTEST) tests/house

e2e:  ## only the tests with a real Postfix and a real clamd
	@deploy/setup test
	$(PYTEST) tests/e2e

detection:  ## send the set of hostile and honest mail: caught and intact by class, and every failure
	@deploy/setup test
	$(BIN)/python -m tests.detection.measure

bench:  ## CPU per message and peak memory beside a plain Postfix relay (about five minutes)
	@deploy/setup test
	$(BIN)/python -m bench.run

soak:  ## five minutes of mixed traffic with kills (SECONDS=60 for one); ends with a count of lost, wrong and hung
	@deploy/setup test
	$(BIN)/python -m bench.soak --seconds $(or $(SECONDS),300)

fuzz:  ## property tests with many more examples
	@deploy/setup test
	$(PYTEST) -n 2 --hypothesis-profile=fuzz --timeout=3600 tests/fuzz tests/unit

docs:  ## write the tables in docs/ that are made from code
	$(BIN)/python -m tests.house.tables

golden:  ## write what edited mails look like anew (tests/edits); review the difference
	$(BIN)/python -m tests.edits.golden

lock:  ## renew the locked requirements
	$(LOCK) --output-file deploy/requirements/build.txt deploy/requirements/build.in
	$(LOCK) --output-file deploy/requirements/runtime.txt pyproject.toml
	$(LOCK) --output-file deploy/requirements/dev.txt --group dev pyproject.toml

format:  ## put the code into the house's form
	$(BIN)/ruff format $(PATHS)
	$(BIN)/ruff check --fix $(PATHS)

clean:  ## remove what can be made again (not .venv)
	rm -rf var .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
