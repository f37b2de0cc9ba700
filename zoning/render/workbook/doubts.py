"""Sheet 存疑: every row of the list that is faulty or hard to believe, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zoning.render.tables.columns import Column
from zoning.render.words import joined
from zoning.render.workbook.book import Book, Row, Table

if TYPE_CHECKING:
    from zoning.screening import Screening

NAME: Final = "存疑"
_COLUMNS: Final = (
    Column("序号", 5.5, "int"),
    Column("项目代码", 13, "wrap"),
    Column("组件编号", 15, "wrap"),
    Column("名称", 20, "wrap"),
    Column("清单行", 8, "int"),
    Column("列", 15, "wrap"),
    Column("原值", 22, "wrap"),
    Column("疑点", 44, "wrap"),
    Column("建议", 34, "wrap"),
)


def write_doubts(book: Book, screening: Screening, *, limit: int) -> None:
    """Write one row a doubt, in list order, up to ``limit``; then it says where the rest is."""
    table = Table(book, book.sheet(NAME), _COLUMNS, freeze=4)
    sites, number = screening.sites, 0
    said = (sites.table[name].tolist() for name in ("project", "id", "name"))
    for project, site, name, faults in zip(*said, sites.faults, strict=True):
        for fault in faults:
            number += 1
            if number <= limit:
                where = (fault.row, fault.column, fault.value)
                told = (fault.zh, fault.remedy_zh)
                table.add(Row((number, str(project), str(site), str(name), *where, *told)))
    if not number:
        table.add(Row((None, "—", "", "", None, "", "", "没有存疑的行", "")))
    left = number - limit
    table.close(f"其余 {left:,} 处见 screening.gpkg 的 faults 字段" if left > 0 else "")


def doubt_mark(counts: list[int]) -> str:
    """Return how many doubts the components of a project have, for its own row."""
    return f"{sum(counts)} 处\n见{NAME}" if sum(counts) else "—"


def doubts_in_words(screening: Screening) -> str:
    """Return how many rows came in and how many are doubted, for the first sheet."""
    sites = screening.sites
    doubted = sum(1 for faults in sites.faults if faults)
    blank = f"空行 {sites.rows_blank:,}" if sites.rows_blank else ""
    rows = f"清单 {sites.rows_in:,} 行，读入 {len(sites):,} 个组件" if sites.rows_in else ""
    told = f"存疑 {doubted:,} 行" + (f"，逐条列于“{NAME}”" if doubted else "")
    return joined((rows, blank, told), "，")
