"""Shifted sites and any value under nodata stay inside the bounds of zonal statistics."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tests import overlay_cases as cases
from tests.overlay_cases import shapes, shifted, write_raster
from zoning.overlay import zonal

WORK = "EPSG:4545"
NODATA = -1
STATS = ("mean", "min", "max", "p90", "share:3", "covered")

rasters = hnp.arrays(
    np.int16, st.tuples(st.integers(2, 8), st.integers(2, 8)), elements=st.integers(-1, 5)
)
cell_sizes = st.sampled_from([(10.0, 10.0), (12.5, 7.0), (3.0, 3.0)])


def under(site, values, cell):
    """Weight and value of each cell that a site touches, by shapely; nan: unknown."""
    width, height = cell
    left, low, right, high = site.bounds
    top = values.shape[0] * height
    rows = range(int((top - high) // height) - 1, int((top - low) // height) + 2)
    columns = range(int(left // width) - 1, int(right // width) + 2)
    weights, found = [], []
    for r in rows:
        for c in columns:
            common = site.intersection(
                shapely.box(c * width, top - (r + 1) * height, (c + 1) * width, top - r * height)
            )
            weight = common.area if shapely.get_dimensions(site) == 2 else common.length
            if shapely.get_dimensions(site) == 0:
                x, y = site.coords[0]
                weight = float((r, c) == ((top - y) // height, x // width))
            if weight > 1e-7:
                known = 0 <= r < values.shape[0] and 0 <= c < values.shape[1]
                value = values[r, c] if known else NODATA
                weights.append(weight)
                found.append(np.nan if value == NODATA else float(value))
    return np.array(weights), np.array(found)


def statistic(stat, weight, value):
    if stat == "covered":
        return weight[~np.isnan(value)].sum() / weight.sum()
    held = ~np.isnan(value)
    weight, value = weight[held], value[held]
    if not len(value):
        return np.nan
    if stat == "share:3":
        value, stat = (value == 3).astype(float), "mean"
    if stat == "p90":
        order = np.argsort(value, kind="stable")
        reached = np.cumsum(weight[order]) >= 0.9 * weight.sum() * (1 - 1e-7)
        return value[order][reached.argmax()]
    return {"mean": np.average(value, weights=weight), "min": value.min(), "max": value.max()}[stat]


def no_tie(stat, weight, value):
    """Whether rounding cannot decide: no running sum within rounding of 0.9."""
    if stat != "p90":
        return True
    held = ~np.isnan(value)
    order = np.argsort(value[held], kind="stable")
    sums = np.cumsum(weight[held][order]) / weight[held].sum()
    return bool((np.abs(sums - 0.9) > 1e-6).all())


@given(
    values=rasters,
    cell=cell_sizes,
    sites=st.lists(
        st.one_of(cases.polygons, cases.polygons, cases.lines, cases.points),
        min_size=1,
        max_size=3,
    ),
    t=st.sampled_from([0.0, 0.0, 0.4, 3.0, 9.0, 25.0]),
    bearings=cases.bearings,
    fill=st.integers(0, 5),
    ranged=st.booleans(),
    engine=st.sampled_from(["numpy", "numba"]),
)
@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_bounds(tmp_path, values, cell, sites, t, bearings, fill, ranged, engine):
    raster = write_raster(
        tmp_path / "r.tif",
        values,
        top=values.shape[0] * cell[1],
        cell=cell,
        nodata=NODATA,
        valid_range=(0.0, 5.0) if ranged else None,
    )
    # Off the lattice: along an edge a line has one cell by our rule, two by shapely's.
    sites = [shapely.transform(site, lambda xy: xy + np.array([0.0137, 0.0071])) for site in sites]
    found = zonal(shapes(*sites), raster, t, STATS, crs=WORK, engine=engine)
    for i, site in enumerate(sites):
        for move in [(0.0, 0.0), *bearings] if t else [(0.0, 0.0)]:
            weight, value = under(shifted(site, t, move), values, cell)
            for stat in STATS:
                low, high = found[stat].low[i] - 1e-6, found[stat].high[i] + 1e-6
                known = statistic(stat, weight, value)
                if move[1] == 0.0 and no_tie(stat, weight, value):
                    measured = found[stat].measured[i]
                    assert measured == pytest.approx(known, abs=1e-6, nan_ok=True), stat
                assert np.isnan(known) or low <= known <= high, stat
                if stat != "covered":  # whatever lies under nodata
                    filled = np.where(np.isnan(value), fill, value)
                    assert low <= statistic(stat, weight, filled) <= high, stat
