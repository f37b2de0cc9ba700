"""Ranks that changed weights move, as rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd

from zoning.render.tables.columns import Column, Value

SHEET: Final = "权重对比"

CHANGE_COLUMNS: Final = (
    Column("名次（所用权重）", 10, "int"), Column("名次（预设权重）", 10, "int"),
    Column("升降", 8, "int"), Column("名称", 24, "wrap"), Column("结论", 12, "centre"),
    Column("得分（所用权重）", 10, "number"), Column("得分（预设权重）", 10, "number"),
    Column("换位的原因", 16, "centre"), Column("比对方多得", 10, "number"),
)  # fmt: skip


def name_of(row: pd.Series[str]) -> str:
    """What the place is called, before and after where that differs."""
    return str(row["id_after"] or row["id"])


def change_values(row: pd.Series[str]) -> Sequence[Value]:
    """Cells of one place, in the order of `CHANGE_COLUMNS`."""
    after, before = int(row["rank_after"]), int(row["rank_before"])
    climbed = row["climbed"]
    change = row["gained"]
    return (
        after or "未排名",
        before or "未排名",
        "" if pd.isna(climbed) else int(climbed),
        name_of(row),
        str(row["decision_after"] or row["decision_before"]),
        score_of(row["score_after"]),
        score_of(row["score_before"]),
        str(row["because"]),
        "" if change != change else float(change),
    )


def score_of(value: object) -> Value:
    """A score as a cell; nothing where there is none."""
    return "未排名" if value != value else float(str(value))
