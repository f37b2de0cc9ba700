"""Ground that polygon sites have in common with a layer of polygons, by compiled loops.

Where a site and a feature share next to nothing, and their edges come close, GEOS is asked whether
they touch: its predicates are exact.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from zoning.arrays import Floats, Geometries, Integers, Longs, Mask
from zoning.overlay.geometry import SLACK_M
from zoning.overlay.parallel import in_parts
from zoning.overlay.vector.edge_index import EDGES
from zoning.overlay.vector.edges import nearest_edge
from zoning.overlay.vector.rings import Rings
from zoning.overlay.vector.subdivide import Pieces
from zoning.overlay.vector.zones import Zones

LEAST_M2 = 1e-5
"""[m2] Common ground of less may be rounding, a hundred corners being rounded by SLACK_M / 1000."""

SPARSE = 16
"""[corner] Of so many corners one says how far the nearest edge may be at most."""


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """Sites and features that meet or touch, by site, then feature.

    Attributes
    ----------
    site, feature : i4[k]
    area : f8[k]
        [m2] In common; 0 where they touch, or share less than can be told from rounding.
    meets : bool[k]
        They have ground in common.
    union : f8[n]
        [m2] Of each site, in common with the union of the features.
    """

    site: Integers
    feature: Integers
    area: Floats
    meets: Mask
    union: Floats


def shares(sites: Geometries, zones: Zones, chosen: Mask) -> Shares:
    """Find what polygon sites (None: nothing) have in common with the chosen polygon features."""
    row, feature, area, union = _common(sites, zones, chosen)
    features = max(len(zones), 1)
    pair, at = np.unique(row * features + feature, return_inverse=True)
    total = np.bincount(at, weights=np.nan_to_num(area), minlength=len(pair)).astype(np.float64)
    site, feature = (part.astype(np.int32) for part in np.divmod(pair, features))
    met = total > LEAST_M2
    asked = np.flatnonzero(~met)
    one, other = zones.prepared()[feature[asked]], sites[site[asked]]
    touch = np.asarray(shapely.intersects(one, other), dtype=np.bool_)
    met[asked[touch]] = ~shapely.touches(one[touch], other[touch])
    kept = met.copy()
    kept[asked[touch]] = True
    return Shares(site[kept], feature[kept], total[kept], met[kept], union)


def _common(
    sites: Geometries, zones: Zones, chosen: Mask
) -> tuple[Longs, Integers, Floats, Floats]:
    from zoning.overlay.kernels import sweep as kernel

    ours, theirs = Pieces.of(Rings.of(sites)), zones.ground()
    mine, flat, tree = ours.rings, theirs.rings, theirs.tree
    parts = in_parts(
        lambda begin, end: kernel.common(
            begin, end, mine.xy, mine.ring, mine.first, ours.box,
            tree.box, tree.level, tree.leaf,
            flat.xy, flat.ring, flat.first, theirs.owner, theirs.box,
            chosen, SLACK_M, LEAST_M2,
        ),
        len(ours),
    )  # fmt: skip
    row = np.concatenate([part[0] for part in parts])
    feature = np.concatenate([part[1] for part in parts])
    area, united = (np.concatenate([part[k] for part in parts]) for k in (2, 3))
    union = np.bincount(ours.owner, weights=united, minlength=len(sites)).astype(np.float64)
    return ours.owner[row].astype(np.int64), feature, area, union


def alongside(
    sites: Geometries, zones: Zones, reach: Floats, chosen: Mask
) -> tuple[Integers, Integers, Floats]:
    """Polygon sites, the chosen features whose edges are within reach of theirs, and how far.

    By site, then feature; a site of no reach has none.
    """
    from zoning.overlay.kernels import edge_tree as kernel

    mine, edges = Rings.of(sites), zones.edges(chosen)
    start, stop, owner, box = kernel.runs(mine.xy, mine.ring, mine.first, EDGES)
    tree, site = edges.tree, owner.astype(np.int64)
    parts = in_parts(
        lambda begin, end: kernel.alongside(
            begin, end, mine.xy, start, stop, box, site, reach,
            tree.box, tree.level, tree.leaf,
            edges.xy, edges.start, edges.stop, edges.owner, len(zones),
        ),
        len(site),
    )  # fmt: skip
    whose = np.concatenate([part[0] for part in parts])
    feature, gap = (np.concatenate([part[k] for part in parts]) for k in (1, 2))
    features = max(len(zones), 1)
    pair, at = np.unique(whose * features + feature, return_inverse=True)
    least = np.full(len(pair), np.inf)
    np.minimum.at(least, at, gap)
    row, which = (part.astype(np.int32) for part in np.divmod(pair, features))
    return row, which, least


def nearest_outline(
    sites: Geometries, zones: Zones, chosen: Mask, limit: float | None = None
) -> tuple[Floats, Integers]:
    """Distance [m] from the edges of polygon sites to the nearest of the chosen features'.

    Returns
    -------
    f8[n], i4[n]
        And whose it is, the first on ties; inf and -1 where there is none within the limit.
    """
    depth, feature = np.full(len(sites), np.inf), np.full(len(sites), -1, np.int32)
    corner, owner = shapely.get_coordinates(sites, return_index=True)
    seen = np.append(True, owner[1:] != owner[:-1])[: len(owner)]
    seen[::SPARSE] = True
    far = np.full(len(sites), np.inf)
    np.minimum.at(far, owner[seen], nearest_edge(corner[seen], zones, chosen)[0])
    far = np.minimum(far, np.inf if limit is None else limit)
    reach = np.where(np.isfinite(far), far + SLACK_M, 0.0)
    site, which, gap = alongside(sites, zones, reach, chosen)
    order = np.lexsort((which, gap, site))
    order = order[gap[order] <= (np.inf if limit is None else limit)]
    first, at = np.unique(site[order], return_index=True)
    depth[first], feature[first] = gap[order][at], which[order][at]
    return depth, feature
