"""What the map's page holds, gathered from a screening and its catalog.

Geometry of a layer enters only as the catalog allows: see ``legend``. The page's own base (the
districts) is drawn only where that layer may be shown in full.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.crs import GEOGRAPHIC, project
from zoning.layers import Features, Layer, RasterLayer, VectorLayer, read_features
from zoning.render import style
from zoning.render.conflicts import Ground
from zoning.render.map.cards import CardWriter, Row, trim
from zoning.render.map.crowd import MOST, WHOLE, CrowdWriter, by_gravity
from zoning.render.map.density import density
from zoning.render.map.legend import plain_title, write_layers
from zoning.render.map.places import PlaceWriter
from zoning.render.map.relief import Relief, draw_relief
from zoning.render.map.shapes import Json, label_point, thin, write
from zoning.render.map.study_page import Siting, SitingWriter
from zoning.screening.views import Decision

if TYPE_CHECKING:
    from zoning.catalog import Catalog
    from zoning.screening import Screening
    from zoning.screening.views import Source

BUDGET = 15_000_000  # [bytes] of the whole page
_LAYERS = 3_500_000  # [bytes] all layers together
_CARDS = 11_000_000  # [bytes] all projects together
_ROUND = 0.25  # [deg] how far beyond the region the relief goes, about 25 km
_DISTRICT_THIN = 60.0  # [m]
_SMALL = 6_500.0  # [m] a district whose largest circle is smaller gets a small name
_FEW = 4  # synthetic layers named one by one in the banner
_BENEATH = ("bounds", "districts", "region", "layers", "banner")
_PLACE = {name: place for place, name in enumerate(style.LAYER)}


@dataclass(frozen=True, slots=True)
class Page:
    """Data of the page, its title, and the picture beneath it.

    Parameters
    ----------
    title : str
    data : dict
        JSON.
    bounds : tuple of (south, west), (north, east)
        Of the region [deg], rounded outwards to 0.01.
    relief : Relief or None
    """

    title: str
    data: Row
    bounds: tuple[tuple[float, float], tuple[float, float]]
    relief: Relief | None

    @property
    def own(self) -> Row:
        """The data without the ground beneath, which a catalog gives again; see `page_again`."""
        return {key: None if key in _BENEATH else value for key, value in self.data.items()}


def gather(screening: Screening, catalog: Catalog, siting: Siting | None = None) -> Page:
    """Collect everything the page shows.

    Parameters
    ----------
    screening : Screening
    catalog : Catalog
        The one it was screened against.
    siting : Siting, optional
        What a study of places says of the projects; without it the page is the screening's.

    Returns
    -------
    Page
    """
    reader = _Reader(catalog)
    own, outlines = (siting.own, siting.outlines) if siting else ("", True)
    places = PlaceWriter(
        screening.sites,
        screening.rules,
        lambda name: None if name == own else reader.ground(name),
        outlines=outlines,
    )
    writer = CardWriter(screening.rules, reader.redact, reader.titles, reader.closed)
    order = _order(screening, siting)
    projects = _projects(screening, order, writer, places, reader.closed, outlines=outlines)
    more = SitingWriter(siting) if siting else None
    level, rows = _within([more.add_to(row) for row in projects] if more else projects, _CARDS)
    bounds = _bounds(catalog)
    title, sub = _head(screening, catalog, siting)
    data: Row = {
        "title": title,
        "sub": sub,
        **_ground(reader, bounds, screening.sites.geometry),
        "projects": list(rows),
        "heads": list(writer.heads.rows),
        "tests": list(writer.tests.rows),
        "level": level,
        "counts": _counts(screening),
        "crowd": _rest(screening, order),
        "banner": _banner(catalog, rows),
        "editions": _editions(screening),
        "assumed": list(screening.assumed.told),
        "sources": _sources(screening),
        "unheld": _unheld(screening),
        "words": _words(),
    }
    if more is not None:
        data["siting"] = more.page()
    return Page(title, data, bounds, _relief(catalog, bounds))


def page_again(
    title: str, own: Mapping[str, Json], catalog: Catalog, shapes: NDArray[np.object_]
) -> Page:
    """Return a page from its own data, over the ground that a catalog gives.

    Parameters
    ----------
    title : str
    own : mapping
        Of `Page.own`.
    catalog : Catalog
    shapes : object array [n]
        The sites, in the work CRS; None for one without a place.
    """
    bounds = _bounds(catalog)
    projects = own.get("projects")
    rows = [row for row in projects if isinstance(row, dict)] if isinstance(projects, list) else []
    fresh = {
        **_ground(_Reader(catalog), bounds, shapes),
        "banner": _banner(catalog, rows),
    }
    data: Row = {key: fresh.get(key, value) for key, value in own.items()}
    return Page(title, data, bounds, _relief(catalog, bounds))


def _ground(
    reader: _Reader,
    bounds: tuple[tuple[float, float], tuple[float, float]],
    shapes: NDArray[np.object_],
) -> Row:
    """What lies beneath the sites: the region and the layers of the catalog."""
    districts, outline = _districts(reader)
    return {
        "bounds": [list(bounds[0]), list(bounds[1])],
        "districts": districts,
        "region": outline,
        "layers": list(write_layers(reader.legend(), shapes, budget=_LAYERS)),
    }


def _head(screening: Screening, catalog: Catalog, siting: Siting | None) -> tuple[str, str]:
    if siting is not None:
        return siting.title, siting.sub
    rules = screening.rules.title or screening.rules.name
    return f"{catalog.name}项目准入筛查", f"{rules}，截至 {screening.as_of}"


def _order(screening: Screening, siting: Siting | None) -> NDArray[np.intp]:
    """Projects as they are read: the gravest first; in a study the ranked ones before them."""
    ranges = screening.project_verdicts
    order = by_gravity(ranges.least, ranges.most)
    if siting is None:
        return order
    return np.asarray(siting.order(screening.project_ids, order.tolist()), dtype=np.intp)


def _projects(
    screening: Screening,
    order: NDArray[np.intp],
    writer: CardWriter,
    places: PlaceWriter,
    closed: frozenset[str],
    *,
    outlines: bool,
) -> list[Row]:
    """Rows of projects in order; past ``WHOLE`` without evidence, past ``MOST`` none."""
    ids = screening.project_ids
    views = screening.projects([ids[at] for at in order[:WHOLE]])
    rows = [places.add_to(writer.project(view), view) for view in views]
    rest = order[WHOLE:MOST]
    if len(rest):
        crowd = CrowdWriter(
            screening, writer, units="control_unit" not in closed, outlines=outlines
        )
        rows += [crowd.project(ids[at], screening.rows_at(at)) for at in rest.tolist()]
    return rows


def _rest(screening: Screening, order: NDArray[np.intp]) -> Row | None:
    """Count the projects past ``MOST`` by cell."""
    rest = order[MOST:]
    return density(screening, rest) if len(rest) else None


def _counts(screening: Screening) -> Row:
    """Number of projects by letter, those past ``MOST`` too."""
    counts = screening.counts()
    return {style.VERDICT[decision.name].key: counts[decision] for decision in Decision}


class _Reader:
    """Layers of a catalog as their ``share`` allows."""

    def __init__(self, catalog: Catalog) -> None:
        layers = list(catalog.layers.values())
        self.crs = catalog.crs
        self.region = catalog.region
        self.vectors = [layer for layer in layers if isinstance(layer, VectorLayer)]
        self.titles = {layer.name: layer.title for layer in self.vectors}
        self.closed = frozenset(layer.name for layer in layers if layer.share == "none")
        self._by_name = {layer.name: layer for layer in self.vectors}
        self._ground: dict[str, Ground] = {}
        self._secret = lru_cache(maxsize=None)(self._secrets)

    def features(self, name: str) -> Features | None:
        layer = self._by_name.get(name)
        return None if layer is None else read_features(layer, crs=self.crs)

    def legend(self) -> Iterable[tuple[VectorLayer, Features | None]]:
        """Layers of the legend; the base map and mere extents are none of it."""
        for layer in self.vectors:
            if layer.name in (self.region, "study_area"):
                continue
            yield layer, self.features(layer.name) if layer.share == "full" else None

    def ground(self, name: str) -> Ground | None:
        """Features whose parts inside sites may be shown."""
        layer = self._by_name.get(name)
        if layer is None or layer.share not in ("full", "clipped"):
            return None
        if name not in self._ground:
            read = read_features(layer, crs=self.crs)
            tree = shapely.STRtree(read.geometry)
            self._ground[name] = Ground(read.geometry, read.attributes, tree, layer.share == "full")
        return self._ground[name]

    def open(self, name: str) -> bool:
        return name in self._by_name and self._by_name[name].share == "full"

    def redact(self, name: str, text: str) -> str:
        """Text without the codes and names of a layer that gives out none."""
        if name in self.closed and text:
            for word in self._secret(name):
                text = text.replace(word, "…")
        return text

    def _secrets(self, name: str) -> tuple[str, ...]:
        read = self.features(name)
        if read is None:
            return ()
        columns = [read.attributes[key] for key in ("code", "name") if key in read.attributes]
        words = {value for column in columns for value in column if isinstance(value, str)}
        return tuple(sorted((word for word in words if word), key=lambda word: (-len(word), word)))


def _within(rows: list[Row], budget: int) -> tuple[int, list[Row]]:
    """Rows that fit, and how much was left out: 0 nothing, 1 evidence that does not decide, 2."""
    for level in range(3):
        kept = [*trim(rows[:WHOLE], level), *rows[WHOLE:]] if level else rows
        if level == 2 or len(json.dumps(kept, ensure_ascii=False).encode()) <= budget:
            return level, kept
    raise AssertionError("unreachable")


def _bounds(catalog: Catalog) -> tuple[tuple[float, float], tuple[float, float]]:
    region = np.array([catalog.region_geometry()], dtype=object)
    west, south, east, north = shapely.total_bounds(project(region, catalog.crs, GEOGRAPHIC))
    low = [float(np.floor(value * 100) / 100) for value in (south, west)]
    high = [float(np.ceil(value * 100) / 100) for value in (north, east)]
    return (round(low[0], 2), round(low[1], 2)), (round(high[0], 2), round(high[1], 2))


def _relief(
    catalog: Catalog, bounds: tuple[tuple[float, float], tuple[float, float]]
) -> Relief | None:
    dem = catalog.layers.get("dem")
    if not isinstance(dem, RasterLayer):
        return None
    (south, west), (north, east) = bounds
    return draw_relief(dem, (west - _ROUND, south - _ROUND, east + _ROUND, north + _ROUND))


def _districts(reader: _Reader) -> tuple[list[Json], Json]:
    """Name, shape and place of the name of each district; and the outline of all."""
    read = reader.features(reader.region) if reader.open(reader.region) else None
    if read is None:
        return [], None
    thinned = thin(read.geometry, _DISTRICT_THIN)
    spots, radii = zip(*(label_point(shape) for shape in read.geometry), strict=True)
    points = write(np.array(spots, dtype=object), read.crs)
    shapes = write(thinned, read.crs)
    [outline] = write(np.array([shapely.union_all(thinned)], dtype=object), read.crs)
    rows: list[Json] = [
        {
            "n": str(name),
            "g": shape,
            "l": point["coordinates"] if point else None,
            "s": 1 if radius < _SMALL else 0,
        }
        for name, shape, point, radius in zip(
            read.attributes["name"], shapes, points, radii, strict=True
        )
    ]
    return rows, outline


def _banner(catalog: Catalog, projects: Sequence[Row]) -> str:
    """Say which layers and whether the projects are invented; empty where none is."""
    layers = sorted((layer for layer in catalog.layers.values() if layer.synthetic), key=_rank)
    words = [style.layer_style(layer.name).short or plain_title(layer.title) for layer in layers]
    named = "、".join(words[:_FEW]) + (f"等 {len(words)} 个图层" if len(words) > _FEW else "")
    parts = [named] if named else []
    if any(row["s"] for row in projects):
        parts.append("项目")
    return f"{'和'.join(parts)}为虚构" if parts else ""


def _rank(layer: Layer | Source) -> int:
    """Place in the legend; what it does not know comes last."""
    name = layer.layer if hasattr(layer, "layer") else layer.name
    return _PLACE.get(name, len(_PLACE))


def _editions(screening: Screening) -> str:
    sources = sorted(screening.sources, key=_rank)
    dated = [
        f"{plain_title(source.title)} {source.date:%Y-%m}" for source in sources if source.date
    ]
    rules = f"规则集 {screening.rules.name} {screening.rules.edition[:8]}"
    return " · ".join([*dated[:3], rules, f"截至 {screening.as_of}"])


def _sources(screening: Screening) -> list[Json]:
    """One line a source: title, date, hash, whether invented, owner."""
    return [
        [
            source.title,
            source.date.isoformat() if source.date else "日期不详",
            source.sha256[:8],
            1 if source.synthetic else 0,
            source.source,
        ]
        for source in sorted(screening.sources, key=_rank)
    ]


def _unheld(screening: Screening) -> list[list[str]]:
    """Layers this office does not hold, each with the department that does."""
    titles = screening.known_layers
    return [
        [titles[layer].title if layer in titles else layer, department]
        for layer, department, _ in screening.unreviewed
    ]


def _words() -> Row:
    verdicts: Row = {
        each.key: [each.zh, each.short, each.colour, each.text, each.tint, each.svg]
        for each in style.VERDICT.values()
    }
    directions: Row = {key: [title, name] for key, title, name in style.DIRECTION.values()}
    return {
        "verdict": verdicts,
        "direction": directions,
        "outcome": {key: list(value) for key, value in style.OUTCOME.items()},
        "seen": {key: [text, int(read)] for key, (text, read) in style.SEEN.items()},
        "status": {key: [text, int(read)] for key, (text, read) in style.STATUS.items()},
        "unit": {key: each.fill for key, each in style.UNIT_CLASS.items()},
        "disclaimer": style.DISCLAIMER,
        "admitted": style.ADMITTED,
    }
