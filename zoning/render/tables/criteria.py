"""Suitability as files: style of the raster, what the criteria are and what they weigh."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as Xml

from zoning.siting.criteria.curves import Classes, Curve

if TYPE_CHECKING:
    from zoning.siting import Suitability
    from zoning.siting.criteria.model import Model, Preference

RAMP: Final = (
    (0, "#EFE6CF"), (25, "#D3D7B4"), (50, "#A6BFA0"), (75, "#6E9F94"), (100, "#3F7C86"),
)  # fmt: skip
"""Score x 100 and colour; between them straight lines."""


def suitability_qml() -> str:
    """Style of the suitability raster for QGIS: a ramp with its legend."""
    root = Xml.Element("qgis", version="3.22.0", styleCategories="Symbology")
    pipe = Xml.SubElement(root, "pipe")
    renderer = Xml.SubElement(
        pipe, "rasterrenderer", type="singlebandpseudocolor", band="1", opacity="0.75",
        classificationMin="0", classificationMax="100", nodataColor="", alphaBand="-1",
    )  # fmt: skip
    shader = Xml.SubElement(Xml.SubElement(renderer, "rastershader"), "colorrampshader")
    options = {
        "colorRampType": "INTERPOLATED", "classificationMode": "1", "clip": "0",
        "minimumValue": "0", "maximumValue": "100", "labelPrecision": "0",
    }  # fmt: skip
    shader.attrib.update(options)
    words = {0: "0 不适宜 least", 100: "100 最适宜 most"}
    for value, colour in RAMP:
        Xml.SubElement(
            shader, "item", value=str(value), color=colour, alpha="255",
            label=words.get(value, str(value)),
        )  # fmt: skip
    Xml.indent(root)
    kind = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
    return kind + Xml.tostring(root, encoding="unicode") + "\n"


def said_preference(preference: Preference) -> str:
    """Say a preference in one line.

    Examples
    --------
    >>> said_preference(Curve(((0.0, 1.0), (10.0, 0.0))))
    '0→1，10→0'
    """
    if isinstance(preference, Curve):
        return "，".join(f"{value:g}→{score:g}" for value, score in preference.points)
    if isinstance(preference, Classes):
        ends = ("", *(f"{edge:g}" for edge in preference.edges), "")
        steps = zip(ends[:-1], ends[1:], preference.scores, strict=True)
        return "，".join(f"[{low}, {high}) {score:g}" for low, high, score in steps)
    return "，".join(f"{word} {score:g}" for word, score in preference.scores.items())


def criteria_rows(model: Model) -> list[Mapping[str, object]]:
    """One row a criterion: group, name, title, fact, preference, weight (of all)."""
    groups = {group.name: group.title for group in model.groups}
    return [
        {
            "group": groups.get(criterion.group, ""),
            "name": criterion.name,
            "title": criterion.title,
            "fact": str(criterion.fact),
            "preference": said_preference(criterion.preference),
            "weight": round(weight, 6),
        }
        for criterion, weight in zip(model.criteria, model.weights.tolist(), strict=True)
    ]


def about_suitability(made: Suitability) -> Mapping[str, object]:
    """What the raster is made of, for the folder's summary."""
    return {
        "criteria": criteria_rows(made.model),
        "method": "weighted sum",
        "scale": "score x 100; 255: forbidden, outside, or a fact is not known",
        "notes": list(made.notes),
        "weights_and_curves": "示意值 illustrative",
    }
