"""What stands beside the values of a sheet: merged and hidden cells, formulas without a value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from zoning.errors import Fault, ProjectFaults
from zoning.projects.cells.values import Refusal
from zoning.projects.tables.raw import Area

MOST_CELLS = 40_000_000  # a million rows of 40 columns; read as a rectangle, some 2 GB
LINKED = (
    "工作簿引用了其他文件: 未打开那些文件，用的是保存时的值  "
    "links to other files were not followed; the saved values are used"
)


@dataclass(frozen=True, slots=True)
class Margin:
    """What stands beside the values of one sheet; rows and columns are counted from 0.

    Parameters
    ----------
    merged : list of Area
        Those that the reader of the values does not tell.
    broken : dict
        Cells that hold no value, and why.
    hidden_rows, hidden_columns : set of int
    formulas : int
        How many cells are formulas.
    from_1904 : bool
        Days are counted from 1904, as on old Macintoshes.
    """

    merged: list[Area] = field(default_factory=list)
    broken: dict[tuple[int, int], Refusal] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    formulas: int = 0
    from_1904: bool = False


def about_formulas(margins: Iterable[Margin], *, recalculated: bool = False) -> tuple[str, ...]:
    """Say that formulas are taken at their saved values.

    Parameters
    ----------
    recalculated : bool
        The workbook asks to be calculated anew when opened.
    """
    if not (count := sum(margin.formulas for margin in margins)):
        return ()
    stale = (
        "; 工作簿要求打开时重算，保存的值可能不是最新的，请在 Excel 中打开并保存后再读  "
        "it asks to be recalculated: save it once in Excel"
    )
    said = f"{count} 个公式单元格，用保存时的值  formulas: the saved values are used"
    return (said + stale * recalculated,)


def check_extent(file: str, sheet: str, rows: int, columns: int) -> None:
    """Refuse a sheet that reaches further than any list does: it is read as a rectangle.

    Raises
    ------
    ProjectFaults
        More than `MOST_CELLS`.
    """
    if rows * columns <= MOST_CELLS:
        return
    raise ProjectFaults(
        Fault(
            zh=f"工作表「{sheet}」的内容伸到第 {rows} 行第 {columns} 列，按矩形读会占满内存，不读",
            en=f"the sheet reaches to row {rows}, column {columns}: too large to be read",
            file=file,
            remedy_zh="请删去远离表格的单元格，或把表格复制到新工作簿",
            remedy_en="delete the cells far from the table, or copy the table into a new workbook",
        )
    )
