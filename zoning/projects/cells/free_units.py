"""Units of capacities and of the energy of a product: kept as written, told from other words."""

from __future__ import annotations

import re

from zoning.projects.cells.values import MANY_FOLD
from zoning.projects.cells.words import plain, words

_MANY = re.compile(rf"^(?:{'|'.join([*MANY_FOLD, '千'])})")
_NOTE = re.compile(r"\([^()\d]*\)$")
_OF = re.compile(r"[-·]?([a-z]+|[\u4e00-\u9fff]+)$")


def free_unit(text: str) -> str:
    """Return text that is a unit, out of its brackets; "" where it is none.

    A remark in brackets may follow it. Signs, digits and second amounts are no part of a unit.

    Examples
    --------
    >>> free_unit("(万吨/年)"), free_unit("kgce/t熟料"), free_unit("万吨/年(一期)")
    ('万吨/年', 'kgce/t熟料', '万吨/年(一期)')
    >>> free_unit("原有"), free_unit("×350MW"), free_unit("万吨/年、50万吨/年")
    ('', '', '')
    """
    text = text.strip()
    if text.startswith("(") and text.endswith(")") and _is_unit(plain(text[1:-1])):
        return text[1:-1].strip()
    whole = plain(text)
    return text if _is_unit(whole) or _is_unit(_NOTE.sub("", whole)) else ""


def _is_unit(text: str) -> bool:
    above, stroke, below = text.replace("每", "/").partition("/")
    known = words().free_units
    if above not in known and _MANY.sub("", above, count=1) not in known:
        return False
    return not stroke or below in known or _says_of_what(below)


def _says_of_what(below: str) -> bool:
    """Whether text is a mass or a volume of something: ``t熟料``, ``t-Al``."""
    return any(
        below.startswith(unit) and _OF.match(below[len(unit) :]) is not None
        for unit in words().units_of
    )
