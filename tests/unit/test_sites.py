"""Sites: the table, its constructors, order and pickling."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
import shapely

from zoning.errors import InputError
from zoning.sites import COLUMNS, Sites


def three() -> Sites:
    boxes = [shapely.box(i, 0, i + 1, 1) for i in range(3)]
    return Sites.of(boxes, kind="pv", stage=["新建", "扩建", ""], project=["a", "b", "c"])


def test_of_fills_every_column_and_keeps_order() -> None:
    sites = three()
    assert list(sites.table.columns) == list(COLUMNS)
    assert list(sites.ids) == ["a", "b", "c"]
    assert list(sites.table["stage"]) == ["新建", "扩建", ""]
    assert list(sites.table["accuracy_m"]) == [0.0, 0.0, 0.0]
    assert sites.table["document_eia"].isna().all()
    assert "is_outfall" in COLUMNS
    assert "is_two_high" not in COLUMNS


def test_ids_join_project_and_component() -> None:
    sites = Sites.of([shapely.Point(0, 0)] * 2, project="P-07", component=["阵列", "送出线路"])
    assert list(sites.ids) == ["P-07/阵列", "P-07/送出线路"]


def test_take_keeps_the_order_asked_for() -> None:
    sites = three()
    assert list(sites.take([2, 0]).ids) == ["c", "a"]
    assert list(sites.take(slice(1, 3)).ids) == ["b", "c"]
    assert list(sites.take(np.array([False, True, False])).ids) == ["b"]
    assert sites.take([2]).geometry[0].bounds == (2, 0, 3, 1)
    assert list(sites.take([2, 0]).table.index) == [0, 1]


def test_from_points_on_the_central_meridian() -> None:
    # on 108 E the easting is the false easting itself, 500 000 m
    sites = Sites.from_points([108.0], [26.0], crs="EPSG:4545")
    assert sites.geometry[0].x == pytest.approx(500_000, abs=1e-6)
    assert sites.table["lon"][0] == pytest.approx(108.0)
    assert sites.table["lat"][0] == pytest.approx(26.0)


def test_pickle_returns_the_same() -> None:
    sites = three()
    again = pickle.loads(pickle.dumps(sites))
    assert again.table.equals(sites.table)
    assert list(again.geometry) == list(sites.geometry)
    assert again.crs == sites.crs


def test_wrong_columns_are_refused() -> None:
    with pytest.raises(InputError, match="colour"):
        Sites.of([shapely.Point(0, 0)], colour="red")
    with pytest.raises(InputError, match="kind"):
        Sites.of([shapely.Point(0, 0)], kind=["pv", "wind"])
    with pytest.raises(ValueError, match="unique"):
        Sites.of([shapely.Point(0, 0)] * 2, project=["a", "a"])


def test_missing_geometry_and_no_rows() -> None:
    sites = Sites.of([None, shapely.Point(500_000, 2_900_000)], crs="EPSG:4545")
    assert np.isnan(sites.table["lon"][0])
    assert len(Sites.of([])) == 0
    assert "1 个无法落图" in sites._repr_html_()


def test_html_escapes_what_the_list_says() -> None:
    sites = Sites.of([shapely.Point(0, 0)], name="<script>")
    assert "<script>" not in sites._repr_html_()
