"""Lines of a 勘测定界 text to parcels: a head of keys, then rows of parcels and boundary points.

Nothing is judged here: a line that is neither stays with the parcel it stands in. The layout is
that of the exchange format of the land administration; there is no published standard of it, and
provinces and programs vary the keys, the number of fields and the marks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from zoning.projects.cells.values import plain_number

_SECTION = re.compile(r"^\[([^\[\]]+)\]$")
_KEY = re.compile(r"^([^=:,]{1,20})[=:](.*)$")
_BRACKETS = str.maketrans("【】〔〕", "[][]")
_END = "@"

# Standard key -> as programs write it. Compared without blanks.
_KEYS = {
    "datum": ("坐标系", "坐标系统", "坐标系名称", "大地坐标系", "平面坐标系", "坐标参考系"),
    "width": ("几度分带", "分带", "度带", "分带类型", "分带方式", "几度带", "投影分带"),
    "projection": ("投影类型", "投影", "投影方式"),
    "unit": ("计量单位", "坐标单位", "单位"),
    "zone": ("带号", "投影带号", "投影带", "所在带号"),
    "meridian": ("中央子午线", "中央经线", "中央子午线经度"),
    "precision": ("精度", "坐标精度"),
    "parameters": ("转换参数",),
    "area_unit": ("面积单位", "地块面积单位"),
    "project": ("项目名称", "工程名称", "建设项目名称", "用地项目名称"),
    "maker": ("数据产生单位", "生产单位", "数据生产单位"),
    "day": ("数据产生日期", "数据生产日期"),
    "version": ("格式版本号", "版本号"),
}
_STANDARD = {word: name for name, words in _KEYS.items() for word in words}
SHAPES = {
    **dict.fromkeys(("面", "面状", "多边形"), "面"),
    **dict.fromkeys(("线", "线状"), "线"),
    **dict.fromkeys(("点", "点状"), "点"),
}


@dataclass(frozen=True, slots=True)
class Point:
    """One boundary point: the two numbers in the order they are written in."""

    line: int
    label: str
    ring: str
    first: float
    second: float
    decimals: int


@dataclass(slots=True)
class Parcel:
    """One parcel, as its lines say it.

    Parameters
    ----------
    line : int
        Of its row, counted from 1.
    head : dict
        What the head in force says, key of ``_KEYS`` -> text.
    count, area, number, name, shape, sheet, use, land : str
        Fields of its row; "" where blank.
    more : tuple of str
        Fields behind those.
    ended : bool
        The row ends with ``@``.
    points : list of Point
    strange : list of (int, str)
        Lines among the points that are none.
    """

    line: int
    head: dict[str, str]
    count: str = ""
    area: str = ""
    number: str = ""
    name: str = ""
    shape: str = ""
    sheet: str = ""
    use: str = ""
    land: str = ""
    more: tuple[str, ...] = ()
    ended: bool = False
    headless: bool = False
    points: list[Point] = field(default_factory=list)
    strange: list[tuple[int, str]] = field(default_factory=list)


@dataclass(slots=True)
class Parcels:
    """A whole text: its parcels, and what of its head was not understood."""

    parcels: list[Parcel] = field(default_factory=list)
    unknown: dict[str, None] = field(default_factory=dict)  # keys, in order
    twice: list[tuple[int, str]] = field(default_factory=list)  # keys said again, otherwise
    headed: bool = False  # one of the two sections is there


def parse(lines: Sequence[str]) -> Parcels:
    """Return the parcels of a text, in its order.

    A new head (``[属性描述]`` again, where texts were joined) holds for the parcels after it.
    """
    result = Parcels()
    head: dict[str, str] = {}
    for number, written in enumerate(lines, 1):
        line = unicodedata.normalize("NFKC", written).translate(_BRACKETS).strip("\ufeff \t\x1a")
        if not line:
            continue
        if section := _SECTION.match(line):
            name = section[1].replace(" ", "")
            result.headed |= name in ("属性描述", "地块坐标")
            head = {} if name != "地块坐标" and _in_use(result, head) else head
        elif "=" in line and not _in_use(result, head) and (key := _KEY.match(line)):
            _note(result, head, number, key)
        elif _is_row(fields := _fields(line)):
            result.parcels.append(_row(number, fields, head))
        elif (point := _point(number, line)) is not None:
            _of_parcel(result, number, head).points.append(point)
        elif not _in_use(result, head):
            key = _KEY.match(line)
            _note(result, head, number, key) if key else result.unknown.setdefault(line[:40])
        else:
            result.parcels[-1].strange.append((number, line[:80]))
    return result


def _in_use(result: Parcels, head: dict[str, str]) -> bool:
    """Whether a parcel stands under this head already."""
    return bool(result.parcels) and result.parcels[-1].head is head


def _of_parcel(result: Parcels, line: int, head: dict[str, str]) -> Parcel:
    """Return the parcel that a line belongs to; one without a row where none has begun."""
    if not _in_use(result, head):
        result.parcels.append(Parcel(line, head, headless=True))
    return result.parcels[-1]


def _note(result: Parcels, head: dict[str, str], line: int, match: re.Match[str]) -> None:
    key, value = match[1].replace(" ", ""), match[2].strip()
    name = _STANDARD.get(key)
    if name is None:
        result.unknown.setdefault(key)
    elif head.setdefault(name, value) != value:
        result.twice.append((line, key))


def _fields(line: str) -> list[str]:
    return [part.strip() for part in line.split(",")]


def _is_row(fields: list[str]) -> bool:
    """Whether a line is the row of a parcel: it ends with the mark, or names a shape."""
    last = next((part for part in reversed(fields) if part), "")
    if last.endswith(_END):
        return True
    if len(fields) >= 6 and fields[0].isdecimal():
        return True
    return len(fields) >= 4 and any(part in SHAPES for part in fields[2:])


def _row(line: int, fields: list[str], head: dict[str, str]) -> Parcel:
    """Read the fields before and behind the shape, which names the place of the others."""
    last = max(i for i, part in enumerate(fields) if part)
    ended = fields[last].endswith(_END)
    kept = [*fields[:last], fields[last].removesuffix(_END)] if ended else fields[: last + 1]
    while ended and kept and not kept[-1]:
        kept.pop()
    at = next((i for i, part in enumerate(kept) if i >= 2 and part in SHAPES), None)
    before, shape = (kept[:at], kept[at]) if at is not None else (kept[:4], "")
    behind = kept[at + 1 :] if at is not None else kept[5:]
    if len(before) == 3:  # some programs leave the number of points out
        before = ["", *before]
    before += [""] * (4 - len(before))
    behind += [""] * (3 - len(behind))
    return Parcel(
        line,
        head,
        count=before[0],
        area=before[1],
        number=before[2],
        name=",".join(part for part in before[3:] if part),
        shape=shape,
        sheet=behind[0],
        use=behind[1],
        land=behind[2],
        more=tuple(part for part in behind[3:] if part),
        ended=ended,
    )


def _point(line: int, text: str) -> Point | None:
    """Read ``label, ring, first, second``; without ring or label too, divided by any mark."""
    parts = [part.strip() for part in re.split("[,、;]", text)]
    if len(parts) < 2:
        parts = text.split()
    while len(parts) > 2 and not parts[-1]:
        parts.pop()
    if len(parts) == 2:
        label, ring, pair = "", "", parts
    elif len(parts) == 3:
        label, ring, pair = parts[0], "", parts[1:]
    elif len(parts) in (4, 5):
        label, ring, pair = parts[0], parts[1], parts[2:4]
    else:
        return None
    first, second = plain_number(pair[0]), plain_number(pair[1])
    if first is None or second is None:
        return None
    decimals = max(len(part.partition(".")[2]) for part in pair)
    return Point(line, label, ring or "1", first, second, min(decimals, 9))
