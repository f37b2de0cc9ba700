# make demo   set up, screen the sample list, say where the outputs are
# make test   set up with the test extra, run the tests; make test-slow runs the slow ones
# make lint   ruff, mypy --strict, import floors
# make parity the masks of atlite, cell by cell (installs it, 300 MB)
# make bench  the engine against its peers, on the data of ../shared/bench
# make growth draw how time and memory grow with sites, layers, corners and threads (docs/growth.png)
# make bench-province  eligibility of 1.76 billion cells (3 GB of disk meanwhile)
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet

.PHONY: demo test test-slow parity lint bench growth bench-province clean

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
	$(BIN)/python -m pytest -m "not slow" -n auto --dist loadfile

test-slow: $(VENV)/made-test
	$(BIN)/python -m pytest -m slow -n auto --dist loadfile

lint: $(VENV)/made-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

$(VENV)/made-parity: $(VENV)/made-test
	$(PIP) --constraint constraints.txt --editable '.[parity]'
	touch $@

parity: $(VENV)/made-parity
	$(BIN)/python -m pytest tests/parity/peer_atlite.py tests/parity/peer_atlite_siting.py

# Data of ../shared/bench (3 minutes, 4 GB), made once in $PEERS_DATA. For a million points against
# sedonadb, where it is installed: bench_points.py --points 1000000 --peer sedona
PEERS_DATA ?= /tmp/peers/data
BENCH := PEERS_DATA=$(PEERS_DATA) $(BIN)/python tests/benchmarks
$(PEERS_DATA)/polys_100k.parquet:
	PEERS_DATA=$(PEERS_DATA) $(BIN)/python ../shared/bench/make_data.py

bench: $(VENV)/made-parity $(PEERS_DATA)/polys_100k.parquet
	$(BENCH)/bench_points.py
	$(BENCH)/bench_overlay.py
	$(BENCH)/bench_nearest.py
	$(BENCH)/bench_zonal.py
	$(BENCH)/bench_patches.py
	$(BENCH)/bench_eligibility.py
	$(BENCH)/bench_eligibility.py --buffers
	$(BENCH)/bench_zonal.py --growth
	$(BENCH)/bench_eligibility.py --growth

growth: $(VENV)/made-parity $(PEERS_DATA)/polys_100k.parquet
	$(BENCH)/bench_growth.py --most 100000
	$(BENCH)/plot_growth.py docs/growth.png

bench-province: $(VENV)/made-test $(PEERS_DATA)/polys_100k.parquet
	$(BENCH)/bench_province.py

clean:
	rm -rf $(VENV) maps/demo maps/screening
