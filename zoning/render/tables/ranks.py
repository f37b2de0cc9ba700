"""Ranks in files that others sort: nothing where nothing is ranked."""

from __future__ import annotations

import numpy as np
import pandas as pd


def unranked_blank(table: pd.DataFrame) -> pd.DataFrame:
    """The same; what is not ranked has no rank, so that sorting does not put it first."""
    names = [name for name in ("rank", "rank_best", "rank_worst") if name in table.columns]
    return table.assign(**{n: table[n].astype("Int64").where(table[n] > 0) for n in names})


def by_rank(table: pd.DataFrame) -> pd.DataFrame:
    """Ranked rows first, best first; then the others, largest first."""
    place = table["rank"].where(table["rank"] > 0, len(table) + 1)
    return table.iloc[np.argsort(place.to_numpy(), kind="stable")]
