"""Views of a screening: projects with all their findings, or with what is said of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Final

import numpy as np

from zoning.screening.batch import Batch
from zoning.screening.views import ProjectView, SiteView

if TYPE_CHECKING:
    from zoning.screening.cases import Teller
    from zoning.screening.model import Judged

_TOGETHER: Final = 500  # projects whose columns are taken at once
_SYNTHETIC_MARK = "示例"


def site_view(screening: Judged, row: int) -> SiteView:
    """Return one site with all its findings, the gravest first."""
    return Batch(screening, [row]).whole(0)


def project_views(
    screening: Judged, projects: Sequence[str], *, clear: bool = True
) -> Iterator[ProjectView]:
    """Give projects with all findings of their components, one at a time; see `Batch.whole`."""
    for names, rows, batch in _batches(screening, projects):
        views = iter([*range(len(batch))])
        for name in names:
            own = tuple(batch.whole(i, clear=clear) for i in islice(views, len(rows[name])))
            yield _project(screening, name, rows[name], own)


def brief_views(
    screening: Judged, teller: Teller, projects: Sequence[str]
) -> Iterator[ProjectView]:
    """Give projects without evidence, and without what was found clear."""
    for names, rows, batch in _batches(screening, projects):
        every = [row for name in names for row in rows[name]]
        cases = teller.cases(np.asarray(every, np.intp))
        views = iter([*range(len(batch))])
        for name in names:
            own = tuple(batch.brief(i, cases.at(i)) for i in islice(views, len(rows[name])))
            yield _project(screening, name, rows[name], own)


def _batches(
    screening: Judged, projects: Sequence[str]
) -> Iterator[tuple[Sequence[str], dict[str, list[int]], Batch]]:
    for start in range(0, len(projects), _TOGETHER):
        names = projects[start : start + _TOGETHER]
        rows = {name: screening.rows_of(name) for name in names}
        yield names, rows, Batch(screening, [row for name in names for row in rows[name]])


def _project(
    screening: Judged, project: str, rows: Sequence[int], views: tuple[SiteView, ...]
) -> ProjectView:
    """Return one project: the gravest of its components."""
    table, first = screening.sites.table, rows[0]
    name = str(table["name"].iat[first] or project)
    return ProjectView(
        id=project,
        name=name,
        owner=str(table["owner"].iat[first] or ""),
        code24=str(table["code24"].iat[first] or ""),
        stage=views[0].stage,
        kinds=tuple(dict.fromkeys(view.kind for view in views)),
        county="、".join(dict.fromkeys(view.county for view in views if view.county)),
        least=max(view.least for view in views),
        most=max(view.most for view in views),
        components=views,
        synthetic=name.startswith(_SYNTHETIC_MARK),
    )
