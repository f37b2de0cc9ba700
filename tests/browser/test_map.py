"""The map in headless Chromium, network off: it opens, says nothing wrong, asks for nothing.

The verdict that a card shows is the one the screening holds.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.browser_page import Shown
from tests.map_scene import EVIL, Scene, make_scene
from zoning.render.map.map import render, write_map
from zoning.render.map.payload import gather

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    made = make_scene(tmp_path_factory.mktemp("scene"))
    write_map(made.screening, made.catalog, made.folder / "map.html")
    return made


@pytest.fixture
def address(scene: Scene) -> str:
    return (scene.folder / "map.html").as_uri()


def test_opens_alone_and_in_silence(shown: Shown, address: str) -> None:
    page = shown.open(address).page
    assert page.locator(".row").count() == 8
    for row in page.locator(".row").all():
        row.click()
        shown.card()
    assert shown.wrongs == []
    left = [url for url in shown.requests if not url.startswith("data:")]
    assert left == [address]


def test_every_card_shows_the_verdict_of_the_screening(
    shown: Shown, address: str, scene: Scene
) -> None:
    page = shown.open(address).page
    for project, decision in scene.screening.decisions().items():
        page.locator(f'.row[data-id="{project}"]').click()
        assert shown.card() == decision.zh
        assert project in page.inner_text("#card .id")


def test_list_stands_in_order_of_gravity(shown: Shown, address: str) -> None:
    """Refused, then open (worst first), then conditional, then admitted; else as in the list."""
    page = shown.open(address).page
    ids = [row.get_attribute("data-id") for row in page.locator(".row").all()]
    assert ids == ["P-01", "P-05", "P-06", "P-02", "P-03", "P-07", "P-04", "P-08"]
    counts = page.locator(".chip").all_inner_texts()
    assert [text.split() for text in counts] == [
        ["3", "不通过"], ["3", "待补充"], ["0", "受限"], ["2", "通过"],
    ]  # fmt: skip


def test_card_says_numbers_clause_and_demand(shown: Shown, address: str) -> None:
    page = shown.open(address + "#P-01").page
    shown.card()
    finding = page.locator('.fi[data-rule="base.redline"]')
    text = finding.inner_text()
    assert "生态保护红线内不得进行开发性、生产性建设" in text
    assert "自然资发〔2022〕142号 一" in text
    assert "已读：副本" in text
    assert "退让红线" in text
    bar = finding.locator("svg.ib").get_attribute("aria-label") or ""
    assert bar.startswith("生态保护红线")
    assert "24–26 ha；界限 0" in bar  # 500 m x 500 m inside, ± 10 m


def test_a_doubt_of_the_list_is_seen_in_the_list_and_on_the_card(
    shown: Shown, address: str
) -> None:
    page = shown.open(address + "#P-07").page
    shown.card()
    box = page.locator("#card .box").first
    assert box.inner_text().startswith("这一行存疑 1 处，先核对再用结论")
    assert "坐标缺失（表.xlsx 第 9 行 经度）。补填经纬度" in box.inner_text()
    assert page.locator(".row .doubt").all_inner_texts() == ["存疑 1"]
    assert page.locator('.row[data-id="P-07"] .doubt').count() == 1


def test_unread_text_is_marked(shown: Shown, address: str) -> None:
    page = shown.open(address + "#P-02").page
    shown.card()
    finding = page.locator('.fi[data-rule="base.benchmark"]')
    assert finding.locator(".tag.w").all_inner_texts() == ["依据未核实", "未读到原文"]
    assert page.locator('.fi[data-rule="base.bank"] .tag.w').count() == 0


def test_conflict_is_hatched_and_its_layer_lit(shown: Shown, address: str) -> None:
    page = shown.open(address + "#P-01").page
    shown.card()
    hatched = page.locator('.leaflet-conf-pane path[fill="url(#hF)"]')
    assert hatched.count() == 1
    assert page.locator('button[data-k="redline"]').get_attribute("aria-checked") == "true"


def test_layer_switch(shown: Shown, address: str) -> None:
    page = shown.open(address).page
    switch = page.locator('button[data-k="control_unit"]')
    before = page.locator(".leaflet-units-pane path").count()
    switch.click()
    assert (before, page.locator(".leaflet-units-pane path").count()) == (3, 0)
    assert switch.get_attribute("aria-checked") == "false"
    switch.click()
    assert page.locator(".leaflet-units-pane path").count() == 3


def test_closed_layers_say_so(shown: Shown, address: str) -> None:
    page = shown.open(address).page
    shut = page.locator("#leg .ly.shut").all_inner_texts()
    assert [text.split() for text in shut[:2]] == [
        ["自然保护地例", "几何不公开"],  # 例: synthetic
        ["永久基本农田例", "几何不公开"],
    ]
    assert page.locator("#leg .ly.shut button, #leg button.shut").count() == 0


def test_components_stand_one_by_one(shown: Shown, address: str) -> None:
    page = shown.open(address + "#P-03").page
    assert shown.card() == "待补充信息"
    heads = page.locator("#card .cp").all_inner_texts()
    assert [text.split("\n")[0] for text in heads] == ["光伏阵列", "线路"]
    assert "受限准入" in heads[0]
    assert "待补充信息" in heads[1]
    assert page.locator(".mk-C").count() == 1  # the array's own verdict, at its own place


def test_project_without_place(shown: Shown, address: str) -> None:
    page = shown.open(address + "#P-07").page
    shown.card()
    assert "无位置" in page.inner_text('.row[data-id="P-07"]')
    assert "坐标缺失" in page.inner_text("#card .box")


def test_markup_in_a_name_stays_text(shown: Shown, address: str) -> None:
    page = shown.open(address + "#P-08").page
    shown.card()
    assert page.inner_text("#card h2") == EVIL
    assert page.locator("#card img, #list img, .leaflet-names-pane img").count() == 0
    assert page.title() == "贵阳贵安项目准入筛查"


def test_search_and_keys(shown: Shown, address: str) -> None:
    page = shown.open(address).page
    page.keyboard.press("/")
    page.keyboard.type("zh520111200")  # a unit's code
    assert page.inner_text("#cnt").startswith("1 / 8 项")
    page.keyboard.press("Escape")
    assert page.locator(".row").count() == 8
    page.locator("#list").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert "P-05" in page.inner_text("#card .id")
    chosen = page.locator("#list").get_attribute("aria-activedescendant")
    assert page.locator(f"#{chosen}").get_attribute("aria-selected") == "true"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "card"
    page.keyboard.press("Escape")
    assert page.locator("body.carded").count() == 0


def test_nothing_found(shown: Shown, address: str) -> None:
    page = shown.open(address).page
    page.fill("#q", "没有这样的项目")
    assert "没有符合条件的项目" in page.inner_text("#list")
    page.click("#none")
    assert page.locator(".row").count() == 8


def test_region_fills_the_first_view(shown: Shown, address: str) -> None:
    page = shown.open(address).page
    inside = page.evaluate(
        "(() => { const d = JSON.parse(document.getElementById('zoning-data').textContent);"
        " return [map_zoning.getBounds().contains(d.bounds), map_zoning.getZoom()]; })()"
    )
    assert inside[0]
    assert inside[1] > 10


def test_three_thousand_projects_stay_light(shown: Shown, scene: Scene, tmp_path: Path) -> None:
    """The list keeps a windowful of rows; symbols that would cover each other are dots."""
    page = gather(scene.screening, scene.catalog)
    projects = page.data["projects"]
    assert isinstance(projects, list)
    placed = next(row for row in projects if isinstance(row, dict) and row["id"] == "P-04")
    [part] = placed["c"]
    spots = [[106.7 + i % 60 / 160, 26.58 + i // 60 / 320] for i in range(3000)]
    crowd = [
        {**placed, "id": f"Q-{i}", "c": [{**part, "ll": spot}]} for i, spot in enumerate(spots)
    ]
    counts = {"F": 0, "U": 0, "C": 0, "A": 3000}
    data = {**page.data, "projects": crowd, "counts": counts}
    (tmp_path / "crowd.html").write_text(render(replace(page, data=data)), encoding="utf-8")
    view = shown.open((tmp_path / "crowd.html").as_uri()).page
    assert view.locator(".row").count() < 40
    assert 0 < view.locator(".leaflet-marker-icon.mk-A").count() < 1000
    assert view.locator(".leaflet-dots-pane canvas").count() == 1
    view.locator("#list").evaluate("list => { list.scrollTop = list.scrollHeight; }")
    view.wait_for_selector('.row[data-id="Q-2999"]')
    assert view.locator(".row").count() < 40
    view.locator('.row[data-id="Q-2999"]').click()
    assert shown.card() == "判定通过"
    assert shown.wrongs == []


def test_projects_past_those_listed_are_counted_by_cell(
    shown: Shown, scene: Scene, tmp_path: Path
) -> None:
    """A million projects: the gravest are listed, the rest lie in cells that say how many."""
    page = gather(scene.screening, scene.catalog)
    verdicts = [10, 700, 0, 90]  # gravest first
    cells = [[int(106.7 / 0.01) + i, int(26.6 / 0.01), *verdicts] for i in range(3)]
    crowd = {"d": 0.01, "r": cells, "n": 2500, "w": 100}
    (tmp_path / "rest.html").write_text(
        render(replace(page, data={**page.data, "crowd": crowd})), encoding="utf-8"
    )
    view = shown.open((tmp_path / "rest.html").as_uri()).page
    assert "其余 2\u202f500 项" in view.inner_text("#rest")
    assert "100 项无位置" in view.inner_text("#rest")
    assert view.locator(".leaflet-crowd-pane canvas").count() == 1
    view.evaluate("map_zoning.fire('click', {latlng: L.latLng(26.605, 106.705)})")
    told = view.inner_text(".leaflet-popup-content")
    assert "800 个项目" in told
    assert "判定不通过 10" in told
    view.evaluate("map_zoning.fire('click', {latlng: L.latLng(26.705, 106.705)})")
    assert "800" in view.inner_text(".leaflet-popup-content")  # an empty cell opens nothing new
    assert shown.wrongs == []
