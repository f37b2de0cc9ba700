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
    typer.Option("--weight", help="改权重，可重复: 名=0.4。Share of a criterion; repeatable."),
]

app = typer.Typer()


class Boundaries(StrEnum):
    """Whence the boundaries of heaps are."""

    polygons = "polygons"
    raster = "raster"
    both = "both"


def _warn_restricted(found: Eligibility) -> None:
    from zoning.render.eligible import edges_told

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
    as_of: AsOf = None,
    overwrite: Overwrite = False,
) -> None:
    """哪里可以建，逐格判断。Where it can stand, cell by cell.  Example: zoning eligible pv-land"""
    from zoning.render.eligible import lines, with_sources, write_eligible
    from zoning.siting import find_patches, load_preset, reweighted, suitable
    from zoning.siting.reweighting import read_changes

    chosen = reweighted(load_preset(preset), read_changes(weight or []))
    folder = out_dir or Path("maps") / chosen.name
    catalog = zoning.Catalog.open(data_folder(data))
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
        write_eligible(found, sited, catalog, folder, suitability=scored, overwrite=overwrite)
    for line in lines(found, sited, scored):
        out.print(line, highlight=False)
    found = with_sources(found, scored.sources if scored is not None else ())
    if found.synthetic:
        err.print("示例数据 SYNTHETIC: " + "、".join(found.synthetic), style="yellow")
    for line in found.cautions:
        err.print(line, style="yellow", highlight=False, markup=False)
    _warn_restricted(found)
    err.print(f"结果 results: {folder}", highlight=False)
    err.print(f"  地图 map     {folder / 'map.html'}", highlight=False)


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
    papers: Annotated[Path | None, typer.Option(help="堆场材料表。Papers that are held.")] = None,
    pipeline: Annotated[
        Path | None, typer.Option(help="在谈、在建、已建的光伏风电清单，与目标对照。Projects.")
    ] = None,
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
    from zoning.render.heaps import cautions, write_heaps
    from zoning.siting import load_preset, reweighted, study_heaps, sunshine
    from zoning.siting.reweighting import read_changes

    catalog = zoning.Catalog.open(data_folder(data))
    light = sunshine(catalog, sun)
    chosen = reweighted(load_preset(preset), read_changes(weight or []))
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
    listed, proposed = (
        None if path is None else zoning.read_projects(path, crs=catalog.crs)
        for path in (papers, pipeline)
    )
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
        write_heaps(study, catalog, out_dir, overwrite=overwrite)
    counts = study.table["decision_zh"].value_counts()
    words = "  ".join(f"{word} {count}" for word, count in counts.items())
    out.print(f"{len(study.table)} 个分区 parts: {words}", highlight=False)
    best = study.table[study.table["rank"] > 0].sort_values("rank").head(3)
    for _, row in best.iterrows():
        out.print(
            f"  {row['rank']}. {row['id']} {row['decision_zh']} "
            f"{row['low_mw']:.0f}–{row['high_mw']:.0f} MW",
            highlight=False,
        )
    for line in (*light.told(), *study.ledger.told()):
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
