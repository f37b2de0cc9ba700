"""Colours, symbols and words of verdicts, findings, layers: one source for map and workbook.

The verdict is carried by shape, mark and word; colour only repeats it. Nothing else on a map is as
dark as a verdict. Colours were checked under simulated protanopia, deuteranopia and in grey.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from zoning.screening.views import SEEN

__all__ = [
    "DIRECTION",
    "DISCLAIMER",
    "LAYER",
    "OUTCOME",
    "SEEN",
    "STATUS",
    "UNIT_CLASS",
    "VERDICT",
    "ClassStyle",
    "LayerStyle",
    "VerdictStyle",
    "layer_style",
]

DISCLAIMER = "不代替环评、用地、节能、林草等审批。"
"""Stands wherever a verdict is read."""

ADMITTED = "在所审范围和所列数据版本内，未发现冲突。"
"""What 判定通过 claims, and no more."""


@dataclass(frozen=True, slots=True)
class VerdictStyle:
    """How one decision looks and is called.

    Parameters
    ----------
    key : str
        One letter, used in the map's data.
    zh, short, en : str
        Full word, short word, English word.
    mark : str
        The character that says it without colour.
    colour, fill, edge, text, tint : str
        Main colour, symbol fill, symbol edge, text on white (contrast 4.5:1), background.
    gravity : int
        0 is shown first.
    svg : str
        Symbol in a 20 x 20 box.
    """

    key: str
    zh: str
    short: str
    en: str
    mark: str
    colour: str
    fill: str
    edge: str
    text: str
    tint: str
    gravity: int
    svg: str


VERDICT: Mapping[str, VerdictStyle] = {
    "FORBID": VerdictStyle(
        "F", "判定不通过", "不通过", "Refused", "×",
        "#A3262A", "#A3262A", "#FFFFFF", "#A3262A", "#F7E9E7", 0,
        '<rect x="2.5" y="2.5" width="15" height="15" rx="1.5" fill="#A3262A" stroke="#fff"'
        ' stroke-width="1.4"/><path d="M6.6 6.6l6.8 6.8m0-6.8l-6.8 6.8" stroke="#fff"'
        ' stroke-width="2.1"/>',
    ),
    "UNDETERMINED": VerdictStyle(
        "U", "待补充信息", "待补充", "Undetermined", "?",
        "#454A8C", "#FFFFFF", "#454A8C", "#454A8C", "#ECECF5", 1,
        '<circle cx="10" cy="10" r="8.8" fill="#fff"/><circle cx="10" cy="10" r="7.6" fill="#fff"'
        ' stroke="#454A8C" stroke-width="2" stroke-dasharray="3.2 1.6"/><path d="M7.6 8.1c0-3.1'
        ' 4.9-3.1 4.9-.1 0 1.9-2.4 1.9-2.4 3.8m0 1.3v1.7" fill="none" stroke="#454A8C"'
        ' stroke-width="1.7"/>',
    ),
    "CONDITIONAL": VerdictStyle(
        "C", "受限准入", "受限", "Conditional", "!",
        "#B97A00", "#E8A91C", "#7D5200", "#8A5A00", "#FBF3DF", 2,
        '<path d="M10 1.6 19 17.6H1Z" fill="#E8A91C" stroke="#fff" stroke-width="2.6"'
        ' stroke-linejoin="round"/><path d="M10 1.9 18.6 17.3H1.4Z" fill="#E8A91C"'
        ' stroke="#7D5200" stroke-width="1" stroke-linejoin="round"/><path d="M10 7v5.2m0 1.7v1.7"'
        ' stroke="#4A3000" stroke-width="1.9"/>',
    ),
    "ALLOW": VerdictStyle(
        "A", "判定通过", "通过", "Admitted", "✓",
        "#1E7470", "#1E7470", "#FFFFFF", "#1E7470", "#E4F0EE", 3,
        '<circle cx="10" cy="10" r="6.6" fill="#1E7470" stroke="#fff" stroke-width="1.4"/>'
        '<path d="M6.9 10.2l2.2 2.2 4-4.4" fill="none" stroke="#fff" stroke-width="1.7"/>',
    ),
}  # fmt: skip
"""By the name of the decision, in the order of display."""

OUTCOME: Mapping[str, tuple[str, str]] = {
    "fires": ("●", "成立"),
    "open": ("◐", "说不清"),
    "suspected": ("○", "疑似，待核实依据"),
    "assumed": ("◇", "按设定，须落实"),
    "clear": ("–", "核查过，不涉及"),
    "unreviewed": ("□", "未核查"),
    "note": ("·", "提示"),
}
"""Mark and word of a finding's outcome."""

DIRECTION: Mapping[str, tuple[str, str, str]] = {
    "forbid": ("F", "不通过方向", "FORBID"),
    "conditional": ("C", "受限方向", "CONDITIONAL"),
    "undetermined": ("U", "待补充方向", "UNDETERMINED"),
    "note": ("N", "提示，不参与判定", ""),
}
"""Letter, heading and decision of a finding's direction, in the order of display."""

STATUS: Mapping[str, tuple[str, bool]] = {
    "verified": ("", True),
    "secondary": ("依据未核实", False),
    "default": ("默认值，可调整", False),
    "adopted": ("规划员采纳", True),
    "integrity": ("完整性规则", True),
}
"""What is said of a rule's status beside the clause (nothing where it is verified)."""

COMPONENT: Mapping[str, str] = {
    "plant": "厂区", "array": "光伏阵列", "substation": "升压站", "road": "道路", "line": "线路",
    "heap": "堆场", "turbine": "风机", "dam": "坝", "office": "办公", "outfall": "排污口",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ClassStyle:
    """One class of a layer: fill, its opacity, and the edge where it differs."""

    value: str
    short: str
    fill: str
    opacity: float
    stroke: str = ""
    dash: str = ""
    swatch: str = ""


@dataclass(frozen=True, slots=True)
class LayerStyle:
    """How a layer is drawn.

    Parameters
    ----------
    short : str
        The word for it in a list row.
    stroke, weight, dash : str, float, str
        Edge; weight in px.
    fill, opacity, pattern : str, float, str
        Fill, or the id of an SVG pattern of the page.
    by, classes : str, tuple of ClassStyle
        Attribute that tells classes apart.
    on : bool
        Shown when the map opens.
    pane : str
        ``units`` lies under ``zones``.
    """

    short: str
    stroke: str
    weight: float = 1.0
    dash: str = ""
    fill: str = ""
    opacity: float = 0.0
    pattern: str = ""
    by: str = ""
    classes: tuple[ClassStyle, ...] = ()
    on: bool = False
    pane: str = "zones"


UNIT_CLASS: Mapping[str, ClassStyle] = {
    "优先保护": ClassStyle("优先保护", "优先", "#5C9F8C", 0.30, "#6B9A8A", "", "#B4D1C6"),
    "重点管控": ClassStyle("重点管控", "重点", "#EAB266", 0.30, "#C79A5C", "", "#F6DDB8"),
    "一般管控": ClassStyle("一般管控", "一般", "#E9E4D0", 0.28, "#B7B2A2", "", "#EFECDF"),
}

_WATER = (
    ClassStyle("一级", "一级", "#5B93B8", 0.34, "#2F6F9F", "", "#BBD2E0"),
    ClassStyle("二级", "二级", "#5B93B8", 0.13, "#2F6F9F", "4 3", "#E2ECF2"),
    ClassStyle("准", "准", "#5B93B8", 0.06, "#6FA0C0", "1.5 3", "#F1F5F8"),
)
_KARST = (
    ClassStyle("强发育", "强", "#A07E5B", 0.34, "", "", "#D6C5B0"),
    ClassStyle("中等发育", "中等", "#B99B78", 0.22, "", "", "#E8DDCF"),
    ClassStyle("弱发育", "弱", "#CDB79A", 0.12, "", "", "#F3EEE6"),
)

LAYER: Mapping[str, LayerStyle] = {
    "control_unit": LayerStyle("管控单元", "#B7B2A2", 0.5, by="class",
                               classes=tuple(UNIT_CLASS.values()), on=True, pane="units"),
    "redline": LayerStyle("红线", "#8E2F4C", 1.0, pattern="hR", opacity=0.55, on=True),
    "protected_area": LayerStyle("自然保护地", "#4F7F52", 1.2, "", "#7FA97B", 0.20),
    "water_source": LayerStyle("水源", "#2F6F9F", 1.0, "", "#5B93B8", 0.13,
                               by="level", classes=_WATER),
    "basic_farmland": LayerStyle("农田", "#A8963A", 0.6, pattern="hB", opacity=0.9),
    "farmland": LayerStyle("耕地", "#C4BC86", 0.5, "", "#EDE6B8", 0.55),
    "wetland": LayerStyle("湿地", "#3E8C8C", 1.0, "", "#7DBFBA", 0.26),
    "park": LayerStyle("园区", "#6D5A86", 1.3, "6 2 1 2", pattern="hK", opacity=1.0),
    "urban_boundary": LayerStyle("城镇边界", "#8C5A3C", 1.1, "8 3"),
    "river_bank": LayerStyle("岸线", "#6FA0C0", 0.9, "", "#8FBBD6", 0.85, on=True),
    "river_management": LayerStyle("河湖", "#6FA0C0", 0.9, "3 3", "#8FBBD6", 0.15),
    "catchment": LayerStyle("流域", "#5C7FA3", 1.0, "10 4", "#5C7FA3", 0.06, pane="units"),
    "lake": LayerStyle("湖库", "#6FA0C0", 0.9, "", "#8FBBD6", 0.85, on=True),
    "buffer_belt": LayerStyle("缓冲带", "#5A9A8A", 0.8, "2 3", "#5A9A8A", 0.14),
    "ventilation_corridor": LayerStyle("风廊", "#7C93A8", 0.9, "1 4", "#A9BFCE", 0.22),
    "contaminated_parcel": LayerStyle("污染地块", "#7A4A2E", 1.1, "", "#B98A6A", 0.4),
    "waste_heap": LayerStyle("堆场", "#6B6257", 1.0, "", "#9A8F80", 0.45),
    "receptor": LayerStyle("敏感点", "#4F5A60", 1.0, "", "#4F5A60", 0.5),
    "substation": LayerStyle("变电站", "#5A5A8C", 1.0, "", "#8C8CB8", 0.7),
    "road": LayerStyle("道路", "#8D8578", 1.0),
    "karst_zone": LayerStyle("岩溶", "#A88E70", 0.5, by="degree", classes=_KARST, pane="units"),
    "spring_catchment": LayerStyle("泉域", "#4D8FA0", 1.0, "5 3", "#4D8FA0", 0.08),
}  # fmt: skip
"""By layer name, in the order of the legend."""

_PLAIN = LayerStyle("", "#77776F", 0.9, "5 2", "#9A9A90", 0.12)


def layer_style(name: str) -> LayerStyle:
    """Style of a layer; a layer the vocabulary does not know gets a plain grey one."""
    return LAYER.get(name, _PLAIN)
