"""Words of the tables: what a code of ours is called in a planner's sheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final, TypeAlias

from zoning.render.style import OUTCOME, SEEN, STATUS
from zoning.siting.cells.verdicts import (
    ALLOWED,
    ANYTHING,
    AT_LEAST_CONDITIONAL,
    AT_MOST_CONDITIONAL,
    CONDITIONAL,
    FORBIDDEN,
)

if TYPE_CHECKING:
    from zoning.screening.views import SiteView

Words: TypeAlias = Mapping[str, str]

SCOPE = (
    "本结论仅就在所审范围和所列数据版本内的冲突作出判断，不代替环评、用地、节能、林草等审批。"
    "“判定通过”仅表示在上述范围内未发现冲突。"
)
"""Stands on every sheet and page on which a verdict is read."""

SYNTHETIC = "示例数据 SYNTHETIC — 不得用于实际审查"

REMEDY: Words = {
    "relocate": "须另行选址",
    "trim": "调整用地边界后可再报",
    "documents": "补齐材料后可再报",
    "none": "不可补正",
}
REMEDY_GRAVITY = ("none", "relocate", "trim", "documents")
"""The gravest remedy of a project is the one that counts."""

RULE_STATUS: Words = {
    **{key: words or "已核实" for key, (words, _) in STATUS.items()},
    "integrity": "数据完整性规则",
}
RULE_SEEN: Words = {key: words for key, (words, _) in SEEN.items()}
RULE_OUTCOME: Words = {key: words for key, (_, words) in OUTCOME.items()}
DIRECTION_SHORT: Words = {
    "forbid": "不通过",
    "conditional": "受限",
    "undetermined": "待补充",
    "note": "提示",
}
GEOMETRY: Words = {
    "Point": "点",
    "MultiPoint": "点",
    "LineString": "线",
    "MultiLineString": "线",
    "Polygon": "面",
    "MultiPolygon": "面",
}
SHARE: Words = {
    "none": "不得输出",
    "result_only": "仅结果",
    "clipped": "可输出截取部分",
    "full": "可输出",
}


def geometry_word(site: SiteView) -> str:
    """点, 线 or 面; "" where the place cannot be read."""
    return GEOMETRY.get(site.geometry_kind, "")


def joined(parts: Iterable[str], mark: str = "；") -> str:
    """Texts in the order given, each once, empty ones dropped."""
    return mark.join(dict.fromkeys(part for part in parts if part))


def hectares(square_metres: float) -> float:
    """Hectares of so many square metres."""
    return square_metres / 10_000


WORDS: Final[Mapping[int, tuple[str, str, str]]] = {
    ALLOWED: ("未发现冲突", "no conflict found", "#2F7F6E"),
    CONDITIONAL: ("受限，须补要求", "conditional", "#D9A441"),
    FORBIDDEN: ("不得", "forbidden", "#A3262A"),
    AT_MOST_CONDITIONAL: ("说不清，最坏受限", "cannot tell, at worst conditional", "#B8B39A"),
    ANYTHING: ("说不清，最坏不得", "cannot tell, at worst forbidden", "#8A8A8A"),
    AT_LEAST_CONDITIONAL: ("说不清，至少受限", "cannot tell, at least conditional", "#A07F6B"),
}
"""Value of cells -> Chinese, English, colour."""

CLAIM: Final = "“未发现冲突”只表示在所审范围和所列数据版本内没有发现冲突，不代替任何审批。"


NO_PAPERS: Final = "没有给材料表（--papers），门槛材料一律未核"

HANDED_IN: Final = (
    "补交材料后，确定的要求就没有了；还有疑似或待查的要求时，结论由“受限准入”改为“待补充信息”："
    "这不是变差，也不是通过。"
)
"""An answer that moves in a way that people do not expect."""
