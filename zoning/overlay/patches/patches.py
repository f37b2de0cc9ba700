"""Eligible cells gathered into patches: connected, large and wide enough, as polygons."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from zoning.arrays import Bytes, Floats, Geometries, Longs
from zoning.errors import Fault, InputError
from zoning.grid import Grid
from zoning.overlay.engine import numba_held
from zoning.overlay.patches.row_blocks import Strips, in_strips
from zoning.overlay.patches.runs import COMPILED_FROM, Runs, Wanted, gather
from zoning.overlay.patches.trace import Rings, follow, polygons, survey

Engine: TypeAlias = Literal["auto", "numba", "numpy"]
Block: TypeAlias = NDArray[np.bool_] | Bytes


@dataclass(frozen=True, slots=True, eq=False)
class Patches:
    """Connected eligible ground, one entry a patch.

    Attributes
    ----------
    first : i8[n]
        First cell of the patch, rows from the north, each from the west: row times width plus
        column. Names the patch whatever else is kept, and orders the patches.
    cells : i8[n]
        How many cells.
    area_m2 : f8[n]
        Their planar area. [m2]
    perimeter_m : f8[n]
        Of the outline, holes included, along the cells. [m]
    bounds : f8[n, 4]
        West, south, east, north. [m]
    polygon : object[n]
        Valid, counter-clockwise, corners only where the outline turns. Among 8-neighbours a patch
        that hangs together by corners alone is a multipolygon.
    """

    first: Longs
    cells: Longs
    area_m2: Floats
    perimeter_m: Floats
    bounds: Floats
    polygon: Geometries

    def __len__(self) -> int:
        return len(self.first)

    @property
    def id(self) -> Longs:
        """0, 1, … in the order of the first cells."""
        return np.arange(len(self), dtype=np.int64)


def patches(
    mask: Path | Block | Iterable[Block],
    grid: Grid | None = None,
    *,
    value: int = 1,
    neighbours: Literal[4, 8] = 4,
    min_area_m2: float = 0.0,
    min_width_m: float = 0.0,
    engine: Engine = "auto",
) -> Patches:
    """Find the patches of a mask, in one pass over the whole grid.

    Memory holds the runs of cells of the unfinished patches, and the polygons; it does not grow
    with the grid.

    Parameters
    ----------
    mask : Path, array or iterable of arrays
        Raster (first band) in a projected CRS in metres, north up, square cells; or the cells
        (bool or u1, rows from the north); or consecutive blocks of whole rows, cut anywhere.
    grid : Grid or None
        Where the cells are. None for a raster, which knows it.
    value : int
        Of eligible cells, 0 to 255; all others (no, unknown, nodata) are not.
    neighbours : {4, 8}
        Cells of a patch share a side (4), or a side or a corner (8).
    min_area_m2 : float
        [m2] A patch has this area at least (>=).
    min_width_m : float
        [m] Something of a patch survives an opening by a square of this width, rounded up to
        cells, sides along the grid: somewhere the patch holds the whole square. Narrow arms of a
        patch that does are kept. A square of w holds a disc of w and fits into one of 1.42 w.
    engine : {"auto", "numba", "numpy"}
        The answer is the same. auto: numba for large grids where numba is installed.

    Returns
    -------
    Patches
        Ordered by first cell; the same whatever the blocks.

    Raises
    ------
    InputError
        Raster turned, with oblong cells, or without a CRS in metres.
    ValueError
        Blocks that are not those of the grid.

    Examples
    --------
    >>> grid = Grid("EPSG:4545", 0.0, 20.0, 10.0, 3, 2)
    >>> found = patches(np.array([[1, 0, 1], [1, 1, 0]], np.uint8), grid)
    >>> found.cells, found.area_m2, found.perimeter_m
    (array([3, 1]), array([300., 100.]), array([80., 40.]))
    """
    parts = patches_as_finished(
        mask,
        grid,
        value=value,
        neighbours=neighbours,
        min_area_m2=min_area_m2,
        min_width_m=min_width_m,
        engine=engine,
    )
    return _in_order(list(parts))


def patches_as_finished(
    mask: Path | Block | Iterable[Block],
    grid: Grid | None = None,
    *,
    value: int = 1,
    neighbours: Literal[4, 8] = 4,
    min_area_m2: float = 0.0,
    min_width_m: float = 0.0,
    engine: Engine = "auto",
) -> Iterator[Patches]:
    """Find the same patches as `patches`, some at a time, as soon as they end.

    For grids whose patches do not fit into memory: it holds the runs of unfinished patches and
    the polygons of one part.

    Yields
    ------
    Patches
        At least one part, perhaps empty. Which patches come together depends on the blocks;
        sorted by `first` all parts are what `patches` gives.
    """
    with _opened(mask, grid) as (where, blocks):
        wanted = Wanted(
            value=value,
            neighbours=neighbours,
            least=max(_cells(min_area_m2 / (where.res * where.res)), 1),
            side=max(_cells(min_width_m / where.res), 1),
        )
        compiled = _compiled(engine, where)
        for runs in gather(blocks, where.width, where.height, wanted, compiled=compiled):
            yield _described(runs, where, compiled=compiled)


def _in_order(parts: Sequence[Patches]) -> Patches:
    order = np.argsort(np.concatenate([part.first for part in parts]))
    columns = {
        field.name: np.concatenate([getattr(part, field.name) for part in parts])[order]
        for field in fields(Patches)
    }
    return Patches(**columns)


def _cells(quotient: float) -> int:
    """Round up, but not for the rounding of the quotient."""
    return math.ceil(round(quotient, 9))


def _compiled(engine: Engine, grid: Grid) -> bool:
    if engine == "auto":
        return grid.width * grid.height >= COMPILED_FROM and numba_held()
    return engine == "numba"


def _described(runs: Runs, grid: Grid, *, compiled: bool) -> Patches:
    """Measure and draw the components."""
    following = follow(runs, compiled=compiled)
    rings = survey(runs, following, compiled=compiled)
    count = int(runs.component.max(initial=-1)) + 1
    cells = np.bincount(runs.component, weights=runs.length, minlength=count).astype(np.int64)
    return Patches(
        first=_first(runs, grid, count),
        cells=cells,
        area_m2=cells.astype(np.float64) * (grid.res * grid.res),
        perimeter_m=_perimeter(runs, rings, count) * grid.res,
        bounds=_bounds(runs, grid, count),
        polygon=polygons(runs, following, rings, grid, compiled=compiled),
    )


def _first(runs: Runs, grid: Grid, count: int) -> Longs:
    run = np.empty(count, np.int64)
    run[runs.component[::-1]] = np.arange(len(runs.component))[::-1]  # the last one stays
    return runs.row[run].astype(np.int64) * grid.width + runs.at[2 * run]


def _perimeter(runs: Runs, rings: Rings, count: int) -> Floats:
    """Sides of cells on the rings of each component."""
    component = runs.component[rings.start >> 1]
    return np.bincount(component, weights=rings.length, minlength=count).astype(np.float64)


def _bounds(runs: Runs, grid: Grid, count: int) -> Floats:
    row = runs.row
    west, south, east, north = (np.zeros(count, np.int32) for _ in range(4))
    west[:] = grid.width
    north[:] = grid.height
    np.minimum.at(west, runs.component, runs.at[::2])
    np.maximum.at(east, runs.component, runs.at[1::2])
    np.minimum.at(north, runs.component, row)
    np.maximum.at(south, runs.component, row + 1)
    edges = (
        grid.x0 + west * grid.res,
        grid.y1 - south * grid.res,
        grid.x0 + east * grid.res,
        grid.y1 - north * grid.res,
    )
    return np.stack(edges, axis=1)


@contextmanager
def _opened(
    mask: Path | Block | Iterable[Block], grid: Grid | None
) -> Iterator[tuple[Grid, Iterator[Bytes]]]:
    """Grid of a mask and its blocks, the next one read while one is worked on."""
    if isinstance(mask, Path):
        with in_strips(mask) as strips:
            where = _grid(mask, strips)
            yield where, _checked(strips.blocks, where)
        return
    if grid is None:
        raise ValueError("cells without a raster need their grid")
    yield grid, _checked([mask] if isinstance(mask, np.ndarray) else mask, grid)


def _checked(blocks: Iterable[NDArray[np.generic]], grid: Grid) -> Iterator[Bytes]:
    """Blocks as bytes, sure to tile the grid."""
    rows = 0
    for block in blocks:
        rows += len(block)
        if block.ndim != 2 or block.shape[1] != grid.width or rows > grid.height:
            raise ValueError(
                f"block of shape {block.shape} ends at row {rows} of grid {grid.shape}"
            )
        if block.dtype.itemsize != 1 or block.dtype.kind not in "bu":
            raise ValueError(f"eligibility is bool or uint8, not {block.dtype}")
        yield np.ascontiguousarray(block).view(np.uint8)
    if rows != grid.height:
        raise ValueError(f"blocks end after {rows} rows of {grid.height}")


def _grid(path: Path, strips: Strips) -> Grid:
    a, b, c, d, e, f = strips.transform
    if strips.crs is None or b or d or a <= 0 or not math.isclose(a, -e, rel_tol=1e-12):
        raise InputError(
            Fault(
                zh="栅格须带坐标系、正北朝上、像元为正方形",
                en="a raster of eligibility needs a CRS, north up and square cells",
                file=path.name,
                value=f"{strips.crs}, ({a:g}, {b:g}, {d:g}, {e:g})",
                remedy_zh="先重采样到工作格网。",
                remedy_en="Warp it to the work grid first.",
            )
        )
    return Grid(strips.crs, c, f, a, strips.width, strips.height)
