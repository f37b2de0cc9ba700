"""Commands that look for places."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

import zoning
from zoning.cli.common import AsOf, Data, Overwrite, data_folder, day_of, err, out, progress_of

app = typer.Typer()


@app.command()
def eligible(
    preset: Annotated[str, typer.Argument(help="预设名或 .toml。Preset or file.")],
    data: Data = None,
    out_dir: Annotated[
        Path | None, typer.Option("--out", help="结果目录，默认 maps/预设名。Result folder.")
    ] = None,
    resolution: Annotated[float, typer.Option(help="格网分辨率，米。Cell, metres.")] = 30.0,
    as_of: AsOf = None,
    overwrite: Overwrite = False,
) -> None:
    """哪里可以建，逐格判断。Where it can stand, cell by cell.  Example: zoning eligible pv-land"""
    from zoning.render.eligible import lines, restricted, write_eligible
    from zoning.siting import find_patches, load_preset

    chosen = load_preset(preset)
    folder = out_dir or Path("maps") / chosen.name
    catalog = zoning.Catalog.open(data_folder(data))
    with tempfile.TemporaryDirectory() as scratch:
        with progress_of("格网 cells") as progress:
            found = zoning.eligible(
                chosen,
                catalog,
                Path(scratch) / "eligibility.tif",
                as_of=day_of(as_of),
                resolution_m=resolution,
                progress=progress,
            )
        with progress_of("地块 patches") as progress:
            sited = find_patches(found, catalog, progress=progress)
        write_eligible(found, sited, catalog, folder, overwrite=overwrite)
    for line in lines(found, sited):
        out.print(line, highlight=False)
    if found.synthetic:
        err.print("示例数据 SYNTHETIC: " + "、".join(found.synthetic), style="yellow")
    if closed := restricted(found):
        err.print(
            "结果可反推这些图层的边界，按其密级管理 edges of restricted layers can be retraced: "
            + "、".join(closed),
            style="yellow",
        )
    err.print(f"结果 results: {folder}", highlight=False)
