# make demo    set up, then train a network on handwritten digits
# make test    set up, then run every test but those of make figures
# make figures the published figures of MNIST and CIFAR-10, reached with the real data (minutes; LIMEN_DATA)
# make setup   build .venv from constraints.txt; does nothing when that is done
# make torture everything that can go wrong, at length: half an hour, and docs/reliability.md
# make check   formatting, lint and types
# make bench   the speed claims, measured beside their rivals (another environment, about 3 GB)

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin
STAMP := $(VENV)/.complete
BENCH := .venv-bench
BENCH_STAMP := $(BENCH)/.complete

.PHONY: demo test figures torture setup check bench clean
.DELETE_ON_ERROR:

demo: setup
	$(RUN)/limen run digits-cnn

test: setup
	$(RUN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m 'not real'

figures: setup
	$(RUN)/python -m pytest -m real

torture: setup
	$(RUN)/python -m tests.faults.torture --write docs/reliability.md

setup: $(STAMP)

# torch first and pinned: any other version may bring gigabytes that a machine without a graphics card cannot use
$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Limen needs Python 3.11 or newer; try: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(RUN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt torch
	$(RUN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

check: setup
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy

$(BENCH_STAMP): benchmarks/constraints.txt pyproject.toml
	$(PYTHON) -m venv $(BENCH)
	$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check -c benchmarks/constraints.txt torch
	$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check -c benchmarks/constraints.txt -r benchmarks/requirements.txt -e .
	touch $@

bench: $(BENCH_STAMP)
	$(BENCH)/bin/python benchmarks/step.py
	$(BENCH)/bin/python benchmarks/small.py
	$(BENCH)/bin/python benchmarks/features.py
	$(BENCH)/bin/python benchmarks/accuracy.py

clean:
	rm -rf $(VENV) $(BENCH)
