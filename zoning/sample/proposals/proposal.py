"""What a sample proposal is: its row, its place and what it is meant to show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from shapely.geometry.base import BaseGeometry

from zoning.sample.proposals.placing import Ground

Place = Callable[[Ground, np.random.Generator], BaseGeometry]
Cells = Mapping[str, object]

ALLOW, CONDITIONAL, FORBID, OPEN = "判定通过", "受限准入", "判定不通过", "待补充信息"
DAY_BEFORE, CODE_DAY = date(2026, 8, 14), date(2026, 8, 15)  # 生态环境法典 in force on the latter


@dataclass(frozen=True, slots=True)
class Part:
    """A further component of a project: its name, kind (in the list's words) and place."""

    component: str
    kind: str
    place: Place


@dataclass(frozen=True, slots=True)
class Proposal:
    """One project of the list."""

    number: str
    name: str
    kind: str  # as the list writes it
    place: Place
    expect: str  # decision meant, with the determinations that come with the list
    purpose: str
    cells: Cells = field(default_factory=dict)  # on top of clean claims and complete papers
    stage: str = "新建"
    accepted: date = date(2026, 9, 10)
    judged: str = "符合"  # determination of every dimension of its unit; "" none
    as_point: bool = False
    metres: bool = False  # boundary in EPSG:4545 instead of degrees
    accuracy_m: float | None = 2.0
    dirty: str = ""  # what is wrong with its row
    component: str = ""
    parts: tuple[Part, ...] = ()


# Cells that several proposals share. Figures are illustrative.
CHEM: Cells = {
    "行业代码": "C2619",
    "产品": "黄磷",
    "工艺": "电炉法",
    "生产规模": 60000,
    "规模单位": "t/a",
    "综合能耗(tce/a)": 138000,
    "单位产品能耗": 2200,
    "单位产品能耗单位": "kgce/t",
    "用水量(m³/a)": 900000,
    "COD(t/a)": 12.5,
    "氨氮(t/a)": 1.2,
    "NOx(t/a)": 60,
    "SO2(t/a)": 35,
    "颗粒物(t/a)": 22,
    "总磷(t/a)": 0.6,
    "是否排放污染物": "是",
    "是否排放废水": "是",
    "是否涉磷": "是",
    "磷石膏综合利用率(%)": 100,
    "是否增加排污量": "是",
}
COKE: Cells = {
    "行业代码": "C2521",
    "产品": "捣固焦",
    "工艺": "捣固焦炉",
    "生产规模": 1000000,
    "规模单位": "t/a",
    "综合能耗(tce/a)": 130000,
    "单位产品能耗": 130,
    "单位产品能耗单位": "kgce/t",
    "是否排放污染物": "是",
    "是否排放废水": "是",
    "是否可能污染地下水": "是",
}
ALUMINIUM: Cells = {
    "行业代码": "C3216",
    "产品": "电解铝",
    "工艺": "预焙槽电解",
    "生产规模": 250000,
    "规模单位": "t/a",
    "综合能耗(tce/a)": 405000,
    "单位产品能耗": 12900,
    "单位产品能耗单位": "kWh/t",
    "铝液交流电耗(kWh/t)": 12900,
    "产能置换比例": 1.0,
    "环保绩效A级": "是",
    "是否排放污染物": "是",
}
CEMENT: Cells = {
    "行业代码": "C3011",
    "产品": "水泥熟料",
    "工艺": "新型干法",
    "生产规模": 1500000,
    "规模单位": "t/a",
    "综合能耗(tce/a)": 168000,
    "单位产品能耗": 112,
    "单位产品能耗单位": "kgce/t",
    "产能置换比例": 1.5,
    "是否排放污染物": "是",
}
STEEL: Cells = {
    "行业代码": "C3120",
    "产品": "粗钢",
    "工艺": "电炉短流程",
    "生产规模": 500000,
    "规模单位": "t/a",
    "综合能耗(tce/a)": 60000,
    "产能置换比例": 1.3,
    "置换方案是否在2024-08-23前公告": "否",
    "是否排放污染物": "是",
}
LFP: Cells = {
    "行业代码": "C3985",
    "产品": "磷酸铁锂",
    "工艺": "液相法",
    "生产规模": 50000,
    "规模单位": "t/a",
    "综合能耗(tce/a)": 21000,
    "是否涉磷": "是",
    "磷石膏综合利用率(%)": 100,
    "是否排放废水": "是",
    "总磷(t/a)": 0.1,
}
PV: Cells = {"行业代码": "D4416", "产品": "电力", "生产规模": 60, "规模单位": "MW"}
PLANT: Cells = {"是否排放污染物": "是", "是否排放废水": "是", "综合能耗(tce/a)": 3200}
