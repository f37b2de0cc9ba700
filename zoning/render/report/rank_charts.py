"""Ranks drawn: what the score is made of, and how far a rank hangs on the weights."""

from __future__ import annotations

from typing import Final, Protocol

import pandas as pd

from zoning.render.report.charts import bars, spans
from zoning.render.report.paper import keys
from zoning.siting.criteria import Ranking, Stability

SHOWN: Final = 20
"""Rows of a plot."""
PARTS: Final = ("#2F7F6E", "#C98A2B", "#5B7DB1", "#A07F6B", "#7B5EA7", "#8A8A8A", "#B0413E")
"""Colours of criteria."""


class Drawn(Protocol):
    """A study of heaps, or patches, scored and ranked."""

    @property
    def ranking(self) -> Ranking:
        """What each criterion adds."""

    @property
    def stability(self) -> Stability:
        """Ranks under drawn weights."""

    @property
    def criteria(self) -> tuple[str, ...]:
        """Titles of the criteria."""


def scores_html(study: Drawn, table: pd.DataFrame, *, note: str) -> str:
    """Draw what each criterion adds to the best.

    Parameters
    ----------
    study : Drawn
    table : pandas.DataFrame
        Of the study, in the order of ranks; its index is the study's own.
    note : str
        HTML, beside the legend.
    """
    parts = study.ranking.parts[table.index]
    rows = [
        (
            f"{row['rank']} {row['id']}",
            [(float(p), PARTS[k % len(PARTS)]) for k, p in enumerate(part)],
            f"{row['score']:.2f} {row['decides']}",
        )
        for (_, row), part in zip(table.iterrows(), parts, strict=True)
        if row["rank"] > 0
    ]
    spoken = "；".join(f"{label} 得分 {said}" for label, _, said in rows[:SHOWN])
    drawn = bars(rows[:SHOWN], title=spoken, most=1.0)
    named = keys((title, PARTS[k % len(PARTS)]) for k, title in enumerate(study.criteria))
    return f"<p>{named}<br><span class='soft'>{note}条满为 1 分。</span></p>" + drawn


def ranks_html(study: Drawn, table: pd.DataFrame) -> str:
    """Draw the ranks that nine draws of weights in ten stay within; ``table`` as above."""
    ranked = table[table["rank"] > 0]
    rows = [
        (str(row["id"]), int(row["rank"]), int(row["rank_best"]), int(row["rank_worst"]))
        for _, row in ranked.head(SHOWN).iterrows()
    ]
    note = f"权重抽样 {study.stability.draws} 次，九成的名次落在灰条内。"
    return f"<p class='soft'>{note}</p>" + spans(rows, last=len(ranked))
