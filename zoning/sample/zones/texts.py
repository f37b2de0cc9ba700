"""Admission texts of the four dimensions, plausible and varied, each marked 示例."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

MARK = "【示例文本，非正式准入清单】"


@dataclass(frozen=True, slots=True)
class Admission:
    """The four dimensions of a unit's list."""

    spatial: str  # 空间布局约束
    emission: str  # 污染物排放管控
    risk: str  # 环境风险防控
    resource: str  # 资源开发效率要求


_SPATIAL = {
    "优先保护": (
        "依法禁止或限制大规模、高强度的工业开发和城镇建设，严禁开展与主导生态功能不相符的活动。",
        "涉及生态保护红线、自然保护地的，按其管理规定执行；一般生态空间内不得新建露天矿山。",
        "饮用水水源保护区内不得新建、扩建排放污染物的建设项目，已有排污口应限期清退。",
        "岩溶漏斗、落水洞集中分布地段不得布设固体废物堆场。",
        "石漠化治理区以封育和林草恢复为主，限制陡坡开垦。",
    ),
    "重点管控": (
        "新建、扩建化工项目应进入依法设立并经规划环评的园区；园区外不再新增。",
        "城镇开发边界内优化产业布局，工业用地与居住区之间设置防护距离。",
        "引导企业入园集聚，严格控制不符合主导产业定位的项目。",
        "城市通风廊道内控制高层建筑和大气污染型项目。",
        "临近水源保护区一侧不再布局涉重金属和有毒有害物质的项目。",
    ),
    "一般管控": (
        "执行市、县生态环境总体准入要求，合理控制开发强度。",
        "严格保护永久基本农田，不得占用从事非农建设。",
        "新建工业项目原则上进入园区，农产品初加工等项目可因地制宜布局。",
        "畜禽养殖执行禁养区、限养区规定。",
    ),
}
_EMISSION = {
    "优先保护": (
        "不得新增入河排污口，生活污水收集处理率不低于{p}%。",
        "农业面源以减量为主，化肥农药使用量负增长。",
        "旅游服务设施污水全部收集处理，不得直排。",
    ),
    "重点管控": (
        "新增主要污染物排放实行区域削减，来源和数量应可核查。",
        "园区污水集中处理设施及管网应与入园项目同步或提前建成，总磷执行更严控制。",
        "挥发性有机物实行源头替代，治理设施去除效率不低于{p}%。",
        "锅炉和工业炉窑执行超低或特别排放限值。",
        "施工扬尘落实六个百分之百。",
    ),
    "一般管控": (
        "乡镇生活污水处理率不低于{p}%。",
        "畜禽粪污资源化利用率不低于{p}%。",
        "执行国家和地方污染物排放标准。",
    ),
}
_RISK = {
    "优先保护": (
        "开展水源地风险源排查，设置隔离防护和应急设施。",
        "对岩溶地下水出露点开展监测，发现异常及时溯源。",
        "森林火灾、外来物种入侵纳入日常巡护。",
    ),
    "重点管控": (
        "涉危险化学品企业编制应急预案并设置事故池，建立园区三级防控体系。",
        "渣场应开展地下水监测和渗漏排查，强岩溶发育地段需做示踪试验。",
        "名录内污染地块未达风险管控目标前不得开工无关项目。",
        "建立土壤污染重点监管单位名单并开展自行监测。",
    ),
    "一般管控": (
        "历史遗留废弃矿山开展安全隐患和重金属污染排查。",
        "加强农用地安全利用，受污染耕地分类管理。",
        "执行市级环境风险防控要求。",
    ),
}
_RESOURCE = {
    "优先保护": ("保障河流生态流量，控制取水总量。", "不再新增高耗水项目。"),
    "重点管控": (
        "新建、扩建项目能效应达到标杆水平，单位产品能耗不低于国家先进值。",
        "工业用水重复利用率不低于{p}%，推广再生水利用。",
        "磷石膏、赤泥等大宗固体废物综合利用率不低于{q}%。",
        "工业用地容积率和亩均产出执行市级控制指标。",
    ),
    "一般管控": (
        "农田灌溉水有效利用系数逐步提高。",
        "节约集约利用土地，盘活存量建设用地。",
        "执行水资源、能源总量和强度双控要求。",
    ),
}


def admission(rng: np.random.Generator, kind: str, county: str) -> Admission:
    """Draw a unit's four texts.

    Parameters
    ----------
    rng : Generator
    kind : str
        优先保护, 重点管控 or 一般管控.
    county : str
        Named at the head of the first text.
    """
    parts = [_compose(rng, pool[kind]) for pool in (_SPATIAL, _EMISSION, _RISK, _RESOURCE)]
    parts[0] = f"{county}：{parts[0]}"
    return Admission(*(MARK + part for part in parts))


def _compose(rng: np.random.Generator, pool: tuple[str, ...]) -> str:
    count = int(rng.integers(2, min(4, len(pool) + 1)))
    chosen = sorted(rng.choice(len(pool), count, replace=False))
    lines = []
    for number, index in enumerate(chosen, 1):
        text = pool[index].replace("{p}", str(int(rng.integers(14, 20)) * 5))
        lines.append(f"{number}.{text.replace('{q}', str(int(rng.integers(13, 19)) * 5))}")
    return "".join(lines)
