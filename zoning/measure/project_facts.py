"""Facts that a list states or that follow from it: project, document and site facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache, partial

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from zoning import policy
from zoning.arrays import Floats
from zoning.crs import geodesic_area
from zoning.facts.kinds import as_codes, nearest
from zoning.facts.values import (
    Claims,
    Codes,
    CodeSet,
    Column,
    Numbers,
    Reasons,
    missing_codes,
    missing_numbers,
    quantise,
)
from zoning.facts.vocabulary import PROJECT_CLAIMS
from zoning.measure.accuracy import is_area, is_point, site_doubt, usable
from zoning.measure.ground import NO_PLACE, Ground, LayerView
from zoning.measure.inputs import code_sets
from zoning.measure.vector import met_features
from zoning.overlay import touching, within
from zoning.projects.coordinates.figures import AREA_TOLERANCE
from zoning.projects.counties import same_county, says_county
from zoning.rules.grammar import FactRef
from zoning.sites import Sites

_MADE = ("industry", "product", "process", "unit_energy", "unit_energy_unit")
_PLAIN_CODES = {
    "component": "component_kind",
    "product": "product",
    "process": "process",
    "county": "county",
}
_ROUTES = ("line", "road")
_LISTED_CODES = {"industry": "industry", "stage": "stage"}  # several at once: 改扩建 is both
_PLAIN_NUMBERS = {
    "energy": ("energy_tce", "tce/a"),
    "water": ("water_m3", "m3/a"),
    "land": ("declared_m2", "m2"),
    "swap_ratio": ("swap_ratio", "1"),
    "ac_power": ("ac_power", "kWh/t"),
    "gypsum_use": ("gypsum_use", "1"),
}


def _texts(sites: Sites, column: str) -> list[str]:
    return [str(text or "") for text in sites.table[column]]


def _listed(sites: Sites, column: str) -> Codes:
    def listed(text: str) -> CodeSet | None:
        codes = frozenset(filter(None, text.split(";")))
        return CodeSet(codes, codes) if codes else None

    return Codes.of_words(_texts(sites, column), listed)


def years_between(first: date, last: date) -> float:
    """Years from one day to another: whole ones by the calendar, the rest by days."""
    whole = last.year - first.year - ((last.month, last.day) < (first.month, first.day))
    try:
        turn = first.replace(year=first.year + whole)
    except ValueError:  # 29 February turns a year older on 1 March
        turn = date(first.year + whole, 3, 1)
    return whole + (last - turn).days / 366


def _eia_age(sites: Sites, as_of: date) -> Numbers:
    years = [
        years_between(day, as_of) if isinstance(day, date) else np.nan
        for day in sites.table["eia_date"]
    ]
    return Numbers.exact(years, "a")


def _derived(sites: Sites) -> dict[str, Callable[[], Column]]:
    """Facts that follow from what a project makes, each worked out once a distinct project."""
    named = pd.DataFrame({name: sites.table[name] for name in _MADE}, copy=False)
    numbers = named.groupby(list(_MADE), sort=False, dropna=False).ngroup()
    group = numbers.to_numpy().astype(np.intp)
    first = np.unique(group, return_index=True)[1]
    distinct = sites.table.iloc[first]
    industry, product, process, units = (
        [str(text or "") for text in distinct[name]]
        for name in ("industry", "product", "process", "unit_energy_unit")
    )
    energy = distinct["unit_energy"].to_numpy(np.float64)
    made: dict[str, Callable[[], Column]] = {
        "six_class": lambda: policy.six_class(industry, product, process),
        "branch": lambda: policy.branch(industry, product, process),
        "two_high": lambda: policy.two_high(industry, product, process),
        "benchmark_class": lambda: policy.benchmark_class(
            industry, product, process, energy, units
        ),
        "energy_limit_class": lambda: policy.energy_limit_class(
            industry, product, process, energy, units
        ),
    }
    return {name: partial(_spread, make, group) for name, make in made.items()}


def _spread(make: Callable[[], Column], group: NDArray[np.intp]) -> Column:
    return make().take(group)


def project_fact(ref: FactRef, sites: Sites, as_of: date) -> Column:
    """Return one ``project.`` fact of n sites."""
    name, table = ref.measure, sites.table
    if name == "emission":
        return Numbers.exact(table[f"emission_{ref.argument}"].to_numpy(np.float64), "t/a")
    if name == "kind":
        return Codes.of_words(_texts(sites, "kind"), as_codes)
    if name in _LISTED_CODES:
        return _listed(sites, _LISTED_CODES[name])
    if name == "eia_age":
        return _eia_age(sites, as_of)
    if name in _PLAIN_CODES:
        return Codes.of_texts(_texts(sites, _PLAIN_CODES[name]))
    if name in _PLAIN_NUMBERS:
        column, unit = _PLAIN_NUMBERS[name]
        return Numbers.exact(table[column].to_numpy(np.float64), unit)
    derived = _derived(sites)
    if name in derived:
        return derived[name]()
    if name in PROJECT_CLAIMS:
        return Claims.from_codes(table[f"is_{name}"].to_numpy(np.float64))
    raise KeyError(str(ref))


def document_fact(ref: FactRef, sites: Sites) -> Claims:
    """Return one ``document.`` fact: held, not held, not stated."""
    return Claims.from_codes(sites.table[f"document_{ref.measure}"].to_numpy(np.float64))


def measured_area(sites: Sites) -> Floats:
    """Geodesic area of polygon sites [m2], the figure land law asks for; NaN for others."""
    area = np.full(len(sites), np.nan)
    areas = is_area(sites.geometry)
    area[areas] = geodesic_area(sites.geometry[areas], sites.crs)
    return area


def _area(sites: Sites) -> Numbers:
    column = Numbers.exact(measured_area(sites), "m2", why_missing="没有边界，无法量算")
    return quantise(column)


def _area_mismatch(sites: Sites) -> Claims:
    """Declared against measured: a point has nothing measured that could contradict."""
    area, declared = measured_area(sites), sites.table["declared_m2"].to_numpy(np.float64)
    areas = is_area(sites.geometry)
    with np.errstate(invalid="ignore"):
        differs = np.abs(area - declared) > AREA_TOLERANCE * declared
    column = Claims.certain(areas & differs)
    return column.hide(areas & np.isnan(declared), "未申报面积")


def _in_region(sites: Sites, region: LayerView | None, t: Floats) -> Claims:
    n = len(sites)
    gone = shapely.is_missing(sites.geometry)
    if region is None:
        return Claims.certain(np.zeros(n, np.bool_)).hide(np.ones(n, np.bool_), "没有辖区边界")
    pairs = touching(sites.geometry, region.zones, t)
    sure, _ = within(sites.geometry, region.zones, pairs, t, None)
    maybe = np.zeros(n, np.bool_)
    maybe[pairs.site[pairs.maybe]] = True
    return Claims(sure, maybe | sure, Reasons.none(n)).hide(gone, NO_PLACE)


def _county(sites: Sites, region: LayerView | None, t: Floats) -> Codes:
    n = len(sites)
    if region is None or "name" not in region.attributes.columns:
        return missing_codes(n, "没有区县界")
    names = [str(name) for name in region.attributes["name"]]
    ground = Ground(sites.geometry, t, np.full(n, np.nan), np.ones(n))
    pairs, is_open = met_features(ground, region)
    near = pairs.maybe
    codes = code_sets(
        pairs.site[near],
        pairs.feature[near],
        pairs.sure[near],
        np.asarray(is_open),
        [frozenset((name,)) for name in names],
    )
    return codes.hide(shapely.is_missing(sites.geometry), NO_PLACE)


def _county_mismatch(sites: Sites, county: Codes) -> Claims:
    """Declared against located county, as sets: near a border either may be right."""
    declared, names = pd.factorize(sites.table["county"].fillna("").astype(object))
    placeless = county.reasons.missing
    pair, distinct = pd.factorize(declared * len(county.values) + county.index)
    asked = [divmod(int(each), len(county.values)) for each in distinct]
    said = [_differs(str(names[i]), county.values[j]) for i, j in asked]
    sure, maybe, unstated = np.reshape(np.asarray(said, np.bool_), (-1, 3))[pair].T
    unstated = unstated | placeless
    column = Claims(sure & ~unstated, maybe | unstated, Reasons.none(len(sites)))
    return column.hide(unstated, "未申报区县，或该区域没有县级界线")


def _differs(declared: str, located: CodeSet) -> tuple[bool, bool, bool]:
    """Whether it surely, and possibly, lies elsewhere than declared; whether nothing is said."""
    if not says_county(declared):
        return False, True, True
    maybe = not any(same_county(declared, name) for name in located.sure)
    sure = not located.open and not any(same_county(declared, name) for name in located.maybe)
    return sure, maybe, False


def _points(geometry: NDArray[np.object_]) -> Claims:
    return Claims.certain(is_point(geometry)).hide(shapely.is_missing(geometry), NO_PLACE)


def _routes_as_points(sites: Sites) -> Claims:
    """Long or scattered works given as one point: no disc of their area stands for them.

    Lines, roads, railways and pipelines always; a wind farm where the row is the whole project and
    not one of its turbines.
    """
    kinds, parts = _texts(sites, "kind"), _texts(sites, "component_kind")
    whole = [part == "" for part in _texts(sites, "component")]
    long = [
        part in _ROUTES or (alone and nearest(kind, (*_ROUTES, "wind")) != "")
        for kind, part, alone in zip(kinds, parts, whole, strict=True)
    ]
    points = is_point(sites.geometry)
    gone = shapely.is_missing(sites.geometry)
    return Claims.certain(points & np.asarray(long, np.bool_)).hide(gone, NO_PLACE)


def _date_doubted(sites: Sites, as_of: date) -> Claims:
    """A day that was written but refused, or that is still to come, decides nothing."""
    refused = sites.table["accepted_doubted"].to_numpy(np.float64) == 1
    ahead = [isinstance(day, date) and day > as_of for day in sites.table["accepted"]]
    return Claims.certain(refused | np.asarray(ahead, np.bool_))


def site_facts(
    refs: Sequence[FactRef], sites: Sites, region: LayerView | None, as_of: date
) -> Mapping[str, Column]:
    """Return the ``site.`` facts asked for.

    Parameters
    ----------
    refs : sequence of FactRef
    sites : Sites
        n sites.
    region : LayerView or None
        Districts: features with attribute ``name``.
    as_of : date
        Day of the screening.
    """
    doubt = site_doubt(sites)
    n = len(sites)
    t = doubt.accuracy_m + (region.accuracy_m if region is not None else 0.0)
    county = cache(lambda: _county(sites, region, t))
    doubted = sites.table["coordinates_doubted"].to_numpy(np.float64)
    declared = sites.table["declared_m2"].to_numpy(np.float64)
    made: dict[str, Callable[[], Column]] = {
        "valid": lambda: Claims.certain(~shapely.is_missing(usable(sites.geometry))),
        "in_region": lambda: _in_region(sites, region, t),
        "county": county,
        "county_mismatch": lambda: _county_mismatch(sites, county()),
        "coordinates_doubted": lambda: Claims.from_codes(doubted, why_missing="坐标系或次序为推定"),
        "date_doubted": lambda: _date_doubted(sites, as_of),
        "from_raster": lambda: Claims.certain(sites.table["from_raster"].to_numpy(np.bool_)),
        "is_point": lambda: _points(sites.geometry),
        "route_as_point": lambda: _routes_as_points(sites),
        "area": lambda: _area(sites),
        "declared_area": lambda: Numbers.exact(declared, "m2", why_missing="未申报面积"),
        "area_mismatch": lambda: _area_mismatch(sites),
        "accuracy": lambda: (
            Numbers.exact(doubt.accuracy_m, "m") if n else missing_numbers(0, "m", "")
        ),
    }
    return {str(ref): made[ref.measure]() for ref in refs}
