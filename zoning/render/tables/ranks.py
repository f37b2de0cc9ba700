"""Ranks in files that others sort: nothing where nothing is ranked."""

from __future__ import annotations

import pandas as pd


def unranked_blank(table: pd.DataFrame) -> pd.DataFrame:
    """The same; what is not ranked has no rank, so that sorting does not put it first."""
    names = [name for name in ("rank", "rank_best", "rank_worst") if name in table.columns]
    return table.assign(**{n: table[n].astype("Int64").where(table[n] > 0) for n in names})
