"""The catalog's TOML as text from outside: what may stand in it, and every fault it has."""

from __future__ import annotations

import copy
import datetime
import difflib
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from zoning.errors import CatalogFaults, Fault, InputError
from zoning.textfile import read_text

_NAME = re.compile(r"^[a-z][a-z0-9_]*$")
_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")
_Text = Annotated[str, Field(strict=True)]
_Length = Annotated[float, Field(ge=0, allow_inf_nan=False, strict=True)]
_Number = Annotated[float, Field(strict=True)]
_Bound = Annotated[float, Field(allow_inf_nan=False, strict=True)]
_Day = Annotated[datetime.date, Field(strict=True)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OutOfScopeText(_Strict):
    """One layer that the office does not hold."""

    layer: _Text
    department: Annotated[str, Field(min_length=1, strict=True)]


class RegionText(_Strict):
    """``[region]``."""

    name: _Text
    crs: _Text
    boundary: _Text
    note: _Text = ""
    out_of_scope: tuple[OutOfScopeText, ...] = ()


class LayerText(_Strict):
    """``[layers.X]``, vector or raster."""

    path: Annotated[str, Field(min_length=1, strict=True)]
    title: _Text | None = None
    role: _Text | None = None
    source: _Text = ""
    date: _Day | None = None
    superseded: _Day | None = None
    licence: _Text = ""
    accuracy_m: _Length | None = None
    coverage: _Text | None = None
    share: Literal["none", "result_only", "clipped", "full"] = "result_only"
    synthetic: Annotated[bool, Field(strict=True)] = False
    fields: dict[str, _Text] | None = None
    encoding: _Text | None = None
    where: _Text | None = None
    may_be_empty: Annotated[bool, Field(strict=True)] = False
    table: Annotated[str, Field(min_length=1, strict=True)] | None = None
    unit: _Text | None = None
    valid_range: tuple[_Bound, _Bound] | None = None
    classes: dict[str, _Text] | None = None
    nodata: _Number | None = None
    band: Annotated[int, Field(ge=1, strict=True)] | None = None


class SunText(_Strict):
    """``[sun]``: a table of months, or an hourly weather file."""

    path: Annotated[str, Field(min_length=1, strict=True)]
    source: _Text = ""
    date: _Day | None = None
    licence: _Text = ""
    synthetic: Annotated[bool, Field(strict=True)] = False


class CatalogText(_Strict):
    """The whole file."""

    region: RegionText
    sun: SunText | None = None
    layers: dict[str, LayerText]


def read_toml(path: Path) -> dict[str, object]:
    """Read a TOML file that a planner wrote, perhaps in Notepad.

    Raises
    ------
    CatalogFaults
        Not TOML; the fault names the line.
    """
    try:
        text = read_text(path)
    except InputError as error:
        raise CatalogFaults(error.faults) from None
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogFaults(_syntax_fault(path.name, str(error))) from None


def _syntax_fault(file: str, message: str) -> Fault:
    line = _AT_LINE.search(message)
    escape = "escape" in message.casefold() or "hex value" in message.casefold()
    repeated = "overwrite" in message.casefold() or "declare" in message.casefold()
    remedy = (
        ("路径用正斜杠 /，或把路径写在单引号里", "write paths with / or in single quotes")
        if escape
        else ("删去重复的键或表头", "remove the second of the two keys or tables")
        if repeated
        else ("检查该行的引号、等号和括号", "check quotes, equals sign and brackets of that line")
    )
    return Fault(
        zh="TOML 键重复" if repeated else "TOML 语法错误",
        en=f"not valid TOML: {_AT_LINE.sub('', message).strip()}",
        file=file,
        row=int(line[1]) if line else None,
        remedy_zh=remedy[0],
        remedy_en=remedy[1],
    )


def validate(raw: dict[str, object], file: str) -> tuple[CatalogText | None, tuple[Fault, ...]]:
    """Check the keys and values of a catalog, layer by layer.

    Returns
    -------
    CatalogText or None
        Whatever could be understood, so that the files of sound layers are still looked at; None
        where there is nothing to look at.
    tuple of Fault
    """
    try:
        return CatalogText.model_validate(raw), ()
    except ValidationError as error:
        items = error.errors()
    faults = tuple(_fault(item, file) for item in items)
    try:
        return CatalogText.model_validate(_pruned(raw, items)), faults
    except ValidationError:  # no layers, or none of them sound
        return None, faults


# What a faulty [region] is read as, so that its layers are checked all the same
_STAND_INS: dict[str, object] = {"name": "", "crs": "EPSG:4545", "boundary": ""}
# Keys without which the file of a layer cannot be read as it was meant
_READING = ("path", "fields", "encoding", "where", "band")


def _pruned(raw: dict[str, object], items: list[ErrorDetails]) -> dict[str, object]:
    """Leave out what is faulty, as far as the rest can be checked without it."""
    kept = copy.deepcopy(raw)
    for item in items:
        place = item["loc"]
        in_layer = place[0] == "layers"
        if place[0] == "sun":
            kept.pop("sun", None)
            continue
        whole = in_layer and len(place) > 2 and place[2] in _READING
        _remove(kept, place[: 2 if whole or not in_layer else 3])
    region = kept.get("region")
    kept["region"] = _STAND_INS | region if isinstance(region, dict) else dict(_STAND_INS)
    return kept


def _remove(table: dict[str, object], place: tuple[int | str, ...]) -> None:
    node: object = table
    for part in place[:-1]:
        node = node.get(part) if isinstance(node, dict) else None
    if isinstance(node, dict):
        node.pop(place[-1], None)


_WORDS: dict[str, tuple[str, str]] = {
    "missing": ("缺少必需的键", "a required key is missing"),
    "extra_forbidden": ("不认识的键", "unknown key"),
    "string_type": ("应为文字 (加引号)", "must be text, in quotes"),
    "string_too_short": ("不能为空", "must not be empty"),
    "bool_type": ("应为 true 或 false", "must be true or false"),
    "int_type": ("应为整数", "must be a whole number"),
    "float_type": ("应为数字", "must be a number"),
    "float_parsing": ("应为数字", "must be a number"),
    "finite_number": ("应为有限的数字", "must be a finite number"),
    "greater_than_equal": ("数值过小", "the number is too small"),
    "literal_error": ("不是允许的取值", "not one of the values allowed"),
    "date_type": ("应为日期", "must be a date"),
    "date_parsing": ("应为日期", "must be a date"),
    "date_from_datetime_parsing": ("应为日期", "must be a date"),
    "date_from_datetime_inexact": ("应为日期，不带时刻", "must be a date without time"),
    "tuple_type": ("应为列表", "must be a list"),
    "too_long": ("列表过长", "the list is too long"),
    "dict_type": ("应为一张表", "must be a table"),
    "model_type": ("应为一张表", "must be a table"),
    "model_attributes_type": ("应为一张表", "must be a table"),
}


def _fault(item: ErrorDetails, file: str) -> Fault:
    zh, en = _WORDS.get(item["type"], ("取值有误", item["msg"]))
    place = [str(part) for part in item["loc"]]
    remedy_zh, remedy_en = _remedy(item)
    held = item["type"] != "missing" and not isinstance(item["input"], dict | list)
    return Fault(
        zh=zh,
        en=en,
        file=file,
        key=".".join(place),
        value=str(item["input"]) if held else "",
        remedy_zh=remedy_zh,
        remedy_en=remedy_en,
    )


def _remedy(item: ErrorDetails) -> tuple[str, str]:
    kind, place = item["type"], item["loc"]
    if kind == "extra_forbidden":
        return _unknown_key(str(place[-1]), _model_at(place))
    if kind == "literal_error":
        allowed = str(item.get("ctx", {}).get("expected", "")).replace(" or ", ", ")
        return f"可用: {allowed}", f"use one of {allowed}"
    if kind.startswith("date"):
        return "写成 2024-05-01，不加引号", "write 2024-05-01 without quotes"
    if kind == "greater_than_equal":
        least = item.get("ctx", {}).get("ge", 0)
        return f"应不小于 {least}", f"at least {least}"
    if place[-1:] == ("valid_range",) or (place and place[-1] in (0, 1)):
        return "写成 [最小, 最大]", "write [least, greatest]"
    return "", ""


def _model_at(place: tuple[int | str, ...]) -> type[BaseModel]:
    if len(place) == 1:
        return CatalogText
    if place[0] == "sun":
        return SunText
    if place[0] == "region":
        return RegionText if len(place) == 2 else OutOfScopeText
    return LayerText


def _unknown_key(name: str, model: type[BaseModel]) -> tuple[str, str]:
    close = nearest_word(name, model.model_fields)
    if close:
        return f"是否应为 {close}?", f"did you mean {close}?"
    known = ", ".join(model.model_fields)
    return f"可用的键: {known}", f"known keys: {known}"


def nearest_word(word: str, words: Iterable[str]) -> str:
    """Return the word most like another, empty where none is much like it."""
    close = difflib.get_close_matches(word.casefold(), list(words), n=1, cutoff=0.7)
    return close[0] if close else ""


def sound_name(name: str) -> bool:
    """Whether rules can name a layer so: lower-case ASCII letters, digits, underscore."""
    return bool(_NAME.match(name))
