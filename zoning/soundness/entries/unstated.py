"""What a layer's entry leaves unsaid."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from zoning.catalog import Catalog
from zoning.catalog.text import nearest_word
from zoning.facts.vocabulary import LAYERS
from zoning.layers import Layer, RasterLayer, VectorLayer
from zoning.soundness.finding import CheckFinding, Severity

# key -> how grave its absence is, what follows from it, what to write
_ASKED: tuple[tuple[str, Severity, str, str, str], ...] = (
    (
        "coverage",
        "warning",
        "未注明覆盖范围，图上没有不等于实际没有，各项结论只能是“不确定”",
        "coverage is not stated: what the layer does not show stays unknown everywhere",
        'coverage = "region"',
    ),
    (
        "date",
        "warning",
        "未注明版本日期，无法判断是否过期",
        "no date: whether the edition is outdated cannot be told",
        "date = 2024-05-01",
    ),
    (
        "licence",
        "warning",
        "未注明使用许可",
        "no licence stated",
        'licence = "…"',
    ),
    (
        "source",
        "warning",
        "未注明来源",
        "no source stated",
        'source = "…"',
    ),
)


def check_heads(catalog: Catalog, as_of: date | None) -> Iterator[CheckFinding]:
    """Say what the entries of the layers do not state."""
    for layer in catalog.layers.values():
        yield from _unstated(layer)
        if layer.accuracy_default:
            yield CheckFinding(
                "note",
                layer.name,
                "accuracy",
                f"未注明精度，按角色 {layer.role} 取默认值 {layer.accuracy_m:g} m",
                f"no accuracy stated: {layer.accuracy_m:g} m assumed for its role",
                remedy_zh=f"写明 accuracy_m = {layer.accuracy_m:g}",
                remedy_en="state accuracy_m",
            )
        yield from _dated(layer, as_of)
        if layer.name not in LAYERS:
            yield _unknown_name(layer)


def _unstated(layer: Layer) -> Iterator[CheckFinding]:
    for key, severity, zh, en, example in _ASKED:
        if key == "coverage" and isinstance(layer, RasterLayer):
            continue  # a raster's own cells say where it has values
        if not getattr(layer, key):
            yield CheckFinding(
                severity,
                layer.name,
                key,
                zh,
                en,
                remedy_zh=f"在 [layers.{layer.name}] 写明 {example}",
                remedy_en=f"state {key}",
            )


def _dated(layer: Layer, as_of: date | None) -> Iterator[CheckFinding]:
    """Say whether the edition is the one in force."""
    if layer.superseded is not None:
        over = as_of is not None and layer.superseded <= as_of
        when = layer.superseded.isoformat()
        yield CheckFinding(
            "warning" if over else "note",
            layer.name,
            "superseded",
            f"自 {when} 起已有新版本" + (f"，{as_of} 时不再是现行版本" if over else ""),
            f"superseded on {when}" + (f": not in force on {as_of}" if over else ""),
            remedy_zh="换用新版本",
            remedy_en="use the newer edition",
        )
    if layer.date is not None and as_of is not None and layer.date > as_of:
        yield CheckFinding(
            "warning",
            layer.name,
            "date",
            f"版本日期 {layer.date} 晚于 {as_of}",
            f"dated {layer.date}, after {as_of}",
            remedy_zh="核对 date",
            remedy_en="check date",
        )


# 优先保护单元 follow these: the plan is updated "whenever redlines, drinking-water zones or
# protected areas change" (domain/policy.md 2, found: yon123.com id=15463)
_LEADING = ("redline", "water_source", "protected_area")


def check_editions(catalog: Catalog) -> Iterator[CheckFinding]:
    """Say where control units are older than the layers that they follow."""
    units = catalog.layers.get("control_unit")
    if units is None or units.date is None:
        return
    newer = [
        f"{name} {day.isoformat()}"
        for name in _LEADING
        if (layer := catalog.layers.get(name)) and (day := layer.date) and day > units.date
    ]
    if newer:
        yield CheckFinding(
            "warning",
            units.name,
            "older_than",
            f"版本 {units.date} 早于 {'、'.join(newer)}，管控单元应随其动态更新",
            f"edition {units.date} is older than layers that units must follow",
            count=len(newer),
            where="; ".join(newer),
            remedy_zh="核实是否已有更新的管控单元成果",
            remedy_en="ask whether a newer edition of the units is in force",
        )


def check_copies(catalog: Catalog) -> Iterator[CheckFinding]:
    """Say which entries read the same rows or cells of the same file."""
    seen: dict[tuple[object, ...], str] = {}
    for layer in catalog.layers.values():
        part = (layer.sublayer, layer.where) if isinstance(layer, VectorLayer) else (layer.band, "")
        first = seen.setdefault((layer.path.resolve(), *part), layer.name)
        if first != layer.name:
            yield CheckFinding(
                "warning",
                layer.name,
                "same_file",
                f"与 {first} 读取同一文件的同一图层",
                f"reads the same layer of the same file as {first}",
                where=layer.path.name,
                remedy_zh="核对 path，或用 where 区分",
                remedy_en="check path, or tell them apart with where",
            )


def _unknown_name(layer: Layer) -> CheckFinding:
    close = nearest_word(layer.name, LAYERS)
    return CheckFinding(
        "note",
        layer.name,
        "vocabulary",
        "词汇表中没有的图层名，自带规则不会用到它",
        "no layer of the vocabulary: the rules that come along do not use it",
        remedy_zh=f"是否应为 {close}?" if close else "在自己的规则中使用",
        remedy_en=f"did you mean {close}?" if close else "use it in rules of your own",
    )
