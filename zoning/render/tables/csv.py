"""Tables for people: ``verdicts.csv``, one row a site, and ``findings.csv``, one row a finding.

UTF-8 with a byte order mark, so that Excel and WPS read Chinese; list order. A text that starts
with ``=``, ``+``, ``-``, ``@`` or their full-width forms, with tab, return, line feed or NUL, would
be run as a formula by some spreadsheet, and so might one that does so behind blanks or apostrophes:
it is given one apostrophe in front, which :func:`unguarded` takes away again, whatever the text.

References
----------
.. [1] OWASP, CSV Injection; ASVS 5.0, 1.2.10; CWE-1236. RFC 4180 for quoting.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

import numpy as np
from numpy.typing import NDArray

from zoning.facts.kinds import SOURCES, title_of
from zoning.render.tables.digest import digest
from zoning.render.tables.guard import guarded
from zoning.render.words import (
    DIRECTION_SHORT,
    REMEDY,
    RULE_OUTCOME,
    RULE_SEEN,
    RULE_STATUS,
    joined,
)
from zoning.rules.judge import Outcome
from zoning.rules.model import Level
from zoning.screening.views import Decision

if TYPE_CHECKING:
    from zoning.screening import Screening
    from zoning.screening.cases import Case
    from zoning.screening.views import FindingView, ProjectView, SiteView

VERDICT_COLUMNS: Final = (
    "site",
    "project",
    "component",
    "name",
    "decision",
    "decision_zh",
    "least",
    "most",
    "rules",
    "missing",
    "demands",
    "remedy",
    "besides_units",
    "kind_zh",
    "kind_source",
)
FINDING_COLUMNS: Final = (
    "site",
    "rule",
    "title",
    "outcome",
    "direction",
    "evidence",
    "clause",
    "seen",
    "status",
    "demand",
)
FINDINGS_AT_MOST: Final = 200_000  # what a spreadsheet still opens; the rest is in the parquet file
_CHUNK: Final = 20_000  # rows made together
_LEVELS: Final = np.array([level.name for level in Level], dtype=object)
DECISION, _DECISION_ZH = (
    np.array([[getattr(Decision.of(lo, hi), word) for hi in Level] for lo in Level], dtype=object)
    for word in ("name", "zh")
)


class VerdictTable:
    """``verdicts.csv``: one row a site, in list order. Texts are made once a case.

    Parameters
    ----------
    screening : Screening
        n sites.
    """

    def __init__(self, screening: Screening) -> None:
        self._screening = screening

    def __len__(self) -> int:
        return len(self._screening)

    def columns(self, rows: slice | NDArray[np.intp]) -> Mapping[str, NDArray[np.object_]]:
        """Return the columns of some sites, under `VERDICT_COLUMNS`."""
        table, verdicts = self._screening.sites.table, self._screening.verdicts
        of_list = ("id", "project", "component", "name")
        stated = (table[name].iloc[rows].to_numpy(dtype=object) for name in of_list)
        least, most = verdicts.least[rows].astype(np.intp), verdicts.most[rows].astype(np.intp)
        decided = (DECISION[least, most], _DECISION_ZH[least, most], _LEVELS[least])
        cases = self._screening.teller.cases(np.arange(len(self))[rows])
        made = np.empty((len(cases.cases), 4), dtype=object)
        made[:] = [_case_texts(case) for case in cases.cases] or made
        texts = made[cases.of_site].T
        columns = (*map(_texts, stated), *decided, _LEVELS[most], *texts, *self._beside(rows))
        return dict(zip(VERDICT_COLUMNS, columns, strict=True))

    def _beside(self, rows: slice | NDArray[np.intp]) -> tuple[NDArray[np.object_], ...]:
        """What it comes to without control units judged; what it is, and whence that is known."""
        ends, table = self._screening.besides_units, self._screening.sites.table
        low, high = ends.least[rows].astype(np.intp), ends.most[rows].astype(np.intp)
        kinds = [title_of(str(kind)) for kind in table["kind"].iloc[rows]]
        sources = [SOURCES[str(source)] for source in table["kind_from"].iloc[rows]]
        return _DECISION_ZH[low, high], *(np.array(t, dtype=object) for t in (kinds, sources))

    def write(self, path: Path, *, chunk: int = _CHUNK) -> Iterator[int]:
        """Write the file piece by piece; give the number of rows written so far."""
        with _opened(path) as file:
            _write(file, [VERDICT_COLUMNS])
            for start in range(0, len(self), chunk):
                columns = self.columns(slice(start, start + chunk)).values()
                guards = (_guarded(column) for column in columns)
                csv.writer(file).writerows(zip(*guards, strict=True))
                yield min(start + chunk, len(self))


class FindingTable:
    """``findings.csv``: one row a finding, up to ``limit``; then it says where the rest is.

    Parameters
    ----------
    path : Path
    total : int
        Findings there are, see :func:`count_people_findings`.
    limit : int
    """

    def __init__(self, path: Path, *, total: int, limit: int = FINDINGS_AT_MOST) -> None:
        self._file, self._total, self._limit = _opened(path), total, limit
        self.written = 0
        _write(self._file, [FINDING_COLUMNS])

    @property
    def full(self) -> bool:
        """Whether it takes no more."""
        return self.written >= self._limit

    def add(self, project: ProjectView) -> None:
        """Take the findings of a project."""
        for site, finding in islice(people_findings(project), self._limit - self.written):
            _write(self._file, [_finding_row(site, finding)])
            self.written += 1

    def close(self) -> None:
        """End the file."""
        if self._total > self.written:
            rest = rest_is_elsewhere(self._total - self.written)
            _write(self._file, [(rest, *[""] * (len(FINDING_COLUMNS) - 1))])
        self._file.close()


def count_people_findings(screening: Screening) -> int:
    """Return how many findings :func:`people_findings` gives of all projects."""
    silent = (Outcome.NOT_ASKED, Outcome.CLEAR)
    outcome = screening.findings.outcome
    return outcome.size - sum(int(np.count_nonzero(outcome == each)) for each in silent)


def people_findings(project: ProjectView) -> Iterator[tuple[SiteView, FindingView]]:
    """Give the findings that a reader needs: all but "checked, does not apply"."""
    for site in project.components:
        for finding in site.findings:
            if finding.outcome != "clear":
                yield site, finding


def rest_is_elsewhere(left: int) -> str:
    """Say that a table ends before its matter does."""
    return f"其余 {left:,} 行见 findings.parquet（另有 {left:,} 行未列出）"


def clause(finding: FindingView) -> str:
    """Return the texts a finding rests on, as one cites them."""
    return joined(map(str, finding.cites))


def evidence(finding: FindingView) -> str:
    """Return the numbers of a finding with their doubt, one line a fact."""
    return "\n".join(item.text_zh for item in finding.evidence)


def seen(finding: FindingView) -> str:
    """Say how far the texts were read."""
    return joined(RULE_SEEN.get(cite.seen, cite.seen) for cite in finding.cites)


def _case_texts(case: Case) -> tuple[str, str, str, str]:
    told = digest([case])
    remedy = REMEDY.get(told.remedy, told.remedy)
    return joined(told.rules), joined(told.missing), joined(told.demands), remedy


def _texts(values: NDArray[np.object_]) -> NDArray[np.object_]:
    return np.array([str(value or "") for value in values.tolist()], dtype=object)


def _guarded(values: NDArray[np.object_]) -> list[str]:
    return [guarded(text) for text in values.tolist()]


def _finding_row(site: SiteView, finding: FindingView) -> Sequence[str]:
    return (
        site.id,
        finding.rule,
        finding.title,
        RULE_OUTCOME[finding.outcome],
        DIRECTION_SHORT[finding.direction],
        evidence(finding),
        clause(finding),
        seen(finding),
        RULE_STATUS.get(finding.status, finding.status),
        finding.demand or finding.settle,
    )


def _opened(path: Path) -> TextIO:
    return path.open("w", encoding="utf-8-sig", newline="")


def _write(file: TextIO, rows: Iterable[Sequence[str]]) -> None:
    csv.writer(file).writerows([guarded(text) for text in row] for row in rows)
