"""The proposals as a planner's workbook, and the determinations that go with it."""

from __future__ import annotations

import csv
import io
import logging
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from zoning.crs import GEOGRAPHIC, WORK, geodesic_area, project
from zoning.sample.layers import Made
from zoning.sample.proposals.placing import Ground, survey_ground
from zoning.sample.proposals.proposal import Place, Proposal
from zoning.sample.proposals.purposes import PURPOSES
from zoning.sample.world import World
from zoning.sample.zones.units import GENERAL, Unit

_log = logging.getLogger(__name__)

TITLE = "示例拟建项目清单（全部虚构，仅供演示 SYNTHETIC）"
CLAIMS = (
    "是否与供水和水源保护有关",
    "是否排放污染物",
    "是否设置排污口",
    "是否严重污染水体",
    "是否增加排污量",
    "是否可能污染地下水",
    "是否可能污染土壤",
    "是否纳入国家产业规划",
    "是否涉磷",
    "是否新建渣场",
    "是否为安全环保提升改建",
    "是否属转移的重污染企业",
    "环保绩效A级",
    "是否妨碍行洪",
    "是否必须且无法避让",
    "是否国家重大项目",
    "是否风险管控修复工程",
    "是否排放废水",
    "是否头顶库",
    "置换方案是否在2024-08-23前公告",
    "是否属等量置换情形",
)
PAPERS = (
    "产能置换方案",
    "区域削减方案",
    "节能审查意见",
    "环评文件",
    "产能指标",
    "能耗指标",
    "环境容量论证",
    "用地指标",
    "用水指标",
    "产业布局规划意见",
    "清洁生产评估",
    "红线有限人为活动认定意见",
    "避让论证",
    "水文地质勘察报告",
    "风景名胜区管理机构审核意见",
    "湿地主管部门意见",
    "洪水影响评价",
    "土壤污染状况调查",
    "风险管控、修复效果评估意见",
    "尾矿库安全审查",
    "勘测定界成果",
    "碳排放评价",
    "环评重新审核",
    "农用地转用批准",
    "使用林地审核同意书",
)
#: Papers that speak of a special case: not held unless the proposal says so.
SPECIAL = (
    "红线有限人为活动认定意见",
    "避让论证",
    "风险管控、修复效果评估意见",
    "尾矿库安全审查",
    "环评重新审核",
)
HEADERS = (
    "序号",
    "项目编号",
    "项目代码",
    "项目名称",
    "组成部分",
    "建设单位",
    "项目类型",
    "建设性质",
    "受理日期",
    "区县",
    "行业代码",
    "产品",
    "工艺",
    "生产规模",
    "规模单位",
    "综合能耗(tce/a)",
    "单位产品能耗",
    "单位产品能耗单位",
    "用水量(m³/a)",
    "占地面积(公顷)",
    "经度",
    "纬度",
    "边界(WKT)",
    "坐标系",
    "定位精度(m)",
    "产能置换比例",
    "铝液交流电耗(kWh/t)",
    "磷石膏综合利用率(%)",
    "环评批复日期",
    "COD(t/a)",
    "氨氮(t/a)",
    "NOx(t/a)",
    "VOCs(t/a)",
    "SO2(t/a)",
    "颗粒物(t/a)",
    "总磷(t/a)",
    *CLAIMS,
    *PAPERS,
    "备注",
)
DIMENSIONS = (
    ("空间布局约束", "KJBJYS"),
    ("污染物排放管控", "PWWPFGK"),
    ("环境风险防控", "HJFXFK"),
    ("资源开发效率要求", "ZYKFXLYQ"),
)
_CGCS = "CGCS2000"
_METRES = "EPSG:4545"
_BROKEN = "POLYGON ((106.71 26.58, 106.72 26.58, 106.72"  # cut off by a cell's end


@dataclass(frozen=True, slots=True)
class Placed:
    """One row of the list: a proposal's component on its ground."""

    proposal: Proposal
    component: str
    kind: str
    shape: BaseGeometry  # work CRS


def place_proposals(world: World, made: Made) -> tuple[Placed, ...]:
    """Put every proposal of `PURPOSES` on the ground, each with random numbers of its own."""
    ground = survey_ground(world, made)
    rows: list[Placed] = []
    for number, proposal in enumerate(PURPOSES):
        rng = world.frame.rng(f"proposal {number}")
        parts = [(proposal.component, proposal.kind, proposal.place)]
        parts += [(part.component, part.kind, part.place) for part in proposal.parts]
        for component, kind, place in parts:
            shape = _found(ground, rng, place, proposal.name)
            rows.append(Placed(proposal, component, kind, shape))
    return tuple(rows)


def write_list(world: World, rows: tuple[Placed, ...], path: Path) -> None:
    """Write the workbook; its bytes depend on nothing but the rows."""
    import xlsxwriter

    table = [_cells(world, row, number) for number, row in enumerate(rows, 1)]
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        book.set_properties({"title": TITLE, "created": datetime(2026, 3, 1)})
        head = book.add_format(
            {"bold": True, "bg_color": "#E9E4D0", "text_wrap": True, "border": 1}
        )
        sheet = book.add_worksheet("项目清单")
        sheet.merge_range(0, 0, 0, 9, TITLE, book.add_format({"bold": True, "font_size": 14}))
        for column, header in enumerate(HEADERS):
            sheet.write_string(1, column, header, head)
            sheet.set_column(column, column, 26 if header in ("项目名称", "边界(WKT)") else 13)
        for r, cells in enumerate(table, 2):
            for column, header in enumerate(HEADERS):
                _write(sheet, r, column, cells.get(header))
        sheet.set_row(1, 48)
        sheet.freeze_panes(2, 4)


def write_determinations(made: Made, rows: tuple[Placed, ...], path: Path) -> None:
    """Write what a (fictional) person judged of each unit that a judged proposal meets."""
    texts = made.frame("control_unit").set_index("HJGKDYBM")
    units = np.array([u.shape for u in made.units], dtype=object)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(("项目", "条款", "维度", "结论", "理由", "研判人", "日期", "原文"))
    done: set[tuple[str, str]] = set()
    for row in rows:
        judged, number = row.proposal.judged, row.proposal.number
        if not judged or row.proposal.dirty in ("nowhere", "wkt", "far", "swap", "gcj"):
            continue
        for k in np.flatnonzero(shapely.dwithin(units, row.shape, 45.0)):
            code = made.units[k].code
            if (number, code) in done:
                continue
            done.add((number, code))
            for title, column in DIMENSIONS:
                bad = judged == "不符合" and column == "KJBJYS"
                result = "不符合" if bad else "符合"
                writer.writerow(
                    (
                        number,
                        code,
                        title,
                        result,
                        "示例研判",
                        "示例研判员甲",
                        "2026-09-20",
                        texts.loc[code, column],
                    )
                )
    path.write_bytes(b"\xef\xbb\xbf" + out.getvalue().encode("utf-8"))


def _found(ground: Ground, rng: np.random.Generator, place: Place, name: str) -> BaseGeometry:
    try:
        return place(ground, rng)
    except (LookupError, ValueError):
        # Another seed may have no such ground: the proposal then stands on plain ground.
        _log.info("no ground for %s with this seed", name)
        unit = max(ground.made.units, key=lambda u: u.shape.area if u.kind == GENERAL else 0.0)
        return shapely.set_precision(unit.shape.representative_point().buffer(60.0, 2), 0.01)


def _cells(world: World, row: Placed, number: int) -> dict[str, object]:
    one = row.proposal
    home = _home(world, row.shape)
    adcode, county = (world.frame.adcodes[home], world.frame.names[home])
    area = float(geodesic_area(np.array([row.shape], dtype=object), WORK)[0]) / 1e4
    cells: dict[str, object] = dict.fromkeys(CLAIMS, "否")
    cells |= {paper: "无" if paper in SPECIAL else "有" for paper in PAPERS}
    cells |= {
        "序号": number,
        "项目编号": one.number,
        "项目代码": f"26{one.accepted.month:02d}-{adcode}-04-01-{100000 + 37 * number:06d}",
        "项目名称": one.name,
        "组成部分": row.component,
        "建设单位": f"示例单位{chr(ord('A') + number % 26)}",
        "项目类型": row.kind,
        "建设性质": one.stage,
        "受理日期": one.accepted,
        "区县": county,
        "占地面积(公顷)": round(area, 2) if area else None,
        "用水量(m³/a)": 12000,
        "环评批复日期": date(2026, 5, 20),
        "定位精度(m)": one.accuracy_m,
        "备注": "示例数据",
    }
    cells |= _where(row)
    cells |= one.cells
    return cells | _dirt(world, row, cells)


def _where(row: Placed) -> dict[str, object]:
    """Coordinates as the list writes them: points in degrees, boundaries in degrees or metres."""
    shape = row.shape
    degrees = project(np.array([shape], dtype=object), WORK, GEOGRAPHIC)[0]
    middle = degrees.centroid if shape.geom_type == "Polygon" else degrees.interpolate(0.5, True)
    place: dict[str, object] = {"坐标系": _CGCS}
    if row.proposal.as_point:
        return place | {"经度": round(middle.x, 6), "纬度": round(middle.y, 6)}
    if row.proposal.metres:
        return {"坐标系": _METRES, "边界(WKT)": shapely.to_wkt(shape, rounding_precision=2)}
    return place | {
        "经度": round(middle.x, 6) if shape.geom_type == "Polygon" else None,
        "纬度": round(middle.y, 6) if shape.geom_type == "Polygon" else None,
        "边界(WKT)": shapely.to_wkt(degrees, rounding_precision=7),
    }


def _dirt(world: World, row: Placed, cells: dict[str, object]) -> dict[str, object]:
    """What is wrong with the row, on purpose."""
    none: dict[str, object] = {"经度": None, "纬度": None, "边界(WKT)": None}
    match row.proposal.dirty:
        case "area":
            return {"占地面积(公顷)": round(float(str(cells["占地面积(公顷)"])) * 1.3, 2)}
        case "county":
            home = _home(world, row.shape)
            return {"区县": world.frame.names[(home + 5) % 10]}
        case "nowhere":
            return none
        case "wkt":
            return none | {"边界(WKT)": _BROKEN}
        case "far":
            return none | {"经度": 104.071234, "纬度": 30.663456, "坐标系": _CGCS}
        case "swap":
            return {"经度": cells["纬度"], "纬度": cells["经度"]}
        case "gcj":
            return {"坐标系": "GCJ-02"}
        case _:
            return {}


def _home(world: World, shape: BaseGeometry) -> int:
    middle = shape.centroid if shape.geom_type == "Polygon" else Point(shape.coords[0])
    return int(np.argmin(shapely.distance(world.frame.districts, middle)))


def _write(sheet: object, r: int, column: int, value: object) -> None:
    from xlsxwriter.worksheet import Worksheet

    assert isinstance(sheet, Worksheet)
    if value is None or value == "":
        return
    if isinstance(value, date):
        sheet.write_datetime(r, column, datetime(value.year, value.month, value.day))
    elif isinstance(value, int | float):
        sheet.write_number(r, column, value)
    else:
        sheet.write_string(r, column, str(value))


__all__ = ["Placed", "Unit", "place_proposals", "write_determinations", "write_list"]
