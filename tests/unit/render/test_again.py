"""Maps of studies drawn again from their folders; what cannot be is refused in both languages."""

from __future__ import annotations

import csv
import gzip
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import rasterio
from typer.testing import CliRunner

from tests.scenes.catalog_files import HEAD, box, frame, save, write_catalog
from zoning.catalog import Catalog
from zoning.cli import app
from zoning.errors import InputError
from zoning.render import redraw
from zoning.render.heaps_folder import write_heaps
from zoning.siting import load_preset, study_heaps

AS_OF = date(2026, 11, 24)


def catalog(folder: Path, share: str = "full", name: str = "试验区") -> Catalog:
    """Two parts of a heap and a park beside them."""
    rows = frame(
        [box(0, 0, 400, 400), box(400, 0, 800, 400)],
        name=["甲堆", "甲堆"], part=["封场区", "在用区"], type=["磷石膏", "磷石膏"],
        regime=["Ⅱ类场", "Ⅱ类场"], state=["已封场", "在用"],
    )  # fmt: skip
    save(rows, folder / "heaps.gpkg")
    save(frame([box(900, 900, 1300, 1300)], name=["园"]), folder / "park.gpkg")
    text = (
        f'[layers.waste_heap]\npath = "heaps.gpkg"\n{HEAD}coverage = "districts"\n'
        f'share = "{share}"\n'
        f'[layers.park]\npath = "park.gpkg"\n{HEAD}coverage = "districts"\nshare = "full"\n'
    )
    path = write_catalog(folder, text)
    path.write_text(path.read_text("utf-8").replace("试验区", name), "utf-8")
    return Catalog.open(path)


def test_a_name_that_is_a_formula_runs_in_no_table(tmp_path: Path) -> None:
    catalog(tmp_path)
    rows = frame([box(0, 0, 400, 400)], name=["=HYPERLINK(1)"], type=["磷石膏"])
    save(rows, tmp_path / "heaps.gpkg")
    held = Catalog.open(tmp_path / "catalog.toml")
    found = study_heaps(
        load_preset("pv-heaps"), held, tmp_path / "e.tif", as_of=AS_OF, resolution_m=50.0
    )
    write_heaps(found, held, tmp_path / "out")
    with (tmp_path / "out" / "heaps.csv").open(encoding="utf-8-sig") as file:
        [row] = csv.DictReader(file)
    assert row["heap"] == "'=HYPERLINK(1)"


@pytest.mark.parametrize("invented", [True, False])
def test_cells_of_invented_heaps_say_so(tmp_path: Path, invented: bool) -> None:
    """No rule and no preference asks the heap layer, whose ground the cells are."""
    held = catalog(tmp_path)
    heaps = replace(held.layers["waste_heap"], title="某渣场图层", synthetic=invented)
    held = replace(held, layers={**held.layers, "waste_heap": heaps})
    found = study_heaps(
        load_preset("pv-heaps"), held, tmp_path / "e.tif", as_of=AS_OF, resolution_m=50.0
    )
    assert found.suitability is None
    with rasterio.open(found.found.raster) as file:
        assert ("某渣场图层" in file.tags().get("SYNTHETIC", "")) == invented
        assert file.tags()["AS_OF"] == "2026-11-24"


def study_in(folder: Path, share: str = "full") -> Path:
    held = catalog(folder, share)
    found = study_heaps(
        load_preset("pv-heaps"), held, folder / "e.tif", as_of=AS_OF, resolution_m=50.0
    )
    write_heaps(found, held, folder / "out")
    return folder / "out"


@pytest.mark.parametrize("share", ["full", "none"])
def test_a_study_is_drawn_again_as_it_was(tmp_path: Path, share: str) -> None:
    out = study_in(tmp_path, share)
    before = (out / "map.html").read_bytes()
    (out / "map.html").unlink()
    assert redraw(out, catalog(tmp_path, share)) == out / "map.html"
    assert (out / "map.html").read_bytes() == before
    kept = json.loads(gzip.decompress((out / "map.json.gz").read_bytes()))["data"]
    assert (kept["layers"], kept["districts"]) == (None, None)  # read from the catalog anew


def test_the_ground_beneath_is_the_catalogs_of_today(tmp_path: Path) -> None:
    out = study_in(tmp_path)
    save(frame([box(900, 900, 1300, 1300)], name=["新园"]), tmp_path / "park.gpkg")
    redraw(out, Catalog.open(tmp_path / "catalog.toml"))
    page = (out / "map.html").read_text("utf-8")
    assert "新园" in page
    assert "甲堆·封场区" in page


@pytest.mark.parametrize(("was", "now"), [("full", "none"), ("full", "clipped"), ("full", None)])
def test_what_was_closed_since_is_not_drawn_from_what_is_kept(
    tmp_path: Path, was: str, now: str | None
) -> None:
    """Cards, pictures and conflicts were made under the share of their day."""
    out = study_in(tmp_path, was)
    before = (out / "map.html").read_bytes()
    text = (tmp_path / "catalog.toml").read_text("utf-8")
    heaps = text[text.index("[layers.waste_heap]") : text.index("[layers.park]")]
    # a layer that is no longer there says nothing of its share
    other = "" if now is None else heaps.replace(f'share = "{was}"', f'share = "{now}"')
    (tmp_path / "catalog.toml").write_text(text.replace(heaps, other), "utf-8")
    for folder in (out, out / "screening"):
        words = ["map", str(folder), "--data", str(tmp_path)]
        with pytest.raises(InputError, match="waste_heap") as told:
            CliRunner().invoke(app, words, catch_exceptions=False)
        assert "zoning heaps --out" in str(told.value)
        assert "run `zoning heaps" in str(told.value)
    assert (out / "map.html").read_bytes() == before


def test_what_was_opened_since_is_drawn(tmp_path: Path) -> None:
    out = study_in(tmp_path, "none")
    held = catalog(tmp_path, "full")
    for folder in (out, out / "screening"):
        assert redraw(folder, held) == folder / "map.html"


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda out: (out / "map.json.gz").unlink(), "没有 map.json.gz"),
        (lambda out: (out / "map.json.gz").write_text("{}", "utf-8"), "map.json.gz 读不出"),
        (lambda out: (out / "map.json.gz").write_bytes(gzip.compress(b"{}")), "读不出"),
        (lambda out: (out / "heaps.gpkg").unlink(), "无法读取"),
    ],
)
def test_what_cannot_be_drawn_says_what_to_run(tmp_path: Path, spoil: object, says: str) -> None:
    out = study_in(tmp_path)
    before = (out / "map.html").read_bytes()
    spoil(out)  # type: ignore[operator]  # a function of the table above
    with pytest.raises(InputError, match=says) as told:
        CliRunner().invoke(app, ["map", str(out), "--data", str(tmp_path)], catch_exceptions=False)
    assert "zoning heaps --out" in str(told.value)
    assert "run `zoning heaps" in str(told.value)
    assert (out / "map.html").read_bytes() == before


def test_other_data_are_refused(tmp_path: Path) -> None:
    out = study_in(tmp_path)
    (tmp_path / "other").mkdir()
    with pytest.raises(InputError, match="用出结果时的 --data"):
        redraw(out, catalog(tmp_path / "other", name="别处"))


def test_a_folder_of_patches_is_drawn_again(repo: Path, tmp_path: Path) -> None:
    held = Catalog.open(repo / "data")
    from zoning.render.eligible_folder import write_eligible
    from zoning.siting import eligible, find_patches

    preset = load_preset("pv-land").model_copy(update={"min_area_ha": 300.0})
    found = eligible(preset, held, tmp_path / "e.tif", as_of=AS_OF, resolution_m=1000.0)
    write_eligible(found, find_patches(found, held), held, tmp_path / "out")
    before = (tmp_path / "out" / "map.html").read_bytes()
    redraw(tmp_path / "out", held)
    assert (tmp_path / "out" / "map.html").read_bytes() == before
