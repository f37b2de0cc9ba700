"""Heaps as the class raster has them: connected cells of one type, and what lies under polygons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.arrays import Floats, Mask
from zoning.catalog import Catalog
from zoning.errors import Fault, InputError
from zoning.facts.words import ATTRIBUTE_WORDS
from zoning.grid import Grid
from zoning.layers import RasterLayer
from zoning.overlay import zonal
from zoning.overlay.patches.patches import patches
from zoning.overlay.raster.raster import Surface, opened

RASTER = "waste_heap_class"
LEAST_M2 = 20_000.0
"""[m2] Smaller spots are no parts: 2 ha, about 1 MW (EPA's rule of thumb). Illustrative."""
NOBODY = "栅格有、图层无"
_STRIP = 512  # [cell] rows read at once
_WHOLE = 1e-9  # [1] rounding of shares


@dataclass(frozen=True, slots=True, eq=False)
class Spots:
    """Connected cells of one heap type.

    Parameters
    ----------
    type : tuple of str [n]
        In the words of the heap layer.
    geometry : object array [n]
        Polygons in the work CRS, along the cells; ordered by their first cell from the northwest.
    reach_m : float
        How far their edges may lie elsewhere: a cell and the raster's accuracy. [m]
    small, small_ha : int, float
        Spots that were left out as too small, and their ground. [ha]
    strange : tuple of str
        Classes that are no heap type.
    """

    type: tuple[str, ...]
    geometry: NDArray[np.object_]
    reach_m: float
    small: int
    small_ha: float
    strange: tuple[str, ...]


def heap_raster(catalog: Catalog) -> RasterLayer | None:
    """The raster of heap classes, where the catalog holds it."""
    layer = catalog.layers.get(RASTER)
    return layer if isinstance(layer, RasterLayer) else None


def types_of(layer: RasterLayer) -> dict[str, list[float]]:
    """Heap type -> values of its cells."""
    known = ATTRIBUTE_WORDS["waste_heap", "type"]
    found: dict[str, list[float]] = {}
    for code, name in layer.classes:
        if name in known:
            found.setdefault(name, []).append(float(code))
    return found


def spots_of(layer: RasterLayer, crs: str, *, least_m2: float = LEAST_M2) -> Spots:
    """Find the heaps of the class raster.

    Parameters
    ----------
    layer : RasterLayer
        With named classes.
    crs : str
        Work CRS.
    least_m2 : float
        Smaller ones are counted, not returned. [m2]

    Raises
    ------
    InputError
        No class of the raster is a heap type, or its cells are no squares.
    """
    types = types_of(layer)
    if not types:
        raise InputError(_no_types(layer))
    found: list[tuple[int, str, shapely.Geometry, float]] = []
    with opened(layer, crs) as surface:
        grid = _grid(surface, layer, crs)
        for name, codes in types.items():
            made = patches(_masks(surface, codes), grid)
            rows = zip(made.first.tolist(), made.polygon, made.area_m2.tolist(), strict=True)
            found += [(first, name, shape, area) for first, shape, area in rows]
        blur = surface.blur
    found.sort(key=lambda item: item[:2])
    kept = [item for item in found if item[3] >= least_m2]
    small = [item[3] for item in found if item[3] < least_m2]
    strange = tuple(n for _, n in layer.classes if n not in types and n not in ("无", "其他", ""))
    return Spots(
        tuple(name for _, name, _, _ in kept),
        _objects([shape for _, _, shape, _ in kept]),
        layer.accuracy_m + grid.res + blur,
        len(small),
        sum(small) / 1e4,
        strange,
    )


def unmatched(spots: Spots, drawn: NDArray[np.object_], accuracy_m: float) -> Spots:
    """Return the ground of spots that lies beyond every polygon by more than both errors.

    Parameters
    ----------
    spots : Spots
    drawn : object array
        Heaps of the layer, in the work CRS.
    accuracy_m : float
        Of the layer. [m]
    """
    near = shapely.union_all(shapely.buffer(drawn, spots.reach_m + accuracy_m))
    types: list[str] = []
    shapes: list[shapely.Geometry] = []
    for name, shape in zip(spots.type, spots.geometry, strict=True):
        pieces = shapely.get_parts(shapely.difference(shape, near))
        solid = pieces[shapely.get_dimensions(pieces) == 2]
        large = solid[shapely.area(solid) >= LEAST_M2]
        types += [name] * len(large)
        shapes += list(large)
    return Spots(
        tuple(types), _objects(shapes), spots.reach_m, spots.small, spots.small_ha, spots.strange
    )


def compared(
    shapes: NDArray[np.object_],
    types: Sequence[str],
    layer: RasterLayer,
    crs: str,
    *,
    accuracy_m: float,
) -> dict[str, object]:
    """Hold polygons against the raster.

    What is said to differ, differs in the core of a polygon, farther from its edge than both
    errors reach; it asks, and decides nothing.

    Parameters
    ----------
    shapes : object array [n]
    types : sequence of str [n]
        As the layer has them; "" not written.
    layer : RasterLayer
    crs : str
    accuracy_m : float
        Of the polygons. [m]

    Returns
    -------
    dict
        ``raster_type`` (the type with most ground under the whole polygon, "" none),
        ``raster_share`` (its share, exact coverage; NaN: no value there), ``disagreement``.
    """
    classes = types_of(layer)
    with opened(layer, crs) as surface:
        reach = layer.accuracy_m + max(surface.width, surface.height) + surface.blur
    core = shapely.buffer(shapes, -(reach + accuracy_m))
    core[shapely.is_empty(core)] = None
    whole, known = _shares(shapes, layer, crs, classes)
    inner, covered = _shares(core, layer, crs, classes)
    names = list(classes)
    best = np.where(np.isnan(whole).all(axis=1), 0, np.nan_to_num(whole).argmax(axis=1))
    share = whole[np.arange(len(whole)), best]
    seen = [names[k] if s > 0 else "" for k, s in zip(best, share, strict=True)]
    said = [
        _against(kind, names, inner[i], covered[i], seen[i]) if known[i] > 0 else "栅格在此无值"
        for i, kind in enumerate(types)
    ]
    return {"raster_type": seen, "raster_share": share, "disagreement": said}


def _against(kind: str, names: Sequence[str], inner: Floats, covered: float, seen: str) -> str:
    """What the core of a polygon says against its type; "" nothing."""
    if np.isnan(covered):  # no core
        return "" if seen == kind else "堆体比像元和误差还小，栅格不能核对"
    said = []
    if covered < 1 - _WHOLE:
        said.append(f"栅格在此有 {1 - covered:.0%} 无值")
    share = np.nan_to_num(inner)
    others = [
        (s, n) for s, n in zip(share.tolist(), names, strict=True) if s > _WHOLE and n != kind
    ]
    total = float(share.sum())
    if total <= _WHOLE:
        return "；".join([*said, "栅格未见堆体"])
    if others:
        told = "、".join(f"{name} {s:.0%}" for s, name in sorted(others, reverse=True))
        said.append(f"类型不同：图层{kind or '没有写'}，栅格 {told}")
    if total < 1 - _WHOLE:
        said.append(f"栅格只见一部分（{total:.0%}）")
    return "；".join(said)


def _shares(
    shapes: NDArray[np.object_], layer: RasterLayer, crs: str, classes: Mapping[str, list[float]]
) -> tuple[Floats, Floats]:
    """Share of each type under each shape (of known cells), and share of known cells."""
    stats = ["share:" + ",".join(f"{code:g}" for code in codes) for codes in classes.values()]
    found = zonal(shapes, layer, 0.0, [*stats, "covered"], crs=crs)
    return np.column_stack([found[name].measured for name in stats]), found["covered"].measured


def _masks(surface: Surface, codes: Sequence[float]) -> Iterator[Mask]:
    for row in range(0, surface.rows, _STRIP):
        rows = min(_STRIP, surface.rows - row)
        sheet = surface.read(row, 0, rows, surface.columns)
        yield np.isin(sheet.values, codes) & sheet.known()


def _grid(surface: Surface, layer: RasterLayer, crs: str) -> Grid:
    if abs(surface.width - surface.height) > 1e-6 * surface.width:
        raise InputError(
            Fault(
                zh=f"堆场类型栅格的像元不是正方形（{surface.width:g}×{surface.height:g} m）",
                en="the cells of the raster of heap classes are no squares",
                file=layer.path.name,
                key=f"layers.{layer.name}",
                remedy_zh="重采样为正方形像元",
                remedy_en="resample it to square cells",
            )
        )
    return Grid(crs, surface.left, surface.top, surface.width, surface.columns, surface.rows)


def _no_types(layer: RasterLayer) -> Fault:
    return Fault(
        zh="堆场类型栅格没有写明哪个值是哪类堆场",
        en="no class of the raster is named as a type of heap",
        file="catalog.toml",
        key=f"layers.{layer.name}.classes",
        value="、".join(name for _, name in layer.classes),
        remedy_zh=f'写 classes = {{ 1 = "磷石膏", … }}，可用: '
        f"{'、'.join(ATTRIBUTE_WORDS['waste_heap', 'type'])}",
        remedy_en="name the classes in the catalog",
    )


def _objects(shapes: Sequence[shapely.Geometry]) -> NDArray[np.object_]:
    made = np.empty(len(shapes), dtype=object)
    made[:] = shapes
    return made
