"""What a study of heaps writes when heaps are a raster's, or may not be given away."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
from typer.testing import CliRunner

from tests.scenes.catalog_files import HEAD, write_catalog, write_raster
from zoning.cli import app

RASTERS = ("eligibility.tif", "eligibility.qml", "suitability.tif", "suitability.qml")


def catalog(folder: Path, share: str) -> Path:
    """A raster of heap classes, with one heap of 16 ha, and no layer of heaps."""
    cells = np.zeros((20, 20), dtype="uint8")
    cells[2:6, 2:6] = 1
    write_raster(folder / "heaps.tif", cells, res=100.0, nodata=255)
    text = (
        f'[layers.waste_heap_class]\npath = "heaps.tif"\n{HEAD}coverage = "own extent"\n'
        f'share = "{share}"\nclasses = {{ 0 = "无", 1 = "磷石膏" }}\n'
    )
    return write_catalog(folder, text)


@pytest.mark.parametrize(("share", "shown"), [("full", True), ("none", False)])
def test_heaps_of_a_raster_follow_the_rasters_share(
    tmp_path: Path, share: str, shown: bool
) -> None:
    catalog(tmp_path, share)
    out = tmp_path / "out"
    done = CliRunner().invoke(
        app, ["heaps", "--data", str(tmp_path), "--out", str(out), "--resolution", "50"]
    )
    assert done.exit_code == 1, done.output  # nothing is known of the heap but its type
    layer = gpd.read_file(out / "heaps.gpkg")
    assert len(layer) == 1
    has = "geometry" in layer and layer.geometry.notna().all()
    assert has == shown
    held = [name for name in RASTERS if (out / name).exists()]
    assert ("eligibility.tif" in held) == shown
    told = "没有写出"
    report = (out / "report.html").read_text("utf-8")
    about = json.loads((out / "heaps.json").read_text("utf-8"))
    assert (told in done.output) == (told in report) == (told in str(about["cautions"]))
    assert (told in report) == (not shown)
    assert held == [] or shown
    assert {"method", "criteria", "draws", "notes"} <= about["ranking"].keys()
    book = openpyxl.load_workbook(out / "heaps.xlsx")
    assert {"排序", "准则", "数据来源"} <= set(book.sheetnames)
    rows = [[str(cell.value) for cell in row] for row in book["数据来源"].iter_rows()]
    assert any(row[0] == "waste_heap_class" and "CC0" in row for row in rows)
    ranked = book["排序"]
    rows_of = [row[0].value for row in ranked.iter_rows()]
    assert ranked.print_title_rows == f"${(at := rows_of.index('名次') + 1)}:${at}"  # no notices
    assert ranked.print_title_cols == "$A:$E"  # rank, its range, name, verdict
    assert ranked.page_setup.fitToWidth > 1
    top = " ".join(str(row[0].value) for row in book["准则"].iter_rows())
    assert about["rules"]["edition"] in top
    assert "1.24" in top
    assert "云锡" in top  # whence the density is
    assert (told in top) == (not shown)


def test_changed_weights_are_told_though_nothing_is_ranked(tmp_path: Path) -> None:
    catalog(tmp_path, "full")
    out = tmp_path / "out"
    words = ["heaps", "--data", str(tmp_path), "--out", str(out), "--resolution", "50"]
    done = CliRunner().invoke(app, [*words, "--weight", "usable=0.9"])
    assert done.exit_code == 1, done.output
    assert "0 处名次变动" in done.output
    assert "权重对比" in openpyxl.load_workbook(out / "heaps.xlsx").sheetnames
    assert "与预设自带权重对比" in (out / "report.html").read_text("utf-8")
    assert json.loads((out / "heaps.json").read_text("utf-8"))["comparison"]["moved"] == []


@pytest.mark.parametrize(("res", "few"), [("10", False), ("20", False), ("100", True)])
def test_cells_too_wide_for_the_setbacks_are_told(tmp_path: Path, res: str, few: bool) -> None:
    catalog(tmp_path, "full")  # 400 x 400 m, 10 m from its edge are deducted
    out = tmp_path / "out"
    words = ["heaps", "--data", str(tmp_path), "--out", str(out), "--resolution", res]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 1, done.output
    cautions = str(json.loads((out / "heaps.json").read_text("utf-8"))["cautions"])
    lines = done.output.replace("\n", "")  # as wide as the terminal
    for told in (lines, cautions, (out / "report.html").read_text("utf-8")):
        assert ("粗于边缘退距" in told) == (res != "10")
        assert ("1 个分区不足 100 格" in told) == few  # 16 cells


@pytest.mark.slow
def test_ranks_by_the_presets_own_weights_are_those_of_a_run_without_changes(
    tmp_path: Path,
) -> None:
    for name, more in (("own", []), ("other", ["--weight", "substation=0.9"])):
        words = ["heaps", "--out", str(tmp_path / name), "--resolution", "50", "--exit-zero"]
        done = CliRunner().invoke(app, [*words, *more])
        assert done.exit_code == 0, done.output
    assert not (tmp_path / "own" / "heaps.json").read_text("utf-8").count('"comparison"')
    own, other = (
        pd.read_csv(tmp_path / name / "heaps.csv").set_index("id")["rank"].fillna(0).astype(int)
        for name in ("own", "other")
    )
    told = json.loads((tmp_path / "other" / "heaps.json").read_text("utf-8"))["comparison"]
    moved = {row["id"]: (row["rank_before"], row["rank_after"]) for row in told["moved"]}
    assert moved
    for name in own.index:
        assert moved.get(name, (own[name], own[name])) == (own[name], other[name])
    assert "→" in done.output
