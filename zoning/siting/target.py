"""The plan's target for non-fossil capacity, held against what is proposed and what could be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from zoning.arrays import Mask
from zoning.catalog import Catalog
from zoning.facts.kinds import nearest, title_of
from zoning.projects.cells.power import megawatts
from zoning.rules.model import RuleSet
from zoning.screening import screen
from zoning.screening.views import Decision
from zoning.sites import Sites
from zoning.siting.figures.counties import counties_of
from zoning.siting.presets.fits import counted
from zoning.siting.standing import KEPT, NOT_YET, REACHED, UNKNOWN

TARGET_MW = 400.0
"""[MW] New non-fossil capacity by 2025. 筑环通〔2023〕71号 三(二)2 and table of targets, row 7."""
COUNTED = ("pv", "wind")
UNSTATED = "未写明"
RANKED, SHUT, FORBIDDEN, OUTSIDE, UNSCORED, RESERVED, BELOW = (
    "已排名", "门槛未过或不明", "判定不通过", "辖区外/未核", "状态已到、未能排名",
    "堆存物留作综合利用", "不足一台的间距用地",
)  # fmt: skip
"""Standings of a part. Only what is ranked is called potential; see `possible` for patches."""
NOT_POTENTIAL = (
    "判定不通过的单列，不是潜力；门槛未过或不明、留作综合利用、未核、未能排名的，现在也不能算潜力。"
)
COMPLETE, UNSEEN = "门槛已过（材料齐）", "状态已到、门槛材料未核或另缺材料"
"""What is ranked, by the papers of its gates."""
UNREAD: Final = "状态已到、门槛材料未核"
"""Standing of patches on heaps, of which no papers are read."""
APART: Final = (UNSCORED, RESERVED, SHUT, OUTSIDE, BELOW, FORBIDDEN)
"""Standings that are no potential."""
_VERDICTS: Final = tuple(d.zh for d in Decision if d is not Decision.FORBID)
DROPPED = ("取消", "退役")
"""Stages that bring nothing to a target."""


@dataclass(frozen=True, slots=True, eq=False)
class Pipeline:
    """Photovoltaic and wind projects of a list.

    Parameters
    ----------
    table : pandas.DataFrame
        Rows by ``stage``, ``county``, ``kind_zh`` and ``decision_zh``: ``projects``, ``stated``
        (those among them with a capacity), ``low_mw``, ``high_mw`` (NaN: none is stated).
    source : str
        Name of the list.
    notes : tuple of str
        What was not counted, and why.
    """

    table: pd.DataFrame
    source: str
    notes: tuple[str, ...]

    def by_stage(self) -> tuple[tuple[str, int, float, float], ...]:
        """Stage, projects, least and most megawatts, in the order of the list's table."""
        rows = self.table.groupby("stage", sort=False).agg(
            projects=("projects", "sum"), low=("low_mw", _known), high=("high_mw", _known)
        )
        return tuple(
            (str(stage), int(row["projects"]), float(row["low"]), float(row["high"]))
            for stage, row in rows.iterrows()
        )


@dataclass(frozen=True, slots=True, eq=False)
class Ledger:
    """Capacity by verdict and county, and what a list proposes, never added up.

    Parameters
    ----------
    potential : pandas.DataFrame
        Rows by standing, county and decision; ``sites``, ``usable_ha``, ``low_mw``, ``high_mw``,
        ``gwh_low``, ``gwh_high`` [GWh/a]. NaN where nothing is known.
    pipeline : Pipeline or None
        None: no list was given.
    gates : pandas.DataFrame or None
        What is ranked, by the papers of its gates: rows `COMPLETE` and `UNSEEN` of ``gate``, the
        sums as in ``potential``. None where no gates are asked for.
    """

    potential: pd.DataFrame
    pipeline: Pipeline | None
    gates: pd.DataFrame | None = None

    @property
    def target_mw(self) -> float:
        """The plan's target. [MW]"""
        return TARGET_MW

    def totals(self) -> pd.DataFrame:
        """One row a standing, in the order of the table."""
        return self.potential.groupby("standing", sort=False, as_index=False).agg(**_SUMS)

    def told(self) -> tuple[str, ...]:
        """The target and the list, for people."""
        target = (
            f"目标：到 2025 年新增非化石能源装机 {TARGET_MW:.0f} MW（筑环通〔2023〕71号 三(二)2）。"
            "目标、清单、潜力三者不相加"
        )
        if self.pipeline is None:
            silent = "没有给项目清单（--pipeline），在谈、在建、已建未统计"
            return target, silent, *self._gates_told()
        stages = "；".join(
            f"{stage} {count} 个 {span(low, high)}"
            for stage, count, low, high in self.pipeline.by_stage()
        )
        return (
            target,
            f"清单 {self.pipeline.source}：{stages or '没有光伏、风电项目'}",
            *(self.pipeline.notes),
            *self._gates_told(),
        )

    def _gates_told(self) -> tuple[str, ...]:
        """How much of what is ranked has its papers."""
        if self.gates is None:
            return ()
        parts = (
            f"{row['gate']} {row['sites']} 个 {span(row['low_mw'], row['high_mw'])}"
            for _, row in self.gates.iterrows()
        )
        return (f"已排名的分区中：{'；'.join(parts)}",)


def span(low: float, high: float) -> str:
    """Megawatts as people read them.

    Examples
    --------
    >>> span(20.0, 20.0), span(10.0, 20.0), span(float("nan"), float("nan"))
    ('20 MW', '10–20 MW', '装机未写明')
    """
    if np.isnan(high):
        return "装机未写明"
    return f"{high:.4g} MW" if low == high else f"{low:.4g}–{high:.4g} MW"


def _known(values: pd.Series[float]) -> float:
    """Sum of what is known; NaN where nothing is."""
    return float(values.sum(min_count=1))


_SUMS: Final = {
    "sites": ("sites", "sum"),
    **{name: (name, _known) for name in ("usable_ha", "low_mw", "high_mw", "gwh_low", "gwh_high")},
}


def ledger(table: pd.DataFrame, *, pipeline: Pipeline | None = None) -> Ledger:
    """Sum capacities by standing, county and verdict.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns ``county``, ``decision_zh``, ``low_mw``, ``high_mw``; ``usable_ha`` (of patches
        ``area_ha``), ``gwh_low``, ``gwh_high`` as far as they are held. With ``ready``,
        ``decision`` and ``rank`` the standing is told by them; of patches by the verdict and the
        heaps beneath, see `standings`. Rows that are not `counted` stand apart, and their capacity
        is not known.
    pipeline : Pipeline, optional
    """
    held = table if "usable_ha" in table else table.rename(columns={"area_ha": "usable_ha"})
    rows = held.reindex(columns=["county", "decision_zh", *list(_SUMS)[1:]])
    rows = rows.assign(standing=standings(table), sites=1)
    rows.loc[~counted(table), ["low_mw", "high_mw"]] = np.nan
    keys = ["standing", "county", "decision_zh"]
    summed = rows.groupby(keys, as_index=False).agg(**_SUMS)
    order = {word: k for k, word in enumerate((RANKED, UNREAD, *_VERDICTS, *APART))}
    place = summed["standing"].map(lambda word: order.get(str(word), -1))
    summed = summed.assign(place=place).sort_values(["place", *keys], ignore_index=True)
    return Ledger(summed.drop(columns="place"), pipeline, _gates(table, rows))


def _gates(table: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame | None:
    """Sums of what is ranked, by whether its gate is passed with every paper."""
    if "gate_passed" not in table:
        return None
    passed = [COMPLETE if value is True else UNSEEN for value in table["gate_passed"]]
    ranked = rows.assign(gate=passed)[rows["standing"] == RANKED]
    summed = ranked.groupby("gate").agg(**_SUMS).reindex([COMPLETE, UNSEEN])
    summed.loc[summed["sites"].isna()] = 0.0  # of no part, all is known
    return summed.astype({"sites": int}).rename_axis("gate").reset_index()


def standings(table: pd.DataFrame) -> list[str]:
    """How each part or patch stands to what can be called potential.

    Parameters
    ----------
    table : pandas.DataFrame [n]
        Of parts (with ``ready``, ``decision``, ``rank``): one of the standings. Of patches: the
        same as far as the heaps beneath say it (``heap_ready``, ``heap_reserved``): `SHUT`,
        `RESERVED`, `UNREAD`; of those on no heap the verdict itself.
    """
    if not {"ready", "decision", "rank"} <= set(table.columns):
        words = zip(
            table["decision_zh"], counted(table), _column(table, "heap_ready"),
            _column(table, "heap_reserved"), strict=True,
        )  # fmt: skip
        return [_of_patch(str(verdict), *rest) for verdict, *rest in words]
    found = []
    for _, row in table.iterrows():
        if row["decision"] == "forbid":
            found.append(FORBIDDEN)
        elif np.isnan(row["low_mw"]):
            found.append(OUTSIDE)
        elif row["rank"] > 0:
            found.append(RANKED)
        elif row["ready"] not in (True,):
            found.append(SHUT)
        else:
            found.append(RESERVED if row.get("reserved") in (True,) else UNSCORED)
    return found


def _column(table: pd.DataFrame, name: str) -> list[str]:
    return table[name].tolist() if name in table else [""] * len(table)


def _of_patch(verdict: str, is_counted: bool, ready: str, reserved: str) -> str:
    if verdict == FORBIDDEN:
        return FORBIDDEN
    if not is_counted:
        return BELOW
    if ready in (NOT_YET, UNKNOWN):
        return SHUT
    if reserved == KEPT:
        return RESERVED
    return UNREAD if ready == REACHED else verdict


def possible(table: pd.DataFrame) -> Mask:
    """Rows that a sum of what could stand counts: the others are no potential, or not sized."""
    return ~np.isin(np.asarray(standings(table), dtype=object).astype(str), APART)


def held_back(table: pd.DataFrame) -> str:
    """How many rows are no potential, and why; "" for none. Those `BELOW` are told elsewhere."""
    rows = table.assign(standing=standings(table))
    rows = rows[rows["standing"].isin([word for word in APART if word != BELOW])]
    if rows.empty:
        return ""
    parts = [
        f"{word} {counted_span(rows[rows['standing'] == word])}"
        for word in APART if (rows["standing"] == word).any()
    ]  # fmt: skip
    return f"另有 {counted_span(rows)} 不是潜力，不计入：{'、'.join(parts)}"


def counted_span(rows: pd.DataFrame) -> str:
    """Rows and what fits on those that are `counted`, such as ``3 块 6–12 MW``."""
    if "low_mw" not in rows or not (kept := rows[counted(rows)])["high_mw"].notna().any():
        return f"{len(rows)} 块"
    return f"{len(rows)} 块 {kept['low_mw'].sum():,.0f}–{kept['high_mw'].sum():,.0f} MW"


def pipeline_of(sites: Sites, catalog: Catalog, rules: RuleSet, *, as_of: date) -> Pipeline:
    """Sum what a list proposes, by stage, county, kind and verdict.

    The capacity of a project that stands in one row is taken as it is. Where it stands in several
    rows, each may be a part or the whole: the least is the largest of them, the most their sum.

    Parameters
    ----------
    sites : Sites
        Of a project list.
    catalog : Catalog
    rules : RuleSet
        By which the projects are judged.
    as_of : date
    """
    wanted = np.asarray([nearest(str(kind), COUNTED) != "" for kind in sites.table["kind"]])
    files = "、".join(dict.fromkeys(str(name) for name in sites.table["source"] if name))
    rows = sites.take(wanted)
    notes = [] if wanted.all() else [_others(sites.take(~wanted))]
    if not len(rows):
        return Pipeline(_grouped([]), files, tuple(notes))
    verdicts = {
        view.id: view.decision.zh for view in screen(rows, catalog, rules, as_of=as_of).projects()
    }
    power = megawatts(rows.table["capacity"].tolist(), rows.table["capacity_unit"].tolist())
    counties = _counties(rows, catalog)
    projects: dict[str, list[int]] = {}
    for k, project in enumerate(rows.table["project"]):
        projects.setdefault(str(project), []).append(k)
    told = []
    for project, at in projects.items():
        first = rows.table.iloc[at[0]]
        stated = [float(power[k]) for k in at if not np.isnan(power[k])]
        told.append(
            {
                "stage": str(first["stage"]) or UNSTATED,
                "county": counties[at[0]] or UNSTATED,
                "kind_zh": title_of(nearest(str(first["kind"]), COUNTED)),
                "decision_zh": verdicts[project],
                "stated": bool(stated),
                "low_mw": max(stated, default=np.nan),
                "high_mw": sum(stated) if stated else np.nan,
            }
        )
    return Pipeline(_grouped(told), files, (*_doubts(rows, projects, power), *notes))


def _grouped(told: list[dict[str, object]]) -> pd.DataFrame:
    keys = ["stage", "county", "kind_zh", "decision_zh"]
    frame = pd.DataFrame(told, columns=[*keys, "stated", "low_mw", "high_mw"])
    return frame.groupby(keys, as_index=False).agg(
        projects=("stated", "size"),
        stated=("stated", "sum"),
        low_mw=("low_mw", _known),
        high_mw=("high_mw", _known),
    )


def _counties(rows: Sites, catalog: Catalog) -> list[str]:
    """County that each row lies in; as declared where it has no place."""
    declared = rows.table["county"].tolist()
    placed = np.asarray([shape is not None for shape in rows.geometry])
    found = iter(counties_of(rows.geometry[placed], catalog))
    return [
        (next(found) if held else "") or str(said)
        for held, said in zip(placed, declared, strict=True)
    ]


def _others(others: Sites) -> str:
    known = [title_of(str(kind)) or "类型不明" for kind in others.table["kind"]]
    said = "、".join(f"{word} {known.count(word)}" for word in dict.fromkeys(known))
    return f"清单里另有 {len(others)} 行不是光伏、风电，没有计入：{said}"


def _doubts(
    rows: Sites, projects: dict[str, list[int]], power: np.typing.NDArray[np.float64]
) -> list[str]:
    notes = []
    silent = [name for name, at in projects.items() if np.isnan(power[at]).all()]
    if silent:
        some = "、".join(silent[:5]) + ("……" if len(silent) > 5 else "")
        notes.append(
            f"{len(silent)} 个光伏、风电项目没有写装机容量，或单位不是功率，"
            f"没有计入（不按 0 计）：{some}"
        )
    several = [name for name, at in projects.items() if (~np.isnan(power[at])).sum() > 1]
    if several:
        notes.append(
            f"{len(several)} 个项目的装机写在几行里，分不清是分项还是总数："
            "下限取最大的一行，上限取合计"
        )
    units = {str(unit).lower() for unit in rows.table["capacity_unit"]}
    if any(unit.endswith(("p", "dc")) for unit in units):
        notes.append("装机有直流（MWp）也有未注明的，照录，未换算")
    stages = {str(stage) for stage in rows.table["stage"]}
    if left := [stage for stage in DROPPED if any(stage in text for text in stages)]:
        notes.append(f"{'、'.join(left)}的项目单列，不属在谈、在建")
    return notes
