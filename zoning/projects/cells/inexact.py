"""Numbers that are no exact ones: about 3, at least 5, 3 to 5, thirty. Said, never taken as exact.

A figure that decides must be one figure. What is approximate, bounded or spelt out is refused with
what it seems to say: the cell then counts as not stated, and the planner is asked.
"""

from __future__ import annotations

import re

from zoning.projects.cells.refusals import Refusal

_NUMBER = r"(\d[\d,]*(?:\.\d+)?)"
_RANGE = re.compile(rf"^{_NUMBER}\s*([^\d\s~\-–—至到]*)\s*(?:~|-|–|—|−|至|到)+\s*{_NUMBER}\s*(.*)$")
_ABOUT = re.compile(
    rf"^(?:大约|约为|约|近|大概|估计|预计|≈|~|ca\.?|about|approx\.?)\s*{_NUMBER}\s*(.*)$", re.I
)
_ABOUT_AFTER = re.compile(rf"^{_NUMBER}\s*(?:(?:余|多)\s*(.*)|([^\d]*?)\s*(?:左右|上下|±.*))$")
_LEAST = re.compile(
    rf"^(?:≥|>=|>|≧|大于等于|大于|不小于|不低于|不少于|至少|超过|高于|多于)\s*{_NUMBER}\s*(.*)$"
)
_MOST = re.compile(
    rf"^(?:≤|<=|<|≦|小于等于|小于|不大于|不高于|不超过|不多于|至多|低于|少于)\s*{_NUMBER}\s*(.*)$"
)
_LEAST_AFTER = re.compile(rf"^{_NUMBER}\s*([^\d]*?)\s*\(?(?:以上|及以上)\)?$")
_MOST_AFTER = re.compile(rf"^{_NUMBER}\s*([^\d]*?)\s*\(?(?:以下|及以下|以内|之内)\)?$")
_EXACT_ZH, _EXACT_EN = (
    "请填确数; 没有确数就留空，在备注里说明",
    "write the exact figure, or leave it empty",
)

_DIGITS = (
    {c: i for i, c in enumerate("零一二三四五六七八九")}
    | {c: i for i, c in enumerate("〇壹贰叁肆伍陆柒捌玖")}
    | {"两": 2}
)
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_MYRIADS = {"万": 10_000, "亿": 100_000_000}
_SPELT = re.compile(rf"^([{''.join([*_DIGITS, *_TENS, *_MYRIADS])}]+)(.*)$")
_LONGEST_SPELT = 15  # numerals; more are no amount of a project
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_RAISED = re.compile(r"(?<![\d.,])10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)")
_POWER = re.compile(
    r"^([-+]?\d+(?:\.\d+)?)\s*[×xX*✕·]\s*10\s*(?:\^|\*\*)\s*\(?(-?\d{1,2})(?!\d)\)?(.*)$"
)
_LOST_POWER = re.compile(r"^[-+]?\d+(?:\.\d+)?\s*[×xX*✕]\s*10(?:\^|\*\*)?\d")


def raised(text: str) -> str:
    """Return text with raised exponents of ten written out, before these become plain digits.

    Examples
    --------
    >>> raised("1.2×10⁴ t/a")
    '1.2×10^4 t/a'
    """
    return _RAISED.sub(lambda match: "10^" + match[1].translate(_SUPERSCRIPTS), text)


def times_ten(text: str) -> tuple[float, str] | None:
    """Return a number written as a product with a power of ten, and its unit; else None."""
    match = _POWER.match(text)
    return (float(f"{match[1]}e{match[2]}"), match[3].strip()) if match else None


def inexact(text: str) -> Refusal | None:
    """Return why a text in half width is no exact number, None where it says nothing of the kind.

    Examples
    --------
    >>> inexact("3~5公顷").zh
    '是一个范围 (3 到 5 公顷)，不作确数，按未填处理'
    """
    if (match := _RANGE.match(text)) and not match[4].startswith("-"):
        unit = match[4] or match[2]
        return _refused(f"是一个范围 ({match[1]} 到 {match[3]}{_spaced(unit)})", "a range")
    for pattern, zh, en in (
        (_ABOUT, "是约数 (约 {})", "an approximate figure"),
        (_ABOUT_AFTER, "是约数 (约 {})", "an approximate figure"),
        (_LEAST, "是下限 (不小于 {})", "a lower bound"),
        (_LEAST_AFTER, "是下限 (不小于 {})", "a lower bound"),
        (_MOST, "是上限 (不大于 {})", "an upper bound"),
        (_MOST_AFTER, "是上限 (不大于 {})", "an upper bound"),
    ):
        if match := pattern.match(text):
            number, *rest = (part for part in match.groups() if part)
            return _refused(zh.format(number + _spaced("".join(rest))), en)
    if _LOST_POWER.match(text):
        return Refusal(
            "10 的次方看不出来 (上标可能丢了)",
            "a power of ten whose exponent is lost",
            "请写成 1.2×10^4 或 12000",
            "write 1.2×10^4, or 12000",
        )
    return _spelt(text)


def _spaced(unit: str) -> str:
    return f" {unit.strip()}" if unit.strip() else ""


def _refused(zh: str, en: str) -> Refusal:
    return Refusal(
        f"{zh}，不作确数，按未填处理", f"{en}: counted as not stated", _EXACT_ZH, _EXACT_EN
    )


def _spelt(text: str) -> Refusal | None:
    """Refuse a number in Chinese words: a lone 一 may as well be a dash."""
    match = _SPELT.match(text)
    if match is None:
        return None
    value = _value(match[1])
    meant = f"看来是 {value:,}{_spaced(match[2])}; 若是，" if value is not None else ""
    return Refusal(
        "数字写成了汉字",
        "a number in Chinese words",
        f"{meant}请写成阿拉伯数字",
        "write it in digits",
    )


def _value(words: str) -> int | None:
    """Return what Chinese numerals say, None where they do not follow the usual form."""
    if len(words) > _LONGEST_SPELT:
        return None
    if all(word in _DIGITS for word in words):
        return int("".join(str(_DIGITS[word]) for word in words))
    total, section, digit = 0, 0, 0
    for word in words:
        if word in _DIGITS:
            digit = _DIGITS[word]
        elif word in _TENS:
            section += (digit or 1) * _TENS[word]
            digit = 0
        else:
            section = (section + digit or 1) * _MYRIADS[word]
            total, section, digit = total + section, 0, 0
    return total + section + digit
