"""The result map: one HTML file that opens without internet.

Built on folium: a ``Map`` without tiles, an ``ImageOverlay`` for the relief, and one
``MacroElement`` that carries Leaflet, style, script and data. Folium's links to content delivery
networks are taken out; nothing in the page leaves it.
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import folium
from branca.element import Figure, MacroElement
from folium.raster_layers import ImageOverlay
from folium.template import Template

from zoning.render.map.payload import Page, gather
from zoning.render.style import VERDICT

if TYPE_CHECKING:
    from zoning.catalog import Catalog
    from zoning.render.map.study_page import Siting
    from zoning.screening import Screening

_SCRIPTS = ("words.js", "ground.js", "furniture.js", "card.js", "crowd.js", "page.js")
_SITING = ("words.js", "siting.js", *_SCRIPTS[1:])
_FETCHED = re.compile(r"url\((?!data:|#)[^)]*\)")  # Leaflet's control images: unused here
_SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)
_PLACE = re.compile(r"<!--zoning:(\w+)-->")


class _Interface(MacroElement):
    """Where style, script and data go; they are put in after folium has rendered its templates.

    Folium passes every text through its template engine, twice. A project named ``{{ … }}`` must
    not be run there, and three megabytes need not be compiled.
    """

    _template = Template(
        """
        {% macro header(this, kwargs) %}
        <style><!--zoning:style--></style>
        <script><!--zoning:leaflet--></script>
        {% endmacro %}
        {% macro html(this, kwargs) %}
        <!--zoning:body-->
        <script type="application/json" id="zoning-data"><!--zoning:data--></script>
        {% endmacro %}
        {% macro script(this, kwargs) %}
        <!--zoning:script-->
        {% endmacro %}
        """
    )

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # branca has no types here
        self._name = "Interface"
        self._id = "zoning"


def _parts(page: Page) -> dict[str, str]:
    siting = "siting" in page.data
    scripts = _SITING if siting else _SCRIPTS
    more = _asset("siting.css") if siting else ""
    return {
        "style": _FETCHED.sub("none", _asset("leaflet/leaflet.css")) + _css() + more,
        "leaflet": _SOURCE_MAP.sub("", _asset("leaflet/leaflet.js")),
        "body": _asset("body.html"),
        "data": embed(page.data),
        "script": "\n".join(["(function () {\n'use strict';", *map(_asset, scripts), "})();"]),
    }


def write_map(
    screening: Screening, catalog: Catalog, path: Path, *, siting: Siting | None = None
) -> None:
    """Write a screening as a self-contained map.

    Parameters
    ----------
    screening : Screening
    catalog : Catalog
        The one it was screened against; its ``share`` decides what geometry the file holds.
    path : Path
        HTML file; its folder must exist.
    siting : Siting, optional
        What a study of places says of the projects.
    """
    page = gather(screening, catalog, siting)
    Path(path).write_text(render(page), encoding="utf-8", newline="\n")


@dataclass(frozen=True, slots=True)
class MapView:
    """A map that shows itself in Jupyter; ``page`` is the whole HTML."""

    page: str

    def _repr_html_(self) -> str:
        frame = html.escape(self.page, quote=True)
        style = "width:100%;height:680px;border:0"
        return f'<iframe srcdoc="{frame}" title="map" style="{style}"></iframe>'


def show_map(screening: Screening, catalog: Catalog, *, siting: Siting | None = None) -> MapView:
    """Return the map of a screening, or of a study of places, to look at in a notebook."""
    return MapView(render(gather(screening, catalog, siting)))


def render(page: Page) -> str:
    """HTML of a page; the same bytes for the same page."""
    (south, west), (north, east) = page.bounds
    centre = ((south + north) / 2, (west + east) / 2)
    drawing = folium.Map(
        location=centre, tiles=None, zoom_start=9, zoom_control=False, attributionControl=False,
        zoomSnap=0.25, zoomDelta=1,
    )  # fmt: skip
    drawing.default_js, drawing.default_css = [], []  # the page brings its own Leaflet
    drawing._id = "zoning"
    figure = drawing.get_root()
    assert isinstance(figure, Figure)  # folium wraps every map in one
    figure.title = html.escape(page.title)
    _Interface().add_to(drawing)
    if page.relief is not None:
        overlay = ImageOverlay(
            page.relief.uri, [list(corner) for corner in page.relief.bounds],
            pixelated=False, pane="tilePane", alt="",
        )  # fmt: skip
        overlay._id = "relief"
        overlay.add_to(drawing)
        drawing._children.move_to_end("interface_zoning")  # its script runs last
    frame = str(figure.render()).replace("<html>", '<html lang="zh-CN">', 1)
    parts = _parts(page)
    return _PLACE.sub(lambda found: parts[found[1]], frame)  # one pass: what is put in stays


def embed(data: object) -> str:
    """JSON that may stand inside a script element.

    ``</`` would end the element and ``<!--`` change how it is read; two line separators are no
    part of older scripts.
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for mark in "<\u2028\u2029":
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return text


def _css() -> str:
    colours = {
        **{f"--{each.key}": each.colour for each in VERDICT.values()},
        **{f"--{each.key}f": each.fill for each in VERDICT.values()},
        **{f"--{each.key}t": each.text for each in VERDICT.values()},
        **{f"--{each.key}b": each.tint for each in VERDICT.values()},
    }
    root = "".join(f"{name}:{value};" for name, value in colours.items())
    return f":root{{{root}}}\n{_asset('map.css')}"


def _asset(name: str) -> str:
    return (resources.files("zoning.render") / "assets" / name).read_text(encoding="utf-8")
