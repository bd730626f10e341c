# Two commands are all there is to know: `make serve` runs the assistant, `make test` tests it.
# Both set up what they need on a fresh Debian with Python 3.11 and make.
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell command -v python3.11 || command -v python3)
HOST ?= 127.0.0.1
PORT ?= 7860
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

.PHONY: install dev serve test check eval bench fit screenshots

install: $(VENV)/installed
dev: $(VENV)/installed-dev

$(VENV)/bin/python:
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || $(SUDO) apt-get install -y -q python3-venv
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip

$(VENV)/installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/installed-dev: requirements-dev.lock $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.lock
	@touch $@

serve: install
	$(BIN)/policy-assistant serve --host $(HOST) --port $(PORT)

test: dev browser
	POLICY_ASSISTANT_TEST_HOME=var/test-home $(BIN)/python -m pytest

# The browser and a Chinese font, for the browser tests and the screenshots.
.PHONY: browser
browser:
	@command -v chromium >/dev/null || { $(SUDO) apt-get update -q && $(SUDO) apt-get install -y -q --no-install-recommends chromium; }
	@fc-list :lang=zh 2>/dev/null | grep -q . || { $(SUDO) apt-get update -q && $(SUDO) apt-get install -y -q --no-install-recommends fontconfig fonts-noto-cjk; }

check: dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

eval: dev
	$(BIN)/policy-assistant eval --questions eval/sets/report.jsonl --report var/report --baselines

bench: dev
	$(BIN)/python -m eval.benchmarks.latency

fit: dev
	$(BIN)/python -m eval.make_embedder
	$(BIN)/python -m eval.embed_bank
	$(BIN)/python -m eval.fit_ranker
	$(BIN)/python -m eval.fit_reader
	$(BIN)/python -m eval.fit_answerability
	$(BIN)/python -m eval.fit_mixture
	$(BIN)/python -m eval.fit_orders
	$(BIN)/python -m eval.fit_follow_ups
	$(BIN)/python -m eval.fit_comparisons
	$(BIN)/python -m eval.fit_second_reading
	$(BIN)/python -m eval.fit_contrasts
	$(BIN)/python -m eval.fit_thresholds
	$(BIN)/python -m eval.fit_support

# Verification against a real small model on this machine: about 1.1 GB once, kept in the user's cache, and half an hour.
.PHONY: test-llm
test-llm: dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-llm.lock
	$(BIN)/python -m eval.language_model --out var/llm

screenshots: dev browser
	$(BIN)/python -m tests.browser.screenshots
