"""The page of a study of places: ranks, rasters, the card with its charts, and paper."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser_page import Shown
from tests.map_scene import EVIL, make_scene
from tests.siting_scene import MONTHS, make_siting
from zoning.render.map.map import write_map

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("siting")
    scene = make_scene(folder)
    write_map(scene.screening, scene.catalog, folder / "map.html", siting=make_siting())
    write_map(
        scene.screening, scene.catalog, folder / "circles.html", siting=make_siting(outlines=False)
    )
    return (folder / "map.html").as_uri()


def ids(shown: Shown) -> list[str | None]:
    return [row.get_attribute("data-id") for row in shown.page.locator(".row").all()]


def test_opens_alone_and_in_silence(shown: Shown, address: str) -> None:
    page = shown.open(address).page
    for row in page.locator(".row").all():
        row.click()
        shown.card()
    assert shown.wrongs == []
    assert [url for url in shown.requests if not url.startswith("data:")] == [address]


def test_list_stands_by_rank_and_by_gravity_when_asked(shown: Shown, address: str) -> None:
    page = shown.open(address).page
    assert ids(shown) == ["P-08", "P-04", "P-01", "P-05", "P-06", "P-02", "P-03", "P-07"]
    ranks = [text.split("\n")[0] for text in page.locator(".row .rk").all_inner_texts()]
    assert [text[0] for text in ranks] == ["1", "2", "–", "–", "–", "–", "–", "–"]
    assert "16.8–29.7 MW" in page.inner_text('.row[data-id="P-08"] .mt')
    page.click('[data-order="gravity"]')
    assert ids(shown)[:3] == ["P-01", "P-05", "P-06"]
    assert page.get_attribute('[data-order="gravity"]', "aria-pressed") == "true"


def test_card_tells_rank_figures_gate_and_what_decided(shown: Shown, address: str) -> None:
    page = shown.open(address + "#P-08").page
    assert shown.card() == "判定通过"
    text = page.inner_text("#card .sit")
    assert "第 1 名" in text.replace("\n", "")
    assert "共 2 个参加排名" in text
    assert "权重抽样 1000 次，九成在第 1–2 名" in text
    assert page.locator(".heads dd").all_inner_texts() == ["16.8–29.7", "未核"]
    assert "门槛已过" in text
    assert "相差最大的一项：可用面积" in text
    assert page.get_attribute(".sit .cls", "aria-label") == "可用 36.9，不得 0 公顷"
    assert page.locator(".sit .dms li").count() == 2
    assert page.inner_text("#card h2") == EVIL


def test_the_gate_is_green_only_with_every_paper(shown: Shown, address: str) -> None:
    edge = "each => getComputedStyle(each).borderLeftColor"
    page = shown.open(address + "#P-08").page
    shown.card()
    box = page.locator("#card .gate")
    assert box.locator("b").inner_text() == "门槛已过"
    assert box.locator("span").inner_text() == "封场并验收"
    assert box.evaluate(edge) == page.locator("#card").evaluate(
        "() => { const probe = document.createElement('i'); probe.style.color = 'var(--A)';"
        " document.body.append(probe); return getComputedStyle(probe).color }"
    )
    page.locator('.row[data-id="P-04"]').click()
    shown.card()
    assert box.locator("b").inner_text() == "状态已到，门槛材料未核：地下水监测材料"
    assert box.evaluate(edge) == "rgb(216, 182, 74)"  # amber, #D8B64A


def test_months_are_drawn_to_scale_and_said(shown: Shown, address: str) -> None:
    page = shown.open(address + "#P-08").page
    shown.card()
    chart = page.locator("svg.months")
    spoken = chart.get_attribute("aria-label") or ""
    assert "1 月 43，" in spoken
    assert "8 月 102，" in spoken
    tall = [float(bar.get_attribute("height") or 0) for bar in chart.locator("rect").all()]
    assert [each / tall[7] for each in tall] == pytest.approx(
        [value / 102 for value in MONTHS], abs=2e-3
    )
    assert "全年 855" in page.inner_text("#card .sit")  # 43 + 50 + … + 43
    assert "来源：测试站" in page.inner_text("#card .sit")


def test_a_score_is_broken_into_what_adds(shown: Shown, address: str) -> None:
    page = shown.open(address + "#P-08").page
    shown.card()
    rows = [text.split("\t") for text in page.locator(".score tr").all_inner_texts()]
    assert [(row[0], row[-1]) for row in rows] == [
        ("可用面积", "0.92 × 0.60 = 0.55"),
        ("距道路", "0.22 × 0.40 = 0.09"),
    ]
    wide = [float(bar.get_attribute("width") or 0) for bar in page.locator(".score rect").all()]
    assert wide == pytest.approx([104, 104 * 0.92, 104 * 2 / 3, 104 * 2 / 3 * 0.22], abs=0.1)


def test_what_is_not_known_or_not_ranked_says_so(shown: Shown, address: str) -> None:
    page = shown.open(address + "#P-01").page
    shown.card()
    text = page.inner_text("#card .sit")
    assert "未排名" in text
    assert "在辖区外，未核" in text
    assert page.locator(".heads dd").all_inner_texts() == ["未核"]
    assert page.locator("#card svg.months, #card .score").count() == 0
    page.locator('.row[data-id="P-05"]').click()  # one without a card of the study
    assert shown.card() == "判定不通过"
    assert page.locator("#card .sit").count() == 0


def test_rasters_are_switched_and_faded_in_the_legend(shown: Shown, address: str) -> None:
    page = shown.open(address).page
    drawn = page.locator(".leaflet-rasters-pane img")
    assert drawn.count() == 1
    assert drawn.evaluate("each => getComputedStyle(each).imageRendering") == "pixelated"
    assert page.locator("#leg .lcls").all_inner_texts() == ["不得"]
    page.locator('[data-op="ov:eligibility"]').fill("30")
    assert drawn.evaluate("each => each.style.opacity") == "0.3"
    switches = [
        page.locator(f'button[data-k="ov:{key}"]') for key in ("eligibility", "suitability")
    ]
    switches[1].click()  # two tints over each other say neither: one goes
    assert drawn.count() == 1
    assert [each.get_attribute("aria-checked") for each in switches] == ["false", "true"]
    switches[1].click()
    assert drawn.count() == 0


def test_a_raster_that_may_not_be_drawn_says_why(shown: Shown, address: str) -> None:
    page = shown.open(address).page
    assert page.locator('button[data-k="ov:closed"]').count() == 0
    assert "可反推农田的边界，不画" in page.inner_text("#leg")
    page = shown.open(address.replace("map.html", "circles.html")).page
    assert "只画位置和等面积圆" in page.inner_text("#leg")


def test_ranks_stand_on_the_map(shown: Shown, address: str) -> None:
    page = shown.open(address).page
    page.evaluate("map_zoning.setZoom(9, {animate: false})")
    page.wait_for_function("document.querySelectorAll('.sl').length === 2")
    assert sorted(page.locator(".sl").all_inner_texts()) == ["1", "2"]


def test_paper_holds_the_whole_card(shown: Shown, address: str, tmp_path: Path) -> None:
    page = shown.open(address + "#P-08").page
    shown.card()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#card details:not([open])").count() == 0
    beneath = "each => each.scrollHeight - each.clientHeight"
    assert page.locator("#card .scr").evaluate(beneath) <= 1
    assert page.locator("#ban").is_visible()
    assert not page.locator("#tools").is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("body.sheet").count() == 0
    assert page.locator("#card details:not([open])").count() > 0
    assert shown.wrongs == []
