"""Boundaries as they come in: every file of the corpus against what was worked out by hand."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest
import shapely

from zoning.errors import ProjectFaults
from zoning.projects import read_projects

CRS = "EPSG:4545"
REGION = shapely.box(310_000, 2_890_000, 430_000, 3_040_000)  # roughly Guiyang
FOLDER = Path(__file__).parent / "boundaries"
EXPECTED = tomllib.loads((FOLDER / "expected.toml").read_text("utf-8"))

Case = dict[str, object]


def options(case: Case) -> dict[str, object]:
    chosen = {name: case[name] for name in ("list_crs", "sheet") if name in case}
    return chosen if case.get("region") is False else chosen | {"region": REGION}


def name_of(case: Case) -> str:
    more = "".join(f" {case[key]}" for key in ("list_crs", "sheet", "region") if key in case)
    return f"{case['file']}{more}"


@pytest.mark.parametrize("case", EXPECTED["read"], ids=name_of)
def test_read(case: Case) -> None:
    sites = read_projects(FOLDER / str(case["file"]), crs=CRS, **options(case))
    tolerance = case.get("tolerance", 1e-6)
    areas = ["none" if shape is None else shape.area for shape in sites.geometry]
    assert len(areas) == len(case["areas"]) == sites.rows_in
    for found, wanted in zip(areas, case["areas"], strict=True):
        assert found == (wanted if wanted == "none" else pytest.approx(wanted, rel=tolerance))
    said = case.get("said", [[]] * len(areas))
    for faults, texts in zip(sites.faults, said, strict=True):
        shown = "\n".join(map(str, faults))
        assert bool(faults) == bool(texts), shown
        assert [text for text in texts if text not in shown] == [], shown
    for text in case.get("notes", ()):
        assert text in "\n".join(sites.notes)
    check_table(sites.table, case, tolerance)
    if "lengths" in case:
        lengths = shapely.length(sites.geometry).tolist()
        assert lengths == pytest.approx(case["lengths"], rel=tolerance)


def check_table(table: object, case: Case, tolerance: object) -> None:
    placed = [area != "none" for area in case["areas"]]
    doubted = np.nan if case.get("doubted") else 0.0
    for row, there in enumerate(placed):
        if there:
            np.testing.assert_equal(float(table["coordinates_doubted"][row]), doubted)
    columns = {"ids": "id", "kinds": "kind", "stages": "stage", "rows": "row"}
    for key, column in columns.items():
        if key in case:
            assert table[column].tolist() == case[key]
    if "declared" in case:
        found = ["none" if np.isnan(x) else float(x) for x in table["declared_m2"]]
        assert found == case["declared"]
    wanted = case.get("crs_each", [case["crs"]] * len(placed) if "crs" in case else [])
    if wanted:
        assert table["crs_read"].tolist() == wanted
    if "remark" in case:
        assert str(case["remark"]) in table["remark"][0]


@pytest.mark.parametrize("case", EXPECTED["refused"], ids=name_of)
def test_refused(case: Case) -> None:
    with pytest.raises(ProjectFaults) as error:
        read_projects(FOLDER / str(case["file"]), crs=CRS, **options(case))
    message = str(error.value)
    assert str(case["file"]) in message
    assert [text for text in case["says"] if text not in message] == [], message


def test_every_file_is_expected() -> None:
    named = {case["file"] for case in (*EXPECTED["read"], *EXPECTED["refused"])}
    there = {path.name for path in FOLDER.iterdir()}
    beside = {"expected.toml", ".gitattributes", "cgcs.mid"}
    assert there - beside == named
    assert len(named) >= 60
