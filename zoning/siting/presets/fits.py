"""The megawatts that fit on patches: arrays by density, turbines by spacing; never a yield."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from zoning.arrays import Floats, Mask
from zoning.siting.presets.density import Spacing
from zoning.siting.presets.preset import Preset
from zoning.solar import OBSERVED, capacity

NO_YIELD = (
    "风电只估装机范围，不估发电量：须有测风塔或风能图谱 "
    "wind: capacity only; a yield needs a mast or a wind atlas"
)
_APART = (
    "地块之间的间距没有扣除，逐块相加偏大；不足一台密间距用地的地块逐块写至多一台，合计一律不计"
)
NOTE = "capacity_note"
"""Column that says why the capacity of a patch is not summed; "" where it is."""
BELOW_ONE = "不足一台的间距用地，至多一台，不计入合计"


def fits(area_ha: Floats, preset: Preset) -> dict[str, list[float] | list[str]]:
    """Range of what fits on each patch.

    Parameters
    ----------
    area_ha : float array [n]
        [ha]
    preset : Preset

    Returns
    -------
    dict
        Columns ``low_mw``, ``high_mw``, of wind ``capacity_note`` too; none where the preset's
        kind is not sized.
    """
    notes: dict[str, list[float] | list[str]] = {}
    if preset.kind == "pv":
        made = [capacity(area, ha_per_mw=density_of(preset)) for area in area_ha.tolist()]
        ranges = [(found.low_mw, found.high_mw) for found in made]
    elif preset.kind == "wind" and preset.spacing is not None:
        ranges = [turbines(area, preset.spacing) for area in area_ha.tolist()]
        tight = preset.spacing.tight_ha
        notes = {NOTE: [BELOW_ONE if area < tight - 1e-9 else "" for area in area_ha.tolist()]}
    else:
        return {}
    low, high = [low for low, _ in ranges], [high for _, high in ranges]
    return {"low_mw": low, "high_mw": high, **notes}


def counted(table: pd.DataFrame) -> Mask:
    """Rows whose capacity every sum counts.

    A patch smaller than the tight ground of one turbine holds one at most, and only where its
    neighbours leave it the spacing: next to each other such patches share their turbines. It is
    told of each (0 to one turbine, with a note) and is in no sum; how many there are is told.

    Parameters
    ----------
    table : pandas.DataFrame [n]
        Of patches or parts; with the column ``capacity_note`` as far as they are sized so.
    """
    if NOTE not in table.columns:
        return np.ones(len(table), np.bool_)
    return np.asarray(table[NOTE] == "", np.bool_)


def sized(preset: Preset) -> bool:
    """Whether megawatts are told of a preset's patches."""
    return preset.kind == "pv" or (preset.kind == "wind" and preset.spacing is not None)


def turbines(area_ha: float, spacing: Spacing) -> tuple[float, float]:
    """Least and most capacity of turbines on a patch. [MW]

    Whole turbines: the least at the wide spacing, rounded down, so that ground of a neighbour's
    rotor counts for nobody; the most at the tight one, and never under one, since a patch that
    holds a foundation holds a turbine.

    Examples
    --------
    >>> words = {"tight_d": (3, 5), "wide_d": (5, 10), "source": "illustrative"}
    >>> rotor = Spacing(rotor_m=100, turbine_mw=2, **words)  # 15 ha and 50 ha a turbine
    >>> turbines(100.0, rotor), turbines(1.0, rotor)
    ((4.0, 12.0), (0.0, 2.0))
    """
    least = math.floor(area_ha / spacing.wide_ha + 1e-9)
    most = max(1, math.floor(area_ha / spacing.tight_ha + 1e-9)) if area_ha > 0 else 0
    return least * spacing.turbine_mw, most * spacing.turbine_mw


def apart_told(table: pd.DataFrame) -> str:
    """How many rows a sum of capacities leaves out, and why; "" for none."""
    apart = int((~counted(table)).sum())
    return f"另有 {apart} 块不足一台风机的间距用地，不计入 apart" if apart else ""


def density_of(preset: Preset) -> tuple[float, float] | None:
    """Least and most land for a megawatt that the preset states. [ha/MW]"""
    stated = preset.density
    return None if stated is None else (stated.least_ha_mw, stated.most_ha_mw)


def said_of(preset: Preset) -> tuple[str, ...]:
    """How a preset's capacity is told, and what is not, in sentences that go with the figures."""
    if preset.kind == "wind":
        if preset.spacing is None:
            return ("预设没有写明机位间距，不估装机 no spacing stated: no capacity", NO_YIELD)
        low, high = (
            100 * preset.spacing.turbine_mw / ha
            for ha in (preset.spacing.wide_ha, preset.spacing.tight_ha)
        )
        density = f"密度 {low:.1f}–{high:.1f} MW/km²"
        return (f"{density}；{preset.spacing.source}；{_APART}", NO_YIELD)
    if preset.kind == "pv":
        uses = [item.ha_per_mw for item in OBSERVED]
        least, most = density_of(preset) or (min(uses), max(uses))
        whence = "三处渣场光伏实测（转载）" if preset.density is None else preset.density.source
        return (f"装机按 {least:g}–{most:g} ha/MW 换算：{whence}；只是范围，不是设计",)
    return (f"{preset.title}不估装机 not sized",)
