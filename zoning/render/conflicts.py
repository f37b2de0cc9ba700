"""Where a site runs into a layer: the overlapped part, and the line a distance rule draws.

Only for layers whose geometry may enter outputs; the caller asks the catalog first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from zoning.arrays import Geometries
from zoning.rules.grammar import Comparison, FactRef, FeatureTest
from zoning.rules.model import Rule
from zoning.units import convert

OVERLAPS = frozenset({"meets", "overlap_area", "overlap_share", "overlap_length", "count"})
_ROUND_SITE = 3_000.0  # [m] how far beyond the site a limit line is drawn
_LINE_THIN = 10.0  # [m]


@dataclass(frozen=True, slots=True)
class Ground:
    """Features of one layer, found by place.

    Parameters
    ----------
    geometry : object array [n]
        Work CRS.
    attributes : DataFrame
        n rows, standard names.
    tree : STRtree
        Over ``geometry``.
    whole : bool
        It may be shown beyond the sites too, and so may lines made from it.
    """

    geometry: Geometries
    attributes: pd.DataFrame
    tree: shapely.STRtree
    whole: bool = True

    def near(self, site: shapely.Geometry, distance_m: float) -> NDArray[np.int64]:
        """Features within a distance [m] of a site, in the layer's order."""
        found = self.tree.query(site, predicate="dwithin", distance=distance_m)
        return np.sort(np.asarray(found, dtype=np.int64))


def overlap_tests(rule: Rule) -> tuple[FactRef, ...]:
    """Facts of a rule that an overlapped part can show: asked for, and not denied."""
    return tuple(
        condition.fact
        for condition in rule.when + rule.any
        if not condition.denied and condition.fact.measure in OVERLAPS
    )


def distance_tests(rule: Rule) -> tuple[tuple[FactRef, float], ...]:
    """Facts of a rule that a line can show, with the limit [m]."""
    found = []
    for condition in rule.when + rule.any:
        test = condition.test
        if isinstance(test, Comparison) and test.fact.measure == "distance":
            found.append((test.fact, convert(test.limit.value, test.limit.unit, "m")))
    return tuple(found)


def overlapped(site: shapely.Geometry, ground: Ground, fact: FactRef) -> shapely.Geometry | None:
    """Part of a site that lies in the features a fact speaks of.

    Returns
    -------
    Geometry or None
        Of the site's own dimension; None for points, and where nothing overlaps.
    """
    dimension = int(shapely.get_dimensions(site))
    if dimension < 1:
        return None
    met = _chosen(ground, ground.near(site, 0.0), fact.filter)
    if met is None or not len(met):
        return None
    cut = shapely.intersection(site, shapely.union_all(ground.geometry[met]))
    parts = shapely.get_parts(cut)
    kept = parts[shapely.get_dimensions(parts) == dimension]
    return shapely.union_all(kept) if len(kept) else None


def limit_line(
    site: shapely.Geometry, ground: Ground, fact: FactRef, limit_m: float
) -> shapely.Geometry | None:
    """Line at the limit's distance from the features a fact speaks of, around a site.

    Returns
    -------
    Geometry or None
        Lines; None where no feature is near.
    """
    near = ground.near(site, limit_m + _ROUND_SITE)
    met = _chosen(ground, near, fact.filter)
    if met is None or not len(met) or limit_m <= 0:
        return None
    view = shapely.envelope(shapely.buffer(site, _ROUND_SITE))
    reach = shapely.envelope(shapely.buffer(view, limit_m))
    close = shapely.intersection(shapely.make_valid(ground.geometry[met]), reach)
    zone = shapely.union_all(shapely.buffer(close, limit_m))
    line = shapely.intersection(shapely.boundary(zone), view)
    return None if shapely.is_empty(line) else shapely.simplify(line, _LINE_THIN)


def _chosen(
    ground: Ground, features: NDArray[np.int64], tests: Sequence[FeatureTest]
) -> NDArray[np.int64] | None:
    """Features that pass the bracket of a fact; None where a test cannot be read here."""
    for test in tests:
        if test.op not in ("=", "!=", "in") or not test.values:
            return None  # drawing all of them would claim too much
        if test.attribute not in ground.attributes:
            return None
        column = ground.attributes[test.attribute].iloc[features]
        features = features[[_passes(value, test) for value in column]]
    return features


def _passes(value: object, test: FeatureTest) -> bool:
    """Whether a value surely passes; an unknown one does not."""
    if value is None or (isinstance(value, (float, np.floating)) and np.isnan(value)):
        return False
    if isinstance(value, (float, int, np.floating, np.integer)):  # a claim: 1 or 0
        value = {1.0: "true", 0.0: "false"}.get(float(value), "")
    return (str(value) in test.values) != (test.op == "!=")
