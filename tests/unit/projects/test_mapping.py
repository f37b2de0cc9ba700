"""Mapping files: foreign headers and words, and two real lists that nobody here wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenes.project_lists import CRS, csv_of, said
from zoning.errors import ProjectFaults
from zoning.projects import read_projects
from zoning.projects.tables.mapping import read_mapping

MAPPING = """
[list]
title = "Foreign list"
[columns]
project = "Ref"
name = ["Plant", "Unit"]
stage = "Status"
lon = "Long_"
lat = "Lat_"
declared_m2 = "Ground"
[constants]
kind = "industry"
industry = "D4411"
[values.stage]
operating = "已建"
[units]
declared_m2 = "ha"
[accuracy]
column = "Quality"
source = "made up"
metres = { good = 50 }
[crs]
all = "EPSG:4490"
"""


def mapping_of(folder: Path, text: str) -> Path:
    path = folder / "mapping.toml"
    path.write_text(text, "utf-8")
    return path


def test_foreign_headers_and_words(tmp_path: Path) -> None:
    path = csv_of(
        tmp_path,
        "Ref,Plant,Unit,Status,Long_,Lat_,Ground,Quality,Other",
        "a,Big,1,operating,108,26.512345,2,good,x",
        "b,Big,,dreaming,108,26.512345,2,poor,x",
    )
    sites = read_projects(path, crs=CRS, mapping=mapping_of(tmp_path, MAPPING))
    table = sites.table
    assert list(sites.ids) == ["a", "b"]
    assert table["name"].tolist() == ["Big 1", "Big"]
    assert table["stage"].tolist() == ["已建", ""]
    assert table["industry"].tolist() == ["D4411", "D4411"]
    assert table["declared_m2"].tolist() == [20_000, 20_000]
    assert table["accuracy_m"][0] == 50
    assert not table["accuracy_default"][0]
    assert table["accuracy_default"][1]
    assert sites.faults[0] == ()
    assert "dreaming" in said(sites, 1)
    assert "poor" in said(sites, 1)
    assert "Foreign list" in "".join(sites.notes)


def test_a_header_that_the_file_lacks(tmp_path: Path) -> None:
    path = csv_of(tmp_path, "Ref,Plant,Status,Long_,Lat_", "a,Big,operating,108,26.5")
    with pytest.raises(ProjectFaults) as error:
        read_projects(path, crs=CRS, mapping=mapping_of(tmp_path, MAPPING))
    keys = {fault.key for fault in error.value.faults}
    assert keys == {"columns.name", "columns.declared_m2", "accuracy.column"}


def test_aliases_fill_in_where_the_mapping_says_so(tmp_path: Path) -> None:
    path = csv_of(tmp_path, "Plant,经度(CGCS2000),纬度(CGCS2000)", "Big,108,26.512345")
    text = '[columns]\nname = "Plant"\n'
    with pytest.raises(ProjectFaults, match="没有位置列"):
        read_projects(path, crs=CRS, mapping=mapping_of(tmp_path, text))
    helped = mapping_of(tmp_path, "[list]\naliases = true\n" + text)
    assert read_projects(path, crs=CRS, mapping=helped).faults[0] == ()


def test_every_fault_of_a_mapping_at_once(tmp_path: Path) -> None:
    bad = """
[columns]
nonsense = "A"
kind = "B"
[constants]
kind = "pv"
[units]
declared_m2 = "furlong"
[crs]
all = "somewhere"
"""
    with pytest.raises(ProjectFaults) as error:
        read_mapping(mapping_of(tmp_path, bad))
    keys = {fault.key for fault in error.value.faults}
    assert keys == {"columns.nonsense", "constants.kind", "units.declared_m2", "crs.all"}


@pytest.mark.parametrize("text", ["[columns", "[colums]\nname = 'A'", "[accuracy]\ncolumn = 'A'"])
def test_what_is_no_mapping(tmp_path: Path, text: str) -> None:
    with pytest.raises(ProjectFaults):
        read_mapping(mapping_of(tmp_path, text))


def test_a_missing_mapping(tmp_path: Path) -> None:
    with pytest.raises(ProjectFaults, match="打不开"):
        read_mapping(tmp_path / "none.toml")


# --- real lists -------------------------------------------------------------------------------


def test_coal_units_of_guizhou(shared: Path, repo: Path) -> None:
    sites = read_projects(
        shared / "data" / "coal_plant_units_gem_guizhou.gpkg",
        crs=CRS,
        mapping=repo / "data" / "projects" / "mapping_gem_coal.toml",
    )
    table = sites.table
    assert len(sites) == 265  # as the note beside the file says
    assert not any(sites.faults)
    # the counts of the source's own words: operating 84, construction 16, permitted 9,
    # pre-permit 12 + announced 5 + shelved 9, cancelled 99, retired 31
    assert table["stage"].value_counts().to_dict() == {
        "取消": 99,
        "已建": 84,
        "退役": 31,
        "新建": 26,
        "在建": 16,
        "已批未建": 9,
    }
    assert table["accuracy_m"].value_counts().to_dict() == {501.0: 201, 20_001.0: 64}  # 1 m: WGS 84
    assert table["accuracy_default"].all()  # metres without a source are a default of ours
    assert set(table["industry"]) == {"D4411"}
    assert set(table["county"]).isdisjoint({""})
    assert not table["county"].str.isascii().any()
    guiyang = table[table["county"].isin(["南明区", "清镇市", "开阳县", "息烽县", "修文县"])]
    assert len(guiyang) == 26
    unit = table[table["id"] == "G100000109943"].iloc[0]
    assert unit["name"] == "华电塘寨发电厂 Unit 1"
    assert unit["stage"] == "已建"
    assert (unit["capacity"], unit["capacity_unit"]) == (600.0, "MW")
    assert unit["county"] == "清镇市"
    assert (unit["lon"], unit["lat"]) == pytest.approx((106.2659, 26.83007), abs=1e-7)
    assert "Global Energy Monitor" in "".join(sites.notes)


def test_cement_plants_of_guizhou(shared: Path, repo: Path) -> None:
    sites = read_projects(
        shared / "data" / "cement_plants_sfi_guizhou.gpkg",
        crs=CRS,
        mapping=repo / "data" / "projects" / "mapping_sfi_cement.toml",
    )
    assert len(sites) == 49
    assert not any(sites.faults)
    assert set(sites.table["stage"]) == {"已建"}
    assert set(sites.table["product"]) == {"水泥熟料"}
    assert sites.table["capacity"].isna().sum() == 28
    assert sites.table["name"].str.len().min() > 0


def test_headers_of_a_foreign_list_without_mapping_are_refused(shared: Path) -> None:
    with pytest.raises(ProjectFaults, match="没有项目名称或编号列"):
        read_projects(shared / "data" / "coal_plant_units_gem_guizhou.gpkg", crs=CRS)


def test_a_misspelt_section_or_column_is_suggested(tmp_path: Path) -> None:
    path = tmp_path / "m.toml"
    path.write_text('[colums]\nname = "x"\n', encoding="utf-8")
    with pytest.raises(ProjectFaults, match="是否想写「columns」"):
        read_mapping(path)
    path.write_text('[columns]\nCapcity = "y"\n', encoding="utf-8")
    with pytest.raises(ProjectFaults, match="是否想写「capacity」"):
        read_mapping(path)


def test_a_header_under_another_is_named_whole_or_by_its_last_part(tmp_path: Path) -> None:
    """Two columns called 面积 under different parents: only the whole names one of them."""
    path = csv_of(
        tmp_path,
        "项目名称,现状,,规划,坐标,",
        ",面积,用途,面积,经度,纬度",
        "甲,1,耕地,2,108,26.512345",
    )
    text = '[list]\naliases = true\n[columns]\ndeclared_m2 = "规划 / 面积"\nremark = "用途"\n'
    text += '[units]\ndeclared_m2 = "ha"\n'
    sites = read_projects(path, crs=CRS, mapping=mapping_of(tmp_path, text))
    assert sites.table["declared_m2"].tolist() == [20_000]
    assert sites.table["remark"].tolist() == ["耕地"]
