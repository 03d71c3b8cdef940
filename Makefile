# The one command surface. `make help` lists it.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
export RASA_TELEMETRY_ENABLED := false
export TF_CPP_MIN_LOG_LEVEL := 3
export PYTHONWARNINGS := ignore
export SQLALCHEMY_SILENCE_UBER_WARNING := 1

PY := .venv/bin/python
RASA := .venv-rasa/bin/rasa
MODEL := models/rls.tar.gz
TRAINED_FROM := config.yml domain.yml $(shell find data/nlu data/safety data/rules data/stories data/clinic/red_flags.yml data/clinic/lexicon.yml components clinic/triage clinic/language -type f -not -name '*.pyc' 2>/dev/null)

.PHONY: help setup run test check train evaluate bench race outbox prove review widget screenshots clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: .venv/.ready .venv-rasa/.ready models/encoder/model.onnx $(MODEL) .env  ## environments, encoder, model, databases
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
	@rm -f $(MODEL); $(MAKE) --no-print-directory $(MODEL)

evaluate: setup  ## QUESTIONS=file.tsv [MISSES=1]: send questions through REST, print the scores
	@$(PY) -m tools.evaluate "$(QUESTIONS)" $(if $(MISSES),--misses)

race: setup  ## many clients for one time: exactly one may win; writes docs/evidence/race.md
	@$(PY) -m tools.race $(if $(ROUNDS),--rounds "$(ROUNDS)") $(if $(CLIENTS),--clients "$(CLIENTS)")

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

screenshots: setup  ## pictures of the widget in every state, into docs/pictures (needs Chromium)
	@$(PY) -m tools.screenshots

clean:  ## remove environments, models and local data
	rm -rf .venv .venv-rasa .venv-peers .venv-uv widget/node_modules tests/peers/medplum/node_modules models/encoder models/*.tar.gz models/*.npz var .rasa

.venv/.ready: requirements/main.txt
	@tools/install_environment .venv main "[1/5] environment of web, actions and tools"

.venv-rasa/.ready: requirements/rasa.txt
	@tools/install_environment .venv-rasa rasa "[2/5] environment of Rasa"

.venv-peers/.ready: requirements/peers.txt
	@tools/install_environment .venv-peers peers "environment of the tests' own servers"

models/encoder/model.onnx: tools/build_encoder.py | .venv-rasa/.ready
	@echo "[3/5] sentence encoder (some seconds, once)"
	@mkdir -p var/log
	@.venv-rasa/bin/python tools/build_encoder.py > var/log/encoder.log 2>&1 || { tail -20 var/log/encoder.log; exit 1; }
	@touch $@

$(MODEL): $(TRAINED_FROM) | .venv/.ready .venv-rasa/.ready models/encoder/model.onnx
	@echo "[4/5] training (seven to nine minutes)"
	@mkdir -p var/log
	@$(RASA) train --skip-validation --fixed-model-name rls-unfinished > var/log/train.log 2>&1 || { tail -20 var/log/train.log; exit 1; }
	@# The model comes last: interrupted before, it is older than what it is trained from, and trained anew.
	@$(PY) -m tools.unpack_net models/rls-unfinished.tar.gz
	@touch models/rls-unfinished.tar.gz
	@mv models/rls-unfinished.tar.gz $(MODEL)

.env: | .venv/.ready
	@$(PY) -m tools.make_env
