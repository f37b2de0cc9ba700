"""Zips: looked through before anything is written, and nothing stays behind."""

from __future__ import annotations

import stat
import tempfile
import zipfile
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from tests.scenes.project_lists import CRS
from zoning.errors import ProjectFaults
from zoning.projects import read_projects
from zoning.projects.formats import archives
from zoning.sites import Sites

LIST = "项目名称,经度(CGCS2000),纬度(CGCS2000)\n甲,106.612345,26.612345\n".encode()
KML = (
    "<kml><Document><name>WGS84</name><Placemark><name>甲</name><Point><coordinates>"
    "106.612345,26.612345</coordinates></Point></Placemark></Document></kml>"
).encode()


@pytest.fixture(autouse=True)
def nothing_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    """Whatever is unpacked goes to one place, and is gone afterwards."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    yield
    assert list(place.iterdir()) == []


def packed(folder: Path, files: dict[str, bytes], name: str = "a.zip") -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for inner, data in files.items():
            archive.writestr(inner, data)
    return path


def read(path: Path, **options: object) -> Sites:
    return read_projects(path, crs=CRS, **options)


def shapefile(folder: Path, stem: str, name: str) -> dict[str, bytes]:
    shape = shapely.box(500_000, 2_940_000, 500_200, 2_940_100)
    data = gpd.GeoDataFrame({"名称": [name]}, geometry=[shape], crs=CRS)
    data.to_file(folder / f"{stem}.shp", engine="pyogrio", encoding="utf-8")
    return {path.name: path.read_bytes() for path in folder.glob(f"{stem}.*")}


def test_one_file(tmp_path: Path) -> None:
    sites = read(packed(tmp_path, {"附件/名单.csv": LIST, "附件/": b"", "说明.docx.bak": b"x"}))
    assert sites.table["name"].tolist() == ["甲"]
    assert sites.table["source"].tolist() == ["a.zip/附件/名单.csv"]


def test_a_shapefile_and_one_of_several(tmp_path: Path) -> None:
    first, second = shapefile(tmp_path, "红线", "甲"), shapefile(tmp_path, "备选", "乙")
    assert read(packed(tmp_path, first)).table["name"].tolist() == ["甲"]
    both = packed(tmp_path, {**first, **{f"子/{k}": v for k, v in second.items()}})
    with pytest.raises(ProjectFaults, match=r"子/备选\.shp、红线\.shp"):
        read(both)
    sites = read(both, sheet="子/备选.shp")
    assert sites.table["name"].tolist() == ["乙"]
    assert "未读 红线.shp" in "".join(sites.notes)
    with pytest.raises(ProjectFaults, match="没有这个工作表"):
        read(both, sheet="别的.shp")


def test_a_geodatabase_in_a_zip(tmp_path: Path) -> None:
    shape = shapely.box(500_000, 2_940_000, 500_200, 2_940_100)
    for layer, name in (("one", "甲"), ("two", "乙")):
        data = gpd.GeoDataFrame({"name": [name]}, geometry=[shape], crs=CRS)
        data.to_file(tmp_path / "b.gdb", driver="OpenFileGDB", layer=layer, engine="pyogrio")
    inside = {f"b.gdb/{p.name}": p.read_bytes() for p in (tmp_path / "b.gdb").iterdir()}
    path = packed(tmp_path, inside)
    with pytest.raises(ProjectFaults, match="one、two"):
        read(path)
    assert read(path, sheet="two").table["name"].tolist() == ["乙"]
    assert read(path, sheet="b.gdb|one").geometry[0].area == pytest.approx(20_000)


def test_names_in_gbk(tmp_path: Path) -> None:
    """Windows writes Chinese names in GBK and leaves the flag of UTF-8 unset."""
    path = packed(tmp_path, {"0000.csv": LIST})
    gbk = "名单".encode("gbk")
    path.write_bytes(path.read_bytes().replace(b"0000.csv", gbk + b".csv"))
    assert read(path).table["source"].tolist() == ["a.zip/名单.csv"]


@pytest.mark.parametrize(
    "name", ["../b.csv", "/etc/b.csv", "a/../../b.csv", "..\\b.csv", "C:\\b.csv", "\\\\host\\b.csv"]
)
def test_names_that_lead_out(tmp_path: Path, name: str) -> None:
    path = packed(tmp_path, {"good.csv": LIST, name: LIST})
    with pytest.raises(ProjectFaults, match="指向包外"):
        read(path)
    assert not (tmp_path.parent / "b.csv").exists()


def test_links(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("b.csv")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(ProjectFaults, match="链接"):
        read(path)


def test_a_password(tmp_path: Path) -> None:
    path = packed(tmp_path, {"b.csv": LIST})
    data = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at] |= 1  # the flag of encryption
    path.write_bytes(data)
    with pytest.raises(ProjectFaults, match="密码"):
        read(path)


def test_an_archive_in_an_archive(tmp_path: Path) -> None:
    inner = packed(tmp_path, {"b.csv": LIST}, "inner.zip").read_bytes()
    with pytest.raises(ProjectFaults, match=r"压缩包里还是压缩包.*inner\.zip"):
        read(packed(tmp_path, {"inner.zip": inner}))


def test_a_ratio_that_no_list_has(tmp_path: Path) -> None:
    path = packed(tmp_path, {"b.csv": LIST + b"\n" * (11 * 1024**2)})
    assert path.stat().st_size < 50_000
    with pytest.raises(ProjectFaults, match="过大"):
        read(path)


def test_many_members_that_are_too_much_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "_MOST_BYTES", 1_000_000)
    with pytest.raises(ProjectFaults, match="过大"):
        read(packed(tmp_path, {f"{i}.txt": b"x" * 300_000 for i in range(4)}))


def test_a_directory_that_lies_about_sizes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is really unpacked is counted too, whatever the directory of the archive says."""
    path = packed(tmp_path, {"b.csv": LIST * 2_000})
    honest = archives.checked

    def believing(archive: zipfile.ZipFile, file: str) -> tuple[archives.Member, ...]:
        members = honest(archive, file)
        monkeypatch.setattr(archives, "_MOST_BYTES", 1_000)
        return members

    monkeypatch.setattr(archives, "checked", believing)
    with pytest.raises(ProjectFaults, match="过大"):
        read(path)


def test_too_many_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "_MOST_FILES", 3)
    with pytest.raises(ProjectFaults, match="4 个文件"):
        read(packed(tmp_path, {f"{i}.csv": LIST for i in range(4)}))


def test_a_name_that_stands_twice(tmp_path: Path) -> None:
    path = packed(tmp_path, {"b.csv": LIST, "c.csv": LIST})
    path.write_bytes(path.read_bytes().replace(b"c.csv", b"b.csv"))
    with pytest.raises(ProjectFaults, match="同名"):
        read(path)


def test_damage(tmp_path: Path) -> None:
    path = packed(tmp_path, {"b.csv": LIST})
    data = bytearray(path.read_bytes())
    data[45] ^= 0xFF  # in the packed bytes of the member
    path.write_bytes(data)
    with pytest.raises(ProjectFaults, match="解不开"):
        read(path)
    path.write_bytes(b"PK nothing")
    with pytest.raises(ProjectFaults, match="已损坏"):
        read(path)


@pytest.mark.parametrize("files", [{}, {"a.doc": b"x"}, {"__MACOSX/._b.csv": b"x"}])
def test_nothing_to_read(tmp_path: Path, files: dict[str, bytes]) -> None:
    with pytest.raises(ProjectFaults, match=r"没有能读的|没有数据行"):
        read(packed(tmp_path, files))


def test_faults_inside_name_the_archive(tmp_path: Path) -> None:
    with pytest.raises(ProjectFaults, match=r"a\.zip/b\.csv"):
        read(packed(tmp_path, {"b.csv": b"\xff\xfe"}))


def test_kmz(tmp_path: Path) -> None:
    other = KML.replace("甲".encode(), "乙".encode())
    assert list(read(packed(tmp_path, {"x.kml": KML, "files/a.png": b"x"}, "a.kmz")).ids) == ["甲"]
    both = packed(tmp_path, {"doc.kml": KML, "linked.kml": other}, "b.ovkmz")
    assert list(read(both).ids) == ["甲"]
    assert list(read(both, sheet="linked.kml").ids) == ["乙"]
    with pytest.raises(ProjectFaults, match=r"x\.kml、y\.kml"):
        read(packed(tmp_path, {"x.kml": KML, "y.kml": other}, "c.kmz"))
    with pytest.raises(ProjectFaults, match="指向包外"):
        read(packed(tmp_path, {"../doc.kml": KML}, "d.kmz"))


@pytest.mark.parametrize("suffix", [".zip", ".kmz"])
@pytest.mark.parametrize("name", [b"\0.csv", b""])
def test_a_member_without_a_name(tmp_path: Path, suffix: str, name: bytes) -> None:
    """The names end at a NUL: both are empty to zipfile, which looks for their last letter."""
    path = packed(tmp_path, {"abcde"[: len(name)] or "a": LIST}, f"a{suffix}")
    data = path.read_bytes()
    if name:
        data = data.replace(b"abcde", name)
    else:
        local, directory = data.index(b"PK\3\4"), data.index(b"PK\1\2")
        changed = bytearray(data)
        changed[directory + 28], changed[local + 26] = 0, 0
        del changed[directory + 46]
        changed[changed.rindex(b"PK\5\6") + 12] -= 1
        data = bytes(changed)
    path.write_bytes(data)
    with pytest.raises(ProjectFaults, match=f"a{suffix}"):
        read(path)


@pytest.mark.parametrize("suffix", [".zip", ".kmz"])
def test_a_local_header_that_claims_utf8(tmp_path: Path, suffix: str) -> None:
    path = packed(tmp_path, {"aaaa.kml": KML}, f"a{suffix}")
    data = bytearray(path.read_bytes().replace(b"aaaa.kml", "甲乙".encode("gbk") + b".kml"))
    data[data.index(b"PK\3\4") + 7] |= 0x08  # bit 11: the name is UTF-8
    path.write_bytes(data)
    with pytest.raises(ProjectFaults, match=f"a{suffix}"):
        read(path)
