"""Tables in: sheets and delimited text to rows of cells, each with the row number people see."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from zoning.errors import Fault, ProjectFaults
from zoning.projects.words import key, words

Cell = object  # str | int | float | bool | date | datetime | time | None, None where blank
Grid = Sequence[Sequence[Cell]]
Recognise = Callable[[Sequence[Cell]], int]  # how many columns of the contract a header row names

SPREADSHEETS = (".xlsx", ".xlsm")
DELIMITED = (".csv", ".tsv")
_HEADER_WITHIN = 20  # rows; titles and remarks above the header are seldom more
NO_CRS = (
    "本格式不带坐标系: 请用映射文件的 [crs] all 写明  "
    "this format carries no CRS: state it under [crs] in a mapping"
)
_LONGEST_CELL = 64 * 1024 * 1024  # characters; a boundary as WKT is long, a bomb is longer


@dataclass(frozen=True, slots=True)
class AsWritten:
    """What a format without a CRS of its own says of the numbers in it, row by row.

    Parameters
    ----------
    stated : object array [n] of str
        About the CRS, as `zoning.projects.statements` reads it; "" where the file says nothing.
    decimals : int array [n]
        Written; zeros at the end count.
    """

    stated: NDArray[np.object_]
    decimals: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class RawTable:
    """One table as it stands in a file.

    Parameters
    ----------
    file, sheet : str
        File name without folder; sheet or layer, "" where there is none.
    header_row : int
        As the file's program shows it; 0 where the format has field names of its own.
    headers : tuple of str
        As written.
    cells : tuple of object arrays [n]
        One a header; None where blank.
    rows : int array [n]
        Row numbers as the file's program shows them.
    geometry : object array [n] or None
        For vector files, in ``crs``.
    crs : str
        Of the geometry; "" where the file says nothing or has none.
    rows_in, rows_blank : int
        Rows below the header, and those of them without any value.
    notes : tuple of str
        Of the table as a whole.
    faults : tuple of (int, Fault)
        What the reader of the format found wrong or doubtful, by index into the table.
    as_written : AsWritten or None
        Where the geometry is in the numbers as written and its CRS a statement still to be
        understood; ``crs`` is then "".
    """

    file: str
    sheet: str
    header_row: int
    headers: tuple[str, ...]
    cells: tuple[NDArray[np.object_], ...]
    rows: NDArray[np.int64]
    geometry: NDArray[np.object_] | None
    crs: str
    rows_in: int
    rows_blank: int
    notes: tuple[str, ...] = ()
    faults: tuple[tuple[int, Fault], ...] = ()
    as_written: AsWritten | None = None

    @property
    def trusted(self) -> bool:
        """Whether the geometry comes from a file with a CRS of its own."""
        return self.geometry is not None and self.as_written is None


def read_spreadsheet(path: Path, *, sheet: str | None, recognise: Recognise) -> RawTable:
    """Read one sheet of an .xlsx, the one that looks like a list unless named.

    Raises
    ------
    ProjectFaults
        Not a workbook, locked by a password, no such sheet, nothing in it, or several lists.
    """
    grids, notes = _sheets(path)
    name = _chosen_sheet(path.name, grids, sheet, recognise)
    others = tuple(other for other in grids if other != name)
    if others:
        notes = (
            *notes,
            f"读取工作表「{name}」, 未读 {'、'.join(others)}  read sheet “{name}” only",
        )
    return _table(path.name, name, grids[name], recognise, notes)


def _sheets(path: Path) -> tuple[dict[str, Grid], tuple[str, ...]]:
    """Return the visible sheets that hold anything, and what was left aside."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

    try:
        with CalamineWorkbook.from_path(path) as book:
            hidden = [
                sheet.name
                for sheet in book.sheets_metadata
                if sheet.visible != SheetVisibleEnum.Visible
            ]
            grids: dict[str, Grid] = {
                name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
                for name in book.sheet_names
            }
    except PasswordError:
        raise ProjectFaults(
            Fault(
                zh="工作簿有密码",
                en="the workbook is locked by a password",
                file=path.name,
                remedy_zh="请先取消密码另存",
                remedy_en="save it without the password",
            )
        ) from None
    except (CalamineError, OSError) as error:
        raise ProjectFaults(unreadable(path, error)) from None
    filled = {name: grid for name, grid in grids.items() if any(map(_filled, grid))}
    notes = tuple(
        f"隐藏工作表「{name}」未读  hidden sheet not read" for name in hidden if name in filled
    )
    shown = {name: grid for name, grid in filled.items() if name not in hidden}
    if not shown:
        raise ProjectFaults(empty(path.name))
    return shown, notes


def _chosen_sheet(
    file: str, grids: dict[str, Grid], sheet: str | None, recognise: Recognise
) -> str:
    if sheet is not None:
        if sheet not in grids:
            raise ProjectFaults(no_such_part(file, sheet, tuple(grids)))
        return sheet
    if len(grids) == 1:
        return next(iter(grids))
    lists = [name for name, grid in grids.items() if recognise(grid[_header_at(grid, recognise)])]
    if len(lists) == 1:
        return lists[0]
    raise ProjectFaults(several_parts(file, tuple(lists or grids)))


def read_delimited(path: Path, *, sheet: str | None, recognise: Recognise) -> RawTable:
    """Read comma, tab or semicolon separated text in UTF-8 (with or without BOM), else GB 18030.

    Raises
    ------
    ProjectFaults
        Neither encoding, an unclosed quotation mark, or nothing in it.
    """
    if sheet is not None:
        raise ProjectFaults(no_such_part(path.name, sheet, ()))
    text, encoding = decode(path)
    first = text.split("\n", 1)[0]
    delimiter = "\t" if path.suffix.lower() == ".tsv" else max(",;\t", key=first.count)
    limit = csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        grid = list(reader)
    except csv.Error as error:
        raise ProjectFaults(
            Fault(
                zh=f"第 {reader.line_num} 行附近的引号或分隔符有误 ({error})",
                en=f"malformed quotes or separators near line {reader.line_num}",
                file=path.name,
                row=reader.line_num,
                remedy_zh="请用电子表格打开后另存为 .xlsx 或 CSV UTF-8",
                remedy_en="open it in a spreadsheet program and save it as .xlsx or CSV UTF-8",
            )
        ) from None
    finally:
        csv.field_size_limit(limit)
    if not any(map(_filled, grid)):
        raise ProjectFaults(empty(path.name))
    return _table(path.name, "", grid, recognise, (f"编码 encoding: {encoding}",))


def decode(path: Path) -> tuple[str, str]:
    """Return the text of a file and the encoding it has: UTF-8, else GB 18030; nothing guessed."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ProjectFaults(unreadable(path, error)) from None
    for encoding, shown in (("utf-8-sig", "UTF-8"), ("gb18030", "GB 18030")):
        if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in data:
            break  # UTF-16, or no text at all
        try:
            return data.decode(encoding), shown
        except UnicodeDecodeError:
            continue
    raise ProjectFaults(
        Fault(
            zh="不是 UTF-8 或 GB 18030 文本",
            en="neither UTF-8 nor GB 18030 text",
            file=path.name,
            remedy_zh="请另存为 CSV UTF-8 或 .xlsx",
            remedy_en="save it as CSV UTF-8 or .xlsx",
        )
    )


def _table(
    file: str, sheet: str, grid: Grid, recognise: Recognise, notes: tuple[str, ...]
) -> RawTable:
    at = _header_at(grid, recognise)
    if at and any(map(_filled, grid[:at])):
        notes = (*notes, f"表头在第 {at + 1} 行, 以上作标题  header in row {at + 1}")
    body = grid[at + 1 :]
    kept = [i for i, row in enumerate(body) if _filled(row)]
    if not kept:
        raise ProjectFaults(empty(file))
    blank_tail = len(body) - 1 - kept[-1]  # a sheet's formatted but empty end is no row of it
    width = max(len(grid[at]), max(len(body[i]) for i in kept))
    headers = [*map(_header_text, grid[at]), *[""] * (width - len(grid[at]))]
    columns = itertools.zip_longest(*(body[i] for i in kept), fillvalue=None)
    return RawTable(
        file,
        sheet,
        at + 1,
        tuple(headers),
        tuple(clean(column) for column in columns),
        np.asarray(kept, dtype=np.int64) + at + 2,
        None,
        "",
        len(body) - blank_tail,
        len(body) - blank_tail - len(kept),
        notes,
    )


def clean(column: Sequence[Cell]) -> NDArray[np.object_]:
    """Return a column with None for every cell that says nothing; text without outer blanks."""
    known: dict[str, str | None] = {}
    nothing = words().blank
    result = np.empty(len(column), dtype=object)
    for i, cell in enumerate(column):
        if isinstance(cell, str):
            if cell not in known:
                # no word for "nothing" begins with a digit, and most cells do
                says = cell[:1].isdigit() or key(cell) not in nothing
                known[cell] = cell.strip() if says else None
            result[i] = known[cell]
        elif cell is not None and cell == cell:  # NaN is not itself
            result[i] = cell
    return result


def _header_at(grid: Grid, recognise: Recognise) -> int:
    """Return the row that names most known columns; the first filled one where none does."""
    filled = [i for i, row in enumerate(grid[:_HEADER_WITHIN]) if _filled(row)]
    if not filled:
        return next(i for i, row in enumerate(grid) if _filled(row))
    scores = {i: recognise(grid[i]) for i in filled}
    best = max(scores.values())
    return next(i for i in filled if scores[i] == best) if best > 1 else filled[0]


def _filled(row: Sequence[Cell]) -> bool:
    return any(cell is not None and cell != "" and str(cell).strip() != "" for cell in row)


def _header_text(cell: Cell) -> str:
    return "" if cell is None else str(cell).strip()


def unreadable(path: Path, error: Exception) -> Fault:
    """Say that a file cannot be opened as what its name says it is."""
    if isinstance(error, PermissionError):
        return Fault(
            zh="文件打不开，可能正被其他程序占用",
            en="the file cannot be opened; another program may hold it",
            file=path.name,
            remedy_zh="请在 Excel 或 WPS 中关闭后再试",
            remedy_en="close it in Excel or WPS and try again",
        )
    return Fault(
        zh="文件已损坏，或不是扩展名所说的格式",
        en=f"the file is damaged, or not what its extension says ({type(error).__name__})",
        file=path.name,
        remedy_zh="请在原软件中打开并另存一份",
        remedy_en="open it in the program it came from and save a fresh copy",
    )


def empty(file: str) -> Fault:
    """Say that there is no row to read."""
    return Fault(
        zh="没有数据行",
        en="no rows of data",
        file=file,
        remedy_zh="请在表头下填写项目",
        remedy_en="fill in projects below the header",
    )


def no_such_part(file: str, wanted: str, have: tuple[str, ...]) -> Fault:
    """Say that the sheet or layer asked for is not there."""
    return Fault(
        zh="没有这个工作表或图层",
        en="no such sheet or layer",
        file=file,
        value=wanted,
        remedy_zh=f"可选: {'、'.join(have)}" if have else "这种文件没有工作表",
        remedy_en="choose one of these" if have else "this kind of file has none",
    )


def several_parts(file: str, have: tuple[str, ...]) -> Fault:
    """Say that a sheet or layer must be chosen."""
    return Fault(
        zh="有多个工作表或图层有数据，不知读哪一个",
        en="several sheets or layers hold data",
        file=file,
        value="、".join(have),
        remedy_zh="请用 sheet= 指明其一，或只留一个",
        remedy_en="name one with sheet=, or keep only one",
    )
