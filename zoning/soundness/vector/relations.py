"""Layers against each other: one that should hold another, two that cannot both be right.

A contradiction is shown with both layers, its area and its place. It is never decided here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.layers import Features, VectorLayer
from zoning.soundness.finding import CheckFinding, marked, square_metres
from zoning.soundness.vector.ground import Found, bare, common
from zoning.soundness.vector.labels import labels
from zoning.soundness.vector.survey import Survey


@dataclass(frozen=True, slots=True)
class Nest:
    """A layer whose ground must lie in that of another.

    Parameters
    ----------
    inner, outer : str
    word : str
        Class of the outer layer that must hold it; empty for all of it.
    zh, en : str
        Why.
    """

    inner: str
    outer: str
    word: str
    zh: str
    en: str


NESTS = (
    # 优先保护单元 is drawn from the redline (domain/policy.md 2, found: yanglaoyy.com/info/2118)
    Nest(
        "redline",
        "control_unit",
        "优先保护",
        "生态保护红线应全部划入优先保护单元",
        "the redline lies in units of priority protection",
    ),
    # 永久基本农田 is chosen from cultivated land (by its definition)
    Nest(
        "basic_farmland",
        "farmland",
        "",
        "永久基本农田应全部是耕地",
        "basic farmland is cultivated land",
    ),
)
# Ground cannot be both: cultivated land, forest, grassland and water exclude each other as land
# uses (GB/T 21010-2017, first-level classes 01, 03, 04, 11)
EXCLUSIVE = (
    ("farmland", "forest_map"),
    ("farmland", "natural_forest"),
    ("farmland", "grassland"),
    ("farmland", "lake"),
    ("farmland", "river_bank"),
    ("forest_map", "grassland"),
    ("forest_map", "lake"),
)


def check_nest(survey: Survey, nest: Nest) -> Iterator[CheckFinding]:
    """Check that one layer lies in another, as far as the other is complete."""
    inner, outer = survey.held(nest.inner), survey.held(nest.outer)
    if inner is None or outer is None:
        return
    found = bare(survey.ground(inner), survey.ground(outer, nest.word))
    coverage = survey.catalog.coverage(outer)
    if isinstance(coverage, shapely.Geometry):
        found = _inside(found, coverage)
    if not len(found):
        return
    explained = _explained(survey, found, outer, nest.word, inner.accuracy_m + outer.accuracy_m)
    for chosen, near in ((found.where(~explained), False), (found.where(explained), True)):
        if len(chosen):
            yield _outside(survey, nest, inner, outer, chosen, near)


def _inside(found: Found, coverage: shapely.Geometry) -> Found:
    """What of it lies where the other layer is complete: beyond, nobody said it was drawn."""
    shapely.prepare(coverage)
    whole = np.asarray(shapely.covers(coverage, found.geometry), dtype=np.bool_)
    geometry = found.geometry.copy()
    geometry[~whole] = shapely.intersection(geometry[~whole], coverage)
    kept = shapely.area(geometry) >= 1.0
    return Found(geometry, found.first, found.second).where(np.asarray(kept))


def _explained(
    survey: Survey, found: Found, outer: VectorLayer, word: str, accuracy_m: float
) -> NDArray[np.bool_]:
    """Pieces that reach no farther from the holding ground than both accuracies together."""
    ground = survey.ground(outer, word)
    if not len(ground.piece) or accuracy_m <= 0:
        return np.zeros(len(found), dtype=np.bool_)
    tree = shapely.STRtree(ground.piece)
    corners, owner = shapely.get_coordinates(found.geometry, return_index=True)
    points = np.asarray(shapely.points(corners), dtype=object)
    near = np.zeros(len(points), dtype=np.bool_)
    near[np.unique(tree.query(points, predicate="dwithin", distance=accuracy_m)[0])] = True
    beyond = np.bincount(owner[~near], minlength=len(found))
    return np.asarray(beyond == 0, dtype=np.bool_)


def _outside(
    survey: Survey,
    nest: Nest,
    inner: VectorLayer,
    outer: VectorLayer,
    found: Found,
    near: bool,
) -> CheckFinding:
    names = labels(survey.features(inner))
    share = found.area.sum() / float(shapely.area(survey.ground(inner).geometry).sum())
    size = f"{square_metres(float(found.area.sum()))} ({share:.2%})"
    near_zh, near_en = (
        ("，未超出两图层的精度", ", within the accuracy of both") if near else ("", "")
    )
    return CheckFinding(
        "note" if near else "warning",
        inner.name,
        "outside",
        f"{nest.zh}: 有 {len(found)} 处共 {size} 不在 {outer.name}{nest.word} 内{near_zh}",
        f"{nest.en}: {len(found)} places, {size}, are not{near_en}",
        count=len(found),
        remedy_zh=f"核对 {inner.name} 与 {outer.name} 的版本和来源，以主管部门数据为准",
        remedy_en="compare editions and sources of the two layers; neither is taken as right",
        marks=marked(found.geometry, [names[i] for i in found.first], inner.name, outer.name),
    )


def check_exclusive(survey: Survey, one: str, other: str) -> Iterator[CheckFinding]:
    """Check that two layers do not claim the same ground for different uses."""
    first, second = survey.held(one), survey.held(other)
    if first is None or second is None:
        return
    found = common(survey.ground(first), survey.ground(second))
    depth = first.accuracy_m + second.accuracy_m
    deep = ~np.asarray(shapely.is_empty(shapely.buffer(found.geometry, -depth / 2)), dtype=np.bool_)
    found = found.where(deep)  # thinner pieces are the two outlines, each a little off
    if not len(found):
        return
    total = square_metres(float(found.area.sum()))
    yield CheckFinding(
        "warning",
        first.name,
        "contradiction",
        f"与 {second.name} ({second.title}) 有 {len(found)} 处重叠，共 {total}，"
        "同一块地不能兼为二者",
        f"{len(found)} places, {total}, are {first.name} and {second.name} at once",
        count=len(found),
        remedy_zh="两图层并列显示，不作取舍；请主管部门确认",
        remedy_en="both are shown and neither is taken as right: ask the department in charge",
        marks=marked(
            found.geometry,
            _both(survey.features(first), survey.features(second), found),
            first.name,
            second.name,
        ),
    )


def _both(first: Features, second: Features, found: Found) -> list[str]:
    a, b = labels(first), labels(second)
    return [f"{a[i]} × {b[j]}" for i, j in zip(found.first, found.second, strict=True)]
