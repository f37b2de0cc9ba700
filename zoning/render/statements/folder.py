"""``statements/`` beside a screening: a document a project, written beside and moved in."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from zoning.catalog import Catalog
from zoning.errors import Fault, InputError
from zoning.render.files.refusal import explain
from zoning.render.reopen import reopen
from zoning.render.statements.statement import statement
from zoning.screening import Screening

_UNFIT = re.compile(r'[\\/:*?"<>|\s\x00-\x1f]+')
_LONGEST = 60

Progress = Callable[[int, int], None]


def write_statements(
    folder: Path,
    catalog: Catalog,
    *,
    projects: Sequence[str] = (),
    template: Path | None = None,
    progress: Progress | None = None,
) -> tuple[Path, ...]:
    """Write the statements of a result folder.

    Parameters
    ----------
    folder : Path
        Of a screening.
    catalog : Catalog
        Gives the words of control units.
    projects : sequence of str
        Ids; all unless given.
    template : Path, optional
        A .docx whose styles are used.
    progress : callable, optional
        Called with (statements written, all).

    Returns
    -------
    tuple of Path
        In list order.

    Raises
    ------
    InputError
        Not a result folder, no such project, or a template that is none.
    OutputFault
        A file cannot be written.
    """
    screening = reopen(folder, catalog)
    names = _chosen(screening, projects)
    if template is not None and not template.is_file():
        raise InputError(_no_template(template))
    place = folder / "statements"
    place.mkdir(exist_ok=True)
    written: list[Path] = []
    for number, project in enumerate(screening.projects(names), 1):
        path = place / f"{_file_name(number, project.id)}.docx"
        try:
            statement(screening, project, template).save(str(path))
        except OSError as error:
            raise explain(error, path) or error from error
        written.append(path)
        if progress is not None:
            progress(number, len(names))
    return tuple(written)


def _chosen(screening: Screening, projects: Sequence[str]) -> tuple[str, ...]:
    known = set(screening.project_ids)
    if missing := [name for name in projects if name not in known]:
        raise InputError(
            Fault(
                zh=f"结果里没有项目「{missing[0]}」",
                en="the result holds no such project",
                value=missing[0],
                remedy_zh="用 verdicts.csv 里 project 一列的写法",
                remedy_en="write it as the column project of verdicts.csv does",
            )
        )
    return tuple(projects) or screening.project_ids


def _no_template(template: Path) -> Fault:
    return Fault(
        zh="找不到模板",
        en="no such template",
        file=template.name,
        remedy_zh="给出一份 .docx",
        remedy_en="give a .docx",
    )


def _file_name(number: int, project: str) -> str:
    """A name that every file system takes, and that no two projects share."""
    return f"{number:04d}-{_UNFIT.sub('_', project)[:_LONGEST].strip('._') or 'project'}"
