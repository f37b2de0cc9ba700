"""The fact vocabulary: which layers, measures, project facts and documents a rule may name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from zoning.facts.kinds import titles

AttributeKind = Literal["text", "bool", "number", "codes", "date"]
FactKind = Literal["claim", "number", "codes"]
LayerKind = Literal["vector", "raster"]


@dataclass(frozen=True, slots=True)
class LayerSpec:
    """What rules may expect of a layer.

    Parameters
    ----------
    title : str
        Chinese title, for messages and evidence.
    kind : {"vector", "raster"}
    attributes : Mapping
        Standard name of an attribute -> its kind. Empty for rasters.
    unit : str
        Of a raster's values; "class" for categories.
    required : tuple of str
        Attributes without which the layer cannot be used at all.
    """

    title: str
    kind: LayerKind = "vector"
    attributes: Mapping[str, AttributeKind] = field(default_factory=dict)
    unit: str = ""
    required: tuple[str, ...] = ()


_V = LayerSpec
_LAYERS: dict[str, LayerSpec] = {
    "districts": _V("区县界", attributes={"adcode": "text", "name": "text"}),
    "study_area": _V("数据范围", attributes={"name": "text"}),
    "control_unit": _V(
        "环境管控单元",
        attributes={
            "code": "text",
            "name": "text",
            "class": "text",
            "county": "text",
            "spatial": "text",
            "emission": "text",
            "risk": "text",
            "resource": "text",
        },
        required=("code", "name", "class"),
    ),
    "redline": _V(
        "生态保护红线",
        attributes={"code": "text", "name": "text", "type": "text", "core": "bool"},
    ),
    "protected_area": _V(
        "自然保护地",
        attributes={"name": "text", "kind": "text", "zone": "text", "level": "text"},
    ),
    "water_source": _V("饮用水水源保护区", attributes={"name": "text", "level": "text"}),
    "basic_farmland": _V("永久基本农田", attributes={"code": "text", "concentrated": "bool"}),
    "farmland": _V("耕地", attributes={"code": "text", "type": "text"}),
    "wetland": _V(
        "湿地",
        attributes={"name": "text", "importance": "text", "kind": "text", "zone": "text"},
    ),
    "park": _V(
        "产业园区",
        attributes={
            "name": "text",
            "level": "text",
            "leading": "codes",
            "planning_eia": "bool",
            "eia_number": "text",
            "eia_date": "date",
            "lawful": "bool",
            "sewage_plant": "bool",
            "chemical_park": "bool",
        },
    ),
    "urban_boundary": _V("城镇开发边界", attributes={"name": "text"}),
    "river_bank": _V("河流岸线", attributes={"name": "text", "rank": "text", "basin": "text"}),
    "river_management": _V("河湖管理范围", attributes={"name": "text"}),
    "catchment": _V("重点控制流域", attributes={"name": "text"}),
    "lake": _V("湖库", attributes={"name": "text"}),
    "buffer_belt": _V("生态缓冲带", attributes={"name": "text"}),
    "ventilation_corridor": _V("通风廊道", attributes={"name": "text"}),
    "contaminated_parcel": _V(
        "土壤污染风险管控和修复名录地块",
        attributes={
            "name": "text",
            "listed": "bool",
            "target_met": "bool",
            "survey_done": "bool",
        },
    ),
    "waste_heap": _V(
        "工业固废堆场与废弃矿山",
        attributes={
            "name": "text",
            "type": "text",
            "regime": "text",
            "state": "text",
            "part": "text",
            "holder": "text",  # firm or government that answers for it
            "cover_m": "number",  # thickness of the cover, as the layer has it [m]
            "tenure": "text",  # of the land
            "reserved": "bool",  # the stock is kept for reuse
            "restored_class": "text",  # land class after the restoration of a mine was accepted
        },
    ),
    "dam": _V("坝体", attributes={"name": "text", "type": "text"}),
    "drainage": _V("排洪排水设施", attributes={"name": "text", "type": "text"}),
    "receptor": _V("环境敏感点", attributes={"name": "text", "type": "text"}),
    "substation": _V("变电站", attributes={"name": "text", "kv": "number", "spare_mw": "number"}),
    "road": _V("道路", attributes={"name": "text", "class": "text"}),
    "karst_zone": _V("岩溶发育分区", attributes={"degree": "text", "sinkholes": "bool"}),
    "spring_catchment": _V("泉域保护范围", attributes={"name": "text"}),
    "forest_map": _V(
        "林地一张图",
        attributes={"grade": "text", "type": "text", "origin": "text", "cover": "number"},
    ),
    "grassland": _V("基本草原", attributes={"grade": "text"}),
    "geohazard": _V("地质灾害易发区与活动断层", attributes={"type": "text"}),
    "flood_zone": _V("行洪区与最高水位线以下区域", attributes={"type": "text"}),
    "building": _V(
        "建筑",
        attributes={
            "name": "text",
            "use": "text",
            "floors": "number",
            "area": "number",  # of the roof, as surveyed [m2]
        },
    ),
    "land_use": _V("土地利用现状", attributes={"class": "text"}),
    "heritage": _V("历史文化保护线", attributes={"type": "text"}),
    "natural_forest": _V("天然林地", attributes={"type": "text"}),
    "dem": _V("高程", "raster", unit="m"),
    "slope": _V("坡度", "raster", unit="deg"),
    "land_cover": _V("土地覆被", "raster", unit="class"),
    "forest_cover": _V("森林郁闭度", "raster", unit="%"),
    "karst": _V("岩溶分级", "raster", unit="class"),
    "waste_heap_class": _V("堆场类型栅格", "raster", unit="class"),
    "ghi": _V("水平面总辐射", "raster", unit="kWh/m2/a"),
}
LAYERS: Mapping[str, LayerSpec] = MappingProxyType(_LAYERS)


@dataclass(frozen=True, slots=True)
class FactSpec:
    """What a fact is: its kind, base unit where a number, and Chinese label."""

    kind: FactKind
    title: str
    unit: str = ""


VECTOR: Mapping[str, FactSpec] = MappingProxyType(
    {
        "meets": FactSpec("claim", "涉及"),
        "within": FactSpec("claim", "全部位于其内"),
        "overlap_area": FactSpec("number", "套合面积", "m2"),
        "overlap_share": FactSpec("number", "套合占比", "1"),
        "overlap_length": FactSpec("number", "穿越长度", "m"),
        "distance": FactSpec("number", "距离", "m"),
        "count": FactSpec("number", "涉及个数", "1"),
        "class": FactSpec("codes", "类别"),
        "codes": FactSpec("codes", "编码"),
        "covered": FactSpec("claim", "图层覆盖"),
    }
)
RASTER: Mapping[str, FactSpec] = MappingProxyType(
    {
        "mean": FactSpec("number", "均值"),
        "min": FactSpec("number", "最小值"),
        "max": FactSpec("number", "最大值"),
        "p90": FactSpec("number", "90 分位"),
        "share": FactSpec("number", "类别占比", "1"),
        "covered": FactSpec("number", "有值占比", "1"),
    }
)
PROJECT_CODES: Mapping[str, str] = MappingProxyType(
    {
        "kind": "项目类型",
        "stage": "建设性质",
        "component": "组成部分",
        "industry": "行业代码",
        "product": "产品",
        "process": "工艺",
        "county": "申报区县",
        "six_class": "两高行业类别",
        "branch": "行业分支",
        "benchmark_class": "能效水平",
        "energy_limit_class": "能耗限额等级",
    }
)
PROJECT_CLAIMS: Mapping[str, str] = MappingProxyType(
    {
        "two_high": "属两高项目",
        "serves_water_supply": "与供水设施和保护水源有关",
        "discharges_pollutants": "排放污染物",
        "outfall": "设置排污口",
        "heavy_water_polluter": "对水体污染严重",
        "increases_discharge": "增加排污量",
        "may_pollute_groundwater": "可能造成地下水污染",
        "may_pollute_soil": "可能造成土壤污染",
        "in_national_plan": "纳入国家产业规划",
        "phosphorus": "涉磷排放",
        "slag_yard": "新建渣场",
        "safety_upgrade": "以提升安全或生态环境保护水平为目的的改建",
        "relocated_heavy_polluter": "属转移的重污染企业",
        "aluminium_grade_a": "达到环保绩效 A 级",
        "obstructs_flood": "妨碍行洪",
        "unavoidable": "必须且无法避让",
        "national_key": "国家重大项目",
        "risk_control": "风险管控、修复工程",
        "discharges_wastewater": "排放生产废水",
        "overhead_pond": "属头顶库",
        "swap_announced_before_stop": "产能置换方案在 2024-08-23 前已公告",
        "equal_swap": "属可等量置换的情形",
        "merged_capacity": "属兼并重组的产能",
        "wetland_exempt": "属湿地保护、防灾减灾、水利等例外项目",
    }
)
PROJECT_NUMBERS: Mapping[str, FactSpec] = MappingProxyType(
    {
        "energy": FactSpec("number", "综合能耗", "tce/a"),
        "water": FactSpec("number", "用水量", "m3/a"),
        "land": FactSpec("number", "申报占地", "m2"),
        "swap_ratio": FactSpec("number", "产能置换比例", "1"),
        "eia_age": FactSpec("number", "环评批复距今", "a"),
        "ac_power": FactSpec("number", "铝液交流电耗", "kWh/t"),
        "gypsum_use": FactSpec("number", "磷石膏综合利用率", "1"),
    }
)
POLLUTANTS: tuple[str, ...] = ("COD", "NH3N", "NOx", "VOCs", "SO2", "PM", "TP")
DOCUMENTS: Mapping[str, str] = MappingProxyType(
    {
        "swap_plan": "产能置换方案",
        "reduction_plan": "区域削减方案",
        "energy_review": "节能审查意见",
        "eia": "环评文件",
        "capacity_quota": "产能指标",
        "energy_quota": "能耗指标",
        "environment_capacity": "环境容量论证",
        "land_quota": "用地指标",
        "water_quota": "用水指标",
        "industry_plan": "产业布局规划意见",
        "clean_production": "清洁生产水平评估",
        "redline_opinion": "生态保护红线内有限人为活动认定意见",
        "alternatives": "避让和比选论证",
        "hydrogeology": "水文地质勘察报告",
        "landscape_opinion": "风景名胜区管理机构审核意见",
        "wetland_opinion": "湿地主管部门意见",
        "flood_review": "洪水影响评价",
        "soil_survey": "土壤污染状况调查报告",
        "risk_control_opinion": "风险管控、修复效果评估意见",
        "tailings_review": "尾矿库安全设施设计审查",
        "boundary": "勘测定界成果",
        "carbon_evaluation": "碳排放评价",
        "eia_review": "环评重新审核意见",
        "land_conversion": "农用地转用批准文件",
        "forest_review": "使用林地审核同意书",
        "tailings_closed": "闭库验收和销号文件",
        "heap_redesign": "封场设计复核报告",
        "heap_leachate": "渗滤液收集处理材料",
        "heap_monitoring": "地下水监测材料",
        "heap_cover": "封场覆盖验收和维护材料",
        "heap_stability": "堆体稳定和沉降监测材料",
        "hazard_identification": "危险废物鉴别结论",
        "mine_right_cancelled": "采矿权注销材料",
        "goaf_survey": "采空区和边坡调查",
        "restoration_accepted": "矿山生态修复验收",
        "gangue_temperature": "煤矸石自燃排查",
        "heap_tenure": "堆场责任主体和权属材料",
        "heap_reuse": "综合利用衔接说明",
        "geothermal_scheme": "浅层地热取热方案",
    }
)
SITE: Mapping[str, FactSpec] = MappingProxyType(
    {
        "in_region": FactSpec("claim", "位于辖区内"),
        "valid": FactSpec("claim", "坐标或边界可用"),
        "area_mismatch": FactSpec("claim", "申报与实测面积相差超过 5 %"),
        "coordinates_doubted": FactSpec("claim", "坐标存疑"),
        "date_doubted": FactSpec("claim", "受理日期看不懂或在截至日期之后"),
        "county_mismatch": FactSpec("claim", "申报区县与落图区县不符"),
        "is_point": FactSpec("claim", "只有点位"),
        "route_as_point": FactSpec("claim", "线路或风电场只给了一个点"),
        "from_raster": FactSpec("claim", "边界取自栅格，没有图层可核"),
        "area": FactSpec("number", "实测面积", "m2"),
        "declared_area": FactSpec("number", "申报面积", "m2"),
        "accuracy": FactSpec("number", "点位精度", "m"),
        "county": FactSpec("codes", "落图区县"),
    }
)
LAYER: Mapping[str, FactSpec] = MappingProxyType(
    {"outdated": FactSpec("claim", "所用图层版本过期或缺少日期")}
)
DETERMINATION: Mapping[str, FactSpec] = MappingProxyType(
    {"unit": FactSpec("codes", "管控单元四维度研判")}
)
DIMENSIONS: Mapping[str, str] = MappingProxyType(
    {
        "spatial": "空间布局约束",
        "emission": "污染物排放管控",
        "risk": "环境风险防控",
        "resource": "资源开发效率要求",
    }
)
DETERMINED: tuple[str, ...] = ("符合", "不符合", "不涉及", "未研判")

KINDS: Mapping[str, str] = titles()
STAGES: tuple[str, ...] = (
    "新建",
    "改建",
    "扩建",
    "技改",
    "搬迁",
    "重大变动",
    "已批未建",
    "在建",
    "已建",
    "退役",
    "取消",
)
SIX_CLASSES: tuple[str, ...] = (
    "石化",
    "化工",
    "焦化",
    "煤电",
    "钢铁",
    "有色冶炼",
    "建材",
    "平板玻璃",
    "现代煤化工",
    "非六类",
)


def plain_fact(space: str, name: str, argument: str) -> FactSpec | None:
    """Return the spec of a fact that belongs to no layer, or None.

    Parameters
    ----------
    space : str
        ``project``, ``document``, ``site``, ``layer`` or ``determination``.
    name, argument : str
        As in ``project.emission(COD)``: name ``emission``, argument ``COD``.
    """
    if space == "project":
        if name == "emission":
            known = argument in POLLUTANTS
            return FactSpec("number", f"{argument} 排放量", "t/a") if known else None
        if argument:
            return None
        if name in PROJECT_CODES:
            return FactSpec("codes", PROJECT_CODES[name])
        if name in PROJECT_CLAIMS:
            return FactSpec("claim", PROJECT_CLAIMS[name])
        return PROJECT_NUMBERS.get(name)
    if argument:
        return None
    if space == "document":
        return FactSpec("claim", DOCUMENTS[name]) if name in DOCUMENTS else None
    return {"site": SITE, "layer": LAYER, "determination": DETERMINATION}.get(space, {}).get(name)


SPACES: tuple[str, ...] = ("project", "document", "site", "layer", "determination")
