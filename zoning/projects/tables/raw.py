"""Tables as they stand in files: sheets of cells, and raw tables of rows below a header."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from zoning.errors import Fault
from zoning.projects.cells.faults import Source
from zoning.projects.cells.sorting import ERRORS, Cell, Sorted, clean
from zoning.projects.cells.values import Refusal

__all__ = ["ERRORS", "Cell", "clean"]  # for the readers of formats, beside what is defined here
Grid = Sequence[Sequence[Cell]]
Area = tuple[int, int, int, int]  # top, left, bottom, right; counted from 0, all inclusive
Recognise = Callable[[Sequence[Cell]], int]  # how many columns of the contract a header row names

NO_CRS = (
    "本格式不带坐标系: 请用映射文件的 [crs] all 写明  "
    "this format carries no CRS: state it under [crs] in a mapping"
)
ERROR_CELL = Refusal(
    "公式出错，没有值",
    "a formula has failed: no value",
    "请在 Excel 中改正公式，或直接填写数值",
    "mend the formula, or type the value",
)
UNSAVED = Refusal(
    "公式没有保存计算结果",
    "a formula whose result was never saved",
    "请在 Excel 中打开、保存后再读，或直接填写数值",
    "open it in Excel and save it, or type the value",
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook, one table of a letter, or one text file, as it stands.

    Parameters
    ----------
    name : str
        "" where the format has only one.
    grid : sequence of rows
        The first is row 1.
    merged : tuple of Area
        Cells that the file states to be merged; the value stands in the first of them.
    broken : mapping
        (row, column), from 0, of cells whose value the file does not hold, and why.
    hidden_rows, hidden_columns : frozenset of int
        Counted from 0.
    hidden : bool
        The sheet itself.
    notes : tuple of str
    lines : sequence of int, optional
        Row number of each row of the grid, where they are not 1, 2, 3 …
    delimited : bool
        Separated text, where a stray separator moves all that follows it.
    from_1904 : bool
        Bare numbers of days are counted from 1904.
    """

    name: str
    grid: Grid
    merged: tuple[Area, ...] = ()
    broken: Mapping[tuple[int, int], Refusal] = field(default_factory=dict)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    hidden: bool = False
    notes: tuple[str, ...] = ()
    lines: Sequence[int] | None = None
    delimited: bool = False
    from_1904: bool = False


@dataclass(frozen=True, slots=True)
class AsWritten:
    """What a format without a CRS of its own says of the numbers in it, row by row.

    Parameters
    ----------
    stated : object array [n] of str
        About the CRS, as `zoning.projects.tables.crs_statements` reads it; "" where the file
        says nothing.
    decimals : int array [n]
        Written; zeros at the end count.
    otherwise : bool array [n], optional
        Rows that were read otherwise than they stand: axes exchanged, a head not believed.
    """

    stated: NDArray[np.object_]
    decimals: NDArray[np.int64]
    otherwise: NDArray[np.bool_] | None = None


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
        As written; those of several rows joined by `JOINT`.
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
    rows_told : int
        Rows below the header that are no projects (totals, remarks, the header again): each is
        quoted in the notes. ``rows_in == len(rows) + rows_blank + rows_told``.
    spans : tuple of (column, first, last)
        Cells merged over several rows, by index into the table; the value stands in the first.
    broken : tuple of (column, index, Refusal)
        Cells whose value the file does not hold.
    parts : object array [n] of str, optional
        Sheet of each row, where several were joined.
    sorted : tuple of Sorted, optional
        The columns by what their cells are, where they were sorted on the way in.
    as_written : AsWritten or None
        Where the geometry is in the numbers as written and its CRS a statement still to be
        understood; ``crs`` is then "".
    from_1904 : bool
        As in `Sheet`.
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
    rows_told: int = 0
    spans: tuple[tuple[int, int, int], ...] = ()
    broken: tuple[tuple[int, int, Refusal], ...] = ()
    parts: NDArray[np.object_] | None = None
    sorted: tuple[Sorted, ...] | None = None
    as_written: AsWritten | None = None
    from_1904: bool = False

    def source(self) -> Source:
        """Where faults of its rows point."""
        return Source(self.file, self.rows, self.parts)

    @property
    def trusted(self) -> bool:
        """Whether the geometry comes from a file with a CRS of its own."""
        return self.geometry is not None and self.as_written is None


JOINT = " / "  # between a header and the one below it


def is_filled(row: Sequence[Cell]) -> bool:
    """Whether a row holds anything but blanks."""
    for cell in row:
        if cell is not None and cell != "" and (not isinstance(cell, str) or cell.strip()):
            return True
    return False


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


def locked(file: str) -> Fault:
    """Say that a file is encrypted."""
    return Fault(
        zh="文件有密码",
        en="the file is locked by a password",
        file=file,
        remedy_zh="请先取消密码另存",
        remedy_en="save it without the password",
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
        zh="没有这个工作表、表格或图层",
        en="no such sheet, table or layer",
        file=file,
        value=wanted,
        remedy_zh=f"可选: {'、'.join(have)}" if have else "这种文件没有工作表",
        remedy_en="choose one of these" if have else "this kind of file has none",
    )


def several_parts(file: str, have: tuple[str, ...], *, every: bool = False) -> Fault:
    """Say that a sheet or layer must be chosen; ``every``: they may also be read as one list."""
    together = ('; 表头相同的可用 sheet="*" 一并读取', '; sheet="*" reads those of one header')
    zh, en = together if every else ("", "")
    return Fault(
        zh="有多个工作表、表格或图层有数据，不知读哪一个",
        en="several sheets, tables or layers hold data",
        file=file,
        value="、".join(have),
        remedy_zh=f"请用 --sheet (sheet=) 写明名称或序号，或只留一个{zh}",
        remedy_en=f"give its name or number with --sheet (sheet=), or keep only one{en}",
    )
