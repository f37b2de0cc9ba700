"""Words that attributes and facts are known to take: a rule that names another never fires.

What files write (aliases, digits, long forms) is normalised to these in :mod:`zoning.layers`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from zoning.facts.vocabulary import DETERMINED, KINDS, SIX_CLASSES, STAGES

# (layer, attribute) -> standard words
ATTRIBUTE_WORDS: Mapping[tuple[str, str], tuple[str, ...]] = MappingProxyType(
    {
        ("building", "use"): ("工业", "仓储", "公共", "商业", "居住", "其他"),
        ("control_unit", "class"): ("优先保护", "重点管控", "一般管控"),
        ("farmland", "type"): ("水田", "水浇地", "旱地"),
        ("flood_zone", "type"): ("行洪区", "蓄滞洪区", "水库淹没区", "最高水位线以下"),
        ("forest_map", "grade"): (
            "Ⅰ级",
            "Ⅰ",
            "I级",
            "I",
            "一级",
            "Ⅰ级保护林地",
            "Ⅱ级",
            "Ⅱ",
            "II级",
            "II",
            "二级",
            "Ⅱ级保护林地",
            "Ⅲ级",
            "Ⅲ",
            "III级",
            "III",
            "三级",
            "Ⅲ级保护林地",
            "Ⅳ级",
            "Ⅳ",
            "IV级",
            "IV",
            "四级",
            "Ⅳ级保护林地",
        ),
        # classes of the old and of the new surveys, as zoning/rules/library/base.toml names them
        ("forest_map", "type"): (
            "有林地",
            "疏林地",
            "未成林造林地",
            "采伐迹地",
            "火烧迹地",
            "乔木林地",
            "竹林地",
            "未成林地",
            "迹地",
            "灌木林地",
            "特殊灌木林地",
            "一般灌木林地",
            "其他灌木林地",
            "国家特别规定灌木林地",
            "苗圃地",
            "宜林地",
            "林业辅助生产用地",
        ),
        ("karst_zone", "degree"): ("强发育", "中等发育", "弱发育"),
        ("land_use", "class"): (
            "未利用地",
            "存量建设用地",
            "采煤沉陷区",
            "耕地",
            "园地",
            "林地",
            "草地",
            "湿地",
            "水域",
            "设施农用地",
            "其他",
        ),
        ("park", "level"): ("国家级", "省级", "市县级"),
        ("protected_area", "kind"): (
            "国家公园",
            "自然保护区",
            "森林公园",
            "风景名胜区",
            "其他自然公园",
        ),
        ("protected_area", "zone"): ("核心保护区", "一般控制区", "核心景区", "其他"),
        ("receptor", "type"): ("村寨", "学校", "医院"),
        ("river_bank", "rank"): ("干流", "重要支流", "支流"),
        ("waste_heap", "regime"): ("尾矿库", "Ⅱ类场", "矿山用地", "疑似危废"),
        ("waste_heap", "state"): ("在用", "停用", "已封场", "已闭库销号", "已修复"),
        ("waste_heap", "type"): ("磷石膏", "电解锰渣", "电石渣", "赤泥", "煤矸石", "废弃矿山"),
        ("water_source", "level"): ("一级", "二级", "准"),
        ("wetland", "importance"): ("国家重要湿地", "其他湿地"),
        ("wetland", "kind"): ("国家湿地公园", "湿地公园", "其他"),
    }
)

# fact -> words; facts that are not here take free text
FACT_WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "project.kind": tuple(KINDS),
        "project.stage": STAGES,
        "project.six_class": SIX_CLASSES,
        "project.benchmark_class": ("达标杆", "标杆-基准之间", "劣于基准"),
        "project.energy_limit_class": ("达先进值", "达准入值", "达限定值", "劣于限定值"),
        "determination.unit": DETERMINED,
    }
)

# Unit that a number attribute is held in
ATTRIBUTE_UNITS: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("building", "area"): "m2",
        ("forest_map", "cover"): "%",
        ("waste_heap", "cover_m"): "m",
        ("substation", "kv"): "kV",
        ("substation", "spare_mw"): "MW",
    }
)

# Attributes in the words that evidence uses
ATTRIBUTE_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "adcode": "行政区划代码",
        "basin": "流域",
        "chemical_park": "化工园区认定",
        "class": "类别",
        "code": "编码",
        "concentrated": "集中连片",
        "core": "核心区",
        "county": "区县",
        "cover": "郁闭度",
        "cover_m": "覆盖层厚度",
        "degree": "发育程度",
        "eia_date": "规划环评日期",
        "eia_number": "规划环评文号",
        "grade": "等级",
        "holder": "责任主体",
        "importance": "重要性",
        "kind": "类型",
        "kv": "电压等级",
        "lawful": "依法合规设立",
        "leading": "主导产业",
        "level": "级别",
        "listed": "列入名录",
        "name": "名称",
        "origin": "起源",
        "part": "部位",
        "planning_eia": "通过规划环评",
        "rank": "级别",
        "regime": "管理类别",
        "reserved": "留作综合利用",
        "restored_class": "验收后地类",
        "sewage_plant": "污水处理厂已建成",
        "sinkholes": "落水洞和岩溶漏斗较多",
        "spare_mw": "剩余容量",
        "state": "状态",
        "survey_done": "已按要求调查",
        "target_met": "达到管控修复目标",
        "tenure": "土地权属",
        "type": "类型",
        "zone": "分区",
    }
)
