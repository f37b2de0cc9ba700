"""Lists without geometry that belong to a layer: the units of a plan as a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from zoning.errors import Fault, InputError
from zoning.facts.vocabulary import LAYERS
from zoning.layers.aliases import Column, match_columns
from zoning.layers.values import standard_text

_HEADER_WITHIN = 20  # rows; titles above a header are seldom more
_HELD = ("code", "name", "class", "county")


def read_table(path: Path, layer: str) -> pd.DataFrame:
    """Read the list of a layer's units.

    Parameters
    ----------
    path : Path
        .csv (UTF-8 or GBK) or .xlsx; of a workbook, the first sheet that has a column of codes.
    layer : str
        Key of the layer, whose aliases name the columns.

    Returns
    -------
    DataFrame
        Text columns ``code``, ``name``, ``class``, ``county`` in standard words, None where the
        table says nothing; and ``row``, as the file's own program shows it. Rows without a code
        are left out.

    Raises
    ------
    InputError
        Unreadable, or no column of codes.
    """
    try:
        sheets = _delimited(path) if path.suffix.lower() == ".csv" else _workbook(path)
    except Exception as error:  # readers raise what they like; a planner gets one sentence
        raise InputError(
            Fault(
                zh="单元清单无法读取",
                en=f"the list of units cannot be read: {type(error).__name__}",
                file=path.name,
                remedy_zh="在 Excel 或 WPS 中打开后另存为 .xlsx 或 .csv",
                remedy_en="open it in a spreadsheet and save it again",
            )
        ) from None
    for rows in sheets:
        found = _standard(rows, layer)
        if found is not None:
            return found
    raise InputError(
        Fault(
            zh="单元清单中没有编码列",
            en="the list of units has no column of codes",
            file=path.name,
            remedy_zh="表头应有“环境管控单元编码”或同义列名",
            remedy_en="name the column code",
        )
    )


def _delimited(path: Path) -> list[list[Sequence[object]]]:
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030")
    return [list(csv.reader(io.StringIO(text)))]


def _workbook(path: Path) -> list[list[Sequence[object]]]:
    from python_calamine import CalamineWorkbook

    with CalamineWorkbook.from_path(path) as book:
        sheets = (book.get_sheet_by_name(name) for name in book.sheet_names)
        return [list(sheet.to_python(skip_empty_area=False)) for sheet in sheets]


def _standard(rows: list[Sequence[object]], layer: str) -> pd.DataFrame | None:
    """Rows under the first header that names the codes."""
    held = [name for name in _HELD if name in LAYERS[layer].attributes] if layer in LAYERS else []
    for at, row in enumerate(rows[:_HEADER_WITHIN]):
        headers = [str(cell) for cell in row]
        columns = [Column(header) for header in dict.fromkeys(headers) if header.strip()]
        known, _ = match_columns(layer, held, columns, stated={})
        if "code" not in known:
            continue
        place = {name: headers.index(column) for name, column in known.items()}
        table = {
            name: [_cell(layer, name, below, place.get(name)) for below in rows[at + 1 :]]
            for name in _HELD
        }
        numbers = range(at + 2, len(rows) + 1)
        frame = pd.DataFrame({**table, "row": numbers}, dtype=object)
        return frame[[code is not None for code in frame["code"]]].reset_index(drop=True)
    return None


def _cell(layer: str, name: str, row: Sequence[object], at: int | None) -> str | None:
    return standard_text(layer, name, row[at]) if at is not None and at < len(row) else None
