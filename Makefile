# make demo   set up, screen the sample list, say where the outputs are
# make test   set up with the test extra, run the tests; make test-slow runs the slow ones
# make lint   ruff, mypy --strict, import floors
# make bench  the engine against its peers, on the data of ../shared/bench
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet

.PHONY: demo test test-slow lint bench clean

$(VENV)/made: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v < (3, 14) else f"zoning needs Python 3.11 to 3.13, this is {v}; set PYTHON=")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) --constraint constraints.txt --editable .
	touch $@

$(VENV)/made-test: $(VENV)/made
	$(PIP) --constraint constraints.txt --editable '.[test,lint]'
	touch $@

demo: $(VENV)/made
	$(BIN)/zoning demo

test: $(VENV)/made-test
	$(BIN)/python -m pytest -m "not slow"

test-slow: $(VENV)/made-test
	$(BIN)/python -m pytest -m slow

lint: $(VENV)/made-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Data of ../shared/bench (3 minutes, 4 GB), made once in $PEERS_DATA. Only where installed: atlite,
# sedonadb with geoarrow-pandas (bench_points.py --points 1000000 --peer sedona), and matplotlib for
# the growth of the vector engine (bench_growth.py, then plot_growth.py)
PEERS_DATA ?= /tmp/peers/data
bench: $(VENV)/made-test
	test -e $(PEERS_DATA)/polys_100k.parquet || PEERS_DATA=$(PEERS_DATA) $(BIN)/python ../shared/bench/make_data.py
	PEERS_DATA=$(PEERS_DATA) $(BIN)/python tests/benchmarks/bench_points.py
	PEERS_DATA=$(PEERS_DATA) $(BIN)/python tests/benchmarks/bench_overlay.py
	PEERS_DATA=$(PEERS_DATA) $(BIN)/python tests/benchmarks/bench_nearest.py
	PEERS_DATA=$(PEERS_DATA) $(BIN)/python tests/benchmarks/bench_zonal.py
	PEERS_DATA=$(PEERS_DATA) $(BIN)/python tests/benchmarks/bench_patches.py
	PEERS_DATA=$(PEERS_DATA) $(BIN)/python tests/benchmarks/bench_eligibility.py --methods floor ours three

clean:
	rm -rf $(VENV) maps/demo maps/screening
