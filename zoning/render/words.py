"""Words of the tables: what a code of ours is called in a planner's sheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from zoning.render.style import OUTCOME, SEEN, STATUS

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
