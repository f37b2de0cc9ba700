"""Control units under sites: which, how much of each, and their own words."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from zoning.facts.vocabulary import DIMENSIONS
from zoning.measure.accuracy import is_area, is_line
from zoning.measure.ground import Ground, LayerView
from zoning.measure.inputs import Places
from zoning.measure.vector import met_features

COLUMNS = ("site", "code", "name", "class", "size", "share", "sure", *DIMENSIONS)


def unit_shares(ground: Ground, units: LayerView | None) -> pd.DataFrame:
    """Return the control units that sites meet or may meet.

    Parameters
    ----------
    ground : Ground
        n sites.
    units : LayerView or None

    Returns
    -------
    DataFrame
        Columns `COLUMNS`; ``site`` is the row of the site, ``size`` the part inside the unit
        (polygons: geodesic [m2], lines: [m], points: NaN), ``share`` of the site in [0, 1];
        texts are categories. Sorted by site, then by share, the largest first.
    """
    if units is None:
        return pd.DataFrame({name: [] for name in COLUMNS})
    pairs, _ = met_features(ground, units)
    near = pairs.maybe
    site, feature, sure = pairs.site[near], pairs.feature[near], pairs.sure[near]
    geometry = ground.geometry[site]
    inside = shapely.intersection(geometry, units.zones.geometry[feature])
    areas, lines = is_area(geometry), is_line(geometry)
    part = np.where(areas, shapely.area(inside), shapely.length(inside))
    whole = np.where(areas, shapely.area(geometry), shapely.length(geometry))
    known = areas | lines
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(known, part / whole, np.nan)
    size = np.where(known, part * np.where(areas, ground.factor[site], 1.0), np.nan)
    table = pd.DataFrame({"site": site, "size": size, "share": share, "sure": sure})
    for name in ("code", "name", "class", *DIMENSIONS):
        table[name] = _words(units, name, feature)
    ordered = table.sort_values(["site", "share", "code"], ascending=[True, False, True])
    return ordered[list(COLUMNS)].reset_index(drop=True)


def _words(units: LayerView, name: str, feature: Places) -> pd.Series:
    """An attribute of the units met, each text held once: a million sites meet a few hundred."""
    empty = pd.Series([""] * len(units.attributes), dtype=object)
    values = units.attributes.get(name, empty).fillna("").astype(str).to_numpy(dtype=object)
    words, places = np.unique(values.astype(np.str_), return_inverse=True)
    kind = pd.CategoricalDtype([str(word) for word in words])
    return pd.Series(pd.Categorical.from_codes(places.ravel()[feature], dtype=kind))
