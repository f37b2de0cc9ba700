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
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from zoning.render.digest import digest
from zoning.render.words import (
    DIRECTION_SHORT,
    REMEDY,
    RULE_OUTCOME,
    RULE_SEEN,
    RULE_STATUS,
    joined,
)

if TYPE_CHECKING:
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
_RISKY = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", "\0")
_BEFORE = (
    "' \u00a0\u3000\ufeff"  # what a spreadsheet may skip: apostrophes, blanks, a byte order mark
)


def _risky(text: str) -> bool:
    return text.lstrip(_BEFORE).startswith(_RISKY)


def guarded(text: str) -> str:
    """Text that no spreadsheet runs as a formula.

    Examples
    --------
    >>> guarded("=HYPERLINK(1)")
    "'=HYPERLINK(1)"
    """
    return f"'{text}" if _risky(text) else text


def unguarded(text: str) -> str:
    """Return what :func:`guarded` was given."""
    return text[1:] if text.startswith("'") and _risky(text[1:]) else text


class VerdictTable:
    """``verdicts.csv``: one row a site, in list order whatever the order they are added in.

    Parameters
    ----------
    order : iterable of str
        Site ids in list order.
    """

    def __init__(self, order: Iterable[str]) -> None:
        self._at = {site: number for number, site in enumerate(order)}
        self._rows: dict[int, Sequence[str]] = {}

    def add(self, project: ProjectView) -> None:
        """Take the components of a project."""
        for site in project.components:
            self._rows[self._at[site.id]] = _verdict_row(site)

    def rows(self) -> list[Sequence[str]]:
        """Rows in list order, under `VERDICT_COLUMNS`."""
        return [self._rows[at] for at in sorted(self._rows)]

    def write(self, path: Path) -> None:
        """Write the file."""
        with _opened(path) as file:
            _write(file, [VERDICT_COLUMNS, *self.rows()])


class FindingTable:
    """``findings.csv``: one row a finding, up to ``limit``; then it says where the rest is."""

    def __init__(self, path: Path, *, limit: int = FINDINGS_AT_MOST) -> None:
        self._file, self._limit, self._seen = _opened(path), limit, 0
        _write(self._file, [FINDING_COLUMNS])

    def add(self, project: ProjectView) -> None:
        """Take the findings of a project."""
        for site, finding in people_findings(project):
            self._seen += 1
            if self._seen <= self._limit:
                _write(self._file, [_finding_row(site, finding)])

    def close(self) -> None:
        """End the file."""
        if self._seen > self._limit:
            rest = rest_is_elsewhere(self._seen - self._limit)
            _write(self._file, [(rest, *[""] * (len(FINDING_COLUMNS) - 1))])
        self._file.close()


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


def _verdict_row(site: SiteView) -> Sequence[str]:
    told = digest([site])
    return (
        site.id,
        site.project,
        site.component,
        site.name,
        site.decision.name,
        site.decision.zh,
        site.least.name,
        site.most.name,
        joined(told.rules),
        joined(told.missing),
        joined(told.demands),
        REMEDY.get(told.remedy, told.remedy),
    )


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
