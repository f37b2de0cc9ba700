"""Geometry as it is written into the page; layers kept within their budget."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from zoning.crs import WORK
from zoning.layers import Features, VectorLayer
from zoning.render.map.legend import write_layers
from zoning.render.map.shapes import label_point, near, thin, weight, write

X, Y = 500_000.0, 2_950_000.0  # on the central meridian: exactly 108° E


def objects(*shapes: object) -> np.ndarray:
    made = np.empty(len(shapes), dtype=object)
    made[:] = shapes
    return made


def test_five_decimals_of_degrees() -> None:
    [point, nothing, empty] = write(
        objects(shapely.Point(X, Y), None, shapely.Polygon()), "EPSG:4545"
    )
    assert point is not None
    assert point["type"] == "Point"
    assert point["coordinates"][0] == 108.0
    assert point["coordinates"][1] == round(point["coordinates"][1], 5)
    assert nothing is None
    assert empty is None


def test_holes_and_parts_are_kept() -> None:
    hole = shapely.box(X + 300, Y + 300, X + 600, Y + 600)
    ring = shapely.difference(shapely.box(X, Y, X + 900, Y + 900), hole)
    island = shapely.box(X + 2_000, Y, X + 2_500, Y + 500)
    [shape] = write(objects(shapely.MultiPolygon([ring, island])), WORK)
    assert shape is not None
    assert [len(part) for part in shape["coordinates"]] == [2, 1]
    assert shape["coordinates"][0][0][0] == shape["coordinates"][0][0][-1]


def test_of_a_collection_only_the_ground_is_left() -> None:
    mixed = shapely.GeometryCollection([shapely.Point(X, Y), shapely.box(X, Y, X + 100, Y + 100)])
    [shape] = write(objects(mixed), WORK)
    assert shape is not None
    assert shape["type"] == "Polygon"


def test_neighbours_stay_neighbours() -> None:
    """A wavy border between two squares is thinned the same on both sides: no gap, no overlap."""
    wave = [(X + 1_000 + 20 * np.sin(y / 30), Y + y) for y in range(0, 1_001, 10)]
    left = shapely.Polygon([(X, Y), *wave, (X, Y + 1_000)])
    right = shapely.Polygon([(X + 2_000, Y), *wave, (X + 2_000, Y + 1_000)])
    thinned = thin(objects(left, right), 60.0)
    assert shapely.get_num_coordinates(thinned).sum() < shapely.get_num_coordinates(left) / 2
    assert shapely.area(shapely.intersection(*thinned)) == 0
    assert shapely.area(shapely.union_all(thinned)) == pytest.approx(2_000_000)


def test_near() -> None:
    features = objects(shapely.box(0, 0, 1, 1), shapely.box(100, 0, 101, 1))
    assert near(features, objects(None, shapely.Point(10, 0)), 9.0).tolist() == [True, False]
    assert near(features, objects(None), 9.0).tolist() == [False, False]


def test_label_lies_in_the_widest_part() -> None:
    key = shapely.union_all([shapely.box(0, 0, 10, 10), shapely.box(10, 4, 100, 5)])
    spot, radius = label_point(key)
    assert radius == pytest.approx(5, abs=0.6)
    assert (spot.x, spot.y) == pytest.approx((5, 5), abs=0.7)


def layer(name: str) -> VectorLayer:
    return VectorLayer(
        name, name, Path("none"), None, name, "测试", date(2026, 5, 1), None, "无", 0.0, False,
        None, "full", False, (), None, WORK, "polygon",
    )  # fmt: skip


def discs(n: int) -> Features:
    """n round features in a row, 10 km apart, 200 vertices each."""
    centres = shapely.points(X + 10_000 * np.arange(n), np.full(n, Y))
    shapes = shapely.buffer(centres, 2_000, quad_segs=50)
    return Features(shapes, pd.DataFrame({"name": [f"圆{i}" for i in range(n)]}), WORK)


def test_a_layer_past_the_budget_is_thinned_then_kept_near_sites() -> None:
    sites = objects(shapely.Point(X, Y))
    [whole] = write_layers([(layer("redline"), discs(40))], sites, budget=10**7)
    [thinned] = write_layers([(layer("redline"), discs(40))], sites, budget=20_000)
    [local] = write_layers([(layer("redline"), discs(40))], sites, budget=2_000)
    sizes = [weight([feature[0] for feature in row["f"]]) for row in (whole, thinned, local)]
    assert sizes[0] > 20_000 > sizes[1] > 2_000 >= sizes[2]
    assert [row["near"] for row in (whole, thinned, local)] == [0, 0, 1]
    assert [feature[2] for feature in local["f"]] == ["圆0"]


def test_the_heaviest_layer_gives_way_first() -> None:
    sites = objects(shapely.Point(X, Y))
    small, large = (layer("lake"), discs(2)), (layer("redline"), discs(40))
    budget = 25_000
    rows = {row["k"]: row for row in write_layers([small, large], sites, budget=budget)}
    [alone] = write_layers([small], sites, budget=10**7)
    assert rows["lake"]["f"] == alone["f"]


def test_layers_without_features_are_named_only() -> None:
    [row] = write_layers([(layer("redline"), None)], objects(), budget=1)
    assert "f" not in row
    assert row["t"] == "redline"


def test_legend_keeps_its_order() -> None:
    rows = write_layers(
        [(layer(name), None) for name in ("zebra", "road", "control_unit")], objects(), budget=1
    )
    assert [row["k"] for row in rows] == ["control_unit", "road", "zebra"]
