"""The one door for project lists: any file that is known, to `Sites` or to one error."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning import crs as crs_floor
from zoning.components import COMPONENTS, component_kinds
from zoning.errors import Fault, ProjectFaults
from zoning.facts.kinds import nearest
from zoning.projects.attributes import Values, attribute_values
from zoning.projects.boundaries.boundaries import BOUNDARIES, SAVE_AS, is_boundary, read_boundary
from zoning.projects.cells.faults import Source, by_row
from zoning.projects.coordinates.coordinates import (
    Claimed,
    anything_written,
    claimed_places,
    other_places,
)
from zoning.projects.coordinates.corners import gathered
from zoning.projects.coordinates.figures import area_doubts, odd_figures
from zoning.projects.coordinates.places import Places, accuracy, apart, placed
from zoning.projects.coordinates.triples import joined_degrees
from zoning.projects.formats.contents import TABLES, read_tables
from zoning.projects.formats.uncollected import uncollected
from zoning.projects.identity import identify
from zoning.projects.kinds import fill_kinds
from zoning.projects.tables.answered import AnswerSheet, answered, filled_by_row
from zoning.projects.tables.columns import Columns, recogniser, standard_columns
from zoning.projects.tables.crs_statements import Frame, read_statement
from zoning.projects.tables.mapping import Mapping, read_mapping
from zoning.projects.tables.raw import RawTable
from zoning.sites import Sites, representative, table_of

READABLE = tuple(dict.fromkeys((*TABLES, *BOUNDARIES)))
# Extension -> what to save it as
_SAVE_AS = {
    **dict.fromkeys((".et", ".ett", ".dbf", ".numbers"), "另存为 .xlsx  save as .xlsx"),
    **dict.fromkeys((".doc", ".wps", ".wpt", ".rtf"), "另存为 .docx 或 .xlsx  save as .docx"),
    **dict.fromkeys(
        (".pdf", ".ofd", ".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".ppt", ".pptx"),
        "把表格录入或复制到 Excel，另存为 .xlsx  type or copy the table into a spreadsheet (.xlsx)",
    ),
    **SAVE_AS,
}


@uncollected()
def read_projects(
    path: Path | str,
    *,
    crs: str,
    mapping: Path | str | None = None,
    region: shapely.Geometry | None = None,
    strict: bool = False,
    sheet: str | None = None,
    list_crs: str | None = None,
    answers: MappingOf[str, str] | None = None,
    answer_sheet: AnswerSheet | None = None,
) -> Sites:
    """Read a list of projects.

    Parameters
    ----------
    path : path
        .xlsx, .xlsm, .xlsb, .xls, .ods; .csv, .tsv, .txt (UTF-8, UTF-16, GB 18030); tables in a
        .docx; GeoPackage, Shapefile, GeoJSON, FileGDB, GeoParquet, MapInfo; 勘测定界 .txt,
        CASS .dat, KML, KMZ, ovkml, DXF; one of them in a .zip.
    crs : str
        Work CRS, metres.
    mapping : path, optional
        How to read foreign headers and words, see `zoning.projects.tables.mapping`.
    region : shapely geometry, optional
        Jurisdiction in ``crs``. Only used to recognise coordinates written under another CRS or
        notation; what simply lies outside is read as it is.
    strict : bool
        Any fault of any row raises.
    sheet : str, optional
        Sheet, table or layer, by name or number, or file in a zip; needed where several hold
        lists. ``*`` reads all sheets that have one header as one list.
    list_crs : str, optional
        What all coordinates are in, where neither rows nor headers nor the file say.
    answers : Mapping, optional
        Column, by its name or header -> what is taken where a row leaves it blank.
    answer_sheet : AnswerSheet, optional
        Answered questions, see `zoning.projects.answers`.

    Returns
    -------
    Sites
        One a row, in list order. A row that cannot be understood stays, with its faults; refused
        coordinates leave geometry None and ``coordinates_doubted`` 1. Degrees without a stated
        datum are placed as CGCS2000 with the whole possible shift in ``accuracy_m``, and
        ``coordinates_doubted`` NaN.

    Raises
    ------
    ProjectFaults
        The file, its headers, its CRS or the mapping cannot be read as they stand; everything
        found is said at once.

    Examples
    --------
    >>> read_projects("list.xlsx", crs="EPSG:4545")  # doctest: +SKIP

    See Also
    --------
    zoning.projects.sanity.examine : whether what was read is plausible.
    """
    rules = read_mapping(Path(mapping)) if mapping is not None else None
    raw = read_table(Path(path), sheet=sheet, mapping=rules, region=region, crs=crs)
    raw = joined_degrees(raw) if rules is None else raw
    default = _default_statement(raw, rules, list_crs)
    columns, notes, gaps = standard_columns(raw, rules)
    by_row_given = answer_sheet or AnswerSheet()
    columns, filled = filled_by_row(columns, by_row_given, raw.rows)
    given = {**(answers or {}), **by_row_given.for_all}
    columns, assumed = answered(columns, given, len(raw.rows), raw.file)
    notes = (*notes, *filled, *assumed)
    raw = replace(raw, faults=(*raw.faults, *gaps))
    read = len(raw.rows)
    raw, columns, corners = gathered(raw, columns)
    source = raw.source()
    values, faults = attribute_values(columns, len(raw.rows), source)
    strange_kinds, inferred = fill_kinds(values, columns, source)
    linear = np.asarray([nearest(str(kind), ("line", "road")) != "" for kind in values["kind"]])
    claimed, said, order = claimed_places(raw, columns, source, default=default, linear=linear)
    places, doubts = placed(claimed, source, crs=crs, region=region, trusted=raw.trusted)
    doubts += odd_figures(places.geometry, claimed.column, source)
    doubts += area_doubts(values["declared_m2"].astype(float), places.geometry, crs, source)
    error, defaulted, coarse = accuracy(
        values["accuracy_m"].astype(float),
        places,
        values["kind"].astype(object),
        source,
        illustrative=rules is not None and rules.illustrative,
    )
    others = [
        (other, *_measured(other, values, source, crs, region))
        for other in other_places(raw, columns, source, claimed, default=default, linear=linear)
    ]
    doubts += apart(places, error, claimed, others, source)
    values["accuracy_m"], values["accuracy_default"] = error, defaulted
    doubled = identify(values, columns, source)
    strange = _components(values)
    _describe(values, claimed, places, raw, crs)
    refused = anything_written(raw, columns) & shapely.is_missing(places.geometry)
    values["coordinates_doubted"][refused] = 1.0
    faults = [*faults, *strange_kinds]
    said_of_rows = [*raw.faults, *corners, *faults, *said, *doubts, *coarse, *doubled]
    rows = by_row(len(raw.rows), said_of_rows)
    if strict and (everything := tuple(fault for row in rows for fault in row)):
        raise ProjectFaults(everything)
    about = _about(raw, rules)
    return Sites(
        table_of(values),
        places.geometry,
        crs,
        rows,
        (*about, *raw.notes, *order, *notes, *inferred, *places.notes, *strange),
        raw.rows_in,
        raw.rows_blank,
        rows_gathered=read - len(raw.rows),
        headers=_headers(raw, columns),
    )


def _measured(
    claimed: Claimed, values: Values, source: Source, crs: str, region: shapely.Geometry | None
) -> tuple[Places, NDArray[np.float64]]:
    """Return further places of the rows, and their accuracy [m]."""
    places, _ = placed(claimed, source, crs=crs, region=region, trusted=False)
    stated, kinds = values["accuracy_m"].astype(float), values["kind"].astype(object)
    return places, accuracy(stated, places, kinds, source, illustrative=False)[0]


def read_table(
    path: Path,
    *,
    sheet: str | None,
    mapping: Mapping | None,
    region: shapely.Geometry | None = None,
    crs: str = crs_floor.WORK,
) -> RawTable:
    """Read the raw table of any readable file.

    Raises
    ------
    ProjectFaults
        No such file, an extension that is not read here, or a file that is not what it says.
    """
    suffix = path.suffix.lower()
    if suffix not in READABLE:
        raise ProjectFaults(_wrong_type(path))
    if not path.exists():
        raise ProjectFaults(
            Fault(
                zh="找不到文件",
                en="no such file",
                file=path.name,
                remedy_zh="请核对文件名和位置",
                remedy_en="check its name and folder",
            )
        )
    if suffix in TABLES and not is_boundary(path):
        return read_tables(path, sheet=sheet, recognise=recogniser(mapping))
    one = partial(read_table, mapping=mapping, region=region, crs=crs)
    return read_boundary(path, sheet=sheet, region=region, crs=crs, read=one, readable=READABLE)


def _wrong_type(path: Path) -> Fault:
    advice = _SAVE_AS.get(path.suffix.lower(), "")
    return Fault(
        zh="不能读取这种文件",
        en="this kind of file is not read",
        file=path.name,
        value=path.suffix,
        remedy_zh=f"请{advice}" if advice else f"可读: {' '.join(READABLE)}",
        remedy_en="" if advice else "these are read",
    )


def _default_statement(raw: RawTable, mapping: Mapping | None, list_crs: str | None) -> str:
    """Return what is stated of all coordinates; check it against the file's own CRS.

    Raises
    ------
    ProjectFaults
        A statement that is not understood or contradicts the file, a vector file without CRS, or
        one on an old datum.
    """
    stated = list_crs or (mapping.crs.all if mapping is not None and mapping.crs else "")
    frame = read_statement(stated) if stated else None
    if stated and frame is None:
        raise ProjectFaults(
            Fault(
                zh="不认识的坐标系",
                en="unknown coordinate reference system",
                file=raw.file,
                value=stated,
                remedy_zh="请写 EPSG 代码，如 EPSG:4490",
                remedy_en="write an EPSG code such as EPSG:4490",
            )
        )
    if not raw.trusted:
        return stated
    if raw.crs and crs_floor.legacy(raw.crs):
        raise ProjectFaults(replace(crs_floor.legacy_fault(raw.crs), file=raw.file))
    if frame is not None and frame.zh:
        raise ProjectFaults(_refused_statement(frame, raw.file))
    if frame is None and not raw.crs:
        raise ProjectFaults(
            Fault(
                zh="文件没有坐标系 (缺 .prj 或未定义)",
                en="the file states no CRS",
                file=raw.file,
                remedy_zh="请在 GIS 中定义坐标系，或用映射文件的 [crs] 写明",
                remedy_en="define it in a GIS, or state it under [crs] in a mapping",
            )
        )
    code = (frame.degrees or frame.metres) if frame is not None else ""
    if code in crs_floor.SHIFTED and (not raw.crs or crs_floor.read_crs(raw.crs).is_geographic):
        return code  # degrees of a web map in a file that has no other name for them
    if raw.crs and code and not crs_floor.same(raw.crs, code):
        raise ProjectFaults(
            Fault(
                zh=f"文件的坐标系 {raw.crs[:60]} 与声明的 {stated} 不一致",
                en="the file's CRS contradicts the one stated",
                file=raw.file,
                remedy_zh="请去掉其中错误的一个",
                remedy_en="drop the one that is wrong",
            )
        )
    return code or stated


def _refused_statement(frame: Frame, file: str) -> Fault:
    return Fault(
        zh=frame.zh,
        en=frame.en,
        file=file,
        value=frame.text,
        remedy_zh=frame.remedy_zh,
        remedy_en=frame.remedy_en,
    )


def _describe(values: Values, claimed: Claimed, places: Places, raw: RawTable, crs: str) -> None:
    """Write where each row came from and what was said of its place."""
    n = len(raw.rows)
    values["lon"], values["lat"] = representative(places.geometry, crs)
    values["place"] = claimed.shown
    values["crs_stated"] = claimed.statement
    values["crs_read"] = places.crs_read
    values["coordinates_doubted"] = places.doubted
    if raw.as_written is not None and raw.as_written.otherwise is not None:
        values["coordinates_doubted"][raw.as_written.otherwise & (places.doubted == 0)] = np.nan
    values["repaired"] = places.repaired
    values["source"] = _same(raw.file, n)
    values["sheet"] = _same(raw.sheet, n) if raw.parts is None else raw.parts
    values["row"] = raw.rows


def _components(values: Values) -> tuple[str, ...]:
    """Fill in what each component is; note the words that are not known."""
    part = [str(text) for text in values["component"]]
    project, kind = ([str(text) for text in values[name]] for name in ("project", "kind"))
    values["component_kind"] = component_kinds(project, part, kind)
    pairs = zip(part, values["component_kind"], strict=True)
    if not (strange := list(dict.fromkeys(text for text, word in pairs if text and not word))):
        return ()
    said = "、".join(f"「{text}」" for text in strange[:20]) + ("…" if len(strange) > 20 else "")
    known = "、".join(words[0] for words in COMPONENTS.values())
    return (f"组成部分 {said} 是哪一类不清楚 (可写: {known})  unknown words for components",)


def _headers(raw: RawTable, columns: Columns) -> tuple[tuple[str, str], ...]:
    """Return every header with the column that it was read as."""
    read = {
        header: name
        for name, column in columns.items()
        for header in (column.header, *column.header.split(" + "))
    }
    return tuple((text, read.get(text, "")) for text in raw.headers if text)


def _same(text: str, n: int) -> NDArray[np.object_]:
    return np.full(n, text, dtype=object)


def _about(raw: RawTable, mapping: Mapping | None) -> tuple[str, ...]:
    """Return what was read, in figures, and whose list it is."""
    told, told_en = "", ""
    if raw.rows_told:
        told, told_en = f", 另述 {raw.rows_told}", f", {raw.rows_told} told below"
    counted = (
        f"{raw.file}: {raw.rows_in} 行, 空行 {raw.rows_blank}{told}, 读入 {len(raw.rows)}; "
        f"{raw.rows_in} rows, {raw.rows_blank} blank{told_en}, {len(raw.rows)} read"
    )
    if mapping is None:
        return (counted,)
    about = mapping.about
    parts = [part for part in (about.title, about.source, about.licence) if part]
    whose = f"映射 mapping {mapping.file}: {' · '.join(parts)}"
    if mapping.accuracy is None:
        return (counted, whose)
    return (counted, whose, f"点位精度 accuracy: {mapping.accuracy.source}")
