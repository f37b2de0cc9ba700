"""Lists of anything: never a traceback, never a lost row, never a place that nobody wrote."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zoning.errors import ProjectFaults
from zoning.projects import read_projects

CRS = "EPSG:4545"
HEADERS, *_ = csv.reader(
    [
        "项目编号,项目名称,组成部分,项目类型,建设性质,受理日期,行业代码,生产规模,占地面积(亩),经度,纬度,坐标系,"
        "边界(WKT),拐点坐标,经纬度,定位精度(m),产能置换比例,磷石膏综合利用率(%),是否涉磷,环评文件,COD(t/a)"
    ]
)
CELLS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "",
            "/",
            "有",
            "106.71",
            "26.61",
            "1e999",
            "-1",
            "36397818.5",
            "2944000",
            "nan",
            "inf",
            "EPSG:4545",
            "EPSG:1",
            "CGCS2000",
            "GCJ-02",
            "2026-02-30",
            "1:0",
            "C2619",
            "POINT (1 2)",
            "POLYGON ((0 0, 1 1, 0 1, 1 0, 0 0))",
            "POINT (nan nan)",
            "106°42′30″",
            "=1+1",
            "\ufeff",
            "²",
            "٣",
        ]
    ),
    st.floats(allow_nan=True, allow_infinity=True).map(str),
    st.integers().map(str),
)


def written(rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADERS)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8", "surrogatepass")


NUMBERS = st.sampled_from(
    ["106.7123", "26.6123", "397818.5", "36397818.5", "2944000", "26", "108", "1e400", "-3", "５"]
)
FRAMES = st.sampled_from(
    ["", "CGCS2000", "EPSG:4545", "EPSG:4524", "CGCS2000 36带", "GCJ-02", "EPSG:3857"]
)
VERTICES = st.sampled_from(
    [
        "",
        "106.71,26.61;106.72,26.61;106.72,26.62",
        "J1 2944000.5 36397818.5 J2 2944100.5 36397818.5 J3 2944100.5 36397918.5",
        "106.71,26.61;106.72,26.61",
        "东经106°42′30″ 北纬26°38′20″",
        "见附图",
    ]
)
PLACED = {
    "经度": NUMBERS,
    "纬度": NUMBERS,
    "坐标系": FRAMES,
    "边界(WKT)": st.just("") | CELLS,
    "拐点坐标": VERTICES,
    "经纬度": VERTICES,
}
ROW = st.tuples(*(CELLS | PLACED.get(header, CELLS) for header in HEADERS)).map(list)


@settings(max_examples=120, deadline=None)
@given(st.lists(ROW, max_size=6))
def test_any_cells_make_sites_or_one_error(rows: list[list[str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.csv"
        path.write_bytes(written(rows))
        try:
            sites = read_projects(path, crs=CRS)
        except ProjectFaults:
            return
    assert sites.rows_in == len(sites) + sites.rows_blank
    assert sites.table["id"].is_unique
    doubted = sites.table["coordinates_doubted"].to_numpy()
    for shape, doubt, faults in zip(sites.geometry, doubted, sites.faults, strict=True):
        assert shape is not None or faults  # a place that is missing is always said to be
        assert doubt != 1 or shape is None
        assert shape is None or (shape.is_valid and np.isfinite(shape.bounds).all())


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_make_sites_or_one_error(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name in ("list.csv", "list.xlsx", "list.geojson"):
            path = Path(folder) / name
            path.write_bytes(data)
            with pytest.raises(ProjectFaults):
                read_projects(path, crs=CRS)
