# Every recipe is one line. Without make (on Windows, for example) type the line itself; README.md shows the two that matter.
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help demo setup test test-matrix soak security lint ui format docs pictures bench bench-registry bench-access bench-client bench-serving bench-ui constraints

help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "%-15s %s\n", $$1, $$2}' Makefile

demo: ## Train real models, log them through mlflow, serve them (ONCE=1 ends after checking them)
	@$(PYTHON) scripts/set_up.py demo && $(BIN)/python -m trialog.demo

setup: ## Make .venv with everything a developer needs
	@$(PYTHON) scripts/set_up.py development

test: setup ## Pass all tests (ARGS="-k search" picks some; ARGS="-n 0" runs them in one process)
	@$(BIN)/python -m scripts.install_chromium && $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(ARGS)

test-matrix: setup ## Move models of all flavors between Trialog and MLflow 2.22 and 3.17, and write the table of docs/guide/models.md
	@$(BIN)/python -m tests.matrix $(ARGS)

security: setup ## Attack the server for some minutes, scan the code, look up known vulnerabilities of dependencies
	@$(BIN)/python -m scripts.security

soak: setup ## Log from 64 clients for 10 minutes while the server is killed, then compare (ARGS="--seconds 60" is quicker)
	@$(BIN)/python -m tests.soak $(ARGS)

lint: setup ## Check style, types and layers
	@$(BIN)/ruff check && $(BIN)/ruff format --check && $(BIN)/mypy && $(BIN)/lint-imports && $(BIN)/python -m scripts.check_ui

ui: setup ## Write the web page's types of the API anew, and build the page
	@$(BIN)/python -m scripts.ui_schema && $(BIN)/python -m scripts.build_ui

format: setup ## Bring the code into its standard form
	@$(BIN)/ruff check --fix --quiet && $(BIN)/ruff format && $(BIN)/python -m scripts.check_ui format

docs: setup ## Write docs/reference and the table of attacks anew from the code
	@$(BIN)/python -m scripts.reference && $(BIN)/python -m tests.security.attacks

pictures: setup ## Take the pictures of the README from the demo, in a real browser
	@$(BIN)/python -m scripts.pictures

bench: setup ## Measure Trialog beside MLflow's server and write benchmarks/RESULTS.md (ARGS="--quick" to see that it works)
	@$(BIN)/python -m benchmarks $(ARGS)

bench-registry: setup ## Measure searches of 100,000 model versions beside MLflow's server and write benchmarks/REGISTRY.md
	@$(BIN)/python -m benchmarks.registry $(ARGS)

bench-access: setup ## Measure what accounts cost, and other requests beside a storm of wrong passwords, and write benchmarks/ACCESS.md
	@$(BIN)/python -m benchmarks.authorisation

bench-client: setup ## Measure what logging costs a training beside other clients and write benchmarks/CLIENT.md
	@$(BIN)/python -m benchmarks.client $(ARGS)

bench-serving: setup ## Measure predictions over HTTP beside MLflow's model server and write benchmarks/SERVING.md
	@$(BIN)/python -m benchmarks.serving $(ARGS)

bench-ui: setup ## Measure how large the web page is and how quick, in Chromium, and write benchmarks/UI.md
	@$(BIN)/python -m benchmarks.ui $(ARGS)

constraints: setup ## Choose the newest versions of all dependencies anew
	@$(BIN)/python -m uv pip compile --quiet --universal --upgrade --no-header --no-annotate --all-extras --group lint --group security --group setup --group test --group ui pyproject.toml -o constraints.txt
