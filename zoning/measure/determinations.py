"""Facts given by persons: clause-by-clause judgements of the control units a site meets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from zoning.determinations import Determination, text_sha
from zoning.facts.values import Codes, missing_codes
from zoning.facts.vocabulary import DIMENSIONS
from zoning.measure.ground import NO_PLACE, Ground, LayerView
from zoning.measure.inputs import code_sets
from zoning.measure.vector import met_features
from zoning.sites import Sites

NOT_JUDGED = "未研判"


def _results(
    project: str,
    unit: int,
    attributes: pd.DataFrame,
    given: Mapping[tuple[str, str, str], Determination],
) -> set[str]:
    """Judgements of one unit; one whose text has changed since has lapsed."""
    code = str(attributes["code"].iloc[unit])
    results = set()
    for dimension in DIMENSIONS:
        found = given.get((project, code, dimension))
        text = attributes[dimension].iloc[unit] if dimension in attributes.columns else ""
        now = text_sha("" if pd.isna(text) else str(text))
        results.add(found.result if found is not None and found.text_sha == now else NOT_JUDGED)
    return results


def unit_determinations(
    sites: Sites, ground: Ground, units: LayerView | None, given: Sequence[Determination]
) -> Codes:
    """Return, per site, the judgements of every unit and dimension it meets.

    Parameters
    ----------
    sites : Sites
        n sites.
    ground : Ground
    units : LayerView or None
        Control units.
    given : sequence of Determination
        What persons have judged.
    """
    if units is None:
        return missing_codes(len(sites), "未提供管控单元图层")
    by_clause = {(d.project, d.clause, d.dimension): d for d in given}
    judged = {d.project for d in given}
    pairs, is_open = met_features(ground, units)
    site, feature = pairs.site[pairs.maybe], pairs.feature[pairs.maybe]
    # a project that nobody judged is told the same of a unit as every other
    names = [name if name in judged else "" for name in sites.table["project"].tolist()]
    known: dict[tuple[str, int], int] = {}
    asked = zip((names[row] for row in site.tolist()), feature.tolist(), strict=True)
    choice = [known.setdefault(pair, len(known)) for pair in asked]
    texts = [frozenset(_results(name, unit, units.attributes, by_clause)) for name, unit in known]
    codes = code_sets(
        site, np.asarray(choice, np.intp), pairs.sure[pairs.maybe], np.asarray(is_open), texts
    )
    return codes.hide(~ground.placed, NO_PLACE)
