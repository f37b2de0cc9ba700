"""Two studies of the same places compared: who moved, and what moved them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from zoning.arrays import Floats
from zoning.catalog import Catalog
from zoning.grid import Grid
from zoning.screening import Screening
from zoning.siting.criteria import Ranking
from zoning.siting.criteria.model import Model
from zoning.siting.land_cover_classes import matched
from zoning.siting.presets.preset import Preset
from zoning.siting.scores.means import score_ground
from zoning.siting.scores.scoring import Scored, askable, rank_sites, score_sites


class Ranked(Protocol):
    """A study of heaps, or patches: rows of a table, scored and ranked."""

    @property
    def table(self) -> pd.DataFrame:
        """Columns ``id``, ``decision``, ``decision_zh``, ``rank``, ``score``."""

    @property
    def geometry(self) -> NDArray[np.object_]:
        """Polygons in the work CRS."""

    @property
    def ranking(self) -> Ranking:
        """What each criterion adds."""

    @property
    def criteria(self) -> tuple[str, ...]:
        """Titles of the criteria."""


class Weighed(Ranked, Protocol):
    """A study whose places can be ranked again."""

    @property
    def scored(self) -> Scored:
        """Scores on each criterion, and the model that weighed them."""

    @property
    def screening(self) -> Screening:
        """The places as sites, in the order of the table."""

    @property
    def grid(self) -> Grid | None:
        """Cells that the places are made of; None where they are drawn as they are."""


@dataclass(frozen=True, slots=True, eq=False)
class Again:
    """Places of a study, ranked by other weights.

    Parameters
    ----------
    table : pandas.DataFrame [n]
        ``id``, ``decision_zh`` and what `Scored.columns` says.
    geometry : object array [n]
    scored : Scored
    """

    table: pd.DataFrame
    geometry: NDArray[np.object_]
    scored: Scored

    @property
    def ranking(self) -> Ranking:
        """What each criterion adds."""
        return self.scored.ranking

    @property
    def criteria(self) -> tuple[str, ...]:
        """Titles of the criteria."""
        return self.scored.model.titles


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """A study under changed weights, held against the preset's own.

    Parameters
    ----------
    weights : pandas.DataFrame
        One row a criterion: ``title``, ``own`` and ``used`` weight of all; 0 where it is not asked.
    table : pandas.DataFrame
        Of `compare`: before are the preset's own weights, after those that were used.
    notes : tuple of str
        What could not be compared.
    """

    weights: pd.DataFrame
    table: pd.DataFrame
    notes: tuple[str, ...] = ()


def against(study: Weighed, preset: Preset, catalog: Catalog) -> Comparison:
    """Rank the places of a study by a preset's own weights and say who moved.

    The facts are those of the study: nothing is swept again, and only criteria that the study did
    not score are measured. What nobody can score is left out of both, and that is noted.

    Parameters
    ----------
    study : HeapStudy or Sited
        Made with the same preset under other weights.
    preset : Preset
        With its own weights.
    catalog : Catalog
        The one of the study.

    Returns
    -------
    Comparison
    """
    own = ranked_again(study, preset, catalog)
    models = own.scored.model, study.scored.model
    weighed = [dict(zip(m.titles, m.weights.tolist(), strict=True)) for m in models]
    titles = list(dict.fromkeys((*study.criteria, *own.criteria)))
    shares = [[each.get(title, 0.0) for title in titles] for each in weighed]
    weights = pd.DataFrame({"title": titles, "own": shares[0], "used": shares[1]})
    asked = askable(preset.preferences(), catalog, []).titles
    gone = "、".join(title for title in asked if title not in titles)
    notes = (f"这次没有得分、对比里没有计入: {gone} not compared",) if gone else ()
    return Comparison(weights, compare(own, study), notes)


def ranked_again(study: Weighed, preset: Preset, catalog: Catalog) -> Again:
    """Return the places of a study ranked by the preferences of a preset; see `against`."""
    notes: list[str] = []  # the study has said them
    preset, _ = matched(preset, catalog)
    model = askable(preset.preferences(), catalog, notes)
    known = ~np.isnan(study.scored.scores).any(axis=1)
    # what has all its scores and no total was kept out of the ranks
    out = (known & np.isnan(study.ranking.total)) | (study.table["decision"] == "forbid").to_numpy()
    scored = rank_sites(
        model, _scores(study, model, preset, catalog), np.asarray(out, np.bool_), notes
    )
    table = pd.concat([study.table[["id", "decision_zh"]], scored.columns()], axis=1)
    return Again(table, study.geometry, scored)


def _scores(study: Weighed, model: Model, preset: Preset, catalog: Catalog) -> Floats:
    """Scores of a study on the criteria of a model; those that it has not are measured."""
    held = dict(zip(study.criteria, study.scored.scores.T, strict=True))
    lacking = model.only([title not in held for title in model.titles])
    if lacking.criteria:
        as_of, sites = study.screening.as_of, study.screening.sites
        more = (
            score_sites(lacking, sites, study.table, catalog, as_of=as_of)
            if study.grid is None
            else score_ground(lacking, preset, sites, study.table, catalog, study.grid, as_of=as_of)
        )
        held |= dict(zip(lacking.titles, more.T, strict=True))
    nothing = np.full(len(study.table), np.nan)
    columns = [held.get(title, nothing) for title in model.titles]
    return np.stack(columns, axis=1) if columns else np.zeros((len(study.table), 0))


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
        two is not ranked) and ``moved`` (by how much); ``because`` (the criterion that did most for
        or against it beside those that it passed, or that passed it; "" where it keeps its rank)
        and ``gained`` (its change in that criterion less the mean of theirs). Best of ``after``
        first.
    """
    pairs = _pairs(before, after)
    titles = tuple(dict.fromkeys((*before.criteria, *after.criteria)))
    parts = [_parts(study, titles) for study in (before, after)]
    rows = [_row(before, after, pair, titles, parts) for pair in pairs]
    table = pd.DataFrame(rows, columns=list(_COLUMNS))
    table = pd.concat([table, _because(table, pairs, parts, titles)], axis=1)
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


def _because(
    table: pd.DataFrame, pairs: list[tuple[int, int]], parts: list[Floats], titles: tuple[str, ...]
) -> pd.DataFrame:
    """What each place gained or lost most beside the places that it changed sides with."""
    ranks = table[["rank_before", "rank_after"]].to_numpy(np.int64)
    both = (ranks > 0).all(axis=1)
    rows = np.asarray(pairs, np.intp).reshape(-1, 2)
    change = parts[1][rows[:, 1]] - parts[0][rows[:, 0]]  # of no meaning where one side is wanting
    words, gains = [""] * len(table), [np.nan] * len(table)
    for at in np.flatnonzero(both & (ranks[:, 0] != ranks[:, 1])).tolist():
        up = 1 if ranks[at, 1] < ranks[at, 0] else -1
        was, now = (up * (ranks - ranks[at])).T
        passed = both & (was < 0) & (now > 0)
        if passed.any() and titles:
            gain = change[at] - change[passed].mean(axis=0)
            most = int((up * gain).argmax())
            words[at], gains[at] = titles[most], float(gain[most])
    return pd.DataFrame({"because": words, "gained": gains})


def _parts(study: Ranked, titles: tuple[str, ...]) -> Floats:
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
    parts: list[Floats],
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
