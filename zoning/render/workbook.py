"""``screening.xlsx``: the result as planners read, print and sign it."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from zoning.render.sheets.book import Book, open_book
from zoning.render.sheets.doubts import write_doubts
from zoning.render.sheets.findings import DetailSheet, UnreviewedSheet
from zoning.render.sheets.projects import ComponentSheet, ProjectSheet
from zoning.render.sheets.sources import write_rules, write_sources
from zoning.render.sheets.summary import SummarySheet, notices
from zoning.render.style import DISCLAIMER
from zoning.render.table import FINDINGS_AT_MOST
from zoning.render.words import SYNTHETIC

if TYPE_CHECKING:
    from zoning.screening import Screening
    from zoning.screening.views import ProjectView

MANY_SITES = 2_000
"""Past this many sites rows are kept on disk while writing."""


class Workbook:
    """The sheets 汇总, 项目结论, 组件, 判定明细, 未核查事项, 存疑, 数据来源与版本, 规则.

    Projects are added one at a time and never held, so that a long list fits.

    Parameters
    ----------
    screening : Screening
    path : Path
        File to write.
    findings_at_most : int
        Rows of 判定明细 and of 存疑; past them it says where the rest is.
    """

    def __init__(
        self, screening: Screening, path: Path, *, findings_at_most: int = FINDINGS_AT_MOST
    ) -> None:
        title = f"{screening.region}项目准入筛选结果"
        many = len(screening.sites) > MANY_SITES
        self._screening, self._path, self._bytes = screening, path, BytesIO()
        self._limit = findings_at_most
        self._book = Book(
            open_book(self._bytes, path.parent, title=title, made=screening.as_of, many=many),
            title=title,
            footer=_footer(screening),
            notices=notices(screening),
        )
        self._sheets = (
            SummarySheet(self._book, screening),
            ProjectSheet(self._book, screening),
            ComponentSheet(self._book, screening),
            DetailSheet(self._book, limit=findings_at_most),
            UnreviewedSheet(self._book, screening),
        )

    def add(self, project: ProjectView) -> None:
        """Write a project, in list order."""
        for sheet in self._sheets:
            sheet.add(project)

    def close(self) -> None:
        """Finish every sheet and write the file."""
        for sheet in self._sheets:
            sheet.close()
        write_doubts(self._book, self._screening, limit=self._limit)
        write_sources(self._book, self._screening)
        write_rules(self._book, self._screening)
        self._book.workbook.close()
        self._path.write_bytes(self._bytes.getbuffer())


def write_workbook(
    screening: Screening, path: Path, *, findings_at_most: int = FINDINGS_AT_MOST
) -> None:
    """Write the workbook of a screening."""
    workbook = Workbook(screening, path, findings_at_most=findings_at_most)
    for project in screening.projects():
        workbook.add(project)
    workbook.close()


def _footer(screening: Screening) -> str:
    footer = f"{screening.region}  截至 {screening.as_of}  {DISCLAIMER}"
    return f"{SYNTHETIC}  {footer}" if screening.synthetic else footer
