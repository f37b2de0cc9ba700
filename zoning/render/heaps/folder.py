"""The folder of `zoning heaps`, written beside and swapped in whole."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio

from zoning.render.accounts import ledger_rows, target_record
from zoning.render.digest import digest
from zoning.render.eligible import CLAIM, raster_qml, summary_of, with_sources
from zoning.render.folder import fill
from zoning.render.heaps.columns import cells, heads, ordered
from zoning.render.heaps.page import heaps_page
from zoning.render.heaps.report import report_html
from zoning.render.map import MapView, show_map, write_map
from zoning.render.rasters import eligibility_overlay, suitability_overlay
from zoning.render.sheets.book import Book, Cell, Column, Look, Row, Table, open_book
from zoning.render.style import VERDICT
from zoning.render.suitable import about_suitability, suitability_qml
from zoning.render.swap import strangers, swapped
from zoning.siting.parts import LAYER

if TYPE_CHECKING:
    from zoning.catalog import Catalog
    from zoning.render.siting_page import Siting
    from zoning.screening import Screening
    from zoning.screening.views import ProjectView
    from zoning.siting.heaps import HeapStudy

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
    "screening",
)
SCHEMA: Final = "zoning/heaps/1"


def write_heaps(
    study: HeapStudy, catalog: Catalog, folder: Path | str, *, overwrite: bool = False
) -> None:
    """Write the folder whole, or leave what is there.

    Parameters
    ----------
    study : HeapStudy
    catalog : Catalog
    folder : Path
        ``screening/`` in it is a result folder like any other, with map and workbook.
    overwrite : bool
        Go ahead though the folder holds something else; that is kept.

    Raises
    ------
    OutputFault
        The folder holds something else, a file of it is open elsewhere, or the disk refuses.
    """
    with swapped(Path(folder), foreign=foreign, overwrite=overwrite) as staging:
        fill_heaps(study, catalog, staging)


def fill_heaps(study: HeapStudy, catalog: Catalog, staging: Path) -> None:
    """Write every file into an empty folder."""
    table, shown = with_demands(study), _shown(study)
    shutil.copyfile(study.found.raster, staging / "eligibility.tif")
    (staging / "eligibility.qml").write_text(raster_qml(), encoding="utf-8", newline="\n")
    if study.suitability is not None:
        shutil.copyfile(study.suitability.raster, staging / "suitability.tif")
        style = suitability_qml()
        (staging / "suitability.qml").write_text(style, encoding="utf-8", newline="\n")
    ordered(table).to_csv(staging / "heaps.csv", index=False, encoding="utf-8-sig")
    _write_layer(study, table, staging / "heaps.gpkg")
    _write_workbook(study, table, staging / "heaps.xlsx")
    text = report_html(study)
    (staging / "report.html").write_text(text, encoding="utf-8", newline="\n")
    (staging / "screening").mkdir()
    fill(shown, catalog, staging / "screening")
    write_map(shown, catalog, staging / "map.html", siting=siting_of(study, catalog, table))
    scores = study.suitability
    about = {
        **summary_of(with_sources(study.found, study.sources), catalog),
        **({} if scores is None else {"suitability": about_suitability(scores)}),
        "$schema": SCHEMA,
        "parts": len(table),
        "sun": study.sun.record(),
        "target": target_record(study.ledger),
    }
    dumped = json.dumps(about, ensure_ascii=False, indent=1)
    (staging / "heaps.json").write_text(dumped + "\n", encoding="utf-8", newline="\n")


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
    overlays = [eligibility_overlay(study.found, shapes, sparse=True)]
    if study.suitability is not None:
        scored = with_sources(study.found, study.suitability.sources)
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
        ready_zh=[
            "不明" if r is None else "状态已到，门槛材料未核" if r else "否"
            for r in study.table["ready"]
        ],
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
        if finding.outcome in ("suspected", "open")
    )
    return tuple(dict.fromkeys(said))


def _may_show(study: HeapStudy) -> bool:
    """Whether the heaps' own shapes may enter outputs."""
    shared = next((s.share for s in study.found.sources if s.layer == LAYER), "result_only")
    return shared in ("clipped", "full")


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
    frame = gpd.GeoDataFrame(table, geometry=shapes, crs=study.found.grid.crs)
    frame["ready"] = frame["ready"].astype(object).map({True: "是", False: "否"}).fillna("未知")
    pyogrio.write_dataframe(
        frame,
        path,
        layer="heaps",
        driver="GPKG",
        geometry_type="MultiPolygon",
        promote_to_multi=True,
        layer_options={"DESCRIPTION": f"{study.found.preset.title}。{CLAIM}"},
    )


def _write_workbook(study: HeapStudy, table: pd.DataFrame, path: Path) -> None:
    target = BytesIO()
    title = f"{study.found.preset.title} · 截至 {study.found.as_of}"
    with TemporaryDirectory() as aside:
        workbook = open_book(target, Path(aside), title=title, made=study.found.as_of)
        notices: list[tuple[str, Look]] = [(CLAIM, {})]
        if study.screening.synthetic:
            mark = "示例数据 SYNTHETIC：图层为虚构，堆场不对应任何真实地点。"
            notices.insert(0, (mark, {"bold": True, "font_color": VERDICT["FORBID"].text}))
        notices += [(line, {}) for line in (*study.sun.told(), *study.ledger.told())]
        book = Book(workbook, title=title, footer=CLAIM, notices=tuple(notices))
        _ranked(book, table)
        _ledger(book, study)
        workbook.close()
    path.write_bytes(target.getvalue())


def _ranked(book: Book, table: pd.DataFrame) -> None:
    sheet = Table(book, book.sheet("排序"), heads(table), freeze=4)
    for _, row in ordered(table).iterrows():
        tint = VERDICT[str(row["decision"]).upper()].tint
        values = cells(row, table)
        sheet.add(Row([Cell(v, tint=tint) if v == row["decision_zh"] else v for v in values]))
    sheet.close()


def _ledger(book: Book, study: HeapStudy) -> None:
    columns = (
        Column("账目", 12), Column("区县", 14), Column("类型", 10), Column("建设性质", 12),
        Column("结论", 14), Column("个数", 8, "int"), Column("其中装机未写明", 14, "int"),
        Column("装机下限 MW", 14, "number"), Column("装机上限 MW", 14, "number"),
    )  # fmt: skip
    sheet = Table(book, book.sheet("目标对照"), columns, freeze=1)
    for row in ledger_rows(study.ledger):
        sheet.add(Row(row))
    sheet.close()
