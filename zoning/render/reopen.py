"""A screening made again from its folder, to be looked at or drawn; nothing is measured again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyogrio
import shapely
from numpy.typing import NDArray

from zoning.errors import Fault, InputError
from zoning.facts.table import Facts
from zoning.measure import open_views
from zoning.measure.run import ground_of
from zoning.measure.units import unit_shares
from zoning.render.files.record import read_facts, read_record, rules_of
from zoning.render.qgis.geopackage import SHAPES, UNPLACED
from zoning.rules.grammar import FactRef
from zoning.rules.judge import asked, judge, ranges
from zoning.screening import Screening
from zoning.sites import COLUMNS, Sites, blank, table_of

if TYPE_CHECKING:
    from zoning.catalog import Catalog


def reopen(folder: Path, catalog: Catalog) -> Screening:
    """Read a result folder back.

    Parameters
    ----------
    folder : Path
    catalog : Catalog
        Gives the words of the control units, which are not stored.

    Raises
    ------
    InputError
        Not a result folder, one without its GeoPackage, or in another work CRS.
    """
    record = read_record(folder)
    if record.run.crs != catalog.crs:
        raise InputError(_other_crs(record.run.crs, catalog.crs))
    sites = read_sites(folder / "screening.gpkg", record.run.crs)
    facts = _in_list_order(read_facts(folder), sites)
    rules = replace(rules_of(record), title=record.rules.title)
    scope = tuple((gap.layer, gap.department) for gap in record.out_of_scope)
    accepted = [day if isinstance(day, date) else None for day in sites.table["accepted"]]
    findings = judge(
        facts,
        rules,
        on=asked(accepted, record.run.as_of),
        out_of_scope=frozenset(layer for layer, _ in scope),
        assumed=record.run.assumptions,
    )
    return Screening(
        sites=sites,
        facts=facts,
        findings=findings,
        verdicts=ranges(findings),
        rules=rules,
        sources=tuple(source.source_row() for source in record.sources),
        as_of=record.run.as_of,
        region=record.run.region,
        out_of_scope=scope,
        units=_units(sites, catalog),
        version=record.run.version,
        assumed=record.run.assumptions,
    )


def read_sites(path: Path, crs: str) -> Sites:
    """Read the sites of ``screening.gpkg`` in list order.

    Raises
    ------
    InputError
        The file cannot be read.
    """
    try:
        frames = list(_frames(path))
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, OSError):
        raise InputError(
            Fault(zh="无法读取", en="cannot be read", file=f"{path.parent.name}/{path.name}")
        ) from None
    rows = pd.concat([frame for frame, _ in frames], ignore_index=True)
    geometry = np.concatenate([shapes for _, shapes in frames])
    order = np.argsort(rows["seq"].to_numpy(np.int64), kind="stable")
    rows = rows.iloc[order].reset_index(drop=True)
    table = table_of({name: _column(rows, name) for name in COLUMNS})
    faults = tuple(_faults(text) for text in _texts(rows, "faults"))
    return Sites(table, geometry[order], crs, faults, rows_in=len(rows))


def _frames(path: Path) -> Iterator[tuple[pd.DataFrame, NDArray[np.object_]]]:
    layers = {str(name) for name, _ in pyogrio.list_layers(path)}
    for shape in SHAPES:
        if f"sites_{shape}" in layers:
            frame = pyogrio.read_dataframe(path, layer=f"sites_{shape}")
            shapes = np.asarray([_single(g) for g in frame.geometry], dtype=object)
            yield pd.DataFrame(frame.drop(columns="geometry")), shapes
    if UNPLACED in layers:
        frame = pyogrio.read_dataframe(path, layer=UNPLACED)
        yield frame, np.full(len(frame), None, dtype=object)


def _single(shape: shapely.Geometry) -> shapely.Geometry:
    """Undo the promotion to a collection of one, which the file format asks for."""
    parts = shapely.get_parts(shape)
    only: shapely.Geometry = parts[0] if len(parts) == 1 else shape
    return only


def _column(rows: pd.DataFrame, name: str) -> NDArray[np.generic]:
    kind = COLUMNS[name]
    values = blank(kind, len(rows))
    if name not in rows:
        return values
    if kind == "text":
        values[:] = _texts(rows, name)
    elif kind == "date":
        days = [date.fromisoformat(text) if text else None for text in _texts(rows, name)]
        values[:] = np.asarray(days, dtype=object)
    elif kind == "bool":
        values[:] = rows[name].fillna(value=False).astype(bool).to_numpy()
    elif kind == "row":
        values[:] = rows[name].fillna(0).astype(np.int64).to_numpy()
    else:
        values[:] = rows[name].astype(np.float64).to_numpy()
    return values


def _texts(rows: pd.DataFrame, name: str) -> list[str]:
    if name not in rows:
        return [""] * len(rows)
    return ["" if value is None or value != value else str(value) for value in rows[name]]


def _faults(text: str) -> tuple[Fault, ...]:
    return tuple(Fault(**fault) for fault in json.loads(text)) if text else ()


def _in_list_order(facts: Facts, sites: Sites) -> Facts:
    at = {str(site): row for row, site in enumerate(facts.ids)}
    return facts.take(np.asarray([at[str(site)] for site in sites.ids], np.intp))


def _units(sites: Sites, catalog: Catalog) -> pd.DataFrame:
    layer = catalog.layers.get("control_unit")
    views = open_views(catalog, (FactRef("control_unit", "meets"),))
    ground = ground_of(sites, layer.accuracy_m if layer is not None else 0.0)
    return unit_shares(ground, views.vectors.get("control_unit"))


def _other_crs(recorded: str, held: str) -> Fault:
    return Fault(
        zh=f"结果的坐标系 {recorded} 与数据目录的 {held} 不同",
        en=f"the results are in {recorded}, the catalog in {held}",
        file="screening.json",
        remedy_zh="用筛选时的数据目录重绘",
        remedy_en="redraw with the catalog of the screening",
    )
