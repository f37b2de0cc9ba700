"""Counties: their names and codes, what a text says of them, and which of them sites lie in.

A site lies in a *set* of counties: as far as its own doubt and that of the county lines reach,
either side of a border may be right, and nothing is claimed there.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.layers import VectorLayer, read_features
from zoning.overlay import Zones, index_zones, touching, within

if TYPE_CHECKING:
    from zoning.catalog import Catalog
    from zoning.sites import Sites

_KIND = re.compile(r"(?<=..)(?:特区|县|区|市)$")
# Areas that planners name like a county although no county line is drawn by them: they span
# several counties, or a part of one. A text that names nothing else says nothing of the county.
_UNDRAWN = re.compile(
    r"高新(?:技术产业开发)?区|经(?:济技术)?开(?:发)?区|综合?保(?:税)?区|双龙|园区|新区"
)
# 贵安新区 administers parts of counties that keep their own lines: beside it no county is claimed
_ACROSS = "贵安"
_UNKNOWN_M = 1e5  # a site whose accuracy nobody knows may lie in any county of a city


@dataclass(frozen=True, slots=True)
class Area:
    """A province, city or county of the gazetteer; NaN where no centre is known. [deg]"""

    adcode: str
    name: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True, eq=False)
class Counties:
    """The counties of a jurisdiction, indexed for lookup.

    Parameters
    ----------
    names, adcodes : tuple of str [m]
        ``adcodes`` "" where neither layer nor gazetteer tells.
    zones : Zones
        m polygons in the work CRS.
    accuracy_m : float
        Maximal positional error of the lines.
    region : shapely geometry
        All of them together.
    """

    names: tuple[str, ...]
    adcodes: tuple[str, ...]
    zones: Zones
    accuracy_m: float
    region: shapely.Geometry


@dataclass(frozen=True, slots=True, eq=False)
class Located:
    """Where n sites lie.

    Parameters
    ----------
    sure, possible : tuple of frozenset of str [n]
        Counties met under every, under some shift within the doubt; empty without a place.
    inside, outside, whole : bool array [n]
        Surely wholly within the jurisdiction; surely wholly outside; not surely partly outside.
    """

    sure: tuple[frozenset[str], ...]
    possible: tuple[frozenset[str], ...]
    inside: NDArray[np.bool_]
    outside: NDArray[np.bool_]
    whole: NDArray[np.bool_]


@cache
def gazetteer() -> tuple[Area, ...]:
    """Return the areas of Guizhou that are known by name and code, read once."""
    text = (files("zoning.projects") / "counties.csv").read_text("utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return tuple(
        Area(row["adcode"], row["name"], float(row["lon"] or "nan"), float(row["lat"] or "nan"))
        for row in csv.DictReader(lines)
    )


@cache
def _areas() -> tuple[Mapping[str, str], frozenset[str]]:
    """Return county name -> code, and the names of what is larger than a county."""
    counties = {area.name: area.adcode for area in gazetteer() if area.adcode[4:] != "00"}
    return counties, frozenset(a.name for a in gazetteer() if a.adcode[4:] == "00")


def open_counties(catalog: Catalog) -> Counties | None:
    """Return the counties of a catalog's jurisdiction; None where its layer names none."""
    layer = catalog.layers.get(catalog.region)
    if not isinstance(layer, VectorLayer):
        return None
    features = read_features(layer, crs=catalog.crs)
    if "name" not in features.attributes.columns:
        return None
    names = tuple(str(name) for name in features.attributes["name"])
    known = _areas()[0]
    if "adcode" in features.attributes.columns:
        codes = tuple(str(code)[:6] for code in features.attributes["adcode"])
    else:
        codes = tuple(known.get(name, "") for name in names)
    zones = index_zones(features.geometry)
    return Counties(names, codes, zones, layer.accuracy_m, catalog.region_geometry())


def locate(sites: Sites, counties: Counties) -> Located:
    """Return the counties that each site lies in, or may lie in.

    Parameters
    ----------
    sites : Sites
        n sites in the CRS of the counties.
    counties : Counties
    """
    n = len(sites)
    t = np.nan_to_num(sites.table["accuracy_m"].to_numpy(np.float64), nan=_UNKNOWN_M)
    shift = t + counties.accuracy_m
    pairs = touching(sites.geometry, counties.zones, shift)
    inside, whole = within(sites.geometry, counties.zones, pairs, shift)
    sure: list[frozenset[str]] = [frozenset()] * n
    possible = sure.copy()
    for site, feature, certain in zip(
        pairs.site[pairs.maybe], pairs.feature[pairs.maybe], pairs.sure[pairs.maybe], strict=True
    ):
        name = frozenset((counties.names[feature],))
        possible[site] |= name
        if certain:
            sure[site] |= name
    placed = ~shapely.is_missing(sites.geometry)
    outside = placed & np.asarray([not names for names in possible], dtype=bool)
    return Located(tuple(sure), tuple(possible), inside & placed, outside, whole | ~placed)


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _stem(name: str) -> str:
    """Return a name without the word for what it is: 清镇市, 清镇县 and 清镇 are 清镇."""
    return _KIND.sub("", name)


def _shortened(name: str, short: str) -> bool:
    """Whether people say ``short`` for the county: 清镇 for 清镇市, 关岭 for the 自治县."""
    return len(short) > 1 and (
        _stem(name) == short or ("自治县" in name and name.startswith(short))
    )


def counties_named(text: str, also: Iterable[str] = ()) -> frozenset[str]:
    """Return the counties that a text names in full: in an address, in the name of a project.

    Parameters
    ----------
    text : str
    also : iterable of str
        Counties beyond the gazetteer.

    Examples
    --------
    >>> sorted(counties_named("贵州省贵阳市修文县扎佐镇至息烽县公路"))
    ['修文县', '息烽县']
    """
    plain = _plain(text)
    return frozenset(name for name in {*_areas()[0], *also} if name in plain)


@lru_cache(maxsize=100_000)  # a list names few counties, each in many rows
def declared_counties(text: str, also: tuple[str, ...] = ()) -> frozenset[str] | None:
    """Return the counties that a cell for the county means; empty where it means another.

    Here the short name does, as nothing else is expected: 清镇, 贵阳清镇. A former kind of county
    (平坝县, now 区) is the same county.

    Parameters
    ----------
    text : str
    also : tuple of str
        Counties beyond the gazetteer.

    Returns
    -------
    frozenset of str, or None
        None where the cell says nothing of counties: empty, only the city, or an area that no
        county line follows, such as 贵安新区.

    Examples
    --------
    >>> declared_counties("贵阳市清镇"), declared_counties("贵安新区"), declared_counties("成都市")
    (frozenset({'清镇市'}), None, frozenset())
    """
    plain = _plain(text)
    if _ACROSS in plain:
        return None
    if named := counties_named(plain, also):
        return named
    known, larger = _areas()
    for name in larger:
        plain = plain.removeprefix(name)
    plain = plain.removeprefix("贵州").removeprefix("贵阳") if len(plain) > 2 else plain
    short = _stem(plain)
    if found := frozenset(name for name in {*known, *also} if _shortened(name, short)):
        return found
    bare = {name.rstrip("省市州") for name in larger}
    if not plain or plain in bare or _UNDRAWN.search(plain):
        return None
    return frozenset()


def same_county(declared: str, located: str) -> bool:
    """Whether a cell for the county means this county: 贵阳市清镇市, 清镇 and 清镇市 do."""
    return located in (declared_counties(declared, (located,)) or ())


def says_county(declared: str) -> bool:
    """Whether a cell says anything of counties: the city alone and 贵安新区 do not."""
    return declared_counties(declared) is not None


def county_of(adcode: str, counties: Counties | None) -> str | None:
    """Return the county that a code means; None where it means a city or a province.

    Raises
    ------
    KeyError
        No such code in Guizhou.
    """
    code = adcode[:6]
    own = dict(zip(counties.adcodes, counties.names, strict=True)) if counties is not None else {}
    known = {area.adcode: area.name for area in gazetteer()} | own
    return None if code[4:] == "00" and code in known else known[code]
