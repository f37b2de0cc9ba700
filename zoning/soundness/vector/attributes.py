"""The words of a vector layer's attributes: missing, unknown, garbled, cut."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from zoning.facts.vocabulary import LAYERS
from zoning.layers import Features, VectorLayer
from zoning.layers.aliases import cut_columns
from zoning.layers.encoding import text_widths
from zoning.layers.source import inspect
from zoning.layers.values import CHOICES
from zoning.soundness.finding import CheckFinding, listed
from zoning.soundness.vector.mojibake import Garbled, garbled

_DBF_BYTES = 254  # the widest text field of a dBASE III table
_ARCGIS_SIGNS = 255  # the width ArcGIS gives a text field unless told otherwise
_PROSE_BYTES = 50  # illustrative: narrower fields hold codes and names that fill them by right
_ENDS = "。；！？.;!?）)》”"


def check_words(layer: VectorLayer, features: Features) -> Iterator[CheckFinding]:
    """Check the attributes of one vector layer by themselves."""
    yield from _unknown(layer, features)
    yield from _missing(layer, features)
    yield from _misread(layer, features)
    yield from _garbled(layer, features)
    yield from _cut_texts(layer, features)
    yield from _cut_names(layer)


def _unknown(layer: VectorLayer, features: Features) -> Iterator[CheckFinding]:
    for name in features.attributes.columns:
        column = features.attributes[name]
        allowed = CHOICES.get((layer.name, name))
        odd = sorted({v for v in column if isinstance(v, str)} - set(allowed or ()))
        if allowed and odd:
            n = int(np.isin(column.astype(object).fillna(""), odd).sum())
            yield CheckFinding(
                "warning",
                layer.name,
                "unknown_word",
                f"属性 {name} 有词汇表以外的取值，规则不会匹配",
                f"{name} holds values that are not in the vocabulary: no rule will match them",
                count=n,
                where=listed(odd),
                remedy_zh=f"改为: {'、'.join(allowed)}",
                remedy_en="use the words of the vocabulary",
            )


def _missing(layer: VectorLayer, features: Features) -> Iterator[CheckFinding]:
    spec = LAYERS.get(layer.name)
    for name in spec.required if spec else ():
        n = int(features.attributes[name].isna().sum())
        if n:
            yield CheckFinding(
                "error",
                layer.name,
                "missing_attribute",
                f"{n} 个要素缺少必需的属性 {name}",
                f"{n} features lack the required attribute {name}",
                count=n,
                remedy_zh="补全属性",
                remedy_en="fill it in",
            )


def _misread(layer: VectorLayer, features: Features) -> Iterator[CheckFinding]:
    kinds = LAYERS[layer.name].attributes if layer.name in LAYERS else {}
    wanted = {
        "bool": ("是或否", "yes or no"),
        "number": ("数字", "a number"),
        "date": ("日期，如 2024-05-01", "a date such as 2024-05-01"),
    }
    for name, texts in features.misread:
        zh, en = wanted[kinds[name]]
        yield CheckFinding(
            "warning",
            layer.name,
            "misread",
            f"属性 {name} 有 {len(texts)} 种取值看不懂，按缺失处理",
            f"{len(texts)} values of {name} are not understood and count as missing",
            count=len(texts),
            where=listed(texts),
            remedy_zh=f"应为{zh}",
            remedy_en=f"write {en}",
        )


def _garbled(layer: VectorLayer, features: Features) -> Iterator[CheckFinding]:
    for name in features.attributes.columns:
        texts = {v for v in features.attributes[name] if isinstance(v, str) and not v.isascii()}
        texts |= {v for v in features.attributes[name] if isinstance(v, str) and "??" in v}
        found = [bad for bad in map(garbled, sorted(texts)) if bad is not None]
        if found:
            yield _mojibake(layer, name, found)


def _mojibake(layer: VectorLayer, name: str, found: list[Garbled]) -> CheckFinding:
    lost = sum(not bad.meant for bad in found)
    return CheckFinding(
        "error" if name in ("class", "code") else "warning",
        layer.name,
        "garbled",
        f"属性 {name} 有 {len(found)} 种取值是乱码"
        + (f"，其中 {lost} 种已无法还原" if lost else ""),
        f"{len(found)} values of {name} are garbled" + (f", {lost} of them lost" if lost else ""),
        count=len(found),
        where=listed([str(bad) for bad in found]),
        remedy_zh="从原文件按正确编码 (UTF-8 或 GBK) 重新导出；Shapefile 可写 encoding",
        remedy_en="export again in the right encoding; for a shapefile state encoding",
    )


def _cut_texts(layer: VectorLayer, features: Features) -> Iterator[CheckFinding]:
    """Texts that end where a field ended."""
    is_dbf = layer.path.suffix.lower() == ".shp"
    widths = text_widths(layer.path, layer.encoding) if is_dbf else {}
    columns = dict(layer.fields)
    for name in features.attributes.columns:
        texts = [v for v in features.attributes[name].unique() if isinstance(v, str)]
        column = columns.get(name, "")
        full = _filling(texts, widths.get(column), layer.encoding or "utf-8")
        if full:
            yield CheckFinding(
                "warning",
                layer.name,
                "cut_text",
                f"属性 {name} 有 {len(full)} 条文字恰好写满字段 (Shapefile 为 254 字节)，疑被截断",
                f"{len(full)} texts of {name} fill their field (254 bytes in a shapefile)",
                count=len(full),
                where=listed([f"…{text[-12:]}" for text in full]),
                remedy_zh="从原表以 GeoPackage 重新导出",
                remedy_en="export again from the source as GeoPackage",
            )


def _filling(texts: list[str], width: int | None, encoding: str) -> list[str]:
    """Texts that fill a field to the last sign that fits."""
    if width is not None:
        room = width if width >= _PROSE_BYTES else None
        return [t for t in texts if room and _fills(t, encoding, room)]
    for room, coding in ((_DBF_BYTES, "gb18030"), (_DBF_BYTES, "utf-8"), (_ARCGIS_SIGNS, "")):
        size = [len(t.encode(coding)) if coding else len(t) for t in texts]
        if size and max(size) <= room:  # a longer one shows that the field has room for more
            found = [t for t in texts if _fills(t, coding, room) and t[-1:] not in _ENDS]
            if found:
                return found
    return []


def _fills(text: str, encoding: str, room: int) -> bool:
    """Whether one more Chinese character would not have fitted."""
    if not encoding:
        return len(text) == room
    more = len("界".encode(encoding))
    return room - more < len(text.encode(encoding, "replace")) <= room


def _cut_names(layer: VectorLayer) -> Iterator[CheckFinding]:
    """Columns of a shapefile whose names were cut at 10 bytes."""
    if layer.path.suffix.lower() != ".shp":
        return
    info = inspect(layer.path, sublayer=layer.sublayer, encoding=layer.encoding)
    used = {column: name for name, column in layer.fields}
    for column, owners in cut_columns(layer.name, info.columns, layer.encoding or "utf-8"):
        taken, maybe = used.get(column), " / ".join(owners)
        if taken:
            zh = f"列名 {column} 被截为 10 字节，按 {taken} 读取"
            en = f"{column} was cut at 10 bytes, read as {taken}"
        else:
            zh = f"列名 {column} 被截为 10 字节，可能是 {maybe}，未读取"
            en = f"{column} was cut at 10 bytes, may be {maybe}, and is not read"
        yield CheckFinding(
            "note" if taken else "warning",
            layer.name,
            "cut_name",
            zh,
            en,
            where=column,
            remedy_zh=f"在 [layers.{layer.name}.fields] 写明，或改用 GeoPackage",
            remedy_en="state it in fields, or use GeoPackage",
        )
