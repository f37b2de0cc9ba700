"""Ground of heaps by what may stand on it, and the megawatts that fit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pandas as pd
import shapely

from zoning.catalog import Catalog
from zoning.layers import RasterLayer, VectorLayer, read_features
from zoning.overlay.raster.raster import Surface, opened
from zoning.siting.cells.eligibility import Eligibility
from zoning.siting.figures.under import COARSEST_M
from zoning.siting.heaps.parts import DRAWN, LAYER, SEEN, Parts
from zoning.siting.heaps.usable import DEDUCTIONS, GROUND, Counted, count
from zoning.siting.heaps.works import said_of_works, works_of
from zoning.siting.presets.setbacks import Setbacks
from zoning.solar import capacity

import rasterio  # isort: skip  zoning.crs drops a foreign PROJ database first


SMALL_HA = 2.0
"""[ha] Less, counting what is unclear, is told as small: 5 acres, about 1 MW, by EPA's RE-Powering
guidance (mirror); guidance of another country, so a note and never a verdict."""
NO_SLOPE = "没有坡度（或太粗），陡坡没有扣，可用面积记为说不清"
HOLES = "{n} 个分区有坡度无值的地，陡坡没有扣，这些地记为说不清"
"""Unknown slope is no gentle slope: such ground is unclear, never usable."""
SMALL = f"可用和说不清的合计不足 {SMALL_HA:g} 公顷，规模偏小（只作提示）"
ORDER = "从堆体里扣除的次序：辖区外、边缘、坝体、排水、规则不得、陡坡；几项都要扣的地只扣一次"
BEYOND = Counted.beyond().ground
LOOKED = ("usable_ha", "unclear_ha", "forbidden_ha", "dam_ha", "drainage_ha", "steep_ha")
"""Ground that was looked at, the edge left out."""


def areas_of(
    parts: Parts,
    found: Eligibility,
    setbacks: Setbacks | None = None,
    *,
    catalog: Catalog | None = None,
    notes: list[str] | None = None,
) -> dict[str, object]:
    """Ground of each part by what takes it, in the order of `ORDER`. [ha, geodesic]

    Parameters
    ----------
    parts : Parts
        n parts.
    found : Eligibility
        Cells of their ground.
    setbacks : Setbacks, optional
        Those of the preset by default.
    catalog : Catalog, optional
        Its layers ``dam`` and ``drainage`` are what is kept clear of, its slope raster tells what
        is too steep. Where there is none, where it is too coarse or has no value, ground that
        would be usable is unclear.
    notes : list of str, optional
        Gets what is to be said of what was, and was not, deducted.

    Returns
    -------
    dict
        Columns ``outside_ha`` (beyond the region), ``edge_ha``, ``dam_ha``, ``drainage_ha``,
        ``forbidden_ha`` (by rules), ``steep_ha`` (NaN: no slope is known there), ``unclear_ha``,
        ``usable_ha``, which sum to ``area_ha``; ``edge_alone_ha`` and so on, what one deduction
        takes and no other does; ``doubt_ha``, what of the unclear ground only the error of dams
        and drainage makes unclear; ``cover``, what is known of the cover; ``remark`` ("" none).
    """
    setbacks = found.preset.ground if setbacks is None else setbacks
    works = works_of(catalog, setbacks)
    with rasterio.open(found.raster) as file, slope_of(catalog) as surface:
        counted = [
            count(s, found.grid, file, works=works, surface=surface, setbacks=setbacks)
            for s in parts.geometry
        ]
        known = surface is not None
    unknown = np.asarray([one.unknown for one in counted])
    if notes is not None:
        notes += [f"{ORDER}。{setbacks.told()}"]
        notes += said_of_works(works, parts.geometry, parts.table, setbacks)
        holes = int((unknown > 0).sum())
        notes += [NO_SLOPE] if not known else [HOLES.format(n=holes)] if holes else []
    area = parts.sites.table["declared_m2"].to_numpy(np.float64) / 1e4
    # cells are counted in the plane: shares of them, times the area that is published
    cells = np.asarray([one.ground for one in counted])
    if catalog is not None:  # beyond the region, whether or not a cell's centre falls on it
        cells[~shapely.intersects(catalog.region_geometry(), parts.geometry)] = BEYOND
    total = cells.sum(axis=1)
    each = np.divide(area, total, out=np.zeros_like(area), where=total > 0)
    columns = dict(zip((f"{n}_ha" for n in GROUND), (cells * each[:, None]).T, strict=True))
    # what only a raster shows is no heap that anything is known of: none of it counts as usable
    seen = (parts.table["source"] == SEEN).to_numpy()
    columns["unclear_ha"] = columns["unclear_ha"] + np.where(seen, columns["usable_ha"], 0.0)
    columns["usable_ha"] = np.where(seen, 0.0, columns["usable_ha"])
    looked = np.add.reduce([columns[name] for name in LOOKED]) > 0
    small = looked & (columns["usable_ha"] + columns["unclear_ha"] < SMALL_HA)
    sloped = np.asarray([one.sloped for one in counted])
    columns["steep_ha"] = np.where(sloped > 0, columns["steep_ha"], np.nan)
    alone = np.asarray([one.alone for one in counted]) * each[:, None]
    return {
        **columns,
        **dict(zip((f"{n}_alone_ha" for n in DEDUCTIONS), alone.T, strict=True)),
        "doubt_ha": np.asarray([one.doubt for one in counted]) * each,
        "area_ha": area,
        "cover": covers_of(parts, catalog),
        "remark": [SMALL if few else "" for few in small],
    }


@contextmanager
def slope_of(catalog: Catalog | None) -> Iterator[Surface | None]:
    """The slope raster, open; None where it is not held or its cells are too wide for a site."""
    layer = catalog.layers.get("slope") if catalog is not None else None
    if catalog is None or not isinstance(layer, RasterLayer):
        yield None
        return
    with opened(layer, catalog.crs) as surface:
        yield None if max(surface.width, surface.height) > COARSEST_M else surface


def covers_of(parts: Parts, catalog: Catalog | None) -> list[str]:
    """What is known of each part's cover: thickness as the layer has it, and whether a paper is.

    Neither takes ground away: a cover is judged by its papers.
    """
    held = parts.sites.table["document_heap_cover"].to_numpy(np.float64)
    thick = np.full(len(parts.table), np.nan)
    layer = catalog.layers.get(LAYER) if catalog is not None else None
    drawn = (parts.table["source"] == DRAWN).to_numpy()
    if catalog is not None and isinstance(layer, VectorLayer) and drawn.any():
        attributes = read_features(layer, crs=catalog.crs).attributes
        if "cover_m" in attributes.columns:  # parts that are drawn keep the order of the layer
            thick[drawn] = attributes["cover_m"].to_numpy(np.float64)
    depth = ["厚度未知" if t != t else f"厚 {t:g} m（图层所载，未核）" for t in thick]
    paper = ["有材料" if one == 1 else "没有材料" if one == 0 else "材料未说明" for one in held]
    return [f"{d}，{p}" for d, p in zip(depth, paper, strict=True)]


def capacities(
    table: pd.DataFrame, ha_per_mw: tuple[float, float] | None
) -> dict[str, list[float] | list[str]]:
    """Range of what fits on each part. [MW]

    The least is usable ground at the most land that a megawatt takes, the most is that with the
    ground of which it cannot be told; NaN where no ground was looked at.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns of `areas_of`.
    ha_per_mw : pair of float, optional
        The range observed on real heaps by default.

    Returns
    -------
    dict
        Columns ``low_mw``, ``high_mw``, and ``land_use``: the range that they stand on.
    """
    looked_at = table[list(LOOKED)].sum(axis=1).to_numpy() > 0  # no number: nothing known
    inside = np.asarray(looked_at, dtype=np.bool_)
    low = [capacity(ha, ha_per_mw=ha_per_mw).low_mw for ha in table["usable_ha"]]
    wide = table["usable_ha"] + table["unclear_ha"]
    high = [capacity(ha, ha_per_mw=ha_per_mw).high_mw for ha in wide]
    nothing = float("nan")
    return {
        "low_mw": [mw if held else nothing for mw, held in zip(low, inside, strict=True)],
        "high_mw": [mw if held else nothing for mw, held in zip(high, inside, strict=True)],
        "land_use": [capacity(0.0, ha_per_mw=ha_per_mw).source] * len(table),
    }
