"""A screening as people meet it: its projects as views, one at a time, over `Judged`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from zoning.rules.model import Level
from zoning.screening.cases import Teller
from zoning.screening.compose import brief_views, project_views, site_view
from zoning.screening.model import Judged
from zoning.screening.questions import Question, questions
from zoning.screening.views import Decision, ProjectView, SiteView
from zoning.screening.why import Why

KEPT_VIEWS = 500  # several writers show the same projects; a view is about 100 kB
DISCLAIMER = "在所审范围和所列数据版本内的结论，不代替环评、用地、节能、林草等审批。"


@dataclass(frozen=True, eq=False)
class Screening(Judged):
    """Verdicts on a list of projects, and views of each; its tables are those of `Judged`."""

    @cached_property
    def teller(self) -> Teller:
        """Groups sites of which the same is said."""
        return Teller(self)

    @cached_property
    def _views(self) -> dict[str, ProjectView]:
        return {}

    def site(self, row: int) -> SiteView:
        """Return one site with all its findings."""
        return site_view(self, row)

    def view(self, project: str) -> ProjectView:
        """Return one project with its components; the first `KEPT_VIEWS` made are kept."""
        return next(self.projects([project]))

    def projects(self, names: Sequence[str] | None = None) -> Iterator[ProjectView]:
        """Projects, all in list order unless named, made one at a time."""
        names = self.project_ids if names is None else names
        made = project_views(self, [name for name in names if name not in self._views])
        for name in names:
            view = self._views.get(name) or next(made)
            if len(self._views) < KEPT_VIEWS:
                self._views[name] = view
            yield view

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """What is open of the undecided projects, the most telling first."""
        return questions(self)

    def told(self) -> Iterator[ProjectView]:
        """All projects in list order with what is printed of them: nothing that is clear."""
        return project_views(self, self.project_ids, clear=False)

    def briefs(self, projects: Sequence[str]) -> Iterator[ProjectView]:
        """Projects without evidence and without what is clear, made one at a time."""
        return brief_views(self, self.teller, projects)

    def why(self, name: str) -> Why:
        """Return why a project, or one of its components, is judged as it is.

        Parameters
        ----------
        name : str
            Project id or site id.
        """
        ids = list(self.sites.ids)
        if name in self.project_ids:
            views = self.view(name).components
        elif name in ids:
            views = (self.site(ids.index(name)),)
        else:
            raise KeyError(name)
        return Why(views, self)

    def table(self) -> pd.DataFrame:
        """One row a project: id, name, decision, both ends, rules that matter."""
        ranges = self.project_verdicts
        rows = []
        for i, project in enumerate(self.project_ids):
            least, most = Level(int(ranges.least[i])), Level(int(ranges.most[i]))
            first = self.sites.table.iloc[self.rows_of(project)[0]]
            rows.append(
                {
                    "project": project,
                    "name": first["name"],
                    "decision": Decision.of(least, most).name,
                    "结论": Decision.of(least, most).zh,
                    "least": least.name,
                    "most": most.name,
                    "rules": "; ".join(self.mattering(project)),
                }
            )
        return pd.DataFrame(rows)

    def _repr_html_(self) -> str:
        from html import escape

        words = " · ".join(f"{d.zh} {n}" for d, n in self.counts().items())
        banner = "<p><b>示例数据 SYNTHETIC</b></p>" if self.synthetic else ""
        head = f"<p>{escape(self.region)} · {words} · 截至 {self.as_of}</p>{banner}"
        return head + self.table().to_html(index=False) + f"<p>{DISCLAIMER}</p>"
