"""Statements about coordinates: what "CGCS2000", "EPSG:4524" or "高德坐标" in a list means."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from zoning import crs as crs_floor
from zoning.errors import InputError

_EPSG = re.compile(r"EPSG:?(\d{4,5})(?!\d)")
_MODERN = re.compile(r"CGCS_?2000|CGC2000|国家2000|2000国家|大地2000|2000大地|^2000(?=坐标|$)")
_WGS = re.compile(r"WGS_?-?(?:19)?84")
_OLD = re.compile(
    r"XI.?AN_?-?(?:19)?80|西安(?:19)?80|(?:19)?80西安|BEIJING_?-?(?:19)?54|北京(?:19)?54|(?:19)?54北京"
)
_GCJ, _BAIDU = (
    re.compile(r"GCJ[-_]?(?:02)?|火星|高德|腾讯|AMAP"),
    re.compile(r"BD-?_?09(?:LL)?|百度|BAIDU"),
)
_SHIFTED = re.compile(f"{_GCJ.pattern}|{_BAIDU.pattern}")
_LOCAL = re.compile(
    r"独立坐标|地方坐标|城建坐标|城市坐标|相对坐标|假定坐标|贵阳(?:市)?坐标|贵安(?:新区)?坐标|施工坐标"
)
_WIDTH = re.compile(r"([3三6六])(?:_?-?DEGREE|度)_?(?:分?带)?")
_ZONE = re.compile(r"ZONE_?(\d{2})|第?(\d{2})(?:度?带|号带)|带号[:=]?(\d{2})")
_MERIDIAN = re.compile(
    r"CM_?(\d{2,3})E?|中央(?:子午线|经线)[:=为]?(?:东经)?(\d{2,3})(?:[°度]?E)?|L0=(\d{2,3})"
)
_UTM = re.compile(r"UTM_?(?:ZONE)?_?(\d{2})N")
_UNPREFIXED = re.compile(r"[不未无][加带含]带号")
_DECIDING = (_UNPREFIXED, _EPSG, _MODERN, _WGS, _GCJ, _BAIDU, _UTM, _MERIDIAN, _WIDTH, _ZONE)

# A code without EPSG is only believed where Chinese lists use it: CGCS2000, the old datums, WGS 84,
# its UTM zones, web Mercator. Any other number may be a year or a scale.
_BARE = re.compile(
    r"^(4326|3857|4214|4610|449\d|45[0-4]\d|455[0-4]|23[2-8]\d|2390|24[0-3]\d|244[0-2]"
    r"|214[1-8]\d|326[45]\d)$"
)
# What may stand beside the words that decide, and changes nothing of them
_HARMLESS = re.compile(
    r"坐标系统?|坐标|参考系|参照系|基准|大地|国家|平面|直角|地理|投影|高斯|克吕格|克里格|经纬度|地图"
    r"|拾取器?|取点|选点|开放平台|十进制|墨卡托|GAUSS|KR[UÜ]E?GER|GK|MERCATOR|GEOGRAPHIC|COORDINATES?"
    r"|SYSTEM|DATUM|MAPS?|GCS|系统?|分?带|UTM|中国|CHINA|[加带含]带号|(?:19)?85国家高程|高程|[米度]|GPS|RTK|[^\w?*]|_"
)
_DOUBTED = re.compile(r"非|不|未|无|或|待|疑|[?]")
AGAINST = " ≠ "  # between two statements about one place that contradict each other
SHORTHAND = "2000"  # for CGCS2000; EPSG:2000 is a grid of Anguilla


@dataclass(frozen=True, slots=True)
class Frame:
    """What a statement says of the numbers beside it.

    Parameters
    ----------
    text : str
        As written.
    degrees : str
        CRS of degrees or one of ``zoning.crs.SHIFTED``, "" where the statement is of metres only.
    metres : str
        CRS of metres, "" where only a datum is stated.
    either_prefix : bool
        Metres may come with or without zone prefix (a zone was named, not a code).
    zone : int
        Zone number named in words, 0 where none is.
    width : int
        Width of the zones named in words [deg], 0 where none is.
    datum_only : bool
        A datum without projection: metres are readable where their prefix names the zone.
    zh, en : str
        Why coordinates so stated are refused; "" where they are not.
    remedy_zh, remedy_en : str
    """

    text: str
    degrees: str = ""
    metres: str = ""
    either_prefix: bool = False
    zone: int = 0
    width: int = 0
    datum_only: bool = False
    zh: str = ""
    en: str = ""
    remedy_zh: str = ""
    remedy_en: str = ""


@cache
def read_statement(text: str) -> Frame | None:
    """Return what a statement means; None where it is not understood.

    Examples
    --------
    >>> read_statement("CGCS2000 3度带 36带").metres
    'EPSG:4545'
    >>> read_statement("高德").degrees
    'GCJ-02'
    """
    if "+proj=" in text:
        return _by_parameters(text)
    word = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).upper()
    if _DOUBTED.search(_UNPREFIXED.sub("", word)):
        return None  # not CGCS2000, perhaps CGCS2000: nothing is stated
    if refused := _refused(text, word):
        return refused
    if code := _BARE.search(word):
        return _by_code(text, f"EPSG:{code[1]}")
    if _left_over(word):
        return None
    if _SHIFTED.search(word):
        return _shifted(text, word)
    wgs, modern = bool(_WGS.search(word)), bool(_MODERN.search(word))
    if code := _EPSG.search(word):
        return None if _another(code[1], wgs, modern) else _by_code(text, f"EPSG:{code[1]}")
    if wgs == modern:
        return None
    return _projected(text, word, "EPSG:4326" if wgs else "EPSG:4490")


def _another(code: str, wgs: bool, modern: bool) -> bool:
    """Whether the words beside a code name the datum that it is not on."""
    return (modern and code == "4326") or (wgs and code == "4490")


def _left_over(word: str) -> bool:
    """Whether anything is said beside what is known: it may deny or change the rest."""
    for known in _DECIDING:
        word = known.sub(" ", word)
    return bool(_HARMLESS.sub("", word).strip())


def joined(own: str, above: str) -> str:
    """Return what two statements about one place come to; both, where they contradict each other.

    Parameters
    ----------
    own : str
        The nearer one, of the row or the boundary itself; "" where there is none.
    above : str
        Of the header or the list.

    Examples
    --------
    >>> joined("国家2000", "CGCS2000 3度带 36带")
    'CGCS2000 3度带 36带'
    >>> joined("CGCS2000", "高德")
    'CGCS2000 ≠ 高德'
    """
    if not own or not above or own == above:
        return own or above
    mine, theirs = read_statement(own), read_statement(above)
    if mine is None or theirs is None:
        return own  # the headers' are understood, and what the row says is refused
    datums = (_datum(mine), _datum(theirs))
    if set(datums) == {"WGS 84", "CGCS2000"} and mine.degrees and theirs.degrees:
        return own if datums[0] == "WGS 84" else above  # its accuracy counts what lies between them
    if datums[0] != datums[1]:
        return f"{own}{AGAINST}{above}"
    if mine.metres and theirs.metres and _meridian(mine.metres) != _meridian(theirs.metres):
        return f"{own}{AGAINST}{above}"
    return above if mine.datum_only and theirs.metres else own


def _datum(frame: Frame) -> str:
    """Return a name of the datum: of a web map, WGS 84, refused, or CGCS2000."""
    if frame.zh:
        return frame.zh
    code = frame.degrees or frame.metres
    if code in crs_floor.SHIFTED:
        return code
    return "WGS 84" if code in ("EPSG:4326", "EPSG:3857") or "EPSG:326" in code else "CGCS2000"


def _meridian(code: str) -> float | None:
    operation = crs_floor.read_crs(code).coordinate_operation
    if operation is None:
        return None
    named = {p.name: p.value for p in operation.params}
    value = named.get("Longitude of natural origin")
    return None if value is None else float(value)


def _by_parameters(text: str) -> Frame | None:
    """Return the frame of a PROJ definition, such as an old datum with its own ``+towgs84``."""
    try:
        known = crs_floor.read_crs(text)
    except InputError:
        return None
    if crs_floor.legacy(text):
        return _old(text)
    if known.is_geographic:
        return Frame(text, degrees=text)
    return Frame(text, metres=text) if crs_floor.metric(text) else None


def _shifted(text: str, word: str) -> Frame | None:
    """Return the frame of a web map; None where the words name two, or another datum as well."""
    baidu, gcj = bool(_BAIDU.search(word)), bool(_GCJ.search(word))
    if (baidu and gcj) or any(other.search(word) for other in (_MODERN, _WGS, _EPSG)):
        return None
    return Frame(text, degrees="BD-09" if baidu else "GCJ-02")


def _refused(text: str, word: str) -> Frame | None:
    if _OLD.search(word):
        return _old(text)
    if _LOCAL.search(word):
        return Frame(
            text,
            zh="地方独立坐标系没有公开的转换参数",
            en="a local system without published parameters",
            remedy_zh="请由测绘主管部门转换为 CGCS2000",
            remedy_en="have it converted to CGCS2000 by the surveying office",
        )
    return None


def _old(text: str) -> Frame:
    return Frame(
        text,
        zh="北京54、西安80 转 CGCS2000 需要当地参数，直接使用会偏几十米",
        en="Beijing54 and Xian80 need local parameters: tens of metres off without",
        remedy_zh="请由测绘主管部门转换为 CGCS2000，或写明带 +towgs84 参数的 PROJ 定义",
        remedy_en="have it converted to CGCS2000, or state a PROJ definition that carries +towgs84",
    )


def _by_code(text: str, code: str) -> Frame | None:
    try:
        known = crs_floor.read_crs(code)
    except InputError:
        return None
    if crs_floor.legacy(code):
        return _old(text)
    if known.is_geographic:
        return Frame(text, degrees=code)
    return Frame(text, metres=code) if crs_floor.metric(code) else None


def _projected(text: str, word: str, degrees: str) -> Frame | None:
    if utm := _UTM.search(word):
        return _by_code(text, f"EPSG:326{utm[1]}") if degrees == "EPSG:4326" else None
    # the datum's own "2000" and "84" must not be read as a zone
    rest = _WGS.sub("", _MODERN.sub("", word))
    width, zone, meridian = _WIDTH.search(rest), _ZONE.search(rest), _MERIDIAN.search(rest)
    if not (zone or meridian):
        if width or re.search(r"高斯|GAUSS|GK|UTM|墨卡托|MERCATOR|投影", rest):
            wide = 0 if width is None else 3 if width[1] in "3三" else 6
            return Frame(text, width=wide, datum_only=degrees == "EPSG:4490")
        return Frame(text, degrees=degrees, datum_only=degrees == "EPSG:4490")
    central = _central(width, zone, meridian)
    if central is None or degrees != "EPSG:4490":
        return None
    number = int(next(filter(None, zone.groups()))) if zone else 0
    return Frame(text, metres=gauss_kruger(central), either_prefix=True, zone=number)


def _central(
    width: re.Match[str] | None, zone: re.Match[str] | None, meridian: re.Match[str] | None
) -> int | None:
    """Return the central meridian [deg E] that is meant; None where words contradict each other."""
    stated = int(next(filter(None, meridian.groups()))) if meridian else None
    if zone is None:
        return stated if stated is not None and 75 <= stated <= 135 and stated % 3 == 0 else None
    number = int(next(filter(None, zone.groups())))
    narrow = number >= 25  # zones 13-23 are 6 degrees wide in China, 25-45 three
    central = zone_meridian(number)
    if central is None or (width and (width[1] in "3三") != narrow):
        return None
    return central if stated in (None, central) else None


def zone_meridian(number: int) -> int | None:
    """Return the central meridian of a zone number: 25-45 are 3 degrees wide, 13-23 six.

    References
    ----------
    .. [1] GB/T 17278: L0 = 3 n for 3-degree zones, 6 n - 3 for 6-degree zones.
    """
    if 25 <= number <= 45:
        return 3 * number
    return 6 * number - 3 if 13 <= number <= 23 else None


def gauss_kruger(central: int, *, zone: int | None = None) -> str:
    """Return the EPSG code of CGCS2000 Gauss-Krüger on a central meridian.

    Parameters
    ----------
    central : int
        75, 78 … 135. [deg E]
    zone : int, optional
        Number that the eastings carry in front; none unless given.

    Examples
    --------
    >>> gauss_kruger(108), gauss_kruger(108, zone=36), gauss_kruger(105, zone=18)
    ('EPSG:4545', 'EPSG:4524', 'EPSG:4496')
    """
    if zone is None:
        return f"EPSG:{4534 + (central - 75) // 3}"
    return f"EPSG:{4513 + zone - 25}" if zone >= 25 else f"EPSG:{4491 + zone - 13}"
