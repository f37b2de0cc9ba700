"""One coordinate as written: decimal, degrees-minutes-seconds in any notation, ddd.mmss, metres.

Nothing is guessed: what has two readings is refused, and the refusal says both. How fine a
coordinate was written is kept with it, since that bounds how sure it can be.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from zoning.projects.cells.values import NOT_A_NUMBER, Refusal, plain_number, split_number

_MINUTE, _SECOND = 60.0, 3600.0  # of a degree
_MARKS = str.maketrans(
    {
        **dict.fromkeys("º˚゜∘⁰度", "°"),
        **dict.fromkeys("′‘’´ʹ＇`ˊ‵ʼ′分", "'"),
        **dict.fromkeys("″“”＂ʺ˝〃秒", '"'),
        **dict.fromkeys("−–—‐‑－", "-"),
        **dict.fromkeys("\u3000\u200b\ufeff\u2028\u2029", " "),
        **dict.fromkeys("¹²³⁴⁵⁶⁷⁸⁹", "?"),  # a power, never a digit
        **{chr(0x2460 + i): f" {i + 1}:" for i in range(20)},  # circled numbers of vertices
    }
)  # before NFKC, which turns º into the letter o, ″ into two minutes and 10² into 102
_AXES = {
    **dict.fromkeys(("东经", "LONGITUDE", "LON", "LNG", "E"), "lon"),
    **dict.fromkeys(("北纬", "LATITUDE", "LAT", "N"), "lat"),
    **dict.fromkeys(("西经", "W"), "west"),
    **dict.fromkeys(("南纬", "S"), "south"),
    **{"X": "x", "Y": "y"},
}
AXIS_BEFORE = r"(?:东经|西经|北纬|南纬|LONGITUDE|LATITUDE|LON|LNG|LAT|[ENSWXY](?![A-Z]))"
AXIS_AFTER = r"(?:东经|西经|北纬|南纬|[ENSW](?![A-Z]))"
_BEFORE = re.compile(rf"({AXIS_BEFORE})\s*[:=]?\s*")
_AFTER = re.compile(rf"\s*({AXIS_AFTER})$")
_GROUP = re.compile(r"([0-9]+)(?:\.([0-9]*))?([^0-9.]*)")
_THOUSANDS = re.compile(r"[-+]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?\s*[M米]?$")
_LATIN = re.compile(r"([0-9]{1,3})\s*D\s*([0-9]{1,2})\s*M\s*([0-9]{1,2}(?:\.[0-9]*)?)\s*S")
_SEPARATORS = {":", "-", " "}
_LONGEST = 60  # characters of one coordinate; longer is prose, and none of it is read

_HEMISPHERE = Refusal(
    "西经、南纬或负值，不在中国",
    "a western or southern hemisphere, or a minus sign: not in China",
    "请核对; 本区为东经、北纬",
    "check it; places here are east and north",
)
_TWO_AXES = Refusal(
    "前后写的方向互相矛盾",
    "the letters before and after name different axes",
    "请只写一个，如 E106.7",
    "write one of them, such as E106.7",
)
_NOT_SINGLE = Refusal(
    "不是单个坐标值",
    "not a single coordinate",
    "请把经度和纬度分两列填写",
    "write longitude and latitude in two columns",
)
_SIXTY = Refusal(
    "分或秒不小于 60，不是度分秒",
    "minutes or seconds of 60 and more: not degrees, minutes, seconds",
    "请核对; 十进制度请写成 106.712345",
    "check it; decimal degrees are written 106.712345",
)
_FRACTIONS = Refusal(
    "只有最后一组可以带小数",
    "only the last group may have decimals",
    "请写成 106°42′30.5″ 或 106°42.508′",
    "write 106°42′30.5″ or 106°42.508′",
)
_BAD_MARKS = Refusal(
    "度分秒的符号不全或写错",
    "the marks of degrees, minutes and seconds are incomplete or wrong",
    "请写成 106°42′30.5″",
    "write 106°42′30.5″",
)
_PACKED = Refusal(
    "表头写明是度分秒，这个值却不是 (ddd.mmss 的分、秒须小于 60)",
    "the header says degrees, minutes, seconds, which this is not",
    "请核对; 若是十进制度，请改表头为「经度(十进制度)」",
    "check it; for decimal degrees say so in the header",
)


@dataclass(frozen=True, slots=True)
class Coordinate:
    """One number of a pair.

    Parameters
    ----------
    value : float
        Degrees or metres.
    step : float
        Unit of the last place written, in the same unit; NaN for a decimal number, whose digits
        tell.
    axis : str
        What a letter or word beside it says: ``lon``, ``lat``, ``x``, ``y``; "" nothing.
    decimals : int
        Decimals written in a decimal text; 0 for a number, whose decimals are in its value.
    """

    value: float
    step: float = math.nan
    axis: str = ""
    decimals: int = 0

    @property
    def sexagesimal(self) -> bool:
        """Whether minutes were written, so that it cannot be decimal degrees."""
        return not math.isnan(self.step)

    @property
    def unit(self) -> float:
        """Unit of the last place written; a decimal number is taken at its word."""
        if self.sexagesimal:
            return self.step
        shown = np.format_float_positional(self.value, trim="-")
        return 10.0 ** -max(self.decimals, len(shown.partition(".")[2]))


def coarsest(read: Iterable[Coordinate]) -> float:
    """Return the unit of the coarsest of some coordinates [deg]; NaN where all are decimal.

    Among decimal numbers the finest speaks for all, since zeros at their ends get lost; minutes and
    seconds keep theirs.
    """
    known = list(read)
    return max((c.unit for c in known), default=math.nan) if _any_minutes(known) else math.nan


def _any_minutes(read: Iterable[Coordinate]) -> bool:
    return any(c.sexagesimal for c in read)


def tidy_marks(text: str) -> str:
    r"""Return text with ``°``, ``'`` and ``"`` for every sign in use for them, in half width.

    Examples
    --------
    >>> tidy_marks("东经１０６º４２’３０.５’’")
    '东经106°42\'30.5"'
    """
    text = text.replace("经度", "LON ").replace("纬度", "LAT ")  # no sign of degrees in these
    half = unicodedata.normalize("NFKC", text.translate(_MARKS)).replace("''", '"')
    return _LATIN.sub(r"\1°\2'\3" + '"', half.strip().upper())  # the S is of seconds, not south


def read_coordinate(cell: object, *, packed: bool = False) -> Coordinate | Refusal:
    """Return one coordinate.

    Parameters
    ----------
    cell : cell
        A number, ``106.7°``, ``E106.7``, ``106°42′30.5″``, ``106:42:30.5``, ``106°42.508′`` …
    packed : bool
        The header says degrees, minutes, seconds: bare numbers are ``ddd.mmss``.

    Examples
    --------
    >>> read_coordinate("106度42分30秒").value
    106.70833333333333
    >>> read_coordinate(106.423, packed=True).value
    106.70833333333333
    """
    if not packed and (number := plain_number(cell)) is not None:
        return Coordinate(number, decimals=written_decimals(cell))
    if not isinstance(cell, str):
        return _number(cell, packed=packed)
    if len(cell) > _LONGEST:
        return _NOT_SINGLE
    text = tidy_marks(cell)
    before = _BEFORE.match(text)
    after = _AFTER.search(text, before.end() if before else 0)
    body = text[before.end() if before else 0 : after.start() if after else None].strip()
    axes = {_AXES[match[1]] for match in (before, after) if match}
    if axes & {"west", "south"}:
        return _HEMISPHERE
    if len(axes) > 1:
        return _TWO_AXES
    read = _body(body, packed=packed)
    if isinstance(read, Refusal) or not axes:
        return read
    return Coordinate(read.value, read.step, axes.pop(), read.decimals)


def written_decimals(cell: object) -> int:
    """Return how many decimals a text cell has; zeros at its end count, for they were written."""
    if not isinstance(cell, str):
        return 0
    tail = cell.rpartition(".")[2]
    return len(tail) if tail.isdigit() and "." in cell else 0


def _number(cell: object, *, packed: bool) -> Coordinate | Refusal:
    parts = split_number(cell)
    if isinstance(parts, Refusal):
        return parts
    if packed:
        return _unpacked(f"{parts[0]:.10f}".rstrip("0"))
    return Coordinate(parts[0])


def _body(body: str, *, packed: bool) -> Coordinate | Refusal:
    """Read what is left without letters of the axes."""
    sign = body[:1] in ("-", "+")
    digits = body[1:] if sign else body
    groups = list(_GROUP.finditer(digits))
    if not groups or "".join(group[0] for group in groups) != digits:
        return NOT_A_NUMBER
    if len(groups) > 1 and not _THOUSANDS.match(body):
        return _HEMISPHERE if body[0] == "-" else _sexagesimal(groups)
    if len(groups) == 1 and groups[0][3].strip() == "" and packed:
        return _HEMISPHERE if body[0] == "-" else _unpacked(digits.strip())
    return _decimal(body)


def _decimal(body: str) -> Coordinate | Refusal:
    bare = body.removesuffix("°").strip()
    parts = split_number(bare)
    if isinstance(parts, Refusal):
        return parts
    if parts[1] not in ("", "M", "米"):
        return _NOT_SINGLE
    return Coordinate(parts[0], decimals=written_decimals(bare.rstrip("M米 ")))


def _sexagesimal(groups: list[re.Match[str]]) -> Coordinate | Refusal:
    """Read two or three groups of digits with what stands behind each."""
    behind = [group[3].strip() for group in groups]
    if len(groups) > 3:
        return _NOT_SINGLE
    if behind[0] == "°":
        if behind[1] not in ("'", "") or (len(groups) == 3 and behind[2] not in ('"', "'", "")):
            return _BAD_MARKS
    elif refused := _unmarked(groups, behind):
        return refused
    return _value(groups)


def _unmarked(groups: list[re.Match[str]], behind: list[str]) -> Refusal | None:
    """Refuse groups whose separators are no notation, or that have another reading."""
    inner = {mark or " " for mark in behind[:-1]}
    if behind[-1] or len(inner) > 1 or not inner <= _SEPARATORS:
        return _BAD_MARKS if {"'", '"'} & set("".join(behind)) else _NOT_SINGLE
    if inner == {" "} and groups[0][2] is not None:
        return _NOT_SINGLE
    if len(groups) == 2 and groups[1][2] is None:  # 106 42: a lost point, or minutes?
        d, m = groups[0][1], groups[1][1]
        return Refusal(
            f"可能是 {d}°{m}′，也可能是 {d}.{m} 度，看不出是哪一个",
            f"{d} degrees {m} minutes, or {d}.{m} degrees: both are possible",
            f"请写成 {d}°{m}′ 或 {d}.{m}",
            "write it with its marks, or as a decimal",
        )
    return None


def _value(groups: list[re.Match[str]]) -> Coordinate | Refusal:
    whole, last = groups[:-1], groups[-1]
    if any(group[2] is not None for group in whole):
        return _FRACTIONS
    if len(groups[0][1]) > 3 or any(len(group[1]) > 2 for group in groups[1:]):
        return _SIXTY
    parts = [float(group[1]) for group in whole]
    parts.append(float(f"{last[1]}.{last[2] or '0'}"))
    if any(part >= 60 for part in parts[1:]):
        return _SIXTY
    value = parts[0] + parts[1] / _MINUTE + (parts[2] / _SECOND if len(parts) == 3 else 0.0)
    unit = 1 / (_MINUTE if len(parts) == 2 else _SECOND)
    return Coordinate(value, unit * 10.0 ** -len(last[2] or ""))


def _unpacked(digits: str) -> Coordinate | Refusal:
    """Read ``ddd.mmss…``: two digits of minutes, two of seconds, then decimals of seconds."""
    degrees, _, tail = digits.partition(".")
    if not degrees.isdigit() or not (tail.isdigit() or not tail) or len(degrees) > 3:
        return _PACKED
    padded = f"{tail:0<4}"
    minutes, seconds = float(padded[:2]), float(f"{padded[2:4]}.{padded[4:] or '0'}")
    if minutes >= 60 or seconds >= 60:
        return _PACKED
    value = float(degrees) + minutes / _MINUTE + seconds / _SECOND
    return Coordinate(value, _packed_step(len(tail)))


def _packed_step(digits: int) -> float:
    """Return the unit [deg] of the last of so many digits behind the point of ``ddd.mmss``."""
    if digits <= 2:
        return 10.0 ** (2 - digits) / _MINUTE if digits else 1.0
    return 10.0 ** (4 - digits) / _SECOND
