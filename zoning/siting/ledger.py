"""The plan's target for non-fossil capacity, held against what is there and what could be."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

TARGET_MW = 400.0
"""[MW] New non-fossil capacity by 2025. 筑环通〔2023〕71号 三(二)2 and table of targets, row 7."""


@dataclass(frozen=True, slots=True, eq=False)
class Ledger:
    """Capacity by verdict and county.

    Parameters
    ----------
    potential : pandas.DataFrame
        Rows by county and decision; ``low_mw``, ``high_mw``, ``sites``.
    pipeline_mw : float
        Of projects that were proposed, never added to the potential. NaN: no list was given.
    """

    potential: pd.DataFrame
    pipeline_mw: float

    @property
    def target_mw(self) -> float:
        """The plan's target. [MW]"""
        return TARGET_MW


def _known(values: pd.Series[float]) -> float:
    """Sum of what is known; NaN where nothing is."""
    return float(values.sum(min_count=1))


def ledger(table: pd.DataFrame, *, pipeline_mw: float = float("nan")) -> Ledger:
    """Sum capacities by county and verdict.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns ``county``, ``decision_zh``, ``low_mw``, ``high_mw``.
    pipeline_mw : float
        [MW]
    """
    summed = table.groupby(["county", "decision_zh"], as_index=False).agg(
        sites=("low_mw", "size"), low_mw=("low_mw", _known), high_mw=("high_mw", _known)
    )
    return Ledger(summed.sort_values(["county", "decision_zh"], ignore_index=True), pipeline_mw)
