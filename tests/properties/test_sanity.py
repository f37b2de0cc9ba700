"""Common sense about a list: it changes nothing, and does not depend on the order of rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from zoning.catalog import Catalog
from zoning.projects import examine
from zoning.sites import Sites

X, Y = 370_000.0, 2_940_000.0
PLACES = [
    None,
    shapely.Point(X, Y),
    shapely.Point(X, Y),
    shapely.Point(X + 3, Y + 4),
    shapely.Point(X + 900_000, Y),
    shapely.box(X, Y, X + 500, Y + 500),
    shapely.box(X, Y, X + 500, Y + 500).reverse(),
    shapely.LineString([(X, Y), (X + 9_000, Y)]),
]
ROW = st.tuples(
    st.sampled_from(range(len(PLACES))),
    st.sampled_from(["甲厂", "甲 厂", "甲厂一期", "甲厂二期", "乙厂", "修文县某厂", "", "=1+1"]),
    st.sampled_from(["", "清镇市", "修文", "贵安新区", "贵阳市", "武侯区"]),
    st.sampled_from(["", "520181", "520123", "520999"]),
    st.sampled_from(["pv", "wind", "industry", "park", ""]),
    st.sampled_from([np.nan, 0.0, 100.0, 50_000.0, 9e7]),
    st.sampled_from([0.0, 10.0, 400.0, 20_000.0]),
    st.sampled_from(["", "2026-520181-26-03-123456", "2026-520181-26-03-123457"]),
    st.sampled_from(["", "106.7, 26.6", "106.63, 26.65", "Point"]),
)
LISTS = st.lists(ROW, max_size=12)


def listed(rows: list[tuple]) -> Sites:
    columns = list(zip(*rows, strict=True)) or [()] * 9
    return Sites.of(
        [PLACES[i] for i in columns[0]],
        project=[f"P{i // 2}" for i in range(len(rows))],
        component=[str(i) for i in range(len(rows))],
        name=columns[1], county=columns[2], adcode=columns[3], kind=columns[4],
        declared_m2=columns[5], accuracy_m=columns[6], code24=columns[7], place=columns[8],
        capacity=20.0, capacity_unit="MW", row=range(2, len(rows) + 2), source="list.csv",
    )  # fmt: skip


@pytest.fixture(scope="module")
def catalog(repo: object) -> Catalog:
    return Catalog.open(f"{repo}/data")


@settings(max_examples=50, deadline=None)
@given(LISTS)
def test_nothing_of_a_list_is_changed(catalog: Catalog, rows: list[tuple]) -> None:
    sites = listed(rows)
    table, shapes = sites.table.copy(deep=True), list(map(shapely.to_wkb, sites.geometry))
    for using in (None, catalog):
        examined = examine(sites, using)
        pd.testing.assert_frame_equal(examined.table, table)
        assert list(map(shapely.to_wkb, examined.geometry)) == shapes
        assert len(examined.faults) == len(sites)
        assert (examined.rows_in, examined.headers) == (sites.rows_in, sites.headers)
        again = examine(examined, using)
        assert again.faults == examined.faults
        assert again.notes == examined.notes


@settings(max_examples=50, deadline=None)
@given(LISTS, st.randoms(use_true_random=False))
def test_doubts_do_not_depend_on_the_order_of_rows(
    catalog: Catalog, rows: list[tuple], shuffler: object
) -> None:
    sites = listed(rows)
    order = np.arange(len(rows))
    shuffler.shuffle(order)  # type: ignore[attr-defined]  # a random.Random
    one, other = examine(sites, catalog), examine(sites.take(order), catalog)
    assert dict(zip(one.ids, one.faults, strict=True)) == dict(
        zip(other.ids, other.faults, strict=True)
    )


@settings(max_examples=40, deadline=None)
@given(LISTS, st.floats(0, 50_000))
def test_more_doubt_of_place_never_finds_a_new_contradiction(
    catalog: Catalog, rows: list[tuple], more: float
) -> None:
    """A county that may be right at ±a may be right at ±(a + more)."""

    def contradicted(sites: Sites) -> set[str]:
        faults = zip(sites.ids, examine(sites, catalog).faults, strict=True)
        return {str(site) for site, each in faults if any("坐标落在" in f.zh for f in each)}

    sites = listed(rows)
    wider = listed([(*row[:6], row[6] + more, *row[7:]) for row in rows])
    assert contradicted(wider) <= contradicted(sites)
