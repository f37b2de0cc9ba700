"""The CRS of a surveyed parcel: what its head says against what its own numbers say."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from zoning.projects.cells.values import Refusal
from zoning.projects.tables.crs_statements import gauss_kruger, read_statement, zone_meridian

_BARE = {
    "2000": "CGCS2000",
    "CGCS": "CGCS2000",
    "国家2000": "CGCS2000",
    "80": "西安80",
    "1980": "西安80",
    "54": "北京54",
    "1954": "北京54",
}
_OLD = re.compile(
    r"(?:80|54)年?(?:西安|北京|国家|坐标)|(?:西安|北京|国家)(?:19)?(?:80|54)"
    r"|XI.?AN_?-?(?:19)?80|BEIJING_?-?(?:19)?54|克拉索夫斯基"
)
_GAUSS = re.compile(r"高斯|GAUSS|^GK")
_NOT_GAUSS = re.compile(r"UTM|通用|兰勃特|LAMBERT|伪")
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Zone:
    """What a head says of the projection of its numbers.

    Parameters
    ----------
    datum : str
        Statement of the datum alone; "" where blank.
    width : int
        3 or 6 degrees, 0 where blank.
    number : int
        Zone, 0 where blank.
    meridian : int
        Central meridian [deg E], 0 where blank.
    by_meridian : bool
        The meridian stood where the zone should.
    odd : tuple of str
        Texts that no zone, width or meridian can have.
    """

    datum: str
    width: int = 0
    number: int = 0
    meridian: int = 0
    by_meridian: bool = False
    odd: tuple[str, ...] = ()


def old_datum(text: str) -> bool:
    """Whether a head names Beijing 1954 or Xian 1980, in any of the usual spellings."""
    word = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper()
    return bool(_OLD.search(_BARE.get(word, word)))


def gauss_projected(text: str) -> bool:
    """Whether a head names the Gauss-Krüger projection, in any spelling, or none.

    Examples
    --------
    >>> [gauss_projected(text) for text in ("高斯-克吕格", "", "Gauss_Kruger", "UTM", "墨卡托")]
    [True, True, True, False, False]
    """
    word = re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text)).upper()
    return not word or (bool(_GAUSS.search(word)) and not _NOT_GAUSS.search(word))


def zone_of(head: Mapping[str, str]) -> Zone:
    """Return what a head of ``坐标系 几度分带 带号 中央子午线`` says.

    A ``带号`` that is a central meridian (``108``) is taken for one.
    """
    word = re.sub(r"\s", "", unicodedata.normalize("NFKC", head.get("datum", "")))
    datum = _BARE.get(word.upper(), word)
    width, odd_width = _number(head.get("width", "").translate(str.maketrans("三六", "36")))
    number, odd_zone = _number(head.get("zone", ""))
    meridian, odd_meridian = _number(head.get("meridian", ""))
    by_meridian = 75 <= number <= 135 and number % 3 == 0 and meridian in (0, number)
    if by_meridian:
        number, meridian = 0, number
    odd = [*odd_width, *odd_zone, *odd_meridian]
    if width not in (0, 3, 6):
        odd, width = [*odd, head["width"]], 0
    if number and zone_meridian(number) is None:
        odd, number = [*odd, head["zone"]], 0
    if meridian and not (75 <= meridian <= 135 and meridian % 3 == 0):
        odd, meridian = [*odd, head.get("meridian", "")], 0
    return Zone(datum, width, number, meridian, by_meridian, tuple(odd))


def _number(text: str) -> tuple[int, list[str]]:
    """Return the last number of a text, 0 where it is blank; and the text where it has none."""
    if not text.strip(" ,;-/\\"):
        return 0, []
    found = _DIGITS.findall(text)
    return (int(found[-1][:6]), []) if found else (0, [text])


def statement(zone: Zone, prefix: int) -> tuple[str, tuple[str, ...]]:
    """Return what metres with this prefix are in, and what of the head contradicts that.

    Parameters
    ----------
    zone : Zone
    prefix : int
        Zone in front of the easting, 0 where there is none.

    Returns
    -------
    stated : str
        Readable by `read_statement`; "" where the head leaves the CRS open.
    contradictions : tuple of str
        Chinese, each naming both sides. Where there are any, the prefix was followed, or nothing.
    """
    if not zone.datum:
        return "", ()
    frame = read_statement(zone.datum)
    if frame is None or frame.zh or frame.degrees != "EPSG:4490":
        return zone.datum, ()
    clashes = [f"「{text}」不是带号、分带或中央子午线" for text in zone.odd]
    decided = prefix or zone.number
    if prefix and zone.number not in (0, prefix):
        clashes.append(f"带号写 {zone.number}，东坐标前缀是 {prefix}")
    width = 0 if not decided else 3 if decided >= 25 else 6
    if decided and zone.width not in (0, width):
        clashes.append(f"几度分带写 {zone.width}，{decided} 带是 {width} 度带")
    if decided and zone.meridian not in (0, zone_meridian(decided)):
        clashes.append(f"中央子午线写 {zone.meridian}，{decided} 带是 {zone_meridian(decided)}")
    if decided:
        return f"CGCS2000 {width}度带 {decided}带", tuple(clashes)
    if zone.meridian:
        return f"CGCS2000 中央子午线{zone.meridian}", tuple(clashes)
    return "", tuple(clashes)


def by_prefix(prefix: int) -> str:
    """Return the CRS that a zone number in front of eastings means, "" where it means none."""
    central = zone_meridian(prefix)
    return gauss_kruger(central, zone=prefix) if central is not None else ""


def followed(clashes: tuple[str, ...], prefix: int) -> Refusal:
    """Say that the head is wrong and the prefix was believed, since it leads into the region."""
    return Refusal(
        f"文件头与坐标矛盾: {'; '.join(clashes)}。按前缀 {prefix} 带读取，落在辖区内",
        f"the head contradicts the coordinates; read by the prefix {prefix}, inside the region",
        "请核对文件头的带号、几度分带",
        "check zone and zone width in the head",
    )


def refused(clashes: tuple[str, ...], prefix: int) -> Refusal:
    """Say that head and numbers contradict each other and nothing tells which is right."""
    like = f"若前缀是对的，应为 {by_prefix(prefix)}; " if by_prefix(prefix) else ""
    return Refusal(
        f"文件头与坐标矛盾，又不能由辖区判定: {'; '.join(clashes)}",
        "the head contradicts the coordinates, and the region does not decide between them",
        f"{like}请改正文件头的带号、几度分带或中央子午线",
        "correct zone, zone width or central meridian in the head",
    )


def another_projection(text: str) -> Refusal:
    """Say that metres of another projection are not read: a UTM is off by a kilometre."""
    return Refusal(
        f"投影类型写「{text[:30]}」，不是高斯-克吕格，未落图",
        f"the projection is {text[:30]}, not Gauss-Krüger: not placed",
        "请换算到高斯-克吕格投影后重报; 若本来就是，请改正投影类型",
        "convert the numbers to Gauss-Krüger; correct the head if they are on it",
    )


def meridian_for_zone(meridian: int) -> Refusal:
    """Say that a central meridian stands where the number of the zone should."""
    return Refusal(
        f"带号写 {meridian}，按中央子午线 {meridian}° 读取",
        f"{meridian} stands for the zone; read as the central meridian",
        f"带号应写 {meridian // 3} (3 度带)",
        f"the zone of {meridian} degrees is {meridian // 3}",
    )


def left_open(datum: str) -> Refusal:
    """Say that the zone is missing."""
    return Refusal(
        "带号空白，东坐标也没有前缀，文件本身定不了中央子午线",
        "no zone in the head and none in front of the eastings",
        f"请在文件头补带号 (36 带即中央子午线 108°)，坐标系写的是 {datum}",
        "fill in the zone in the head, or state the CRS of the list",
    )
