"""Sites scored by preferences: which criteria can be asked, what each says, who ranks where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from zoning.arrays import Floats, Mask
from zoning.catalog import Catalog
from zoning.facts.table import Facts
from zoning.facts.values import Claims, Codes, Numbers
from zoning.facts.vocabulary import LAYERS
from zoning.layers import RasterLayer
from zoning.measure import measure, open_views
from zoning.measure.raster import statistic
from zoning.rules.check import spec_of
from zoning.rules.grammar import FactRef
from zoning.sites import Sites
from zoning.siting.criteria import Categories, Ranking, Stability, deciding, stability
from zoning.siting.criteria.model import Criterion, Model
from zoning.siting.figures.under import too_coarse
from zoning.siting.presets.preferences import NO, NONE, OTHERS, YES, is_class_raster
from zoning.units import UNITS, dimension

SEED = 520100
"""Of the draws of weights; any number does, a fixed one keeps results the same."""

TIED = (
    "{n} 处得分相同，名次并列，排列的先后不表示优劣 "
    "{n} share their rank with others of the same score; the order among them says nothing"
)


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """Sites scored and ranked.

    Parameters
    ----------
    model : Model
        Criteria that could be asked, weighing 1 together.
    scores : float array [n, criteria]
        In [0, 1]; NaN where a fact is not known.
    ranking : Ranking
    stability : Stability
    decides : list of str [n]
        Title of the criterion that sets a site most apart from the mean; "" where not ranked.
    """

    model: Model
    scores: Floats
    ranking: Ranking
    stability: Stability
    decides: list[str]

    def columns(self) -> pd.DataFrame:
        """Columns of a table of sites; score NaN and rank 0 where not ranked."""
        total = self.ranking.total
        columns: dict[str, object] = {
            "score": total,
            "rank": self.ranking.rank,
            "rank_best": self.stability.best,
            "rank_worst": self.stability.worst,
            "decides": self.decides,
        }
        if self.model.groups:
            sums = self.model.group_scores(self.scores)
            for k, group in enumerate(self.model.groups):
                columns[f"score_{group.name}"] = np.where(np.isnan(total), np.nan, sums[:, k])
        return pd.DataFrame(columns)

    def lacking(self) -> list[str]:
        """Titles of the criteria that each site has no fact for."""
        titles = np.asarray(self.model.titles, object)
        return ["、".join(titles[row]) for row in np.isnan(self.scores)]


def askable(model: Model, catalog: Catalog, notes: list[str]) -> Model:
    """Criteria that the catalog can answer; what the others weighed goes to the rest.

    Parameters
    ----------
    model : Model
    catalog : Catalog
    notes : list of str
        Gets what was left out, and why.
    """
    gone = {c.title: _unheld(c, catalog) for c in model.criteria}
    for why in sorted({why for why in gone.values() if why}):
        titles = "、".join(title for title, reason in gone.items() if reason == why)
        notes.append(f"{why}，未计入得分: {titles}，其余权重按比例放大")
    return model.only([not gone[c.title] for c in model.criteria])


def _unheld(criterion: Criterion, catalog: Catalog) -> str:
    """Why the catalog cannot answer; "" where it can."""
    fact = criterion.fact
    if criterion.of_site:
        return ""
    layer = catalog.layers.get(fact.layer)
    if layer is None:
        return "没有图层"
    if not isinstance(layer, RasterLayer):
        return ""
    if _no_class(criterion, layer):
        return f"{layer.title}没有所写的类别"
    if fact.layer in ("dem", "slope") and too_coarse(layer, catalog.crs):
        return "栅格像元太粗"
    spec = spec_of(fact, LAYERS)
    if spec is not None and fact.measure != "share" and not _same_unit(spec.unit, layer.unit):
        return "栅格单位不符"
    return ""


def _no_class(criterion: Criterion, layer: RasterLayer) -> bool:
    """Whether a raster has none of the classes that a criterion names."""
    fact, preference = criterion.fact, criterion.preference
    if fact.measure == "share":
        return statistic(fact, layer) is None
    if not is_class_raster(fact) or not isinstance(preference, Categories):
        return False
    return not {name for _, name in layer.classes} & set(preference.scores)


def _same_unit(wanted: str, held: str | None) -> bool:
    return (held or "1") in UNITS and dimension(held or "1") == dimension(wanted)


def asked(criterion: Criterion, catalog: Catalog) -> tuple[FactRef, ...]:
    """Facts that a criterion turns on: of a raster's class, the share of each class named."""
    fact = criterion.fact
    if criterion.of_site:
        return ()
    if not is_class_raster(fact):
        return (fact,)
    return tuple(FactRef(fact.layer, "share", (), word) for word in _named(criterion, catalog))


def _named(criterion: Criterion, catalog: Catalog) -> tuple[str, ...]:
    """Classes that a preference names and the raster has."""
    layer, preference = catalog.layers[criterion.fact.layer], criterion.preference
    if not isinstance(layer, RasterLayer) or not isinstance(preference, Categories):
        return ()
    known = {name for _, name in layer.classes}
    return tuple(word for word in preference.scores if word in known)


def score_sites(
    model: Model, sites: Sites, table: pd.DataFrame, catalog: Catalog, *, as_of: date
) -> Floats:
    """Score sites on every criterion.

    A distance is to what the layer shows; where two features may or may not count it is unknown.
    Of several classes met the worst counts. On a raster's classes a site has the mean of its
    ground.

    Parameters
    ----------
    model : Model
        Of `askable`.
    sites : Sites
        n sites.
    table : pandas.DataFrame [n]
        Columns that ``site.x`` names; one that is not there is unknown.
    catalog : Catalog
    as_of : date

    Returns
    -------
    float array [n, criteria]
        In [0, 1]; NaN where the fact is not known.
    """
    refs = list(dict.fromkeys(ref for c in model.criteria for ref in asked(c, catalog)))
    facts = (
        measure(sites, refs, open_views(catalog, refs), as_of=as_of, always=()) if refs else None
    )
    scores = np.full((len(sites), len(model.criteria)), np.nan)
    for k, criterion in enumerate(model.criteria):
        if criterion.of_site:
            scores[:, k] = _of_table(criterion, table)
        elif facts is not None:
            scores[:, k] = _of_facts(criterion, facts, asked(criterion, catalog))
    return scores


def _of_table(criterion: Criterion, table: pd.DataFrame) -> Floats:
    name, preference = criterion.fact.measure, criterion.preference
    if name not in table.columns:
        return np.full(len(table), np.nan)
    if isinstance(preference, Categories):
        return preference.score([str(word) for word in table[name]])
    return preference.score(table[name].to_numpy(np.float64))


def _of_facts(criterion: Criterion, facts: Facts, refs: tuple[FactRef, ...]) -> Floats:
    preference = criterion.preference
    if is_class_raster(criterion.fact) and isinstance(preference, Categories):
        return _mean_of_classes(preference, facts, refs)
    column = facts.columns[str(criterion.fact)]
    if isinstance(column, Numbers) and not isinstance(preference, Categories):
        return preference.score(column.measured)
    if isinstance(column, Claims) and isinstance(preference, Categories):
        words = np.where(column.sure, YES, np.where(column.maybe, "", NO))
        return preference.score(words.tolist())
    if isinstance(column, Codes) and isinstance(preference, Categories):
        worst = [
            worst_of(preference, found.sure) if found.sure == found.maybe and not found.open
            else np.nan for found in column.values
        ]  # fmt: skip
        return np.asarray(worst, np.float64)[column.index]
    raise TypeError(str(criterion.fact))


def worst_of(preference: Categories, words: frozenset[str]) -> float:
    """Score of ground that meets several classes: that of the worst; NaN if one is not named."""
    return float(np.min(preference.score(sorted(words) if words else [NONE])))


def _mean_of_classes(preference: Categories, facts: Facts, refs: tuple[FactRef, ...]) -> Floats:
    """Mean score of the ground; unnamed classes score as others, or leave it unknown."""
    share = np.zeros((len(facts.ids), len(refs)))
    for k, ref in enumerate(refs):
        share[:, k] = facts.numbers(str(ref)).measured
    held = share.sum(axis=1)
    total = share @ np.asarray([preference.scores[ref.argument] for ref in refs])
    rest = np.clip(1 - held, 0.0, 1.0)
    others = preference.scores.get(OTHERS)
    if others is None:
        return np.where(rest <= 1e-6, total, np.nan)
    return np.asarray(total + rest * others)


def rank_sites(model: Model, scores: Floats, out: Mask, notes: list[str]) -> Scored:
    """Rank the sites that may be ranked; criteria that nothing is known of are left out.

    Parameters
    ----------
    model : Model
        Of `askable`.
    scores : float array [n, criteria]
        Of `score_sites`.
    out : bool[n]
        Sites that are not ranked, such as those forbidden.
    notes : list of str
        Gets what was left out.
    """
    gaps = [bool(np.isnan(column).all()) for column in scores.T]
    known = [not gap or not len(scores) for gap in gaps]
    if not all(known):
        gone = "、".join(t for t, held in zip(model.titles, known, strict=True) if not held)
        notes.append(f"没有数据、未计入排序: {gone}，其余权重按比例放大")
    used = model.only(known)
    place = [model.titles.index(title) for title in used.titles]
    kept = np.where(np.asarray(out, np.bool_)[:, None], np.nan, scores[:, place])
    used = used.weighed(kept)
    if not used.criteria:
        kept = np.full((len(scores), 1), np.nan)[:, :0]
        nothing = np.zeros(len(scores), np.int64)
        blank = np.full(len(scores), np.nan)
        unranked = Stability(nothing, nothing, blank, blank, 0, SEED)
        empty = Ranking(blank, nothing, kept, used.weights)
        return Scored(used, kept, empty, unranked, [""] * len(scores))
    weights = used.weights
    stable = stability(
        kept, weights, seed=SEED, method=used.rank, groups=used.places if used.groups else None
    )
    ranking = used.rank(kept)
    if tied := int((np.bincount(ranking.rank)[1:] > 1) @ np.bincount(ranking.rank)[1:]):
        notes.append(TIED.format(n=tied))
    titles = used.titles
    which = deciding(kept, weights)
    decides = ["" if k < 0 else titles[k] for k in which]
    return Scored(used, scores[:, place], ranking, stable, decides)
