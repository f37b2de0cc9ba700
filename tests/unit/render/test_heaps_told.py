"""What a study of heaps tells beside its figures: how it ranked, on what it rests, warnings."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from html import escape
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from shapely import Polygon
from typer.testing import CliRunner

from tests.scenes.catalog_files import HEAD, box, frame, save, write_catalog
from zoning.catalog import Catalog
from zoning.cli import app
from zoning.render.heaps_folder import with_demands, write_heaps
from zoning.render.report.heaps_report import report_html
from zoning.rules.grammar import FactRef
from zoning.siting import HeapStudy, load_preset, study_heaps
from zoning.siting.criteria import Curve
from zoning.siting.criteria.model import Criterion, How, Method, Model
from zoning.siting.heaps.study import uncounted
from zoning.siting.scores.scoring import rank_sites
from zoning.solar import read_months

AS_OF = date(2026, 11, 24)
CLOSED = "结果可反推这些图层的边界"
SHAPES = [box(200, 1400, 600, 1800), box(1200, 1400, 1600, 1800), box(1200, 300, 1600, 700)]


def data(folder: Path, *, share: str = "full", shapes: Sequence[Polygon] = SHAPES) -> Path:
    """Three closed heaps of 16 ha, and a redline far from them."""
    n = len(shapes)
    rows = frame(
        list(shapes), name=[f"试验堆{k}" for k in range(n)], part=["全场"] * n, type=["磷石膏"] * n,
        regime=["Ⅱ类场"] * n, state=["已封场"] * n, holder=["某公司"] * n,
    )  # fmt: skip
    save(rows, folder / "waste_heap.gpkg")
    save(frame([box(10, 10, 90, 90)], code=["1"]), folder / "redline.gpkg")
    text = "".join(
        f'[layers.{name}]\ntitle = "{title}"\npath = "{name}.gpkg"\n{HEAD}coverage = "districts"\n'
        f'share = "{may}"\n'
        for name, title, may in (
            ("waste_heap", "堆场", "full"), ("redline", "试验红线", share),
        )
    )  # fmt: skip
    return write_catalog(folder, text)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> tuple[HeapStudy, Catalog]:
    folder = tmp_path_factory.mktemp("told")
    catalog = Catalog.open(data(folder))
    return (
        study_heaps(
            load_preset("pv-heaps"), catalog, folder / "e.tif", as_of=AS_OF, resolution_m=20.0
        ),
        catalog,
    )


SCORES = np.array([[1.0, 0.5, 0.5], [0.0, 0.5, 0.5], [0.0, 0.5, 0.0]])
# entropy by hand (Hwang and Yoon 1981): shares of the first column 1, 0, 0: no entropy, it spreads
# by 1; of the second thirds: it spreads by 0; of the third halves: 1 - ln 2 / ln 3 = 0.3691
ENTROPY = (1 / 1.3691, 0.0, 0.3691 / 1.3691)


@pytest.mark.parametrize(
    ("how", "method", "weights", "totals"),
    [
        ("given", "sum", (0.2, 0.3, 0.5), (0.6, 0.4, 0.15)),
        ("entropy", "sum", ENTROPY, (0.7304 + 0.1348, 0.1348, 0.0)),
        # vector norms 1, sqrt(3)/2, sqrt(1/2): weighted rows (0.2, 0.173, 0.354), (0, 0.173,
        # 0.354), (0, 0.173, 0): best is the first, worst the last; the second is 0.2 from the best
        # and 0.3536 from the worst: 0.3536 / 0.5536
        ("given", "topsis", (0.2, 0.3, 0.5), (1.0, 0.6387, 0.0)),
    ],
)
def test_how_the_parts_were_ranked(
    study: tuple[HeapStudy, Catalog], tmp_path: Path, how: How, method: Method,
    weights: tuple[float, ...], totals: tuple[float, ...],
) -> None:  # fmt: skip
    made, catalog = study
    line = Curve(((0.0, 0.0), (1.0, 1.0)))
    criteria = tuple(
        Criterion(name, name, FactRef("site", "area_ha"), line, share)
        for name, share in zip("abc", (0.2, 0.3, 0.5), strict=True)
    )
    notes: list[str] = []
    model = Model(criteria, (), how, method)
    scored = rank_sites(model, SCORES, np.zeros(3, np.bool_), notes)
    table = made.table.drop(columns=list(scored.columns()), errors="ignore")
    table = table.assign(**scored.columns()).assign(unranked="")
    write_heaps(replace(made, scored=scored, table=table), catalog, tmp_path / "out")
    told = json.loads((tmp_path / "out/heaps.json").read_text("utf-8"))["ranking"]
    assert (told["method"], told["weights_from"]) == (method, {"all": how})
    assert [row["weight"] for row in told["criteria"]] == pytest.approx(weights, abs=1e-4)
    assert (told["ranked"], told["draws"]) == (3, 1000)
    assert scored.ranking.total == pytest.approx(totals, abs=1e-4)
    sheet = openpyxl.load_workbook(tmp_path / "out/heaps.xlsx")["准则"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    head = next(k for k, row in enumerate(rows) if row[0] == "分组")
    column = rows[head].index("权重")
    shown = [float(row[column]) for row in rows[head + 1 :] if row[1] in ("a", "b", "c")]
    assert shown == pytest.approx(weights, abs=1e-4)


def test_what_only_notes_say_is_not_suspected(study: tuple[HeapStudy, Catalog]) -> None:
    made, _ = study
    notes = {rule.title for rule in made.found.rules.rules if rule.then == "note"}
    others = {rule.title for rule in made.found.rules.rules if rule.then != "note"}
    outcomes = [
        (finding.title, finding.outcome)
        for view in made.screening.projects()
        for site in view.components
        for finding in site.findings
    ]
    open_notes = {t for t, o in outcomes if t in notes and o in ("suspected", "open")}
    open_others = {t for t, o in outcomes if t in others and o in ("suspected", "open")}
    assert open_notes
    assert open_others
    said = " ".join(with_demands(made)["suspected"])
    assert not [title for title in open_notes - open_others if title in said]
    assert all(title in said for title in open_others)


@pytest.mark.parametrize("sunny", [True, False])
def test_the_factor_of_carbon_stands_where_carbon_is_told(
    sunny: bool, study: tuple[HeapStudy, Catalog], repo: Path, tmp_path: Path
) -> None:
    """0.4989 kgCO2/kWh, 2022; without a sun there is no yield, and no carbon to have a factor."""
    made, catalog = study
    if sunny:
        made = study_heaps(
            load_preset("pv-heaps"), catalog, tmp_path / "e.tif", as_of=AS_OF, resolution_m=20.0,
            sun=read_months(repo / "data/sun_monthly.csv"),
        )  # fmt: skip
    write_heaps(made, catalog, tmp_path / "out")
    book = openpyxl.load_workbook(tmp_path / "out/heaps.xlsx")
    for name in ("排序", "准则", "数据来源"):
        top = " ".join(str(row[0].value) for row in book[name].iter_rows())
        assert ("0.4989 kgCO2/kWh" in top) == sunny
        assert ("2022 年" in top) == sunny
        assert "装机按用地" in top
        assert made.found.rules.edition in top
    sheet = book["数据来源"]
    rows = {str(row[0].value): [cell.value for cell in row] for row in sheet.iter_rows()}
    assert rows["redline"][1:3] == ["试验红线", "试验"]
    assert rows["waste_heap"][4] == "CC0"


@pytest.mark.parametrize(("share", "warned"), [("result_only", True), ("full", False)])
def test_edges_of_a_closed_redline_are_warned_of_wherever_they_can_be_retraced(
    share: str, warned: bool, tmp_path: Path
) -> None:
    data(tmp_path, share=share)
    out = tmp_path / "out"
    args = ["heaps", "--data", str(tmp_path), "--out", str(out), "--resolution", "50"]
    done = CliRunner().invoke(app, args)
    assert done.exit_code in (0, 1), done.output
    report = (out / "report.html").read_text("utf-8")
    cautions = " ".join(json.loads((out / "heaps.json").read_text("utf-8"))["cautions"])
    book = openpyxl.load_workbook(out / "heaps.xlsx")
    tops = [" ".join(str(row[0].value) for row in book[n].iter_rows()) for n in book.sheetnames]
    for text in (report, cautions, *tops, done.output.replace("\n", "")):
        named = re.findall(CLOSED + r".{0,60}?retraced: ([^<\s]*)", text)
        assert named  # the districts' share is not stated, and so closed
        assert all(("试验红线" in layers) == warned for layers in named)


def test_the_report_says_on_which_text_a_rule_rests_and_names_rules_by_title(
    study: tuple[HeapStudy, Catalog],
) -> None:
    made, _ = study
    text = report_html(made)
    costs, method = (text.split(f"<h2>{head}")[1] for head in ("每条规则占掉", "方法与来源"))
    costs = costs.split("<h2>")[0]
    rules = {rule.id: rule for rule in made.found.rules.rules}
    told = [c.rule for c in made.found.costs if c.forbids or c.conditions or c.opens]
    assert told
    for name in told:
        assert rules[name].title in costs
        for cite in rules[name].cites_on(AS_OF):
            assert escape(cite.article) in costs
    assert "依据怎样见到" in costs
    assert made.found.left
    assert not re.findall(r"<li>(?:pv|base)\.", method)
    assert rules[made.found.left[0].rule].title in method


def test_why_no_ground_of_a_part_was_looked_at(tmp_path: Path) -> None:
    """The region is 2 km wide; 10 m from the edge of a strip of 16 m all of it is edge."""
    strips = [
        box(200, 1000, 600, 1016),  # inside
        box(2100, 1400, 2500, 1800),  # outside
        box(200, 600, 600, 1000),  # wide, and looked at
    ]
    made = study_heaps(
        load_preset("pv-heaps"), Catalog.open(data(tmp_path, shapes=strips)), tmp_path / "e.tif",
        as_of=AS_OF, resolution_m=4.0,
    )  # fmt: skip
    edge = "全在边缘退距内，没有可用面积"
    said = [edge, "在辖区外，未核"]
    assert [uncounted(row) for _, row in made.table.head(2).iterrows()] == said
    assert made.table["unranked"].tolist()[:2] == said
    assert made.table["usable_ha"].iloc[2] + made.table["unclear_ha"].iloc[2] > 10
    drawn = report_html(made)
    assert all(words in drawn for words in said)
    partly = pd.Series({"outside_ha": 0.48, "edge_ha": 0.16})
    assert uncounted(partly) == f"一部分在辖区外，辖区内的{edge}"
    nothing = pd.Series({"outside_ha": 0.0, "edge_ha": 0.0})
    assert uncounted(nothing) == "没有格落在上面（格网太粗、部位太窄），未核"


def test_who_hands_in_papers_is_told_how_the_answer_moves(
    study: tuple[HeapStudy, Catalog], tmp_path: Path
) -> None:
    made, catalog = study
    write_heaps(made, catalog, tmp_path / "out")
    for name in ("report.html", "map.html"):
        text = (tmp_path / "out" / name).read_text("utf-8")
        assert "由“受限准入”改为“待补充信息”" in text, name
