"""A workbook of 100,000 projects: read and understood, against calamine reading the cells alone.

    python tests/benchmarks/bench_intake.py [--runs 3] [--rows 100000] [--keep list.xlsx]

The list is made once, seeded: 30 columns as a planner's list has them. Each side runs in fresh
processes, in turn; importing the libraries is not counted. Ours ends with `Sites`: places in the
work CRS, units, dates, codes, doubts. The bound to keep is 2.5 times calamine.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CRS = "EPSG:4545"
HEADERS = [
    "序号",
    "项目代码",
    "项目编号",
    "项目名称",
    "建设单位",
    "项目类型",
    "建设性质",
    "受理日期",
    "行业代码",
    "产品",
    "主要工艺",
    "生产规模",
    "规模单位",
    "综合能耗(tce/a)",
    "单位产品能耗",
    "单位产品能耗单位",
    "用水量(m3/a)",
    "占地面积(亩)",
    "区县",
    "行政区划代码",
    "经度(CGCS2000)",
    "纬度(CGCS2000)",
    "定位精度(m)",
    "COD(t/a)",
    "氨氮(t/a)",
    "NOx(t/a)",
    "环评文件",
    "节能审查意见",
    "产能置换方案",
    "备注",
]
COUNTIES = {
    "南明区": 520102,
    "云岩区": 520103,
    "花溪区": 520111,
    "乌当区": 520112,
    "白云区": 520113,
    "观山湖区": 520115,
    "开阳县": 520121,
    "息烽县": 520122,
    "修文县": 520123,
    "清镇市": 520181,
}
BRANCHES = (
    ("C2611", "工业", "硫酸", "湿法磷酸", "万t/a", "kgce/t"),
    ("C3011", "工业", "水泥熟料", "新型干法", "万t/a", "kgce/t"),
    ("C3216", "工业", "电解铝", "预焙槽", "万t/a", "kWh/t"),
    ("D4416", "光伏发电", "电力", "", "MW", ""),
    ("D4415", "风电", "电力", "", "MW", ""),
    ("C3841", "工业", "锂离子电池", "叠片", "GWh/a", "kgce/MWh"),
)


def make(path: Path, rows: int) -> None:
    """Write the list; the same seed gives the same cells."""
    import xlsxwriter

    chance = random.Random(20260910)
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("项目清单")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.merge_range(0, 0, 0, len(HEADERS) - 1, "2026年拟建项目一览表")
        sheet.write_row(1, 0, HEADERS)
        for i in range(rows):
            for j, cell in enumerate(project(chance, i)):
                if isinstance(cell, dt.date):
                    sheet.write_datetime(
                        i + 2, j, dt.datetime(cell.year, cell.month, cell.day), day
                    )
                elif cell is not None:
                    sheet.write(i + 2, j, cell)


def project(chance: random.Random, i: int) -> list[object]:
    code, kind, product, process, unit, specific = chance.choice(BRANCHES)
    county = chance.choice(list(COUNTIES))
    held = lambda: chance.choice(("有", "无", None))  # noqa: E731
    return [
        i + 1,
        f"{chance.randint(2022, 2026)}-{COUNTIES[county]}-{code[1:3]}-{chance.randint(1, 3):02}-"
        f"{chance.randrange(10**6):06}",
        f"P{i:06}",
        f"{county}{product}项目{i}",
        f"贵州{chance.randrange(5000):04}有限公司",
        kind,
        chance.choice(("新建", "改建", "扩建", "技改", "改扩建")),
        dt.date(2026, 1, 1) + dt.timedelta(chance.randrange(240)),
        code,
        product,
        process or None,
        round(chance.uniform(1, 500), 1),
        unit,
        f"{chance.randrange(1000, 90000):,}" if i % 10 == 0 else chance.randrange(1000, 90000),
        round(chance.uniform(20, 900), 2) if specific else None,
        specific or None,
        chance.randrange(1000, 900000),
        f"{chance.uniform(5, 900):.1f}亩" if i % 20 == 0 else round(chance.uniform(5, 900), 1),
        county,
        COUNTIES[county],
        round(chance.uniform(106.2, 107.2), 6),
        round(chance.uniform(26.2, 27.3), 6),
        chance.choice((None, 5, 10, 30)),
        *(round(chance.uniform(0, 50), 2) for _ in range(3)),
        held(),
        held(),
        held(),
        chance.choice((None, None, "已纳入年度计划", "待补充材料")),
    ]


def peer(path: Path) -> int:
    from python_calamine import CalamineWorkbook

    with CalamineWorkbook.from_path(path) as book:
        return len(book.get_sheet_by_index(0).to_python()) - 2


def ours(path: Path) -> int:
    from zoning.projects import read_projects

    return len(read_projects(path, crs=CRS))


def alone(method: str, path: Path) -> dict[str, float]:
    """Run one side in this process; say what it took."""
    import python_calamine  # noqa: F401  imports are not what is compared

    import zoning.projects  # noqa: F401

    begin, worked = time.perf_counter(), time.process_time()
    rows = {"ours": ours, "peer": peer}[method](path)
    seconds, cpu = time.perf_counter() - begin, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "cpu": cpu, "peak_mb": peak, "rows": rows}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--method", choices=("ours", "peer"))
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="where the list is kept between runs")
    asked = parser.parse_args()
    if asked.method:
        sys.stdout.write(json.dumps(alone(asked.method, asked.keep)) + "\n")
        return
    with tempfile.TemporaryDirectory() as folder:
        path = asked.keep or Path(folder) / "list.xlsx"
        if not path.exists():
            make(path, asked.rows)
        compare(path, asked.runs)


def compare(path: Path, runs: int) -> None:
    taken: dict[str, list[dict[str, float]]] = {"peer": [], "ours": []}
    for _ in range(runs):
        for method, times in taken.items():
            command = [sys.executable, __file__, "--method", method, "--keep", str(path)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            times.append(json.loads(done.stdout))
            sys.stdout.write(f"{method}: {done.stdout}")
            sys.stdout.flush()
    for measure in ("seconds", "cpu"):
        middle = {m: statistics.median(t[measure] for t in times) for m, times in taken.items()}
        ratio = middle["ours"] / middle["peer"]
        sys.stdout.write(
            f"{measure}: calamine {middle['peer']:.2f}, ours {middle['ours']:.2f}, "
            f"{ratio:.2f} times (bound 2.5)\n"
        )


if __name__ == "__main__":
    main()
