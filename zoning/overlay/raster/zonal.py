"""Statistics of a raster under sites, with bounds for shifts and for unknown cells.

The raster is gone through once, in chunks along its own blocks; the sites that lie in a chunk are
laid on it together. Memory holds a few chunks and some sums a site, whatever the raster's size.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from zoning.arrays import Floats, Geometries
from zoning.layers import RasterLayer
from zoning.overlay.bounds import Bounds
from zoning.overlay.geometry import per_site, sound
from zoning.overlay.parallel import abreast
from zoning.overlay.raster.accumulate import Account, Stat
from zoning.overlay.raster.chunks import chunks
from zoning.overlay.raster.raster import opened
from zoning.overlay.raster.site_windows import Engine, Laid, Rule


def zonal(
    geometry: Geometries,
    raster: RasterLayer,
    t: Floats | float,
    stats: Sequence[str],
    *,
    crs: str,
    rule: Rule = "coverage",
    engine: Engine = "auto",
    threads: int = 2,
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
        or equal ones reaches 0.9 of the whole; any other ``p`` above 0), ``share:3`` (of the cells
        with value 3; several values: ``share:3,4``), ``covered`` (share of known cells).
    crs : str
        CRS of the sites.
    rule : {"coverage", "centre"}
        centre: a polygon takes the cells whole whose centre lies in it (one that holds no centre
        has no value).
    engine : {"auto", "numba", "numpy"}
        The answer is the same up to rounding; auto takes numba where polygons hold many cells.
    threads : int
        The answer is the same.

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
    asked = {name: Stat.of(name) for name in stats}
    looks = tuple(dict.fromkeys(stat.look for stat in asked.values()))
    quantiles = tuple({stat.how for stat in asked.values() if isinstance(stat.how, float)})
    shift = per_site(t, len(sites))
    with opened(raster, crs, threads=max(threads, 1)) as surface:
        laid = Laid.on(surface, sites, shift + surface.blur, looks, rule=rule, engine=engine)
        parts = list(chunks(laid.box, laid.region, surface.block))
        visits = np.bincount(
            np.concatenate([p.site for p in parts] or [np.zeros(0, np.intp)]), minlength=len(sites)
        )
        account = Account(
            looks,
            laid.codes,
            quantiles,
            laid.shift > 0,
            visits,
            raster.valid_range or (-np.inf, np.inf),
            laid.beyond(),
        )
        wanted = bool(quantiles)
        work = abreast(lambda part: laid.parts(part, spreads=wanted), parts, threads=threads)
        for found in work:
            for part in found:
                account.add(part)
    account.close()
    return {name: account.bounds(stat) for name, stat in asked.items()}
