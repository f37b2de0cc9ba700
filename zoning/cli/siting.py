"""Commands that look for places."""

from __future__ import annotations

import tempfile
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import zoning
from zoning.cli.common import (
    AsOf,
    Data,
    ExitZero,
    Overwrite,
    data_folder,
    day_of,
    err,
    out,
    progress_of,
)
from zoning.errors import Fault, InputError

if TYPE_CHECKING:
    from zoning.siting import Eligibility


Changes = Annotated[
    list[str] | None,
    typer.Option(
        "--weight",
        help="改权重，可重复: 名=0.4；与自带权重对比。Share of a criterion; repeatable.",
    ),
]

PAPERS = (
    "材料表 .csv、.xlsx，不用坐标：一行一个「堆场名称」或其中的「组成部分」，一列一份材料"
    "（闭库销号、封场覆盖验收、渗滤液材料、地下水监测、封场设计复核、采矿权注销、采空区调查、"
    "修复验收、危废鉴别……），填 有/无，不知道留空；可加 责任主体、土地权属、留作综合利用。"
    "Papers that are held: a row a heap or part, a column a paper."
)
Listed = Annotated[
    Path | None, typer.Option(help="在谈、在建、已建的光伏风电清单，与目标对照。Projects.")
]

app = typer.Typer()


class Boundaries(StrEnum):
    """Whence the boundaries of heaps are."""

    polygons = "polygons"
    raster = "raster"
    both = "both"


def _warn_restricted(found: Eligibility) -> None:
    from zoning.render.share import edges_told

    for line in edges_told(found):
        err.print(line, style="yellow")


@app.command()
def eligible(
    preset: Annotated[str, typer.Argument(help="预设名或 .toml。Preset or file.")],
    data: Data = None,
    out_dir: Annotated[
        Path | None, typer.Option("--out", help="结果目录，默认 maps/预设名。Result folder.")
    ] = None,
    resolution: Annotated[
        float | None, typer.Option(help="格网分辨率，米，默认按预设。Cell, metres.")
    ] = None,
    weight: Changes = None,
    pipeline: Listed = None,
    as_of: AsOf = None,
    overwrite: Overwrite = False,
) -> None:
    """哪里可以建，逐格判断。Where it can stand, cell by cell.  Example: zoning eligible pv-land"""
    from zoning.render.eligible_folder import ledger_of, lines, write_eligible
    from zoning.render.report.rank_changes import movers_told
    from zoning.render.share import with_sources
    from zoning.siting import against, find_patches, load_preset, reweighted, suitable
    from zoning.siting.presets.fits import sized
    from zoning.siting.presets.reweighting import read_changes
    from zoning.siting.target import pipeline_of

    given = load_preset(preset)
    chosen = reweighted(given, read_changes(weight or []))
    if pipeline is not None and not sized(chosen):
        raise InputError(_not_sized(preset))
    folder = out_dir or Path("maps") / chosen.name
    catalog = zoning.Catalog.open(data_folder(data))
    proposed = None if pipeline is None else zoning.read_projects(pipeline, crs=catalog.crs)
    with tempfile.TemporaryDirectory() as scratch:
        with progress_of("格网 cells") as progress:
            found = zoning.eligible(
                chosen,
                catalog,
                Path(scratch) / "eligibility.tif",
                as_of=day_of(as_of),
                resolution_m=chosen.resolution_m if resolution is None else resolution,
                progress=progress,
            )
        with progress_of("适宜性 suitability") as progress:
            scored = suitable(found, catalog, Path(scratch) / "suitability.tif", progress=progress)
        with progress_of("地块 patches") as progress:
            sited = find_patches(found, catalog, suitability=scored, progress=progress)
        listed = (
            None
            if proposed is None
            else pipeline_of(proposed, catalog, found.rules, as_of=found.as_of)
        )
        moved = against(sited, given, catalog) if weight else None
        write_eligible(
            found, sited, catalog, folder, suitability=scored, pipeline=listed, comparison=moved,
            overwrite=overwrite,
        )  # fmt: skip
    for line in lines(found, sited, scored):
        out.print(line, highlight=False)
    for line in movers_told(moved) if moved is not None else ():
        out.print(line, highlight=False, markup=False)
    account = ledger_of(sited.table, listed)
    for line in account.told() if account is not None and listed is not None else ():
        err.print(line, highlight=False, markup=False)
    found = with_sources(found, scored.sources if scored is not None else ())
    if found.synthetic:
        err.print("示例数据 SYNTHETIC: " + "、".join(found.synthetic), style="yellow")
    for line in found.cautions:
        err.print(line, style="yellow", highlight=False, markup=False)
    _warn_restricted(found)
    err.print(f"结果 results: {folder}", highlight=False)
    err.print(f"  报告 report  {folder / 'report.html'}", highlight=False)
    err.print(f"  地图 map     {folder / 'map.html'}", highlight=False)


def _not_sized(preset: str) -> Fault:
    return Fault(
        zh="这个预设不估装机，清单无从对照",
        en="nothing is sized by this preset, so a list cannot stand beside it",
        key="--pipeline",
        value=preset,
        remedy_zh="去掉 --pipeline，或用光伏、风电的预设",
        remedy_en="leave out --pipeline, or use a preset of photovoltaics or wind",
    )


@app.command()
def heaps(
    data: Data = None,
    out_dir: Annotated[Path, typer.Option("--out", help="结果目录。Result folder.")] = Path(
        "maps/heaps"
    ),
    sun: Annotated[
        Path | None,
        typer.Option(help="逐月 .csv 或逐时 .epw、TMY3、PVGIS；默认取目录的 [sun]。File of sun."),
    ] = None,
    papers: Annotated[Path | None, typer.Option(help=PAPERS)] = None,
    pipeline: Listed = None,
    source: Annotated[
        Boundaries | None,
        typer.Option("--from", help="堆体边界的来历，默认有什么用什么。Whence the heaps are."),
    ] = None,
    preset: Annotated[str, typer.Option(help="预设名或 .toml。Preset or file.")] = "pv-heaps",
    resolution: Annotated[float, typer.Option(help="格网分辨率，米。Cell, metres.")] = 10.0,
    weight: Changes = None,
    as_of: AsOf = None,
    overwrite: Overwrite = False,
    exit_zero: ExitZero = False,
) -> None:
    """渣场、废弃矿山上的光伏。Photovoltaics on heaps and mines.  Example: zoning heaps"""
    from zoning.render.heaps_folder import cautions, write_heaps
    from zoning.render.report.heap_gates import papers_told
    from zoning.render.report.rank_changes import movers_told
    from zoning.siting import (
        against,
        load_preset,
        read_papers,
        reweighted,
        study_heaps,
        sunshine,
    )
    from zoning.siting.presets.reweighting import read_changes

    catalog = zoning.Catalog.open(data_folder(data))
    light = sunshine(catalog, sun)
    given = load_preset(preset)
    chosen = reweighted(given, read_changes(weight or []))
    if chosen.kind != "pv":
        raise InputError(
            Fault(
                zh="这里只估光伏的装机和发电",
                en="only photovoltaics are sized here",
                value=preset,
                remedy_zh="风电用 zoning eligible；发电量须有测风塔或风能图谱",
                remedy_en="use zoning eligible for wind",
            )
        )
    listed = None if papers is None else read_papers(papers)
    proposed = None if pipeline is None else zoning.read_projects(pipeline, crs=catalog.crs)
    with tempfile.TemporaryDirectory() as scratch:
        with progress_of("堆场 heaps") as progress:
            study = study_heaps(
                chosen,
                catalog,
                Path(scratch) / "eligibility.tif",
                as_of=day_of(as_of),
                sun=light,
                papers=listed,
                pipeline=proposed,
                source=source.value if source is not None else None,
                resolution_m=resolution,
                progress=progress,
            )
        moved = against(study, given, catalog) if weight else None
        write_heaps(study, catalog, out_dir, comparison=moved, overwrite=overwrite)
    counts = study.table["decision_zh"].value_counts()
    words = "  ".join(f"{word} {count}" for word, count in counts.items())
    out.print(f"{len(study.table)} 个分区 parts: {words}", highlight=False)
    best = study.table[study.table["rank"] > 0].sort_values("rank", kind="stable").head(3)
    for _, row in best.iterrows():
        out.print(
            f"  {row['rank']}. {row['id']} {row['decision_zh']} "
            f"{row['low_mw']:.0f}–{row['high_mw']:.0f} MW {row['ready_zh']}",
            highlight=False,
        )
    for line in movers_told(moved) if moved is not None else ():
        out.print(line, highlight=False, markup=False)
    for line in (*light.told(), *papers_told(study), *study.ledger.told()):
        err.print(line, highlight=False, markup=False)
    if study.screening.synthetic:
        err.print("示例数据 SYNTHETIC: " + "、".join(study.screening.synthetic), style="yellow")
    for line in cautions(study):
        err.print(line, style="yellow", highlight=False, markup=False)
    err.print(f"结果 results: {out_dir}", highlight=False)
    err.print(f"  报告 report  {out_dir / 'report.html'}", highlight=False)
    err.print(f"  地图 map     {out_dir / 'map.html'}", highlight=False)
    open_ones = int(study.table["decision"].isin(["forbid", "undetermined"]).sum())
    raise typer.Exit(1 if open_ones and not exit_zero else 0)
