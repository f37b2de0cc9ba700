"""The command that shows what was understood of a list."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table

import zoning
from zoning.cli.common import (
    Assume,
    Data,
    ExitZero,
    Json,
    ListCrs,
    Mapping,
    Sheet,
    Strict,
    answers_of,
    data_folder,
    json_out,
    read_list,
)
from zoning.facts.kinds import title_of

if TYPE_CHECKING:
    from zoning.projects.list_report import Reading, RowRead

app = typer.Typer()

_WIDE = 110  # below it a row of the table would wrap into a column of syllables
_PIPED = 160  # into a file or another program: no screen to fit
_AMOUNTS = {"capacity": "规模", "declared_m2": "占地", "energy_tce": "能耗"}
_TITLES = ("行", "编号", "名称", "类型", "性质", "数值", "图形", "区县", "坐标系", "精度", "疑")


@app.command()
def read(
    listing: Annotated[Path, typer.Argument(metavar="LIST", help="项目清单 Project list.")],
    data: Data = None,
    mapping: Mapping = None,
    sheet: Sheet = None,
    list_crs: ListCrs = None,
    assume: Assume = None,
    limit: Annotated[int, typer.Option(min=0, help="列出的行数 Rows listed.")] = 200,
    strict: Strict = False,
    as_json: Json = False,
    exit_zero: ExitZero = False,
) -> None:
    """一份清单读懂了什么、疑什么。What a list says.  Example: zoning read projects.xlsx"""
    catalog = zoning.Catalog.open(data_folder(data))
    said = answers_of(assume, list_crs)
    sites = read_list(
        listing,
        catalog,
        mapping=mapping,
        sheet=sheet,
        list_crs=said.crs,
        answers=said.columns,
        strict=strict,
    )
    reading = zoning.describe(sites, catalog)
    if as_json:
        json_out().writelines(reading.json())
    else:
        _show(reading, limit)
    raise typer.Exit(1 if reading.figures.doubted and not exit_zero else 0)


def _console() -> Console:
    """Return where to print: as wide as the screen, and wide enough where there is none."""
    piped = not sys.stdout.isatty() and not os.environ.get("COLUMNS")
    return Console(width=_PIPED) if piped else Console()


def _show(reading: Reading, limit: int) -> None:
    """Print rows, columns not read, notes, every doubt, and the figures, which come last."""
    console = _console()

    def say(text: object, style: str | None = None) -> None:
        console.print(str(text), style=style, highlight=False, markup=False)

    shown = _listed(reading, limit)
    if console.width >= _WIDE:
        console.print(_table(shown))
    else:
        for row in shown:
            say(_block(row), "yellow" if row.doubts else None)
    if (rest := len(reading.sites) - len(shown)) > 0:
        say(f"… 另有 {rest} 行无疑问未列出，--limit 可调  {rest} more rows without doubts")
    for line in _headers(reading):
        say(line)
    for note in reading.sites.notes:
        say(note, "dim")
    doubts = [fault for faults in reading.sites.faults for fault in faults]
    if doubts:
        say(f"\n存疑 {len(doubts)} 处 doubts", "bold")
    for number, fault in enumerate(doubts, 1):
        say(f"{number}. {fault}")
    say(f"\n{reading.figures}", "bold")


def _listed(reading: Reading, limit: int) -> list[RowRead]:
    """Return the rows to list: every doubted one, and the first others up to the limit."""
    rows, room = [], limit - reading.figures.doubted
    for row in reading.rows():
        if not row.doubts:
            room -= 1
        if row.doubts or room >= 0:
            rows.append(row)
    return rows


def _table(rows: list[RowRead]) -> Table:
    table = Table(*_TITLES, box=box.SIMPLE_HEAD, pad_edge=False)
    for column in table.columns:
        column.overflow = "fold"
    table.columns[0].justify = table.columns[-1].justify = "right"
    for row in rows:
        cells = (str(row.row), row.id, *_cells(row), str(len(row.doubts) or ""))
        table.add_row(*map(_literal, cells), style="yellow" if row.doubts else "")
    return table


def _literal(text: str) -> str:
    """Return text that rich prints as it is: a list may hold brackets."""
    return text.replace("[", r"\[")


def _cells(row: RowRead) -> tuple[str, ...]:
    place = f"{row.lon:.5f}, {row.lat:.5f}" if row.lon is not None and row.lat is not None else ""
    shape = " ".join(filter(None, (str(row.geometry), place)))
    accuracy = "" if row.accuracy_m is None else f"±{_short(row.accuracy_m)} m"
    return (
        row.name,
        title_of(row.kind) or "?",
        row.stage or "?",
        _values(row),
        shape,
        row.counties_text,
        "\n".join(dict.fromkeys((row.crs_stated or "未注明", row.crs_read))),
        accuracy + (" 默认" if row.accuracy_default and accuracy else ""),
    )


def _values(row: RowRead) -> str:
    """Return the main amounts of a row in words, and how much else it says; all is in the JSON."""
    amounts = {each.column: each for each in row.values}
    said = [
        f"{title} {_short(amounts[name].value)} {amounts[name].unit}".strip()
        for name, title in _AMOUNTS.items()
        if name in amounts
    ]
    rest = f" (+{len(amounts) - len(said)} 项)" if len(amounts) > len(said) else ""
    return "\n".join(said) + rest


def _short(value: object) -> str:
    if not isinstance(value, float):
        return str(value)
    return f"{value:,.2f}".rstrip("0").rstrip(".") if abs(value) >= 1 else f"{value:.3g}"


def _block(row: RowRead) -> str:
    """Return a row as lines, for a narrow screen."""
    name, kind, stage, values, shape, county, crs, accuracy = _cells(row)
    mark = f"  存疑 {len(row.doubts)}" if row.doubts else ""
    lines = (
        f"{row.row}  {row.id}  {name}{mark}",
        " · ".join(filter(None, (kind, stage, *values.split("\n")))),
        " · ".join(filter(None, (shape, county, *crs.split("\n"), accuracy))),
    )
    return "\n    ".join(line for line in lines if line)


def _headers(reading: Reading) -> Iterator[str]:
    """Say which columns were read as what, and which were not; yes-or-no columns are counted."""
    read = [each for each in reading.columns if each.column]
    named = [c for c in read if not c.column.startswith(("is_", "document_", "emission_"))]
    if read:
        pairs = "、".join(f"{each.header}={each.column}" for each in named)
        rest = len(read) - len(named)
        more = f"; 另有 {rest} 列是否、有无和排放量" if rest else ""
        yield f"读了 {len(read)} 列 columns read: {pairs}{more}"
    notes = "\n".join(reading.sites.notes)
    for each in reading.columns:
        if not each.column and f"「{each.header}」" not in notes:  # told by the reader already
            like = f"; 是否指「{each.suggestion}」? did you mean it?" if each.suggestion else ""
            yield f"未读 not read「{each.header}」{like}{each.why and '; ' + each.why}"
