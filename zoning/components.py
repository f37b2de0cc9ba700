"""Parts of projects: the words of lists, and what a project of one unnamed part is."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from zoning.facts.kinds import nearest

# Standard word of a component -> words of lists. Numbers, voltages and brackets are dropped before
# looking up: 1号风机, 风机2, 110kV升压站, 升压站(含储能).
COMPONENTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "array": ("方阵", "光伏方阵", "阵列", "光伏阵列", "光伏区", "光伏场区", "阵列区"),
        "roof": ("屋顶", "屋面", "厂房屋顶", "屋顶光伏", "屋面光伏", "光伏屋顶"),
        "borehole": ("钻孔", "地埋管", "地热井", "换热孔", "取水井", "回灌井"),
        "substation": ("升压站", "变电站", "开关站", "升压变电站", "汇集站", "开闭所"),
        "road": ("道路", "进场道路", "进站道路", "场内道路", "检修道路", "施工道路"),
        "line": ("送出线路", "集电线路", "线路", "输电线路", "送出工程线路", "外送线路"),
        "office": ("综合楼", "办公生活区", "管理用房", "办公楼", "办公区", "生活区"),
        "plant": ("厂区", "主厂区", "生产厂区"),
        "turbine": ("风机", "风电机组", "风力发电机组", "风机机位", "机位"),
        "dam": ("坝", "大坝", "初期坝", "拦渣坝", "尾矿坝"),
        "heap": ("堆场", "渣场", "堆体"),
        "outfall": ("排污口", "入河排污口"),
    }
)

_COMPONENT = MappingProxyType(
    {word: name for name, words in COMPONENTS.items() for word in (name, *words)}
)

_WHOLE = MappingProxyType(  # what a project of one unnamed component is; "plant" otherwise
    {
        "pv_roof": "roof",
        "pv": "array",
        "wind": "turbine",
        "geothermal": "borehole",
        "line": "line",
        "road": "road",
        "landfill": "heap",
        "tailings": "heap",
    }
)

_BRACKETED = re.compile(r"\([^()]*\)")

_NUMBERED = re.compile(r"^(?:第?[#\d]+(?:kv|[号#])?)+|[号#\d]+$")


def component_kind(text: str) -> str:
    """Return the standard word of a component, "" where its own is not known.

    Examples
    --------
    >>> component_kind("110kV升压站"), component_kind("1号风机"), component_kind("二期")
    ('substation', 'turbine', '')
    """
    word = "".join(unicodedata.normalize("NFKC", text).split()).lower()
    word = _BRACKETED.sub("", word)
    return _COMPONENT.get(word) or _COMPONENT.get(_NUMBERED.sub("", word), "")


def component_kinds(
    project: Sequence[str], component: Sequence[str], kind: Sequence[str]
) -> NDArray[np.object_]:
    """Return the standard word of each component of a list.

    A row that names no component is the whole of its project, and what that is follows from its
    kind; where the project has further rows, or no kind, it stays unknown ("").

    Parameters
    ----------
    project, component, kind : sequence of str [n]
    """
    count = Counter(project)
    known = {part: component_kind(part) for part in set(component)}
    result = np.full(len(project), "", dtype=object)
    for i, (name, part, sort) in enumerate(zip(project, component, kind, strict=True)):
        if part:
            result[i] = known[part]
        elif sort and count[name] == 1:
            result[i] = _WHOLE.get(nearest(sort, _WHOLE), "plant")
    return result
