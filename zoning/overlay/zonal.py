"""Statistics of a raster under sites, with bounds for shifts and for unknown cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from zoning.layers import RasterLayer
from zoning.overlay.cells import Cells, Places, cells
from zoning.overlay.filters import halo, highest, lowest, lowest_around
from zoning.overlay.index import SLACK_M, Bounds, Floats, Geometries, Mask, per_site, sound
from zoning.overlay.jobs import Job, jobs
from zoning.overlay.spread import Spread, condensed, joined, reduced
from zoning.overlay.surface import Surface, opened

VALUE, COVERED, SHARE = "value", "covered", "share:"

Kind = tuple[str, str]
"""Which values a statistic asks for, and how they come down to one."""


def zonal(
    geometry: Geometries,
    raster: RasterLayer,
    t: Floats | float,
    stats: Sequence[str],
    *,
    crs: str,
) -> dict[str, Bounds]:
    """Statistics of a raster's cells under sites.

    Polygons weigh a cell by the exact area they cover of it, lines by their length in it; a point
    takes its cell (the right or lower one on an edge).

    Parameters
    ----------
    geometry : object[n]
        Sites in the work CRS [m]; None is missing.
    raster : RasterLayer
        In another CRS than `crs`, or not north up: warped by nearest neighbour, and t grows by the
        diagonal of a warped cell, which is more than that moves any value.
    t : f8[n] or float
        [m] Greatest shift of each site against the raster, >= 0.
    stats : sequence of str
        ``mean``, ``min``, ``max``, ``p90`` (the smallest value at which the weight of all smaller
        or equal ones reaches 0.9 of the whole), ``share:3`` (of the cells with value 3; several
        values: ``share:3,4``), ``covered`` (share of known cells).
    crs : str
        CRS of the sites.

    Returns
    -------
    dict of str to Bounds
        measured: over the known cells where the site lies (nan if there is none; `covered`: over
        all). low and high hold for every shift, each cell replaced by the least and greatest of
        the cells that a shift of t can reach; unknown cells (nodata, beyond the raster, outside
        `valid_range`) count as the ends of `valid_range` (a share: 0 and 1), without one as -inf
        and inf. For points the disc is exact; else, beyond 8 cells, a little wider.

    Raises
    ------
    ValueError
        Unknown statistic, or a class that is no number.
    """
    sites = sound(geometry)
    shift = per_site(t, len(sites))
    kinds = {_kind(stat): stat for stat in stats}
    found = {stat: _missing(len(sites)) for stat in stats}
    parts: dict[Kind, list[_Three]] = {kind: [] for kind in kinds}
    with opened(raster, crs) as surface:
        for job in jobs(surface.in_cells(sites), shift + surface.blur, surface):
            for kind, three in _spreads(surface, job, list(kinds)).items():
                parts[kind].append(three if job.whole else three.condensed(kind[1]))
                if job.last:
                    _put(found[kinds[kind]], job, _joined(parts[kind]), kind[1])
                    parts[kind].clear()
    return {stat: found[stat] for stat in stats}


@dataclass(frozen=True, slots=True, eq=False)
class _Three:
    """Spreads of the known values, and of the least and greatest ones."""

    measured: Spread
    low: Spread
    high: Spread

    def condensed(self, how: str) -> _Three:
        return _Three(*(condensed(s, how) for s in (self.measured, self.low, self.high)))


def _joined(parts: Sequence[_Three]) -> _Three:
    if len(parts) == 1:
        return parts[0]
    names = ("measured", "low", "high")
    return _Three(*(joined([getattr(part, name) for part in parts]) for name in names))


def _kind(stat: str) -> Kind:
    if stat in ("mean", "min", "max", "p90"):
        return VALUE, stat
    if stat == COVERED:
        return COVERED, "mean"
    if stat.startswith(SHARE):
        return stat, "mean"
    raise ValueError(f"unknown statistic: {stat}")


def _missing(count: int) -> Bounds:
    return Bounds(np.full(count, np.nan), np.full(count, -np.inf), np.full(count, np.inf))


def _put(bounds: Bounds, job: Job, three: _Three, how: str) -> None:
    count = len(job.site)
    measured = low = high = reduced(three.measured, how, count)
    if three.low is not three.measured:
        low, high = reduced(three.low, how, count), reduced(three.high, how, count)
    held = ~np.isnan(low)
    bounds.measured[job.site] = measured
    # Rounding of sums must not put a bound on the wrong side of what was measured.
    bounds.low[job.site[held]] = np.fmin(low, measured)[held]
    bounds.high[job.site[held]] = np.fmax(high, measured)[held]


def _spreads(surface: Surface, job: Job, kinds: Sequence[Kind]) -> dict[Kind, _Three]:
    """Read one window and look at its cells as each kind of values asks."""
    cell = cells(job.shape, surface.width, surface.height)
    if job.rows is not None:
        inside = (cell.row >= job.rows[0]) & (cell.row < job.rows[1])
        cell = Cells(cell.shape[inside], cell.row[inside], cell.col[inside], cell.weight[inside])
    if not len(cell.row):
        nothing = Spread(cell.shape, cell.weight, cell.weight)
        return dict.fromkeys(kinds, _Three(nothing, nothing, nothing))
    around = (job.around, job.around) if job.around else halo(job.reach)
    corner = int(cell.row.min()) - around[0], int(cell.col.min()) - around[1]
    rows = int(cell.row.max()) + 1 + around[0] - corner[0]
    columns = int(cell.col.max()) + 1 + around[1] - corner[1]
    values, known = surface.read(*corner, rows, columns)
    place = cell.row - corner[0], cell.col - corner[1]
    shifts = job.around > 0 or around != (0, 0)
    threes: dict[str, _Three] = {}
    for asked, _ in kinds:
        if asked not in threes:
            now, low, high = _asked(asked, values, known, surface.layer.valid_range)
            measured = now[place]
            held = ~np.isnan(measured)
            as_is = Spread(cell.shape[held], measured[held], cell.weight[held])
            threes[asked] = _Three(as_is, as_is, as_is)
            if shifts or not held.all():
                least, greatest = _shifted(job, cell, place, low, high, surface)
                ends = (Spread(cell.shape, end, cell.weight) for end in (least, greatest))
                threes[asked] = _Three(as_is, *ends)
    return {kind: threes[kind[0]] for kind in kinds}


def _asked(
    asked: str, values: Floats, known: Mask, ends: tuple[float, float] | None
) -> tuple[Floats, Floats, Floats]:
    """Values as read (nan: unknown), and with unknown cells at either end of the possible."""
    if asked == COVERED:
        covered = known.astype(np.float64)
        return covered, covered, covered
    if asked == VALUE:
        least, greatest = ends or (-np.inf, np.inf)
        now = values
    else:
        classes = [float(code) for code in asked.removeprefix(SHARE).split(",")]
        now, least, greatest = np.isin(values, classes).astype(np.float64), 0.0, 1.0
    return (
        np.where(known, now, np.nan),
        np.where(known, now, least),
        np.where(known, now, greatest),
    )


def _shifted(
    job: Job, cell: Cells, place: tuple[Places, Places], low: Floats, high: Floats, surface: Surface
) -> tuple[Floats, Floats]:
    """Least and greatest value of the cells that a shift can bring to each cell."""
    if not job.around:
        return lowest(low, job.reach)[place], highest(high, job.reach)[place]
    xy, owner = shapely.get_coordinates(job.shape, return_index=True)
    at = xy - np.stack([cell.col - place[1], cell.row - place[0]], axis=1)
    size = job.shift[owner] + SLACK_M, surface.width, surface.height
    return lowest_around(low, at, *size), -lowest_around(-high, at, *size)
