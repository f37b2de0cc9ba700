"""Lists that are tables, in any format: what a file is by its content, and which table is meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from zoning.errors import Fault, ProjectFaults
from zoning.projects.cells.words import plain
from zoning.projects.formats.delimited import decode, read_text
from zoning.projects.formats.docx import read_letter
from zoning.projects.formats.html import read_page
from zoning.projects.formats.ole import stream
from zoning.projects.formats.packages import Package
from zoning.projects.formats.workbooks import read_workbook
from zoning.projects.tables.find_header import Head, head_of
from zoning.projects.tables.layout import raw_table
from zoning.projects.tables.raw import (
    RawTable,
    Recognise,
    Sheet,
    empty,
    locked,
    no_such_part,
    several_parts,
    unreadable,
)

WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
LETTERS = (".docx",)
TEXTS = (".csv", ".tsv", ".txt")
TABLES = (*WORKBOOKS, *LETTERS, *TEXTS)
EVERY = "*"  # for ``sheet``: all lists of one header, as one
_ZIPPED = {  # a part that tells what a package is -> kind
    "xl/workbook.xml": "xlsx",
    "xl/workbook.bin": "xlsb",
    "word/document.xml": "docx",
    "content.xml": "ods",
}
_USUAL = {"xlsx": (".xlsx", ".xlsm"), "docx": LETTERS, "text": TEXTS}
_KINDS = {"text": "文本 text", "html": "网页表格 an HTML table"}


def read_tables(path: Path, *, sheet: str | None, recognise: Recognise) -> RawTable:
    """Read a list from a workbook, a letter, a web page or separated text.

    Parameters
    ----------
    path : path
        Read as what it is: the extension is told where it is wrong.
    sheet : str, optional
        Name or number of the sheet or table, or ``*`` for all lists that have one header.
    recognise : callable
        Counts the known columns that a row names.

    Returns
    -------
    RawTable
        Of the sheet that names most known columns, where none is asked for and no other comes
        near. Tables of a letter that have the same header are one list.

    Raises
    ------
    ProjectFaults
        Damaged, locked, hostile or empty; no such sheet; several lists.
    """
    kind = kind_of_file(path)
    if path.suffix.lower() in _USUAL.get(kind, (f".{kind}",)):
        return _listed(path, kind, sheet, recognise)
    said = f"扩展名是 {path.suffix}，内容是 {_KINDS.get(kind, f'.{kind}')}，按内容读"
    try:
        table = _listed(path, kind, sheet, recognise)
    except ProjectFaults as error:
        raise ProjectFaults(tuple(_as_read(fault, said) for fault in error.faults)) from None
    return replace(table, notes=(f"{said}  read by its content", *table.notes))


def _listed(path: Path, kind: str, sheet: str | None, recognise: Recognise) -> RawTable:
    sheets, notes = _read(path, kind, recognise)
    shown = [one for one in sheets if not one.hidden]
    hidden = [one.name for one in sheets if one.hidden]
    notes = (*notes, *(f"隐藏工作表「{name}」未读  hidden sheet not read" for name in hidden))
    if not shown:
        raise ProjectFaults(empty(path.name))
    table = _chosen(path.name, shown, sheet, recognise, joined=kind == "docx")
    return replace(table, notes=(*notes, *table.notes))


def kind_of_file(path: Path) -> str:
    """Return what a file is by its first bytes: xlsx, xlsb, xls, ods, docx, html or text.

    Raises
    ------
    ProjectFaults
        It cannot be opened, is locked, or is of a kind that is not read.
    """
    try:
        with path.open("rb") as handle:
            start = handle.read(4096)
    except OSError as error:
        raise ProjectFaults(unreadable(path, error)) from None
    if start.startswith(b"PK"):
        return _kind_of_package(path)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        return _kind_of_ole(path)
    if path.suffix.lower() in (*WORKBOOKS, *LETTERS) and (
        not start or (b"\x00" in start[2:] and not start.startswith((b"\xff\xfe", b"\xfe\xff")))
    ):
        raise ProjectFaults(unreadable(path, ValueError("no workbook")))
    text = start.replace(b"\x00", b"").lower()
    if b"urn:schemas-microsoft-com:office:spreadsheet" in text:
        raise ProjectFaults(_old_markup(path, "XML 电子表格 2003", "an XML spreadsheet of 2003"))
    if text.lstrip().startswith(b"mime-version:"):
        raise ProjectFaults(_old_markup(path, "单个文件网页 (MHTML)", "a web archive (MHTML)"))
    if b"<table" in text or b"<html" in text or b"<!doctype html" in text:
        return "html"
    if start.startswith((b"%PDF", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff")):
        raise ProjectFaults(unreadable(path, ValueError("no table")))
    return "text"


def _as_read(fault: Fault, said: str) -> Fault:
    """Say with a fault as what the file was read."""
    return replace(fault, zh=f"{fault.zh}（{said}）", en=f"{fault.en} (read by its content)")


def _kind_of_package(path: Path) -> str:
    package = Package(path)
    for part, kind in _ZIPPED.items():
        if part in package:
            return kind
    raise ProjectFaults(unreadable(path, ValueError("an archive, no workbook")))


def _kind_of_ole(path: Path) -> str:
    if stream(path, "Workbook", "Book") is not None:
        return "xls"
    if stream(path, "EncryptedPackage") is not None:
        raise ProjectFaults(locked(path.name))
    if stream(path, "WordDocument") is not None:
        raise ProjectFaults(_old_markup(path, "旧版 Word 文档 (.doc)", "an old Word document"))
    raise ProjectFaults(unreadable(path, ValueError("no workbook")))


def _old_markup(path: Path, zh: str, en: str) -> Fault:
    return Fault(
        zh=f"内容是{zh}，不能读取",
        en=f"this is {en}: not read",
        file=path.name,
        remedy_zh="请在 Excel、Word 或 WPS 中打开，另存为 .xlsx 或 .docx",
        remedy_en="save it as .xlsx or .docx",
    )


def _read(path: Path, kind: str, recognise: Recognise) -> tuple[list[Sheet], tuple[str, ...]]:
    if kind == "docx":
        return read_letter(path)
    if kind not in ("text", "html"):
        return read_workbook(path, kind)
    text, encoding = decode(path)
    notes: tuple[str, ...] = (f"编码 encoding: {encoding}",)
    if kind == "html":
        return read_page(text), notes
    one, more = read_text(path, text, recognise)
    return [one], (*notes, *more)


def _chosen(
    file: str, sheets: Sequence[Sheet], wanted: str | None, recognise: Recognise, *, joined: bool
) -> RawTable:
    """Return the table that is meant, or those of one header as one."""
    if wanted not in (None, EVERY):
        one = _named(file, sheets, wanted or "")
        return _with_others(_table(file, one, recognise), (one,), sheets)
    heads = {one.name: head_of(one, recognise) for one in sheets}
    if joined:
        sheets = _continued(sheets, heads)
    best = max(sheets, key=lambda one: heads[one.name].score)
    alike = [one for one in sheets if _same_header(heads[one.name], heads[best.name])]
    together = alike if wanted == EVERY or joined else [best]
    rivals = [one for one in sheets if one not in together and _rivals(heads, one, best)]
    if len(sheets) > 1 and wanted is None and (rivals or heads[best.name].score < 2):
        names = tuple(one.name for one in ([*together, *rivals] if rivals else sheets))
        raise ProjectFaults(several_parts(file, names, every=len(alike) > 1 and not joined))
    tables = [
        raw_table(file, one, heads[one.name], recognise)
        for one in together
        if len(together) == 1 or _has_rows(one, heads[one.name])
    ]
    if not tables:
        raise ProjectFaults(empty(file))
    return _with_others(_joined(tables), together, sheets)


def _table(file: str, sheet: Sheet, recognise: Recognise) -> RawTable:
    return raw_table(file, sheet, head_of(sheet, recognise), recognise)


def _named(file: str, sheets: Sequence[Sheet], wanted: str) -> Sheet:
    """Return a sheet by its name, else by its number."""
    by_name = {one.name: one for one in sheets}
    if wanted in by_name:
        return by_name[wanted]
    if wanted.isdecimal() and f"表{int(wanted)}" in by_name:
        return by_name[f"表{int(wanted)}"]
    if wanted.isdecimal() and sheets[0].name and 1 <= int(wanted) <= len(sheets):
        return sheets[int(wanted) - 1]
    raise ProjectFaults(no_such_part(file, wanted, tuple(name for name in by_name if name)))


def _rivals(heads: dict[str, Head], one: Sheet, best: Sheet) -> bool:
    """Whether a table looks so much like a list that nobody should choose for the planner."""
    return heads[one.name].score >= max(2, heads[best.name].score / 2)


def _same_header(one: Head, other: Head) -> bool:
    return one.score > 1 and _names(one) == _names(other)


def _names(head: Head) -> list[str]:
    return sorted(map(plain, head.headers))


def _has_rows(sheet: Sheet, head: Head) -> bool:
    return any(any(cell not in (None, "") for cell in row) for row in sheet.grid[head.end :])


def _continued(sheets: Sequence[Sheet], heads: dict[str, Head]) -> list[Sheet]:
    """Return tables with those that go on without a header, on the next page, added to them."""
    result: list[Sheet] = []
    for one in sheets:
        before = result[-1] if result else None
        width = len(one.grid[0])
        if (
            before is None
            or heads[one.name].score > 1
            or heads[before.name].score < 2
            or (len(before.grid[0]) != width)
        ):
            result.append(one)
            continue
        down = len(before.grid)
        merged = tuple((t + down, left, b + down, r) for t, left, b, r in one.merged)
        said = f"「{one.name}」没有表头、列数相同，作为「{before.name}」的续表接在后面  continued"
        result[-1] = replace(
            before,
            grid=[*before.grid, *one.grid],
            merged=(*before.merged, *merged),
            notes=(*before.notes, said),
        )
    return result


def _joined(tables: Sequence[RawTable]) -> RawTable:
    """Return tables of one header as one, each row with the name of its sheet."""
    first = tables[0]
    if len(tables) == 1:
        return first
    tables = _equally_wide(tables)
    order = [_order(tables[0], table) for table in tables]
    starts = np.cumsum([0, *(len(table.rows) for table in tables)])
    names = "、".join(f"「{table.sheet}」{len(table.rows)} 行" for table in tables)
    return replace(
        first,
        sheet="、".join(table.sheet for table in tables),
        cells=tuple(
            np.concatenate([t.cells[o[j]] for t, o in zip(tables, order, strict=True)])
            for j in range(len(tables[0].headers))
        ),
        headers=tables[0].headers,
        rows=np.concatenate([table.rows for table in tables]),
        rows_in=sum(table.rows_in for table in tables),
        rows_blank=sum(table.rows_blank for table in tables),
        rows_told=sum(table.rows_told for table in tables),
        notes=(
            f"表头相同的表合为一份: {names}  tables of one header read as one list",
            *(note for table in tables for note in table.notes),
        ),
        faults=tuple((i + s, f) for t, s in zip(tables, starts, strict=False) for i, f in t.faults),
        spans=tuple(
            (o.index(j), a + s, b + s)
            for t, o, s in zip(tables, order, starts, strict=False)
            for j, a, b in t.spans
        ),
        broken=tuple(
            (o.index(j), i + s, why)
            for t, o, s in zip(tables, order, starts, strict=False)
            for j, i, why in t.broken
        ),
        parts=np.repeat(
            np.asarray([table.sheet for table in tables], dtype=object),
            [len(table.rows) for table in tables],
        ),
        sorted=None,
    )


def _equally_wide(tables: Sequence[RawTable]) -> list[RawTable]:
    """Return tables with empty columns without header added, where another has cells there."""
    width = max(len(table.headers) for table in tables)
    result = []
    for table in tables:
        lacking = width - len(table.headers)
        nothing = np.full(len(table.rows), None, dtype=object)
        result.append(
            replace(
                table,
                headers=(*table.headers, *[""] * lacking),
                cells=(*table.cells, *[nothing] * lacking),
            )
        )
    return result


def _order(first: RawTable, other: RawTable) -> list[int]:
    """Return for each header of the first table the column of the other that has it."""
    places: dict[str, list[int]] = {}
    for j, header in enumerate(other.headers):
        places.setdefault(plain(header), []).append(j)
    return [places[plain(header)].pop(0) for header in first.headers]


def _with_others(table: RawTable, read: Sequence[Sheet], sheets: Sequence[Sheet]) -> RawTable:
    """Note which sheets were read and which were not."""
    taken = {one.name for one in read}
    others = [one.name for one in sheets if one.name not in taken]
    if not others:
        return table
    mine = "」「".join(one.name for one in read)
    note = f"读取工作表「{mine}」, 未读 {'、'.join(others)}  read sheet “{mine}” only"
    return replace(table, notes=(note, *table.notes))
