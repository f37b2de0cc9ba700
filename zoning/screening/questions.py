"""The few questions that decide: what is open, what each answer would settle, in order of worth.

Worth is found by judging again with every possible answer in its place. Judging is columnar, so a
question costs two passes over all sites, whatever their number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from zoning.arrays import Floats, Mask, Places
from zoning.facts.kinds import likeliest, titles
from zoning.facts.table import Facts
from zoning.facts.values import Claims, Codes, CodeSet, Column, Numbers, Reasons
from zoning.facts.vocabulary import DOCUMENTS, PROJECT_CLAIMS, SPACES, STAGES
from zoning.rules.grammar import Condition, FactRef
from zoning.rules.judge import Outcome, Ranges, asked, evaluate, gravest, judge, ranges
from zoning.rules.model import Rule
from zoning.screening.model import Judged

MOST_SITES: Final = 5_000
"""Sites up to which questions are weighed; a longer list is asked by its own columns first."""
PLACE: Final = "place"
"""The question for better coordinates: longitude and latitude, or a boundary in the list."""

# Facts that follow from a column of the list -> that column, and how it is asked
_COLUMNS: Mapping[str, tuple[str, str]] = {
    "kind": ("kind", "是什么项目？"),
    "stage": ("stage", "建设性质是什么？"),
    "industry": ("industry", "行业代码（GB/T 4754）是多少？"),
    "six_class": ("product", "产品和工艺是什么？"),
    "branch": ("product", "产品和工艺是什么？"),
    "two_high": ("product", "产品和工艺是什么？"),
    "energy_limit_class": ("unit_energy", "单位产品能耗是多少？"),
    "benchmark_class": ("unit_energy", "单位产品能耗是多少？"),
    "ac_power": ("ac_power", "铝液交流电耗是多少（kWh/t）？"),
    "swap_ratio": ("swap_ratio", "产能置换比例是多少？"),
    "gypsum_use": ("gypsum_use", "磷石膏综合利用率是多少？"),
}


@dataclass(frozen=True, slots=True)
class Question:
    """One open cell: a project, and what to ask of it.

    Parameters
    ----------
    project : str
    row : int
        Of the list, as its own program counts; 0 where there is none.
    name : str
        Of the project.
    column : str
        Column of `zoning.sites.COLUMNS` that the answer fills, or `PLACE`.
    text : str
        The question.
    options : tuple of str
        Answers there are; () where it is a number or a text.
    clauses : tuple of str
        Texts of the rules that ask.
    decides : float
        Share of the possible answers after which the project has a conclusion.
    narrows : float
        By how many levels the range shrinks, mean over the answers.
    """

    project: str
    row: int
    name: str
    column: str
    text: str
    options: tuple[str, ...]
    clauses: tuple[str, ...]
    decides: float
    narrows: float


def questions(screening: Judged) -> tuple[Question, ...]:
    """Return what is open of every undecided project, the most telling first.

    Parameters
    ----------
    screening : Judged
        Of at most `MOST_SITES` sites; of more nothing is asked.
    """
    if len(screening) > MOST_SITES:
        return ()
    open_ = _open(screening)
    before = screening.project_verdicts
    width = (before.most - before.least).astype(np.float64)
    found: list[Question] = []
    for column, cells in sorted(open_.items()):
        decided, left = _worth(screening, column, np.asarray(sorted(cells), np.intp))
        for site, rules in cells.items():
            project = int(screening.project_of[site])
            if width[project] > 0:
                worth = (float(decided[project]), float(width[project] - left[project]))
                found.append(_question(screening, site, column, rules, worth))
    order = {name: i for i, name in enumerate(screening.project_ids)}
    return tuple(sorted(found, key=lambda q: (-q.decides, -q.narrows, order[q.project], q.column)))


def settled_by(found: Sequence[Question]) -> tuple[int, int]:
    """Return how many cells decide how many projects, whatever the answers are."""
    deciding = {q.project for q in found if q.decides == 1.0}
    return len(deciding), len(deciding)


def _open(screening: Judged) -> dict[str, dict[int, list[Rule]]]:
    """Column -> site -> rules that hang on it."""
    findings, facts = screening.findings, screening.facts
    result: dict[str, dict[int, list[Rule]]] = defaultdict(lambda: defaultdict(list))
    undecided = screening.verdicts.least < screening.verdicts.most
    for j, name in enumerate(findings.rules):
        rule = screening.rule_by_id[name]
        fires = (findings.outcome[:, j] == Outcome.FIRES) & (rule.then == "undetermined")
        rows = undecided & ((findings.outcome[:, j] == Outcome.OPEN) | fires)
        if not rows.any():
            continue
        for condition in rule.conditions:
            column = column_of(condition.fact)
            if column:
                for site in np.flatnonzero(rows & _unknown(condition, facts, fires)):
                    result[column][int(site)].append(rule)
    return result


def _unknown(condition: Condition, facts: Facts, fires: Mask) -> Mask:
    """Where nobody knows, and where what is written is itself the trouble."""
    answer = evaluate(condition, facts)
    return (answer.maybe & ~answer.sure) | (answer.sure & fires)


def column_of(fact: FactRef) -> str:
    """Return the column whose answer settles a fact; "" where no cell of a list does."""
    if fact.layer == "document":
        return f"document_{fact.measure}"
    if fact.layer == "project":
        if fact.measure in _COLUMNS:
            return _COLUMNS[fact.measure][0]
        return f"is_{fact.measure}" if fact.measure in PROJECT_CLAIMS else ""
    if fact.layer == "site":
        placed = ("valid", "in_region", "coordinates_doubted", "county_mismatch")
        return PLACE if fact.measure in placed else ""
    return "" if fact.layer in SPACES else PLACE


def _worth(screening: Judged, column: str, sites: Places) -> tuple[Floats, Floats]:
    """Share of answers that decide each project, and the mean width left."""
    n = len(screening.project_ids)
    decided, left, worlds = np.zeros(n), np.zeros(n), 0
    for facts in _worlds(screening, column, sites):
        ends = gravest(_judged(screening, facts), screening.project_of, n)
        wide = (ends.most - ends.least).astype(np.float64)
        decided, left, worlds = decided + (wide == 0), left + wide, worlds + 1
    return decided / worlds, left / worlds


def _judged(screening: Judged, facts: Facts) -> Ranges:
    accepted = [day if isinstance(day, date) else None for day in screening.sites.table["accepted"]]
    found = judge(
        facts,
        screening.rules,
        on=asked(accepted, screening.as_of),
        out_of_scope=frozenset(layer for layer, _ in screening.out_of_scope),
        assumed=screening.assumed,
    )
    return ranges(found)


def _worlds(screening: Judged, column: str, sites: Places) -> Iterator[Facts]:
    """Facts after each possible answer: held or not, yes or no, met or not."""
    facts = screening.facts
    rows = np.zeros(len(facts), np.bool_)
    rows[sites] = True
    names = [name for name in facts.columns if column_of(_ref(name)) == column]
    for answer in (True, False):
        made = {name: _answered(facts[name], rows, answer=answer) for name in names}
        yield facts.with_columns(made)


def _ref(name: str) -> FactRef:
    layer, _, measure = name.partition(".")
    return FactRef(layer.partition("[")[0], measure.partition("@")[0])


def _answered(column: Column, rows: Mask, *, answer: bool) -> Column:
    """Return a column as if somebody had answered: what was open is at one of its ends."""
    none = Reasons.none(len(rows))
    if isinstance(column, Claims):
        known = column.sure == column.maybe
        ends = np.where(rows & ~known, answer, column.maybe)
        return Claims(np.where(rows, ends, column.sure), np.where(rows, ends, column.maybe), none)
    if isinstance(column, Numbers):
        end = column.low if answer else column.high
        shown = np.where(np.isfinite(column.measured), column.measured, np.nan_to_num(end))
        return Numbers(
            np.where(rows, shown, column.low),
            np.where(rows, shown, column.high),
            np.where(rows, shown, column.measured),
            column.unit,
            none,
        )
    return _coded(column, rows, answer=answer)


def _coded(column: Codes, rows: Mask, *, answer: bool) -> Codes:
    """Sets as if known: all that is possible, or what is sure and nothing else."""
    sets = [
        CodeSet(v.maybe, v.maybe) if answer and v.maybe else CodeSet(v.sure, v.sure)
        for v in column.values
    ]
    index = np.where(rows, column.index + len(column.values), column.index).astype(np.int32)
    return Codes(index, (*column.values, *sets), Reasons.none(len(rows)))


def _question(
    screening: Judged, site: int, column: str, rules: Iterable[Rule], worth: tuple[float, float]
) -> Question:
    row = screening.sites.table.iloc[site]
    grave = sorted(rules, key=lambda rule: rule.then != "forbid")  # what may refuse comes first
    clauses = dict.fromkeys(f"{c.title} {c.article}".strip() for r in grave for c in r.cites)
    text, options = _asked(column, (str(row["name"]), str(row["product"])))
    return Question(
        project=str(row["project"]),
        row=int(row["row"]),
        name=str(row["name"]),
        column=column,
        text=text,
        options=options,
        clauses=tuple(clauses),
        decides=worth[0],
        narrows=worth[1],
    )


def _asked(column: str, texts: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Return the words of a question, and the answers there are."""
    if column == PLACE:
        return "坐标写到小数点后 5 位（经度,纬度）；有用地红线的请把边界填进清单", ()
    if column.startswith("document_"):
        return f"{DOCUMENTS[column.removeprefix('document_')]}有没有？", ("有", "无")
    if column.startswith("is_"):
        return f"{PROJECT_CLAIMS[column.removeprefix('is_')]}？", ("是", "否")
    text = next(said for name, said in _COLUMNS.values() if name == column)
    if column == "kind":
        return text, tuple(titles()[kind] for kind in likeliest(texts))
    return text, STAGES if column == "stage" else ()
