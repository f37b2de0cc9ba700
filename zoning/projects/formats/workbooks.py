"""Workbooks in: xlsx, xlsm, xlsb, xls and ods to sheets."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from zoning.errors import ProjectFaults
from zoning.projects.formats.ole import binary_margins, record_margins
from zoning.projects.formats.opendoc import open_margins
from zoning.projects.formats.openxml import margins
from zoning.projects.formats.packages import Package
from zoning.projects.tables.margins import Margin
from zoning.projects.tables.raw import Sheet, is_filled, locked, unreadable

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook


def read_workbook(path: Path, kind: str) -> tuple[list[Sheet], tuple[str, ...]]:
    """Read every sheet that holds anything.

    Parameters
    ----------
    path : path
    kind : str
        What the file is, whatever its name says: ``xlsx``, ``xlsb``, ``ods`` or ``xls``.

    Returns
    -------
    sheets : list of Sheet
        Hidden ones too, marked.
    notes : tuple of str

    Raises
    ------
    ProjectFaults
        Damaged, locked, hostile, or larger than any list.
    """
    beside, notes = _beside(path, kind)
    sheets = [
        sheet
        for sheet in _values(path, kind, beside)
        if any(map(is_filled, sheet.grid)) or sheet.broken
    ]
    return sheets, notes


def _beside(path: Path, kind: str) -> tuple[Mapping[str, Margin], tuple[str, ...]]:
    if kind == "xls":
        return record_margins(path)
    look = {"xlsx": margins, "xlsb": binary_margins, "ods": open_margins}[kind]
    return look(Package(path))


def _values(path: Path, kind: str, beside: Mapping[str, Margin]) -> list[Sheet]:
    from python_calamine import CalamineError, PasswordError, SheetVisibleEnum

    try:
        with _opened(path, kind) as book:
            shown = {
                sheet.name: sheet.visible == SheetVisibleEnum.Visible
                for sheet in book.sheets_metadata
            }
            return [
                _sheet(book, name, hidden=not shown.get(name, True), margin=beside.get(name))
                for name in book.sheet_names
            ]
    except PasswordError:
        raise ProjectFaults(locked(path.name)) from None
    except (CalamineError, OSError, ValueError) as error:
        raise ProjectFaults(unreadable(path, error)) from None
    except BaseException as error:  # a panic of the Rust library is no Exception
        if type(error).__name__ != "PanicException":
            raise
        raise ProjectFaults(unreadable(path, ValueError("panic"))) from None


def _opened(path: Path, kind: str) -> CalamineWorkbook:
    """Return the workbook; the library goes by the extension, where it is the right one."""
    from python_calamine import CalamineWorkbook

    if path.suffix.lower() == f".{kind}":
        return CalamineWorkbook.from_path(path)
    return CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))


def _sheet(book: CalamineWorkbook, name: str, *, hidden: bool, margin: Margin | None) -> Sheet:
    have = book.get_sheet_by_name(name)
    merged = [
        (top, left, bottom, right) for (top, left), (bottom, right) in have.merged_cell_ranges or ()
    ]
    margin = margin or Margin()
    return Sheet(
        name,
        have.to_python(skip_empty_area=False),
        (*merged, *margin.merged),
        margin.broken,
        frozenset(margin.hidden_rows),
        frozenset(margin.hidden_columns),
        hidden,
        from_1904=margin.from_1904,
    )
