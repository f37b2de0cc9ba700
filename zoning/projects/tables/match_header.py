"""Headers of a list to standard columns: by the alias table or a mapping, never by guess."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from zoning.errors import Fault
from zoning.projects.cells.free_units import free_unit
from zoning.projects.cells.words import DIMENSION, plain, tidy, words
from zoning.projects.tables.crs_statements import read_statement
from zoning.projects.tables.raw import JOINT

_BRACKETS = re.compile(r"[(\[【〔{<]([^()\[\]【】〔〕{}<>]*)[)\]】〕}>]")
_TAIL = re.compile(r"^([^/,:、]+)[/,:、](.+)$")
_PLACES = ("lon", "lat", "x", "y", "east", "north", "wkt", "coordinates", "vertices")
_FREE_UNIT = ("capacity", "unit_energy")  # kept as written
_UNIT_BESIDE = {
    "capacity": "capacity_unit",
    "unit_energy": "unit_energy_unit",
    "declared_m2": "area_unit",
}  # amount -> column that states its unit
_UNIT_WORDS = frozenset(("单位", "计量单位", "unit"))
_AMOUNT_WORDS = frozenset(("数量", "数值", "数", "值", "amount", "value"))
MANY = frozenset(("remark",))  # several columns may mean it: joined
_POWER = re.compile(r"^(.*?)(万千瓦|千瓦|兆瓦|吉瓦|mwp|kwp|mw|kw|gw)$")
_ALIKE = 75.0  # rapidfuzz ratio from which a header is worth suggesting


@dataclass(frozen=True, slots=True)
class Header:
    """One header understood.

    Parameters
    ----------
    index : int
        Position in the table.
    text : str
        As written.
    standard : str
        Column of the contract, or one of ``words.AUXILIARY``.
    unit : str
        From its brackets, normalised; "" where none is stated.
    crs : str
        Statement about coordinates in its brackets, such as ``CGCS2000``.
    notation : str
        ``degrees`` (decimal, stated), ``metres``, ``dms`` or "".
    """

    index: int
    text: str
    standard: str
    unit: str = ""
    crs: str = ""
    notation: str = ""


def match_header(index: int, text: str) -> Header | None:
    """Return what a header means; None where the table does not know it, or not its brackets.

    Under a header of its own, such as ``坐标(CGCS2000) / 经度``, the last part says what the column
    is where those above only group it; what their brackets state holds for it too. Under any other,
    such as ``园区 / 名称``, it means something else than alone.

    Examples
    --------
    >>> match_header(0, "占地面积（公顷）").unit
    '公顷'
    >>> match_header(0, "污染物排放量(t/a) / COD").unit
    't/a'
    """
    if JOINT not in text:
        return _match(index, text, text)
    if (header := _divided(index, text) or _match(index, text, text)) is not None:
        return header
    parts, above = text.split(JOINT), list[str]()
    while len(parts) > 1 and (stated := _grouping(parts[0])) is not None:
        above, parts = [*above, *stated], parts[1:]
    header = _match(index, text, "".join(parts)) or _match(index, text, "/".join(parts))
    if header is None:
        return None
    inherited = [part for part in above if _means(header.standard, part) not in ("", "any")]
    more = _with_details(index, text, header.standard, inherited)
    return replace(
        header,
        unit=header.unit or more.unit,
        crs=header.crs or more.crs,
        notation=header.notation or more.notation,
    )


def _divided(index: int, text: str) -> Header | None:
    """Return an amount or its unit under one header for both, such as ``规模 / 单位``."""
    *above, over, part = text.split(JOINT)
    amount = _match(index, text, over)
    if amount is None or amount.standard not in _UNIT_BESIDE:
        return None
    if any(_grouping(group) is None for group in above):
        return None
    if plain(part) in _UNIT_WORDS:
        return Header(index, text, _UNIT_BESIDE[amount.standard])
    base, inside = _BRACKETS.sub("", tidy(part)), _BRACKETS.findall(tidy(part))
    same = words().headers.get(plain(base)) == amount.standard
    if not (same or plain(base) in _AMOUNT_WORDS):
        return None
    if not all(_means(amount.standard, unit) for unit in inside):
        return None
    return replace(
        amount, unit=_with_details(index, text, amount.standard, inside).unit or amount.unit
    )


def _grouping(text: str) -> list[str] | None:
    """Return what the brackets say of a header that only groups others; None where it does more."""
    whole = tidy(text)
    if plain(whole) in words().groups:
        return _BRACKETS.findall(whole)
    if plain(_BRACKETS.sub("", whole)) not in words().groups:
        return None
    inside = _BRACKETS.findall(whole)
    return inside if all(map(_is_known, inside)) else None


def _is_known(part: str) -> bool:
    """Whether the content of brackets is a unit, a hint or a statement about coordinates."""
    part, table = plain(part), words()
    unit = any(part in units for units in table.units.values())
    return unit or part in table.hints or read_statement(part) is not None


def _match(index: int, text: str, written: str) -> Header | None:
    whole = tidy(written)
    known = words().headers
    if (name := known.get(plain(whole))) is not None:
        return _with_details(index, text, name, _BRACKETS.findall(whole))
    base, inside = _taken_apart(whole)
    if (name := known.get(plain(base))) is None:
        return _power(index, text, whole)
    header = _with_details(index, text, name, inside)
    return header if all(_means(name, part) for part in inside) else None


def _power(index: int, text: str, whole: str) -> Header | None:
    """Return a capacity whose header is a unit of power, or ends with one: MW, 装机MW."""
    match = _POWER.match(plain(whole))
    if match is None or (match[1] and words().headers.get(match[1]) != "capacity"):
        return None
    return Header(index, text, "capacity", unit=whole.strip()[-len(match[2]) :])


def _taken_apart(whole: str) -> tuple[str, list[str]]:
    """Return a header without its brackets, and what stands in them or behind a stroke."""
    base, inside = _BRACKETS.sub("", whole), _BRACKETS.findall(whole)
    if plain(base) not in words().headers and (tail := _TAIL.match(base)):
        return tail[1], [*inside, tail[2]]
    return base, inside


def _not_understood(header: str) -> str:
    """Return what stands beside a known header and is not understood there, "" for none."""
    base, inside = _taken_apart(tidy(header))
    name = words().headers.get(plain(base))
    return "" if name is None else next((p for p in inside if not _means(name, p)), "")


def _with_details(index: int, text: str, standard: str, inside: Sequence[str]) -> Header:
    parts = [(part, _means(standard, part)) for part in inside]
    units = [
        part if standard in _FREE_UNIT else plain(part)
        for part, meaning in parts
        if meaning == "unit"
    ]
    frames = [part for part, meaning in parts if meaning == "crs"]
    notations = [m for _, m in parts if m in ("degrees", "metres", "dms")]
    return Header(
        index,
        text,
        standard,
        unit=units[0] if units else "",
        crs=frames[0] if frames else "",
        notation=notations[0] if notations else "",
    )


def _means(standard: str, part: str) -> str:
    """Return what the content of brackets says: unit, crs, a notation, any; "" unknown."""
    part = plain(part)
    table = words()
    hint = table.hints.get(part, "")
    if standard in _PLACES:
        if not hint and read_statement(part) is not None:
            return "crs"
        return hint
    if part in table.units.get(DIMENSION.get(standard, ""), {}):
        return "unit"
    if hint == "any":
        return hint
    return "unit" if standard in _FREE_UNIT and free_unit(part) else ""


def match_headers(
    headers: Sequence[str], filled: Sequence[bool], *, file: str, row: int
) -> tuple[tuple[Header, ...], tuple[str, ...], tuple[Fault, ...]]:
    """Understand a header row.

    Parameters
    ----------
    headers : sequence of str
    filled : sequence of bool
        Whether the column holds anything.
    file, row
        For faults.

    Returns
    -------
    headers : tuple of Header
    notes : tuple of str
        Columns that are not read, with what they look like.
    faults : tuple of Fault
        Two columns of one meaning.
    """
    found = [match_header(i, text) for i, text in enumerate(headers)]
    known = [header for header in found if header is not None]
    notes = [
        _ignored(i, headers[i], file)
        for i, header in enumerate(found)
        if header is None and (headers[i] or filled[i])
    ]
    return tuple(known), tuple(notes), doubled(known, file, row)


def doubled(headers: Iterable[Header], file: str, row: int) -> tuple[Fault, ...]:
    """Return a fault for every meaning that more than one column has."""
    headers = list(headers)
    counts = Counter(header.standard for header in headers if header.standard not in MANY)
    return tuple(
        Fault(
            zh=f"{n} 列含义相同 ({name}): "
            + "、".join(f"「{h.text}」" for h in headers if h.standard == name),
            en=f"{n} columns mean the same ({name})",
            file=file,
            row=row or None,
            remedy_zh="请只留一列，或改名，或用映射文件指明",
            remedy_en="keep one, rename the other, or name one in a mapping file",
        )
        for name, n in counts.items()
        if n > 1
    )


def _ignored(index: int, header: str, file: str) -> str:
    if not header:
        return (
            f"{file}: 第 {index + 1} 列没有表头，未读  column {index + 1} has no header, not read"
        )
    if why := words().unused.get(plain(_BRACKETS.sub("", tidy(header)))):
        return f"{file}: 列「{header}」未读  column not read; {why}"
    if strange := _not_understood(header):
        return (
            f"{file}: 列「{header}」未读: 「{strange}」不是这一列的单位或说明  "
            "column not read: that is none of its units"
        )
    like = suggestion(header)
    hint = f"; 是否指「{like}」? did you mean “{like}”?" if like else ""
    return f"{file}: 列「{header}」未读  column not read{hint}"


def suggestion(header: str) -> str:
    """Return the known header that looks most like this one, "" where none does."""
    from rapidfuzz import fuzz, process

    base = _BRACKETS.sub("", plain(header))
    best = process.extractOne(base, list(words().headers), scorer=fuzz.ratio, score_cutoff=_ALIKE)
    return str(best[0]) if best else ""


def recognised(row: Sequence[object]) -> int:
    """Count the different columns that a row names, were it a header."""
    names = {
        header.standard
        for i, cell in enumerate(row)
        if isinstance(cell, str) and (header := match_header(i, cell)) is not None
    }
    return len(names)
