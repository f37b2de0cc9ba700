"""Parts and patches scored by preferences: which criteria, which weights, and who is not ranked."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from zoning.errors import Fault, InputError
from zoning.facts.values import F8
from zoning.siting.suitability import Curve, given

CRITERIA: tuple[tuple[str, str, Curve, float], ...] = (
    ("usable_ha", "可用面积", Curve(((2.0, 0.0), (40.0, 1.0))), 0.30),
    ("slope_mean_deg", "平均坡度", Curve(((3.0, 1.0), (20.0, 0.2), (30.0, 0.0))), 0.20),
    ("substation_m", "距变电站", Curve(((1000.0, 1.0), (10_000.0, 0.0))), 0.20),
    ("road_m", "距道路", Curve(((200.0, 1.0), (2000.0, 0.0))), 0.10),
    ("strong_karst", "强岩溶占比", Curve(((0.0, 1.0), (1.0, 0.0))), 0.20),
)
"""Column, title, preference and weight. All illustrative: a planner's to change."""


def known_criteria(
    table: pd.DataFrame, weights: Sequence[float] | None, notes: list[str]
) -> tuple[tuple[tuple[str, str, Curve, float], ...], F8]:
    """Criteria that something is known of, and their weights; say which were left out."""
    values = [w for *_, w in CRITERIA] if weights is None else list(weights)
    if len(values) != len(CRITERIA):
        raise InputError(
            Fault(
                zh=f"权重应有 {len(CRITERIA)} 个",
                en=f"{len(CRITERIA)} weights are wanted",
                value=str(len(values)),
                remedy_zh="、".join(title for _, title, _, _ in CRITERIA),
            )
        )
    known = [bool(table[name].notna().any()) for name, *_ in CRITERIA]
    gone = [title for (_, title, _, _), held in zip(CRITERIA, known, strict=True) if not held]
    if gone:
        notes.append(f"没有数据、未计入排序: {'、'.join(gone)}，其余权重按比例放大")
    used = tuple(c for c, held in zip(CRITERIA, known, strict=True) if held)
    kept = [value for value, held in zip(values, known, strict=True) if held]
    return used, np.asarray(given(kept).values if used else ())


def unranked(table: pd.DataFrame, scores: F8) -> list[str]:
    """Why a part is not ranked; "" where it is."""
    lacking = np.asarray(np.isnan(scores).any(axis=1), dtype=np.bool_)
    reasons = []
    for k, (_, row) in enumerate(table.iterrows()):
        if row["decision"] == "forbid":
            reasons.append("判定不通过")
        elif np.isnan(row["low_mw"]):
            reasons.append("在辖区外，未核")
        elif row["ready"] is None:
            reasons.append("管理类别或状态不明")
        elif not row["ready"]:
            reasons.append("门槛未过")
        elif row["usable_ha"] + row["unclear_ha"] == 0:
            reasons.append("没有可用面积")
        else:
            reasons.append("有指标缺数据" if lacking[k] else "")
    return reasons


def scores_of(table: pd.DataFrame, used: Sequence[tuple[str, str, Curve, float]]) -> F8:
    """Scores of the parts whose gate is behind them and that nothing forbids; NaN: not ranked."""
    scores = np.empty((len(table), len(used)))
    for k, (name, _, curve, _) in enumerate(used):
        scores[:, k] = curve.score(table[name].to_numpy(np.float64))
    ready = np.asarray([bool(value) for value in table["ready"]], dtype=np.bool_)
    out = (table["decision"] == "forbid") | ~(table["usable_ha"] + table["unclear_ha"] > 0)
    scores[out.to_numpy() | ~ready] = np.nan
    return scores
