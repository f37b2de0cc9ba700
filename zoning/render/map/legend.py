"""Layers of the map: what the catalog lets out, thinned until the page keeps within its size.

``full``: the layer is drawn. ``clipped``: only its parts inside sites (those come with the sites).
``result_only`` and ``none``: no coordinate of it enters the page; the legend says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from zoning.arrays import Geometries
from zoning.layers import Features, VectorLayer
from zoning.render.map.shapes import Json, near, thin, weight, write
from zoning.render.style import LAYER, LayerStyle, layer_style

TOLERANCE = 30.0  # [m] least thinning
COARSEST = 240.0  # [m]
MANY = 3_000  # features; past it only those near sites are drawn
NEAR = 5_000.0  # [m]
CLOSE = 1_000.0  # [m] the last resort

_WORDS = ("name", "code", "class", "kind", "level", "importance", "zone", "type", "rank", "degree")
_ORDER = {name: at for at, name in enumerate(LAYER)}

Row = dict[str, Json]


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A layer on its way: thinned by ``tolerance``, kept within ``reach`` of sites."""

    layer: VectorLayer
    features: Features
    tolerance: float
    reach: float
    shapes: tuple[dict[str, Json] | None, ...] = ()
    rows: tuple[int, ...] = ()
    size: int = 0

    @property
    def exhausted(self) -> bool:
        return self.tolerance >= COARSEST and self.reach <= CLOSE


def write_layers(
    layers: Iterable[tuple[VectorLayer, Features | None]], sites: Geometries, *, budget: int
) -> list[Row]:
    """Rows of the legend, each with its features where they may be shown.

    Parameters
    ----------
    layers : iterable of (VectorLayer, Features or None)
        Features are None where the layer is not shared in full.
    sites : object array [n]
        Geometry of the sites, in the CRS of the features.
    budget : int
        Bytes for all layers together. The heaviest is thinned first.

    Returns
    -------
    list of dict
        In the order of the legend.
    """
    known = list(layers)
    drawn = {
        layer.name: _draw(layer, features, sites, TOLERANCE, _reach(features))
        for layer, features in known
        if features is not None
    }
    while sum(each.size for each in drawn.values()) > budget:
        heaviest = max(drawn.values(), key=lambda each: 0 if each.exhausted else each.size)
        if heaviest.exhausted:
            break
        drawn[heaviest.layer.name] = _coarser(heaviest, sites)
    ordered = sorted(known, key=lambda pair: (_ORDER.get(pair[0].name, len(_ORDER)), pair[0].name))
    return [_row(layer, drawn.get(layer.name)) for layer, _ in ordered]


def _reach(features: Features) -> float:
    return NEAR if len(features) > MANY else np.inf


def _coarser(drawn: _Drawn, sites: Geometries) -> _Drawn:
    tolerance = min(COARSEST, drawn.tolerance * 2)
    reach = drawn.reach
    if drawn.tolerance >= COARSEST:
        reach = NEAR if np.isinf(drawn.reach) else CLOSE
    return _draw(drawn.layer, drawn.features, sites, tolerance, reach)


def _draw(
    layer: VectorLayer, features: Features, sites: Geometries, tolerance: float, reach: float
) -> _Drawn:
    geometry = features.geometry
    rows = np.arange(len(geometry))
    if np.isfinite(reach):
        rows = rows[near(geometry, sites, reach)]
    shapes = tuple(write(thin(geometry[rows], tolerance), features.crs))
    empty = _Drawn(layer, features, tolerance, reach)
    return replace(empty, shapes=shapes, rows=tuple(rows.tolist()), size=weight(shapes))


def _row(layer: VectorLayer, drawn: _Drawn | None) -> Row:
    style = layer_style(layer.name)
    row: Row = {
        "k": layer.name,
        "t": plain_title(layer.title),
        "h": layer.share,
        "s": 1 if layer.synthetic else 0,
        "g": _style(style),
    }
    if drawn is not None:
        row["near"] = 1 if np.isfinite(drawn.reach) else 0
        row["f"] = _features(drawn, style)
    return row


def plain_title(title: str) -> str:
    """Title without the mark of an example; the page marks such layers itself."""
    return title.removesuffix("(示例)").removesuffix("（示例）")


def _style(style: LayerStyle) -> Row:
    return {
        "st": style.stroke,
        "w": style.weight,
        "ds": style.dash,
        "fl": style.fill,
        "op": style.opacity,
        "pt": style.pattern,
        "pn": style.pane,
        "on": 1 if style.on else 0,
        "cl": [
            [each.short, each.fill, each.opacity, each.stroke, each.dash, each.swatch]
            for each in style.classes
        ],
    }


def _features(drawn: _Drawn, style: LayerStyle) -> list[Json]:
    table = drawn.features.attributes
    labels = _labels(table)
    classes = {each.value: at for at, each in enumerate(style.classes)}
    column = table[style.by].tolist() if style.by in table else [None] * len(table)
    return [
        [shape, classes.get(str(column[row]), -1), labels[row]]
        for shape, row in zip(drawn.shapes, drawn.rows, strict=True)
        if shape is not None
    ]


def _labels(table: pd.DataFrame) -> list[str]:
    """Words a reader sees when pointing at a feature."""
    columns = [table[name].tolist() for name in _WORDS if name in table]
    return [
        " · ".join(str(value) for value in values if isinstance(value, str) and value)
        for values in (zip(*columns, strict=True) if columns else [()] * len(table))
    ]
