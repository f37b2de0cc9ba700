"""What a check found, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import shapely

from zoning.catalog import Catalog
from zoning.layers import content_hash
from zoning.soundness.finding import GRAVITY, CheckFinding, spots

_WORDS = {"error": "错误 error", "warning": "警告 warning", "note": "提示 note"}
_PLACES = 20  # a program gets more places than a reader; all of them are in the GeoPackage


def lines(catalog: Catalog, findings: Sequence[CheckFinding]) -> Iterator[str]:
    """Findings as lines of text: layer by layer, those with the gravest findings first."""
    for name in sorted(
        {f.layer for f in findings}, key=lambda name: _rank(catalog, name, findings)
    ):
        yield _head(catalog, name)
        for finding in findings:
            if finding.layer == name:
                yield f"  [{_WORDS[finding.severity]}] {finding.zh}"
                yield f"      {finding.en}"
                yield from (f"  {line}" for line in finding.more())
        yield ""
    yield _total(catalog, findings)


def _rank(catalog: Catalog, name: str, findings: Sequence[CheckFinding]) -> tuple[int, int]:
    worst = min(GRAVITY.index(f.severity) for f in findings if f.layer == name)
    order = list(catalog.layers)
    return worst, order.index(name) if name in order else -1


def _head(catalog: Catalog, name: str) -> str:
    layer = catalog.layers.get(name)
    if layer is None:
        return name or "目录 catalog"
    day = layer.date.isoformat() if layer.date else "无日期 undated"
    mark = " · 合成 synthetic" if layer.synthetic else ""
    return f"{name}  {layer.title} · {layer.path.name} · {day}{mark}"


def _total(catalog: Catalog, findings: Sequence[CheckFinding]) -> str:
    counts = ", ".join(
        f"{n} {_WORDS[severity]}"
        for severity in GRAVITY
        if (n := sum(f.severity == severity for f in findings))
    )
    head = f"{len(catalog.layers)} 个图层 layers, {len(findings)} 条 findings"
    return f"{head}: {counts}" if counts else head


def as_json(catalog: Catalog, findings: Sequence[CheckFinding]) -> dict[str, object]:
    """Findings, and the editions of the layers that were checked.

    Returns
    -------
    dict
        ``region``; ``layers``: name, title, date, edition (SHA-256 of the content), share,
        synthetic; ``findings``: severity, layer, kind, zh, en, count, where, places (lon, lat,
        area_m2, label; the largest 20), remedy_zh, remedy_en.
    """
    return {
        "region": catalog.name,
        "layers": [
            {
                "name": layer.name,
                "title": layer.title,
                "date": layer.date.isoformat() if layer.date else None,
                "edition": content_hash(layer),
                "share": layer.share,
                "synthetic": layer.synthetic,
            }
            for layer in catalog.layers.values()
        ],
        "findings": [_finding(catalog, finding) for finding in findings],
    }


def _finding(catalog: Catalog, finding: CheckFinding) -> dict[str, object]:
    return {
        "severity": finding.severity,
        "layer": finding.layer,
        "kind": finding.kind,
        "zh": finding.zh,
        "en": finding.en,
        "count": finding.count,
        "where": finding.where,
        "places": _places(catalog, finding),
        "remedy_zh": finding.remedy_zh,
        "remedy_en": finding.remedy_en,
    }


def _places(catalog: Catalog, finding: CheckFinding) -> list[dict[str, object]]:
    """Points in the places of a finding; none of a layer that may not be shown."""
    marks = finding.marks
    if marks is None or not len(marks):
        return []
    if any(catalog.layers[name].share == "none" for name in marks.layers):
        return []
    shown = marks.geometry[:_PLACES]
    return [
        {
            "lon": round(float(lon), 6),
            "lat": round(float(lat), 6),
            "area_m2": round(float(area), 1),
            "label": label,
        }
        for (lon, lat), area, label in zip(
            spots(shown, catalog.crs), shapely.area(shown), marks.label, strict=False
        )
    ]
