"""A sheet to a table: where its header is, which rows are projects, what is merged or broken."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from zoning.errors import Fault, ProjectFaults
from zoning.projects.cells.sorting import Cell, Sorted, columns_of
from zoning.projects.cells.values import Refusal, plain_number
from zoning.projects.cells.words import words
from zoning.projects.tables.find_header import Head, text_of
from zoning.projects.tables.raw import (
    ERROR_CELL,
    Grid,
    RawTable,
    Recognise,
    Sheet,
    empty,
    is_filled,
)
from zoning.projects.tables.remarks import Told, notes_of, quoted, tell, worth_a_look

_LONGEST_FORM, _WIDEST_FORM = 100, 8  # rows, columns; more are a list
_ANOTHER_HEADER = 3  # known columns that a row must name to be the header of a second table


def raw_table(file: str, sheet: Sheet, head: Head, recognise: Recognise) -> RawTable:
    """Return the rows of a sheet below its header.

    Raises
    ------
    ProjectFaults
        No row of a project, another table with a header of its own further down, or a form whose
        labels stand one below another.
    """
    grid = sheet.grid
    lines = sheet.lines if sheet.lines is not None else range(1, len(grid) + 1)
    if _is_upright(grid, head, recognise):
        raise ProjectFaults(_upright(file, sheet, lines[0]))
    for row in range(head.at):
        if recognise(grid[row]) >= _ANOTHER_HEADER:
            raise ProjectFaults(_second_table(file, sheet, lines[head.at], grid[head.at]))
    kept, told = _sorted_rows(file, sheet, head, lines, recognise)
    if not kept:
        raise ProjectFaults(empty(file))
    last = max(kept[-1], *told) if told else kept[-1]
    columns = _columns(_unmoved(sheet, kept, len(head.headers)), len(head.headers))
    width = len(columns)
    headers = (*head.headers, *[""] * (width - len(head.headers)))
    rows = np.asarray(lines, dtype=np.int64)[kept]
    index = {row: i for i, row in enumerate(kept)} if sheet.broken or sheet.merged else {}
    broken = {
        (j, index[row]): why for (row, j), why in sheet.broken.items() if row in index and j < width
    }
    for j, one in enumerate(columns):
        broken |= dict.fromkeys(((j, i) for i in one.failed), ERROR_CELL)
    return RawTable(
        file,
        sheet.name,
        int(lines[head.end - 1]),
        headers,
        tuple(one.cells for one in columns),
        rows,
        None,
        "",
        last - head.end + 1,
        last - head.end + 1 - len(kept) - len(told),
        (
            *_notes(sheet, head, lines, headers),
            *notes_of([(int(lines[row]), one) for row, one in told.items()], file),
        ),
        tuple(_doubtful_rows(file, sheet, head, kept, rows)),
        len(told),
        tuple(_spans(sheet, head, index, width)),
        tuple((j, i, why) for (j, i), why in sorted(broken.items(), key=lambda item: item[0])),
        None,
        tuple(columns),
        from_1904=sheet.from_1904,
    )


def _sorted_rows(
    file: str, sheet: Sheet, head: Head, lines: Sequence[int], recognise: Recognise
) -> tuple[list[int], dict[int, Told]]:
    """Return the rows that may be projects, and those that say that they are none."""
    grid = sheet.grid
    header = [[text_of(cell) for cell in row] for row in grid[head.at : head.end]]
    known = frozenset(text for line in header for text in line if text) | words().spelt
    spans = {(top, left): right - left + 1 for top, left, _, right in sheet.merged}
    lost = {row for row, _ in sheet.broken}
    kept: list[int] = []
    told: dict[int, Told] = {}
    for row in range(head.end, len(grid)):
        cells = grid[row]
        at, first = _first(cells)
        if first is None:
            if row in lost:
                kept.append(row)
            continue
        if row - 1 in told or worth_a_look(first, known):
            one = tell(
                cells,
                header,
                merged=spans.get((row, at), 1),
                after=told.get(row - 1) if row > head.end else None,
            )
            if one is not None and not (one.why == "列号行" and row > head.end):
                told[row] = one
                continue
            if first in known and recognise(cells) >= _ANOTHER_HEADER:
                raise ProjectFaults(_second_table(file, sheet, lines[row], cells))
        kept.append(row)
    return kept, told


def _first(row: Sequence[Cell]) -> tuple[int, Cell]:
    for j, cell in enumerate(row):
        if cell is not None and cell != "" and (type(cell) is not str or cell.strip()):
            return j, cell
    return 0, None


def _is_upright(grid: Grid, head: Head, recognise: Recognise) -> bool:
    """Whether labels of columns stand one below another, more than any row has side by side."""
    if len(grid) > _LONGEST_FORM:
        return False
    columns = itertools.islice(itertools.zip_longest(*grid), _WIDEST_FORM)
    return any(recognise(column) >= max(_ANOTHER_HEADER, head.score + 1) for column in columns)


def _upright(file: str, sheet: Sheet, row: int) -> Fault:
    return Fault(
        zh=f"「{sheet.name}」是竖排表，请转成一行一个项目" if sheet.name else _UPRIGHT,
        en="a form with its labels one below another: write one project a row",
        file=file,
        row=int(row),
        value=quoted(sheet.grid[0]),
        remedy_zh="第一行写表头 (项目名称、经度、纬度 …)，每个项目占一行",
        remedy_en="put the labels into the first row, and each project into a row of its own",
    )


_UPRIGHT = "这是竖排表，请转成一行一个项目"


def _second_table(file: str, sheet: Sheet, row: int, cells: Sequence[Cell]) -> Fault:
    where = f"「{sheet.name}」" if sheet.name else ""
    return Fault(
        zh=f"{where}第 {row} 行又是一个表头，与上面的不同: 一张表里放了两份清单",
        en="a second header, unlike the first: two lists in one sheet",
        file=file,
        row=int(row),
        value=quoted(cells),
        remedy_zh="请分成两个工作表或两个文件",
        remedy_en="put them into two sheets or two files",
    )


def _unmoved(sheet: Sheet, kept: Sequence[int], width: int) -> Grid:
    """Return the rows kept; of a line that is too long, what stands before the first doubt."""
    rows = [sheet.grid[i] for i in kept]
    if not sheet.delimited or max(map(len, rows)) <= width:
        return rows
    return [_before_doubt(row, width) if _is_too_long(row, width) else row for row in rows]


def _is_too_long(row: Sequence[Cell], width: int) -> bool:
    return len(row) > width and is_filled(row[width:])


def _before_doubt(row: Sequence[Cell], width: int) -> Sequence[Cell]:
    """Return a row without the cells under a header from the first that may have been cut in two.

    That is the first text, kept since it names the row, or the first of two numbers side by side.
    """
    sure = 0
    for j, (cell, after) in enumerate(itertools.pairwise(row)):
        if not text_of(cell) or not text_of(after):
            continue
        if (named := plain_number(cell) is None) or plain_number(after) is not None:
            sure = j + named
            break
    sure = min(sure, width)
    return [*row[:sure], *[None] * (width - sure), *row[width:]]


def _columns(rows: Grid, width: int) -> list[Sorted]:
    """Return the columns of the rows kept, as far as any of them holds anything."""
    longest = max(width, max(map(len, rows)))
    if any(len(row) != longest for row in rows):
        rows = [[*row, *[None] * (longest - len(row))] for row in rows]
    columns = columns_of(rows, longest)
    while len(columns) > width and not any(cell is not None for cell in columns[-1].cells):
        columns.pop()
    return columns


def _spans(
    sheet: Sheet, head: Head, index: dict[int, int], width: int
) -> list[tuple[int, int, int]]:
    """Return cells merged over several rows of projects."""
    found = []
    for top, left, bottom, _ in sheet.merged:
        if bottom == top or top < head.end or top not in index or left >= width:
            continue
        last = max(index[row] for row in range(top, bottom + 1) if row in index)
        if last > index[top]:
            found.append((left, index[top], last))
    return found


def _doubtful_rows(
    file: str, sheet: Sheet, head: Head, kept: Sequence[int], rows: NDArray[np.int64]
) -> list[tuple[int, Fault]]:
    """Return faults for rows that are hidden, and for lines with more cells than headers."""
    if not (sheet.hidden_rows or sheet.delimited):
        return []
    width = len(head.headers)
    result = []
    for i, row in enumerate(kept):
        if row in sheet.hidden_rows:
            result.append((i, _about_row(file, int(rows[i]), _HIDDEN_ROW)))
        if sheet.delimited and _is_too_long(sheet.grid[row], width):
            result.append((i, _about_row(file, int(rows[i]), _TOO_LONG)))
    return result


_HIDDEN_ROW = Refusal(
    "这一行在文件里是隐藏的 (可能被筛选)，照读",
    "a hidden row, perhaps filtered out: read all the same",
    "若不应参与筛查，请删去该行",
    "delete the row if it is not meant",
)
_TOO_LONG = Refusal(
    "这一行的格数多于表头，可能有未加引号的分隔符，后面的列可能错位，按未填处理",
    "more cells than headers: a separator without quotes may have moved what follows: not read",
    "请核对这一行，含分隔符的文字要加引号",
    "check the row; put text with separators into quotes",
)


def _about_row(file: str, row: int, why: Refusal) -> Fault:
    return Fault(why.zh, why.en, file, row, remedy_zh=why.remedy_zh, remedy_en=why.remedy_en)


def _notes(sheet: Sheet, head: Head, lines: Sequence[int], headers: Sequence[str]) -> list[str]:
    notes = list(sheet.notes)
    above = [row for row in sheet.grid[: head.at] if is_filled(row)]
    if above:
        title = "」「".join(map(quoted, above[:5]))
        at = int(lines[head.at])
        notes.append(f"表头在第 {at} 行, 以上作标题: 「{title}」  header in row {at}")
    if head.height > 1:
        first, last = int(lines[head.at]), int(lines[head.end - 1])
        notes.append(f"表头占第 {first}-{last} 行  a header of {head.height} rows")
    shy = [headers[j] or f"第 {j + 1} 列" for j in sorted(sheet.hidden_columns) if j < len(headers)]
    if shy:
        notes.append(f"隐藏列照读: 「{'」「'.join(shy)}」  hidden columns are read like others")
    return notes
