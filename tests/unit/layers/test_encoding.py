"""Shapefiles in GBK and UTF-8, whatever their .cpg and language ID claim."""

from __future__ import annotations

from pathlib import Path

import pyogrio
import pytest

from tests.scenes.catalog_files import box, frame, save, write_catalog
from zoning.catalog import Catalog
from zoning.errors import InputError
from zoning.layers import Features, VectorLayer, read_features
from zoning.layers.encoding import shapefile_encoding

ROWS = frame(
    [box(0, 0, 1, 1), box(2, 0, 3, 1), box(4, 0, 5, 1)],
    名称=["南明河岸", "花溪湿地公园", "百花湖"],
    重要性=["其他湿地", "国家重要湿地", "其他湿地"],
)
LANGUAGE_ID = 29  # offset in the .dbf header


def shapefile(folder: Path, encoding: str, cpg: str | None, language: int) -> Path:
    path = save(ROWS, folder / "a.shp", encoding=encoding)
    table = bytearray((folder / "a.dbf").read_bytes())
    table[LANGUAGE_ID] = language
    (folder / "a.dbf").write_bytes(bytes(table))
    page = folder / "a.cpg"
    page.unlink(missing_ok=True)
    if cpg is not None:
        page.write_text(cpg)
    return path


def read(folder: Path, more: str = "", layer: str = "wetland") -> Features:
    write_catalog(folder, f'[layers.{layer}]\npath = "a.shp"\n{more}')
    handle = Catalog.open(folder).layers[layer]
    assert isinstance(handle, VectorLayer)
    return read_features(handle, crs="EPSG:4545")


@pytest.mark.parametrize(
    ("encoding", "cpg", "language"),
    [
        ("GBK", "GBK", 0),
        ("GBK", None, 0x4D),
        ("GBK", None, 0x00),  # GDAL reads these three as Latin-1 without a word
        ("GBK", None, 0x57),
        ("GBK", "ANSI 936", 0),
        ("GBK", "UTF-8", 0),  # a plain lie
        ("GB18030", "GB18030", 0),
        ("UTF-8", "UTF-8", 0),
        ("UTF-8", None, 0),
        ("UTF-8", None, 0x57),
    ],
)
def test_names_and_values_are_read(
    tmp_path: Path, encoding: str, cpg: str | None, language: int
) -> None:
    shapefile(tmp_path, encoding, cpg, language)
    table = read(tmp_path).attributes
    assert table["name"].tolist() == ["南明河岸", "花溪湿地公园", "百花湖"]
    assert table["importance"].tolist() == ["其他湿地", "国家重要湿地", "其他湿地"]


def test_the_driver_alone_would_give_mojibake(tmp_path: Path) -> None:
    """The trap is real: without us the header is unreadable."""
    path = shapefile(tmp_path, "GBK", None, 0x57)
    assert "名称" not in pyogrio.read_dataframe(path).columns


def test_short_gbk_words_are_not_taken_for_utf8(tmp_path: Path) -> None:
    rows = frame([box(0, 0, 1, 1)] * 2, core=["是", "否"], name=["一", "二"])
    save(rows, tmp_path / "a.shp", encoding="GBK")
    (tmp_path / "a.cpg").unlink()
    table = read(tmp_path, layer="redline").attributes
    assert table["core"].tolist() == [1.0, 0.0]
    assert table["name"].tolist() == ["一", "二"]


def test_gbk_words_that_are_good_utf8(tmp_path: Path) -> None:
    """GBK 台 is CC A8, which is U+0328 in UTF-8: a .cpg that says GBK decides."""
    assert len("台".encode("gbk").decode("utf-8")) == 1
    save(frame([box(0, 0, 1, 1)], name=["台"]), tmp_path / "a.shp", encoding="GBK")
    assert shapefile_encoding(tmp_path / "a.shp") == "gb18030"


def test_ascii_is_utf8(tmp_path: Path) -> None:
    save(frame([box(0, 0, 1, 1)], name=["abc"]), tmp_path / "a.shp", encoding="GBK")
    (tmp_path / "a.cpg").unlink()
    assert shapefile_encoding(tmp_path / "a.shp") == "UTF-8"


def test_stated_encoding_wins(tmp_path: Path) -> None:
    rows = frame([box(0, 0, 1, 1)], name=["臺灣溼地"])
    save(rows, tmp_path / "a.shp", encoding="BIG5")
    (tmp_path / "a.cpg").unlink()
    table = read(tmp_path, 'encoding = "big5"', layer="lake").attributes
    assert table["name"].tolist() == ["臺灣溼地"]


def test_bytes_of_no_encoding_are_a_fault(tmp_path: Path) -> None:
    save(ROWS, tmp_path / "a.shp", encoding="GBK")
    table = (tmp_path / "a.dbf").read_bytes()
    (tmp_path / "a.dbf").write_bytes(
        table.replace("百花湖".encode("gbk"), b"\xff\xff\xff\xff\xff\xff")
    )
    with pytest.raises(InputError, match="既不是 UTF-8 也不是 GBK"):
        read(tmp_path)


def test_unknown_encoding_is_a_fault(tmp_path: Path) -> None:
    save(ROWS, tmp_path / "a.shp")
    with pytest.raises(InputError, match="不认识的编码"):
        read(tmp_path, 'encoding = "gbkk"')


@pytest.mark.filterwarnings("ignore:.*Could not decode:RuntimeWarning")
def test_name_cut_inside_a_character(tmp_path: Path) -> None:
    """Six characters are 18 bytes of UTF-8; the file keeps 10, three characters and a third."""
    rows = frame(
        [box(0, 0, 1, 1)], code=["a"], name=["b"], 空间布局约束=["禁止"], **{"class": ["1"]}
    )
    save(rows, tmp_path / "a.shp", encoding="UTF-8")
    with pytest.raises(UnicodeDecodeError):
        pyogrio.read_dataframe(tmp_path / "a.shp")
    assert read(tmp_path, layer="control_unit").attributes["spatial"].tolist() == ["禁止"]


@pytest.mark.filterwarnings("ignore:.*Could not decode:RuntimeWarning")
def test_name_cut_in_gbk(tmp_path: Path) -> None:
    """In GBK the file keeps five characters: 空间布局约."""
    rows = frame(
        [box(0, 0, 1, 1)], code=["a"], name=["b"], 空间布局约束=["禁止"], **{"class": ["1"]}
    )
    save(rows, tmp_path / "a.shp", encoding="GBK")
    assert read(tmp_path, layer="control_unit").attributes["spatial"].tolist() == ["禁止"]


def test_value_cut_inside_a_character(tmp_path: Path) -> None:
    """Field of 7 bytes: three GBK characters and half of one."""
    save(frame([box(0, 0, 1, 1)], name=["南明河岸"]), tmp_path / "a.shp", encoding="GBK")
    raw = bytearray((tmp_path / "a.dbf").read_bytes())
    start = int.from_bytes(raw[8:10], "little")
    raw[10:12] = (8).to_bytes(2, "little")  # a record: deletion mark and 7 bytes
    raw[32 + 16] = 7
    value = "南明河岸".encode("gbk")[:7]
    (tmp_path / "a.dbf").write_bytes(bytes(raw[:start]) + b" " + value + b"\x1a")
    assert read(tmp_path, layer="lake").attributes["name"].tolist() == ["南明河"]


def test_upper_case_suffixes(tmp_path: Path) -> None:
    shapefile(tmp_path, "GBK", None, 0)
    for part in list(tmp_path.glob("a.*")):
        part.rename(part.with_name(part.name.upper()))
    write_catalog(tmp_path, '[layers.wetland]\npath = "A.SHP"')
    handle = Catalog.open(tmp_path).layers["wetland"]
    assert isinstance(handle, VectorLayer)
    assert "百花湖" in read_features(handle, crs="EPSG:4545").attributes["name"].tolist()
