"""Small lists, one trap each, against the sites that were worked out by hand.

``coordinates/expected.csv`` says for every row that becomes a site: shape, a point of it [deg,
CGCS2000], area [m2, on the ellipsoid], how far off it may be [m], whether it is doubted (``no``,
``placed`` under a doubt, ``refused``) and a word of what is said. Degrees were turned from minutes
and seconds by hand; metres written with PROJ's own transverse Mercator; web maps with prcoords;
accuracies are 30 m (a point) or 10 m (a boundary) and half of the last place written, on both axes.
"""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pytest
import shapely

from zoning.projects import read_projects
from zoning.sites import Sites

FOLDER = Path(__file__).parent / "coordinates"
REGION = shapely.box(310_000, 2_890_000, 430_000, 3_040_000)  # roughly Guiyang, EPSG:4545
KINDS = {"Point": "point", "Polygon": "polygon", "MultiPolygon": "polygon"}
NEAR_DEG = 6e-7  # 0.06 m: the sixth decimal of the degrees written


def expected() -> dict[str, list[dict[str, str]]]:
    with (FOLDER / "expected.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {name: [r for r in rows if r["file"] == name] for name in {r["file"] for r in rows}}


EXPECTED = expected()


def sites_of(name: str) -> Sites:
    return read_projects(FOLDER / name, crs="EPSG:4545", region=REGION)


def doubt(value: float) -> str:
    return "placed" if math.isnan(value) else ("refused" if value else "no")


def test_every_file_is_expected() -> None:
    files = {path.name for path in FOLDER.glob("*.csv")} - {"expected.csv"}
    assert files == set(EXPECTED)
    assert len(files) >= 20


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_sites_are_those_worked_out_by_hand(name: str) -> None:
    sites, wanted = sites_of(name), EXPECTED[name]
    assert sites.table["row"].tolist() == [int(row["row"]) for row in wanted]
    assert sites.rows_in == len(sites) + sites.rows_blank + sites.rows_gathered
    for i, row in enumerate(wanted):
        site, shape = sites.table.loc[i], sites.geometry[i]
        at = f"{name} row {row['row']}"
        said = "\n".join([*map(str, sites.faults[i]), site["place"]])
        assert (KINDS[shape.geom_type] if shape is not None else "none") == row["shape"], (at, said)
        assert doubt(site["coordinates_doubted"]) == row["doubted"], at
        assert row["says"] in said, at
        if not row["says"]:
            assert not sites.faults[i], at
        if row["accuracy_m"]:
            assert site["accuracy_m"] == pytest.approx(float(row["accuracy_m"]), rel=2e-3), at
        if row["area_m2"]:
            assert shape.area == pytest.approx(float(row["area_m2"]), rel=1e-3), at
        if row["lon"]:
            near = 1e-4 if row["shape"] == "polygon" else NEAR_DEG
            assert site["lon"] == pytest.approx(float(row["lon"]), abs=near), at
            assert site["lat"] == pytest.approx(float(row["lat"]), abs=near), at


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_what_is_refused_says_where_and_what_to_do(name: str) -> None:
    sites = sites_of(name)
    for shape, faults in zip(sites.geometry, sites.faults, strict=True):
        assert shape is not None or faults
        for fault in faults:
            assert fault.file == name
            assert fault.row
            assert fault.zh
            assert fault.en
            assert fault.remedy_zh
