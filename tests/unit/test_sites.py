"""Sites: the table, its constructors, order and pickling."""

from __future__ import annotations

import datetime as dt
import pickle

import numpy as np
import pandas as pd
import pytest
import shapely

from zoning.components import component_kind
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


@pytest.mark.parametrize("nothing", [pd.NaT, float("nan"), None, np.datetime64("NaT")])
def test_a_day_that_is_none(nothing: object) -> None:
    points = [shapely.Point(0, 0)]
    for given in (nothing, [nothing]):
        sites = Sites.of(points, accepted=given, eia_date=given)
        assert sites.table["accepted"].tolist() == [None]
        assert sites.table["eia_date"].tolist() == [None]


def test_days_of_any_make_are_calendar_days() -> None:
    day = dt.date(2026, 8, 15)
    made = [day, dt.datetime(2026, 8, 15, 9), pd.Timestamp(day), np.datetime64("2026-08-15T09")]
    sites = Sites.of([shapely.Point(0, 0)] * 4, accepted=made)
    assert sites.table["accepted"].tolist() == [day] * 4
    assert {type(value) for value in sites.table["accepted"]} == {dt.date}
    with pytest.raises(InputError, match="accepted"):
        Sites.of([shapely.Point(0, 0)], accepted="2026-08-15")


def test_nothing_said_of_a_text_is_no_text() -> None:
    sites = Sites.of([shapely.Point(0, 0)] * 2, stage=[None, float("nan")])
    assert sites.table["stage"].tolist() == ["", ""]


def test_geometry_given_in_code_is_not_doubted() -> None:
    sites = three()
    assert sites.table["coordinates_doubted"].tolist() == [0, 0, 0]
    assert sites.table["accepted_doubted"].tolist() == [0, 0, 0]


def test_amounts_below_zero_are_refused() -> None:
    with pytest.raises(InputError, match="declared_m2"):
        Sites.of([shapely.Point(0, 0)], declared_m2=-3)
    # converter steel making gains energy
    assert Sites.of([shapely.Point(0, 0)], unit_energy=-15.0).table["unit_energy"][0] == -15


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("升压站", "substation"),
        ("110kV 升压站（含储能）", "substation"),
        ("１号风机", "turbine"),
        ("风机12#", "turbine"),
        ("35kV集电线路", "line"),
        ("进场道路", "road"),
        ("综合楼", "office"),
        ("光伏方阵", "array"),
        ("array", "array"),
        ("厂区", "plant"),
        ("坝", "dam"),
        ("堆场", "heap"),
        ("排污口", "outfall"),
        ("二期", ""),
        ("升压站和方阵", ""),
        ("1号", ""),
    ],
)
def test_words_of_components(text: str, word: str) -> None:
    assert component_kind(text) == word


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        ("pv", "array"),
        ("wind", "turbine"),
        ("line", "line"),
        ("road", "road"),
        ("landfill", "heap"),
        ("tailings", "heap"),
        ("industry", "plant"),
        ("", ""),  # what it is the whole of is not known
    ],
)
def test_the_only_component_is_what_its_kind_says(kind: str, word: str) -> None:
    sites = Sites.of([shapely.Point(0, 0)], kind=kind)
    assert sites.table["component_kind"].tolist() == [word]
    assert sites.table["component"].tolist() == [""]


def test_an_unnamed_component_beside_others_is_not_guessed() -> None:
    sites = Sites.of(
        [shapely.Point(0, 0)] * 4,
        kind="pv",
        project=["a", "a", "b", "c"],
        component=["", "升压站", "", "某某"],
    )
    assert sites.table["component_kind"].tolist() == ["", "substation", "array", ""]
    # what was the only row stays so when rows are chosen, and what was not does not become one
    assert sites.take([0]).table["component_kind"].tolist() == [""]
