"""The folder of `zoning heaps`, written beside and swapped in whole."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio

from zoning.render.eligible_folder import raster_qml, summary_of
from zoning.render.files.swap import strangers, swapped
from zoning.render.map.heaps_page import heaps_page
from zoning.render.map.map import MapView, show_map
from zoning.render.map.rasters import eligibility_overlay, suitability_overlay
from zoning.render.map.study_map import write_siting_map
from zoning.render.report.heap_gates import gates_record
from zoning.render.report.heaps_report import report_html
from zoning.render.report.rank_changes import movers_record
from zoning.render.screening_folder import fill
from zoning.render.share import edges_told, with_sources
from zoning.render.tables.accounts import target_record
from zoning.render.tables.criteria import about_suitability, criteria_rows, suitability_qml
from zoning.render.tables.digest import digest
from zoning.render.tables.guard import guarded_table
from zoning.render.tables.heap_columns import ordered
from zoning.render.tables.ranks import unranked_blank
from zoning.render.words import CLAIM
from zoning.render.workbook.heaps import write_heap_book
from zoning.siting.heaps.from_raster import RASTER
from zoning.siting.heaps.parts import LAYER, OVERLAPPING, SEEN

if TYPE_CHECKING:
    from zoning.catalog import Catalog
    from zoning.render.map.study_page import Siting
    from zoning.screening import Screening
    from zoning.screening.views import ProjectView
    from zoning.siting import Comparison, Eligibility
    from zoning.siting.heaps.study import HeapStudy

FILES: Final = (
    "heaps.json",
    "heaps.xlsx",
    "heaps.csv",
    "heaps.gpkg",
    "report.html",
    "eligibility.tif",
    "eligibility.qml",
    "suitability.tif",
    "suitability.qml",
    "map.html",
    "map.json.gz",
    "screening",
)
WITHHELD: Final = (
    "堆场图层不公开，逐格判断和适宜性栅格就是堆体边界，没有写出 "
    "cells would give away the heaps: eligibility.tif, suitability.tif not written"
)
CELLS: Final = "cells 逐格: always the weighted sum; the ranking of parts stands under ranking"
SCHEMA: Final = "zoning/heaps/1"
FEW: Final = 100
"""[cell] Parts of fewer are told: a cell is then a hundredth of the area or more. Illustrative."""
THREE_VALUED: Final = ("ready", "state_reached", "papers_held", "gate_passed", "reserved")
"""Columns that are True, False, or None where nobody knows."""


def write_heaps(
    study: HeapStudy,
    catalog: Catalog,
    folder: Path | str,
    *,
    comparison: Comparison | None = None,
    overwrite: bool = False,
) -> None:
    """Write the folder whole, or leave what is there.

    Parameters
    ----------
    study : HeapStudy
    catalog : Catalog
    folder : Path
        ``screening/`` in it is a result folder like any other, with map and workbook.
    comparison : Comparison, optional
        With the preset's own weights, where others were given; see `against`.
    overwrite : bool
        Go ahead though the folder holds something else; that is kept.

    Raises
    ------
    OutputFault
        The folder holds something else, a file of it is open elsewhere, or the disk refuses.
    """
    with swapped(Path(folder), foreign=foreign, overwrite=overwrite) as staging:
        fill_heaps(study, catalog, staging, comparison)


def fill_heaps(
    study: HeapStudy, catalog: Catalog, staging: Path, comparison: Comparison | None = None
) -> None:
    """Write every file into an empty folder."""
    table, shown = with_demands(study), _shown(study)
    _write_rasters(study, staging)
    guarded_table(unranked_blank(ordered(table))).to_csv(
        staging / "heaps.csv", index=False, encoding="utf-8-sig"
    )
    _write_layer(study, table, staging / "heaps.gpkg")
    notices = (*cautions(study), *study.sun.told(), *study.ledger.told())
    book = staging / "heaps.xlsx"
    write_heap_book(study, table, book, notices=notices, comparison=comparison)
    text = report_html(
        replace(study, notes=tuple(dict.fromkeys((*study.notes, *cautions(study))))), comparison
    )
    (staging / "report.html").write_text(text, encoding="utf-8", newline="\n")
    (staging / "screening").mkdir()
    fill(shown, catalog, staging / "screening")
    write_siting_map(shown, catalog, staging, siting=siting_of(study, catalog, table))
    scores = study.suitability
    about = {
        **summary_of(with_sources(study.found, study.sources), catalog),
        "gates": gates_record(study),
        "ranking": _about_ranking(study),
        **({} if scores is None else {"suitability": {"of": CELLS, **about_suitability(scores)}}),
        "$schema": SCHEMA,
        "parts": len(table),
        "cautions": list(cautions(study)),
        "sun": study.sun.record(),
        "target": target_record(study.ledger),
        **({} if comparison is None else {"comparison": movers_record(comparison)}),
    }
    dumped = json.dumps(about, ensure_ascii=False, indent=1)
    (staging / "heaps.json").write_text(dumped + "\n", encoding="utf-8", newline="\n")


def _about_ranking(study: HeapStudy) -> dict[str, object]:
    """How the parts were ranked, with the weights that were used in the end."""
    model = study.scored.model
    return {
        "of": "parts 分区",
        "method": model.method,
        "weights_from": {"all": model.how, **{group.name: group.how for group in model.groups}},
        "criteria": criteria_rows(model),
        "ranked": int((study.table["rank"] > 0).sum()),
        "draws": study.stability.draws,
        "notes": list(dict.fromkeys((*model.notes, *study.notes))),
    }


def _write_rasters(study: HeapStudy, staging: Path) -> None:
    """Cells, unless they would give the heaps away: their footprint is the heaps' own."""
    if not _may_show(study):
        return
    shutil.copyfile(study.found.raster, staging / "eligibility.tif")
    (staging / "eligibility.qml").write_text(raster_qml(), encoding="utf-8", newline="\n")
    if study.suitability is not None:
        shutil.copyfile(study.suitability.raster, staging / "suitability.tif")
        style = suitability_qml()
        (staging / "suitability.qml").write_text(style, encoding="utf-8", newline="\n")


def cautions(study: HeapStudy) -> tuple[str, ...]:
    """What the share of layers asks for: rasters that are kept back, edges that are retraced."""
    kept_back = () if _may_show(study) else (WITHHELD,)
    twice = tuple(note for note in study.parts.notes if note.startswith(OVERLAPPING))
    return (*kept_back, *twice, *_coarse(study), *edges_told(_retracing(study)))


def _coarse(study: HeapStudy) -> tuple[str, ...]:
    """That cells are too wide for what is deducted, or for a part of which few are counted."""
    res, edge = study.found.grid.res, study.found.preset.ground.edge_m
    area = study.table["area_ha"].to_numpy(np.float64) * 1e4
    few = [str(name) for name in study.table["id"][area < FEW * res**2]]
    said = []
    if res > edge > 0:
        said.append(
            f"格网 {res:g} m 粗于边缘退距 {edge:g} m：边缘、坝体、排水、陡坡扣得不准，可能没有扣；"
            f"用不粗于 {edge:g} m 的格网重算（--resolution）coarse grid"
        )
    if few:
        names = "、".join(few[:5]) + ("……" if len(few) > 5 else "")
        said.append(f"{len(few)} 个分区不足 {FEW} 格，各项面积只是粗数 few cells: {names}")
    return tuple(said)


def _retracing(study: HeapStudy) -> Eligibility:
    """The cells, with every layer whose edges they, their scores or their footprint retrace."""
    scored = study.suitability.sources if study.suitability is not None else ()
    heaps = tuple(source for source in study.sources if source.layer == RASTER)
    seen = bool((study.parts.table["source"] == SEEN).any())
    return with_sources(study.found, (*scored, *(heaps if seen else ())))


def siting_of(study: HeapStudy, catalog: Catalog, table: pd.DataFrame | None = None) -> Siting:
    """Return what the map of a study shows beside the screening.

    Parameters
    ----------
    study : HeapStudy
    catalog : Catalog
    table : pandas.DataFrame, optional
        Of `with_demands`, where it was made already.
    """
    shapes = _shown(study).sites.geometry
    overlays = [eligibility_overlay(_retracing(study), shapes, sparse=True)]
    if study.suitability is not None:
        scored = _retracing(study)
        overlay = suitability_overlay(study.suitability.raster, scored, shapes, sparse=True)
        overlays.append(overlay)
    made = with_demands(study) if table is None else table
    return heaps_page(study, made, catalog, overlays)


def show_heaps(study: HeapStudy, catalog: Catalog) -> MapView:
    """Return the map of a study, to look at in a notebook; heaps that may not be shown are not."""
    return show_map(_shown(study), catalog, siting=siting_of(study, catalog))


def foreign(folder: Path) -> tuple[str, ...]:
    """Names in a folder that no study of heaps wrote; all of them where it is none of ours."""
    return strangers(folder, head="heaps.json", schema="zoning/heaps/", files=FILES)


def with_demands(study: HeapStudy) -> pd.DataFrame:
    """Return the study's table with what is asked of each part."""
    views = {view.id: view for view in study.screening.projects()}
    rows = [views[name] for name in study.table["id"]]
    return study.table.assign(
        demands=["；".join(digest(row.components).demands) for row in rows],
        suspected=["；".join(_suspected(row)) for row in rows],
        synthetic=bool(study.screening.synthetic),
    )


def _suspected(row: ProjectView) -> tuple[str, ...]:
    """What would be asked if a text that nobody read held, or if a doubt went the other way."""
    said = (
        f"{finding.title}: {finding.demand}" if finding.demand else finding.title
        for site in row.components
        for finding in site.findings
        if finding.outcome in ("suspected", "open") and finding.direction != "note"
    )
    return tuple(dict.fromkeys(said))


def _may_show(study: HeapStudy) -> bool:
    """Whether the heaps' own shapes may enter outputs: every layer that they are from lets them."""
    shares = {s.layer: s.share for s in (*study.sources, *study.found.sources)}
    whence = {RASTER if source == SEEN else LAYER for source in study.parts.table["source"]}
    return all(shares.get(layer, "result_only") in ("clipped", "full") for layer in whence)


def _shown(study: HeapStudy) -> Screening:
    """The screening as it may be given away: the heaps are a layer's, not the user's own list."""
    if _may_show(study):
        return study.screening
    sites = study.screening.sites
    table = sites.table.assign(lon=np.nan, lat=np.nan)
    hidden = replace(sites, geometry=np.full(len(sites), None, dtype=object), table=table)
    return replace(study.screening, sites=hidden)


def _write_layer(study: HeapStudy, table: pd.DataFrame, path: Path) -> None:
    """Parts with their figures; without shapes where the heap layer may not be given away."""
    shapes = list(study.parts.geometry) if _may_show(study) else [None] * len(table)
    frame = gpd.GeoDataFrame(unranked_blank(table), geometry=shapes, crs=study.found.grid.crs)
    for name in THREE_VALUED:
        frame[name] = frame[name].astype(object).map({True: "是", False: "否"}).fillna("未知")
    pyogrio.write_dataframe(
        frame,
        path,
        layer="heaps",
        driver="GPKG",
        geometry_type="MultiPolygon",
        promote_to_multi=True,
        layer_options={"DESCRIPTION": f"{study.found.preset.title}。{CLAIM}"},
    )
