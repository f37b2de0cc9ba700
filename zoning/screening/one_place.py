"""Probe: everything that the layers say of one place, without any project."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from zoning.catalog import Catalog
from zoning.facts.table import Facts
from zoning.facts.values import Claims, Codes, Numbers
from zoning.facts.vocabulary import LAYERS
from zoning.layers import RasterLayer
from zoning.measure import measure, open_views
from zoning.rules.grammar import FactRef
from zoning.screening.evidence import span
from zoning.sites import Sites


@dataclass(frozen=True, slots=True)
class Probed:
    """What one layer says of one place.

    Parameters
    ----------
    site, layer, title : str
    meets : str
        ``是``, ``否``, ``说不清`` or empty for rasters.
    what : str
        Codes, names or classes met; the value of a raster.
    distance : str
        To the nearest feature.
    edition : str
        Date of the layer, and whether it is synthetic.
    """

    site: str
    layer: str
    title: str
    meets: str
    what: str
    distance: str
    edition: str


def _refs(catalog: Catalog) -> list[FactRef]:
    refs = []
    for name, layer in sorted(catalog.layers.items()):
        if isinstance(layer, RasterLayer):
            refs.append(FactRef(name, "mean" if not layer.classes else "covered"))
            refs += [FactRef(name, "share", (), text) for _, text in layer.classes]
        else:
            refs += [FactRef(name, measure) for measure in ("meets", "codes", "distance")]
            spec = LAYERS.get(name)
            if spec is not None and "class" in spec.attributes:
                refs.append(FactRef(name, "class"))
    return refs


def _word(claims: Claims) -> str:
    if claims.sure[0]:
        return "是"
    return "说不清" if claims.maybe[0] else "否"


def _names(codes: Codes) -> str:
    cell = codes.cell(0)
    extra = sorted(cell.maybe - cell.sure)
    text = "、".join(sorted(cell.sure))
    return text + (f"（可能 {'、'.join(extra)}）" if extra else "")


def _raster(name: str, layer: RasterLayer, facts: Facts) -> str:
    if not layer.classes:
        column = facts.numbers(f"{name}.mean")
        return column.reasons.text(0) or _span(column)
    shares = []
    for _, text in layer.classes:
        column = facts.numbers(str(FactRef(name, "share", (), text)))
        if column.high[0] > 0:
            shares.append(f"{text} {_span(column)}")
    return "、".join(shares)


def _span(column: Numbers) -> str:
    low, high, measured = column.low[0], column.high[0], column.measured[0]
    return span(float(low), float(high), float(measured), column.unit)


def _probed(site: str, facts: Facts, catalog: Catalog) -> list[Probed]:
    rows = []
    for name, layer in sorted(catalog.layers.items()):
        edition = f"{layer.date or '日期不详'}{' 示例' if layer.synthetic else ''}"
        if isinstance(layer, RasterLayer):
            rows.append(
                Probed(site, name, layer.title, "", _raster(name, layer, facts), "", edition)
            )
            continue
        distance = facts.numbers(f"{name}.distance")
        names = [
            _names(facts.codes(f"{name}.{measure}"))
            for measure in ("class", "codes")
            if f"{name}.{measure}" in facts
        ]
        rows.append(
            Probed(
                site,
                name,
                layer.title,
                _word(facts.claims(f"{name}.meets")),
                " · ".join(filter(None, names)),
                distance.reasons.text(0) or _span(distance),
                edition,
            )
        )
    return rows


def probe(sites: Sites, catalog: Catalog, *, as_of: date) -> Sequence[Probed]:
    """Ask every layer of the catalog what it says of each site.

    Parameters
    ----------
    sites : Sites
        In the work CRS.
    catalog : Catalog
    as_of : date
        Day of the question.

    Returns
    -------
    sequence of Probed
        Sites in order, layers by name.
    """
    refs = _refs(catalog)
    facts = measure(sites, refs, open_views(catalog, refs), as_of=as_of)
    rows: list[Probed] = []
    for i, site in enumerate(sites.ids):
        rows += _probed(str(site), facts.take(np.asarray([i])), catalog)
    return rows


__all__ = ["Probed", "probe"]
