"""Values of attributes as files hold them, and as rules name them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from types import MappingProxyType

import numpy as np
import pandas as pd

from zoning.facts.vocabulary import AttributeKind
from zoning.facts.words import ATTRIBUTE_WORDS

_EMPTY = frozenset({"", "null", "<null>", "none", "nan", "nat", "<na>", "/", "-", "—", "——"})
_TRUE = frozenset({"1", "true", "t", "yes", "y", "是", "有", "√"})
_FALSE = frozenset({"0", "false", "f", "no", "n", "否", "无", "×"})
_SEPARATORS = re.compile(r"[;；,，、|/\s]+")
_DATE = re.compile(r"^(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})\s*日?(?:[T ].*)?$")
_UNIT_CLASS = re.compile(
    r"^(?:生态环境|环境|综合)?(?:管控)?(优先|重点|一般)(?:保护|管控)?(?:管控)?(?:单元|区|区域|类)?$"
)
_CLASS_NAMES = {"优先": "优先保护", "重点": "重点管控", "一般": "一般管控"}
# 1/2/3 as in the unit's code; 10/20/30 in the older national wording
_CLASS_DIGITS = {"1": "优先", "2": "重点", "3": "一般", "10": "优先", "20": "重点", "30": "一般"}
UNIT_CLASSES = tuple(_CLASS_NAMES.values())

# Standard value <- what files write for it, beyond the value itself
_CHOICES: dict[tuple[str, str], dict[str, str]] = {
    ("protected_area", "kind"): {
        "国家公园": "",
        "自然保护区": "国家级自然保护区 省级自然保护区 市级自然保护区 县级自然保护区",
        "森林公园": "国家森林公园 国家级森林公园 省级森林公园 县级森林公园",
        "风景名胜区": "国家级风景名胜区 省级风景名胜区 国家重点风景名胜区",
        "其他自然公园": "湿地公园 国家湿地公园 地质公园 国家地质公园 石漠公园 其他",
    },
    ("protected_area", "zone"): {
        "核心保护区": "",
        "一般控制区": "",
        "核心景区": "",
        "其他": "",
    },
    ("water_source", "level"): {
        "一级": "一级保护区 一级区 饮用水水源一级保护区 i级 1",
        "二级": "二级保护区 二级区 饮用水水源二级保护区 ii级 2",
        "准": "准保护区 准级 饮用水水源准保护区",
    },
    ("farmland", "type"): {"水田": "0101", "水浇地": "0102", "旱地": "0103"},  # GB/T 21010-2017
    ("wetland", "importance"): {"国家重要湿地": "国家重要", "其他湿地": "其他"},
    ("wetland", "kind"): {"国家湿地公园": "", "湿地公园": "省级湿地公园", "其他": ""},
    ("park", "level"): {
        "国家级": "国家",
        "省级": "省",
        "市县级": "市级 县级 市 县 区县级",
    },
    ("river_bank", "rank"): {"干流": "", "重要支流": "", "支流": "一般支流"},
    ("waste_heap", "type"): {
        "磷石膏": "磷石膏堆场 磷石膏渣场 磷石膏库",
        "电解锰渣": "锰渣 电解锰渣库 电解锰渣渣场",
        "电石渣": "电石渣堆场 电石渣渣场",
        "赤泥": "赤泥堆场 赤泥库",
        "煤矸石": "煤矸石堆场 矸石山",
        "废弃矿山": "历史遗留废弃矿山 历史遗留矿山",
    },
    ("waste_heap", "regime"): {
        "尾矿库": "",
        "Ⅱ类场": "二类场 ii类场 第二类一般工业固体废物 第ii类一般工业固体废物",
        "矿山用地": "",
        "疑似危废": "",
    },
    ("waste_heap", "state"): {
        "在用": "",
        "停用": "",
        "已封场": "封场",
        "已闭库销号": "闭库销号",
        "已修复": "",
    },
    # a firm's own name stays as it is written
    ("waste_heap", "holder"): {
        "企业": "公司",
        "政府": "地方政府 人民政府 县政府 区政府 市政府 县人民政府 区人民政府 市人民政府",
        "无主": "无责任主体 责任主体灭失 无主堆场",
    },
    ("waste_heap", "tenure"): {
        "国有": "国有土地 国有建设用地 国有土地使用权",
        "集体": "集体土地 集体所有 集体建设用地",
    },
    ("receptor", "type"): {"村寨": "", "学校": "", "医院": ""},
    ("karst_zone", "degree"): {
        "强发育": "强 强烈发育 强烈",
        "中等发育": "中等 中 中发育",
        "弱发育": "弱 微弱发育",
    },
}


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


_SYNONYMS: Mapping[tuple[str, str], Mapping[str, str]] = MappingProxyType(
    {
        place: MappingProxyType(
            {
                _folded(word): value
                for value, words in table.items()
                for word in (value, *words.split())
            }
        )
        for place, table in _CHOICES.items()
    }
)
CHOICES = ATTRIBUTE_WORDS


def clean_text(value: object) -> str | None:
    r"""Text of a cell without padding; None where it is empty or says that it is.

    Examples
    --------
    >>> clean_text(" 花溪\n"), clean_text(520102.0), clean_text("<Null>")
    ('花溪', '520102', None)
    """
    if value is None or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value).replace("\ufeff", "").replace("\x00", "").strip()
    return None if text.casefold() in _EMPTY else text


def unit_class(value: str) -> str:
    """Class of a control unit in full; what is none of the three stays as it is.

    Examples
    --------
    >>> unit_class("2"), unit_class("优先保护单元"), unit_class("一般"), unit_class("其它")
    ('重点管控', '优先保护', '一般管控', '其它')
    """
    text = _folded(value).removesuffix(".0")
    match = _UNIT_CLASS.match(_CLASS_DIGITS.get(text, text))
    return _CLASS_NAMES[match[1]] if match else value


def standard_text(layer: str, attribute: str, value: object) -> str | None:
    """Clean a text, in the words of the vocabulary where it knows the value."""
    text = clean_text(value)
    if text is None:
        return None
    if (layer, attribute) == ("control_unit", "class"):
        return unit_class(text)
    if attribute in ("code", "adcode"):
        return _folded(text).upper()
    return _SYNONYMS.get((layer, attribute), {}).get(_folded(text), text)


def truth(value: object) -> float:
    """1.0, 0.0, or NaN where the cell is empty or says neither.

    Examples
    --------
    >>> truth("是"), truth("Ｎ"), truth(True), truth("不详")
    (1.0, 0.0, 1.0, nan)
    """
    text = _folded(clean_text(value) or "")
    return 1.0 if text in _TRUE else 0.0 if text in _FALSE else float("nan")


def number(value: object) -> float:
    """Finite number of a cell, NaN where it holds none."""
    text = _folded(clean_text(value) or "").replace(",", "")
    try:
        result = float(text)
    except ValueError:
        return float("nan")
    return result if np.isfinite(result) else float("nan")


def day(value: object) -> date | None:
    """Calendar day of a cell: a date, 2024-05-01, 2024/5/1, 2024年5月1日, 20240501."""
    if value is pd.NaT:
        return None
    if isinstance(value, datetime):  # pandas.Timestamp too
        return value.date()
    if isinstance(value, date):
        return value
    match = _DATE.match(unicodedata.normalize("NFKC", clean_text(value) or ""))
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def code_list(value: object) -> str | None:
    """Codes joined by ``;``, whatever separated them, sorted and each once.

    Examples
    --------
    >>> code_list("C3985、c26，C26")
    'C26;C3985'
    """
    text = clean_text(value)
    if text is None:
        return None
    codes = {code.upper() for code in _SEPARATORS.split(unicodedata.normalize("NFKC", text))}
    return ";".join(sorted(codes - {""})) or None


def standard_column(layer: str, attribute: str, kind: AttributeKind, raw: pd.Series) -> pd.Series:
    """Column of a file as the standard attribute: see ``Features`` for the dtypes."""
    if kind == "text":
        read: Callable[[object], object] = lambda v: standard_text(layer, attribute, v)  # noqa: E731
    else:
        read = {"bool": truth, "number": number, "date": day, "codes": code_list}[kind]
    known: dict[object, object] = {}  # a layer has many rows and few different values
    values = [known[v] if v in known else known.setdefault(v, read(v)) for v in raw]
    return pd.Series(values, dtype="float64" if kind in ("bool", "number") else "object")


def unread(kind: AttributeKind, raw: pd.Series) -> tuple[str, ...]:
    """Texts of a column that are there and cannot be read as its kind, sorted and each once.

    Examples
    --------
    >>> unread("bool", pd.Series(["是", "不详", None]))
    ('不详',)
    """
    if kind not in ("bool", "number", "date"):
        return ()
    said = {text for text in map(clean_text, raw.unique()) if text is not None}
    match kind:
        case "date":
            return tuple(sorted(text for text in said if day(text) is None))
        case "bool":
            return tuple(sorted(text for text in said if np.isnan(truth(text))))
        case _:
            return tuple(sorted(text for text in said if np.isnan(number(text))))


def missing_column(kind: AttributeKind, length: int) -> pd.Series:
    """Column of an attribute that the file does not have."""
    if kind in ("bool", "number"):
        return pd.Series(np.full(length, np.nan))
    return pd.Series(np.full(length, None, dtype=object), dtype="object")
