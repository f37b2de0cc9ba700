"""A study's page is the screening's with more on it; the screening's own page has nothing of it."""

from __future__ import annotations

import json
import math
import re

import numpy as np
import shapely

from tests.map_scene import SITES, Scene
from tests.siting_scene import MONTHS, make_siting
from zoning.crs import GEOGRAPHIC, WORK, project
from zoning.render.map import payload
from zoning.render.map.map import render, show_map, write_map
from zoning.render.map.payload import gather
from zoning.render.tables.text import said, spanned


def data_of(text: str) -> dict[str, object]:
    found = re.search(r'id="zoning-data">(.*?)</script>', text, re.DOTALL)
    assert found
    return json.loads(found[1])


def rows(data: dict[str, object]) -> dict[str, dict[str, object]]:
    return {row["id"]: row for row in data["projects"]}


def test_the_page_of_a_screening_has_nothing_of_it(scene: Scene) -> None:
    write_map(scene.screening, scene.catalog, scene.folder / "plain.html")
    plain = (scene.folder / "plain.html").read_text(encoding="utf-8")
    assert plain == render(gather(scene.screening, scene.catalog, None))
    assert "siting" not in data_of(plain)
    assert not any("m" in row for row in rows(data_of(plain)).values())
    for words in ("sitCard = ", "function sitCard", "逐月比发电量", ".siting .row", "得分构成"):
        assert words not in plain


def test_projects_stand_by_rank_then_by_gravity(scene: Scene) -> None:
    data = gather(scene.screening, scene.catalog, make_siting()).data
    assert list(rows(data)) == ["P-08", "P-04", "P-01", "P-05", "P-06", "P-02", "P-03", "P-07"]


def test_past_the_whole_cards_the_order_and_the_cards_are_kept(
    scene: Scene, monkeypatch: object
) -> None:
    whole = gather(scene.screening, scene.catalog, make_siting()).data
    before = payload.WHOLE
    try:
        payload.WHOLE = 1
        crowd = gather(scene.screening, scene.catalog, make_siting()).data
    finally:
        payload.WHOLE = before
    assert list(rows(crowd)) == list(rows(whole))
    assert rows(crowd)["P-04"]["m"] == rows(whole)["P-04"]["m"]
    assert rows(crowd)["P-04"]["c"] != rows(whole)["P-04"]["c"]  # findings without evidence


def test_a_card_holds_figures_and_no_zero_for_what_is_not_known(scene: Scene) -> None:
    data = gather(scene.screening, scene.catalog, make_siting()).data
    best, last = (rows(data)[name]["m"] for name in ("P-08", "P-01"))
    assert best["mo"] == list(MONTHS)
    assert best["b"] == [[0.92, 0.6, 0.552], [0.22, 0.4, 0.088]]
    assert [data["siting"]["said"][at] for at in best["dm"]] == ["监测井布置", "监测井布置两年数据"]
    assert best["h"][1] == ["倾角", ""]
    assert last == {"r": 0, "un": "在辖区外，未核", "br": "装机未核", "h": [["装机 MW", ""]]}
    assert "m" not in rows(data)["P-05"]


def test_edges_that_retrace_a_closed_layer_are_circles(scene: Scene) -> None:
    """P-04 is a square of 800 m: a circle of its area has a radius of 800 / sqrt(pi)."""
    shape = next(row[4] for row in SITES if row[0] == "P-04")
    corners = shapely.get_coordinates(project(np.asarray([shape], object), WORK, GEOGRAPHIC))
    for whole in (500, 1):
        before, payload.WHOLE = payload.WHOLE, whole
        try:
            drawn = render(gather(scene.screening, scene.catalog, make_siting()))
            data = gather(scene.screening, scene.catalog, make_siting(outlines=False)).data
        finally:
            payload.WHOLE = before
        for lon, lat in corners:
            assert f"[{round(lon, 5)},{round(lat, 5)}]" in drawn
        [part] = rows(data)["P-04"]["c"]
        assert not {"g", "x", "b"} & set(part)
        assert part["rad"] == round(800 / math.sqrt(math.pi), 1)
        for row in rows(data).values():
            assert all("g" not in part for part in row["c"])


def test_a_part_does_not_conflict_with_the_layer_it_is_of(scene: Scene) -> None:
    """P-01 lies in the redline by a quarter: hatched, unless the study's sites are that layer's."""
    pages = (
        gather(scene.screening, scene.catalog, make_siting(own=own)) for own in ("", "redline")
    )
    before, after = (rows(page.data)["P-01"]["c"][0] for page in pages)
    assert [piece[1] for piece in before["x"]] == ["redline"]
    assert "x" not in after


def test_it_shows_itself_in_a_notebook(scene: Scene) -> None:
    view = show_map(scene.screening, scene.catalog, siting=make_siting())
    assert "逐月比发电量" in view._repr_html_()


def test_figures_are_said_in_three_digits() -> None:
    assert said(16.8298, "MW") == "16.8 MW"
    assert said(14331.1) == "14\u202f300"
    assert said(0.99951) == "1"
    assert said(0.0, "ha") == "0 ha"
    assert said(None) == said(math.nan, "MW") == ""
    assert spanned(0.0, 48.81) == "0–48.8"
    assert spanned(math.nan, 3.0) == ""
