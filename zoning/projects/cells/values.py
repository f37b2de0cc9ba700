"""One cell to one value: numbers, units, dates, yes and no, codes. Nothing is guessed."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Mapping, Sequence

from zoning.projects.cells.footnotes import footnoted
from zoning.projects.cells.inexact import inexact, raised, times_ten
from zoning.projects.cells.refusals import Refusal
from zoning.projects.cells.words import plain, words

__all__ = ["Refusal"]  # for those who read cells, beside what is defined here

_NUMBER = re.compile(
    r"^([-+]?(?:(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?)(.*)$", re.DOTALL
)
_DATE = re.compile(
    r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?"
    r"(?:[T\s]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?(?:\s*\(?(?:星期|周)[一二三四五六日天]\)?)?$"
)
_MONTH = re.compile(r"^\d{4}\s*(?:[-/.年]\s*\d{1,2}\s*月?(?:份)?|年)?$")
_COMPACT_DATE = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
MANY_FOLD: Mapping[str, float] = {"千万": 1e7, "百万": 1e6, "十万": 1e5, "亿": 1e8, "万": 1e4}
_MANY = re.compile(rf"^({'|'.join(MANY_FOLD)})(.*)$")
_NEVER_MANY = frozenset(("ha", "hm2", "公顷", "km2", "平方公里", "平方千米"))
_RATIO = re.compile(r"^(\d+(?:\.\d+)?):(\d+(?:\.\d+)?)$")
_EXCEL_DAY_0 = dt.date(1899, 12, 30)
_DAYS_TO_1904 = 1462  # between the two ways of counting, ECMA-376 part 1, 18.17.4.1
_EXCEL_DAYS = (18264, 73050)  # 1950-01-01 to 2099-12-31: other numbers are no dates of projects

_RATIO_BELOW = 5.0  # illustrative: rules ask for 1 to 1.5; per cent below 5 are none of these


NOT_A_NUMBER = Refusal("不是数", "not a number", "请只填数字", "fill in a number only")
_TIME = Refusal(
    "Excel 把它当成了时间或日期",
    "Excel took this for a time or a date",
    "请把单元格设为文本后重填",
    "format the cell as text and type it again",
)

_PER_CENT = Refusal(
    "看不出是百分数还是比值",
    "per cent or a share of 1?",
    "请写成 85% 或 0.85; 表头写了 % 时，请在格里写明 85%",
    "write 85% or 0.85; under a header with %, write the sign into the cell",
)
_RATIO_OR_PER_CENT = Refusal(
    "看不出是百分数还是比值",
    "per cent or a ratio?",
    "请写成 125% 或 1.25:1",
    "write 125% or 1.25:1",
)
_ONLY_MONTH = Refusal(
    "日期只到月或年，没有日",
    "a month or a year only: which day?",
    "请写成 2026-08-15",
    "write it as 2026-08-15",
)


def half_width(value: object) -> str:
    """Return a cell as text in half width, line breaks as blanks, without outer blanks."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return unicodedata.normalize("NFKC", str(value)).strip()


def to_text(value: object) -> str:
    """Return a cell as text: one line, whole numbers without a decimal point, dates as ISO."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return " ".join(str(value).split()) if isinstance(value, str) else str(value)


def to_texts(values: Sequence[str]) -> list[str]:
    """Return many texts as `to_text` returns each: as they are, where none has odd blanks."""
    whole = "\0".join(values)
    if " ".join(whole.split()) == whole:
        return list(values)
    return [to_text(value) for value in values]


def plain_number(value: object) -> float | None:
    """Return the number of a cell that is nothing but one, the common case; else None."""
    if not isinstance(value, str) or not value.isascii() or "_" in value:
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def split_number(value: object) -> tuple[float, str] | Refusal:
    """Return a number and what follows it, such as its unit.

    Full-width digits, thousand separators in their places and powers of ten are read; ``1,5`` is
    refused, and so is what is approximate, bounded or in words, see
    `zoning.projects.cells.inexact`.

    Examples
    --------
    >>> split_number("１２,３４５.５ 亩")
    (12345.5, '亩')
    """
    if isinstance(value, bool):
        return NOT_A_NUMBER
    if isinstance(value, (int, float)):
        return (float(value), "") if math.isfinite(value) else NOT_A_NUMBER
    if isinstance(value, (dt.date, dt.time, dt.timedelta)):
        return _TIME
    if (number := plain_number(value)) is not None:
        return number, ""
    written = raised(str(value))
    if (doubt := footnoted(written)) is not None:
        return doubt
    text = half_width(written)
    if (power := times_ten(text)) is not None:
        return power if math.isfinite(power[0]) else NOT_A_NUMBER
    if (doubt := inexact(text)) is not None:
        return doubt
    match = _NUMBER.match(text)
    if match is None:
        return NOT_A_NUMBER
    rest = match[2].strip()
    if rest[:1] in (",", ".", "-", "~", "+", ":") or rest[:1].isdigit():
        return NOT_A_NUMBER
    number = float(match[1].replace(",", ""))
    return (number, rest) if math.isfinite(number) else NOT_A_NUMBER


def to_number(value: object, *, dimension: str, unit: str) -> float | Refusal:
    """Return a number in the base unit of its dimension.

    Parameters
    ----------
    value : cell
        With a unit of its own, or in the unit of its column.
    dimension : str
        Key of the unit tables; "" takes a bare number.
    unit : str
        Of the column; "" where the header states none.
    """
    parts = split_number(value)
    if isinstance(parts, Refusal):
        return parts
    number, own = parts
    stated = own + unit if own in MANY_FOLD else own or unit
    factors = words().units.get(dimension, {})
    if not dimension:
        return number if not own else NOT_A_NUMBER
    if not stated:
        return Refusal(
            "没有写单位",
            "no unit is stated",
            f"请在表头写明单位，如「({next(iter(factors))})」",
            "state the unit in the header, in brackets",
        )
    if (factor := _factor(own or unit, unit, factors)) is None:
        return Refusal(
            f"不认识的单位「{stated}」",
            f"unknown unit “{stated}”",
            f"可用: {'、'.join(factors)}",
            "use one of these",
        )
    return number * factor


def _factor(stated: str, unit: str, factors: Mapping[str, float]) -> float | None:
    """Return the factor of a unit, or of 万, 亿 … before one, or before that of the column."""
    if (factor := factors.get(plain(stated))) is not None:
        return factor
    match = _MANY.match(plain(stated))
    if match is None:
        return None
    many, rest = MANY_FOLD[match[1]], match[2] or plain(unit)
    if rest.startswith(tuple(MANY_FOLD)):  # 1.2万 in a column of 万亩: which of them is meant?
        return None
    if rest in _NEVER_MANY:  # more than a prefecture: a slip of the pen
        return None
    return many * factors[rest] if rest in factors else None


def to_share(value: object, *, unit: str) -> float | Refusal:
    """Return a share of 1: with a per cent sign, a unit in the header, or a bare 0 … 1.

    A bare number up to 1 under a header of per cent is refused: a spreadsheet keeps 65% as 0.65.
    """
    bare = split_number(value)
    if isinstance(bare, Refusal):
        return bare
    if not bare[1] and plain(unit) == "%" and 0 < bare[0] <= 1:
        return _PER_CENT
    if not bare[1] and unit in ("", "1"):
        return bare[0] if 0 <= bare[0] <= 1 else _PER_CENT
    return to_number(value, dimension="share", unit=unit)


def to_ratio(value: object, *, unit: str) -> float | Refusal:
    """Return how much is retired for one built: ``1.25:1`` or ``1.25`` is 1.25.

    A bare number is refused where it would only be likely in the other form: 125 as a ratio, 1.25
    as per cent, which a spreadsheet may also show as 125%.
    """
    if isinstance(value, str) and (doubt := footnoted(value)) is not None:
        return doubt
    if isinstance(value, str) and (match := _RATIO.match(half_width(value).replace(" ", ""))):
        retired, built = float(match[1]), float(match[2])
        if built == 1:
            return retired
        return Refusal(
            "看不出哪一边是退出产能",
            "which side is the capacity retired?",
            "请写成 退出:新建, 如 1.25:1",
            "write retired:built, such as 1.25:1",
        )
    bare = split_number(value)
    if isinstance(bare, tuple) and not bare[1]:
        if bare[0] > 0 and (bare[0] < _RATIO_BELOW) == (plain(unit) == "%"):
            return _RATIO_OR_PER_CENT
        if unit in ("", "1"):
            return bare[0]
    return to_number(value, dimension="share", unit=unit)


_SHANGHAI = dt.timezone(dt.timedelta(hours=8))  # no summer time since 1991
_ZONED = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)$")


def to_date(value: object) -> dt.date | Refusal:
    """Return a calendar day: a date cell, an Excel serial number, or year month day in text."""
    if isinstance(value, dt.datetime):
        return _here(value).date()
    if isinstance(value, dt.date):
        return value
    refusal = Refusal(
        "不是完整的日期",
        "not a complete date",
        "请写成 2026-08-15",
        "write it as 2026-08-15",
    )
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if _EXCEL_DAYS[0] <= value <= _EXCEL_DAYS[1]:
            return _EXCEL_DAY_0 + dt.timedelta(days=int(value))
        value = half_width(value)
    if (doubt := footnoted(str(value))) is not None:
        return doubt
    text = half_width(value)
    if (moment := _ZONED.match(text)) is not None:
        return _day_of_moment(moment[0]) or refusal
    match = _DATE.match(text) or _COMPACT_DATE.match(text)
    if match is None:
        return _ONLY_MONTH if _MONTH.match(text) else refusal
    try:
        return dt.date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return refusal


def _here(moment: dt.datetime) -> dt.datetime:
    """Return a moment as clocks here show it; one without a zone is taken to be of here."""
    return moment if moment.tzinfo is None else moment.astimezone(_SHANGHAI)


def _day_of_moment(text: str) -> dt.date | None:
    """Return the day here of a moment with a zone: 16:00 Z is midnight of the next day."""
    try:
        return _here(dt.datetime.fromisoformat(text)).date()
    except ValueError:
        return None


def serial_1904(value: object) -> object:
    """Return the day of a bare number of days since 1904-01-01; anything else as it is.

    A number that would be a day only if counted from 1900 becomes text, which is no day.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    if _EXCEL_DAYS[0] <= value + _DAYS_TO_1904 <= _EXCEL_DAYS[1]:
        return _EXCEL_DAY_0 + dt.timedelta(days=int(value) + _DAYS_TO_1904)
    return half_width(value) if _EXCEL_DAYS[0] <= value <= _EXCEL_DAYS[1] else value
