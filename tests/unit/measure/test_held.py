"""An emptied or misplaced layer stops the run: it would acquit everybody."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenes.catalog_files import HEAD, box, frame, save, write_catalog
from zoning.catalog import Catalog
from zoning.errors import InputError
from zoning.measure import open_views
from zoning.rules.grammar import parse_fact

REDLINE = '[layers.redline]\npath = "r.gpkg"\n' + HEAD
REFS = [parse_fact("redline.meets")]


def catalog(folder: Path, more: str = "") -> Catalog:
    return Catalog.open(write_catalog(folder, REDLINE + more))


def test_a_filter_that_leaves_nothing(tmp_path: Path) -> None:
    save(frame([box(0, 0, 100, 100)], 状态=["现行"]), tmp_path / "r.gpkg")
    assert len(open_views(catalog(tmp_path), REFS).vectors["redline"].zones) == 1
    emptied = "where = \"状态 = '废止'\"\n"
    with pytest.raises(InputError, match="空图层"):
        open_views(catalog(tmp_path, emptied), REFS)
    said = catalog(tmp_path, emptied + "may_be_empty = true\n")
    assert len(open_views(said, REFS).vectors["redline"].zones) == 0


def test_a_layer_wholly_elsewhere(tmp_path: Path) -> None:
    """As a wrong central meridian leaves it: 300 km east of the region."""
    save(frame([box(300_000, 0, 300_100, 100)]), tmp_path / "r.gpkg")
    with pytest.raises(InputError, match="应覆盖的范围之外"):
        open_views(catalog(tmp_path), REFS)
