"""The ranked table as people read it: headings, widths, units."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from zoning.render.tables.columns import Column, Form, Value

COLUMNS: Final[tuple[tuple[str, str, float, Form], ...]] = (
    ("rank", "名次", 6, "int"),
    ("rank_best", "名次上限", 8, "int"),
    ("rank_worst", "名次下限", 8, "int"),
    ("id", "堆场·分区", 24, "wrap"),
    ("decision_zh", "结论", 12, "centre"),
    ("type", "类型", 10, "centre"),
    ("regime", "管理类别", 10, "centre"),
    ("state", "状态", 12, "centre"),
    ("holder", "责任主体", 14, "centre"),
    ("tenure", "土地权属", 12, "centre"),
    ("reserved_zh", "留作综合利用", 18, "wrap"),
    ("source", "边界来自", 9, "centre"),
    ("raster_type", "栅格类型", 10, "centre"),
    ("raster_share", "栅格占比", 9, "share"),
    ("disagreement", "图层与栅格", 26, "wrap"),
    ("ready_zh", "门槛", 30, "wrap"),
    ("state_reached", "状态已到", 9, "centre"),
    ("papers_held", "门槛材料齐", 10, "centre"),
    ("gate_papers", "门槛材料", 36, "wrap"),
    ("gate", "门槛所要", 36, "wrap"),
    ("county", "区县", 10, "centre"),
    ("area_ha", "面积 ha", 10, "ha"),
    ("usable_ha", "可用 ha", 10, "ha"),
    ("unclear_ha", "说不清 ha", 10, "ha"),
    ("doubt_ha", "其中退距误差内 ha", 14, "ha"),
    ("outside_ha", "辖区外 ha", 10, "ha"),
    ("edge_ha", "扣边缘 ha", 10, "ha"),
    ("dam_ha", "扣坝体 ha", 10, "ha"),
    ("drainage_ha", "扣排水 ha", 10, "ha"),
    ("forbidden_ha", "不得 ha", 10, "ha"),
    ("steep_ha", "扣陡坡 ha", 10, "ha"),
    ("edge_alone_ha", "仅边缘扣 ha", 11, "ha"),
    ("dam_alone_ha", "仅坝体扣 ha", 11, "ha"),
    ("drainage_alone_ha", "仅排水扣 ha", 11, "ha"),
    ("forbidden_alone_ha", "仅规则不得 ha", 12, "ha"),
    ("steep_alone_ha", "仅陡坡扣 ha", 11, "ha"),
    ("cover", "覆盖层", 22, "wrap"),
    ("remark", "规模提示", 18, "wrap"),
    ("slope_mean_deg", "平均坡度 °", 10, "number"),
    ("slope_p90_deg", "坡度 90 分位 °", 12, "number"),
    ("terrain_class", "地形类别", 9, "centre"),
    ("altitude_m", "高程 m", 9, "metres"),
    ("strong_karst", "强岩溶占比", 11, "share"),
    ("karst_classes", "岩溶分级占比", 24, "wrap"),
    ("sinkhole_m", "距落水洞区 m", 12, "metres"),
    ("sinkholes", "2 km 内落水洞", 11, "centre"),
    ("spring_m", "距泉域 m", 10, "metres"),
    ("karst_said", "岩溶提示", 40, "wrap"),
    ("substation_m", "距变电站 m", 11, "metres"),
    ("substation_bearing", "方位", 6, "centre"),
    ("substation_kv", "电压 kV", 8, "int"),
    ("substation_spare_mw", "剩余 MW", 9, "number"),
    ("road_m", "距道路 m", 10, "metres"),
    ("receptor_m", "距敏感点 m", 11, "metres"),
    ("receptor_downstream", "敏感点低于堆体", 14, "centre"),
    ("flow_said", "下游流路", 40, "wrap"),
    ("low_mw", "装机下限 MW", 12, "number"),
    ("high_mw", "装机上限 MW", 12, "number"),
    ("land_use", "用地 ha/MW", 26, "wrap"),
    ("ghi_kwh_m2", "年总辐射 kWh/m2", 15, "int"),
    ("tilt_deg", "倾角 °", 8, "int"),
    ("pitch_m", "排距（沿坡）m", 13, "number"),
    ("pitch_flat_m", "平地排距 m", 11, "number"),
    ("ground_cover", "地面覆盖率", 11, "share"),
    ("rows_said", "排距依据（不改装机）", 28, "wrap"),
    ("yield_kwh_kwp", "比发电量 kWh/kWp", 16, "int"),
    ("yield_p90", "P90", 8, "int"),
    ("yield_p10", "P10", 8, "int"),
    ("capacity_factor", "利用率", 8, "share"),
    ("gwh_low", "年发电量下限 GWh", 16, "number"),
    ("gwh_high", "年发电量上限 GWh", 16, "number"),
    ("tco2_low", "减碳下限 tCO2/a", 15, "int"),
    ("tco2_high", "减碳上限 tCO2/a", 15, "int"),
    ("score", "得分", 8, "number"),
    ("decides", "主要差别", 12, "centre"),
    ("unranked", "未排名原因", 18, "wrap"),
    ("demands", "须补要求", 60, "wrap"),
    ("suspected", "疑似或待查", 60, "wrap"),
)
"""Column of the study's table, heading, width in Latin characters, form."""


_NOTHING: Final = {
    "score": "未排名",
    **dict.fromkeys(("low_mw", "high_mw", "gwh_low", "gwh_high", "tco2_low", "tco2_high"), "未核"),
    **dict.fromkeys(
        ("tilt_deg", "pitch_m", "pitch_flat_m", "ground_cover", "capacity_factor"), "未核"
    ),
    **dict.fromkeys(("yield_kwh_kwp", "yield_p90", "yield_p10", "ghi_kwh_m2"), "未核"),
}


_THREE: Final = {True: "是", False: "否", None: "不明"}
_TOLD: Final = ("state_reached", "papers_held")
"""Columns of three values."""
_BLANK: Final = {
    "regime": "不明",
    "state": "不明",
    "holder": "未写明",
    "tenure": "未写明",
    "raster_type": "无",
    "disagreement": "一致",
    "karst_classes": "未掌握",
}


def heads(table: pd.DataFrame) -> tuple[Column, ...]:
    """Headings of the columns that the table has."""
    return tuple(Column(title, width, form) for name, title, width, form in held(table))


def held(table: pd.DataFrame) -> tuple[tuple[str, str, float, Form], ...]:
    """Columns that the table has: without a sun there is no yield."""
    return tuple(column for column in COLUMNS if column[0] in table.columns)


def ordered(table: pd.DataFrame) -> pd.DataFrame:
    """Ranked rows first, best first; then the others, in the order of the layer."""
    place = table["rank"].where(table["rank"] > 0, len(table) + 1)
    return table.iloc[np.argsort(place.to_numpy(), kind="stable")]


def cells(row: pd.Series[str], table: pd.DataFrame) -> list[Value]:
    """Values of one row; nothing where nothing is known."""
    return [_value(row[name], name) for name, *_ in held(table)]


def _value(value: object, name: str) -> Value:
    if name in _TOLD:
        return _THREE[value is True if isinstance(value, bool) else None]
    if value is None or value != value:
        return _NOTHING.get(name, "未掌握")
    if name.startswith("rank") and value == 0:
        return "未排名"
    if value == "" and name in _BLANK:
        return _BLANK[name]
    return value if isinstance(value, str) else float(str(value))
