"""KML, KMZ and 奥维 (ovkml, ovkmz) in: every placemark a row; nothing outside the file is followed.

KML is on WGS84 by its definition. What phones and 奥维 export is often GCJ-02 all the same (奥维
since its version 9.3), and no tag says so. So the datum counts as stated only where the file says
it in words, and else the whole possible shift goes into the accuracy of each row.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as Etree

import numpy as np
import shapely

from zoning.errors import Fault, ProjectFaults
from zoning.projects.boundaries.kml_shapes import UnreadableShapeError, closed_line, shape_of
from zoning.projects.cells.values import Refusal
from zoning.projects.formats.archives import datasets, unpacked
from zoning.projects.formats.markup import described, local, parse_xml
from zoning.projects.formats.plaintext import text_of
from zoning.projects.tables.match_header import match_header
from zoning.projects.tables.raw import (
    AsWritten,
    RawTable,
    clean,
    empty,
    no_such_part,
    several_parts,
    unreadable,
)

KML = (".kml", ".ovkml")
KMZ = (".kmz", ".ovkmz")
_NOT_FOLLOWED = {
    "NetworkLink": "网络链接",
    "GroundOverlay": "地面叠加图",
    "ScreenOverlay": "屏幕叠加图",
    "PhotoOverlay": "照片叠加",
    "Tour": "游览",
}
_UNNAMED = re.compile(
    r"^(?:未命名|无标题|新建|untitled|unnamed|placemark|polygon|path)", re.IGNORECASE
)
_DATUMS = {
    "GCJ-02": re.compile(r"GCJ-?_?02|火星坐标|高德坐标", re.IGNORECASE),
    "BD-09": re.compile(r"BD-?_?09|百度坐标", re.IGNORECASE),
    "CGCS2000": re.compile(r"CGCS_?2000|国家2000|2000国家大地", re.IGNORECASE),
    "WGS84": re.compile(r"WGS-?_?(?:19)?84", re.IGNORECASE),
}
_MOST_COLUMNS = 300

_CLOSED_LINE = Refusal(
    "线首尾闭合，按线读取; 它可能是边界",
    "a closed line, read as a line: it may be a boundary",
    "若是用地范围，请改画成面 (多边形)",
    "draw it as a polygon if it is one",
)
_LONG_TEXT = Refusal(
    "说明过长，未读",
    "the description is too long and was not read",
    "请把属性写进表格",
    "put the attributes into a table",
)


@dataclass(slots=True)
class _Placemark:
    """One placemark as its tags say it."""

    name: str
    folders: tuple[str, ...]
    shape: shapely.Geometry | None = None
    decimals: int = 0
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""
    doubts: list[Refusal] = field(default_factory=list)


def read_kml(path: Path, *, sheet: str | None) -> RawTable:
    """Read a .kml or .ovkml.

    Raises
    ------
    ProjectFaults
        Not well formed, with a document type, or without a placemark.
    """
    if sheet is not None:
        raise ProjectFaults(no_such_part(path.name, sheet, ()))
    return _table(path, path.name)


def read_kmz(path: Path, *, sheet: str | None) -> RawTable:
    """Read the .kml in a .kmz or .ovkmz: ``doc.kml``, the only one, or the one named.

    Raises
    ------
    ProjectFaults
        As `read_kml`; an unsafe archive; several files to choose from.
    """
    with unpacked(path) as folder:
        inside = datasets(folder, KML)
        if not inside:
            raise ProjectFaults(empty(path.name))
        if sheet is not None and sheet not in inside:
            raise ProjectFaults(no_such_part(path.name, sheet, tuple(inside)))
        only = next(iter(inside)) if len(inside) == 1 else ""
        chosen = sheet or ("doc.kml" if "doc.kml" in inside else only)
        if not chosen:
            raise ProjectFaults(several_parts(path.name, tuple(inside)))
        return _table(inside[chosen], path.name)


def _table(path: Path, file: str) -> RawTable:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ProjectFaults(unreadable(path, error)) from None
    text, encoding = text_of(data, file)
    root = parse_xml(text, file)
    ignored: Counter[str] = Counter()
    marks = [_placemark(element, folders) for element, folders in _walk(root, ignored)]
    if not marks:
        raise ProjectFaults(empty(file))
    headers, columns = _columns(marks, file)
    whole = _said_of_all(root)
    stated = [_stated(mark, whole) for mark in marks]
    geometry = np.full(len(marks), None, dtype=object)
    geometry[:] = [mark.shape for mark in marks]
    return RawTable(
        file,
        "",
        0,
        tuple(headers),
        tuple(clean(column) for column in columns),
        np.arange(1, len(marks) + 1),
        geometry,
        "",
        len(marks),
        0,
        (f"编码 encoding: {encoding}", *_notes(file, ignored, stated)),
        tuple((i, _fault(file, i, m, doubt)) for i, m in enumerate(marks) for doubt in m.doubts),
        as_written=AsWritten(
            np.asarray(stated, dtype=object),
            np.asarray([mark.decimals for mark in marks], dtype=np.int64),
        ),
    )


def _walk(
    root: Etree.Element, ignored: Counter[str]
) -> Iterator[tuple[Etree.Element, tuple[str, ...]]]:
    """Give every placemark with the folders around it, in the order of the file."""
    stack: list[tuple[Etree.Element, tuple[str, ...]]] = [(root, ())]
    while stack:
        element, folders = stack.pop()
        name = local(element)
        if name == "Placemark":
            yield element, folders
            continue
        if name in _NOT_FOLLOWED:
            ignored[name] += 1
            continue
        if name == "Folder":
            folders = (*folders, _text(element, "name"))
        stack += [(child, folders) for child in reversed(element)]


def _text(element: Etree.Element, name: str) -> str:
    """Return the text of the first child of a name, "" without one."""
    child = next((child for child in element if local(child) == name), None)
    return " ".join((child.text or "").split()) if child is not None else ""


def _placemark(element: Etree.Element, folders: tuple[str, ...]) -> _Placemark:
    mark = _Placemark(_text(element, "name"), tuple(filter(None, folders)))
    for child in element:
        if local(child) == "ExtendedData":
            mark.attributes |= _extended(child)
        elif local(child) == "description":
            pairs, mark.text, read = described(child.text or "")
            mark.attributes |= {k: v for k, v in pairs.items() if k not in mark.attributes}
            mark.doubts += [] if read else [_LONG_TEXT]
    try:
        mark.shape, mark.decimals = shape_of(element)
    except UnreadableShapeError as error:
        mark.doubts.append(error.refusal)
    if mark.shape is not None and closed_line(mark.shape):
        mark.doubts.append(_CLOSED_LINE)
    return mark


def _extended(element: Etree.Element) -> dict[str, str]:
    """Return name and value of ``Data``, ``SimpleData`` and of elements with text of their own."""
    found: dict[str, str] = {}
    for child in element.iter():
        name = child.get("name", "").strip()
        if local(child) == "Data" and name:
            found[name] = _text(child, "value")
        elif local(child) == "SimpleData" and name:
            found[name] = " ".join((child.text or "").split())
    return found


def _columns(marks: list[_Placemark], file: str) -> tuple[list[str], list[list[str]]]:
    """Return headers and cells: what the data say, the name of the placemark, the rest for people.

    A placemark without a name of its own takes that of its folder.
    """
    keys = list(dict.fromkeys(key for mark in marks for key in mark.attributes))
    if len(keys) > _MOST_COLUMNS:
        raise ProjectFaults(_too_wide(file, len(keys)))
    columns = {key: [mark.attributes.get(key, "") for mark in marks] for key in keys}
    named = next(
        (k for k in keys if (h := match_header(0, k)) and h.standard == "name"), "项目名称"
    )
    own = columns.get(named, [""] * len(marks))
    columns[named] = [cell or _called(mark) for cell, mark in zip(own, marks, strict=True)]
    headers, cells = list(columns), list(columns.values())
    return [*headers, "备注"], [*cells, [_remark(mark) for mark in marks]]


def _called(mark: _Placemark) -> str:
    if mark.folders and (not mark.name or _UNNAMED.match(mark.name)):
        return mark.folders[-1]
    return mark.name


def _remark(mark: _Placemark) -> str:
    folder = f"文件夹 {'/'.join(mark.folders)}" if mark.folders else ""
    return "; ".join(part for part in (folder, mark.text) if part)


def _said_of_all(root: Etree.Element) -> str:
    """Return the one datum that the texts of the document itself name, "" without or with more."""
    texts = []
    for element in root.iter():
        if local(element) in ("kml", "Document", "Folder"):
            texts += [_text(element, "name"), _text(element, "description")]
            texts += [
                f"{key} {value}"
                for child in element
                if local(child) == "ExtendedData"
                for key, value in _extended(child).items()
            ]
    said = " ".join(texts)
    found = [name for name, pattern in _DATUMS.items() if pattern.search(said)]
    return found[0] if len(found) == 1 else ""


def _stated(mark: _Placemark, whole: str) -> str:
    for key, value in mark.attributes.items():
        if value and (header := match_header(0, key)) and header.standard == "crs":
            return value
    return whole


def _notes(file: str, ignored: Counter[str], stated: list[str]) -> list[str]:
    said = [
        f"{n} 个{_NOT_FOLLOWED[name]}未读，也不联网  {n} {name} not followed"
        for name, n in sorted(ignored.items())
    ]
    if not all(stated):
        own = (
            "奥维 9.3 起导出的 ovkml 多为 GCJ-02"
            if Path(file).suffix.lower() in (".ovkml", ".ovkmz")
            else "KML 按定义是 WGS84，但手机与奥维导出的常是 GCJ-02"
        )
        said.append(
            f"{own}; 文件里没有写明，请用映射文件 [crs] all 写明 WGS84、CGCS2000 或 GCJ-02  "
            "the file does not say which datum; state it under [crs] in a mapping"
        )
    return said


def _fault(file: str, index: int, mark: _Placemark, doubt: Refusal) -> Fault:
    return Fault(
        zh=doubt.zh,
        en=doubt.en,
        file=file,
        row=index + 1,
        value=mark.name[:80],
        remedy_zh=doubt.remedy_zh,
        remedy_en=doubt.remedy_en,
    )


def _too_wide(file: str, n: int) -> Fault:
    return Fault(
        zh=f"扩展属性有 {n} 种，多于 {_MOST_COLUMNS} 种，未读",
        en=f"{n} attributes, more than {_MOST_COLUMNS}: not read",
        file=file,
        remedy_zh="请在 GIS 中导出为 GeoPackage",
        remedy_en="export it as GeoPackage in a GIS",
    )
