"""Shapefiles as they come: parts missing, names and texts cut, tables changed elsewhere."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from tests.scenes.project_lists import CRS, said
from zoning.errors import ProjectFaults
from zoning.projects import read_projects
from zoning.projects.boundaries.shapefiles import cut_names, dbf_encoding

SHAPES = [shapely.box(500_000, 2_940_000 + 1000 * k, 500_200, 2_940_100 + 1000 * k) for k in (0, 1)]


def written(folder: Path, columns: dict[str, list[object]], encoding: str = "utf-8") -> Path:
    path = folder / "红线.shp"
    data = gpd.GeoDataFrame(columns, geometry=SHAPES, crs=CRS)
    data.to_file(path, engine="pyogrio", encoding=encoding)
    return path


def test_a_lost_index_is_made_again_in_a_copy(tmp_path: Path) -> None:
    path = written(tmp_path, {"名称": ["甲", "乙"]})
    (tmp_path / "红线.shx").unlink()
    before = sorted(tmp_path.iterdir())
    sites = read_projects(path, crs=CRS)
    assert [shape.area for shape in sites.geometry] == pytest.approx([20_000, 20_000])
    assert sites.table["name"].tolist() == ["甲", "乙"]
    assert "缺 .shx" in "".join(sites.notes)
    assert sorted(tmp_path.iterdir()) == before


def test_without_a_table(tmp_path: Path) -> None:
    path = written(tmp_path, {"名称": ["甲", "乙"]})
    (tmp_path / "红线.dbf").unlink()
    sites = read_projects(path, crs=CRS)
    assert sites.table["name"].tolist() == ["红线-1", "红线-2"]
    assert "缺 .dbf" in "".join(sites.notes)


def test_without_a_projection(tmp_path: Path) -> None:
    path = written(tmp_path, {"名称": ["甲", "乙"]})
    (tmp_path / "红线.prj").unlink()
    with pytest.raises(ProjectFaults, match="没有坐标系"):
        read_projects(path, crs=CRS)
    sites = read_projects(path, crs=CRS, list_crs="EPSG:4545")
    assert sites.geometry[1].area == pytest.approx(20_000)


def test_a_table_that_was_changed_elsewhere(tmp_path: Path) -> None:
    path = written(tmp_path, {"名称": ["甲", "乙"]})
    table = bytearray((tmp_path / "红线.dbf").read_bytes())
    table[4] = 1  # one row of the two was deleted in a spreadsheet
    (tmp_path / "红线.dbf").write_bytes(table)
    with pytest.raises(ProjectFaults, match=r"\.dbf 有 1 行，\.shp 有 2 个图形"):
        read_projects(path, crs=CRS)


def test_gbk_with_an_ansi_code_page(tmp_path: Path) -> None:
    path = written(tmp_path, {"名称": ["甲", "乙"]}, encoding="gbk")
    (tmp_path / "红线.cpg").write_text("ANSI 936")
    assert read_projects(path, crs=CRS).table["name"].tolist() == ["甲", "乙"]


def test_names_cut_at_ten(tmp_path: Path) -> None:
    path = written(tmp_path, {"名称": ["甲", "乙"], "unit_energ": [1.0, 2.0], "long_field": [1, 2]})
    notes = "\n".join(read_projects(path, crs=CRS).notes)
    assert "字段名「unit_energ」可能被截断" in notes
    assert "是否指「unit_energy" in notes
    assert "字段名「long_field」可能被截断" in notes
    # 占地面 is nine bytes, and 积 did not fit; 图幅号 is nine bytes and whole
    assert "占地面积" in cut_names(["占地面", "图幅号", "名称", "BSM"], None)[0]
    assert len(cut_names(["占地面", "图幅号", "名称", "BSM"], None)) == 1


def test_texts_cut_at_254_bytes(tmp_path: Path) -> None:
    """84 characters of three bytes are 252, and another would not fit."""
    path = written(tmp_path, {"名称": ["甲", "乙"], "备注": ["短", "长" * 84]})
    sites = read_projects(path, crs=CRS)
    assert sites.faults[0] == ()
    assert "254 字节" in said(sites, 1)


def test_suffixes_in_capitals(tmp_path: Path) -> None:
    path = written(tmp_path, {"名称": ["甲", "乙"]}, encoding="gbk")
    (tmp_path / "红线.cpg").unlink()
    for part in list(tmp_path.iterdir()):
        part.rename(part.with_suffix(part.suffix.upper()))
    sites = read_projects(path.with_suffix(".SHP"), crs=CRS)
    assert sites.table["name"].tolist() == ["甲", "乙"]


def test_a_projection_in_gbk(tmp_path: Path) -> None:
    path = written(tmp_path, {"名称": ["甲", "乙"]})
    text = (tmp_path / "红线.prj").read_text("utf-8")
    assert text.startswith('PROJCS["')
    name = text.split('"')[1]
    (tmp_path / "红线.prj").write_bytes(text.replace(name, "国家2000").encode("gbk"))
    sites = read_projects(path, crs=CRS)
    assert sites.geometry[0].area == pytest.approx(20_000)
    assert ".prj 不是 UTF-8" in "".join(sites.notes)


@pytest.mark.parametrize("cpg", [True, False])
def test_a_name_cut_inside_a_character(tmp_path: Path, cpg: bool) -> None:
    """GDAL writes 项目名称 (12 bytes) as its first ten: three characters, and a byte."""
    columns = {"项目名称": ["甲", "乙"], "建设性质": ["新建", "扩建"], "占地面积": [2, 2]}
    path = written(tmp_path, columns)
    assert "项目名称".encode()[:10] + b"\0" in (tmp_path / "红线.dbf").read_bytes()
    if not cpg:
        (tmp_path / "红线.cpg").unlink()
    sites = read_projects(path, crs=CRS)
    assert sites.table["name"].tolist() == ["甲", "乙"]
    assert sites.table["stage"].tolist() == ["新建", "扩建"]
    notes = "\n".join(sites.notes)
    assert "字段名「项目名…」在字中间被截断" in notes
    # its unit may be in what is lost, so it is not read
    assert dict(sites.headers)["占地面\N{REPLACEMENT CHARACTER}"] == ""
    assert "字段名「占地面」可能被截断" in notes
    assert "是否指「占地面积」" in notes


def test_a_cut_name_of_another_end_is_not_completed(tmp_path: Path) -> None:
    """所在地 alone is known, 所在地块 is not: the byte that is left of 块 says so."""
    path = written(tmp_path, {"名称": ["甲", "乙"], "所在地块": ["一", "二"]})
    assert dict(read_projects(path, crs=CRS).headers)["所在地\N{REPLACEMENT CHARACTER}"] == ""


def test_a_text_cut_inside_a_character(tmp_path: Path) -> None:
    path = written(tmp_path, {"名称": ["甲", "乙"], "备注": ["短", "长" * 5]})
    data = (tmp_path / "红线.dbf").read_bytes()
    whole = ("长" * 5).encode().ljust(80)
    assert whole in data
    full = ("长" * 26).encode() + "长".encode()[:2]  # eighty bytes, the last two of three
    (tmp_path / "红线.dbf").write_bytes(data.replace(whole, full))
    sites = read_projects(path, crs=CRS)
    assert sites.table["name"].tolist() == ["甲", "乙"]
    assert sites.table["remark"].tolist() == ["短", "长" * 26]
    assert sites.faults[0] == ()
    assert "文本在字中间被截断" in said(sites, 1)


def test_a_long_table_whose_chinese_comes_late(tmp_path: Path) -> None:
    """A table of gigabytes is sampled as a layer; a list is looked at to its end."""
    names = ["plain"] * 15_000 + ["甲"]
    points = [shapely.Point(500_000, 2_940_000 + k) for k in range(len(names))]
    path = tmp_path / "a.shp"
    gpd.GeoDataFrame({"name": names}, geometry=points, crs=CRS).to_file(path, encoding="gbk")
    (tmp_path / "a.cpg").unlink()
    assert (tmp_path / "a.dbf").stat().st_size > 1 << 20
    assert dbf_encoding(path) == "gb18030"
