"""Commands that look at data: is it sound, what lies at a place, the sample."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import zoning
from zoning.cli.common import (
    AsOf,
    Data,
    ExitZero,
    Json,
    data_folder,
    day_of,
    err,
    json_out,
    out,
    progress_of,
)
from zoning.errors import Fault, InputError

if TYPE_CHECKING:
    from zoning.sites import Sites

app = typer.Typer()


@app.command()
def check(
    data: Annotated[Path | None, typer.Argument()] = None,
    gpkg: Annotated[
        Path | None, typer.Option(help="疑点位置写成 GeoPackage。Places, to open in QGIS.")
    ] = None,
    as_of: AsOf = None,
    as_json: Json = False,
    exit_zero: ExitZero = False,
    overwrite: Annotated[bool, typer.Option(help="允许替换该文件。Replace that file.")] = False,
) -> None:
    """检查数据目录。Is the data sound?  Example: zoning check data --gpkg faults.gpkg"""
    from zoning.soundness.locations import write_marks
    from zoning.soundness.report import as_json as told
    from zoning.soundness.report import lines

    catalog = zoning.Catalog.open(data_folder(data))
    with progress_of("检查 check") as progress:
        findings = zoning.check(catalog, as_of=day_of(as_of), progress=progress)
    if gpkg is not None:
        written = write_marks(catalog, findings, gpkg, overwrite=overwrite)
        what = ", ".join(written) or "没有可写的位置 no place to write"
        err.print(f"{gpkg.name}: {what}", highlight=False, markup=False)
    if as_json:
        json_out().write(json.dumps(told(catalog, findings), ensure_ascii=False) + "\n")
    else:
        for line in lines(catalog, findings):
            out.print(line, highlight=False, markup=False)
    unsound = any(finding.severity in ("error", "warning") for finding in findings)
    raise typer.Exit(1 if unsound and not exit_zero else 0)


def _probe_sites(place: list[str], catalog: zoning.Catalog, kind: str, stage: str) -> Sites:
    from zoning.projects import read_projects
    from zoning.sites import Sites

    try:
        lon, lat = (float(text) for text in place)
    except ValueError:
        if len(place) == 1 and Path(place[0]).exists():
            return read_projects(Path(place[0]), crs=catalog.crs)
        raise InputError(
            Fault(
                zh="请给出经度和纬度（十进制度，CGCS2000），或一个矢量文件",
                en="give longitude and latitude in decimal degrees, or a vector file",
                value=" ".join(place),
            )
        ) from None
    if not (73 <= lon <= 136 and 3 <= lat <= 54):  # extent of China, degrees
        swapped = 73 <= lat <= 136 and 3 <= lon <= 54
        raise InputError(
            Fault(
                zh="经纬度不在中国范围内" + ("，看来写反了" if swapped else ""),
                en="not a place in China" + (": longitude comes first" if swapped else ""),
                value=f"{lon} {lat}",
            )
        )
    # the place itself, not the ground of a project around it
    return Sites.from_points(
        [lon],
        [lat],
        crs=catalog.crs,
        kind=kind,
        stage=stage,
        declared_m2=[0.0],
        coordinates_doubted=[0.0],
    )


@app.command()
def probe(
    place: Annotated[list[str], typer.Argument(metavar="LON LAT | FILE")],
    data: Data = None,
    kind: Annotated[str, typer.Option(help="项目类型，如 industry、pv。Kind.")] = "",
    stage: Annotated[str, typer.Option(help="建设性质。Stage.")] = "新建",
    rules: Annotated[str, typer.Option()] = "admission",
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """一个地点适用什么。What applies to one place.  Example: zoning probe 106.71 26.58"""
    catalog = zoning.Catalog.open(data_folder(data))
    sites = _probe_sites(place, catalog, kind, stage)
    rows = zoning.probe(sites, catalog, as_of=day_of(as_of))
    if as_json:
        json_out().write(json.dumps([asdict(row) for row in rows], ensure_ascii=False) + "\n")
        return
    for row in rows:
        said = " · ".join(
            filter(None, [row.meets, row.what, row.distance and f"最近 {row.distance}"])
        )
        out.print(
            f"{row.site}  {row.title}: {said}  [{row.edition}]", highlight=False, markup=False
        )
    if kind:
        rule_set = zoning.load_rules(*rules.split("+"))
        screening = zoning.screen(sites, catalog, rule_set, as_of=day_of(as_of))
        for site in sites.ids:
            out.print(str(screening.why(str(site))), highlight=False, markup=False)


@app.command()
def sample(
    folder: Path,
    seed: Annotated[int, typer.Option()] = 520100,
    resolution: Annotated[float, typer.Option(help="栅格分辨率，米。Metres.")] = 100.0,
    overwrite: Annotated[
        bool, typer.Option(help="允许写入非空目录。Into a filled folder.")
    ] = False,
) -> None:
    """由种子重新生成示例数据。Make the sample data again.  Example: zoning sample data2 --seed 7"""
    from zoning.sample import write_sample

    if folder.exists() and not overwrite and (folder.is_file() or any(folder.iterdir())):
        raise InputError(
            Fault(
                zh="目录里已有内容，不覆盖",
                en="the folder is not empty; nothing was written",
                value=folder.name,
                remedy_zh="换一个空目录，或加 --overwrite",
                remedy_en="name an empty folder, or add --overwrite",
            )
        )
    if seed < 0:
        raise InputError(
            Fault(zh="种子应为非负整数", en="the seed is no negative number", value=str(seed))
        )
    with progress_of("示例数据 sample") as progress:
        write_sample(
            folder,
            seed=seed,
            resolution_m=resolution,
            progress=lambda _, done, total: progress(done, total),
        )
    err.print(f"示例数据 SYNTHETIC: {folder}", highlight=False)
