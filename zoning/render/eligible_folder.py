"""The folder of an eligibility run: raster, patches, what each rule takes, sources."""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as Xml

import numpy as np
import pandas as pd

from zoning.crs import geodesic_area
from zoning.facts.vocabulary import LAYERS
from zoning.render.files.swap import strangers, swapped
from zoning.render.qgis.patches import write_patches
from zoning.render.report.fit_words import _on_heaps, bound_of, fit_told
from zoning.render.report.gates_told import gates_told
from zoning.render.report.rule_table import write_rules
from zoning.render.share import (
    closed_where,
    edges_told,
    restricted,
    with_sources,
    withheld_told,
    without_places,
)
from zoning.render.tables.accounts import target_record
from zoning.render.tables.criteria import about_suitability, criteria_rows, suitability_qml
from zoning.render.tables.guard import guarded_table
from zoning.render.tables.patches import patch_table
from zoning.render.tables.ranks import by_rank, unranked_blank
from zoning.render.words import CLAIM, WORDS
from zoning.render.workbook.patches import write_patch_book
from zoning.rules.grammar import parse_condition
from zoning.siting.presets.fits import said_of
from zoning.siting.target import ledger

if TYPE_CHECKING:
    from zoning.catalog import Catalog
    from zoning.siting import Comparison, Eligibility, Suitability
    from zoning.siting.patches import Sited
    from zoning.siting.presets.preset import Preset
    from zoning.siting.target import Ledger, Pipeline

FILES: Final = (
    "eligible.json",
    "eligibility.tif",
    "eligibility.qml",
    "suitability.tif",
    "suitability.qml",
    "patches.gpkg",
    "patches.csv",
    "patches.xlsx",
    "rules.csv",
    "report.html",
    "map.html",
    "map.json.gz",
)
SCHEMA: Final = "zoning/eligible/1"


def write_eligible(
    found: Eligibility,
    sited: Sited,
    catalog: Catalog,
    folder: Path | str,
    *,
    suitability: Suitability | None = None,
    pipeline: Pipeline | None = None,
    comparison: Comparison | None = None,
    overwrite: bool = False,
) -> None:
    """Write the folder whole, or leave what is there.

    Parameters
    ----------
    found : Eligibility
        Its raster is copied, unless it is the shape of a layer that may not be given away.
    sited : Sited
    catalog : Catalog
    folder : Path
    suitability : Suitability, optional
        Its raster is copied.
    pipeline : Pipeline, optional
        What a list proposes, beside what the patches could carry.
    comparison : Comparison, optional
        With the preset's own weights, where others were given; see `against`.
    overwrite : bool
        Go ahead though the folder holds something else; that is kept.

    Raises
    ------
    OutputFault
        The folder holds something else, a file of it is open elsewhere, or the disk refuses.
    """
    from zoning.render.map.patches_page import siting_of
    from zoning.render.map.study_map import write_siting_map
    from zoning.render.report.patch_report import Outcome, cautions_of, report_html
    from zoning.render.report.rank_changes import movers_record

    with swapped(Path(folder), foreign=foreign, overwrite=overwrite) as staging:
        _write_rasters(found, suitability, staging)
        table = patch_table(sited)
        guarded_table(unranked_blank(by_rank(table))).to_csv(
            staging / "patches.csv", index=False, encoding="utf-8-sig"
        )
        used = with_sources(found, sited.sources)
        write_patches(table, sited, used, staging / "patches.gpkg", about=_about(used))
        account = ledger_of(table, pipeline)
        notices = (
            CLAIM, *withheld_told(found), *told(found), *edges_told(used),
            *_scored_by(sited, suitability),
        )  # fmt: skip
        write_patch_book(
            table, sited, used, staging / "patches.xlsx", notices=notices, ledger=account,
            comparison=comparison,
        )  # fmt: skip
        write_rules(found, staging / "rules.csv")
        siting = siting_of(found, sited, catalog, table, suitability)
        shown = without_places(sited.screening) if closed_where(found) else sited.screening
        write_siting_map(shown, catalog, staging, siting=siting)
        outcome = Outcome(
            with_sources(used, suitability.sources) if suitability is not None else used,
            sited, table, _region_m2(catalog), catalog.note, bound_of(found),
            cautions_of(notices), account, comparison,
        )  # fmt: skip
        (staging / "report.html").write_text(report_html(outcome), encoding="utf-8", newline="\n")
        about = _summary(found, sited, catalog, suitability, account)
        if comparison is not None:
            about = {**about, "comparison": movers_record(comparison)}
        text = json.dumps(about, ensure_ascii=False, indent=1)
        (staging / "eligible.json").write_text(text + "\n", encoding="utf-8", newline="\n")


def _write_rasters(found: Eligibility, suitability: Suitability | None, staging: Path) -> None:
    """Cells, unless they are the shape of a layer that may not be given away."""
    if closed_where(found):
        return
    shutil.copyfile(found.raster, staging / "eligibility.tif")
    (staging / "eligibility.qml").write_text(raster_qml(), encoding="utf-8", newline="\n")
    if suitability is not None:
        shutil.copyfile(suitability.raster, staging / "suitability.tif")
        style = suitability_qml()
        (staging / "suitability.qml").write_text(style, encoding="utf-8", newline="\n")


def _region_m2(catalog: Catalog) -> float:
    """All ground of the region. [m2, geodesic]"""
    region = np.asarray([catalog.region_geometry()], dtype=object)
    return float(geodesic_area(region, catalog.crs)[0])


def ledger_of(table: pd.DataFrame, pipeline: Pipeline | None = None) -> Ledger | None:
    """What the patches could carry against the target and a list; None where nothing is sized."""
    return ledger(table, pipeline=pipeline) if "low_mw" in table else None


def foreign(folder: Path) -> tuple[str, ...]:
    """Names in a folder that no eligibility run wrote; all of them where it is none of ours."""
    return strangers(folder, head="eligible.json", schema="zoning/eligible/", files=FILES)


def _about(found: Eligibility) -> str:
    mark = "示例数据 SYNTHETIC。" if found.synthetic else ""
    words = "。".join(said_of(found.preset))
    return f"{mark}{found.preset.title}，截至 {found.as_of}。{CLAIM}{words}"


def _scored_by(sited: Sited, suitability: Suitability | None) -> tuple[str, ...]:
    """What goes with the scores, each said once."""
    said = (*sited.notes, *(suitability.notes if suitability is not None else ()))
    known = ("曲线、得分和权重为示意值 illustrative",) if sited.criteria else ()
    return tuple(dict.fromkeys((*known, *said)))


def _summary(
    found: Eligibility,
    sited: Sited,
    catalog: Catalog,
    suitability: Suitability | None,
    account: Ledger | None,
) -> Mapping[str, object]:
    patches = {
        "count": len(sited),
        "area_ha": round(float(sited.table["area_ha"].sum()), 4),
        "min_area_ha": found.preset.min_area_ha,
        "min_width_m": found.preset.min_width_m,
    }
    ranking = {
        "method": sited.scored.model.method,
        "criteria": criteria_rows(sited.scored.model),
        "ranked": int((sited.table["rank"] > 0).sum()),
        "draws": sited.stability.draws,
        "notes": list(sited.notes),
    }
    scored = {"suitability": about_suitability(suitability)} if suitability is not None else {}
    used = with_sources(found, sited.sources)
    # against the plan's target, county by county, never added to it
    target = {"target": target_record(account)} if account is not None else {}
    return {**summary_of(used, catalog), "patches": patches, "ranking": ranking, **scored, **target}


def summary_of(found: Eligibility, catalog: Catalog) -> Mapping[str, object]:
    """What was asked of the ground, under which texts and data, and what came of it."""
    return {
        "$schema": SCHEMA,
        "claim": CLAIM,
        "told": list(told(found)),
        "preset": found.preset.model_dump(),
        "region": found.region,
        "note": catalog.note,
        "as_of": found.as_of.isoformat(),
        "version": found.version,
        "rules": {"name": found.rules.name, "edition": found.rules.edition},
        "grid": asdict(found.grid),
        "values": {str(v): {"zh": zh, "en": en} for v, (zh, en, _) in WORDS.items()},
        "areas_ha": {str(value): round(area / 1e4, 4) for value, area in found.areas},
        "costs": [
            {name: v if name == "rule" else round(v / 1e4, 4) for name, v in asdict(c).items()}
            for c in found.costs
        ],
        "costs_unit": "ha",
        "not_asked_of_cells": [asdict(item) for item in found.left],
        "out_of_scope": [{"layer": layer, "department": who} for layer, who in found.out_of_scope],
        "synthetic": list(found.synthetic),
        "restricted": list(restricted(found)),
        "withheld": list(closed_where(found)),
        "sources": [
            {**asdict(source), "date": source.date.isoformat() if source.date else None}
            for source in found.sources
        ],
    }


def raster_qml() -> str:
    """Style of the raster for QGIS: one colour a value."""
    root = Xml.Element("qgis", version="3.22.0", styleCategories="Symbology")
    pipe = Xml.SubElement(root, "pipe")
    renderer = Xml.SubElement(
        pipe, "rasterrenderer", type="paletted", band="1", opacity="0.7", nodataColor=""
    )
    palette = Xml.SubElement(renderer, "colorPalette")
    for value, (zh, en, colour) in WORDS.items():
        Xml.SubElement(
            palette, "paletteEntry", value=str(value), color=colour, alpha="255", label=f"{zh} {en}"
        )
    Xml.indent(root)
    kind = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
    return kind + Xml.tostring(root, encoding="unicode") + "\n"


def lines(
    found: Eligibility, sited: Sited, suitability: Suitability | None = None
) -> Sequence[str]:
    """Say the outcome in a few lines, for a terminal."""
    total = sum(area for _, area in found.areas) or 1.0
    said = [
        f"{WORDS[value][0]} {WORDS[value][1]}: {area / 1e6:,.1f} km² ({area / total:.1%})"
        for value, area in found.areas
    ]
    area = float(sited.table["area_ha"].sum())
    table = sited.table
    fit = ""
    if "low_mw" in table:
        fit = f", {fit_told(table, bound_of(found))}"
    best = [
        f"  {row['rank']}. {row['id']} {row['county']} {row['decision_zh']} "
        f"{row['area_ha']:,.1f} ha, {row['score']:.2f} {row.get('heap_ready', '')}".rstrip()
        for _, row in table[table["rank"] > 0].sort_values("rank", kind="stable").head(3).iterrows()
    ]
    patches = f"地块 patches: {len(sited)}, {area:,.0f} ha{fit}"
    return [
        *said,
        patches,
        *best,
        *gates_told(table),
        CLAIM,
        *withheld_told(found),
        *told(found),
        *_scored_by(sited, suitability),
    ]


def told(found: Eligibility) -> tuple[str, ...]:
    """What goes with the figures: how capacity was told, what the preset did not ask."""
    preset, held = found.preset, {source.layer for source in found.sources}
    wide = tuple(
        f"没有图层，{text} 没有限定，全域都看 not narrowed" for text in preset.unheld(held)
    )
    more = (*_cover(preset, held), *_coarse(found), *_scope(found), *_heaps(preset))
    return (
        *found.cautions,
        *said_of(preset),
        *wide,
        *more,
        *((preset.note,) if preset.note else ()),
    )


def _cover(preset: Preset, held: Collection[str]) -> tuple[str, ...]:
    """That cells were passed over for what an image shows on them."""
    conditions = [parse_condition(text) for text in preset.where_held]
    names = [c.fact.argument for c in conditions if c.denied and c.fact.layer == "land_cover"]
    if not names or "land_cover" not in held:
        return ()
    return (
        f"土地覆被为{'、'.join(names)}的格没有看（按图层类别名，没有这些名称的说不清、不成地块）；影像解译，"
        "不是林地一张图，不作法律结论 land cover: not looked at, no verdict",
    )


def _coarse(found: Eligibility) -> tuple[str, ...]:
    """That small ground is missed on a grid coarser than what is sited."""
    used, own = found.grid.res, found.preset.resolution_m
    if used <= own:
        return ()
    return (f"格网 {used:g} m 粗于预设的 {own:g} m，小块会漏 coarse grid",)


def _scope(found: Eligibility) -> tuple[str, ...]:
    """Layers of others that nothing here was asked of."""
    if not found.out_of_scope:
        return ()
    names = "、".join(
        f"{LAYERS[layer].title if layer in LAYERS else layer}（{who}）"
        for layer, who in found.out_of_scope
    )
    return (f"不在所审范围 out of scope: {names}",)


def _heaps(preset: Preset) -> tuple[str, ...]:
    """That the state of a heap is judged, and its ground narrowed, elsewhere."""
    if not _on_heaps(preset):
        return ()
    return (
        "门槛和分区状态不在这里判断，见 zoning heaps; gates are judged there",
        f"地块面积和装机没有扣{preset.ground.told()}；扣了的见 zoning heaps",
    )
