"""Text in: comma, tab or semicolon separated lines to one sheet."""

from __future__ import annotations

import csv
import io
import itertools
import re
from pathlib import Path

from zoning.errors import Fault, ProjectFaults
from zoning.projects.formats.shared import shared_rows
from zoning.projects.tables.raw import Recognise, Sheet, empty, is_filled, unreadable

_MARKS = (",", "\t", ";", "，", "|")
_LOOKED_AT = 20  # lines; a header is seldom further down
_LONGEST_CELL = 64 * 1024 * 1024  # characters; a boundary as WKT is long, a bomb is longer
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig", "UTF-8"),
    (b"\xff\xfe", "utf-16", "UTF-16"),  # Excel's "Unicode text"
    (b"\xfe\xff", "utf-16", "UTF-16"),
)
_PLAIN = (("utf-8", "UTF-8"), ("gb18030", "GB 18030"))
_STATED_MARK = re.compile(r"^\ufeff?sep=(.)\r?\n")  # a line that Excel writes and reads


def read_text(path: Path, text: str, recognise: Recognise) -> tuple[Sheet, tuple[str, ...]]:
    """Return the lines of a text as a sheet; the separator is the one that makes most headers.

    Raises
    ------
    ProjectFaults
        An unclosed quotation mark, or nothing in it.
    """
    stated = _STATED_MARK.match(text)
    mark = stated[1] if stated else _separator(text, recognise)
    first = 1 if stated else 0
    limit = csv.field_size_limit(_LONGEST_CELL)
    body = text[stated.end() :] if stated else text
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=mark, strict=True)
    try:
        grid = list(shared_rows(reader))
    except csv.Error as error:
        raise ProjectFaults(_malformed(path, reader.line_num + first, error)) from None
    finally:
        csv.field_size_limit(limit)
    if not any(map(is_filled, grid)):
        raise ProjectFaults(empty(path.name))
    notes = () if mark == "," else (f"分隔符 separator: {_SHOWN.get(mark, mark)}",)
    lines = range(1 + first, len(grid) + 1 + first)
    return Sheet("", grid, lines=lines, delimited=True), notes


_SHOWN = {"\t": "制表符 tab"}


def _malformed(path: Path, line: int, error: csv.Error) -> Fault:
    return Fault(
        zh=f"第 {line} 行附近的引号或分隔符有误 ({error})",
        en=f"malformed quotes or separators near line {line}",
        file=path.name,
        row=line,
        remedy_zh="请用电子表格打开后另存为 .xlsx 或 CSV UTF-8",
        remedy_en="open it in a spreadsheet program and save it as .xlsx or CSV UTF-8",
    )


def _separator(text: str, recognise: Recognise) -> str:
    """Return the mark by which some line names most known columns, else the commonest one."""
    lines = [line for line in itertools.islice(io.StringIO(text), 4 * _LOOKED_AT) if line.strip()]
    lines = [line[:_LONGEST_LINE] for line in lines[:_LOOKED_AT]]
    scores = {
        mark: max((recognise(_split(line, mark)) for line in lines), default=0) for mark in _MARKS
    }
    best = max(scores, key=scores.__getitem__)
    if scores[best] > 1:
        return best
    first = lines[0] if lines else ""
    return max(_MARKS, key=first.count)


_LONGEST_LINE = 20_000  # characters of a line that is only looked at


def _split(line: str, mark: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=mark), [])
    except csv.Error:
        return line.split(mark)


def decode(path: Path) -> tuple[str, str]:
    """Return the text of a file and the encoding it has.

    UTF-8 or UTF-16 where its first bytes say so, else UTF-8, else GB 18030; nothing is guessed.

    Raises
    ------
    ProjectFaults
        It cannot be opened, breaks off within a letter, or is none of these.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ProjectFaults(unreadable(path, error)) from None
    marked = [(code, shown) for bom, code, shown in _BOMS if data.startswith(bom)]
    for code, shown in marked or ([] if b"\x00" in data else _PLAIN):
        try:
            return data.decode(code), shown
        except UnicodeDecodeError as error:
            if code == "utf-8" and _breaks_off(data, error):
                raise ProjectFaults(_broken_off(path)) from None
    raise ProjectFaults(
        Fault(
            zh="不是 UTF-8、UTF-16 (带 BOM) 或 GB 18030 文本",
            en="neither UTF-8, nor UTF-16 with a BOM, nor GB 18030 text",
            file=path.name,
            remedy_zh="请另存为 CSV UTF-8 或 .xlsx",
            remedy_en="save it as CSV UTF-8 or .xlsx",
        )
    )


def _breaks_off(data: bytes, error: UnicodeDecodeError) -> bool:
    """Whether all is UTF-8, and more than ASCII, but for a letter that lacks its end."""
    return error.reason == "unexpected end of data" and not data[: error.start].isascii()


def _broken_off(path: Path) -> Fault:
    return Fault(
        zh="文件在一个汉字中间断了，不完整",
        en="the file breaks off in the middle of a letter",
        file=path.name,
        remedy_zh="请重新导出或重新拷贝",
        remedy_en="export or copy it again",
    )
