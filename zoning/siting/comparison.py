"""Two studies of the same places compared: who moved, and what moved them."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from zoning.facts.values import F8
from zoning.siting.suitability import Ranking


class Ranked(Protocol):
    """A study of heaps, or patches: rows of a table, scored and ranked."""

    @property
    def table(self) -> pd.DataFrame:
        """Columns ``id``, ``decision_zh``, ``rank``, ``score``."""

    @property
    def geometry(self) -> NDArray[np.object_]:
        """Polygons in the work CRS."""

    @property
    def ranking(self) -> Ranking:
        """What each criterion adds."""

    @property
    def criteria(self) -> tuple[str, ...]:
        """Titles of the criteria."""


def compare(before: Ranked, after: Ranked) -> pd.DataFrame:
    """Say of each place how its rank and score changed, and what changed them most.

    Parameters
    ----------
    before, after : HeapStudy or Sited
        Patches are made anew in every run: each is held against the one that shares the most
        ground with it. Parts of heaps that lie where they lay are the same.

    Returns
    -------
    pandas.DataFrame
        One row a place of ``before``, and one each of ``after`` that none of them shares ground
        with. ``id`` ("" where it is new), ``id_after`` ("" where it is gone), ``rank_before``,
        ``rank_after`` (0: not ranked), ``climbed`` (ranks gained; NA unless ranked in both),
        ``score_before``, ``score_after``, ``decision_before``, ``decision_after``, ``moved_by``
        (the criterion whose part of the score changed most; "" where none did or where one of the
        two is not ranked) and ``moved`` (by how much). Best of ``after`` first.
    """
    pairs = _pairs(before, after)
    titles = tuple(dict.fromkeys((*before.criteria, *after.criteria)))
    parts = [_parts(study, titles) for study in (before, after)]
    rows = [_row(before, after, pair, titles, parts) for pair in pairs]
    table = pd.DataFrame(rows, columns=list(_COLUMNS))
    table["climbed"] = table["climbed"].astype("Int64")
    last = len(after.table) + len(before.table)
    order = np.lexsort(
        [table[name].where(table[name] > 0, last) for name in ("rank_before", "rank_after")]
    )
    return table.iloc[order].reset_index(drop=True)


_COLUMNS = (
    "id", "id_after", "rank_before", "rank_after", "climbed", "score_before", "score_after",
    "decision_before", "decision_after", "moved_by", "moved",
)  # fmt: skip


def _parts(study: Ranked, titles: tuple[str, ...]) -> F8:
    """What each criterion adds to each place, in one order; 0 for one that it does not ask."""
    found = np.zeros((len(study.table), len(titles)))
    for k, title in enumerate(study.criteria):
        found[:, titles.index(title)] = study.ranking.parts[:, k]
    return found


def _pairs(before: Ranked, after: Ranked) -> list[tuple[int, int]]:
    """Rows that are the same place; -1 where there is none."""
    shapes = after.geometry
    tree = shapely.STRtree(shapes)
    one, other = tree.query(before.geometry, predicate="intersects")
    shared = shapely.area(shapely.intersection(before.geometry[one], shapes[other]))
    same = np.asarray(before.table["id"])[one] == np.asarray(after.table["id"])[other]
    kept = np.flatnonzero(shared > 0)
    # the most ground first; of equals the one of the same name, then the earlier
    order = kept[np.lexsort((other[kept], ~same[kept], -shared[kept], one[kept]))]
    match: dict[int, int] = {}
    for k in order.tolist():
        match.setdefault(int(one[k]), int(other[k]))
    met = {int(other[k]) for k in kept.tolist()}
    pairs = [(row, match.get(row, -1)) for row in range(len(before.table))]
    return pairs + [(-1, row) for row in range(len(after.table)) if row not in met]


def _row(
    before: Ranked,
    after: Ranked,
    pair: tuple[int, int],
    titles: tuple[str, ...],
    parts: list[F8],
) -> tuple[object, ...]:
    was, now = (
        study.table.iloc[at] if at >= 0 else None
        for study, at in zip((before, after), pair, strict=True)
    )
    ranks = [0 if row is None else int(row["rank"]) for row in (was, now)]
    scores = [
        np.nan if row is None or not rank else float(row["score"])
        for row, rank in zip((was, now), ranks, strict=True)
    ]
    words = ["" if row is None else str(row["decision_zh"]) for row in (was, now)]
    names = ["" if row is None else str(row["id"]) for row in (was, now)]
    by, much = "", np.nan
    if all(ranks):
        change = parts[1][pair[1]] - parts[0][pair[0]]
        most = int(np.abs(change).argmax()) if len(change) else 0
        much = float(change[most]) if len(change) else 0.0
        by = titles[most] if abs(much) > 1e-12 else ""
    climbed = ranks[0] - ranks[1] if all(ranks) else pd.NA
    return (*names, *ranks, climbed, *scores, *words, by, much)
