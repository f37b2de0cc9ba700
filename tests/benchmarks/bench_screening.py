"""Screening at scale: a list of N points to a whole result folder, with all admission rules.

    python tests/benchmarks/bench_screening.py [--n 10000 100000 1000000] [--form csv] [--verify]
    python tests/benchmarks/bench_screening.py --layers          the ten layers of shared/bench

Every size runs in a process of its own: the list is made first (seeded; every name says that it is
made up), then it is read, screened against the sample catalog, written, and with ``--verify``
judged again from the folder. ``--layers`` screens points_1m of $PEERS_DATA against the ten layers
there, under a catalog and rules written on the fly. Seconds by phase, layer and file; one JSON
line a case is appended to growth.jsonl in $PEERS_OUT.
"""

# ruff: noqa: T201
from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).parents[2]
PEERS = Path(tempfile.gettempdir()) / "peers"
AS_OF = date(2026, 11, 22)
SEED = 520_100
BOUNDS = (106.10, 26.18, 107.30, 27.38)  # [deg] Guiyang and a margin: some points lie outside
KINDS = ("工业项目", "光伏", "数据中心", "物流仓储", "固废填埋场", "采矿", "居住", "风电", "")
STAGES = ("新建", "扩建", "改建", "技改", "")
TRADES = (  # GB/T 4754 code, product, process
    ("C2619", "黄磷", "电炉法"),
    ("C3011", "水泥熟料", "新型干法"),
    ("C3985", "磷酸铁锂", "固相法"),
    ("C2621", "合成氨", ""),
    ("C1511", "白酒", ""),
    ("I6450", "", ""),
    ("D4416", "", ""),
    ("", "", ""),
)
PAPERS = (
    *("产能置换方案", "区域削减方案", "节能审查意见", "环评文件", "清洁生产评估", "避让论证"),
    *("是否排放污染物", "是否设置排污口", "是否涉磷", "是否新建渣场"),
)
LAYERS = (  # name in shared/bench, name of the vocabulary
    ("control_units", "catchment"),
    ("redline", "redline"),
    ("parks", "park"),
    ("water", "lake"),
    ("farmland", "basic_farmland"),
    ("forest", "natural_forest"),
    ("urban", "urban_boundary"),
    ("water_source", "water_source"),
    ("hazard", "geohazard"),
    ("roads", "receptor"),
)


def make_list(n: int, path: Path) -> None:
    """Write a list of n points: kinds, stages, trades, papers and doubts by chance."""
    rng = np.random.default_rng(SEED)
    west, south, east, north = BOUNDS
    trade = rng.integers(len(TRADES), size=n)
    columns: dict[str, object] = {
        "项目编号": [f"S-{i:07d}" for i in range(1, n + 1)],
        "项目名称": [f"示例合成项目 {i}" for i in range(1, n + 1)],
        "项目类型": rng.choice(KINDS, n, p=(0.4, 0.2, 0.1, 0.1, 0.05, 0.05, 0.05, 0.04, 0.01)),
        "建设性质": rng.choice(STAGES, n, p=(0.6, 0.15, 0.15, 0.09, 0.01)),
        "行业代码": np.array([code for code, _, _ in TRADES])[trade],
        "产品": np.array([product for _, product, _ in TRADES])[trade],
        "工艺": np.array([process for _, _, process in TRADES])[trade],
        "受理日期": _days(rng, n),
        "占地面积(公顷)": np.where(
            rng.random(n) < 0.2, np.nan, np.round(rng.lognormal(1, 1, n), 2)
        ),
        "经度": np.round(rng.uniform(west, east, n), 6),
        "纬度": np.round(rng.uniform(south, north, n), 6),
        "坐标系": "CGCS2000",
        "定位精度(m)": rng.choice((5, 30, 100), n),
    }
    for name in PAPERS:
        words = ("有", "无", "") if not name.startswith("是否") else ("是", "否", "")
        columns[name] = rng.choice(words, n)
    frame = pd.DataFrame(columns)
    frame.loc[rng.random(n) < 0.002, ["经度", "纬度"]] = np.nan  # rows without a place
    _write_list(frame, path)


def _days(rng: np.random.Generator, n: int) -> np.ndarray:
    """Acceptance within two years before the screening; a tenth states none."""
    days = np.array([str(AS_OF - timedelta(days=int(d))) for d in range(730)])
    return np.where(rng.random(n) < 0.1, "", days[rng.integers(730, size=n)])


def _write_list(frame: pd.DataFrame, path: Path) -> None:
    if path.suffix == ".csv":
        frame.to_csv(path, index=False, encoding="utf-8-sig")
        return
    import geopandas as gpd

    shapes = gpd.points_from_xy(frame.pop("经度"), frame.pop("纬度"), crs="EPSG:4490")
    frame = frame.drop(columns="坐标系").replace("", None)
    gpd.GeoDataFrame(frame, geometry=shapes).to_parquet(path)


_LAYER = """
[layers.{name}]
title = "{name} (合成 synthetic)"
path = "{path}"
role = "reference"
source = "shared/bench"
date = 2026-01-01
licence = "none"
accuracy_m = 10
coverage = "districts"
synthetic = true
"""
_RULE = (
    """
[[rule]]
id = "bench.{name}"
title = "不得位于 {name} 内"
role = "substance"
kinds = ["industry"]
when = ["{name}.meets"]
then = "forbid"
remedy = "relocate"
cite = {{ title = "illustrative", seen = "none" }}
status = "default"
"""
    + 3
    * """
[[rule.case]]
why = "合成"
facts = {{ "{name}.meets" = "unknown" }}
expect = "undetermined"
"""
)


def make_layers(folder: Path) -> None:
    """Write a catalog over the ten layers of shared/bench, one rule a layer, and the points."""
    import geopandas as gpd

    data = Path(os.environ.get("PEERS_DATA", PEERS / "data"))
    region = gpd.read_parquet(data / "region.parquet").assign(name="合成区")
    region.to_parquet(folder / "region.parquet")
    text = '[region]\nname = "合成"\ncrs = "EPSG:4545"\nboundary = "districts"\n'
    text += _LAYER.format(name="districts", path=folder / "region.parquet").replace(
        'coverage = "districts"', 'coverage = "own extent"'
    )
    rules = 'schema = 1\nname = "base"\ntitle = "合成"\n'
    for file, name in LAYERS:
        text += _LAYER.format(name=name, path=data / f"{file}.parquet")
        rules += _RULE.format(name=name)
    (folder / "catalog.toml").write_text(text, encoding="utf-8")
    (folder / "rules.toml").write_text(rules, encoding="utf-8")
    points = gpd.read_parquet(data / "points_1m.parquet")
    points = points.assign(项目名称=[f"示例合成点 {i}" for i in points["id"]], 项目类型="工业项目")
    points = points.assign(建设性质="新建", **{"定位精度(m)": 5}).drop(columns="id")
    points.to_parquet(folder / "list.parquet")


class Clock:
    """Seconds by name, with the peak of memory when each ended."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self.peak: dict[str, int] = {}

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.seconds[name] += time.perf_counter() - began
        self.peak[name] = peak_mb()

    def watch(self, module: object, verb: str, name: Callable[..., str]) -> None:
        """Time every call of a verb that a module uses."""
        plain = getattr(module, verb)

        def timed(*args: object, **options: object) -> object:
            with self.phase(name(*args, **options)):
                return plain(*args, **options)

        setattr(module, verb, timed)


def peak_mb() -> int:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def watched() -> Clock:
    """Have the layers, the judge and the writers timed."""
    from zoning.measure import run as measuring
    from zoning.screening import run as screening

    clock = Clock()
    layer = lambda refs, *_, **__: f"  layer {refs[0].layer}"  # noqa: E731
    clock.watch(measuring, "measure_vector", layer)
    clock.watch(measuring, "measure_raster", layer)
    clock.watch(measuring, "site_facts", lambda *_, **__: "  layer districts")
    clock.watch(measuring, "project_fact", lambda *_, **__: "  project facts")
    clock.watch(screening, "open_views", lambda *_, **__: "  open layers")
    clock.watch(screening, "judge", lambda *_, **__: "  judge")
    return clock


def run(n: int, form: str, *, layers: bool, verified: bool) -> None:
    """Measure one size in this process."""
    import zoning
    from zoning.verify import verify

    case = "screening_layers" if layers else "screening"
    folder = Path(os.environ.get("PEERS_OUT", PEERS / "out")) / f"{case}_{n}"
    folder.mkdir(parents=True, exist_ok=True)
    form = "parquet" if layers else form
    listing = folder / f"list.{form}"
    made = ["--make-layers", str(folder)] if layers else ["--make", str(n), str(listing)]
    subprocess.run([sys.executable, __file__, *made], check=True)
    clock = watched()
    with clock.phase("read"):
        catalog = zoning.Catalog.open(folder if layers else ROOT / "data")
        sites = zoning.read_projects(listing, crs=catalog.crs)
    sites = sites if n >= len(sites) else sites.take(slice(0, n))
    with clock.phase("screen"):
        rules = zoning.load_rules(str(folder / "rules.toml") if layers else "admission")
        result = zoning.screen(sites, catalog, rules, as_of=AS_OF, progress=_said)
    stages = _Stages(clock)
    with clock.phase("write"):
        zoning.write(result, catalog, folder / "result", overwrite=True, progress=stages)
    stages.end()
    if verified:
        del sites, result
        with clock.phase("verify"):
            assert verify(folder / "result").agrees
    sizes = {p.name: round(p.stat().st_size / 2**20, 1) for p in (folder / "result").iterdir()}
    report(case, "points", n, clock, sizes)


class _Stages:
    """Times what `zoning.write` says it is doing."""

    def __init__(self, clock: Clock) -> None:
        self._clock, self._name, self._began = clock, "", time.perf_counter()

    def __call__(self, stage: str, *_: int) -> None:
        if stage != self._name:
            self.end()
            self._name = stage

    def end(self) -> None:
        now = time.perf_counter()
        if self._name:
            self._clock.seconds[f"  write {self._name}"] += now - self._began
            self._clock.peak[f"  write {self._name}"] = peak_mb()
        self._began = now


def _said(done: int, total: int) -> None:
    print(f"  {done:,} of {total:,}, {peak_mb():,} MB", file=sys.stderr, flush=True)


def report(case: str, axis: str, x: int, clock: Clock, sizes: dict[str, float]) -> None:
    for name, seconds in clock.seconds.items():
        print(f"{name:34}{seconds:9.1f} s{clock.peak[name]:9,} MB")
    for name, size in sorted(sizes.items()):
        print(f"{name:34}{size:9.1f} MB on disk")
    total = sum(s for name, s in clock.seconds.items() if not name.startswith(" "))
    line = {
        "case": case,
        "axis": axis,
        "x": x,
        "seconds": round(total, 1),
        "peak_mb": peak_mb(),
        "phases": {name.strip(): round(s, 2) for name, s in clock.seconds.items()},
    }
    out = Path(os.environ.get("PEERS_OUT", PEERS / "out"))
    with (out / "growth.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")
    print(f"{case} {x:,}: {total:.0f} s, peak {peak_mb():,} MB", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--form", choices=("csv", "parquet"), default="csv")
    parser.add_argument("--verify", action="store_true")
    parser.add_argument("--layers", action="store_true", help="the ten layers of shared/bench")
    parser.add_argument("--here", action="store_true", help="one size, in this process")
    parser.add_argument("--make", nargs=2, metavar=("N", "FILE"), help="the list, and no more")
    parser.add_argument("--make-layers", type=Path, metavar="FOLDER")
    given = parser.parse_args()
    if given.make:
        make_list(int(given.make[0]), Path(given.make[1]))
    elif given.make_layers:
        make_layers(given.make_layers)
    elif given.here:
        run(given.n[0], given.form, layers=given.layers, verified=given.verify)
    else:
        for n in given.n:
            again = [sys.executable, __file__, "--here", "--n", str(n), "--form", given.form]
            flags = [*["--verify"] * given.verify, *["--layers"] * given.layers]
            subprocess.run([*again, *flags], check=True)


if __name__ == "__main__":
    main()
