"""Dams and drainage of heaps as layers: where they stand, and how wide their corridors are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from zoning.arrays import Mask
from zoning.catalog import Catalog
from zoning.facts.vocabulary import LAYERS
from zoning.grid import Grid
from zoning.layers import VectorLayer
from zoning.measure import open_views
from zoning.overlay.rasterize.burn import doubtful
from zoning.overlay.rasterize.dissolve import deepened
from zoning.overlay.rasterize.edges import Outlines
from zoning.rules.grammar import FactRef
from zoning.siting.presets.setbacks import Setbacks

DAM, DRAINAGE = "dam", "drainage"
POND = "尾矿库"
"""Regime of parts that have a dam by their nature."""


@dataclass(frozen=True, slots=True, eq=False)
class Work:
    """One layer of works.

    Parameters
    ----------
    title : str
    geometry : object array [m]
        Lines, polygons or points, in the work CRS.
    outlines, deep : Outlines
        Of all; of the polygons made one, for depths in them.
    reach_m, t_m : float
        Setback, and the layer's greatest shift. [m]
    coverage : shapely.Geometry or None
        Ground that the layer covers; None where nobody stated it.
    """

    title: str
    geometry: NDArray[np.object_]
    outlines: Outlines
    deep: Outlines
    reach_m: float
    t_m: float
    coverage: shapely.Geometry | None

    def cells(self, grid: Grid) -> tuple[Mask, Mask]:
        """Cells surely, and possibly, within the setback."""
        return doubtful(
            self.outlines, grid, reach_m=self.reach_m, t_m=self.t_m, deep=self.deep
        )  # fmt: skip

    def covers(self, shapes: NDArray[np.object_]) -> Mask:
        """Shapes that lie in its coverage, whatever its error."""
        if self.coverage is None:
            return np.zeros(len(shapes), np.bool_)
        ground = shapely.buffer(self.coverage, -self.t_m) if self.t_m else self.coverage
        shapely.prepare(ground)
        return np.asarray(shapely.covers(ground, shapes))

    def near(self, shapes: NDArray[np.object_]) -> Mask:
        """Shapes that one of them possibly takes ground of."""
        reach = self.reach_m + self.t_m
        found = np.zeros(len(shapes), np.bool_)
        tree = shapely.STRtree(self.geometry)
        found[tree.query(shapes, predicate="dwithin", distance=reach)[0]] = True
        return found


def works_of(catalog: Catalog | None, setbacks: Setbacks) -> dict[str, Work]:
    """Layers of works that the catalog holds, by name."""
    found: dict[str, Work] = {}
    if catalog is None:
        return found
    for name, reach in ((DAM, setbacks.dam_m), (DRAINAGE, setbacks.drainage_m)):
        layer = catalog.layers.get(name)
        if not isinstance(layer, VectorLayer):
            continue
        view = open_views(catalog, [FactRef(name, "distance")]).vectors[name]
        shapes = view.zones.geometry[~shapely.is_missing(view.zones.geometry)]
        outlines = Outlines.of(shapes)
        coverage = None if view.coverage is None else shapely.union_all(view.coverage.geometry)
        found[name] = Work(
            layer.title, shapes, outlines, deepened(outlines), reach, view.accuracy_m, coverage
        )
    return found


def said_of_works(
    works: dict[str, Work],
    shapes: NDArray[np.object_],
    parts: pd.DataFrame,
    setbacks: Setbacks,
) -> Iterator[str]:
    """What was not deducted, because nobody holds it.

    Parameters
    ----------
    works : dict of str to Work
        See `works_of`.
    shapes : object array [n]
        Parts, in the work CRS.
    parts : pandas.DataFrame [n]
        ``heap``, ``regime``.
    setbacks : Setbacks
    """
    lacking = "、".join(LAYERS[name].title for name in (DAM, DRAINAGE) if name not in works)
    if lacking:
        edge = f"只扣了边缘 {setbacks.edge_m:g} m" if not works else "这些没有扣"
        yield f"没有图层：{lacking}；{edge}，须现场核"
    for name, work in works.items():
        if open_ := int((~work.covers(shapes)).sum()):
            why = "没有注明覆盖范围" if work.coverage is None else f"没有盖全 {open_} 个分区"
            yield f"图层「{work.title}」{why}：图上没有的{LAYERS[name].title}没有扣，须现场核"
    if DAM in works:
        heaps, pond = parts["heap"], (parts["regime"] == POND).to_numpy()
        dammed = set(heaps[works[DAM].near(shapes)])  # its other parts lie behind the same dam
        if bare := sorted(set(heaps[pond]) - dammed):
            yield f"{len(bare)} 座尾矿库的图上没有坝体，没有扣坝体退距，须核：{'、'.join(bare)}"
