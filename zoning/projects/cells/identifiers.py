"""One cell to what names something: industry, project code, administrative code, numbers."""

from __future__ import annotations

import re

from zoning.projects.cells.footnotes import footnoted
from zoning.projects.cells.refusals import Refusal
from zoning.projects.cells.values import half_width, to_text
from zoning.projects.cells.words import words

_INDUSTRY = re.compile(r"^([A-Ta-t]?)(\d{2,4})(?!\d)\D*$")

_CODE24 = re.compile(r"^\d{4}-\d{6}-\d{2}-\d{2}-\d{6}$", re.ASCII)

_LOST_DIGITS = Refusal(
    "Excel 把编号变成了数，末尾的数字已经丢失",
    "Excel has turned this number into a rounded one: digits are lost",
    "请把单元格设为文本后重新填写",
    "format the cell as text and type it again",
)

_ROUNDED = re.compile(r"^\d(?:\.\d+)?[eE]\+?\d{2}$")

_EXACT_BELOW = 1e15  # Excel keeps 15 digits


def to_industry(value: object) -> str | Refusal:
    """Return GB/T 4754-2017 codes with their letter, several joined by ``;``.

    A letter is added only where the digits alone say it: two or four of them. Three may have lost
    a leading zero in Excel.

    Examples
    --------
    >>> to_industry("2619、C3985 电子专用材料制造")
    'C2619;C3985'
    """
    if (doubt := footnoted(str(value))) is not None:
        return doubt
    text = half_width(value)
    tokens = [token for token in re.split(r"[;,、/|\s]+", text) if token]
    numbered = [token for token in tokens if any(char.isdigit() for char in token)]
    codes: dict[str, None] = {}
    for token in numbered:  # the rest are names of classes beside their codes
        code = _industry_code(token)
        if isinstance(code, Refusal):
            return code
        codes[code] = None
    return ";".join(codes) if codes else _industry_code(text)


def _industry_code(token: str) -> str | Refusal:
    match = _INDUSTRY.match(token)
    if match is None:
        return Refusal(
            "不是国民经济行业代码",
            "not a code of GB/T 4754",
            "请填代码，如 C2619",
            "write the code, such as C2619",
        )
    letter, digits = match[1].upper(), match[2]
    division = int(digits[:2])
    owner = next((name for name, low, high in words().divisions if low <= division <= high), "")
    if not owner or letter not in ("", owner):
        return Refusal(
            f"行业代码的门类不对: 大类 {digits[:2]} 属 {owner or '(无)'}",
            f"division {digits[:2]} belongs to section {owner or '(none)'}",
            "请核对 GB/T 4754-2017",
            "check against GB/T 4754-2017",
        )
    if not letter and len(digits) == 3:
        return Refusal(
            "三位行业代码没有门类字母，可能丢了前面的 0",
            "three digits without a letter may have lost a leading zero",
            f"请写成 {owner}{digits} 或四位代码",
            f"write {owner}{digits}, or four digits",
        )
    return owner + digits


def to_identity(value: object) -> str | Refusal:
    """Return a number that names something, as text; one that Excel has rounded is refused."""
    if is_rounded(value):
        return _LOST_DIGITS
    return to_text(value)


def is_rounded(value: object) -> bool:
    """Whether a cell holds a long number of which a spreadsheet has kept the first digits only."""
    if isinstance(value, (int, float)):
        return abs(value) >= _EXACT_BELOW
    if not isinstance(value, str) or not ("E" in value or "e" in value):
        return False
    return _ROUNDED.match(half_width(value)) is not None


def to_code24(value: object) -> str | Refusal:
    """Return the 24-character code of the national approval platform."""
    if isinstance(value, str) and _CODE24.match(value):
        return value
    if is_rounded(value):
        return _LOST_DIGITS
    if (doubt := footnoted(str(value))) is not None:
        return doubt
    text = half_width(value).replace(" ", "")
    if isinstance(value, str) and _CODE24.match(text):
        return text
    likely = f"看来是 {_hyphened(text)}; 若是，请这样填写; " if _BARE_CODE.match(text) else ""
    return Refusal(
        "不是 24 位项目代码",
        "not a 24-character project code",
        f"{likely}应为 2026-520181-26-03-123456 的形式; 数字过长时请设为文本",
        "it looks like 2026-520181-26-03-123456; keep it as text",
    )


_BARE_CODE = re.compile(r"^\d{20}$", re.ASCII)


def _hyphened(text: str) -> str:
    return "-".join(text[a:b] for a, b in ((0, 4), (4, 10), (10, 12), (12, 14), (14, 20)))


def to_adcode(value: object) -> str | Refusal:
    """Return an administrative code of 6, 9 or 12 digits."""
    if is_rounded(value):
        return _LOST_DIGITS
    if (doubt := footnoted(str(value))) is not None:
        return doubt
    text = half_width(value)
    if re.fullmatch(r"\d{6}(\d{3}|\d{6})?", text):
        return text
    return Refusal("不是行政区划代码", "not an administrative code", "应为 6 位数字", "six digits")
