# On a machine with Python 3.11 to 3.13, make and a package index, each target does everything it needs by itself.
PYTHON ?= python3
ARGS ?=
RELEASES ?=
BIN := .venv/bin
READY := .venv/.ready
export PYTHON

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup demo test test-vllm test-page check lint types layers fmt learn samples accuracy fuzz flips chaos simulate \
	bench bench-gpu sbom audit lock clean

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' Makefile

setup: $(READY) ## the environment in .venv, as uv.lock says

$(READY): pyproject.toml uv.lock .ci/setup
	@.ci/setup
	@touch $@

demo: $(READY) ## the bot in a local chat; ARGS=--once ends when all is answered
	@$(BIN)/ocrbot demo $(ARGS)

test: $(READY) ## every test; ARGS=tests/unit for some
	@$(BIN)/pytest $(ARGS)

test-vllm: $(READY) ## the engine's contract on a real vLLM, built for the CPU in .cache: 2.5 GB, five minutes; RELEASES=all for each
	@$(PYTHON) tests/vllm/build.py $(RELEASES)
	@PYTHONPATH=. RELEASES="$(RELEASES)" $(BIN)/python -m tests.vllm.run $(ARGS)

test-page: $(READY) ## the page in a Chromium: CHROMIUM=…, else what is found on PATH; two minutes
	@PYTHONPATH=. CHROMIUM="$(CHROMIUM)" $(BIN)/python -m tests.browser.run $(ARGS)

check: lint types layers test ## what must hold before a change goes in

lint: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(READY)
	@$(BIN)/mypy

layers: $(READY)
	@$(BIN)/lint-imports

fmt: $(READY) ## format the code and mend what the linter can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

learn: $(READY) ## what people ask, anew from the examples in tests/learning; ARGS="--without said_by_others" tries it on those
	@PYTHONPATH=. $(BIN)/python -m tests.learning.learn $(ARGS)

samples: $(READY) ## draw config/samples anew (needs Debian's fonts-lxgw-wenkai)
	@PYTHONPATH=. $(BIN)/python tests/samples/make_samples.py

accuracy: $(READY) ## how many fields come out right; fails where a wrong one is marked ✅; ARGS=--quick
	@PYTHONPATH=. $(BIN)/python -m tests.accuracy.run $(ARGS)

fuzz: $(READY) ## 10,000 damaged files: each is read or refused; ARGS="--number 2000 --seed 7"
	@PYTHONPATH=. $(BIN)/python -m tests.fuzz.run $(ARGS)

flips: $(READY) ## 10,000 flipped bits in signed files: none passes; ARGS="--number 2000 --seed 7"
	@PYTHONPATH=. $(BIN)/python -m tests.fuzz.flipped_bits $(ARGS)

chaos: $(READY) ## real processes that are killed, frozen, cut off …; ARGS="--cells 'redis:*' --messages 1000" for some
	@PYTHONPATH=. $(BIN)/python -m tests.chaos.run $(ARGS)

simulate: $(READY) ## the same in virtual time, from seeds; ARGS="--seed 7 --runs 1" for one, --bugs for the planted ones
	@PYTHONHASHSEED=0 PYTHONPATH=. $(BIN)/python -m tests.simulation.run $(ARGS)

bench: $(READY) ## measure; nothing is asserted
	@for bench in tests/bench/bench_*.py; do PYTHONPATH=. $(BIN)/python $$bench $(ARGS) || exit 1; done

bench-gpu: ## measure on this machine's GPU, with the group gpu in .venv; ARGS=--fake tries the bench itself
	@PYTHONPATH=. $(BIN)/python -m tests.bench.gpu.run $(ARGS)

sbom: ## what a deployment consists of, as CycloneDX: .cache/sbom.json
	@mkdir -p .cache
	@.ci/setup export --frozen --quiet --no-dev --group traces --group bucket --format cyclonedx1.5 --output-file .cache/sbom.json >/dev/null

audit: ## known vulnerabilities of what a deployment consists of; asks PyPI
	@mkdir -p .cache
	@.ci/setup export --frozen --quiet --no-dev --group traces --group bucket --no-emit-project --output-file .cache/audit.txt >/dev/null
	@.ci/setup tool run --quiet pip-audit --strict --disable-pip --require-hashes --requirement .cache/audit.txt

lock: ## uv.lock from pyproject.toml
	@.ci/setup lock

clean: ## remove the environment and the caches
	rm -rf .venv .cache .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
