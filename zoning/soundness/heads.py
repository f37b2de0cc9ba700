"""What a layer's entry leaves unsaid."""

from __future__ import annotations

from collections.abc import Iterator

from zoning.catalog import Catalog
from zoning.catalog.text import nearest_word
from zoning.facts.vocabulary import LAYERS
from zoning.layers import Layer, RasterLayer
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


def check_heads(catalog: Catalog) -> Iterator[CheckFinding]:
    """Say what the entries of the layers do not state."""
    for layer in catalog.layers.values():
        yield from _unstated(layer)
        if layer.accuracy_default:
            yield CheckFinding(
                "note",
                layer.name,
                f"未注明精度，按角色 {layer.role} 取默认值 {layer.accuracy_m:g} m",
                f"no accuracy stated: {layer.accuracy_m:g} m assumed for its role",
                remedy_zh=f"写明 accuracy_m = {layer.accuracy_m:g}",
                remedy_en="state accuracy_m",
            )
        if layer.superseded is not None:
            yield CheckFinding(
                "note",
                layer.name,
                f"自 {layer.superseded.isoformat()} 起已有新版本",
                f"superseded on {layer.superseded.isoformat()}",
                remedy_zh="换用新版本",
                remedy_en="use the newer edition",
            )
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
                zh,
                en,
                remedy_zh=f"在 [layers.{layer.name}] 写明 {example}",
                remedy_en=f"state {key}",
            )


def _unknown_name(layer: Layer) -> CheckFinding:
    close = nearest_word(layer.name, LAYERS)
    return CheckFinding(
        "note",
        layer.name,
        "词汇表中没有的图层名，自带规则不会用到它",
        "no layer of the vocabulary: the rules that come along do not use it",
        remedy_zh=f"是否应为 {close}?" if close else "在自己的规则中使用",
        remedy_en=f"did you mean {close}?" if close else "use it in rules of your own",
    )
