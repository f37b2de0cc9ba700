"""Polygons, lines, points and setbacks around them as cells of a grid, window by window.

A cell stands for its centre. What a window holds does not depend on how the grid is cut.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import shapely

from zoning.arrays import Longs, Mask
from zoning.grid import Grid, Window
from zoning.overlay.engine import numba_held
from zoning.overlay.geometry import SLACK_M
from zoning.overlay.rasterize import burn_numpy as strokes
from zoning.overlay.rasterize.edges import Outlines

if TYPE_CHECKING:
    from types import ModuleType

Engine = Literal["auto", "numba", "numpy"]

WORTH_CELLS = 4_000_000
"""[cell] Grids smaller than this are burnt by numpy: loading compiled code would cost more."""
Span = tuple[int, int, int, int]


def burn(
    outlines: Outlines, grid: Grid, window: Window | None = None, *, engine: Engine = "auto"
) -> Mask:
    """Cells whose centre lies in a polygon, as GDAL decides.

    Parameters
    ----------
    outlines : Outlines
        In the CRS of the grid; lines and points are passed over.
    grid : Grid
    window : Window, optional
        Block to burn (without its halo); the whole grid by default.
    engine : {"auto", "numba", "numpy"}
        The answer is the same; auto takes numba on large grids.

    Returns
    -------
    bool[height, width]
        Equal to ``rasterio.features.rasterize(..., all_touched=False)`` over the whole grid, bit by
        bit. A centre on a western edge is out, on an eastern in, on a northern or level southern
        edge in.
    """
    span = _span(grid, window)
    out = np.zeros(span[2:], dtype=np.bool_)
    west, south, east, north = _box(grid, span, 2 * grid.res)
    parts = outlines.parts.meeting(west, south, east, north)
    if len(parts):
        frame = (grid.x0, grid.y1, grid.res)
        coded = _kernels(engine, grid)
        if coded is None:
            strokes.fill_parts(outlines, parts, frame, span, out)
        else:
            run_clockwise = outlines.clockwise[outlines.run_ring]
            coded.burn_parts(
                parts,
                outlines.part_run,
                outlines.run,
                outlines.run_box,
                run_clockwise,
                outlines.xy,
                frame,
                span,
                out,
            )
    return out


def within(
    outlines: Outlines,
    grid: Grid,
    window: Window | None = None,
    *,
    reach_m: float = 0.0,
    strict: bool = False,
    engine: Engine = "auto",
) -> Mask:
    """Cells whose centre is no farther than a distance from the geometry.

    Parameters
    ----------
    outlines : Outlines
        Valid geometries in the CRS of the grid; what lies outside the grid reaches in.
    grid : Grid
    window : Window, optional
        Block wanted (without its halo); the whole grid by default.
    reach_m : float
        [m] Greatest distance. 0: centres in polygons or on their edge, on lines, on points.
        Negative: centres in polygons, at least so deep; where polygons overlap or adjoin, pass
        outlines of them `dissolved`, or each has its own depth.
    strict : bool
        Nearer (deeper) than the distance, not equal.
    engine : {"auto", "numba", "numpy"}

    Returns
    -------
    bool[height, width]
        Equal to ``shapely.distance(geometry, centre) <= reach_m`` (``<`` if strict), cell by cell.
        At 0 to ``shapely.intersects`` (``contains``): a distance beside an edge can round to 0.
    """
    held = burn(outlines, grid, window, engine=engine)
    return _around(held, outlines, grid, window, reach_m, strict=strict, engine=engine)


def settled(outlines: Outlines, grid: Grid, window: Window, *, reach_m: float = 0.0) -> bool | None:
    """What `within` says of every cell of a window that no edge comes near.

    Parameters
    ----------
    outlines, grid, window, reach_m
        As for `within`.

    Returns
    -------
    bool or None
        None where an edge, line or point comes within reach of the window, so that cells may
        differ.
    """
    span = _span(grid, window)
    box = _box(grid, span, abs(reach_m) + SLACK_M + grid.res)
    if outlines.enter(*box, compiled=compiled_for(grid)):
        return None
    if not len(outlines.parts.meeting(*_box(grid, span, 0.0))):
        return False
    one = replace(window, height=1, width=1)
    return bool(burn(outlines, grid, one)[0, 0])


def moved(
    held: Mask,
    outlines: Outlines,
    grid: Grid,
    window: Window | None = None,
    *,
    reach_m: float,
    strict: bool = False,
) -> Mask:
    """Cells `within` a distance, from those that are `burn`t: where several distances are asked.

    Parameters
    ----------
    held : bool[height, width]
        Of `burn`; stays as it is.
    outlines, grid, window, reach_m, strict
        As for `within`.
    """
    return _around(held.copy(), outlines, grid, window, reach_m, strict=strict, engine="auto")


def _around(
    held: Mask,
    outlines: Outlines,
    grid: Grid,
    window: Window | None,
    reach_m: float,
    *,
    strict: bool,
    engine: Engine,
) -> Mask:
    """Widen or narrow the cells of polygons by a distance, in place."""
    span = _span(grid, window)
    if reach_m > 0:
        _stroke(outlines, grid, span, reach_m, strict, engine, held, outward=True)
    elif reach_m < 0:
        rim = np.zeros_like(held)
        _stroke(outlines, grid, span, -reach_m, not strict, engine, rim, outward=False)
        held &= ~rim
    else:
        _settle_edges(outlines, grid, span, strict, engine, held)
    return held


def doubtful(
    outlines: Outlines,
    grid: Grid,
    window: Window | None = None,
    *,
    reach_m: float = 0.0,
    t_m: float = 0.0,
    strict: bool = False,
    deep: Outlines | None = None,
    engine: Engine = "auto",
) -> tuple[Mask, Mask]:
    """Cells surely and possibly within a distance, when the outlines may be off by t.

    Parameters
    ----------
    outlines, grid, window, reach_m, strict, engine
        As for `within`; ``reach_m = 0`` asks whether a centre meets the zone.
    t_m : float
        [m] Greatest shift, >= 0.
    deep : Outlines, optional
        The same polygons `deepened`, for the sure side where t exceeds the distance.

    Returns
    -------
    bool[height, width], bool[height, width]
        Within under every shift of at most t; under some shift.
    """
    if not t_m >= 0:
        raise ValueError("t_m must be >= 0 and not NaN")
    held = burn(outlines, grid, window, engine=engine)
    where = (grid, window)
    maybe = _around(held.copy(), outlines, *where, reach_m + t_m, strict=strict, engine=engine)
    if t_m == 0:
        return maybe, maybe.copy()
    inward = reach_m < t_m
    if inward and deep is not None and deep is not outlines:
        outlines, held = deep, burn(deep, grid, window, engine=engine)
    strict = strict or inward
    sure = _around(held, outlines, *where, reach_m - t_m, strict=strict, engine=engine)
    return sure, maybe


def touched(
    outlines: Outlines, grid: Grid, window: Window | None = None, *, engine: Engine = "auto"
) -> Mask:
    """Cells that share area with a polygon.

    Parameters
    ----------
    outlines : Outlines
        Valid polygons in the CRS of the grid; lines and points are passed over.
    grid : Grid
    window : Window, optional
        Block wanted (without its halo); the whole grid by default.
    engine : {"auto", "numba", "numpy"}

    Returns
    -------
    bool[height, width]
        Where the insides of cell and polygon meet. GDAL's ``all_touched=True`` is the same on
        14,103 cells of random polygons; where corners or edges lie on those of cells it has up to
        0.7 % more, that share no area, and misses up to 0.2 %, that do.
    """
    # A cell that no outline enters is wholly in or out, so that its centre decides.
    out = burn(outlines, grid, window, engine=engine)
    span = _span(grid, window)
    runs = outlines.runs.meeting(*_box(grid, span, grid.res))
    runs = runs[outlines.inner[outlines.run_ring[runs]] != 0]
    if len(runs):
        strokes.mark_entered(outlines, runs, (grid.x0, grid.y1, grid.res), span, out)
    return out


def _stroke(
    outlines: Outlines,
    grid: Grid,
    span: Span,
    reach: float,
    strict: bool,
    engine: Engine,
    out: Mask,
    *,
    outward: bool,
) -> None:
    """Set the cells within reach of an edge, on one side of polygons, on both of lines."""
    runs = outlines.runs.meeting(*_box(grid, span, reach + SLACK_M))
    side = -outlines.inner if outward else outlines.inner
    if not outward:
        runs = runs[side[outlines.run_ring[runs]] != 0]
    _near(outlines, grid, span, runs, side, reach, strict, engine, out)


def _near(
    outlines: Outlines,
    grid: Grid,
    span: Span,
    runs: Longs,
    side: np.ndarray[tuple[int], np.dtype[np.int8]],
    reach: float,
    strict: bool,
    engine: Engine,
    out: Mask,
) -> None:
    if not len(runs):
        return
    frame = (grid.x0, grid.y1, grid.res)
    coded = _kernels(engine, grid)
    if coded is None:
        strokes.near_runs(outlines, runs, side, reach, SLACK_M, frame, span, strict, out)
    else:
        coded.near_chunks(
            runs,
            outlines.run,
            outlines.run_ring,
            outlines.ring,
            side,
            outlines.xy,
            float(reach),
            SLACK_M,
            frame,
            span,
            strict,
            out,
        )


def _settle_edges(
    outlines: Outlines, grid: Grid, span: Span, strict: bool, engine: Engine, out: Mask
) -> None:
    """Ask shapely about centres so near an edge that rounding may have decided."""
    near = np.zeros_like(out)
    runs = outlines.runs.meeting(*_box(grid, span, SLACK_M))
    both = np.zeros_like(outlines.inner)
    _near(outlines, grid, span, runs, both, SLACK_M, False, engine, near)
    row, col = np.nonzero(near)
    if not len(row):
        return
    x = grid.x0 + (span[1] + col + 0.5) * grid.res
    y = grid.y1 - (span[0] + row + 0.5) * grid.res
    centre = shapely.STRtree(np.asarray(shapely.points(x, y), dtype=object))
    shapes = outlines.geometry
    shapely.prepare(shapes)
    held = centre.query(shapes, predicate="contains" if strict else "intersects")[1]
    out[row, col] = False
    out[row[held], col[held]] = True


def _kernels(engine: Engine, grid: Grid) -> ModuleType | None:
    """Compiled loops, or None where numpy is to do it."""
    if engine == "numpy" or (engine == "auto" and _small(grid)):
        return None
    try:
        import zoning.overlay.kernels.burn as kernels
    except ImportError:
        if engine == "numba":
            raise
        return None
    return kernels


def compiled_for(grid: Grid) -> bool:
    """Whether compiled loops are held, and the grid is large enough for them."""
    return not _small(grid) and numba_held()


def _small(grid: Grid) -> bool:
    return grid.width * grid.height < WORTH_CELLS


def _span(grid: Grid, window: Window | None) -> Span:
    """First row, first column, rows, columns."""
    if window is None:
        return 0, 0, grid.height, grid.width
    return window.row, window.col, window.height, window.width


def _box(grid: Grid, span: Span, margin: float) -> tuple[float, float, float, float]:
    """Bounds of the cells of a window, widened by a margin and by rounding. [m]"""
    row, col, height, width = span
    margin = math.nextafter(margin, math.inf) + SLACK_M
    return (
        grid.x0 + col * grid.res - margin,
        grid.y1 - (row + height) * grid.res - margin,
        grid.x0 + (col + width) * grid.res + margin,
        grid.y1 - row * grid.res + margin,
    )
