"""Sample proposals that may go ahead, with conditions or without."""

from __future__ import annotations

from datetime import date

from zoning.sample.places import clear, farm_road, in_park, inside_of, redline_line, water_outer
from zoning.sample.placing import route
from zoning.sample.proposal import (
    ALLOW,
    ALUMINIUM,
    CHEM,
    CONDITIONAL,
    LFP,
    PLANT,
    PV,
    Part,
    Proposal,
)
from zoning.sample.units import GENERAL, KEY

FEASIBLE: tuple[Proposal, ...] = (
    # 判定通过: nothing fires, nothing is missing
    Proposal(
        "SL-001",
        "示例算力中心一期",
        "数据中心",
        in_park(300, "示例花溪大数据园"),
        ALLOW,
        "园区内数据中心，材料齐全",
        {"行业代码": "I6450", "综合能耗(tce/a)": 8600},
    ),
    Proposal(
        "SL-002",
        "示例电子元件项目",
        "工业项目",
        in_park(220, "示例观山湖电子园"),
        ALLOW,
        "符合园区主导产业的非两高工业",
        {**PLANT, "行业代码": "C3981", "产品": "片式电阻", "工艺": "贴装"},
    ),
    Proposal(
        "SL-003",
        "示例工程机械装配项目",
        "工业项目",
        in_park(320, "示例白云装备园"),
        ALLOW,
        "符合园区主导产业的非两高工业",
        {**PLANT, "行业代码": "C3434", "产品": "装载机", "工艺": "装配"},
    ),
    Proposal(
        "SL-004",
        "示例中成药制剂项目",
        "工业项目",
        in_park(240, "示例乌当医药食品园"),
        ALLOW,
        "符合园区主导产业的非两高工业",
        {**PLANT, "行业代码": "C2740", "产品": "中成药", "工艺": "提取、制剂"},
    ),
    Proposal(
        "SL-005",
        "示例光伏电站甲",
        "光伏发电",
        clear(700, GENERAL),
        ALLOW,
        "一般管控单元内避开全部底线的光伏方阵",
        PV,
        component="方阵",
        parts=(
            Part("升压站", "光伏发电", clear(110)),
            Part("送出线路", "输电线路", lambda g, r: route(r, g.clear(), 1_800.0)),
        ),
    ),
    Proposal(
        "SL-006",
        "示例通村公路改建",
        "道路",
        lambda g, r: route(r, g.clear(), 1_500.0),
        ALLOW,
        "线状项目，避开全部底线",
        stage="改建",
        metres=True,
    ),
    Proposal(
        "SL-007",
        "示例中学新建",
        "公共服务",
        clear(170, KEY),
        ALLOW,
        "城镇内公共服务项目",
        accepted=date(2026, 7, 2),
    ),
    Proposal(
        "SL-008",
        "示例水源地取水泵站",
        "供水工程",
        inside_of(
            36,
            "water_source",
            ("lake", "redline", "basic_farmland", "farmland", "river_management", "protected_area"),
            level="一级",
        ),
        ALLOW,
        "一级保护区内但与供水设施有关: 例外成立",
        {"是否与供水和水源保护有关": "是"},
    ),
    Proposal(
        "SL-009", "示例冷链物流园", "物流仓储", clear(280, KEY), ALLOW, "物流项目", metres=True
    ),
    # 受限准入: something fires for sure and nothing forbids
    Proposal(
        "SL-010",
        "示例黄磷尾气升级项目",
        "工业项目",
        in_park(420, "示例开阳化工园区"),
        CONDITIONAL,
        "合规化工园区内的两高项目: 论证八要素",
        CHEM,
    ),
    Proposal(
        "SL-011",
        "示例磷酸铁锂项目",
        "工业项目",
        in_park(300, "示例开阳化工园区"),
        CONDITIONAL,
        "两高归类须确认，单元未研判",
        LFP,
        judged="",
    ),
    Proposal(
        "SL-012",
        "示例绿色铝置换项目",
        "工业项目",
        in_park(520, "示例清镇铝产业园"),
        CONDITIONAL,
        "电解铝达 A 级且电耗不超",
        ALUMINIUM,
    ),
    Proposal(
        "SL-013", "示例光伏电站乙", "光伏发电", water_outer, CONDITIONAL, "准保护区内光伏", PV
    ),
    Proposal(
        "SL-014",
        "示例食品加工项目",
        "工业项目",
        clear(150, GENERAL),
        CONDITIONAL,
        "四个维度未研判",
        {**PLANT, "行业代码": "C1372", "产品": "辣椒制品", "工艺": "腌制"},
        judged="",
    ),
    Proposal(
        "SL-015",
        "示例光伏电站丙",
        "光伏发电",
        clear(520),
        CONDITIONAL,
        "3 公顷以上只有点位: 点位初筛",
        {**PV, "占地面积(公顷)": 12.0},
        as_point=True,
        accuracy_m=10.0,
    ),
    Proposal(
        "SL-016",
        "示例建材仓储项目",
        "物流仓储",
        clear(260, GENERAL),
        CONDITIONAL,
        "申报面积与边界相差 30 %",
        dirty="area",
    ),
    Proposal(
        "SL-017",
        "示例高标准农田进场道路",
        "道路",
        farm_road,
        CONDITIONAL,
        "占耕地、未取得农用地转用批准",
        {"农用地转用批准": "无"},
    ),
    Proposal(
        "SL-018",
        "示例城区综合医院",
        "公共服务",
        clear(200, KEY),
        CONDITIONAL,
        "申报区县与落图不符",
        dirty="county",
    ),
    Proposal(
        "SL-019",
        "示例输变电线路工程",
        "输电线路",
        redline_line,
        CONDITIONAL,
        "必须且无法避让红线的线路，有认定意见",
        {"是否必须且无法避让": "是", "红线有限人为活动认定意见": "有", "避让论证": "有"},
    ),
)
