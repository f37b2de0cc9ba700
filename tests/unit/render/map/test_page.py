"""The page leaves nothing, runs nothing it was given, and is the same bytes each time."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.map_scene import EVIL, Scene, make_scene
from zoning.render.map.map import embed, render, show_map, write_map
from zoning.render.map.payload import gather


class Reader(HTMLParser):
    """Elements of a page with their attributes, and the text of scripts."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {}
        self._open = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._open = dict(attrs).get("id") or tag

    def handle_data(self, data: str) -> None:
        self.texts[self._open] = self.texts.get(self._open, "") + data


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return make_scene(tmp_path_factory.mktemp("scene"))


@pytest.fixture(scope="module")
def text(scene: Scene) -> str:
    path = scene.folder / "map.html"
    write_map(scene.screening, scene.catalog, path)
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    return reader


def test_no_element_loads_anything(page: Reader) -> None:
    for tag, attributes in page.elements:
        assert tag not in ("link", "img", "iframe", "object", "embed", "base"), tag
        assert not {"src", "srcset", "data", "poster"} & set(attributes), (tag, attributes)
        assert not (attributes.get("href") or "").startswith(("http", "//")), attributes


def test_no_style_loads_anything(text: str, page: Reader) -> None:
    styles = "".join(re.findall(r"<style>(.*?)</style>", text, re.DOTALL))
    assert len(styles) > 10_000
    assert "@import" not in styles
    assert not re.findall(r"url\((?!data:|#)", styles)
    assert "sourceMappingURL" not in text
    assert sum(tag == "script" for tag, _ in page.elements) >= 3


def test_leaflet_is_inside(text: str) -> None:
    assert "Leaflet 1.9.4" in text
    assert "jsdelivr" not in text
    assert "jquery" not in text.lower()


def test_names_stay_text(text: str, page: Reader) -> None:
    data = json.loads(page.texts["zoning-data"])
    assert EVIL in [project["n"] for project in data["projects"]]
    assert "<img" not in text
    assert "49示例项目" not in text  # {{7*7}} was not run


def test_title_is_escaped(scene: Scene) -> None:
    from dataclasses import replace

    page = replace(gather(scene.screening, scene.catalog), title="</title><b>{{7*7}}")
    assert "<title>&lt;/title&gt;&lt;b&gt;{{7*7}}</title>" in render(page)


@pytest.mark.parametrize("value", ["</script>", "<!--", "<!--zoning:script-->", "{{x}}", "\u2028"])
def test_embedded_json_reads_back(value: str) -> None:
    text = embed({"a": value, "{": {"b": [value]}})
    assert json.loads(text) == {"a": value, "{": {"b": [value]}}
    assert "<" not in text
    assert "\u2028" not in text


def test_not_a_number_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        embed({"a": float("nan")})


def test_same_bytes_each_time(scene: Scene, text: str, tmp_path: Path) -> None:
    write_map(scene.screening, scene.catalog, tmp_path / "again.html")
    assert (tmp_path / "again.html").read_text(encoding="utf-8") == text


def test_banner_names_what_is_invented(page: Reader) -> None:
    banner = json.loads(page.texts["zoning-data"])["banner"]
    assert banner == "管控单元、红线、自然保护地、农田等 7 个图层和项目为虚构"


def test_page_is_small(text: str) -> None:
    assert len(text.encode()) < 500_000


def test_region_fits_the_view(page: Reader) -> None:
    """The region's corner is 370 000, 2 940 000: 106.69 E, 26.56 N by hand (2.68° west of 108)."""
    (south, west), (north, east) = json.loads(page.texts["zoning-data"])["bounds"]
    assert (south, west) == pytest.approx((26.56, 106.69), abs=0.02)
    assert (north, east) == pytest.approx((26.75, 107.10), abs=0.02)


def test_notebook_view_escapes_the_page(scene: Scene) -> None:
    shown = show_map(scene.screening, scene.catalog)._repr_html_()
    assert shown.startswith('<iframe srcdoc="&lt;!DOCTYPE html&gt;')
    assert shown.count("<") == 2
