"""``screening.xlsx``: the result as planners read, print and sign it."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from zoning.render.style import DISCLAIMER
from zoning.render.tables.csv import FINDINGS_AT_MOST, count_people_findings
from zoning.render.words import SYNTHETIC
from zoning.render.workbook.book import Book, open_book
from zoning.render.workbook.doubts import write_doubts
from zoning.render.workbook.findings import DetailSheet, UnreviewedSheet
from zoning.render.workbook.projects import ROWS_AT_MOST, ComponentSheet, ProjectSheet
from zoning.render.workbook.sources import write_rules, write_sources
from zoning.render.workbook.summary import SummarySheet, notices

if TYPE_CHECKING:
    from zoning.screening import Screening
    from zoning.screening.views import ProjectView

MANY_SITES = 2_000
"""Past this many sites rows are kept on disk while writing."""


class Workbook:
    """The sheets 汇总, 项目结论, 组件, 判定明细, 未核查事项, 存疑, 数据来源与版本, 规则.

    Projects with their evidence are added one at a time and never held, so that a long list fits.

    Parameters
    ----------
    screening : Screening
    path : Path
        File to write.
    findings_at_most : int
        Rows of 判定明细 and of 存疑; past them it says where the rest is.
    rows_at_most : int
        Rows of 项目结论 and of 组件; likewise. 汇总 counts all.
    """

    def __init__(
        self,
        screening: Screening,
        path: Path,
        *,
        findings_at_most: int = FINDINGS_AT_MOST,
        rows_at_most: int = ROWS_AT_MOST,
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
        self._summary = SummarySheet(self._book, screening)
        self._projects = ProjectSheet(self._book, screening)
        self._components = ComponentSheet(self._book, screening)
        total = count_people_findings(screening)
        self._detail = DetailSheet(self._book, total=total, limit=findings_at_most)
        self._unreviewed = UnreviewedSheet(self._book, screening)
        self._at_most = rows_at_most

    @property
    def full(self) -> bool:
        """Whether 判定明细 takes no more."""
        return self._detail.full

    def add(self, project: ProjectView) -> None:
        """Write the findings of a project, in list order."""
        self._detail.add(project)

    def write_projects(self) -> Iterator[int]:
        """Write 项目结论 and 组件; give the number of projects written so far."""
        components, fits, total = 0, True, len(self._screening.project_ids)
        shown = self._screening.project_ids[: min(self._at_most, ROWS_AT_MOST)]
        for number, project in enumerate(self._screening.briefs(shown), 1):
            self._projects.add(project)
            fits = fits and components + len(project.components) <= self._at_most
            if fits:
                self._components.add(project)
                components += len(project.components)
            yield number
        self._projects.close(_rest(total - len(shown), "项目"))
        self._components.close(_rest(len(self._screening) - components, "组件"))

    def close(self) -> None:
        """Finish every sheet and write the file."""
        self._summary.close()
        self._detail.close()
        self._unreviewed.close()
        write_doubts(self._book, self._screening, limit=self._limit)
        write_sources(self._book, self._screening)
        write_rules(self._book, self._screening)
        self._book.workbook.close()
        self._path.write_bytes(self._bytes.getbuffer())


def _rest(left: int, what: str) -> str:
    where = "见 verdicts.csv 与 screening.gpkg；“汇总”统计全部"
    return f"其余 {left:,} 个{what}{where}" if left else ""


def write_workbook(
    screening: Screening, path: Path, *, findings_at_most: int = FINDINGS_AT_MOST
) -> None:
    """Write the workbook of a screening."""
    workbook = Workbook(screening, path, findings_at_most=findings_at_most)
    for project in screening.projects():
        if workbook.full:
            break
        workbook.add(project)
    for _ in workbook.write_projects():
        pass
    workbook.close()


def _footer(screening: Screening) -> str:
    footer = f"{screening.region}  截至 {screening.as_of}  {DISCLAIMER}"
    return f"{SYNTHETIC}  {footer}" if screening.synthetic else footer
