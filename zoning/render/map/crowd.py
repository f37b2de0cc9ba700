"""Projects past the number that get whole cards: verdict, place and rules, without the numbers.

Made from the columns of a screening, not from views: ten thousand projects take seconds. The card
then says that the evidence is in ``findings.csv``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from zoning.facts.kinds import title_of
from zoning.facts.values import Codes
from zoning.render.map.cards import OUTCOMES, CardWriter, Row, head_of
from zoning.render.map.shapes import Json, write
from zoning.render.style import COMPONENT, VERDICT
from zoning.rules.judge import Outcome
from zoning.rules.model import Rule

if TYPE_CHECKING:
    from zoning.screening import Screening

WHOLE = 500  # projects with whole cards, the gravest
MOST = 10_000  # projects in the page, the gravest; counts speak of all

_OUTCOME = {
    Outcome.FIRES: "fires",
    Outcome.OPEN: "open",
    Outcome.SUSPECTED: "suspected",
    Outcome.NOTED: "note",
    Outcome.ASSUMED: "assumed",
    Outcome.UNREVIEWED: "unreviewed",
}
_LETTERS = "ACF"  # by level
_MARK = "示例"
_GRAVITY = {style.key: style.gravity for style in VERDICT.values()}


def letter_of(least: int, most: int) -> str:
    """Return the letter of a range: both ends equal, else U."""
    return _LETTERS[least] if least == most else "U"


def by_gravity(least: NDArray[np.int8], most: NDArray[np.int8]) -> NDArray[np.intp]:
    """Return the order in which projects are read: gravest first, else as listed.

    Parameters
    ----------
    least, most : int8 array [n]
        Both ends of each verdict.
    """
    order = np.asarray([_GRAVITY[letter] for letter in f"{_LETTERS}U"], dtype=np.int8)
    grave = order[letters_of(least, most)]
    return np.lexsort((-least.astype(np.int8), -most.astype(np.int8), grave))


def letters_of(least: NDArray[np.int8], most: NDArray[np.int8]) -> NDArray[np.intp]:
    """Return the places of letters in ACFU, see :func:`letter_of`."""
    return np.where(least == most, least, len(_LETTERS)).astype(np.intp)


class CrowdWriter:
    """Writes projects from columns.

    Parameters
    ----------
    screening : Screening
    writer : CardWriter
        Its ``heads`` are filled along.
    units : bool
        Codes of control units may be given out.
    outlines : bool
        False: of a site's shape nothing is given but its place and a circle of its area.
    """

    def __init__(
        self,
        screening: Screening,
        writer: CardWriter,
        *,
        units: bool,
        outlines: bool = True,
    ) -> None:
        self._screening = screening
        self._outlines = outlines
        self._table = screening.sites.table
        self._counties = _counties(screening)
        self._heads = [
            writer.heads.number(self._head(screening.rules[name]))
            for name in screening.findings.rules
        ]
        self._units = screening.units if units else screening.units.iloc[:0]
        self._unit_sites = self._units["site"].to_numpy()

    def _head(self, rule: Rule) -> Row:
        head = head_of(rule, rule.cites_on(self._screening.as_of))
        departments = dict(self._screening.out_of_scope)
        unheld = [departments[fact.layer] for fact in rule.facts if fact.layer in departments]
        return {**head, "p": unheld[0]} if unheld else head

    def project(self, name: str, rows: Sequence[int]) -> Row:
        """Return one project; ``rows`` are its components."""
        least = self._screening.verdicts.least[list(rows)]
        most = self._screening.verdicts.most[list(rows)]
        first = self._table.iloc[rows[0]]
        title = str(first["name"] or name)
        kinds = dict.fromkeys(str(self._table["kind"].iat[row]) for row in rows)
        gravest = rows[int(by_gravity(least, most)[0])]
        lo, hi = int(least.max()), int(most.max())
        return {
            "id": name,
            "n": title,
            "o": str(first["owner"] or ""),
            "k": str(first["code24"] or ""),
            "v": letter_of(lo, hi),
            "lo": lo,
            "hi": hi,
            "st": str(first["stage"] or ""),
            "kd": "、".join(title_of(kind) for kind in kinds),
            "d": "、".join(dict.fromkeys(filter(None, (self._counties[row] for row in rows))))
            or str(self._table["county"].iat[gravest] or ""),
            "w": str(first["product"] or title_of(str(first["kind"])) or ""),
            "y": self._cause(gravest),
            "q": " ".join([str(first["code24"] or ""), *self._codes(rows)]).lower().strip(),
            "s": int(title.startswith(_MARK)),
            "c": [self._site(row) for row in rows],
        }

    def _site(self, row: int) -> Row:
        table, verdicts = self._table, self._screening.verdicts
        lo, hi = int(verdicts.least[row]), int(verdicts.most[row])
        kind = str(table["kind"].iat[row])
        component = str(table["component"].iat[row] or "")
        industry = str(table["industry"].iat[row] or "")
        site: Row = {
            "id": str(table["id"].iat[row]),
            "n": COMPONENT.get(component, component),
            "v": letter_of(lo, hi),
            "lo": lo,
            "hi": hi,
            "kd": title_of(kind),
            "ln": [" · ".join(filter(None, (self._counties[row], industry)))],
            "ha": None,
            "u": self._shares(row),
            "e": [fault.zh for fault in self._screening.sites.faults[row]],
            "r": [],
            "f": self._findings(row),
        }
        return {**site, **self._place(row)}

    def _findings(self, row: int) -> list[Json]:
        outcomes = self._screening.findings.outcome[row]
        return [
            [self._heads[j], OUTCOMES.index(_OUTCOME[Outcome(int(outcomes[j]))])]
            for j in np.flatnonzero(np.isin(outcomes, list(_OUTCOME)))
        ]

    def _cause(self, row: int) -> str:
        found = self._screening.findings
        active = np.isin(found.outcome[row], (Outcome.FIRES, Outcome.OPEN, Outcome.ASSUMED))
        if not active.any():
            return ""
        j = int(np.argmax(np.where(active, found.most[row] * 4 + found.least[row] + 1, 0)))
        return self._screening.rules[found.rules[j]].title

    def _codes(self, rows: Sequence[int]) -> list[str]:
        return [str(code) for row in rows for code in self._units_of(row, "code")]

    def _units_of(self, row: int, column: str) -> list[object]:
        start, stop = np.searchsorted(self._unit_sites, [row, row + 1])
        return list(self._units[column].iloc[start:stop])

    def _shares(self, row: int) -> list[Json]:
        columns = [self._units_of(row, name) for name in ("code", "class", "share", "sure")]
        return [
            [str(code), "", str(cls), _percent(share), int(bool(sure))]
            for code, cls, share, sure in zip(*columns, strict=True)
        ]

    def _figure(self, column: str, row: int) -> float:
        return float(self._table[column].to_numpy(dtype=np.float64)[row])

    def _place(self, row: int) -> Row:
        sites = self._screening.sites
        shape = sites.geometry[row]
        lon, lat = self._figure("lon", row), self._figure("lat", row)
        if shape is None or not (math.isfinite(lon) and math.isfinite(lat)):
            return {}
        place: Row = {"ll": [round(lon, 5), round(lat, 5)]}
        if shape.geom_type == "Point":
            accuracy = self._figure("accuracy_m", row)
            declared = self._figure("declared_m2", row)
            ground = math.sqrt(declared / math.pi) if declared > 0 else 0.0
            place["rad"] = round(ground + (accuracy if math.isfinite(accuracy) else 0.0), 1)
        elif not self._outlines:
            place["rad"] = round(math.sqrt(shape.area / math.pi), 1)
        else:
            thinned = np.array([shape.simplify(_THIN)], dtype=object)
            [place["g"]] = write(thinned, sites.crs)
        return place


_THIN = 15.0  # [m]


def _percent(share: object) -> float | None:
    value = float(str(share))
    return round(100 * value, 1) if math.isfinite(value) else None


def _counties(screening: Screening) -> list[str]:
    column = screening.facts.columns.get("site.county")
    if not isinstance(column, Codes):
        return [""] * len(screening)
    names = ["、".join(sorted(cell.sure or cell.maybe)) for cell in column.values]
    return [names[at] for at in column.index]
