"""Files: every kind that is read, and a clear word for every kind that is not."""

from __future__ import annotations

import datetime as dt
import json
import math
import os
import struct
from pathlib import Path

import geopandas as gpd
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.scenes.project_lists import CRS, csv_of, read, said, xlsx_of
from zoning.errors import ProjectFaults
from zoning.projects import read_projects

HEAD = ["项目编号", "项目名称", "组成部分", "经度", "纬度", "坐标系", "受理日期", "项目类型"]
ROW = ["P1", "甲", "", 108, 26.512345, "CGCS2000", dt.date(2026, 8, 15), "光伏"]


def frame(crs: str | None = "EPSG:4490") -> gpd.GeoDataFrame:
    data = {"项目名称": ["甲", "乙"], "类型": ["光伏", "风电"], "面积_亩": [15.0, None]}
    shapes = [shapely.Point(108, 26.512345), shapely.Point(108, 26.712345)]
    return gpd.GeoDataFrame(data, geometry=shapes, crs=crs)


# --- spreadsheets -----------------------------------------------------------------------------


def test_xlsx(tmp_path: Path) -> None:
    path = xlsx_of(
        tmp_path, {"项目": [["2026年拟建项目一览表"], [], HEAD, ROW, [], [*["P2"], "乙"]]}
    )
    sites = read_projects(path, crs=CRS)
    assert list(sites.ids) == ["P1", "P2"]
    assert sites.table["row"].tolist() == [4, 6]
    assert sites.table["accepted"].tolist() == [dt.date(2026, 8, 15), None]
    assert sites.table["kind"][0] == "pv"
    assert sites.table["source"][0] == "list.xlsx"
    assert sites.table["sheet"][0] == "项目"
    assert "表头在第 3 行" in "".join(sites.notes)
    assert "没有坐标" in said(sites, 1)
    assert (sites.rows_in, sites.rows_blank) == (3, 1)


def test_the_one_sheet_that_is_a_list_is_read(tmp_path: Path) -> None:
    path = xlsx_of(tmp_path, {"说明": [["填表说明"], ["请勿改表头"]], "名单": [HEAD, ROW]})
    sites = read_projects(path, crs=CRS)
    assert sites.table["sheet"][0] == "名单"
    assert "未读 说明" in "".join(sites.notes)


def test_two_lists_must_be_chosen_from(tmp_path: Path) -> None:
    second = ["P2", "乙", *ROW[2:]]
    path = xlsx_of(tmp_path, {"一季度": [HEAD, ROW], "二季度": [HEAD, second]})
    with pytest.raises(ProjectFaults, match="一季度、二季度"):
        read_projects(path, crs=CRS)
    assert list(read_projects(path, crs=CRS, sheet="二季度").ids) == ["P2"]
    with pytest.raises(ProjectFaults, match="没有这个工作表"):
        read_projects(path, crs=CRS, sheet="三季度")


@pytest.mark.parametrize("rows", [[], [HEAD], [HEAD, ["", None]]])
def test_nothing_to_read(tmp_path: Path, rows: list[list[object]]) -> None:
    with pytest.raises(ProjectFaults, match="没有数据行"):
        read_projects(xlsx_of(tmp_path, {"项目": rows}), crs=CRS)


def test_text_that_calls_itself_a_workbook_is_told_to_be_text(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    path.write_text("hello world\n", encoding="utf-8")
    with pytest.raises(ProjectFaults, match=r"没有数据行.*扩展名是 \.xlsx，内容是 文本"):
        read_projects(path, crs="EPSG:4545")


def test_a_damaged_workbook(tmp_path: Path) -> None:
    path = tmp_path / "坏.xlsx"
    path.write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(ProjectFaults, match=r"坏\.xlsx: 文件已损坏"):
        read_projects(path, crs=CRS)


def test_a_file_held_by_another_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = csv_of(tmp_path, "a")

    def held(self: Path) -> bytes:
        raise PermissionError

    monkeypatch.setattr(Path, "read_bytes", held)
    with pytest.raises(ProjectFaults, match="其他程序占用"):
        read_projects(path, crs=CRS)


# --- text -------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    path = csv_of(tmp_path, "项目名称,经度,纬度", "磷矿,108,26.512345", encoding=encoding)
    assert read_projects(path, crs=CRS).table["name"][0] == "磷矿"


def test_utf_16_without_a_mark_is_refused_with_advice(tmp_path: Path) -> None:
    path = csv_of(tmp_path, "项目名称,经度,纬度", "甲,108,26.5", encoding="utf-16-le")
    with pytest.raises(ProjectFaults, match="CSV UTF-8"):
        read_projects(path, crs=CRS)


def test_tabs_and_semicolons(tmp_path: Path) -> None:
    for name, mark in (("a.tsv", "\t"), ("b.csv", ";"), ("c.csv", "\t")):
        lines = [line.replace(",", mark) for line in ("项目名称,经度,纬度", "甲,108,26.512345")]
        assert len(read_projects(csv_of(tmp_path, *lines, name=name), crs=CRS)) == 1


def test_an_unclosed_quotation_mark_swallows_nothing(tmp_path: Path) -> None:
    with pytest.raises(ProjectFaults, match="引号"):
        read(tmp_path, "项目名称,经度,纬度", '"甲,108,26.5', "乙,108,26.5")


def test_a_cell_of_many_lines_keeps_the_row_numbers(tmp_path: Path) -> None:
    sites = read(tmp_path, "项目名称,经度,纬度", '"甲', '一期",108,26.512345', "乙,108,x")
    assert sites.table["name"].tolist() == ["甲 一期", "乙"]
    assert sites.table["row"].tolist() == [2, 3]
    assert sites.faults[1][0].row == 3


def test_cells_beyond_the_header_are_noted(tmp_path: Path) -> None:
    sites = read(tmp_path, "项目名称,经度,纬度", "甲,108,26.512345,多出")
    assert "第 4 列没有表头" in "".join(sites.notes)


# --- vectors ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a.gpkg", "a.geojson", "a.parquet", "a.shp"])
def test_vector_files(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    data = frame("EPSG:4326" if name == "a.geojson" else "EPSG:4490")
    if name == "a.parquet":
        data.to_parquet(path)
    elif name == "a.shp":
        short = data.rename(columns={"项目名称": "名称", "面积_亩": "面积"})
        short.drop(columns="面积").to_file(path, engine="pyogrio", encoding="utf-8")
    else:
        data.drop(columns="面积_亩").to_file(path, engine="pyogrio")
    sites = read_projects(path, crs=CRS)
    assert sites.table["name"].tolist() == ["甲", "乙"]
    assert sites.table["kind"].tolist() == ["pv", "wind"]
    assert [p.x for p in sites.geometry] == pytest.approx([500_000, 500_000], abs=1e-3)
    assert sites.faults == ((), ())
    assert sites.table["row"].tolist() == [1, 2]


def test_gbk_shapefile_without_cpg(tmp_path: Path) -> None:
    path = tmp_path / "旧.shp"
    data = frame().rename(columns={"项目名称": "名称"})[["名称", "类型", "geometry"]]
    data.to_file(path, engine="pyogrio", encoding="gbk")
    (tmp_path / "旧.cpg").unlink()
    table = bytearray((tmp_path / "旧.dbf").read_bytes())
    table[29] = 0  # language id unknown: GDAL would read mojibake, silently
    (tmp_path / "旧.dbf").write_bytes(table)
    assert read_projects(path, crs=CRS).table["name"].tolist() == ["甲", "乙"]


def test_file_geodatabase(tmp_path: Path) -> None:
    path = tmp_path / "a.gdb"
    data = frame().rename(columns={"项目名称": "name", "类型": "kind"})[
        ["name", "kind", "geometry"]
    ]
    data.to_file(path, driver="OpenFileGDB", layer="projects", engine="pyogrio")
    assert read_projects(path, crs=CRS).table["kind"].tolist() == ["pv", "wind"]


def test_layers_must_be_chosen_from(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    for layer in ("一", "二"):
        frame()[["项目名称", "geometry"]].to_file(path, layer=layer, engine="pyogrio")
    with pytest.raises(ProjectFaults, match="一、二"):
        read_projects(path, crs=CRS)
    assert len(read_projects(path, crs=CRS, sheet="二")) == 2


def test_a_vector_file_without_crs(tmp_path: Path) -> None:
    path = tmp_path / "a.shp"
    short = frame(None).rename(columns={"项目名称": "名称"})[["名称", "geometry"]]
    short.to_file(path, engine="pyogrio", encoding="utf-8")
    with pytest.raises(ProjectFaults, match="没有坐标系"):
        read_projects(path, crs=CRS)
    sites = read_projects(path, crs=CRS, list_crs="CGCS2000")
    assert sites.geometry[0].x == pytest.approx(500_000, abs=1e-3)


@pytest.mark.parametrize("code", ["EPSG:4610", "EPSG:2381"])
def test_a_vector_file_on_an_old_datum(tmp_path: Path, code: str) -> None:
    path = tmp_path / "a.gpkg"
    frame(code)[["项目名称", "geometry"]].to_file(path, engine="pyogrio")
    with pytest.raises(ProjectFaults, match="旧坐标系"):
        read_projects(path, crs=CRS)


def test_an_old_datum_is_refused_with_the_file(tmp_path: Path) -> None:
    """Stated of a shapefile without .prj, and by the .prj of one."""
    frame(CRS).to_file(tmp_path / "a.shp", engine="pyogrio")
    (tmp_path / "a.prj").unlink()
    with pytest.raises(ProjectFaults, match=r"a\.shp: 北京54、西安80"):
        read_projects(tmp_path / "a.shp", crs=CRS, list_crs="西安80")
    frame("EPSG:2361").to_file(tmp_path / "b.shp", engine="pyogrio")
    with pytest.raises(ProjectFaults, match=r"b\.shp: 北京54、西安80"):
        read_projects(tmp_path / "b.shp", crs=CRS)


def test_broken_rings_are_refused_row_by_row(tmp_path: Path) -> None:
    """Two vertices, a ring that is not closed, a line of one point; between them good features."""
    good = [[106.6, 26.6], [106.61, 26.6], [106.61, 26.61], [106.6, 26.6]]
    shapes = [
        {"type": "Polygon", "coordinates": [good]},
        {"type": "Polygon", "coordinates": [good[:2]]},
        {"type": "Polygon", "coordinates": [good[:3]]},
        {"type": "LineString", "coordinates": good[:1]},
        None,
        {"type": "Polygon", "coordinates": [good]},
    ]
    features = [
        {"type": "Feature", "properties": {"名称": f"项目{i}"}, "geometry": shape}
        for i, shape in enumerate(shapes)
    ]
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    sites = read_projects(path, crs=CRS, list_crs="EPSG:4326")
    assert [shape is not None for shape in sites.geometry] == [True, *[False] * 4, True]
    assert ["图形不成立" in said(sites, i) for i in range(6)] == [False, *[True] * 3, False, False]
    assert [sites.faults[i][0].row for i in (1, 2, 3)] == [2, 3, 4]
    assert sites.table["coordinates_doubted"].tolist()[:4] == [0, 1, 1, 1]


def test_a_broken_ring_in_a_parquet(tmp_path: Path) -> None:
    frame(CRS).to_parquet(tmp_path / "a.parquet")
    table = pq.read_table(tmp_path / "a.parquet")
    at = table.schema.get_field_index("geometry")
    two = struct.pack("<BIII4d", 1, 3, 1, 2, 0, 0, 1, 1)  # WKB: a polygon of one ring of two points
    table = table.set_column(at, "geometry", pa.array([two] * len(table)))
    pq.write_table(table, tmp_path / "b.parquet")
    with pytest.raises(ProjectFaults, match=r"b\.parquet"):
        read_projects(tmp_path / "b.parquet", crs=CRS)


def test_a_mapinfo_file_with_a_scale_of_nothing(tmp_path: Path) -> None:
    corpus = Path(__file__).parents[2] / "intake" / "boundaries"
    data = (corpus / "cgcs.mif").read_bytes()
    assert b'104, "m", 108, 0, 1, 500000' in data
    changed = data.replace(b'104, "m", 108, 0, 1, 500000', b'104, "m", 108, 0, 0, 500000')
    (tmp_path / "a.mif").write_bytes(changed)
    (tmp_path / "a.mid").write_bytes((corpus / "cgcs.mid").read_bytes())
    with pytest.raises(ProjectFaults, match=r"a\.mif.*投影参数不成立"):
        read_projects(tmp_path / "a.mif", crs=CRS)


def test_a_file_that_contradicts_the_stated_crs(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    frame()[["项目名称", "geometry"]].to_file(path, engine="pyogrio")
    with pytest.raises(ProjectFaults, match="不一致"):
        read_projects(path, crs=CRS, list_crs="EPSG:4545")


def test_vector_geometry_is_checked_row_by_row(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    shapes = [
        shapely.Point(26.6, 106.7),  # swapped in the file
        None,
        shapely.Polygon([(108, 26, 900), (108.1, 26, 900), (108, 26.1, 900)]),  # with heights
    ]
    data = gpd.GeoDataFrame({"项目名称": ["甲", "乙", "丙"]}, geometry=shapes, crs="EPSG:4490")
    data.to_file(path, engine="pyogrio")
    sites = read_projects(path, crs=CRS)
    assert [shape is None for shape in sites.geometry] == [False, True, False]
    assert "写反了" in said(sites, 0)
    assert math.isnan(sites.table["coordinates_doubted"][0])
    assert "没有坐标" in said(sites, 1)
    assert not sites.geometry[2].has_z


def test_vector_geometry_without_size(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    line, nothing = [(108, 26.5), (108, 26.6)], [(108, 26.7), (108, 26.7)]
    shapes = [
        shapely.LineString(nothing),
        shapely.Polygon([(108.1, 26.5), (108.2, 26.6), (108.3, 26.7), (108.1, 26.5)]),
        shapely.MultiLineString([line, nothing]),
    ]
    data = gpd.GeoDataFrame({"项目名称": ["甲", "乙", "丙"]}, geometry=shapes, crs="EPSG:4490")
    data.to_file(path, engine="pyogrio")
    sites = read_projects(path, crs=CRS)
    assert [shape is None for shape in sites.geometry] == [True, True, False]
    assert sites.table["coordinates_doubted"].tolist() == [1, 1, 0]
    assert "长度为零" in said(sites, 0)
    assert "没有面积" in said(sites, 1)
    assert "1 个部分" in said(sites, 2)
    # 0.1 degree of the meridian at 26.55 N is 11.08 km
    assert sites.geometry[2].length == pytest.approx(11_080, abs=5)


# --- refusals ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("a.pdf", "另存为 .xlsx"),
        ("a.doc", "另存为 .docx 或 .xlsx"),
        ("a.et", "另存为 .xlsx"),
        ("a.wps", "另存为 .docx 或 .xlsx"),
        ("a.png", "另存为 .xlsx"),
        ("a.dwg", ".dxf"),
        ("a.wt", "MapGIS 中导出为 GeoPackage"),
        ("a.mdb", "GeoPackage"),
        ("a.ovobj", ".ovkml"),
        ("a.shx", ".shp"),
        ("a.rar", "解压"),
        ("a.unknown", ".gpkg"),
        ("a", ".gpkg"),
    ],
)
def test_other_kinds_of_file(tmp_path: Path, name: str, advice: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    with pytest.raises(ProjectFaults) as error:
        read_projects(tmp_path / name, crs=CRS)
    assert "不能读取这种文件" in str(error.value)
    assert advice in str(error.value)
    assert os.fspath(tmp_path) not in str(error.value)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ProjectFaults, match="找不到文件"):
        read_projects(tmp_path / "a.xlsx", crs=CRS)
    with pytest.raises(ProjectFaults, match="找不到文件"):
        read_projects(tmp_path / "a.gpkg", crs=CRS)


def test_a_text_that_calls_itself_a_geopackage(tmp_path: Path) -> None:
    (tmp_path / "a.gpkg").write_text("nothing")
    with pytest.raises(ProjectFaults, match="已损坏"):
        read_projects(tmp_path / "a.gpkg", crs=CRS)


@pytest.mark.parametrize("name", ["a.gpkg", "a.shp", "a.tab", "a.mif", "a.json", "a.gdb"])
def test_a_file_that_points_to_another(tmp_path: Path, name: str) -> None:
    """GDAL follows such a text, whatever it is called: to any file, or to the network."""
    secret = tmp_path / "secret.geojson"
    frame("EPSG:4326")[["项目名称", "geometry"]].to_file(secret, engine="pyogrio")
    (tmp_path / name).write_text(
        f'<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>{secret}</SrcDataSource>'
        "<SrcLayer>secret</SrcLayer></OGRVRTLayer></OGRVRTDataSource>"
    )
    with pytest.raises(ProjectFaults, match="已损坏"):
        read_projects(tmp_path / name, crs=CRS)


def test_a_damaged_text_in_a_parquet(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    frame().to_parquet(path, compression=None)
    data = path.read_bytes()
    assert "甲".encode() in data
    path.write_bytes(data.replace("甲".encode(), b"\xff\xfe\xfd"))
    with pytest.raises(ProjectFaults, match="已损坏"):
        read_projects(path, crs=CRS)


def test_a_json_that_is_a_command(tmp_path: Path) -> None:
    secret = tmp_path / "secret.geojson"
    frame("EPSG:4326")[["项目名称", "geometry"]].to_file(secret, engine="pyogrio")
    command = f"gdal vector pipeline ! read {secret} ! write --output-format stream streamed"
    text = json.dumps({"type": "gdal_streamed_alg", "command_line": command})
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(ProjectFaults, match="不是 GeoJSON"):
        read_projects(tmp_path / "a.json", crs=CRS)


# --- identity ---------------------------------------------------------------------------------


def test_components_and_duplicates(tmp_path: Path) -> None:
    sites = read(
        tmp_path,
        "项目编号,项目名称,组成部分,项目代码,经度(CGCS2000),纬度(CGCS2000)",
        "P-07,光伏,阵列,,108,26.512345",
        "P-07,光伏,送出线路,,108,26.512345",
        "P-07,光伏,阵列,,108,26.512345",
        "P-08,风电,风机,,108,26.512345",
        ",无号,,2026-520181-26-03-123456,108,26.512345",
        ",仅有名,,,108,26.512345",
        ",,,,108,26.512345",
    )
    assert list(sites.ids) == [
        "P-07/阵列",
        "P-07/送出线路",
        "P-07/阵列#2",
        "P-08",
        "2026-520181-26-03-123456",
        "仅有名",
        "行8",
    ]
    assert "出现多次" in said(sites, 2)
    assert "没有项目名称" in said(sites, 6)
    assert sum(len(faults) for faults in sites.faults) == 2


def test_strict_raises_every_fault_at_once(tmp_path: Path) -> None:
    lines = ("项目名称,经度,纬度,坐标系", "甲,26.6,106.7,CGCS2000", "乙,108,,CGCS2000")
    assert len(read(tmp_path, *lines)) == 2
    with pytest.raises(ProjectFaults) as error:
        read(tmp_path, *lines, strict=True)
    assert [fault.row for fault in error.value.faults] == [2, 3]


@pytest.mark.slow
def test_a_hundred_thousand_rows_in_seconds(tmp_path: Path) -> None:
    import time

    head = "项目编号,项目名称,项目类型,建设性质,行业代码,经度,纬度,坐标系,占地面积(公顷),环评文件,"
    head += "综合能耗(tce/a)"
    rows = (
        f"P{i},项目{i},工业,新建,C26{11 + i % 9},{106.2 + i % 1000 / 1000:.6f},"
        f"{26.2 + i // 1000 / 100:.6f},CGCS2000,{1 + i % 50},有,{i}"
        for i in range(100_000)
    )
    path = csv_of(tmp_path, head, *rows)
    start = time.process_time()
    sites = read_projects(path, crs=CRS)
    assert time.process_time() - start < 15  # seconds; about 4 on a quiet machine
    assert len(sites) == 100_000
    assert not any(sites.faults)


def test_projects_with_different_codes_are_different_projects(tmp_path: Path) -> None:
    """Codes that are no 24-digit ones are doubted, yet they tell projects of one name apart."""
    sites = read(
        tmp_path,
        "项目代码,项目名称,项目类型,建设性质,经度,纬度,坐标系",
        "A1,甲,工业,新建,106.70,26.60,CGCS2000",
        "A2,甲,工业,新建,106.71,26.60,CGCS2000",
        ",甲,工业,新建,106.72,26.60,CGCS2000",
    )
    assert sites.table["project"].tolist() == ["A1", "A2", "甲"]
    assert all(sites.faults[i] for i in (0, 1))


def test_a_raised_number_in_a_letter_is_no_digit(tmp_path: Path) -> None:
    import docx

    letter = docx.Document()
    table = letter.add_table(rows=2, cols=4)
    for cell, text in zip(
        [*table.rows[0].cells, *table.rows[1].cells],
        ["项目名称", "经度", "纬度", "占地面积(亩)", "甲", "106.712345", "26.612345", "12"],
        strict=True,
    ):
        cell.text = text
    table.rows[1].cells[3].paragraphs[0].add_run("1").font.superscript = True
    letter.save(str(tmp_path / "list.docx"))
    sites = read_projects(tmp_path / "list.docx", crs=CRS)
    assert math.isnan(sites.table["declared_m2"][0])
    assert "数字旁边有「¹」" in said(sites)


def test_days_counted_from_1904(tmp_path: Path) -> None:
    path = xlsx_of(
        tmp_path,
        {
            "表": [
                ["项目名称", "经度", "纬度", "受理日期", "占地面积(m2)"],
                ["甲", 106.712345, 26.612345, 44623, 44623],
                ["乙", 106.722345, 26.612345, 44623, 44623],
                ["丙", 106.732345, 26.612345, "2026-03-04", 1],
            ]
        },
    )
    book = openpyxl.load_workbook(path)
    book.epoch = CALENDAR_MAC_1904
    book["表"]["D3"].number_format = "yyyy-mm-dd"
    book.save(path)
    table = read_projects(path, crs=CRS).table
    # 1904-01-01 and 44 623 days: 122 years of 365 days with 31 leap days make 44 561, 62 more
    assert table["accepted"].tolist() == [dt.date(2026, 3, 4)] * 3
    assert table["declared_m2"].tolist() == [44_623, 44_623, 1]


def test_days_counted_from_1904_in_an_old_workbook(tmp_path: Path) -> None:
    import xlwt

    book = xlwt.Workbook()
    book.dates_1904 = True
    sheet = book.add_sheet("表")
    for row, cells in enumerate(
        [["项目名称", "经度", "纬度", "受理日期"], ["甲", 106.712345, 26.612345, 44623]]
    ):
        for column, cell in enumerate(cells):
            sheet.write(row, column, cell)
    book.save(str(tmp_path / "list.xls"))
    table = read_projects(tmp_path / "list.xls", crs=CRS).table
    assert table["accepted"].tolist() == [dt.date(2026, 3, 4)]
