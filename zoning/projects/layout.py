"""A sheet to a table: where its header is, which rows are projects, what is merged or broken."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zoning.errors import Fault, ProjectFaults
from zoning.projects.cells import Cell, Sorted, columns_of
from zoning.projects.free_units import free_unit
from zoning.projects.tables import (
    ERROR_CELL,
    JOINT,
    Grid,
    RawTable,
    Recognise,
    Sheet,
    empty,
    is_filled,
)
from zoning.projects.told import Told, notes_of, quoted, tell, worth_a_look
from zoning.projects.values import Refusal, plain_number
from zoning.projects.words import plain, words

_HEADER_WITHIN = 20  # rows; titles and remarks above the header are seldom more
_HEADER_ROWS = 3
_LONGEST_FORM, _WIDEST_FORM = 100, 8  # rows, columns; more are a list
_ANOTHER_HEADER = 3  # known columns that a row must name to be the header of a second table


@dataclass(frozen=True, slots=True)
class Head:
    """The header of a sheet.

    Parameters
    ----------
    at, height : int
        First row, from 0, and number of rows.
    headers : tuple of str
        Headers one below another joined by `JOINT`.
    score : int
        How many known columns it names.
    """

    at: int
    height: int
    headers: tuple[str, ...]
    score: int

    @property
    def end(self) -> int:
        """First row below it."""
        return self.at + self.height


def head_of(sheet: Sheet, recognise: Recognise) -> Head:
    """Return the one to three rows that name most known columns, else the first filled row.

    Of equal ones the higher is taken: what stands above a header may say in which unit or datum it
    is. A row of cells that are merged over some of the columns below them belongs to the header
    even where it makes it less known: under 规划园区, 面积 is no area of the project.
    """
    grid = sheet.grid
    filled = [i for i, row in enumerate(grid[:_HEADER_WITHIN]) if is_filled(row)]
    if not filled:
        filled = [next((i for i, row in enumerate(grid) if is_filled(row)), 0)]
    first = _head(sheet, filled[0], 1, recognise)
    best = Head(first.at, 1, first.headers, min(first.score, 1))
    for height in range(1, _HEADER_ROWS + 1):
        for at in filled:
            rows = grid[at : at + height]
            if len(rows) < height or (height > 1 and not all(map(_only_text, rows))):
                continue
            head = _head(sheet, at, height, recognise)
            more = head.score > best.score or (
                head.score == best.score and head.at < best.at and head.end == best.end
            )
            if more and head.score > 1:
                best = head
    while best.score > 1 and best.height < _HEADER_ROWS and _groups(sheet, best.at - 1, best):
        best = _head(sheet, best.at - 1, best.height + 1, recognise)
    below = grid[best.end] if best.end < len(grid) else ()
    if best.height < _HEADER_ROWS and best.score > 1 and _states_units(below):
        return _head(sheet, best.at, best.height + 1, recognise)
    if best.height < _HEADER_ROWS and best.score > 1 and _divides(sheet, best):
        return _head(sheet, best.at, best.height + 1, recognise)
    return best


def _groups(sheet: Sheet, row: int, head: Head) -> bool:
    """Whether a row above a header groups some of its columns, by merged cells that say so.

    A title stands alone at the left or goes across the table; a remark ends a label with a colon.
    """
    if row < 0 or not _only_text(sheet.grid[row]):
        return False
    ends = {left: right for left, right in _ends(sheet, row).items() if right > left}
    width = sum(map(bool, head.headers))
    texts = [_text(cell) for cell in sheet.grid[row]]
    said = [j for j, text in enumerate(texts) if text]
    first = next((j for j, text in enumerate(head.headers) if text), 0)
    if said == [first] or any(mark in text for text in texts for mark in ":："):
        return False
    return any(left in said and right - left + 1 < width for left, right in ends.items())


def _divides(sheet: Sheet, head: Head) -> bool:
    """Whether the row below a header divides columns of it that are merged from side to side."""
    row = head.end
    if row >= len(sheet.grid) or not _only_text(sheet.grid[row]):
        return False
    filled = {j for j, cell in enumerate(sheet.grid[row]) if _text(cell)}
    wide = [(left, right) for left, right in _ends(sheet, row - 1).items() if right > left]
    under = {j for left, right in wide for j in range(left, right + 1)}
    return bool(filled) and len(filled) > 1 and filled <= under


def _head(sheet: Sheet, at: int, height: int, recognise: Recognise) -> Head:
    headers = _flattened(sheet, at, height)
    return Head(at, height, headers, recognise(headers))


def _only_text(row: Sequence[Cell]) -> bool:
    return is_filled(row) and all(cell is None or isinstance(cell, str) for cell in row)


def _states_units(row: Sequence[Cell]) -> bool:
    """Whether a row holds nothing but units, in brackets or not: it belongs to the header.

    Those of capacities too; no project has a unit for each of its values, its name among them.
    """
    texts = [plain(cell).strip("()") for cell in row if isinstance(cell, str) and cell.strip()]
    table = words()
    known = {unit for units in table.units.values() for unit in units} | table.hints.keys()
    return (
        bool(texts) and _only_text(row) and all(text in known or free_unit(text) for text in texts)
    )


def _flattened(sheet: Sheet, at: int, height: int) -> tuple[str, ...]:
    """Return one header a column, from the rows of a header: parent and child joined."""
    lines = [[_text(cell) for cell in row] for row in sheet.grid[at : at + height]]
    width = max(map(len, lines), default=0)
    lines = [line + [""] * (width - len(line)) for line in lines]
    for k, line in enumerate(lines[:-1]):
        _spread(line, lines[k + 1 :], _ends(sheet, at + k))
    columns = zip(*lines, strict=True)
    return tuple(JOINT.join(k for k, _ in itertools.groupby(filter(None, c))) for c in columns)


def _ends(sheet: Sheet, row: int) -> dict[int, int]:
    """Return the last column of each cell of a row that the file states to be merged."""
    return {left: right for top, left, _, right in sheet.merged if top == row}


def _spread(line: list[str], below: Sequence[Sequence[str]], ends: dict[int, int]) -> None:
    """Write a parent over all of its children: as far as it is merged, else while these go on."""
    parent, until = "", len(line)
    for j, text in enumerate(line):
        if text:
            parent = text
            until = ends.get(j, len(line) - 1)
        elif parent and j <= until and any(lower[j] for lower in below):
            line[j] = parent
        else:
            parent = ""


def _text(cell: Cell) -> str:
    return "" if cell is None else str(cell).strip()


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
    header = [[_text(cell) for cell in row] for row in grid[head.at : head.end]]
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
        if not _text(cell) or not _text(after):
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
