"""QGIS layer styles (QML): categories, symbols, labels, field names in Chinese.

Options are written in both forms: ``<Option>`` for QGIS 3.18 and later, ``<prop>`` for earlier.

References
----------
.. [1] QGIS source, src/core/symbology/qgssymbollayerutils.cpp, ``parseProperties``;
   src/core/symbology/qgscategorizedsymbolrenderer.cpp, ``create``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias
from xml.etree import ElementTree as Xml

Shape: TypeAlias = Literal["point", "line", "polygon"]

_DOCTYPE: Final = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_SYMBOL: Final[Mapping[Shape, str]] = {"point": "marker", "line": "line", "polygon": "fill"}
_GEOMETRY: Final[Mapping[Shape, str]] = {"point": "0", "line": "1", "polygon": "2"}


@dataclass(frozen=True, slots=True)
class Category:
    """One class of a layer and how it is drawn.

    Parameters
    ----------
    value, label : str
        Value of the attribute; words of the legend.
    fill, edge : str
        ``#RRGGBB``.
    marker : str
        QGIS marker: square, triangle, circle.
    opacity : float
        Of a polygon's fill.
    brush : str
        QGIS brush: solid, b_diagonal, f_diagonal.
    dash : bool
        Edge drawn broken.
    """

    value: str
    label: str
    fill: str
    edge: str
    marker: str = "circle"
    opacity: float = 0.35
    brush: str = "solid"
    dash: bool = False


def layer_qml(
    shape: Shape,
    attribute: str,
    categories: Sequence[Category],
    *,
    label: str = "",
    names: Mapping[str, str] | None = None,
) -> str:
    """Return a layer's style.

    Parameters
    ----------
    shape : {"point", "line", "polygon"}
    attribute : str
        Column that tells the categories apart.
    categories : sequence of Category
        Drawn and listed in this order.
    label : str
        Column that is printed beside; "" for none.
    names : Mapping
        Column -> its name for people.
    """
    root = Xml.Element(
        "qgis",
        version="3.22.0",
        styleCategories="Symbology|Labeling|Fields",
        labelsEnabled="1" if label else "0",
    )
    renderer = Xml.SubElement(
        root,
        "renderer-v2",
        type="categorizedSymbol",
        attr=attribute,
        enableorderby="0",
        forceraster="0",
        symbollevels="0",
    )
    listed = Xml.SubElement(renderer, "categories")
    symbols = Xml.SubElement(renderer, "symbols")
    for number, category in enumerate(categories):
        Xml.SubElement(
            listed,
            "category",
            value=category.value,
            label=category.label,
            symbol=str(number),
            render="true",
            type="string",
        )
        _symbol(symbols, shape, category, str(number))
    if label:
        _labels(root, label)
    _names(root, names or {})
    Xml.SubElement(root, "layerGeometryType").text = _GEOMETRY[shape]
    Xml.indent(root)
    return _DOCTYPE + Xml.tostring(root, encoding="unicode") + "\n"


def _symbol(parent: Xml.Element, shape: Shape, category: Category, name: str) -> None:
    symbol = Xml.SubElement(
        parent,
        "symbol",
        name=name,
        type=_SYMBOL[shape],
        alpha="1",
        clip_to_extent="1",
        force_rhr="0",
    )
    what, options = {"point": _marker, "line": _line, "polygon": _fill}[shape](category)
    layer = Xml.SubElement(symbol, "layer", {"class": what, "enabled": "1", "locked": "0"})
    layer.set("pass", "0")
    _options(layer, options)


def _marker(category: Category) -> tuple[str, dict[str, str]]:
    return "SimpleMarker", {
        "name": category.marker,
        "color": colour(category.fill),
        "outline_color": colour(category.edge),
        "outline_style": "dash" if category.dash else "solid",
        "outline_width": "0.5",
        "size": "3.6",
        "size_unit": "MM",
    }


def _line(category: Category) -> tuple[str, dict[str, str]]:
    return "SimpleLine", {
        "line_color": colour(category.edge),
        "line_style": "dash" if category.dash else "solid",
        "line_width": "0.8",
        "line_width_unit": "MM",
        "capstyle": "round",
        "joinstyle": "round",
    }


def _fill(category: Category) -> tuple[str, dict[str, str]]:
    return "SimpleFill", {
        "color": colour(category.fill, category.opacity),
        "style": category.brush,
        "outline_color": colour(category.edge),
        "outline_style": "dash" if category.dash else "solid",
        "outline_width": "0.5",
        "outline_width_unit": "MM",
    }


def colour(code: str, opacity: float = 1.0) -> str:
    """Return a colour as QGIS writes it.

    Examples
    --------
    >>> colour("#A3262A", 0.5)
    '163,38,42,128'
    """
    red, green, blue = (int(code[i : i + 2], 16) for i in (1, 3, 5))
    return f"{red},{green},{blue},{round(opacity * 255)}"


def _options(parent: Xml.Element, options: Mapping[str, str]) -> None:
    group = Xml.SubElement(parent, "Option", type="Map")
    for name, value in options.items():
        Xml.SubElement(group, "Option", type="QString", name=name, value=value)
    for name, value in options.items():
        Xml.SubElement(parent, "prop", k=name, v=value)


def _labels(root: Xml.Element, column: str) -> None:
    labeling = Xml.SubElement(root, "labeling", type="simple")
    settings = Xml.SubElement(labeling, "settings", calloutType="simple")
    style = Xml.SubElement(
        settings,
        "text-style",
        fieldName=column,
        isExpression="0",
        fontSize="8",
        fontSizeUnit="Point",
        textColor="34,40,43,255",
    )
    Xml.SubElement(
        style,
        "text-buffer",
        bufferDraw="1",
        bufferSize="0.8",
        bufferSizeUnits="MM",
        bufferColor="255,255,255,255",
    )


def _names(root: Xml.Element, names: Mapping[str, str]) -> None:
    aliases = Xml.SubElement(root, "aliases")
    for number, (column, name) in enumerate(names.items()):
        Xml.SubElement(aliases, "alias", field=column, name=name, index=str(number))
