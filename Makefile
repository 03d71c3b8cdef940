# The one command surface. `make help` lists it.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
export RASA_TELEMETRY_ENABLED := false
export TF_CPP_MIN_LOG_LEVEL := 3
export PYTHONWARNINGS := ignore
export SQLALCHEMY_SILENCE_UBER_WARNING := 1

PY := .venv/bin/python
RASA := .venv-rasa/bin/rasa
MODEL := models/rls.tar.gz
NET := models/safety_net.npz
sources = $(shell find $(1) -type f -not -name '*.pyc' 2>/dev/null)
NET_CODE := $(wildcard components/*safety_net*.py components/misspelt.py components/text_chance.py) $(call sources,clinic/triage clinic/language)
ENCODER_FROM := tools/build_encoder.py
TRAINED_FROM := $(ENCODER_FROM) requirements/rasa.txt config.yml domain.yml data/clinic/lexicon.yml $(call sources,data/nlu data/rules data/stories clinic/language) $(filter-out $(wildcard components/*safety_net*.py) components/misspelt.py,$(wildcard components/*.py))
NET_TRAINED_FROM := $(ENCODER_FROM) data/clinic/red_flags.yml $(call sources,data/safety data/nlu) $(NET_CODE)

.PHONY: help setup run test check train evaluate bench race staff numbers outbox prove review widget screenshots clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: .venv/.ready .venv-rasa/.ready models/encoder/model.onnx $(MODEL) $(NET) .env  ## environments, encoder, model, databases
	@$(PY) -m tools.migrate

run: setup  ## set up what is missing, start everything, print `ready:` when it answers
	@exec $(PY) -m tools.run_local

test: setup .venv-peers/.ready  ## all checks and tests, with what they need
	@$(PY) -m tools.test_all

check: .venv/.ready .venv-rasa/.ready  ## lint, types, import contracts, data
	@.venv/bin/ruff check . && .venv/bin/ruff format --check --quiet .
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-logo
	@.venv/bin/yamllint --strict .
	@$(PY) -m tools.check_data $(if $(ARTICLE),--article "$(ARTICLE)")

train: .venv/.ready .venv-rasa/.ready models/encoder/model.onnx  ## train the model anew
	@rm -f $(MODEL) $(NET); $(MAKE) --no-print-directory $(MODEL) $(NET)

evaluate: setup  ## QUESTIONS=file.tsv [MISSES=1]: send questions through REST, print the scores
	@$(PY) -m tools.evaluate "$(QUESTIONS)" $(if $(MISSES),--misses)

race: setup  ## many clients for one time: exactly one may win; writes docs/evidence/race.md
	@$(PY) -m tools.race $(if $(ROUNDS),--rounds "$(ROUNDS)") $(if $(CLIENTS),--clients "$(CLIENTS)")

staff: .venv/.ready .env  ## EMAIL=a@b.org NAME="Ann Example": the first administrator's link to sign in
	@$(PY) -m tools.migrate && $(PY) -m tools.staff add-admin "$(EMAIL)" --name "$(NAME)"

numbers: setup  ## what the assistant did in the last 30 days
	@$(PY) -m tools.clinic_numbers

outbox: .venv/.ready .env  ## what was not told yet; RETRY=REFERENCE tries its dead once more
	@$(PY) -m tools.outbox $(if $(RETRY),--retry "$(RETRY)") $(if $(EVEN_IF_SENT),--even-if-sent)

bench: setup  ## the performance tables
	@$(PY) -m tools.bench

prove: setup .venv-peers/.ready  ## the proofs that take longer; results go to docs/evidence
	@$(PY) -m tools.prove

review: .venv/.ready  ## write docs/clinical-review.md, the list a clinician signs
	@$(PY) -m tools.clinical_review

widget: widget/node_modules/.package-lock.json  ## build the chat widget's files anew after a change in widget/src (needs Node)
	@cd widget && npm run --silent types && npm run --silent build

widget/node_modules/.package-lock.json: widget/package-lock.json
	@cd widget && npm ci --ignore-scripts --loglevel=error && touch node_modules/.package-lock.json

screenshots: setup  ## pictures of the widget and of every staff page, into docs/pictures (needs Chromium)
	@$(PY) -m tools.screenshots

clean:  ## remove environments, models and local data
	rm -rf .venv .venv-rasa .venv-peers .venv-uv widget/node_modules tests/peers/medplum/node_modules models/encoder models/*.tar.gz models/*.npz var .rasa

.venv/.ready: requirements/main.txt
	@tools/install_environment .venv main "[1/6] environment of web, actions and tools"

.venv-rasa/.ready: requirements/rasa.txt
	@tools/install_environment .venv-rasa rasa "[2/6] environment of Rasa"

.venv-peers/.ready: requirements/peers.txt
	@tools/install_environment .venv-peers peers "environment of the tests' own servers"

models/encoder/model.onnx: $(ENCODER_FROM) | .venv-rasa/.ready
	@echo "[3/6] sentence encoder (some seconds, once)"
	@mkdir -p var/log
	@.venv-rasa/bin/python -m tools.build_encoder > var/log/encoder.log 2>&1 || { tail -20 var/log/encoder.log; exit 1; }
	@touch $@

$(MODEL): $(TRAINED_FROM) | .venv/.ready .venv-rasa/.ready models/encoder/model.onnx
	@echo "[4/6] training (one to two minutes)"
	@mkdir -p var/log
	@$(RASA) train --skip-validation --fixed-model-name rls-unfinished > var/log/train.log 2>&1 || { tail -20 var/log/train.log; exit 1; }
	@# It comes last: interrupted before, it is older than what it is trained from, and trained anew.
	@touch models/rls-unfinished.tar.gz
	@# Published, it is read-only, and mv would ask.
	@mv -f models/rls-unfinished.tar.gz $(MODEL)

$(NET): $(NET_TRAINED_FROM) | .venv/.ready .venv-rasa/.ready models/encoder/model.onnx
	@echo "[5/6] training of the second net for danger (four to six minutes, when safety data or examples change)"
	@mkdir -p var/log
	@.venv-rasa/bin/python -m components.train_safety_net > var/log/train-net.log 2>&1 || { tail -20 var/log/train-net.log; exit 1; }

.env: | .venv/.ready
	@$(PY) -m tools.make_env
