"""What each project of a list is: by its own column, by industry code, by name and product."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from zoning.facts.kinds import CODED, NAMED, Found, find_kind, likeliest, title_of
from zoning.projects.attributes import Values
from zoning.projects.cells.faults import RowFault, Source
from zoning.projects.cells.refusals import Refusal
from zoning.projects.cells.values import to_text
from zoning.projects.cells.words import key, words
from zoning.projects.tables.columns import Columns

_TELLING = ("name", "product", "remark")
"""Columns that say what a project is, the most telling first."""


def fill_kinds(
    values: Values, columns: Columns, source: Source
) -> tuple[list[RowFault], tuple[str, ...]]:
    """Write ``kind`` and ``kind_from`` of every row; say what was inferred, and what is unknown.

    Parameters
    ----------
    values : dict
        As from `attribute_values`; industry, name and product are read.
    columns : Columns
    source : Source

    Returns
    -------
    faults : list of RowFault
        Rows whose stated kind is no word of the tree, where code and name do not tell it either.
    notes : tuple of str
        How many kinds were inferred from codes and from names.
    """
    column = columns.get("kind")
    n = len(values["name"])
    stated = [""] * n if column is None else [_word(value) for value in column.values]
    header = "" if column is None else column.header
    rows = zip(*([str(text or "") for text in values[name]] for name in _TELLING), strict=True)
    codes = [str(text or "") for text in values["industry"]]
    known: dict[tuple[str, str, tuple[str, ...]], Found] = {}
    faults: list[RowFault] = []
    counts: Counter[str] = Counter()
    kinds, sources = np.full(n, "", dtype=object), np.full(n, "", dtype=object)
    for i, (said, code, texts) in enumerate(zip(stated, codes, rows, strict=True)):
        mark = (said, code, texts)
        found = known.get(mark) or known.setdefault(mark, find_kind(said, code, texts[:2]))
        kinds[i], sources[i] = ";".join(found.kinds), found.source
        counts[found.source] += 1
        if said and not found.kinds:
            faults.append(source.fault(i, _question(said, texts), header, said))
    values["kind"], values["kind_from"] = kinds, sources
    return faults, _notes(counts)


def _word(value: object) -> str:
    """Return the cell of kinds as text; "" where it says nothing."""
    text = "" if value is None else to_text(value)
    return "" if key(text) in words().blank else text


def _question(said: str, texts: Sequence[str]) -> Refusal:
    """Ask what a project is, with the likeliest three."""
    three = "、".join(title_of(kind) for kind in likeliest((*texts, said)))
    return Refusal(
        "不认识的项目类型",
        "unknown kind",
        f"是什么项目？最像: {three}；写入「项目类型」，或补行业代码",
        "state its kind, or its industry code",
    )


def _notes(counts: Counter[str]) -> tuple[str, ...]:
    notes = []
    if counts[CODED]:
        notes.append(f"{counts[CODED]} 行的项目类型按行业代码认定  kind by industry code")
    if counts[NAMED]:
        notes.append(f"{counts[NAMED]} 行的项目类型按名称、产品推定  kind inferred from words")
    return tuple(notes)
